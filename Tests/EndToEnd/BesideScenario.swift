import Platform
import SageStream
import Support
import Testing
import Tickets

/// A user at work in a repository with two tickets: A changes a file, B adds a folder and a file and removes another folder.
///
/// The user has a change and an untracked file, a stash, two more branches and, where a test asks for it, a second
/// checkout of the target.
struct BesideScenario {
  let scenario: Scenario
  private let worker: String
  /// What the user wrote, by a word that says what it is; each text occurs nowhere else.
  private static let belongings = [
    "a change": "notes of the user\n", "an untracked file": "untracked, of the user\n", "a stash": "stashed by the user\n",
    "a commit": "committed by the user\n",
  ]
  /// Where the user has, or may come to have, something of their own.
  static let mine = [
    "notes.txt", "untracked.txt", "stashed.txt", "other.txt", "staged.txt", ".notes.txt.swp", "#notes.txt#", "notes.txt~",
  ]

  init(hasSecondCheckout: Bool = false) async throws {
    scenario = try await Scenario()
    try scenario.write("a.txt", (1...9).map { "line \($0)\n" }.joined())
    try scenario.write("old/file.txt", "old\n")
    for name in ["notes", "stashed", "other", "staged"] { try scenario.write("\(name).txt", "\(name)\n") }
    let tickets = ["A", "B"].map { #"{"id":"\#($0)","title":"Ticket \#($0)","state":"UNPROCESSED"}"# }
    try scenario.write(Scenario.queuePath, "{\"tickets\":[\(tickets.joined(separator: ","))]}\n")
    try await scenario.commit("Begin")
    for name in ["One", "Two"] { try await scenario.commit(name) }
    try await scenario.checkout(new: "clash")
    try scenario.write("a.txt", "clash\n")
    try await scenario.commit("Clash")
    try await scenario.checkout(new: "other", at: "main")
    try scenario.write("other.txt", Self.belongings["a commit"] ?? "")
    try await scenario.commit("Other")
    try await scenario.checkout("main")
    try scenario.write("stashed.txt", Self.belongings["a stash"] ?? "")
    try await scenario.git("stash", "--quiet")
    try scenario.write("a.txt", "line 1\nline 2\nline 3\nline 4\nline 5\nline 6\nline 7\nline 8\nline nine\n")
    try await scenario.commit("Three")
    try scenario.write("notes.txt", Self.belongings["a change"] ?? "")
    try scenario.write("untracked.txt", Self.belongings["an untracked file"] ?? "")
    if hasSecondCheckout {
      try await scenario.git("worktree", "add", "--quiet", "--force", scenario.root.path.appending("second").string, "main")
    }
    worker = try scenario.worker(
      """
      case $SAGE_TICKET_ID in
        A) { echo A; tail -n +2 a.txt; } >a.tmp; mv a.tmp a.txt ;;
        B) mkdir new; echo b >new/b.txt; echo b >b.md; rm old/file.txt ;;
      esac
      """)
  }

  /// Arguments of a run over the whole queue.
  func arguments(_ schedule: String = "batch") -> [String] {
    ["--auto", "--parallel=2", "--onto", "main", "--schedule=\(schedule)", "--worker", worker]
  }

  func run(_ schedule: String = "batch") async throws -> Answer {
    try await scenario.sage(arguments(schedule), setting: ["GIT_SAGE_STREAM_PATIENCE": "100"])
  }

  /// Whether every ticket of a run that ended has landed or is held.
  static func hasLandedOrHeldAll(_ answer: Answer) -> Bool {
    let numbers = answer.output.split(separator: "\n").first { $0.hasPrefix("landed ") }?.split(separator: ",").compactMap {
      Int($0.split(separator: " ").last ?? "")
    }
    // landed, conflicted, failed, deferred, held
    return numbers?.count == 5 && (numbers?[1...3].allSatisfy { $0 == 0 } ?? false)
  }

  /// The user's work is somewhere: on disk, in a commit or in the stash.
  func checkBelongings(lost: Set<String> = [], sourceLocation: SourceLocation = #_sourceLocation) async throws {
    // A rebase that has stopped keeps what it stashed under no reference.
    let stashed = try scenario.read(".git/rebase-merge/autostash").map { [String($0.prefix { !$0.isNewline })] } ?? []
    let objects = try await scenario.git(["rev-list", "--objects", "--all", "--reflog"] + stashed)
    for (what, text) in Self.belongings where !lost.contains(what) {
      let blob = try await scenario.git("hash-object", "--stdin", input: text)
      let isOnDisk = try ["notes.txt", "untracked.txt", "stashed.txt", "other.txt"].contains { try scenario.read($0) == text }
      #expect(isOnDisk || objects.contains(blob), "\(what) is lost", sourceLocation: sourceLocation)
    }
  }

  /// The end of everything: both tickets are on main, whole, and in every checkout of it.
  func checkEverythingLanded(mine more: [String] = [], sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let invariants = Invariants(scenario: scenario, mine: Self.mine + more)
    try await invariants.check(sourceLocation: sourceLocation)
    #expect(try await Set(invariants.landed()).isSuperset(of: ["A", "B"]), sourceLocation: sourceLocation)
    #expect(try await scenario.show("main:a.txt").hasPrefix("A\nline 2\n"), sourceLocation: sourceLocation)
    #expect(try await scenario.show("main:new/b.txt") == "b\n", sourceLocation: sourceLocation)
    #expect(try await scenario.tryGit(["cat-file", "-e", "main:old/file.txt"]).status != 0, sourceLocation: sourceLocation)
    let index = try TicketIndex(parsing: Array((try scenario.read(Scenario.queuePath) ?? "").utf8))
    #expect(index.tickets.map(\.state.text) == ["COMPLETED", "COMPLETED"], sourceLocation: sourceLocation)
    #expect(try await scenario.git("for-each-ref", "refs/sage-stream/staging") == "", sourceLocation: sourceLocation)
  }
}
