import Platform
import SageStream
import Support
import Testing

@Suite("The end of a worker's log")
struct LogTailTests {
  private func tail(_ text: String, lines: Int = 60) throws -> LogTail? {
    let folder = try TemporaryFolder()
    let path = folder.path.appending("worker.log")
    try AtomicFile.write(Array(text.utf8), to: path)
    return LogTail.read(path, lines: lines)
  }

  @Test("its last lines, and whether there is more")
  func last() throws {
    #expect(try tail("a\nb\nc\n")?.lines == ["a", "b", "c"])
    #expect(try tail("a\nb\nc\n")?.isCut == false)
    #expect(try tail("a\nb\n\nc", lines: 2)?.lines == ["", "c"])
    #expect(try tail("a\nb\n\nc", lines: 2)?.isCut == true)
    #expect(try tail("")?.lines == [])
  }

  @Test("of a long log only the end is read, from the start of a line")
  func long() throws {
    let log = try #require(try tail((1...20_000).map { "line \($0)\n" }.joined(), lines: 10_000))
    #expect(log.lines.last == "line 20000")
    #expect(log.lines.first?.hasPrefix("line 1") == true)
    #expect(log.lines.count < 10_000)
    #expect(log.isCut)
  }

  @Test(
    "colours and what was overwritten are gone",
    arguments: [
      ("\u{1B}[1;32mok\u{1B}[m done", "ok done"), ("10 %\r50 %\r100 %", "100 %"), ("text\r", "text"), ("\u{1B}]0;title\u{7}x", "x"),
      ("\u{1B}]8;;u\u{1B}\\link\u{1B}]8;;\u{1B}\\", "link"), ("ab\u{8}c", "ac"), ("\u{1B}(Bplain", "plain"), ("cut \u{1B}[", "cut "),
    ])
  func plain(written: String, shown: String) throws { #expect(try tail(written + "\n")?.lines == [shown]) }

  @Test("none is no error")
  func none() throws { #expect(LogTail.read(try TemporaryFolder().path.appending("none")) == nil) }
}
