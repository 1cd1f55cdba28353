import Tickets

extension Plan {
  /// The plan as `plan --json` prints it: `schema_version` 1, `ready`, `waves`, `blocked` (`ticket`, `by`), `critical_path` (`tickets`,
  /// `length`), `overlaps` (`tickets`, `paths`), `workers`, `warnings`.
  public var json: JSON {
    [
      "schema_version": 1,
      "ready": Self.json(ready),
      "waves": JSON(waves.map(Self.json)),
      "blocked": JSON(blocked.map { ["ticket": .string($0.ticket.rawValue), "by": Self.json($0.by)] }),
      "critical_path": ["tickets": Self.json(criticalPath.tickets), "length": JSON(criticalPath.length)],
      "overlaps": JSON(overlaps.map { ["tickets": Self.json($0.tickets), "paths": JSON($0.paths)] }),
      "workers": JSON(workers),
      "warnings": JSON(warnings),
    ]
  }

  private static func json(_ ids: [TicketID]) -> JSON { JSON(ids.map(\.rawValue)) }
}
