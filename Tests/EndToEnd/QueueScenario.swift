import Platform
import SageStream
import Support
import Testing
import Tickets

/// A repository with a queue and a worker, driven through the real binary as `git sage-stream`.
final class QueueScenario {
  let repository: Scenario
  /// Where the worker notes each of its starts.
  let starts: FilePath

  /// What the tickets of a queue do to the repository.
  enum Shape: String, CaseIterable {
    /// One ticket that leaves its changes uncommitted.
    case oneCommit = "one commit"
    case threeCommits = "three commits"
    /// Two tickets that edit the same line.
    case conflict = "conflict"
    /// Three tickets that land as one chain.
    case group = "group of three"
    /// A worker that fails and leaves work behind, so that there is something to salvage.
    case failure = "failure"

    var tickets: [String] {
      switch self {
      case .oneCommit, .threeCommits, .failure: ["A-1"]
      case .conflict: ["A-1", "A-2"]
      case .group: ["A-1", "A-2", "A-3"]
      }
    }

    /// A shell script; `$SAGE_TICKET_ID` is the ticket.
    var worker: String {
      switch self {
      case .oneCommit, .group:
        "echo $SAGE_TICKET_ID > $SAGE_TICKET_ID.txt; echo changed-$SAGE_TICKET_ID >> shared-$SAGE_TICKET_ID.txt; rm -f old-$SAGE_TICKET_ID.txt"
      case .threeCommits:
        "for n in 1 2 3; do echo $n > part-$n.txt; git add -A; git commit -qm \"part $n\"; done; echo end >> shared-A-1.txt; git commit -qam end"
      case .failure: "echo half > half.txt; echo changed >> shared-A-1.txt; exit 3"
      case .conflict: "echo $SAGE_TICKET_ID > clash.txt; echo $SAGE_TICKET_ID > $SAGE_TICKET_ID.txt"
      }
    }
  }

  /// What the user has in the main work tree.
  enum Checkout: String, CaseIterable {
    case clean
    case unrelatedChanges = "unrelated changes"
    /// Changes of a path that a ticket touches.
    case overlappingChanges = "overlapping changes"
    case elsewhere = "not checked out"
  }

  init(_ shape: Shape, _ checkout: Checkout) async throws {
    repository = try await Scenario()
    starts = repository.root.path.appending("starts")
    try repository.write("mine.txt", "mine\n")
    try repository.write("staged.txt", "staged\n")
    try repository.write("clash.txt", "base\n")
    for ticket in ["A-1", "A-2", "A-3"] {
      try repository.write("shared-\(ticket).txt", "start\n")
      try repository.write("old-\(ticket).txt", "old\n")
    }
    let tickets = shape.tickets.map { "{ \"id\": \"\($0)\", \"title\": \"Ticket \($0)\", \"state\": \"UNPROCESSED\" }" }
    try repository.write(".sage/tickets/index.json", "{\n  \"tickets\": [\n    \(tickets.joined(separator: ",\n    "))\n  ]\n}\n")
    try await repository.commit("Start")
    try await repository.git("config", "sageStream.worker", "echo $SAGE_TICKET_ID >> '\(starts.string)'; \(shape.worker)")
    switch checkout {
    case .clean: break
    case .unrelatedChanges:
      try repository.write("mine.txt", "mine, edited\n")
      try repository.write("staged.txt", "staged, edited\n")
      try await repository.git("add", "staged.txt")
      try repository.write("untracked.txt", "untracked\n")
    case .overlappingChanges:
      try repository.write("shared-A-1.txt", "the user was here\n")
      try repository.write("clash.txt", "the user was here, too\n")
    case .elsewhere: try await repository.checkout(new: "elsewhere")
    }
  }

  /// Runs the queue as one chain, dying where the failpoint says.
  func run(
    failpoint: String? = nil, setting more: [String: String] = [:]
  ) async throws -> (status: Int32, output: String, error: String) {
    guard let binary = BuiltBinary.path else { throw Scenario.Failure(description: "git-sage-stream was not built") }
    var extra = ["PATH": binary.removingLastComponent().string + ":" + (repository.environment["PATH"] ?? "")]
    if let failpoint { extra["GIT_SAGE_STREAM_FAILPOINT"] = failpoint }
    extra.merge(more) { $1 }
    let result = try await repository.run(
      "git", ["sage-stream", "--auto", "--parallel=3", "--schedule=batch", "--onto", "main"], setting: extra)
    return (result.status, String(decoding: result.output, as: UTF8.self), result.error)
  }

  /// The end of a run, in a form that does not depend on ids and dates: main's files, landed tickets, states, the user's own files.
  func outcome() async throws -> Outcome {
    let files = try await repository.git("ls-tree", "-r", "main").split(separator: "\n").map(String.init).filter { !$0.contains(".sage/") }
    let landed = try await repository.git("log", "--format=%(trailers:key=Sage-Ticket,valueonly,separator=)", "main")
      .split(separator: "\n").map(String.init)
    // A queue that is not checked out is edited where it lies.
    let index = try TicketIndex(parsing: try File.read(repository.path.appending(".sage/tickets/index.json")) ?? [])
    let status = try await repository.git("status", "--porcelain", "--untracked-files=all").split(separator: "\n").map(String.init)
      .filter { !$0.contains(".sage/") }
    var mine: [String] = []
    for line in status { mine.append("\(line): \(try repository.read(String(line.dropFirst(3))) ?? "-")") }
    return Outcome(
      files: files, landed: landed.sorted(), states: index.tickets.map { "\($0.id) \($0.state.text)" }, mine: mine,
      branches: try await repository.git("for-each-ref", "--format=%(refname)", "refs/heads").split(separator: "\n").map(String.init))
  }

  struct Outcome: Equatable {
    var files: [String]
    /// One line for each landed commit.
    var landed: [String]
    var states: [String]
    /// What `git status` calls changed, with its content.
    var mine: [String]
    var branches: [String]

    /// The same with A-1 and A-2 in each other's place.
    var mirrored: Outcome {
      func mirror(_ lines: [String]) -> [String] {
        lines.map { line in
          line.replacing("A-1", with: "\0").replacing("A-2", with: "A-1").replacing("\0", with: "A-2")
        }
      }
      return Outcome(files: mirror(files), landed: mirror(landed), states: mirror(states), mine: mirror(mine), branches: mirror(branches))
    }

    /// In an order that does not depend on which is which, and without the ids of files whose content is a ticket's name.
    var comparable: Outcome {
      let names = files.map { line in
        line.contains("clash.txt") || line.contains("\tA-") ? String(line.drop { $0 != "\t" }) : line
      }
      return Outcome(
        files: names.sorted(), landed: landed.sorted(), states: states.sorted(), mine: mine.sorted(), branches: branches.sorted())
    }
  }

  /// Locks and temporary files of ours that outlived their process.
  func leftovers() throws -> [String] {
    let folder = repository.path.appending(".git")
    let names = try Folder.names(in: folder).map { String(decoding: $0, as: UTF8.self) }
    return names.filter { name in
      name.hasSuffix(".lock") || name.hasPrefix("index.sage-stream") || name.hasPrefix("sage-stream.") || name.contains(".tmp.")
    }
  }

  func workerStarts() throws -> [String] { (try File.readText(starts) ?? "").split(separator: "\n").map(String.init).sorted() }
}
