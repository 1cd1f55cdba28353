import Git
import Platform
import Tickets

/// The form of `conflicts/<ticket>.json`, of `conflicts --json` and of `SAGE_CONFLICT_FILE`.
///
/// A path is its text; one that is not UTF-8 (or starts with a quote) is written as git quotes it, `"caf\351"`.
extension ConflictReport {
  public static let schemaVersion = 1

  public var json: JSON {
    var object: JSON.Object = [
      "schema_version": JSON(Self.schemaVersion), "ticket": JSON(ticket.rawValue), "title": JSON(title), "branch": JSON(branch.short),
      "base": JSON(base.hex), "onto": JSON(onto.hex), "commit": JSON(commit.hex), "run": JSON(run.rawValue), "attempt": JSON(attempt),
      "time": JSON(time.description),
    ]
    if let log { object["log"] = JSON(log.string) }
    let others = others.sorted { $0.key < $1.key }
    object["others"] = .object(JSON.Object(others.map { JSON.Object.Member($0.key.rawValue, JSON($0.value)) }))
    object["paths"] = JSON(paths.map(\.json))
    return .object(object)
  }

  /// Reads what `json` writes. Nil where something that every report has is missing, or the schema is one we do not know.
  public init?(json: JSON) {
    guard json["schema_version"]?.int == Self.schemaVersion, let ticket = json["ticket"]?.string,
      let branch = json["branch"]?.string,
      let base = json["base"]?.string.flatMap({ CommitID(hex: $0) }), let onto = json["onto"]?.string.flatMap({ CommitID(hex: $0) }),
      let commit = json["commit"]?.string.flatMap({ CommitID(hex: $0) }), let run = json["run"]?.string.flatMap({ RunID($0) }),
      let attempt = json["attempt"]?.int, let time = json["time"]?.string.flatMap({ WallTime($0) }),
      let elements = json["paths"]?.array
    else { return nil }
    let paths = elements.compactMap { ConflictedFile(json: $0) }
    guard paths.count == elements.count else { return nil }
    var others: [TicketID: String] = [:]
    for member in json["others"]?.object?.members ?? [] { others[TicketID(member.key)] = member.value.string }
    self.init(
      ticket: TicketID(ticket), title: json["title"]?.string ?? "", branch: .branch(branch), base: base, onto: onto, commit: commit,
      run: run, attempt: attempt, time: time, log: (json["log"]?.string).map { FilePath($0) }, others: others, paths: paths)
  }
}

extension ConflictedFile {
  var json: JSON {
    var object: JSON.Object = ["path": JSON(path.jsonText), "type": JSON(type), "message": JSON(message)]
    if let oursPath { object["ours_path"] = JSON(oursPath.jsonText) }
    object["hunks"] = JSON(hunks.map(\.json))
    object["landed_by"] = landedBy?.json ?? .null
    if let note { object["note"] = JSON(note) }
    return .object(object)
  }

  init?(json: JSON) {
    guard let path = json["path"]?.string, let type = json["type"]?.string, let message = json["message"]?.string,
      let elements = json["hunks"]?.array
    else { return nil }
    let hunks = elements.compactMap { ConflictHunk(json: $0) }
    guard hunks.count == elements.count else { return nil }
    self.init(
      path: TreePath(jsonText: path), oursPath: (json["ours_path"]?.string).map { TreePath(jsonText: $0) }, type: type, message: message,
      hunks: hunks, landedBy: json["landed_by"].flatMap { LandedChange(json: $0) }, note: json["note"]?.string)
  }
}

extension ConflictHunk {
  var json: JSON {
    var object: JSON.Object = [:]
    for (name, side) in [("base", base), ("ours", ours), ("theirs", theirs)] {
      object[name] = JSON(side.lines)
      object[name + "_start"] = JSON(side.start)
      object[name + "_count"] = JSON(side.count)
    }
    object["landed_by"] = landedBy?.json ?? .null
    if landedByAll.count > 1 { object["landed_by_all"] = JSON(landedByAll.map(\.json)) }
    if let note { object["note"] = JSON(note) }
    return .object(object)
  }

  init?(json: JSON) {
    func side(_ name: String) -> Side? {
      guard let lines = json[name]?.array, let start = json[name + "_start"]?.int else { return nil }
      return Side(start: start, count: json[name + "_count"]?.int ?? lines.count, lines: lines.compactMap(\.string))
    }
    guard let base = side("base"), let ours = side("ours"), let theirs = side("theirs") else { return nil }
    let landedBy = json["landed_by"].flatMap { LandedChange(json: $0) }
    let all = json["landed_by_all"]?.array?.compactMap { LandedChange(json: $0) }
    self.init(
      base: base, ours: ours, theirs: theirs, landedBy: landedBy, landedByAll: all ?? [landedBy].compactMap(\.self),
      note: json["note"]?.string)
  }
}

extension LandedChange {
  var json: JSON {
    [
      "ticket": ticket.map { JSON($0.rawValue) } ?? .null, "commit": JSON(commit.hex), "subject": JSON(subject), "author": JSON(author),
      "time": JSON(time.toTheSecond),
    ]
  }

  init?(json: JSON) {
    guard let commit = json["commit"]?.string.flatMap({ CommitID(hex: $0) }) else { return nil }
    self.init(
      ticket: (json["ticket"]?.string).map { TicketID($0) }, commit: commit, subject: json["subject"]?.string ?? "",
      author: json["author"]?.string ?? "", time: json["time"]?.string.flatMap { WallTime($0) } ?? WallTime(seconds: 0))
  }
}
