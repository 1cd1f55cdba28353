import Git
import Platform
import Support
import Testing
import Tickets

@testable import SageStream

@Suite("Notices for a person who is not looking")
struct NoticeTests {
  private let run = RunID(at: WallTime(seconds: 1_795_377_240), random: 7)

  private func event(_ fact: Fact) -> Event { Event(sequence: 1, time: WallTime(seconds: 1_795_377_240), run: run, fact: fact) }

  private func attempt(_ ticket: TicketID) -> Attempt { Attempt(ticket: ticket, run: run, number: 1) }

  @Test("a conflict, a held ticket, a red check, a long pause and the end are told, the rest is not")
  func events() {
    var fold = NoticeFold()
    let conflict = Fact.conflicted(
      ticket: "A-1", branch: .branch("sage/A-1"), report: "/x", paths: [TreePath("a.txt")], with: ["A-2"])
    #expect(fold.take(event(conflict))?.message == "A-1 conflicts with A-2 in a.txt; its work is on sage/A-1")
    #expect(fold.take(event(.deferred(Deferred(ticket: "A-1", category: "conflict", message: "x", isFailure: false)))) == nil)
    #expect(fold.take(event(.held(ticket: "A-3", reason: "you are working on b.txt")))?.event == "ticket.held")
    // Tried again at every landing, and told once.
    #expect(fold.take(event(.held(ticket: "A-3", reason: "you are working on b.txt"))) == nil)
    #expect(fold.take(event(.throttled(attempt: attempt("A-4"), retryAfterSeconds: 4, workers: 1))) == nil)
    #expect(fold.take(event(.throttled(attempt: attempt("A-4"), retryAfterSeconds: 64, workers: 1)))?.event == "ticket.throttled")
    #expect(fold.take(event(.throttled(attempt: attempt("A-4"), retryAfterSeconds: 128, workers: 1))) == nil)
    let red = Deferred(ticket: "A-5", category: CheckGate.Rejection.failed, message: "make test ended with status 2", isFailure: true)
    #expect(fold.take(event(.deferred(red)))?.event == "check.failed")
    var summary = RunSummary()
    summary.landed = ["A-6", "A-7"]
    summary.conflicted = ["A-1"]
    let end = fold.take(event(.runFinished(summary)))
    #expect(end?.message == "the run has ended; landed 2, conflicted 1")
    #expect(end?.details["SAGE_LANDED"] == "2" && end?.details["SAGE_EXIT_STATUS"] == "1")
  }

  @Test("the command gets everything as data, and one that hangs holds nobody up")
  func command() async throws {
    let folder = try TemporaryFolder()
    mkfifo(folder.path.appending("fifo").string, 0o600)
    let notifier = Notifier(
      command: "printf '%s|%s|%s' \"$SAGE_EVENT\" \"$SAGE_TICKET_ID\" \"$SAGE_TICKET_TITLE\" >told; echo >fifo; sleep 600 </dev/null",
      folder: folder.path, environment: ["PATH": "/usr/bin:/bin", "GIT_DIR": "/nowhere"])
    let title = "$(touch pwned) '; touch pwned; \" \u{1B}[2J"
    let process = ProcessIdentity(pid: 1, startTime: "")
    let base = try #require(CommitID(hex: String(repeating: "a", count: 40)))
    notifier.take(
      event(.workerStarted(WorkerStarted(attempt: attempt("a b;c"), title: title, slot: 1, base: base, process: process, log: "/x"))))
    notifier.take(event(.held(ticket: "a b;c", reason: "x")))
    await notifier.finish()
    _ = try File.read(folder.path.appending("fifo"))
    #expect(try File.readText(folder.path.appending("told")) == "ticket.held|a b;c|\(title)")
    #expect(try FileStatus.of(folder.path.appending("pwned")) == nil)
    // It was left to itself in a session of its own; nobody else has this folder as his own.
    for process in ProcessIdentity.working(in: folder.path) { process.signal(SIGKILL) }
  }
}
