/// Reads the entries of `tickets` in one pass; whatever it has no use for is stepped over without making a string of it.
struct TicketReader {
  let file: [UInt8]

  /// The entry that stands here. What is no object reads as a ticket without an id.
  func ticket(_ scanner: inout JSONScanner) throws(ScanFailure) -> Ticket {
    var fields = Fields()
    let start: Int
    if scanner.next() == UInt8(ascii: "{") {
      start = scanner.position
      try scanner.eachMember { (scanner, key) throws(ScanFailure) in try fields.read(key, &scanner) }
    } else {
      start = try scanner.skipValue().lowerBound
    }
    return fields.ticket(in: file, range: start..<scanner.position)
  }
}

/// The fields of one entry as they are met. A key that stands there twice is read twice: the last one counts.
private struct Fields {
  private var id: String?
  private var title: String?
  private var type: String?
  private var state: TicketState?
  private var priority: String?
  private var component: String?
  private var dependencies: [TicketID] = []
  private var blockedBy: [TicketID] = []
  private var blocks: [TicketID] = []
  private var children: [TicketID] = []
  private var parent: TicketID?
  private var targetFiles: [String] = []
  private var taskFiles: [String] = []
  private var unreadable: [String] = []

  private enum Name: String {
    case id, type, title, state, tasks, parent, blocks, children, priority, component, blockedBy, targetFiles, dependencies

    /// The name that a key spells. The length decides first, which spares most keys any comparison.
    init?(_ key: JSONText, _ scanner: JSONScanner) {
      if key.isEscaped {
        self.init(rawValue: scanner.text(key))
        return
      }
      func holds(_ literal: StaticString) -> Bool { scanner.holds(literal, at: key.range) }
      switch key.range.count {
      case 2 where holds("id"): self = .id
      case 4 where holds("type"): self = .type
      case 5 where holds("title"): self = .title
      case 5 where holds("state"): self = .state
      case 5 where holds("tasks"): self = .tasks
      case 6 where holds("parent"): self = .parent
      case 6 where holds("blocks"): self = .blocks
      case 8 where holds("children"): self = .children
      case 8 where holds("priority"): self = .priority
      case 9 where holds("component"): self = .component
      case 9 where holds("blockedBy"): self = .blockedBy
      case 11 where holds("targetFiles"): self = .targetFiles
      case 12 where holds("dependencies"): self = .dependencies
      default: return nil
      }
    }
  }

  /// Steps over the value of a key and keeps what it says, if it matters.
  mutating func read(_ key: JSONText, _ scanner: inout JSONScanner) throws(ScanFailure) {
    switch Name(key, scanner) {
    case .id: id = try scanner.stringOrSkip()
    case .type: type = try scanner.stringOrSkip()
    case .title: title = try scanner.stringOrSkip()
    case .state: state = try scanner.state()
    case .tasks: taskFiles = try scanner.taskFiles()
    case .parent: parent = try ids(.parent, &scanner).first
    case .blocks: blocks = try ids(.blocks, &scanner)
    case .children: children = try ids(.children, &scanner)
    case .priority: priority = try scanner.stringOrSkip()
    case .component: component = try scanner.stringOrSkip()
    case .blockedBy: blockedBy = try ids(.blockedBy, &scanner)
    case .targetFiles: targetFiles = try scanner.paths()
    case .dependencies: dependencies = try ids(.dependencies, &scanner)
    case nil: try scanner.skipValue()
    }
  }

  /// A list of ids, one id for a list of one, or null for none; anything else is noted as unreadable.
  private mutating func ids(_ name: Name, _ scanner: inout JSONScanner) throws(ScanFailure) -> [TicketID] {
    var ids: [TicketID] = []
    var isReadable = true
    switch scanner.next() {
    case UInt8(ascii: "["):
      try scanner.eachElement { (scanner) throws(ScanFailure) in
        // Most tickets wait for few: room for them is made once.
        if ids.isEmpty { ids.reserveCapacity(4) }
        if let id = try scanner.stringOrSkip() { ids.append(TicketID(id)) } else { isReadable = false }
      }
    case UInt8(ascii: "\""):
      if let id = try scanner.stringOrSkip(), !id.isEmpty { ids.append(TicketID(id)) }
    case let byte:
      try scanner.skipValue()
      isReadable = byte == UInt8(ascii: "n")
    }
    unreadable.removeAll { $0 == name.rawValue }
    if !isReadable { unreadable.append(name.rawValue) }
    return ids
  }

  func ticket(in file: [UInt8], range: Range<Int>) -> Ticket {
    Ticket(
      id: TicketID(id ?? ""), title: title?.isEmpty == true ? nil : title, type: type, state: state ?? .unprocessed,
      namesState: state != nil, priority: priority.map { Priority($0) } ?? .normal, dependencies: dependencies, blockedBy: blockedBy,
      blocks: blocks, parent: parent, children: children, targetFiles: paths, unreadableFields: unreadable,
      componentField: component?.isEmpty == true ? nil : component, format: .sage, file: file, range: range)
  }

  private var paths: [String] {
    if taskFiles.isEmpty && targetFiles.count < 2 { return targetFiles }
    var known: Set<String> = []
    return (targetFiles + taskFiles).filter { known.insert($0).inserted }
  }
}

extension JSONScanner {
  /// A state; nil for null, which is as good as none, and the JSON text of anything that is no string.
  fileprivate mutating func state() throws(ScanFailure) -> TicketState? {
    if next() == UInt8(ascii: "\"") { return TicketState(text(try skipString())) }
    let range = try skipValue()
    if bytes[range.lowerBound] == UInt8(ascii: "n") { return nil }
    return .other(text(JSONText(range: range, isEscaped: false)))
  }

  /// The `files` of every task.
  fileprivate mutating func taskFiles() throws(ScanFailure) -> [String] {
    var files: [String] = []
    try eachObject { (scanner, key) throws(ScanFailure) in
      if scanner.key(key, is: "files") { files += try scanner.paths() } else { try scanner.skipValue() }
    }
    return files
  }

  /// Paths: a list of texts or of objects with a `path`, or a single text.
  fileprivate mutating func paths() throws(ScanFailure) -> [String] {
    guard next() == UInt8(ascii: "[") else { return try stringOrSkip().map { [$0] }?.filter { !$0.isEmpty } ?? [] }
    var paths: [String] = []
    try eachElement { (scanner) throws(ScanFailure) in
      var path: String?
      if scanner.next() == UInt8(ascii: "{") {
        try scanner.eachMember { (scanner, key) throws(ScanFailure) in
          if scanner.key(key, is: "path") { path = try scanner.stringOrSkip() } else { try scanner.skipValue() }
        }
      } else {
        path = try scanner.stringOrSkip()
      }
      if let path, !path.isEmpty { paths.append(path) }
    }
    return paths
  }

  /// Calls `body` with each key of each object in the array that stands here; anything else is stepped over.
  private mutating func eachObject(_ body: (inout JSONScanner, JSONText) throws(ScanFailure) -> Void) throws(ScanFailure) {
    guard next() == UInt8(ascii: "[") else {
      try skipValue()
      return
    }
    try eachElement { (scanner) throws(ScanFailure) in
      if scanner.next() == UInt8(ascii: "{") { try scanner.eachMember(body) } else { try scanner.skipValue() }
    }
  }
}
