import Platform
import SageStream
import Support
import Testing
import Tickets

/// The tool is killed while a git child of its is at work in a checkout or a slot, and that child lives on: held up in a smudge filter, which waits
/// until it is told to go on.
@Suite("Killed while git writes files", .serialized)
struct ChildKillTests {
  enum Place: String, CaseIterable {
    case readTree = "read-tree, which updates the user's checkout"
    case checkoutIndex = "checkout-index, which recovery runs there"
    case reset = "reset, which fills a slot"
  }

  /// Whether the child goes on while the next run is at work already, or dies with the tool and leaves its files half written.
  enum End: String, CaseIterable {
    case goesOn = "goes on beside the next run"
    case dies = "is killed as well"
  }

  @Test("inside git, the next run waits for what goes on, and finishes", arguments: Place.allCases, End.allCases)
  func killed(_ place: Place, _ end: End) async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A","title":"first"}"#)
    let root = scenario.root.path
    for name in ["reached", "go"] { #expect(mkfifo(root.appending(name).string, 0o600) == 0) }
    // Holds the first file that it is given while `hold` names the folder that it is run in.
    let filter = try scenario.worker(
      """
      if [ "$(cat '\(root)/hold' 2>/dev/null)" = "$(pwd -P)" ]; then
        rm -f '\(root)/hold'; echo >'\(root)/reached'; read -r go <'\(root)/go'
      fi
      exec cat
      """, name: "filter.sh")
    try scenario.write(".gitattributes", "*.slow filter=slow\n")
    try scenario.write("old.slow", "old\n")
    try scenario.write("mine.txt", "mine\n")
    try await scenario.commit("Slow")
    try await scenario.git("config", "filter.slow.smudge", filter)
    try await scenario.git("config", "filter.slow.clean", "cat")
    try scenario.write("mine.txt", "edited\n")
    let worker = try scenario.worker("echo new >new.slow; echo changed >old.slow; echo plain >plain.txt")
    let work = try await UserWork.of(try await Project.open(from: scenario.path, environment: scenario.environment))
    let held = place == .reset ? root.appending("repository.sage-stream/slot-1") : scenario.path
    let first =
      place == .checkoutIndex
      ? "GIT_SAGE_STREAM_FAILPOINT=worktree.updated=kill git-sage-stream --auto --worker '\(worker)' >'\(root)/first' 2>&1\n" : ""
    // The filter is held up (an event), then the tool dies; what `ps` finds below it is the git child with its filter.
    let answer = try await scenario.shell(
      """
      \(first)printf %s '\(held)' >'\(root)/hold'
      git-sage-stream --auto --worker '\(worker)' >'\(root)/out' 2>&1 & tool=$!
      read -r reached <'\(root)/reached'
      children=$(ps -o pid= --ppid $tool)
      kill -KILL $tool; wait $tool
      \(end == .dies ? "kill -KILL $children" : "")
      git-sage-stream --auto --worker '\(worker)' >'\(root)/next' 2>&1 & next=$!
      echo >'\(root)/go'
      wait $next; echo "ended with $?"
      """)
    let said = (try File.readText(root.appending("next")) ?? "") + answer.error
    #expect(answer.output == "ended with 0\n", "\(said)")
    #expect(try scenario.states() == ["A": "COMPLETED"])
    for (path, text) in [("new.slow", "new\n"), ("old.slow", "changed\n"), ("plain.txt", "plain\n")] {
      #expect(try scenario.read(path) == text, "\(said)")
      #expect(try await scenario.show("main:\(path)") == text)
    }
    let invariants = Invariants(scenario: scenario, mine: ["mine.txt"])
    #expect(try await invariants.findings(earlierWork: work) == [])
    try await invariants.check()
  }
}
