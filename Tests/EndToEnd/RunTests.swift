import Platform
import Support
import Testing
import Tickets

@Suite("Whole runs, as a user types them")
struct RunTests {
  /// Writes a file named after the ticket.
  private let writer = #"echo "$SAGE_TICKET_TITLE" >"out-$SAGE_TICKET_ID.txt""#

  private func states(_ scenario: Scenario) throws -> [String: String] {
    let index = try TicketIndex(parsing: Array((try scenario.read(Scenario.queuePath) ?? "").utf8))
    return Dictionary(uniqueKeysWithValues: index.tickets.map { ($0.id.rawValue, $0.state.text) })
  }

  @Test("tickets land in dependency order, one after the other and in parallel")
  func lands() async throws {
    for options in [[], ["--parallel=3"], ["--parallel=2", "--schedule=batch"]] {
      let scenario = try await Scenario.with(
        tickets:
          #"{"id":"C","title":"third","dependencies":["B"]},{"id":"B","title":"second","dependencies":["A"]},{"id":"A","title":"first"}"#)
      let answer = try await scenario.sage(["--auto", "--worker", try scenario.worker(writer)] + options)
      #expect(answer.status == 0, "\(answer.error)")
      #expect(answer.output.contains("landed 3, conflicted 0, failed 0, deferred 0, held 0"))
      let subjects = try await scenario.git("log", "--format=%s", "--grep=Sage-Ticket:").split(separator: "\n")
      #expect(subjects == ["task(C): #C third", "task(B): #B second", "task(A): #A first"])
      #expect(try scenario.read("out-C.txt") == "third\n")
      #expect(try states(scenario) == ["A": "COMPLETED", "B": "COMPLETED", "C": "COMPLETED"])
      #expect(try await scenario.git("status", "--porcelain") == "")
      try await scenario.fsck()
    }
  }

  #if os(Linux)
    @Test("a machine that hands out little address space is enough: no git that runs reserves any")
    func littleAddressSpace() async throws {
      let scenario = try await Scenario.with(tickets: #"{"id":"A"},{"id":"B"},{"id":"C"},{"id":"D"}"#)
      let worker = try scenario.worker(writer)
      let answer = try await scenario.shell("ulimit -v 1500000 && exec git sage-stream --auto --parallel=4 --worker '\(worker)'")
      #expect(answer.status == 0, "\(answer.error)")
      #expect(try states(scenario) == ["A": "COMPLETED", "B": "COMPLETED", "C": "COMPLETED", "D": "COMPLETED"])
    }
  #endif

  @Test("what needs a ticket starts when that has landed, not when its landing has written the queue's file")
  func startsAfterTheLanding() async throws {
    let scenario = try await Scenario.with(
      tickets: #"""
        {"id":"EPIC","title":"epic","children":["A"]},
        {"id":"A","title":"first","priority":"P0","parent":"EPIC","targetFiles":["z-A.txt"]},
        {"id":"LONG","title":"takes the other worker","priority":"P0"},{"id":"B","title":"is next","priority":"P1"},
        {"id":"C-1","title":"needs it","dependencies":["A"],"priority":"P0"},
        {"id":"C-2","title":"needs its epic","dependencies":["EPIC"],"priority":"P0"},
        {"id":"C-3","title":"touches the same","targetFiles":["z-A.txt"],"priority":"P0"},
        {"id":"D","title":"needs nothing","priority":"P3"}
        """#)
    let (reached, goOn) = (scenario.root.path.appending("reached"), scenario.root.path.appending("go-on"))
    let end = scenario.root.path.appending("end")
    for fifo in [reached, goOn, end] { try #require(mkfifo(fifo.string, 0o600) == 0) }
    // git writes the files of a landing in the order of their names, so the landing of A stops after the queue's. B ends then, and whichever
    // ticket that lets start has the landing go on.
    let filter = try scenario.worker(
      """
      if [ "$(pwd -P)" = "\(scenario.path.string)" ] && mkdir "\(scenario.root.path.string)/once" 2>/dev/null; then
        echo >"\(reached.string)"; read -r line <"\(goOn.string)"
      fi
      exec cat
      """, name: "filter.sh")
    try await scenario.git("config", "filter.slow.smudge", filter)
    try scenario.write(".gitattributes", "z-A.txt filter=slow\n")
    try await scenario.commit("A filter")
    let worker = try scenario.worker(
      """
      case $SAGE_TICKET_ID in
        LONG) read -r line <"\(end.string)" ;;
        B) read -r line <"\(reached.string)" ;;
        C-* | D)
          found=$(ls z-A.txt || :)
          if mkdir "\(scenario.root.path.string)/gone-on" 2>/dev/null; then echo >"\(goOn.string)"; echo >"\(end.string)"; fi
          [ "$found" = z-A.txt ] || [ $SAGE_TICKET_ID = D ] ;;
      esac
      echo "$SAGE_TICKET_ID" >z-$SAGE_TICKET_ID.txt
      """)
    let run = try await scenario.sage("--auto", "--parallel=2", "--worker", worker)
    #expect(run.status == 0, "\(run.output)\(run.error)")
    #expect(run.output.contains("landed 7, conflicted 0, failed 0, deferred 0, held 0"))
  }

  @Test("a conflict is set aside with a report, and the rest lands")
  func conflict() async throws {
    let scenario = try await Scenario.with(
      tickets: #"{"id":"A","title":"French"},{"id":"B","title":"Italian"},{"id":"C","title":"Other"}"#)
    // Both writers of the greeting wait for each other, so that they begin from the same commit.
    let worker = try scenario.worker(
      """
      case $SAGE_TICKET_ID in
        A) touch "\(scenario.root.path.string)/a"; until [ -e "\(scenario.root.path.string)/b" ]; do sleep 0.05; done ;;
        B) touch "\(scenario.root.path.string)/b"; until [ -e "\(scenario.root.path.string)/a" ]; do sleep 0.05; done ;;
        C) echo c >c.txt; exit 0 ;;
      esac
      echo "$SAGE_TICKET_TITLE" >README.md
      """)
    let run = try await scenario.sage("--auto", "--parallel=3", "--worker", worker)
    #expect(run.status == 1)
    #expect(run.output.contains("landed 2, conflicted 1, failed 0, deferred 0, held 0"))
    let loser = try states(scenario)["A"] == "DEFERRED" ? "A" : "B"
    #expect(run.output.contains("          next: git sage-stream conflicts \(loser)\n"))
    let report = try await scenario.sage("conflicts")
    #expect(report.status == 0)
    #expect(report.output.hasPrefix("main is safe: \(loser) has not landed, and no side was chosen\n"))
    #expect(report.output.contains("README.md:1\n"))
    #expect(report.output.contains("base 1 | hello"))
    let json = try JSON(parsing: Array(try await scenario.sage("conflicts", loser, "--json").output.utf8))
    #expect(json["conflicts"]?.array?.first?["ticket"]?.string == loser)
    #expect(json["conflicts"]?.array?.first?["paths"]?.array?.first?["type"]?.string == "content")
    #expect(try await scenario.sage("conflicts", "C").output == "no conflicts: nothing is parked\n")
  }

  @Test("a worker that fails stops nobody else; its reason and log are named")
  func failure() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"},{"id":"B"}"#)
    let worker = try scenario.worker("if [ $SAGE_TICKET_ID = A ]; then echo broken; exit 3; fi\n\(writer)")
    let run = try await scenario.sage("--auto", "--worker", worker)
    #expect(run.status == 1)
    #expect(run.output.contains("landed 1, conflicted 0, failed 1, deferred 0, held 0"))
    #expect(run.output.contains("failed    A\n"))
    let log = try #require(run.output.split(separator: "\n").first { $0.contains("log: ") }?.split(separator: " ").last)
    #expect(try File.readText(FilePath(String(log)))?.contains("broken") == true)
    #expect(try states(scenario) == ["A": "DEFERRED", "B": "COMPLETED"])
  }

  @Test("--json is one event a line, and the last one is the only run.finished")
  func json() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A","title":"first"}"#)
    let run = try await scenario.sage("--auto", "--json", "--worker", try scenario.worker(writer))
    #expect(run.status == 0)
    let events = try run.output.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
    #expect(events.allSatisfy { $0["schema_version"]?.int == 1 && $0["run"]?.string == events.first?["run"]?.string })
    #expect(events.compactMap { $0["seq"]?.int } == Array(1...events.count))
    #expect(events.filter { $0["event"]?.string == "run.finished" }.count == 1)
    #expect(events.last?["event"]?.string == "run.finished")
    #expect(events.last?["landed"] == ["A"])
    #expect(run.error == "")
  }

  @Test("nothing to do is no failure")
  func nothing() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A","state":"COMPLETED"}"#)
    let run = try await scenario.sage("--auto", "--worker", "true")
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("nothing to do: no ticket is ready and none is held\n"))
  }

  @Test("a worker command that cannot run stops the run and blames no ticket")
  func cannotRun() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"},{"id":"B"}"#)
    let before = try await scenario.git("rev-parse", "HEAD")
    let run = try await scenario.sage("--auto", "--worker", "./nowhere.sh")
    #expect(run.status == 128)
    #expect(run.errorLines.contains("fatal: the worker command cannot run (status 127): ./nowhere.sh; nothing has landed on main"))
    #expect(try states(scenario).values.allSatisfy { $0 == "UNPROCESSED" })
    #expect(try await scenario.git("rev-parse", "HEAD") == before)
  }

  @Test("odd ids are only names: they land, and nothing else happens")
  func oddIDs() async throws {
    let ids = ["../../x", "-rf", "a b", "HEAD", "refs/heads/x", "a;touch pwned", "$(touch pwned)", "Ünï", "a.lock", "A", "a"]
    let tickets = ids.map { JSON.object(["id": .string($0), "title": .string("do \($0)")]).serialized() }.joined(separator: ",")
    let scenario = try await Scenario.with(tickets: tickets)
    for id in ids {
      #expect(try await scenario.sage("explain", "--", id).output.contains("READY"), "\(id)")
      #expect(try await scenario.sage("show", "--", id).status == 0, "\(id)")
      #expect(try await scenario.sage("--dry-run", "--ticket", id).status == 0, "\(id)")
    }
    let worker = try scenario.worker(#"printf '%s\n' "$SAGE_TICKET_ID" >"done-$SAGE_SLOT-$(date +%N)""#)
    let run = try await scenario.sage("--auto", "--parallel=4", "--worker", worker)
    #expect(run.status == 0, "\(run.error)")
    #expect(try states(scenario).values.allSatisfy { $0 == "COMPLETED" })
    let trailers = try await scenario.git("log", "--format=%(trailers:key=Sage-Ticket,valueonly)").split(separator: "\n").map(String.init)
    #expect(Set(trailers) == Set(ids))
    let names = try await scenario.git("ls-files", "--others", "--cached").split(separator: "\n")
    #expect(!names.contains { $0.contains("pwned") })
    #expect(try FileStatus.of(scenario.root.path.appending("x")) == nil)
  }

  @Test("a reader that goes away does not stop the run")
  func brokenPipe() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"},{"id":"B"},{"id":"C"}"#)
    let worker = try scenario.worker(writer)
    _ = try await scenario.shell("git sage-stream --auto --json --worker '\(worker)' | head -n 1")
    #expect(try states(scenario).values.allSatisfy { $0 == "COMPLETED" })
  }

  @Test("TERM ends a run in an orderly way: 130, the ticket stays work, the same command goes on")
  func interrupt() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A","title":"first"}"#)
    let started = scenario.root.path.appending("started").string
    let worker = try scenario.worker(
      "if [ ! -e '\(started).done' ]; then touch '\(started).done'; echo >'\(started)'; sleep 600; fi; \(writer)")
    let answer = try await scenario.shell(
      """
      mkfifo '\(started)'
      git-sage-stream --auto --worker '\(worker)' & pid=$!
      read line <'\(started)'
      kill -TERM $pid
      wait $pid
      """)
    #expect(answer.status == 130, "\(answer.error)")
    #expect(answer.output.contains("interrupted: nothing landed on main; type the same command again to go on"))
    #expect(try states(scenario) == ["A": "UNPROCESSED"])
    #expect(try await scenario.git("status", "--porcelain") == "")
    #expect(try await scenario.sage("--auto", "--worker", worker).status == 0)
    #expect(try states(scenario) == ["A": "COMPLETED"])
  }

  @Test("a second one does not wait for a worker that does not stop: what it has not finished is saved", .timeLimit(.minutes(5)))
  func interruptedTwice() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A","title":"first"}"#)
    try await scenario.git("config", "sageStream.grace", "1h")
    let (started, asked) = (scenario.root.path.appending("started").string, scenario.root.path.appending("asked").string)
    let worker = try scenario.worker(
      "echo half >half.txt; trap 'echo >\(asked)' TERM; echo >'\(started)'; while :; do sleep 600 & wait $!; done")
    let answer = try await scenario.shell(
      """
      mkfifo '\(started)' '\(asked)'
      git-sage-stream --auto --worker '\(worker)' & pid=$!
      read line <'\(started)'
      kill -TERM $pid
      read line <'\(asked)'
      kill -TERM $pid
      wait $pid
      """)
    #expect(answer.status == 130, "\(answer.error)")
    #expect(answer.output.contains("interrupted: nothing landed on main; type the same command again to go on"))
    #expect(try states(scenario) == ["A": "UNPROCESSED"])
    let saved = try await scenario.git("for-each-ref", "--format=%(refname)", "refs/sage-stream/salvage").split(separator: "\n")
    #expect(saved.count == 1)
    #expect(try await scenario.show("\(saved.first ?? ""):half.txt") == "half\n")
    #expect(try await scenario.git("status", "--porcelain") == "")
    #expect(try await scenario.sage("--auto", "--worker", "echo whole >whole.txt").status == 0)
    #expect(try states(scenario) == ["A": "COMPLETED"])
  }

  @Test(
    "a ticket that becomes ready when finished work of an interrupted run lands is started, though none was when the run began",
    .timeLimit(.minutes(5)))
  func readyAfterTakeover() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"},{"id":"B","dependencies":["A"]}"#)
    let worker = #"echo x >"$SAGE_TICKET_ID""#
    let killed = try await scenario.sage(
      "--auto", "--worker", worker, setting: ["GIT_SAGE_STREAM_FAILPOINT": "submission.anchored=kill"])
    #expect(killed.status != 0)
    let answer = try await scenario.sage("--auto", "--worker", worker)
    #expect(answer.status == 0, "\(answer.error)")
    #expect(try await scenario.git("ls-tree", "--name-only", "main").split(separator: "\n").filter { $0.count == 1 } == ["A", "B"])
  }

  @Test("what a landing kept alive that is over goes with the next start, also where the run that made it has ended")
  func forgottenPending() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"}"#)
    #expect(try await scenario.sage("--auto", "--worker", "echo a >a.txt").status == 0)
    // As a run leaves it whose disk failed on the last event of a landing.
    try await scenario.git("update-ref", "refs/sage-stream/pending/main", "main")
    #expect(try await scenario.sage("--auto", "--worker", "true").status == 0)
    #expect(try await scenario.git("for-each-ref", "refs/sage-stream/pending") == "")
    #expect(try await Invariants(scenario: scenario).findings() == [])
  }

  @Test("what a worker left when its run was killed before it was looked at is saved by the next start, also in a slot that nobody needs")
  func savedWhereNobodyWorks() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"},{"id":"B"}"#)
    let begun = scenario.root.path.appending("begun").string
    // Of the two only B ends; after that nobody waits.
    let worker = try scenario.worker(
      #"echo x >"$SAGE_TICKET_ID"; [ "$SAGE_TICKET_ID" = B ] || mkdir '\#(begun)' 2>/dev/null && [ "$SAGE_TICKET_ID" = A ] && exec sleep 600; true"#
    )
    let killed = try await scenario.sage(
      "--auto", "--parallel=2", "--worker", worker, setting: ["GIT_SAGE_STREAM_FAILPOINT": "worker.exited=kill"])
    #expect(killed.status > 129)
    #expect(try await scenario.sage("--auto", "--worker", worker).status == 0)
    #expect(try states(scenario) == ["A": "COMPLETED", "B": "COMPLETED"])
    let saved = try await scenario.git("for-each-ref", "--format=%(refname)", "refs/sage-stream/salvage").split(separator: "\n")
    #expect(saved.contains { $0.hasPrefix("refs/sage-stream/salvage/B/") }, "\(saved)")
    for slot in ["slot-1", "slot-2"] {
      let path = scenario.root.path.appending("repository.sage-stream").appending(slot)
      #expect(try await scenario.git("status", "--porcelain", in: path) == "", "\(slot)")
    }
  }

  @Test(
    "a queue that a landing was writing when the disk was full is put in order by the next start; one that somebody else broke is not touched"
  )
  func tornQueue() async throws {
    for kept in [0.0, 0.5, nil] {
      let scenario = try await Scenario.with(tickets: #"{"id":"A","title":"first"},{"id":"B","title":"second"}"#)
      let worker = #"echo x >"$SAGE_TICKET_ID""#
      let killed = try await scenario.sage("--auto", "--worker", worker, setting: ["GIT_SAGE_STREAM_FAILPOINT": "index.locked=kill"])
      #expect(killed.status > 129)
      let written = try await scenario.git("show", "refs/sage-stream/pending/main:\(Scenario.queuePath)")
      if let kept {
        try scenario.write(Scenario.queuePath, String(written.prefix(Int(Double(written.count) * kept))))
      } else {
        try scenario.remove(Scenario.queuePath)
      }
      let answer = try await scenario.sage("--auto", "--worker", worker)
      #expect(answer.status == 0, "\(answer.error)")
      #expect(try states(scenario) == ["A": "COMPLETED", "B": "COMPLETED"])
      #expect(try await scenario.git("status", "--porcelain") == "")
    }
    let scenario = try await Scenario.with(tickets: #"{"id":"A","title":"first"}"#)
    _ = try await scenario.sage("--auto", "--worker", "echo x >x", setting: ["GIT_SAGE_STREAM_FAILPOINT": "index.locked=kill"])
    try scenario.write(Scenario.queuePath, "{ \"tickets\": [ my own, not finished\n")
    #expect(try await scenario.sage("--auto", "--worker", "echo x >x").status == 128)
    #expect(try scenario.read(Scenario.queuePath) == "{ \"tickets\": [ my own, not finished\n")
  }
}
