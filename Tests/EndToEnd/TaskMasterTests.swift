import Platform
import Support
import Testing
import Tickets

@Suite("A repository of Task Master needs no conversion")
struct TaskMasterRunTests {
  private static let path = ".taskmaster/tasks/tasks.json"
  private static let queue = #"""
    {
      "next": {
        "tasks": [{"id": 1, "title": "Something else", "status": "pending", "dependencies": []}]
      },
      "master": {
        "tasks": [
          {"id": 1, "title": "Set up", "status": "done", "dependencies": []},
          {
            "id": 2, "title": "Log in", "description": "With a token.", "status": "pending", "dependencies": [1], "subtasks": [
              {"id": 1, "title": "Client", "details": "Write it.", "testStrategy": "Call it.", "status": "pending", "dependencies": []},
              {"id": 2, "title": "Callback", "status": "pending", "dependencies": [1]}
            ]
          },
          {"id": 3, "title": "Ship", "status": "pending", "dependencies": [2]},
          {"id": 4, "title": "Later", "status": "cancelled", "dependencies": []}
        ],
        "metadata": {"description": "Tasks"}
      }
    }

    """#

  private func scenario() async throws -> Scenario {
    let scenario = try await Scenario()
    try scenario.write(Self.path, Self.queue)
    try await scenario.commit("Begin")
    return scenario
  }

  @Test("subtasks are worked on in order, their task is done with the last of them, and only the words of status change")
  func run() async throws {
    let scenario = try await scenario()
    let worker = try scenario.worker(
      """
      echo "$SAGE_TICKET_TITLE" >"$SAGE_TICKET_ID.txt"; cat "$SAGE_PROMPT_FILE" >>"\(scenario.root.path.string)/prompts"
      mkdir -p .taskmaster; echo mine >.taskmaster/note
      """)
    let answer = try await scenario.sage("--auto", "--parallel=2", "--worker", worker)
    #expect(answer.status == 0, "\(answer.error)")
    let files = try await scenario.git("ls-tree", "-r", "--name-only", "main").split(separator: "\n").map(String.init)
    #expect(files == [Self.path, "2.1.txt", "2.2.txt", "3.txt"], "nothing that a worker writes below .taskmaster lands")
    let subjects = try await scenario.git("log", "--reverse", "--format=%s|%(trailers:key=Sage-Ticket,valueonly,separator=)", "main")
    #expect(subjects == "Begin|\ntask(2): #2.1 Client|2.1\ntask(2): #2.2 Callback|2.2\ntask(3): #3 Ship|3")
    let parts = Self.queue.split(separator: "\"master\"", maxSplits: 1).map(String.init)
    let expected = parts[0] + "\"master\"" + parts[1].replacing(#""status": "pending""#, with: #""status": "done""#)
    #expect(try scenario.read(Self.path) == expected)
    #expect(try await scenario.git("status", "--porcelain") == "")
    let prompts = try #require(try File.readText(scenario.root.path.appending("prompts")))
    #expect(prompts.contains("2: Log in. Only the part above is yours."))
    #expect(prompts.contains("With a token.") && prompts.contains("Write it.") && prompts.contains("Call it."))
    try await scenario.fsck()
  }

  @Test("the tag that was chosen last is the queue, and a run that was interrupted on another one keeps its states to itself")
  func tags() async throws {
    let scenario = try await scenario()
    try scenario.write(".taskmaster/state.json", #"{"currentTag": "next"}"#)
    #expect(try await scenario.sage("list").output.contains("Something else"))
    let killed = try await scenario.sage(
      "--auto", "--worker", try scenario.worker("echo x >x"), setting: ["GIT_SAGE_STREAM_FAILPOINT": "main.moved=kill"])
    #expect(killed.status != 0)
    try scenario.write(".taskmaster/state.json", #"{"currentTag": "master"}"#)
    let refused = try await scenario.sage("--auto", "--worker", "true")
    #expect(refused.status == 128)
    #expect(refused.error.contains("was interrupted while it worked on another queue"), "\(refused.error)")
    #expect(refused.error.contains("hint: choose its tag first: task-master use-tag next"))
    #expect(try await scenario.sage("list").output.contains("Log in"))
    try scenario.write(".taskmaster/state.json", #"{"currentTag": "next"}"#)
    #expect(try await scenario.sage("--auto", "--worker", "true").status == 0)
    let index = try TicketIndex(parsing: Array((try scenario.read(Self.path) ?? "").utf8), tag: "next")
    #expect(index["1"]?.state == .completed)
  }

  @Test("a tag without tasks is named, with those that have some")
  func unknownTag() async throws {
    let scenario = try await scenario()
    try scenario.write(".taskmaster/state.json", #"{"currentTag": "gone"}"#)
    let answer = try await scenario.sage("plan")
    #expect(answer.status == 128)
    #expect(answer.error.contains("it has no tasks under the tag 'gone', only under 'next', 'master'"), "\(answer.error)")
  }
}
