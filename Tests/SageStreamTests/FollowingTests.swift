import Platform
import Support
import Testing

@testable import SageStream

@Suite("Following files as they grow")
struct FollowingTests {
  @Test("a worker's output is read whole and in order, whichever of its files it is in", arguments: [64, 1000, 1 << 20])
  func output(_ limit: Int) throws {
    let folder = try TemporaryFolder()
    let path = folder.path.appending("worker.log")
    var log = try WorkerLog(path, limit: limit)
    let follower = WorkerLogFollower(path)
    var seen: [UInt8] = []
    var written: [UInt8] = []
    for number in 0..<200 {
      let line = Array("line \(number)\n".utf8)
      line.withUnsafeBytes { log.append($0) }
      written += line
      seen += follower.news()
    }
    log.finish()
    seen += follower.news()
    #expect(seen == written)
  }

  @Test("of a log that is there already only its end is read")
  func end() throws {
    let folder = try TemporaryFolder()
    let path = folder.path.appending("worker.log")
    try AtomicFile.write(Array(repeating: 65, count: 5000), to: path)
    #expect(WorkerLogFollower(path, keepingLast: 100).news().count == 100)
  }

  @Test("a line of the journal that is half written is read when it is whole")
  func journal() throws {
    let folder = try TemporaryFolder()
    let path = folder.path.appending("journal.jsonl")
    var follower = JournalFollower(path)
    #expect(try follower.news().isEmpty)
    let run = RunID(at: WallTime(seconds: 1_795_377_240), random: 7)
    let lines = (1...3).map { number in
      Event(sequence: number, time: WallTime(seconds: 1_795_377_240), run: run, fact: .warning("\(number)")).json.serialized() + "\n"
    }
    let bytes = Array(lines.joined().utf8)
    var read: [Int] = []
    for end in stride(from: 10, to: bytes.count + 10, by: 37) {
      try AtomicFile.write(Array(bytes[..<min(end, bytes.count)]), to: path)
      read += try follower.news().map(\.sequence)
    }
    #expect(read == [1, 2, 3])
  }

  @Test("whoever waits wakes when a file changes or a new one comes, also for what came between two waits")
  func watching() async throws {
    let folder = try TemporaryFolder()
    let file = folder.path.appending("a")
    try AtomicFile.write([1], to: file)
    let watch = try FileWatch()
    await watch.add(folder.path)
    await watch.add(file)
    let descriptor = try FileDescriptor.open(file, .writeOnly, options: [.append])
    try descriptor.closeAfter { _ = try descriptor.writeAll([2]) }
    // Without a limit: it would wait for ever for what has been missed.
    await watch.wait()
    try AtomicFile.write([1], to: folder.path.appending("b"))
    await watch.wait()
  }
}
