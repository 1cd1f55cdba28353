/// The full name of a reference, such as `refs/heads/main`.
public struct RefName: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let rawValue: String

  public init(_ rawValue: String) { self.rawValue = rawValue }

  public static func branch(_ name: String) -> RefName { RefName("refs/heads/" + name) }

  /// The name people use: without `refs/heads/`, `refs/tags/` or `refs/remotes/`.
  public var short: String {
    for prefix in ["refs/heads/", "refs/tags/", "refs/remotes/"] where rawValue.hasPrefix(prefix) {
      return String(rawValue.dropFirst(prefix.count))
    }
    return rawValue
  }

  public var isBranch: Bool { rawValue.hasPrefix("refs/heads/") }

  public var description: String { rawValue }

  public static func < (a: RefName, b: RefName) -> Bool { a.rawValue < b.rawValue }
}
