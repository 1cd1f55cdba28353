import Platform

/// The name of one run: its start and four random digits, as `20261122T195400-3f2a`. Sorts by time.
public struct RunID: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let rawValue: String

  /// Takes only what `RunID` itself writes, so that a run id from a file can be part of a path or a reference.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    let isHexadecimal = { (byte: UInt8) in (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) }
    guard bytes.count == 20, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "-"),
      (Array(bytes[..<8]) + bytes[9..<15]).allSatisfy({ (0x30...0x39).contains($0) }), bytes[16...].allSatisfy(isHexadecimal)
    else { return nil }
    rawValue = String(text)
  }

  public init(at time: WallTime, random: UInt16) {
    let digits = String(random, radix: 16)
    rawValue = "\(time.compact)-" + String(repeating: "0", count: 4 - digits.count) + digits
  }

  /// A name for a run that starts now: later than all earlier ones, also than one of the same second, so that runs sort by time.
  static func next(after runs: [RunID], at now: WallTime = .now) -> RunID {
    guard let last = runs.max(), last.rawValue.prefix(15) >= now.compact else { return RunID(at: now, random: .random(in: 0...0x7fff)) }
    let used = UInt16(last.rawValue.suffix(4), radix: 16) ?? .max
    if last.rawValue.prefix(15) == now.compact, used < .max { return RunID(at: now, random: .random(in: (used + 1)...(.max))) }
    return next(after: runs, at: WallTime(seconds: now.seconds + 1))
  }

  public var description: String { rawValue }

  public static func < (a: RunID, b: RunID) -> Bool { a.rawValue < b.rawValue }
}
