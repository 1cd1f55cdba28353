import Platform
import Support
import Testing

@testable import Terminal

@Suite("The last line of a worker's output")
struct OutputTailTests {
  private func last(_ text: String) -> String? { OutputTail.lastLine(of: Array(text.utf8)) }

  @Test("empty lines, colours and titles are left out; what overwrote a line is the line")
  func lines() {
    #expect(last("one\ntwo\n\n  \n") == "two")
    #expect(last("\u{1B}[1;32mok\u{1B}[0m \u{1B}]0;title\u{7}done\u{1B}(B\n\u{1B}[2K\n") == "ok done")
    #expect(last("start\r 10 %\r 20 %\r") == "20 %")
    #expect(last("\t  indented\u{8}\u{7}\n") == "indented")
    #expect(last("evil \u{202E}txt\u{9B}2J") == "evil \\u{202E}txt\\u{009B}2J")
    #expect(last("") == nil && last("\n\n") == nil)
    #expect(last("half a sequence \u{1B}[3") == "half a sequence")
  }

  @Test("only the end of a log is read, also where the log goes on in other files")
  func logs() throws {
    let folder = try TemporaryFolder()
    let log = folder.path.appending("worker.log")
    var tail = OutputTail(log)
    /// Whether there was another line, and which line there is now.
    func look() -> (Bool, String) { (tail.refresh(), tail.line) }
    #expect(look() == (false, ""))
    func write(_ text: String, _ suffix: String = "") throws { try AtomicFile.write(Array(text.utf8), to: FilePath(log.string + suffix)) }
    try write(String(repeating: "x", count: 1 << 20) + "\nthe end\n")
    #expect(look() == (true, "the end"))
    #expect(look() == (false, "the end"))
    try write("later\n", ".tail")
    #expect(look() == (true, "later"))
    try write("", ".tail")
    try write("older\n", ".older")
    #expect(look() == (true, "older"))
    try write("export API_KEY=sk-abcdefghijklmnopqrstuvwx\n", ".tail")
    #expect(look() == (true, "export API_KEY=[redacted]"))
  }
}

@Suite("A worker's output as log -f shows it")
struct OutputLinesTests {
  private func expect(_ lines: inout OutputLines, _ bytes: [UInt8], _ expected: [String], _ place: SourceLocation = #_sourceLocation) {
    let shown = lines.take(bytes)
    #expect(shown == expected, sourceLocation: place)
  }

  @Test("lines come when they are whole, without what a terminal would act on and without keys")
  func lines() {
    var lines = OutputLines(prefix: "A-1 | ")
    expect(&lines, Array("one\n\u{1B}[31mtw".utf8), ["A-1 | one"])
    expect(&lines, Array("o\u{1B}[0m\n\n\tthree\r\n 10 %\r 20 %\r\n".utf8), ["A-1 | two", "A-1 | ", "A-1 | \tthree", "A-1 |  20 %"])
    expect(&lines, Array("API_KEY=sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789\n".utf8), ["A-1 | API_KEY=[redacted]"])
    expect(&lines, Array("no end".utf8), [])
    let rest = lines.end()
    #expect(rest == ["A-1 | no end"])
  }

  @Test("a line that began before anybody looked is left out, and one that never ends does not grow for ever")
  func parts() {
    var lines = OutputLines(skipsFirst: true)
    expect(&lines, Array("alf a line\nwhole\n".utf8), ["whole"])
    for _ in 0..<100 { _ = lines.take(Array(repeating: 65, count: 5000)) }
    let rest = lines.end()
    #expect(rest.count == 1 && rest[0].utf8.count < 1 << 17)
  }
}
