import Synchronization
import Testing

@testable import Platform

@Suite("A child's output")
struct OutputPipeTests {
  private final class Taken: Sendable {
    let bytes = Mutex<[UInt8]>([])
    func take(_ more: UnsafeRawBufferPointer) { bytes.withLock { $0 += Array(more) } }
  }

  @Test("arrives whole and in order, however it was written, and the end is its end")
  func whole() async throws {
    let taken = Taken()
    let pipe = try OutputPipe.reading(taken.take)
    var written: [UInt8] = []
    for length in [1, 7, 100_000, 0, 3, 65_536, 1] {
      let part = (0..<length).map { UInt8(truncatingIfNeeded: $0 &+ length) }
      try pipe.writeEnd.writeAll(part)
      written += part
    }
    try pipe.writeEnd.close()
    await pipe.end()
    #expect(taken.bytes.withLock { $0 } == written)
  }

  @Test("ends with the child, though somebody else holds the pipe open, and nothing that was written before is missing")
  func heldOpen() async throws {
    let taken = Taken()
    let pipe = try OutputPipe.reading(taken.take)
    let other = try pipe.writeEnd.duplicate()
    try pipe.writeEnd.writeAll(Array("last words".utf8))
    try pipe.writeEnd.close()
    await pipe.end()
    #expect(taken.bytes.withLock { String(decoding: $0, as: UTF8.self) } == "last words")
    try other.close()
  }

  @Test("is read at once while it is quiet, some twenty times a second while it chatters, and without a pause while it is a flood")
  func pace() {
    var pace = ReadingPace()
    var now = ContinuousClock.now
    func read(_ count: Int, after pause: Duration) {
      now += pause
      pace.took(count, at: now)
    }
    for _ in 1...5 {
      read(80, after: .milliseconds(300))
      #expect(pace.pause == 0)
    }
    for _ in 1...10 { read(80, after: .milliseconds(pace.pause)) }
    #expect(pace.pause == 50)
    for _ in 1...10 { read(ReadingPace.buffer, after: .milliseconds(pace.pause)) }
    #expect(pace.pause == 0)
    for _ in 1...10 { read(80, after: .milliseconds(pace.pause)) }
    read(80, after: .seconds(1))
    #expect(pace.pause == 0)
  }
}
