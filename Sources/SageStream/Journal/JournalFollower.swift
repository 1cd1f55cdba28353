import Platform
import Tickets

/// Reads a journal while its run writes it: each call gives what has come since the last one.
public struct JournalFollower: Sendable {
  public let file: FilePath
  /// How much of it has been read, in bytes.
  public private(set) var offset = 0
  /// The beginning of a line of which the end has not been written yet.
  private var rest: [UInt8] = []

  public init(_ file: FilePath) { self.file = file }

  /// The new events, in order; empty where there is no such file yet.
  ///
  /// - Throws: `Failure.fileSystem`.
  public mutating func news() throws(Failure) -> [Event] {
    do throws(Errno) {
      let bytes = try File.read(file, from: Int64(offset)) ?? []
      offset += bytes.count
      rest += bytes
    } catch { throw .fileSystem(path: file, error) }
    guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    let lines = rest[..<end]
    rest = Array(rest[(end + 1)...])
    return lines.split(separator: UInt8(ascii: "\n")).compactMap { line in
      (try? JSON(parsing: Array(line))).flatMap { Event(json: $0) }
    }
  }
}
