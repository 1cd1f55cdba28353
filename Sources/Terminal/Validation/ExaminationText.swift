import Planning
import SageStream
import Tickets

/// What `validate` prints: the prerequisites, one row each, then the queue.
public struct ExaminationText: Sendable {
  private let examination: Examination
  private let style: Style

  public init(_ examination: Examination, style: Style) {
    self.examination = examination
    self.style = style
  }

  public var lines: [String] {
    var lines = examination.prerequisites.flatMap(row)
    if let queue = examination.queue {
      lines.append("")
      lines +=
        FindingsText(
          queue.findings, tickets: queue.index.tickets.count, workable: queue.graph.workable(Progress()).count, style: style
        ).lines
    }
    if let parallelism = examination.parallelism { lines += Self.words(parallelism) }
    return lines + [verdict]
  }

  private func row(_ prerequisite: Prerequisite) -> [String] {
    let text = PrerequisiteText(prerequisite)
    let subject = prerequisite.subject.rawValue.padded(to: 13)
    let indent = String(repeating: " ", count: 9 + 15)
    return ["\(word(prerequisite.outcome))  \(subject)  \(text.sentence)"] + text.details.map { indent + "  " + $0 }
      + (prerequisite.outcome == .ok ? [] : text.hints.map { indent + "hint: " + $0 })
  }

  private func word(_ outcome: Prerequisite.Outcome) -> String {
    switch outcome {
    case .ok: style.good("ok     ")
    case .warning: style.warning("warning")
    case .error: style.bad("error  ")
    }
  }

  private static func words(_ parallelism: Parallelism) -> [String] {
    guard parallelism.workable > 0 else { return [] }
    let share =
      "\(parallelism.ready) of \(Amounts.count(parallelism.workable, "ticket")) can start now (\(Amounts.percent(parallelism.readyShare)))"
    let waves = "the widest of \(Amounts.count(parallelism.waves, "wave")) has \(parallelism.widestWave)"
    let worth =
      parallelism.worthwhileWorkers == 1
      ? "more than one worker is not worth it"
      : "up to \(parallelism.worthwhileWorkers) workers are worth it: \(Amounts.count(parallelism.rounds, "round")) instead of \(parallelism.sequentialRounds)"
    return ["\(share), \(waves); \(worth)"]
  }

  private var verdict: String {
    func count(_ outcome: Prerequisite.Outcome) -> Int { examination.prerequisites.count { $0.outcome == outcome } }
    let errors = count(.error)
    let warnings = count(.warning) > 0 ? "; \(Amounts.count(count(.warning), "warning"))" : ""
    if errors > 0 { return "a run would stop, or land nothing: \(Amounts.count(errors, "error")) above\(warnings)" }
    return style.good("parallel runs can start here") + warnings
  }
}

extension ExaminationText {
  /// What `validate --json` prints (DESIGN section 9). What is null could not be looked at.
  public var json: JSON {
    let queue = examination.queue
    let findings = queue?.findings.map { finding -> JSON in
      ["severity": finding.severity == .error ? "error" : "warning", "message": JSON(finding.description)]
    }
    return [
      "schema_version": 1, "ok": JSON(!examination.hasErrors),
      "tickets": queue.map { JSON($0.index.tickets.count) } ?? .null,
      "workable": queue.map { JSON($0.graph.workable(Progress()).count) } ?? .null,
      "findings": JSON(findings ?? []),
      "prerequisites": JSON(
        examination.prerequisites.map { prerequisite -> JSON in
          let text = PrerequisiteText(prerequisite)
          return [
            "name": .string(prerequisite.subject.rawValue), "outcome": .string(prerequisite.outcome.rawValue),
            "message": .string(text.sentence), "details": JSON(text.details),
            "remedy": JSON(prerequisite.outcome == .ok ? [] : text.hints),
          ]
        }),
      "parallelism": examination.parallelism.map { Self.json($0) } ?? .null,
    ]
  }

  private static func json(_ parallelism: Parallelism) -> JSON {
    [
      "workable": JSON(parallelism.workable), "ready": JSON(parallelism.ready), "ready_share": JSON(parallelism.readyShare),
      "waves": JSON(parallelism.waves), "widest_wave": JSON(parallelism.widestWave),
      "workers": JSON(parallelism.worthwhileWorkers), "rounds": JSON(parallelism.rounds),
      "rounds_with_one": JSON(parallelism.sequentialRounds),
    ]
  }
}
