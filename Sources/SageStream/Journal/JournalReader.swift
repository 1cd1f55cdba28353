import Platform
import Tickets

/// Reads journals. A last line that a kill or a power cut tore is skipped; so is any line that is no event of ours.
public enum JournalReader {
  /// The events of one journal in order; empty where there is none.
  public static func events(of file: FilePath) throws(Failure) -> [Event] {
    let bytes: [UInt8]?
    do throws(Errno) { bytes = try File.read(file) } catch { throw .fileSystem(path: file, error) }
    return events(in: bytes ?? [])
  }

  /// The events in the bytes of a journal. Total: any bytes may be given.
  public static func events(in bytes: [UInt8]) -> [Event] {
    bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
      (try? JSON(parsing: Array(line))).flatMap { Event(json: $0) }
    }
  }

  /// Whether the last line alone says that nothing is left of this run; what is not closed is worth reading whole.
  static func saysClosed(_ file: FilePath) throws(Failure) -> Bool {
    let tail: [UInt8]
    do throws(Errno) { tail = try File.readEnd(of: file, bytes: 1 << 16) ?? [] } catch { throw .fileSystem(path: file, error) }
    guard let line = tail.split(separator: UInt8(ascii: "\n")).last, let json = try? JSON(parsing: Array(line)),
      let event = Event(json: json)
    else { return false }
    switch event.fact {
    case .takenOver: return true
    case .runFinished(let summary): return summary.held.isEmpty && summary.error == nil
    default: return false
    }
  }

  /// The runs that have a folder, oldest first.
  public static func runs(in stateFolder: FilePath) throws(Failure) -> [RunID] {
    let folder = stateFolder.appending("runs")
    do throws(Errno) {
      guard try FileStatus.of(folder) != nil else { return [] }
      return try Folder.names(in: folder).compactMap { RunID(String(decoding: $0, as: UTF8.self)) }.sorted()
    } catch { throw .fileSystem(path: folder, error) }
  }
}
