import Git
import Platform
import Tickets

/// What a run did and when: who worked on what in which slot, what waited to land, and how each ticket ended. A fold over the journal, for a
/// run that goes on as for one that is over; made without any lock.
public struct RunReport: Sendable {
  /// How an attempt, or a ticket, ended.
  public enum Outcome: Sendable, Equatable {
    case running
    /// Finished; waits to land.
    case waiting
    case landed
    case conflicted
    case failed
    case deferred
    case held
    case throttled
    /// Stopped in order, by the user or because the run ended.
    case stopped
    /// Its run was killed.
    case died
    /// Nobody has begun it.
    case notStarted
  }

  /// One attempt in its slot.
  public struct Span: Sendable {
    public let attempt: Attempt
    public let slot: Int
    public let start: WallTime
    /// Nil while it goes on.
    public var end: WallTime?
    /// As the slot measured it.
    public var seconds: Double?
    public var status: Int32?
    public var usage = WorkerUsage()
    public var outcome = Outcome.running
    public let log: FilePath
  }

  /// The time between the end of a ticket's work and its landing, or what came of it instead.
  public struct Wait: Sendable {
    public let ticket: TicketID
    public let start: WallTime
    public var end: WallTime?
    public var outcome = Outcome.waiting
    /// From when to when it waited for somebody's approval (`--review`).
    public var reviewStart: WallTime?
    public var reviewEnd: WallTime?
  }

  /// One time that the check ran.
  public struct Check: Sendable {
    /// Those whose landing waited for it; none where the target itself was asked about.
    public let tickets: [TicketID]
    public let start: WallTime
    /// Nil while it goes on.
    public var end: WallTime?
    public var verdict: CheckVerdict?
  }

  /// A time in which nothing was started: somebody said so, or the agent had run into a limit.
  public struct Pause: Sendable {
    public let reason: String
    public let start: WallTime
    public var end: WallTime?
  }

  /// A ticket of the run.
  public struct Row: Sendable {
    public let ticket: TicketID
    public var title: String
    public var outcome = Outcome.notStarted
    /// Why it did not land.
    public var reason: String?
    public var attempts = 0
    /// The sum over its attempts, where they have ended.
    public var workSeconds: Double?
    public var landing: Landed?
    public var landedAt: WallTime?
    /// The branch that keeps its work.
    public var branch: RefName?
    public var conflicts: [TicketID] = []
    public var log: FilePath?
    public var usage = WorkerUsage()
  }

  public let run: RunID
  public private(set) var started: RunStarted?
  public private(set) var startTime: WallTime
  /// Of the last event; the moment of the report while the run goes on.
  public let endTime: WallTime
  public let state: RunStatus.State
  public private(set) var summary: RunSummary?
  public private(set) var spans: [Span] = []
  public private(set) var waits: [Wait] = []
  public private(set) var checks: [Check] = []
  public private(set) var pauses: [Pause] = []
  /// In the order of the run's selection, then of their starts.
  public private(set) var rows: [Row] = []
  public private(set) var warnings: [String] = []
  /// How many attempts were throttled.
  public private(set) var throttled = 0
  private var places: [TicketID: Int] = [:]
  /// Checks that go on, by slot, and the pause that does.
  private var openChecks: [Int: Int] = [:]
  private var openPause: Int?

  /// - Parameters:
  ///   - events: of one run, at least one.
  ///   - now: where a run that goes on is cut off.
  public init(run: RunID, events: [Event], now: WallTime) {
    self.run = run
    let first = events.first?.time ?? now
    startTime = first
    let status = RunStatus(run: run, events: events, started: first)
    state = status.state
    endTime = state == .running ? max(now, events.last?.time ?? now) : events.last?.time ?? first
    for event in events { take(event) }
    if state != .running { closeOpenSpans() }
  }

  /// The newest run of the queue, or one that is named; nil where there is none.
  public static func read(_ run: RunID?, of project: Project, now: WallTime = .now) throws(Failure) -> RunReport? {
    for id in try JournalReader.runs(in: project.stateFolder).reversed() where run == nil || run == id {
      let events = try JournalReader.events(of: project.runFolder(id).appending("journal.jsonl"))
      guard case .runStarted(let start)? = events.first?.fact else { continue }
      // A verb such as `retry` is no run of the queue, but has a report if it is asked for by its name.
      if run == nil, start.verb != nil { continue }
      return RunReport(run: id, events: events, now: now)
    }
    return nil
  }

  /// The queue that the run worked on, as it stands now; nil where it cannot be read, for the rest can be told without it.
  public func queue(in project: Project) -> Queue? {
    let file = started.map { QueueFile(path: $0.index, workTree: nil) } ?? project.queueFile
    return ((try? file.load()) ?? (try? project.queueFile.load())).map { Queue($0, file: file.path) }
  }

  /// Where the page of a run's report is.
  public static func page(of run: RunID, in project: Project) -> FilePath { project.runFolder(run).appending("report.html") }

  // MARK: Events

  private mutating func take(_ event: Event) {
    switch event.fact {
    case .runStarted(let start):
      started = start
      for ticket in start.tickets { _ = row(ticket) }
    case .workerStarted(let start):
      spans.append(Span(attempt: start.attempt, slot: start.slot, start: event.time, log: start.log))
      change(start.attempt.ticket) {
        if !start.title.isEmpty { $0.title = start.title }
        $0.attempts += 1
        $0.outcome = .running
        $0.log = start.log
      }
    case .workerExited(let attempt, _, let status, let seconds, let usage):
      changeSpan(attempt) {
        $0.end = event.time
        $0.seconds = seconds
        $0.status = status
        $0.usage = usage
        if $0.outcome == .running { $0.outcome = .waiting }
      }
      change(attempt.ticket) {
        $0.workSeconds = ($0.workSeconds ?? 0) + seconds
        $0.usage.add(usage)
      }
    case .submissionAnchored(let submission, _):
      end(submission.attempt, .waiting, at: event.time)
      waits.append(Wait(ticket: submission.ticket, start: event.time))
      change(submission.ticket) { $0.outcome = .waiting }
    case .awaitsReview(let ticket): changeWait(ticket) { $0.reviewStart = event.time }
    case .approved(let ticket): changeWait(ticket) { $0.reviewEnd = event.time }
    case .checkStarted(let check):
      openChecks[check.slot] = checks.count
      checks.append(Check(tickets: check.tickets, start: event.time))
    case .checkFinished(let check):
      guard let slot = check.slot, let place = openChecks.removeValue(forKey: slot) else { return }
      checks[place].end = event.time
      checks[place].verdict = check.verdict
    case .agentPaused(let agent, let until, _): pauses.append(Pause(reason: "\(agent) had run into a limit", start: event.time, end: until))
    case .answered(let answer) where answer.verb == "pause" && answer.isDone && openPause == nil:
      openPause = pauses.count
      pauses.append(Pause(reason: "paused", start: event.time))
    case .answered(let answer) where answer.verb == "continue" && answer.isDone:
      if let place = openPause { pauses[place].end = event.time }
      openPause = nil
    case .throttled(let attempt, _, _):
      throttled += 1
      end(attempt, .throttled, at: event.time)
      change(attempt.ticket) { $0.outcome = .throttled }
    case .interrupted(let attempt):
      end(attempt, .stopped, at: event.time)
      change(attempt.ticket) { $0.outcome = .stopped }
    case .landed(let landing):
      close(landing.ticket, .landed, at: event.time) {
        $0.landing = landing
        $0.landedAt = event.time
        $0.reason = nil
      }
    case .held(let ticket, let reason):
      if let place = spans.lastIndex(where: { $0.attempt.ticket == ticket }) { spans[place].outcome = .held }
      if let place = waits.lastIndex(where: { $0.ticket == ticket && $0.end == nil }) { waits[place].outcome = .held }
      change(ticket) {
        $0.outcome = .held
        $0.reason = reason
      }
    case .conflicted(let ticket, let branch, _, let paths, let others):
      close(ticket, .conflicted, at: event.time) {
        $0.branch = branch
        $0.conflicts = others
        $0.reason = "in " + paths.map(\.description).joined(separator: ", ")
      }
    case .deferred(let deferral):
      // The conflict itself says more than the deferral that follows from it.
      if let place = places[deferral.ticket], rows[place].outcome == .conflicted { return }
      close(deferral.ticket, deferral.isFailure ? .failed : .deferred, at: event.time) {
        $0.reason = deferral.message
        $0.branch = deferral.branch ?? $0.branch
        $0.log = deferral.log ?? $0.log
      }
    case .reopened(let ticket, _): change(ticket) { $0.outcome = .notStarted }
    case .parked(let ticket, let branch): change(ticket) { $0.branch = branch }
    case .warning(let sentence): warnings.append(sentence)
    case .runFinished(let summary): self.summary = summary
    default: break
    }
  }

  /// A ticket has come to its end, and with it its last attempt and its wait.
  private mutating func close(_ ticket: TicketID, _ outcome: Outcome, at time: WallTime, _ body: (inout Row) -> Void) {
    if let place = spans.lastIndex(where: { $0.attempt.ticket == ticket }) {
      if spans[place].end == nil { spans[place].end = time }
      if spans[place].outcome != .throttled { spans[place].outcome = outcome }
    }
    if let place = waits.lastIndex(where: { $0.ticket == ticket && $0.end == nil }) {
      waits[place].end = time
      waits[place].outcome = outcome
    }
    change(ticket) {
      $0.outcome = outcome
      body(&$0)
    }
  }

  private mutating func changeWait(_ ticket: TicketID, _ body: (inout Wait) -> Void) {
    if let place = waits.lastIndex(where: { $0.ticket == ticket && $0.end == nil }) { body(&waits[place]) }
  }

  private mutating func end(_ attempt: Attempt, _ outcome: Outcome, at time: WallTime) {
    changeSpan(attempt) {
      if $0.end == nil { $0.end = time }
      $0.outcome = outcome
    }
  }

  /// What a killed run had begun ended with it.
  private mutating func closeOpenSpans() {
    for place in spans.indices where spans[place].end == nil {
      spans[place].end = endTime
      spans[place].outcome = .died
      change(spans[place].attempt.ticket) { if $0.outcome == .running { $0.outcome = .died } }
    }
    // The worker of such a one has ended, and then the run, before anything was made of it: a command that cannot run is nobody's failure.
    for place in rows.indices where rows[place].outcome == .running { rows[place].outcome = summary == nil ? .died : .stopped }
  }

  private mutating func row(_ ticket: TicketID) -> Int {
    if let place = places[ticket] { return place }
    rows.append(Row(ticket: ticket, title: ""))
    places[ticket] = rows.count - 1
    return rows.count - 1
  }

  private mutating func change(_ ticket: TicketID, _ body: (inout Row) -> Void) {
    let place = row(ticket)
    body(&rows[place])
  }

  private mutating func changeSpan(_ attempt: Attempt, _ body: (inout Span) -> Void) {
    guard let place = spans.lastIndex(where: { $0.attempt == attempt }) else { return }
    body(&spans[place])
  }
}

extension RunReport {
  public var wallSeconds: Double { summary?.wallSeconds ?? endTime - startTime }

  /// The sum over all attempts.
  public var workSeconds: Double { spans.reduce(0) { $0 + duration($1) } }

  /// What the workers said they used; parts that nobody reported are nil.
  public var usage: WorkerUsage {
    var sum = WorkerUsage()
    for span in spans { sum.add(span.usage) }
    return sum
  }

  public func count(_ outcome: Outcome) -> Int { rows.count { $0.outcome == outcome } }

  /// How long an attempt took, or has been going on.
  public func duration(_ span: Span) -> Double { span.seconds ?? max(0, (span.end ?? endTime) - span.start) }

  /// What each ticket's work took; what has not ended or begun counts as long as the middle one of those that have.
  public var weights: [TicketID: Double] {
    var known: [TicketID: Double] = [:]
    for span in spans { known[span.attempt.ticket, default: 0] += duration(span) }
    let sorted = rows.compactMap { $0.workSeconds }.sorted()
    let middle = sorted.isEmpty ? 1 : max(0.001, sorted[sorted.count / 2])
    return Dictionary(uniqueKeysWithValues: rows.map { ($0.ticket, max(known[$0.ticket] ?? middle, 0.001)) })
  }
}

extension WorkerUsage {
  mutating func add(_ other: WorkerUsage) {
    if let tokens = other.inputTokens { inputTokens = (inputTokens ?? 0) + tokens }
    if let tokens = other.outputTokens { outputTokens = (outputTokens ?? 0) + tokens }
    if let cost = other.costUSD { costUSD = (costUSD ?? 0) + cost }
  }
}
