import SageStream

/// A clash that is to be expected: `AUTH-3 x AUTH-7  src/a.swift`.
enum ClashText {
  /// - Parameter target: the branch's name, for what clashes with what has landed already.
  static func words(_ clash: Clash, target: String) -> String {
    let other = clash.pair.with.map(\.shown) ?? target.harmless()
    return "\(clash.pair.ticket.shown) x \(other)  \(Amounts.list(clash.paths.map(\.description), limit: 3))"
  }
}
