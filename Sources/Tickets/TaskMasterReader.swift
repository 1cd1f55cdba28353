/// Reads the tasks of a Task Master file in one pass: each task, then its subtasks, as tickets.
///
/// A subtask is a ticket of its own, called `<task>.<subtask>` as Task Master's commands call it, and its task is its epic, which is never
/// handed to a worker. Among subtasks a dependency names a sibling by its number alone (`1`), or anything by its whole id (`2.1`); where no
/// sibling has the number, it is a task's. Source: Task Master's documentation, "Task Structure".
struct TaskMasterReader {
  let file: [UInt8]

  /// The array of tasks that stands here; anything else is stepped over and is nil.
  func tasks(_ scanner: inout JSONScanner) throws(ScanFailure) -> [Ticket]? {
    guard scanner.next() == UInt8(ascii: "[") else {
      try scanner.skipValue()
      return nil
    }
    var tickets: [Ticket] = []
    try scanner.eachElement { (scanner) throws(ScanFailure) in
      let task = try entry(&scanner)
      let id = task.id ?? ""
      let children = task.subtasks.map { TicketID("\(id).\($0.id ?? "")") }
      tickets.append(ticket(task, id: TicketID(id), component: id, parent: nil, children: children, dependencies: task.dependencies))
      let numbers = Set(task.subtasks.compactMap(\.id))
      for (subtask, child) in zip(task.subtasks, children) {
        let dependencies = subtask.dependencies.map { numbers.contains($0) ? "\(id).\($0)" : $0 }
        var entry = subtask
        entry.priority = subtask.priority ?? task.priority
        tickets.append(
          ticket(
            entry, id: subtask.id == nil ? TicketID("") : child, component: id, parent: TicketID(id), children: [],
            dependencies: dependencies))
      }
    }
    return tickets
  }

  /// The tasks of one tag: of the object that stands here, its array `tasks`.
  func tag(_ scanner: inout JSONScanner) throws(ScanFailure) -> [Ticket]? {
    guard scanner.next() == UInt8(ascii: "{") else {
      try scanner.skipValue()
      return nil
    }
    var tickets: [Ticket]?
    try scanner.eachMember { (scanner, key) throws(ScanFailure) in
      if scanner.key(key, is: "tasks") { tickets = try tasks(&scanner) } else { try scanner.skipValue() }
    }
    return tickets
  }

  private func ticket(
    _ entry: Entry, id: TicketID, component: String, parent: TicketID?, children: [TicketID], dependencies: [String]
  ) -> Ticket {
    Ticket(
      id: id, title: entry.title?.isEmpty == true ? nil : entry.title, type: nil,
      state: entry.status.map { TicketState(taskMaster: $0) } ?? .unprocessed, namesState: entry.status != nil,
      priority: entry.priority.map { Priority(taskMaster: $0) } ?? .normal, dependencies: dependencies.map { TicketID($0) }, blockedBy: [],
      blocks: [], parent: parent, children: children, targetFiles: [], unreadableFields: entry.unreadable,
      componentField: component.isEmpty ? nil : component, format: .taskMaster, file: file, range: entry.range)
  }

  private struct Entry {
    var id: String?
    var title: String?
    var status: String?
    var priority: String?
    var dependencies: [String] = []
    var unreadable: [String] = []
    var subtasks: [Entry] = []
    var range = 0..<0
  }

  private func entry(_ scanner: inout JSONScanner) throws(ScanFailure) -> Entry {
    var entry = Entry()
    guard scanner.next() == UInt8(ascii: "{") else {
      entry.range = try scanner.skipValue()
      return entry
    }
    let start = scanner.position
    try scanner.eachMember { (scanner, key) throws(ScanFailure) in
      if scanner.key(key, is: "id") {
        entry.id = try scanner.nameOrSkip()
      } else if scanner.key(key, is: "title") {
        entry.title = try scanner.stringOrSkip()
      } else if scanner.key(key, is: "status") {
        entry.status = try scanner.stringOrSkip()
      } else if scanner.key(key, is: "priority") {
        entry.priority = try scanner.stringOrSkip()
      } else if scanner.key(key, is: "dependencies") {
        entry.unreadable = []
        entry.dependencies = []
        let isList = scanner.next() == UInt8(ascii: "[")
        guard isList else {
          let value = try scanner.skipValue()
          if scanner.bytes[value.lowerBound] != UInt8(ascii: "n") { entry.unreadable = ["dependencies"] }
          return
        }
        try scanner.eachElement { (scanner) throws(ScanFailure) in
          if let name = try scanner.nameOrSkip() { entry.dependencies.append(name) } else { entry.unreadable = ["dependencies"] }
        }
      } else if scanner.key(key, is: "subtasks"), scanner.next() == UInt8(ascii: "[") {
        entry.subtasks = []
        try scanner.eachElement { (scanner) throws(ScanFailure) in entry.subtasks.append(try self.entry(&scanner)) }
      } else {
        try scanner.skipValue()
      }
    }
    entry.range = start..<scanner.position
    return entry
  }
}

extension JSONScanner {
  /// The id that stands here: a text, or a number by its digits. A value of any other kind is stepped over and is nil.
  fileprivate mutating func nameOrSkip() throws(ScanFailure) -> String? {
    let first = next()
    if first == UInt8(ascii: "\"") { return text(try skipString()) }
    let range = try skipValue()
    guard let first, first == UInt8(ascii: "-") || 0x30...0x39 ~= first else { return nil }
    return String(decoding: bytes[range], as: UTF8.self)
  }
}
