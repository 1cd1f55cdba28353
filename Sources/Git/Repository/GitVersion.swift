/// The version of git itself, as `git version` says it.
public struct GitVersion: Comparable, Sendable, CustomStringConvertible {
  public let major: Int
  public let minor: Int
  public let patch: Int

  public init(_ major: Int, _ minor: Int, _ patch: Int = 0) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  /// The oldest git that has all that landing needs (`git merge-tree --write-tree`).
  public static let minimum = GitVersion(2, 38)

  /// Reads `git version 2.39.5 (Apple Git-154)`, `git version 2.45.0.rc1` and their like; anything else is nil.
  public init?(output: some StringProtocol) {
    let words = output.split(whereSeparator: \.isWhitespace)
    guard words.count >= 3, words[0] == "git", words[1] == "version" else { return nil }
    let numbers = words[2].split(separator: ".").map { Int($0.prefix { $0.isASCII && $0.isNumber }) }
    guard numbers.count >= 2, let major = numbers[0], let minor = numbers[1] else { return nil }
    self.init(major, minor, numbers.count > 2 ? numbers[2] ?? 0 : 0)
  }

  /// Asks git.
  ///
  /// - Throws: `GitError.gitTooOld` below the minimum, `.notStarted` where there is no git.
  public static func installed(_ git: GitCommand) async throws(GitError) -> GitVersion {
    let output = try await git.run("version").text
    guard let version = GitVersion(output: output) else { throw .unexpectedOutput(command: "git version", output: output) }
    if version < minimum { throw .gitTooOld(found: "\(version)", needed: "\(minimum.major).\(minimum.minor)") }
    return version
  }

  public static func < (a: GitVersion, b: GitVersion) -> Bool { (a.major, a.minor, a.patch) < (b.major, b.minor, b.patch) }

  public var description: String { "\(major).\(minor).\(patch)" }
}
