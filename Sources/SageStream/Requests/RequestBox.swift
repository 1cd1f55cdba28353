import Platform
import Tickets

/// The folder through which verbs hand their wishes to a live run: `requests/<n>.json`, and a FIFO that wakes it.
struct RequestBox: Sendable {
  let folder: FilePath
  /// A byte in here makes the run look.
  var bell: FilePath { folder.appending("bell") }

  init(stateFolder: FilePath) { folder = stateFolder.appending("requests") }

  /// Puts a request in, complete and durable, under the next free number, and rings.
  ///
  /// - Returns: its file, which vanishes when it has been answered.
  func put(_ request: Request) throws(Failure) -> FilePath {
    do throws(Errno) {
      try Folder.create(folder, permissions: FilePermissions(rawValue: 0o700))
      let temporary = folder.appending("\(request.id).tmp.\(getpid())")
      try AtomicFile.write(Array(request.json.serialized().utf8), to: temporary)
      defer { try? File.remove(temporary) }
      var number = (try numbers().last ?? 0) + 1
      while true {
        let path = file(number)
        do throws(Errno) { try File.link(temporary, to: path) } catch {
          guard error == .fileExists else { throw error }
          number += 1
          continue
        }
        try Folder.sync(folder)
        WakeFifo.wake(bell)
        return path
      }
    } catch { throw .fileSystem(path: folder, error) }
  }

  /// What waits, oldest first. A file that is no request of this version has none.
  func waiting() throws(Failure) -> [(path: FilePath, request: Request?)] {
    do throws(Errno) {
      var found: [(FilePath, Request?)] = []
      for number in try numbers() {
        guard let bytes = try File.read(file(number)) else { continue }
        found.append((file(number), (try? JSON(parsing: bytes)).flatMap { Request(json: $0) }))
      }
      return found
    } catch { throw .fileSystem(path: folder, error) }
  }

  func remove(_ path: FilePath) throws(Failure) {
    do throws(Errno) { try File.remove(path) } catch { throw .fileSystem(path: path, error) }
  }

  private func file(_ number: Int) -> FilePath { folder.appending("\(number).json") }

  private func numbers() throws(Errno) -> [Int] {
    guard try FileStatus.of(folder) != nil else { return [] }
    return try Folder.names(in: folder).map { String(decoding: $0, as: UTF8.self) }.filter { $0.hasSuffix(".json") }
      .compactMap { Int($0.dropLast(5)) }.sorted()
  }
}
