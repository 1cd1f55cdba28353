import Tickets

extension Finding: CustomStringConvertible {
  /// One line, safe for a terminal whatever the queue holds. A cycle of more than 20 tickets is cut in the middle.
  public var description: String {
    switch self {
    case .duplicateID(let id, let times): "\(times) tickets have the id \(id.displayed)"
    case .unusableID(let id, let place, let problem): Self.text(id, place, problem)
    case .unknownDependency(let id, let dependency, let field):
      "\(id.displayed) depends on \(dependency.displayed), which does not exist (\(field))"
    case .cycle(let ids): "dependency cycle: \(Self.loop(ids))"
    case .parentLoop(let ids): "loop of parents: \(Self.loop(ids))"
    case .unknownParent(let id, let parent): "\(id.displayed) has the parent \(parent.displayed), which does not exist"
    case .unknownChild(let id, let child): "\(id.displayed) has the child \(child.displayed), which does not exist"
    case .unknownBlocked(let id, let blocked): "\(id.displayed) blocks \(blocked.displayed), which does not exist"
    case .completedBeforeDependencies(let id, let open):
      "\(id.displayed) is COMPLETED, but depends on \(Self.list(open)), which \(open.count == 1 ? "is" : "are") not"
    case .unknownState(let id, let state): "\(id.displayed) has the unknown state \(TicketID(state).displayed) and is never worked on"
    case .missingState(let id): "\(id.displayed) has no state and counts as UNPROCESSED"
    case .unreadableField(let id, let field): "\(id.displayed): \(field) is neither an id nor a list of ids"
    }
  }

  private static func text(_ id: TicketID, _ place: Int, _ problem: IDProblem) -> String {
    switch problem {
    case .empty: "ticket \(place) of the list has no id"
    case .tooLong(let bytes): "the id of ticket \(place) of the list is too long: \(bytes) bytes of at most 200"
    case .controlCharacter: "the id \(id.displayed) has control characters"
    case .surroundingWhiteSpace: "the id \(id.displayed) begins or ends with white space"
    }
  }

  private static func loop(_ ids: [TicketID]) -> String {
    var names = ids.map(\.displayed)
    if names.count > 20 { names.replaceSubrange(10..<(names.count - 9), with: ["... (\(names.count - 19) more)"]) }
    return (names + [ids.first?.displayed ?? ""]).joined(separator: " -> ")
  }

  private static func list(_ ids: [TicketID]) -> String {
    let shown = ids.prefix(5).map(\.displayed).joined(separator: ", ")
    return ids.count > 5 ? "\(shown) and \(ids.count - 5) more" : shown
  }
}
