import Tickets

extension Ticket {
  /// What the ticket is there for, as far as it says so: its description, else its acceptance criteria, else what its tasks are.
  var intent: String? {
    let json = json
    if let description = json["description"]?.string, !description.allSatisfy(\.isWhitespace) { return description }
    let criteria = acceptanceCriteria
    if !criteria.isEmpty { return criteria.map { "- \($0)" }.joined(separator: "\n") }
    let tasks = (json["tasks"]?.array ?? []).compactMap { $0["description"]?.string ?? $0["title"]?.string }
    return tasks.isEmpty ? nil : tasks.map { "- \($0)" }.joined(separator: "\n")
  }
}
