import Platform
import Tickets

/// The commands from the queue that the user has agreed to run: `trust.json` in the state folder.
///
/// A queue is a file of the repository, which anybody who can push can change; so its commands run only when the user has seen exactly that
/// text. Consent is for the text of a command, whichever ticket names it; one that changes needs it again.
public struct Consent: Sendable, Equatable {
  public private(set) var commands: Set<String>

  public init(_ commands: Set<String> = []) { self.commands = commands }

  static func file(_ stateFolder: FilePath) -> FilePath { stateFolder.appending("trust.json") }

  /// What has been agreed to so far; a file that is missing or cannot be read agrees to nothing.
  public static func read(stateFolder: FilePath) -> Consent {
    guard let bytes = (try? File.read(file(stateFolder))) ?? nil, let json = try? JSON(parsing: bytes), json["schema_version"]?.int == 1
    else { return Consent() }
    return Consent(Set((json["commands"]?.array ?? []).compactMap(\.string)))
  }

  public func covers(_ command: String) -> Bool { commands.contains(command) }

  public mutating func give(_ command: String) { commands.insert(command) }

  /// Replaces the file; durable and atomic.
  ///
  /// - Throws: `Failure.fileSystem`.
  public func write(stateFolder: FilePath) throws(Failure) {
    let json: JSON = ["schema_version": 1, "commands": JSON(commands.sorted())]
    do throws(Errno) {
      try Folder.create(stateFolder, permissions: FilePermissions(rawValue: 0o700))
      try AtomicFile.write(
        Array((json.serialized(pretty: true) + "\n").utf8), to: Self.file(stateFolder), permissions: FilePermissions(rawValue: 0o600))
    } catch { throw .fileSystem(path: Self.file(stateFolder), error) }
  }
}

extension Project {
  public var consent: Consent { Consent.read(stateFolder: stateFolder) }
}
