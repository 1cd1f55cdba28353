/// What an entry of a tree is, with git's own octal numbers.
public struct FileMode: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let tree = FileMode(rawValue: 0o040000)
  public static let file = FileMode(rawValue: 0o100644)
  public static let executable = FileMode(rawValue: 0o100755)
  public static let symbolicLink = FileMode(rawValue: 0o120000)
  public static let submodule = FileMode(rawValue: 0o160000)

  /// Reads the octal digits that git prints; leading zeros are optional.
  public init?(octal: some Sequence<UInt8>) {
    guard let value = UInt32(String(decoding: Array(octal), as: UTF8.self), radix: 8) else { return nil }
    rawValue = value
  }

  /// Six octal digits, as in `git ls-files --stage`.
  public var octal: String { (rawValue < 0o100000 ? "0" : "") + String(rawValue, radix: 8) }

  public var isTree: Bool { self == .tree }
}

/// A mode and an object: what stands at one path of a tree or of the index.
public struct TreeEntry: Hashable, Sendable {
  public let mode: FileMode
  public let id: AnyObjectID

  public init(mode: FileMode, id: AnyObjectID) {
    self.mode = mode
    self.id = id
  }
}

/// One path at which two trees differ; never a folder, always what is in it. Renames are an addition and a removal.
public struct TreeChange: Hashable, Sendable {
  public let path: TreePath
  public let old: TreeEntry?
  public let new: TreeEntry?

  public init(path: TreePath, old: TreeEntry?, new: TreeEntry?) {
    self.path = path
    self.old = old
    self.new = new
  }
}
