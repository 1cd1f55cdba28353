import Git
import Platform
import Tickets

/// The check began to run on a tree.
public struct CheckStarted: Sendable {
  /// Those whose landing waits for it: one, or a whole batch up to some place.
  public var tickets: [TicketID]
  /// The commit whose tree is checked; it exists as an object only, until it lands.
  public var commit: CommitID
  /// Its tree without the ticket queue, which verdicts are remembered by.
  public var tree: TreeID
  public var slot: Int
  public var process: ProcessIdentity
  public var log: FilePath

  public init(tickets: [TicketID], commit: CommitID, tree: TreeID, slot: Int, process: ProcessIdentity, log: FilePath) {
    self.tickets = tickets
    self.commit = commit
    self.tree = tree
    self.slot = slot
    self.process = process
    self.log = log
  }
}

/// There is a verdict on a tree: the check has ended, or the answer was known.
public struct CheckFinished: Sendable {
  public var tickets: [TicketID]
  public var commit: CommitID
  public var tree: TreeID
  public var verdict: CheckVerdict
  public var seconds: Double
  /// The verdict was known, and nothing ran.
  public var isCached: Bool
  /// The slot in which it ran; nil where nothing ran.
  public var slot: Int?
  public var log: FilePath?
  /// It passed on a tree on which it had just failed.
  public var isFlaky: Bool

  public init(
    tickets: [TicketID], commit: CommitID, tree: TreeID, verdict: CheckVerdict, seconds: Double, isCached: Bool, slot: Int? = nil,
    log: FilePath? = nil, isFlaky: Bool = false
  ) {
    self.tickets = tickets
    self.commit = commit
    self.tree = tree
    self.verdict = verdict
    self.seconds = seconds
    self.isCached = isCached
    self.slot = slot
    self.log = log
    self.isFlaky = isFlaky
  }
}

extension CheckStarted {
  var members: [JSON.Object.Member] {
    [
      .init("tickets", JSON(tickets.map(\.rawValue))), .init("commit", .string(commit.hex)), .init("tree", .string(tree.hex)),
      .init("slot", JSON(slot)), .init("pid", JSON(Int(process.pid))), .init("start_time", .string(process.startTime)),
      .init("log", .string(log.string)),
    ]
  }

  init?(json: JSON) {
    guard let commit = json["commit"]?.string.flatMap({ CommitID(hex: $0) }), let tree = json["tree"]?.string.flatMap({ TreeID(hex: $0) }),
      let slot = json["slot"]?.int, let pid = json["pid"]?.int.flatMap({ Int32(exactly: $0) }), let start = json["start_time"]?.string
    else { return nil }
    self.init(
      tickets: (json["tickets"]?.array ?? []).compactMap { $0.string.map { TicketID($0) } }, commit: commit, tree: tree, slot: slot,
      process: ProcessIdentity(pid: pid, startTime: start), log: FilePath(json["log"]?.string ?? ""))
  }
}

extension CheckFinished {
  var members: [JSON.Object.Member] {
    [
      .init("tickets", JSON(tickets.map(\.rawValue))), .init("commit", .string(commit.hex)), .init("tree", .string(tree.hex)),
    ] + verdict.members + [.init("seconds", JSON(seconds)), .init("cached", JSON(isCached)), .init("flaky", JSON(isFlaky))]
      + (slot.map { [.init("slot", JSON($0))] } ?? []) + (log.map { [.init("log", .string($0.string))] } ?? [])
  }

  init?(json: JSON) {
    guard let commit = json["commit"]?.string.flatMap({ CommitID(hex: $0) }), let tree = json["tree"]?.string.flatMap({ TreeID(hex: $0) }),
      let verdict = CheckVerdict(json: json)
    else { return nil }
    self.init(
      tickets: (json["tickets"]?.array ?? []).compactMap { $0.string.map { TicketID($0) } }, commit: commit, tree: tree, verdict: verdict,
      seconds: json["seconds"]?.double ?? 0, isCached: json["cached"]?.bool ?? false, slot: json["slot"]?.int,
      log: json["log"]?.string.map { FilePath($0) }, isFlaky: json["flaky"]?.bool ?? false)
  }
}
