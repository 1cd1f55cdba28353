import Platform
import SageStream
import Support
import Testing
import Tickets

/// Main stays green: what lands has passed the check as it lands.
@Suite("The check before landing")
struct CheckTests {
  /// A queue of tickets that each write a file of their own name, and a check that is red where a file `bad-*` exists.
  private func scenario(_ ids: [String], schedule: String = "batch") async throws -> Scenario {
    let scenario = try await Scenario.with(tickets: ids.map { "{\"id\":\"\($0)\",\"title\":\"Do \($0)\"}" }.joined(separator: ","))
    try await scenario.git("config", "sageStream.schedule", schedule)
    try await scenario.git(
      "config", "sageStream.worker",
      try scenario.worker(#"case $SAGE_TICKET_ID in *bad*) echo x >"bad-$SAGE_TICKET_ID";; esac; echo x >"out-$SAGE_TICKET_ID""#))
    return scenario
  }

  /// Notes the tree that it is run on, and is red where there is a bad file.
  private func check(_ scenario: Scenario, _ extra: String = "") throws -> String {
    try scenario.worker(
      """
      git rev-parse 'HEAD^{tree}' >>"\(scenario.root.path.string)/checked"
      \(extra)
      if ls | grep -q '^bad-'; then echo "found $(ls | grep '^bad-')"; exit 1; fi
      """, name: "check.sh")
  }

  private func checked(_ scenario: Scenario) throws -> [String] {
    (try File.readText(scenario.root.path.appending("checked")) ?? "").split(separator: "\n").map(String.init)
  }

  private func tickets(_ scenario: Scenario) throws -> [String: Ticket] {
    let index = try TicketIndex(parsing: Array((try scenario.read(Scenario.queuePath) ?? "").utf8))
    return Dictionary(uniqueKeysWithValues: index.tickets.map { ($0.id.rawValue, $0) })
  }

  private func landed(_ scenario: Scenario) async throws -> [String] { try await Invariants(scenario: scenario).landed() }

  @Test("every tree that main stood at has passed, the culprit is set aside with the log, the others land")
  func everyTicket() async throws {
    let scenario = try await scenario(["A", "bad", "C"])
    let run = try await scenario.sage("--auto", "--parallel=3", "--check", try check(scenario))
    #expect(run.status == 1, "\(run.error)")
    #expect(try await landed(scenario) == ["A", "C"])
    let trees = try await scenario.git("log", "--format=%T", "--grep=Sage-Ticket:").split(separator: "\n").map(String.init)
    #expect(trees.allSatisfy { tree in (try? checked(scenario).contains(tree)) == true }, "exactly what landed was checked")
    let bad = try #require(try tickets(scenario)["bad"])
    #expect(bad.state == .deferred && bad.deferReason?.category == "check_failed")
    let log = try #require(bad.deferReason?.message.split(separator: " ").last.map { FilePath(String($0)) })
    #expect(bad.deferReason?.message == "the check failed with exit status 1, see \(log)")
    #expect(try File.readText(log) == "found bad-bad\n")
    #expect(try await scenario.git("rev-parse", "--verify", "refs/heads/sage/bad^{commit}").count == 40)
    for command in [["log", "bad"], ["status"], ["conflicts", "bad"]] {
      #expect(try await scenario.sage(command).output.contains(log.string), "\(command)")
    }
    #expect(run.output.contains("3 checks in "))
    try await Invariants(scenario: scenario).check()
  }

  @Test("a batch is checked once, searched when red, and costs no innocent its landing")
  func batch() async throws {
    let scenario = try await scenario(["A", "B", "bad1", "D", "bad2", "F"])
    try await scenario.git("config", "sageStream.checkScope", "batch")
    let run = try await scenario.sage("--auto", "--parallel=6", "--json", "--check", try check(scenario))
    #expect(run.status == 1, "\(run.error)")
    #expect(Set(try await landed(scenario)) == ["A", "B", "D", "F"])
    #expect(
      try tickets(scenario).values.filter { $0.deferReason?.category == "check_failed" }.map(\.id.rawValue).sorted() == ["bad1", "bad2"])
    // The tip of main has passed, and no tree was run more than twice.
    let trees = try checked(scenario)
    #expect(Dictionary(grouping: trees) { $0 }.values.allSatisfy { $0.count <= 2 })
    let events = try run.output.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
    #expect(events.filter { $0["event"]?.string == "check.started" }.count == trees.count)
    #expect(events.filter { $0["event"]?.string == "check.finished" }.allSatisfy { $0["seconds"] != nil && $0["tree"] != nil })
    // What was only looked at is not kept.
    #expect(try await scenario.sage("clean").status == 0)
    #expect(try await scenario.git("for-each-ref", "refs/sage-stream/salvage") == "")
    try await Invariants(scenario: scenario).check()

    // One that failed in a batch is tried alone, behind the others.
    try scenario.write("all", "x\n")
    try await scenario.commit("By the user")
    try await scenario.sage("retry", "bad1")
    let queue = try #require(try scenario.read(Scenario.queuePath))
    try scenario.write(Scenario.queuePath, queue.replacing("\"tickets\":[", with: "\"tickets\":[{\"id\":\"G\"},{\"id\":\"H\"},"))
    let second = try await scenario.sage("--auto", "--parallel=3", "--json", "--check", try check(scenario))
    let asked = try second.output.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
      .filter { $0["event"]?.string == "check.started" }.compactMap { $0["tickets"]?.array?.compactMap(\.string) }
    #expect(asked.map(\.count).max() == 2 && asked.last == ["bad1"], "\(asked)")
  }

  @Test("a check that fails once and then passes is flaky: all land, and it is said")
  func flaky() async throws {
    let scenario = try await scenario(["A", "B"])
    try await scenario.git("config", "sageStream.checkScope", "batch")
    let once = "\(scenario.root.path.string)/once"
    let run = try await scenario.sage(
      "--auto", "--parallel=2", "--check", try check(scenario, "[ -e '\(once)' ] || { touch '\(once)'; exit 1; }"))
    #expect(run.status == 0, "\(run.error)")
    #expect(run.error.contains("warning: the check failed and then passed on the same tree (A, B): it is flaky"))
    #expect(run.output.contains("1 flaky"))
  }

  @Test("a green verdict outlives the run: what was undone and lands again is not checked again")
  func cached() async throws {
    let scenario = try await scenario(["A"])
    let check = try check(scenario)
    #expect(try await scenario.sage("--auto", "--check", check).status == 0)
    #expect(try await scenario.sage("undo").status == 0)
    let again = try await scenario.sage("--auto", "--check", check)
    #expect(again.status == 0, "\(again.error)")
    #expect(try checked(scenario).count == 1)
    #expect(again.output.contains("no check had to run, 1 verdict known from before"))
    // Another command is another question.
    #expect(try await scenario.sage("undo").status == 0)
    #expect(try await scenario.sage("--auto", "--check", "\(check) && true").status == 0)
    #expect(try checked(scenario).count == 2)
  }

  @Test("where main itself is red no ticket is blamed: what mends it lands, and the others with it", arguments: ["ticket", "batch"])
  func redMain(scope: String) async throws {
    let scenario = try await scenario(["A", "B"])
    try await scenario.git("config", "sageStream.checkScope", scope)
    try scenario.write("bad-start", "x\n")
    try await scenario.commit("Does not pass")
    let check = try check(scenario)
    let run = try await scenario.sage("--auto", "--parallel=2", "--check", check)
    #expect(run.status == 1, "\(run.error)")
    #expect(run.output.contains("landed 0, conflicted 0, failed 0, deferred 0, held 2"), "\(run.output)")
    let said = "warning: main itself does not pass: the check failed with exit status 1, see "
    #expect(run.errorLines.count { $0.hasPrefix(said) } == 1, "\(run.error)")
    #expect(try tickets(scenario).values.allSatisfy { $0.state == .unprocessed })
    let tree = try await scenario.git("rev-parse", "main^{tree}")
    #expect(try checked(scenario).count { $0 == tree } == 1, "main is asked about once")

    let queue = try #require(try scenario.read(Scenario.queuePath))
    try scenario.write(Scenario.queuePath, queue.replacing("\"tickets\":[", with: "\"tickets\":[{\"id\":\"MEND\"},"))
    let worker = try scenario.worker("git rm -q bad-start", name: "mend.sh")
    let mended = try await scenario.sage("--auto", "--worker", worker, "--check", check)
    #expect(mended.status == 0, "\(mended.output)\(mended.error)")
    #expect(Set(try await landed(scenario)) == ["A", "B", "MEND"])
    try await Invariants(scenario: scenario, mine: [Scenario.queuePath]).check()
  }

  @Test("125 is undecided, 127 stops the run and blames nobody, a signal is nobody's fault")
  func ends() async throws {
    let undecided = try await scenario(["A"])
    #expect(try await undecided.sage("--auto", "--check", "exit 125").status == 1)
    #expect(try tickets(undecided)["A"]?.deferReason?.category == "check_undecided")
    try await undecided.sage("retry", "A")
    #expect(try await undecided.sage("--auto", "--check", "exit 125", "--check-undecided=land").status == 0)

    let scenario = try await scenario(["A"])
    let start = try await scenario.id(of: "main")
    let missing = try await scenario.sage("--auto", "--check", "./nowhere.sh")
    #expect(missing.status == 128)
    #expect(missing.errorLines.contains("fatal: the check cannot run (status 127): ./nowhere.sh; nothing has landed on main"))
    #expect(try await scenario.id(of: "main") == start)

    // What was finished waits for the next run, whose check is killed twice: it stays.
    let killed = try await scenario.sage("--auto", "--check", "kill -9 $$")
    #expect(killed.status == 1)
    #expect(killed.output.contains("the check was killed by signal 9 twice, which is not the ticket's fault"), "\(killed.output)")
    #expect(try tickets(scenario)["A"]?.state == .unprocessed)
    let green = try await scenario.sage("--auto", "--limit=0", "--check", "true")
    #expect(green.status == 0, "\(green.error)")
    #expect(try await landed(scenario) == ["A"])
    try await Invariants(scenario: scenario).check()
  }

  @Test("a check that does not end is ended, and has failed")
  func timeout() async throws {
    let scenario = try await scenario(["A"])
    let run = try await scenario.sage("--auto", "--timeout=1s", "--check", "sleep 600")
    #expect(run.status == 1)
    #expect(try tickets(scenario)["A"]?.deferReason?.message.hasPrefix("the check ran longer than 1 s, see ") == true)
  }

  @Test("workers go on while a check runs, and what lands was checked on top of what the user committed meanwhile")
  func movedMeanwhile() async throws {
    let scenario = try await scenario(["A", "B"], schedule: "flow")
    // The worker of B ends only when the check of A runs, and the check of A only when B's worker has ended.
    let place = scenario.root.path.string
    let worker = try scenario.worker(
      "if [ $SAGE_TICKET_ID = B ]; then until [ -e '\(place)/checking' ]; do sleep 0.02; done; touch '\(place)/b'; fi; echo x >out-$SAGE_TICKET_ID"
    )
    let check = try check(
      scenario,
      """
      if [ ! -e '\(place)/checking' ]; then
        touch '\(place)/checking'; until [ -e '\(place)/b' ]; do sleep 0.02; done
        cd '\(scenario.path.string)' && echo u >by-user && git add by-user && git commit -qm 'By the user'
      fi
      """)
    let run = try await scenario.sage("--auto", "--parallel=2", "--worker", worker, "--check", check)
    #expect(run.status == 0, "\(run.error)")
    let trees = try await scenario.git("log", "--format=%T", "--grep=Sage-Ticket:").split(separator: "\n").map(String.init)
    #expect(trees.count == 2 && trees.allSatisfy { tree in (try? checked(scenario).contains(tree)) == true })
    #expect(try scenario.read("by-user") == "u\n")
    try await Invariants(scenario: scenario).check()
  }

  @Test("git init in a test suite cannot reach the real repository, whatever git exports")
  func cleanEnvironment() async throws {
    let scenario = try await scenario(["A"])
    let configuration = scenario.path.appending(".git/config")
    let before = try File.read(configuration)
    let folder = scenario.path.appending(".git")
    let run = try await scenario.sage(
      ["--auto", "--check", "env | grep ^GIT_ >seen; mkdir inner && cd inner && git init -q --bare . && git config user.name nobody"],
      setting: ["GIT_DIR": folder.string, "GIT_WORK_TREE": scenario.path.string, "GIT_INDEX_FILE": folder.appending("index").string])
    #expect(run.status == 0, "\(run.error)")
    #expect(try File.read(configuration) == before)
    try await Invariants(scenario: scenario).check()
  }

  @Test("what git ignores stays in the check's worktree from one check to the next; everything else goes")
  func caches() async throws {
    let scenario = try await scenario(["A", "B"])
    try scenario.write(".gitignore", "build/\n")
    try await scenario.commit("Ignore")
    let check = try check(
      scenario,
      "[ ! -e debris ] || exit 1; touch debris; echo x >>README.md; mkdir -p build; echo x >>build/count; cp build/count '\(scenario.root.path)/count'"
    )
    #expect(try await scenario.sage("--auto", "--parallel=2", "--check", check).status == 0)
    #expect(try File.readText(scenario.root.path.appending("count")) == "x\nx\n")
    #expect(try await scenario.sage("clean").status == 0)
    #expect(try FileStatus.of(scenario.root.path.appending("repository.sage-stream")) == nil)
  }

  @Test("killed during a check, nothing is lost and nothing is done twice", arguments: [Failpoint.checkStarted, .checkFinished])
  func killed(_ point: Failpoint) async throws {
    let scenario = try await scenario(["A"])
    let starts = scenario.root.path.appending("starts")
    let worker = try scenario.worker("echo $SAGE_TICKET_ID >>'\(starts)'; echo x >out-$SAGE_TICKET_ID")
    let check = try check(scenario)
    let arguments = ["--auto", "--worker", worker, "--check", check]
    _ = try await scenario.sage(arguments, setting: ["GIT_SAGE_STREAM_FAILPOINT": "\(point.rawValue)=kill"])
    #expect(try await landed(scenario) == [])
    let resumed = try await scenario.sage(arguments)
    #expect(resumed.status == 0, "\(resumed.error)")
    #expect(try await landed(scenario) == ["A"])
    #expect(try File.readText(starts) == "A\n")
    // A verdict that was there before the kill is not asked for again.
    if point == .checkFinished { #expect(try checked(scenario).count == 1) }
    try await Invariants(scenario: scenario).check()
  }

  @Test("Ctrl-C ends a check as well; what waited for it lands in the next run")
  func interrupted() async throws {
    let scenario = try await scenario(["A"])
    let fifo = scenario.root.path.appending("checking").string
    let answer = try await scenario.shell(
      """
      mkfifo '\(fifo)'
      git-sage-stream --auto --check "echo >'\(fifo)'; sleep 600" & pid=$!
      read line <'\(fifo)'
      kill -TERM $pid
      wait $pid
      """)
    #expect(answer.status == 130, "\(answer.error)")
    #expect(try tickets(scenario)["A"]?.state == .unprocessed)
    #expect(try await scenario.sage("--auto", "--limit=0", "--check", "true").status == 0)
    #expect(try await landed(scenario) == ["A"])
  }
}
