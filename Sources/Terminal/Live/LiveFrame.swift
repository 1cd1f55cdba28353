import Platform
import SageStream
import Tickets

/// A picture of a run at a moment, as lines for a terminal of some size. Pure: the same arguments give the same lines.
public struct LiveFrame: Sendable {
  public var state: LiveState
  /// The last line of each worker's output, by the number of its slot.
  public var outputs: [Int: String] = [:]
  /// In seconds, from `now`; nil where nobody can tell yet.
  public var remaining: Double?
  public var now: WallTime
  /// Of the clock that stands beside the reader.
  public var secondsFromUTC = 0
  public var size: TerminalSize
  public var style = Style.plain
  public var isUnicode = true

  public init(state: LiveState, now: WallTime, size: TerminalSize) {
    self.state = state
    self.now = now
    self.size = size
  }

  var glyphs: Glyphs { isUnicode ? .unicode : .ascii }
  /// The last column stays free: some terminals go to the next line when it is written to.
  var columns: Int { max(1, size.columns - 1) }

  /// Never more than `size.rows - 1`, so that the line below stays for the cursor.
  public var lines: [FrameLine] {
    let around = [overall] + notes + [totals]
    let room = max(1, size.rows - 1)
    if around.count >= room { return Array(around.prefix(room)) }
    let slots = slotLines(limit: room - around.count)
    return [overall] + slots + around.dropFirst()
  }

  /// The lines without colour, for files and tests.
  public var plainLines: [String] { lines.map(\.plain) }

  // MARK: - Lines below the slots

  private var notes: [FrameLine] {
    var lines: [FrameLine] = []
    let landing = state.landingQueue.filter(state.landing.contains)
    let waiting = state.landingQueue.filter { !state.landing.contains($0) }
    if !landing.isEmpty || !waiting.isEmpty {
      let now = landing.isEmpty ? "" : Amounts.list(landing.map(\.shown), limit: 3)
      let then = waiting.isEmpty ? "" : Amounts.list(waiting.map(\.shown), limit: 5)
      let joined = now.isEmpty ? "\(then) \(waiting.count == 1 ? "waits" : "wait")" : then.isEmpty ? now : "\(now), then \(then)"
      lines.append(note("landing", style.good, joined))
    }
    for check in state.checks.sorted(by: { $0.key < $1.key }).prefix(2).map({ $0.value }) {
      let what = check.tickets.isEmpty ? "\(state.target) itself" : Amounts.list(check.tickets.map(\.shown), limit: 5)
      lines.append(note("checking", style.name, "\(what)  \(clock(now - check.since))"))
    }
    let clashes = state.clashes
    for clash in clashes.prefix(2) {
      let more = clash == clashes.prefix(2).last && clashes.count > 2 ? "  and \(clashes.count - 2) more" : ""
      lines.append(note("clash", style.warning, ClashText.words(clash, target: state.target) + more))
    }
    for (ticket, reason) in state.held.sorted(by: { $0.key < $1.key }).prefix(2) {
      lines.append(note("held", style.warning, "\(ticket.shown)  \(reason.harmless())"))
    }
    let later = state.throttled.filter { $0.value > now }.sorted { $0.value < $1.value }
    if let first = later.first {
      let limit = state.throttleLimit.map { ", at most \(Amounts.count($0, "worker")) meanwhile" } ?? ""
      let others = later.count > 1 ? " and \(later.count - 1) more" : ""
      lines.append(note("throttled", style.warning, "\(first.key.shown)\(others), again in \(clock(first.value - now))\(limit)"))
    }
    for (agent, until) in state.pausedAgents.sorted(by: { $0.key < $1.key }) where until > now {
      let time = until.timeOfDay(secondsFromUTC: secondsFromUTC)
      lines.append(note("throttled", style.warning, "\(agent.harmless()) has run into a limit until \(time), in \(clock(until - now))"))
    }
    if let reason = state.stopping {
      lines.append(note("stopping", style.warning, reason.harmless()))
    } else if state.isPaused {
      lines.append(note("paused", style.warning, "git sage-stream continue starts the next tickets"))
    }
    return lines
  }

  private func note(_ word: String, _ paint: (String) -> String, _ text: String) -> FrameLine {
    var line = FrameLine(limit: columns)
    line.add(word.padded(to: 9), paint)
    line.add(" ")
    line.add(text.fitted(to: columns - line.width, ellipsis: glyphs.ellipsis))
    return line
  }

  private var totals: FrameLine {
    let wall = state.began.map { max(0, now - $0) } ?? 0
    let work = state.workSeconds + state.seats.values.filter { $0.phase == .working }.reduce(0) { $0 + max(0, now - $1.since) }
    var parts = [clock(wall)]
    if work >= 1 {
      parts.append("work \(clock(work))")
      if state.workers > 1, wall >= 1 { parts.append("\(Amounts.decimal(work / wall)) at once") }
    }
    parts += UsageText.parts(state.usage)
    var line = FrameLine(limit: columns)
    for part in parts {
      let next = (line.width == 0 ? "" : glyphs.separator) + part
      if line.width + CharacterWidth.of(next) > columns { break }
      line.add(next, style.faint)
    }
    return line
  }

  /// `9s`, `1:05`, `1:02:03`.
  func clock(_ seconds: Double) -> String {
    let whole = Int(max(0, seconds))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    if whole < 60 { return "\(whole)s" }
    if whole < 3600 { return "\(whole / 60):\(two(whole % 60))" }
    return "\(whole / 3600):\(two(whole % 3600 / 60)):\(two(whole % 60))"
  }
}
