import Platform
import Support
import Testing
import Tickets

@Suite("Foresight in a run")
struct ForesightRunTests {
  @Test("status, progress and events name two workers that will clash, and the conflict is theirs")
  func clash() async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"},{"id":"B"}"#)
    let root = scenario.root.path.string
    for ticket in ["A", "B"] { mkfifo("\(root)/go-\(ticket)", 0o600) }
    let worker = try scenario.worker("echo $SAGE_TICKET_ID >same.txt; read line <\"\(root)/go-$SAGE_TICKET_ID\"")
    let answer = try await scenario.shell(
      """
      cd '\(scenario.path.string)'
      GIT_SAGE_STREAM_LOOK=50 git-sage-stream --auto --parallel=2 --worker '\(worker)' 2>'\(root)/err' >'\(root)/out' & pid=$!
      until git-sage-stream status | grep '^clash ahead'; do :; done
      git-sage-stream status --json | tr -d ' \\n' | grep -o '"clashes":.*'
      echo >'\(root)/go-A'
      until git-sage-stream status | grep -q '^landed      1: A'; do :; done
      git-sage-stream status | grep '^clash ahead'
      echo >'\(root)/go-B'
      wait $pid; echo "run: $?"
      cat '\(root)/err'
      """)
    let lines = answer.output.split(separator: "\n").map(String.init)
    #expect(
      lines.prefix(4) == [
        "clash ahead  A x B  same.txt", #""clashes":[{"ticket":"A","with":"B","paths":["same.txt"]}]}"#, "clash ahead  A x B  same.txt",
        "run: 1",
      ], "\(answer.output)\(answer.error)")
    #expect(lines.count { $0 == "clash     A x B  same.txt  (ahead)" } == 1)
    #expect(lines.contains { $0.hasPrefix("conflict  B") })
    let scratch = try Folder.names(in: scenario.path.appending(".git/sage-stream/scratch")).map { String(decoding: $0, as: UTF8.self) }
    #expect(!scratch.contains { $0.hasPrefix("foresight") })
    let journals = try await scenario.shell("cat '\(scenario.path.string)'/.git/sage-stream/runs/*/journal.jsonl")
    #expect(journals.output.split(separator: "\n").count { $0.contains(#""event":"clash.predicted""#) } == 1)
  }
}
