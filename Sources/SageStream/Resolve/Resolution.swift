import Git
import Platform
import Tickets

/// A conflict that somebody is finishing by hand: what the worktree of `resolve ID` was opened with, and how far it has come.
///
/// The one thing that is remembered of it; where the cherry-pick stands the worktree itself says, so that what the user types there with plain
/// git counts just the same.
struct Resolution: Sendable, Equatable {
  enum Phase: String, Sendable {
    /// Its worktree is being made: what stands there is not the user's yet.
    case opening
    /// The user works on it.
    case open
    /// The picks are done, and `tip` is to land.
    case finished
    /// The ticket's work is not to land; its worktree goes.
    case dropped
    /// All is to be as before.
    case aborted
  }

  let ticket: TicketID
  /// The attempt that conflicted.
  let attempt: Attempt
  let target: RefName
  /// Where the ticket's work is parked, and its tip there when this began.
  let branch: RefName
  let original: CommitID
  /// The commit that the worktree began with: the target's tip then.
  var onto: CommitID
  /// What is picked, oldest first.
  var commits: [CommitID]
  let worktree: FilePath
  var phase = Phase.opening
  /// The last of the finished commits.
  var tip: CommitID?
  /// git sees no conflict, and a person has to change something all the same (a file was moved to where nothing lands).
  var needsEdit = false
  /// The report as it was, as JSON.
  let report: JSON
}

extension Resolution {
  var json: JSON {
    [
      "schema_version": 1, "ticket": JSON(ticket.rawValue), "run": JSON(attempt.run.rawValue), "attempt": JSON(attempt.number),
      "target": JSON(target.rawValue), "branch": JSON(branch.rawValue), "original": JSON(original.hex), "onto": JSON(onto.hex),
      "commits": JSON(commits.map(\.hex)), "worktree": JSON(worktree.string), "phase": JSON(phase.rawValue),
      "tip": tip.map { JSON($0.hex) } ?? .null, "needs_edit": JSON(needsEdit), "report": report,
    ]
  }

  /// Nil for what is no such file of this version.
  init?(json: JSON) {
    func commit(_ key: String) -> CommitID? { json[key]?.string.flatMap { CommitID(hex: $0) } }
    guard json["schema_version"]?.int == 1, let ticket = json["ticket"]?.string, let run = json["run"]?.string.flatMap({ RunID($0) }),
      let number = json["attempt"]?.int, let target = json["target"]?.string, let branch = json["branch"]?.string,
      let original = commit("original"), let onto = commit("onto"), let commits = json["commits"]?.array,
      let worktree = json["worktree"]?.string, let phase = json["phase"]?.string.flatMap(Phase.init)
    else { return nil }
    self.init(
      ticket: TicketID(ticket), attempt: Attempt(ticket: TicketID(ticket), run: run, number: number), target: RefName(target),
      branch: RefName(branch), original: original, onto: onto, commits: commits.compactMap { $0.string.flatMap { CommitID(hex: $0) } },
      worktree: FilePath(worktree), phase: phase, tip: commit("tip"), needsEdit: json["needs_edit"]?.bool ?? false,
      report: json["report"] ?? .null)
  }
}

/// The conflicts that are being finished, one file a ticket: `resolve/<ticket>.json` in the state folder, and a lock beside it.
struct ResolutionStore: Sendable {
  let folder: FilePath
  private let names: TicketNames

  init(stateFolder: FilePath, names: TicketNames) {
    folder = stateFolder.appending("resolve")
    self.names = names
  }

  private func path(_ ticket: TicketID) -> FilePath { folder.appending(names.name(of: ticket) + ".json") }

  func read(_ ticket: TicketID) throws(Failure) -> Resolution? {
    let path = path(ticket)
    guard let bytes = try onDisk(path, { () throws(Errno) in try File.read(path) }) else { return nil }
    guard let found = (try? JSON(parsing: bytes)).flatMap({ Resolution(json: $0) }) else {
      throw .refused("\(path.string) is not readable for this version", hint: "rm it, then: git sage-stream resolve ID begins anew")
    }
    return found.ticket == ticket ? found : nil
  }

  /// Durable when this returns.
  func write(_ resolution: Resolution) throws(Failure) {
    let path = path(resolution.ticket)
    try onDisk(path) { () throws(Errno) in
      try Folder.create(folder, permissions: FilePermissions(rawValue: 0o700))
      try AtomicFile.write(Array((resolution.json.serialized(pretty: true) + "\n").utf8), to: path)
    }
  }

  func remove(_ ticket: TicketID) throws(Failure) {
    let path = path(ticket)
    try onDisk(path) { () throws(Errno) in try File.remove(path) }
  }

  /// All of them, by ticket. One that cannot be read is left out: the verb that is asked for it says so.
  func all() throws(Failure) -> [Resolution] {
    try onDisk(folder) { () throws(Errno) in
      guard try FileStatus.of(folder) != nil else { return [] }
      return try Folder.names(in: folder).compactMap { name -> Resolution? in
        guard name.suffix(5) == Array(".json".utf8)[...], let bytes = (try? File.read(folder.appending(bytes: name))) ?? nil else {
          return nil
        }
        return (try? JSON(parsing: bytes)).flatMap { Resolution(json: $0) }
      }.sorted { $0.ticket < $1.ticket }
    }
  }

  /// Nil where another process is at this ticket's conflict right now.
  func lock(_ ticket: TicketID) throws(Failure) -> FileLock? {
    let path = folder.appending(names.name(of: ticket) + ".lock")
    do throws(Errno) {
      try Folder.create(folder, permissions: FilePermissions(rawValue: 0o700))
      return try FileLock.tryLock(path)
    } catch { throw .fileSystem(path: path, error) }
  }
}
