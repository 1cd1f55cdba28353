import Platform
import Support
import Testing
import Tickets

/// A run goes on in the background of a shell; its workers wait on FIFOs, so every test decides what happens when.
@Suite("Requests: what another terminal asks of a run that goes on")
struct RequestTests {
  /// A worker that says `started-<ticket>` through a FIFO and waits for a word in `go-<ticket>`: `ok`, or a status.
  private func scenario(_ tickets: String) async throws -> (scenario: Scenario, worker: String) {
    let scenario = try await Scenario.with(tickets: tickets)
    let root = scenario.root.path.string
    let worker = try scenario.worker(
      """
      echo "$SAGE_TICKET_ID" >out-$SAGE_TICKET_ID.txt
      echo >"\(root)/started-$SAGE_TICKET_ID"
      read word <"\(root)/go-$SAGE_TICKET_ID"
      [ "$word" = ok ] || exit 3
      """)
    for ticket in ["A", "B"] {
      for name in ["started", "go"] { mkfifo("\(root)/\(name)-\(ticket)", 0o600) }
    }
    return (scenario, worker)
  }

  /// What lies in the box, but for the bell, which a killed run leaves there.
  private func requests(_ scenario: Scenario) throws -> [String] {
    try Folder.names(in: scenario.path.appending(".git/sage-stream/requests")).map { String(decoding: $0, as: UTF8.self) }
      .filter { $0 != "bell" }
  }

  /// - Parameters:
  ///   - failpoint: of the run alone.
  ///   - script: what happens while the run goes on.
  private func play(
    _ scenario: Scenario, _ worker: String, _ options: String = "", failpoint: String = "", _ script: String
  ) async throws -> Answer {
    let root = scenario.root.path.string
    return try await scenario.shell(
      """
      cd '\(scenario.path.string)'
      GIT_SAGE_STREAM_FAILPOINT=\(failpoint) git-sage-stream --auto \(options) --worker '\(worker)' >'\(root)/out' 2>'\(root)/err' & pid=$!
      started() { read line <'\(root)/started-'$1; }
      go() { echo $2 >'\(root)/go-'$1; }
      \(script)
      wait $pid; echo "run: $?"
      cat '\(root)/err' >&2
      """)
  }

  @Test("retry makes a set-aside ticket work again in the run that goes on")
  func retry() async throws {
    let (scenario, worker) = try await scenario(#"{"id":"A"},{"id":"B"}"#)
    let answer = try await play(
      scenario, worker, "--parallel=2",
      """
      started A; started B
      go A 3
      until git-sage-stream status | grep -q '^set aside   1: A'; do :; done
      git-sage-stream retry A; echo "retry: $?"
      started A; go A ok; go B ok
      """)
    #expect(answer.output == "A is work again\nretry: 0\nrun: 0\n", "\(answer.error)")
    #expect(try scenario.states() == ["A": "COMPLETED", "B": "COMPLETED"])
    #expect(try await scenario.sage("log", "A").output.contains("attempt 2"))
    #expect(try FileStatus.of(scenario.path.appending(".git/sage-stream/requests/bell")) == nil)
    #expect(try requests(scenario) == [])
  }

  @Test("pause starts nothing more and does not end the run; continue goes on")
  func pause() async throws {
    let (scenario, worker) = try await scenario(#"{"id":"A"},{"id":"B"}"#)
    let answer = try await play(
      scenario, worker, "",
      """
      started A
      git-sage-stream pause >/dev/null; echo "pause: $?"
      go A ok
      until git-sage-stream status | grep -q '^landed      1: A'; do :; done
      git-sage-stream status | head -n 1 | sed 's/.*: //'
      git-sage-stream continue >/dev/null; echo "continue: $?"
      started B; go B ok
      """)
    #expect(answer.output == "pause: 0\npaused; git sage-stream continue starts the next tickets\ncontinue: 0\nrun: 0\n", "\(answer.error)")
    #expect(try scenario.states() == ["A": "COMPLETED", "B": "COMPLETED"])
  }

  @Test("cancel stops one attempt and nothing else; its ticket stays work and what it made is saved")
  func cancel() async throws {
    let (scenario, worker) = try await scenario(#"{"id":"A"},{"id":"B"}"#)
    let answer = try await play(
      scenario, worker, "--parallel=2",
      """
      started A; started B
      git-sage-stream cancel A; echo "cancel: $?"
      git-sage-stream cancel Z; echo "unknown: $?"
      go B ok
      """)
    #expect(
      answer.output.hasPrefix("the attempt at A is being stopped; what it made is kept\ncancel: 0\nunknown: 129\n"), "\(answer.error)")
    #expect(try scenario.states() == ["A": "UNPROCESSED", "B": "COMPLETED"])
    #expect(try await scenario.git("for-each-ref", "refs/sage-stream/salvage/A").isEmpty == false)
  }

  @Test("abort stops a run in order: what is finished lands, the rest is saved")
  func abort() async throws {
    let (scenario, worker) = try await scenario(#"{"id":"A"},{"id":"B","dependencies":["A"]}"#)
    let answer = try await play(scenario, worker, "", "started A; git-sage-stream abort >/dev/null; echo \"abort: $?\"")
    #expect(answer.output == "abort: 0\nrun: 130\n", "\(answer.error)")
    #expect(try scenario.states() == ["A": "UNPROCESSED", "B": "UNPROCESSED"])
    #expect(try await scenario.sage("status").output.contains("interrupted"))
  }

  @Test("what is refused says why, and without a run there is nobody to ask")
  func refused() async throws {
    let (scenario, worker) = try await scenario(#"{"id":"A"}"#)
    for verb in [["pause"], ["continue"], ["cancel", "A"]] {
      let answer = try await scenario.sage(verb)
      #expect(answer.status == 128 && answer.error.hasPrefix("fatal: no run is going on; nothing was changed"), "\(answer.error)")
    }
    let answer = try await play(scenario, worker, "", "started A; git-sage-stream retry A 2>&1; echo \"retry: $?\"; go A ok")
    #expect(answer.output.hasPrefix("fatal: A is being worked on, or its finished work waits to land, so there is nothing to retry"))
    #expect(answer.output.hasSuffix("retry: 128\nrun: 0\n"))
  }

  @Test("a worker that types such a verb gets an error at once")
  func insideWorker() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"}"#)
    let worker = try scenario.worker("git sage-stream pause 2>&1 | head -n 1 >said.txt || :")
    #expect(try await scenario.sage("--auto", "--worker", worker).status == 0)
    #expect(try scenario.read("said.txt")?.contains("which holds the lock that it would wait for") == true)
  }

  @Test("a run that is killed between its answer and the end of the request has done it once")
  func answered() async throws {
    let (scenario, worker) = try await scenario(#"{"id":"A"},{"id":"B"}"#)
    let answer = try await play(
      scenario, worker, "--parallel=2", failpoint: "request.answered=kill",
      """
      started A; started B
      go A 3
      until git-sage-stream status | grep -q '^set aside   1: A'; do :; done
      git-sage-stream retry A; echo "retry: $?"
      """)
    #expect(answer.output == "A is work again\nretry: 0\nrun: 137\n", "\(answer.error)")
    #expect(try scenario.states() == ["A": "UNPROCESSED", "B": "UNPROCESSED"])
    let events = try await scenario.shell("cat .git/sage-stream/runs/*/journal.jsonl | grep -c '\"ticket.reopened\"'").output
    #expect(events == "1\n")
    #expect(try requests(scenario) == [])
  }

  @Test("killed around a request, the next start does what was left unanswered, and nothing twice", arguments: [true, false])
  func killed(isRunKilled: Bool) async throws {
    let (scenario, worker) = try await scenario(#"{"id":"A"},{"id":"B"}"#)
    let failpoint = "GIT_SAGE_STREAM_FAILPOINT"
    _ = try await play(
      scenario, worker, "--parallel=2",
      """
      started A; started B
      go A 3
      until git-sage-stream status | grep -q '^set aside   1: A'; do :; done
      kill -STOP $pid
      \(failpoint)=request.written=kill git-sage-stream retry A
      \(isRunKilled ? "kill -KILL $pid" : "kill -CONT $pid; started A; go A ok; go B ok")
      """)
    if isRunKilled {
      #expect(try await scenario.sage("--auto", "--limit=0").status == 0)
      #expect(try scenario.states() == ["A": "UNPROCESSED", "B": "UNPROCESSED"])
    } else {
      #expect(try scenario.states() == ["A": "COMPLETED", "B": "COMPLETED"])
    }
    #expect(try requests(scenario) == [])
  }
}
