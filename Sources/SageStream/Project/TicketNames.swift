import Tickets

/// Turns ticket ids into names that can be one component of a path and of a reference: `a b` becomes `a%20b`, and `../../x`
/// `%2E%2E%2F.%2E%2Fx`.
///
/// Injective, also on disks that do not tell upper from lower case. An id made of letters, digits, `.`, `_` and `-` mostly stays as it is;
/// everything else is percent-escaped byte by byte. Where two ids of the queue differ only in case, or the name passes 150 bytes, a hash of
/// the id follows after a `+`, which escaping never produces.
public struct TicketNames: Sendable {
  /// The names of ids that need more than escaping, because another id of the queue has the same name but for case.
  private let distinguished: [TicketID: String]

  /// - Parameter ids: all ids of the queue; a name depends on which ids it must be told apart from.
  public init(_ ids: some Sequence<TicketID>) {
    var byFolded: [String: [TicketID]] = [:]
    for id in Set(ids) { byFolded[Self.escaped(id.rawValue).lowercased(), default: []].append(id) }
    var distinguished: [TicketID: String] = [:]
    for group in byFolded.values where group.count > 1 {
      for id in group { distinguished[id] = Self.hashed(id.rawValue) }
    }
    self.distinguished = distinguished
  }

  /// The name of a ticket; never empty, at most 150 bytes, ASCII.
  public func name(of id: TicketID) -> String {
    if let name = distinguished[id] { return name }
    let escaped = Self.escaped(id.rawValue)
    return escaped.utf8.count > Self.longest ? Self.hashed(id.rawValue) : escaped
  }

  private static let longest = 150

  private static func hashed(_ id: String) -> String {
    let hash = String(fingerprint(id), radix: 16)
    let suffix = "+" + String(repeating: "0", count: 16 - hash.count) + hash
    return String(decoding: escaped(id).utf8.prefix(longest - suffix.utf8.count), as: UTF8.self) + suffix
  }

  /// FNV-1a, 64 bits.
  private static func fingerprint(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// What git-check-ref-format(1) and file systems refuse is escaped: a dot at either end or after a dot, a leading dash (an option), and
  /// the dot of a final `.lock`, in any case.
  private static func escaped(_ id: String) -> String {
    let bytes = Array(id.utf8)
    if bytes.isEmpty { return "%" }
    let isLock = bytes.count >= 5 && String(decoding: bytes.suffix(5), as: UTF8.self).lowercased() == ".lock"
    var name: [UInt8] = []
    for (place, byte) in bytes.enumerated() {
      let keeps =
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "_"):
          true
        case UInt8(ascii: "-"): place > 0
        case UInt8(ascii: "."):
          place > 0 && place < bytes.count - 1 && bytes[place - 1] != byte && !(isLock && place == bytes.count - 5)
        default: false
        }
      if keeps {
        name.append(byte)
      } else {
        name.append(UInt8(ascii: "%"))
        name.append(digits[Int(byte >> 4)])
        name.append(digits[Int(byte & 15)])
      }
    }
    return String(decoding: name, as: UTF8.self)
  }

  private static let digits = Array("0123456789ABCDEF".utf8)
}
