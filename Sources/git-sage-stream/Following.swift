import Platform
import SageStream
import Terminal
import Tickets

/// `log -f`: what workers write, as they write it.
struct Following {
  let project: Project
  /// Nil follows all of them, with what happens in the run.
  let ticket: TicketID?
  let style: Style

  private struct Source {
    let ticket: TicketID
    let output: WorkerLogFollower
    var lines: OutputLines
    /// The worker has ended; what it wrote is read once more.
    var isOver = false
  }

  /// Ends when the run, or the work on the ticket, is over.
  ///
  /// - Throws: `Failure.nothingToDo` where nobody works on it.
  func follow() async throws(Failure) {
    let follower = try RunFollower(project)
    var progress = ProgressLines(style: style)
    var sources: [Source] = []
    let past = try follower.news()
    guard follower.current != nil else {
      throw .nothingToDo("no run is going on", hint: "git sage-stream log ID names the logs of earlier attempts")
    }
    for case .event(let event) in past {
      _ = progress.lines(for: event)
      take(event, &sources, isPast: true)
    }
    sources.removeAll(where: \.isOver)
    if let ticket, sources.isEmpty, isSettled(ticket, progress.fold) {
      throw .nothingToDo(
        "nobody works on \(ticket.displayed)", hint: "git sage-stream log \(ticket.displayed) names the logs of its attempts")
    }
    var isOver = false
    while true {
      drain(&sources)
      if isOver { return }
      for source in sources {
        // The folder, for a long output goes on in other files.
        await follower.alsoWatch(source.output.log.removingLastComponent())
        await follower.alsoWatch(source.output.log)
      }
      await follower.wait()
      // Ten thousand lines a second need not be ten thousand looks.
      try? await Task.sleep(for: .milliseconds(50))
      let updates = try follower.news()
      // What was written before it was said to have ended stands above that.
      drain(&sources)
      for case .event(let event) in updates {
        let lines = progress.lines(for: event)
        if ticket == nil { Screen.output.show(lines) }
        take(event, &sources, isPast: false)
        if let ticket, isSettled(ticket, progress.fold) { isOver = true }
      }
      drain(&sources)
      sources.removeAll(where: \.isOver)
      if follower.current == nil { isOver = true }
    }
  }

  private func isSettled(_ ticket: TicketID, _ fold: RunFold) -> Bool {
    let state = fold.figures.state
    return state.landed.contains(ticket) || state.setAside.contains(ticket) || state.dropped.contains(ticket)
  }

  private func take(_ event: Event, _ sources: inout [Source], isPast: Bool) {
    switch event.fact {
    case .workerStarted(let start) where ticket == nil || ticket == start.attempt.ticket:
      sources.removeAll { $0.ticket == start.attempt.ticket }
      let output = WorkerLogFollower(start.log, keepingLast: isPast ? 2000 : .max)
      let prefix = ticket == nil ? style.faint("\(start.attempt.ticket.shown) | ") : ""
      sources.append(
        Source(ticket: start.attempt.ticket, output: output, lines: OutputLines(prefix: prefix, skipsFirst: output.startsInside)))
    case .workerExited(let attempt, _, _, _, _):
      for place in sources.indices where sources[place].ticket == attempt.ticket { sources[place].isOver = true }
    default: break
    }
  }

  private func drain(_ sources: inout [Source]) {
    for place in sources.indices {
      Screen.output.show(sources[place].lines.take(sources[place].output.news()))
      if sources[place].isOver { Screen.output.show(sources[place].lines.end()) }
    }
  }
}
