/// The id of an object of one kind, in lower-case hexadecimal: 40 digits in a SHA-1 repository, 64 in a SHA-256 one.
///
/// The kind is part of the type, so a tree can never be passed where a commit belongs.
public struct ObjectID<Kind>: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let hex: String

  /// Takes 40 or 64 hexadecimal digits; anything else is nil.
  public init?(hex: some StringProtocol) {
    let digits = hex.utf8
    guard digits.count == 40 || digits.count == 64,
      digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    self.hex = String(hex)
  }

  public init?(hex bytes: some Collection<UInt8>) { self.init(hex: String(decoding: bytes, as: UTF8.self)) }

  init(trusted hex: String) { self.hex = hex }

  /// Git's all-zero id, which stands for "no object" in hook input and reference updates.
  public var isZero: Bool { hex.utf8.allSatisfy { $0 == UInt8(ascii: "0") } }

  /// The first ten digits, for people.
  public var short: String { String(hex.prefix(10)) }

  public var description: String { hex }

  public static func < (a: Self, b: Self) -> Bool { a.hex < b.hex }
}

public enum CommitKind {}
public enum TreeKind {}
public enum BlobKind {}
public enum AnyKind {}

public typealias CommitID = ObjectID<CommitKind>
public typealias TreeID = ObjectID<TreeKind>
public typealias BlobID = ObjectID<BlobKind>
/// An id whose kind is told by something beside it (the mode of a tree entry).
public typealias AnyObjectID = ObjectID<AnyKind>

extension ObjectID {
  /// The same id read as another kind: for the places where git itself says what it is, such as a tree entry's mode.
  public func of<Other>(_ kind: Other.Type = Other.self) -> ObjectID<Other> { ObjectID<Other>(trusted: hex) }
}
