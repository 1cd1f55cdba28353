/// A path inside a tree, as git stores it: bytes separated by `/`, relative to the top, not necessarily UTF-8.
public struct TreePath: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let bytes: [UInt8]

  public init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  public init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

  public static let root = TreePath(bytes: [])

  public var isRoot: Bool { bytes.isEmpty }

  /// The names between the slashes.
  public var components: [ArraySlice<UInt8>] { bytes.split(separator: slash) }

  /// The folder that holds this path; the root's is the root.
  public var parent: TreePath {
    guard let cut = bytes.lastIndex(of: slash) else { return .root }
    return TreePath(bytes: bytes[..<cut])
  }

  public var lastComponent: ArraySlice<UInt8> {
    guard let cut = bytes.lastIndex(of: slash) else { return bytes[...] }
    return bytes[(cut + 1)...]
  }

  /// The folders above this path, outermost first, without the root.
  public var ancestors: [TreePath] { bytes.indices.filter { bytes[$0] == slash }.map { TreePath(bytes: bytes[..<$0]) } }

  public func appending(_ name: some Sequence<UInt8>) -> TreePath {
    TreePath(bytes: isRoot ? Array(name) : bytes + [slash] + Array(name))
  }

  /// Whether this is `folder` itself or lies below it. Everything lies below the root.
  public func isInside(_ folder: TreePath) -> Bool {
    folder.isRoot || (bytes.starts(with: folder.bytes) && (bytes.count == folder.bytes.count || bytes[folder.bytes.count] == slash))
  }

  /// The bytes as text where they are UTF-8, otherwise nil.
  public var text: String? { String(validating: bytes, as: UTF8.self) }

  /// As git prints it: plain where that is unambiguous, else in double quotes with C escapes (git-config `core.quotePath=false`).
  public var description: String {
    let isPlain = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    if isPlain, let text { return text }
    var quoted = "\""
    let isText = text != nil
    var pending: [UInt8] = []
    func flush() {
      quoted += String(decoding: pending, as: UTF8.self)
      pending.removeAll()
    }
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        flush()
        quoted += "\\" + String(UnicodeScalar(byte))
      case UInt8(ascii: "\n"):
        flush()
        quoted += "\\n"
      case UInt8(ascii: "\t"):
        flush()
        quoted += "\\t"
      case _ where byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !isText):
        flush()
        let digits = String(byte, radix: 8)
        quoted += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      default: pending.append(byte)
      }
    }
    flush()
    return quoted + "\""
  }

  public static func < (a: TreePath, b: TreePath) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}

private let slash = UInt8(ascii: "/")
