import Git
import Platform
import Synchronization
import Tickets

/// Which trees have passed which check, remembered across runs: `verdicts.jsonl` in the state folder, one line each.
///
/// Only green verdicts are kept: a red one may be the machine's fault, and is worth asking again another day. The file is appended to by one
/// `write(2)` a line, by runs and by the pre-push hook alike, without a lock; a line that a crash tore is skipped by readers and never
/// joined to the next. When it grows too long the older half is dropped. Losing a line costs one check, nothing else.
public final class VerdictCache: Sendable {
  /// What the check is asked about: a tree without the ticket queue, whose states change with every landing.
  public struct Key: Hashable, Sendable {
    public let tree: TreeID
    public let command: String

    public init(tree: TreeID, command: String) {
      self.tree = tree
      self.command = command
    }
  }

  public static let mostBytes = 1 << 20
  let file: FilePath
  private let limit: Int
  private let green: Mutex<Set<Key>?> = Mutex(nil)

  public init(stateFolder: FilePath, limit: Int = VerdictCache.mostBytes) {
    file = stateFolder.appending("verdicts.jsonl")
    self.limit = limit
  }

  /// Whether this check has passed on this tree.
  public func isGreen(_ key: Key) -> Bool {
    green.withLock { green in
      let known = green ?? read()
      green = known
      return known.contains(key)
    }
  }

  /// Remembers a green verdict. A file that cannot be written is no reason to stop: the verdict holds for this process then.
  public func remember(_ key: Key, at time: WallTime = .now) {
    let isNew = green.withLock { green in
      var known = green ?? read()
      let isNew = known.insert(key).inserted
      green = known
      return isNew
    }
    guard isNew else { return }
    do throws(Errno) {
      let size = try FileStatus.of(file)?.size ?? 0
      if size > limit { try shorten() }
      let isTorn = try File.readEnd(of: file, bytes: 1).map { !$0.isEmpty && $0 != [UInt8(ascii: "\n")] } ?? false
      let line: JSON = [
        "tree": .string(key.tree.hex), "verdict": "green", "time": .string(time.toTheSecond), "command": .string(key.command),
      ]
      try append((isTorn ? "\n" : "") + line.serialized() + "\n")
    } catch {}
  }

  private func append(_ text: String) throws(Errno) {
    do {
      try Folder.create(file.removingLastComponent(), permissions: FilePermissions(rawValue: 0o700))
      let descriptor = try FileDescriptor.open(
        file, .writeOnly, options: [.create, .append, .closeOnExec], permissions: FilePermissions(rawValue: 0o600))
      _ = try descriptor.closeAfter { try descriptor.writeAll(text.utf8) }
    } catch { throw error as? Errno ?? .ioError }
  }

  private func shorten() throws(Errno) {
    let rest = try File.readEnd(of: file, bytes: limit / 2) ?? []
    // The first of them is most likely cut in two.
    let whole = rest.drop { $0 != UInt8(ascii: "\n") }.dropFirst()
    try AtomicFile.write(Array(whole), to: file, permissions: FilePermissions(rawValue: 0o600))
  }

  private func read() -> Set<Key> {
    guard let bytes = (try? File.read(file)) ?? nil else { return [] }
    var known: Set<Key> = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let json = try? JSON(parsing: Array(line)), json["verdict"]?.string == "green",
        let tree = json["tree"]?.string.flatMap({ TreeID(hex: $0) }), let command = json["command"]?.string
      else { continue }
      known.insert(Key(tree: tree, command: command))
    }
    return known
  }
}
