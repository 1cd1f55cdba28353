/// A person and a moment, as commits and tags record them: `Name <address> seconds zone`. Bytes, because old histories
/// are not all UTF-8.
public struct Signature: Sendable, Equatable {
  public var name: [UInt8]
  public var email: [UInt8]
  /// Since 1970.
  public var seconds: Int
  /// `+0100`.
  public var zone: String

  public init(name: [UInt8], email: [UInt8], seconds: Int, zone: String) {
    self.name = name
    self.email = email
    self.seconds = seconds
    self.zone = zone
  }

  /// Reads the bytes that stand in a commit; nil where they have another form.
  public init?(parsing bytes: some Collection<UInt8>) {
    let bytes = Array(bytes)
    guard let open = bytes.firstIndex(of: UInt8(ascii: "<")), let close = bytes.lastIndex(of: UInt8(ascii: ">")), open < close else {
      return nil
    }
    let rest = String(decoding: bytes[(close + 1)...], as: UTF8.self).split(separator: " ")
    guard rest.count == 2, let seconds = Int(rest[0]) else { return nil }
    var name = bytes[..<open]
    if name.last == UInt8(ascii: " ") { name.removeLast() }
    self.init(name: Array(name), email: Array(bytes[(open + 1)..<close]), seconds: seconds, zone: String(rest[1]))
  }

  /// As commits hold it.
  public var bytes: [UInt8] { name + Array(" <".utf8) + email + Array("> \(seconds) \(zone)".utf8) }

  /// The same person at another moment.
  public func at(seconds: Int, zone: String) -> Signature { Signature(name: name, email: email, seconds: seconds, zone: zone) }

  /// Who commits now, as git decides it: `GIT_COMMITTER_*`, `user.*`, the system.
  ///
  /// - Throws: `GitError.identityUnknown` with git's own words.
  public static func committer(_ git: GitCommand) async throws(GitError) -> Signature { try await ask("GIT_COMMITTER_IDENT", git) }

  /// Who is the author of a commit made now.
  ///
  /// - Throws: `GitError.identityUnknown` with git's own words.
  public static func author(_ git: GitCommand) async throws(GitError) -> Signature { try await ask("GIT_AUTHOR_IDENT", git) }

  private static func ask(_ variable: String, _ git: GitCommand) async throws(GitError) -> Signature {
    let output: GitOutput
    do throws(GitError) { output = try await git.run("var", variable) } catch .commandFailed(_, 128, let message) {
      throw .identityUnknown(message: message)
    }
    guard let signature = Signature(parsing: output.standardOutput.trimmingLineEnds) else {
      throw .unexpectedOutput(command: "git var \(variable)", output: output.text)
    }
    return signature
  }
}
