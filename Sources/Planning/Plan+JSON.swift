import Tickets

extension Plan {
  /// The plan as `plan --json` prints it, without a final line feed: `schema_version` 1, `ready`, `waves`, `blocked` (`ticket`, `by`),
  /// `critical_path` (`tickets`, `length`), `overlaps` (`tickets`, `paths`), `workers`, `warnings`.
  ///
  /// - Parameter pretty: on indented lines instead of one.
  public func json(pretty: Bool = false) -> [UInt8] {
    var writer = JSONWriter(pretty: pretty)
    writer.object { writer in
      writer.member("schema_version") { $0.number(1) }
      writer.member("ready") { $0.ids(ready) }
      writer.member("waves") { $0.array(of: waves.count) { $0.ids(waves[$1]) } }
      writer.member("blocked") {
        $0.array(of: blocked.count) { writer, place in
          writer.object { writer in
            writer.member("ticket") { $0.string(blocked[place].ticket.rawValue) }
            writer.member("by") { $0.ids(blocked[place].by) }
          }
        }
      }
      writer.member("critical_path") {
        $0.object { writer in
          writer.member("tickets") { $0.ids(criticalPath.tickets) }
          writer.member("length") { $0.number(criticalPath.length) }
        }
      }
      writer.member("overlaps") {
        $0.array(of: overlaps.count) { writer, place in
          writer.object { writer in
            writer.member("tickets") { $0.ids(overlaps[place].tickets) }
            writer.member("paths") { $0.strings(overlaps[place].paths) }
          }
        }
      }
      writer.member("workers") { $0.number(workers) }
      writer.member("warnings") { $0.strings(warnings) }
    }
    return writer.bytes
  }
}
