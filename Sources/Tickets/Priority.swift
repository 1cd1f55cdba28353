/// How urgent a ticket is: P0 comes first.
public struct Priority: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The number behind the P.
  public let level: Int

  /// P`level`.
  public init(level: Int) { self.level = level }

  /// P2, what a ticket has that names no priority, or one that cannot be read.
  public static let normal = Priority(level: 2)

  /// Reads `P0`, `P1`, ... in either case; anything else is `normal`.
  public init(_ text: String) {
    let digits = text.utf8.dropFirst()
    guard text.utf8.first.map({ $0 | 0x20 }) == UInt8(ascii: "p"), digits.allSatisfy({ 0x30...0x39 ~= $0 }),
      let level = Int(Substring(digits))
    else {
      self = .normal
      return
    }
    self.level = level
  }

  /// As `P0`.
  public var description: String { "P\(level)" }

  /// Whether `a` comes before `b`: P0 is less than P1.
  public static func < (a: Priority, b: Priority) -> Bool { a.level < b.level }
}
