import Platform
import Support
import Testing

@testable import Terminal

@Suite("Painting frames")
struct ScreenPainterTests {
  private func frame(_ lines: [String]) -> [FrameLine] {
    lines.map { text in
      var line = FrameLine()
      line.add(text)
      return line
    }
  }

  @Test("a frame is replaced in place, the log stays above it, and what does not change is not written")
  func inPlace() {
    var terminal = FakeTerminal(columns: 20, rows: 6)
    var painter = ScreenPainter(reflows: true)
    let size = TerminalSize(columns: 20, rows: 6)
    terminal.write("$ git sage-stream\r\n")
    terminal.write(painter.paint(frame(["bar", "one", "two"]), log: ["begin"], size: size))
    #expect(terminal.text == ["$ git sage-stream", "begin", "bar", "one", "two"])
    #expect(painter.paint(frame(["bar", "one", "two"]), size: size) == "")
    let change = painter.paint(frame(["bar", "1", "two"]), size: size)
    #expect(!change.contains("bar") && !change.contains("two"))
    terminal.write(change)
    #expect(terminal.text == ["$ git sage-stream", "begin", "bar", "1", "two"])
    // Higher than what is left of the screen: the log scrolls, and nothing of it is lost.
    terminal.write(painter.paint(frame(["bar", "1", "2", "3"]), log: ["landed A", "landed B"], size: size))
    #expect(terminal.text == ["$ git sage-stream", "begin", "landed A", "landed B", "bar", "1", "2", "3"])
    terminal.write(painter.clear(log: ["landed C"], size: size))
    #expect(terminal.text == ["$ git sage-stream", "begin", "landed A", "landed B", "landed C"])
    #expect(terminal.isClean && terminal.unknown.isEmpty)
  }

  @Test("a terminal that gets narrower breaks the lines of the frame, and all of them are replaced")
  func narrower() {
    var terminal = FakeTerminal(columns: 40, rows: 12)
    var painter = ScreenPainter(reflows: true)
    let lines = ["a line that is thirty-eight columns", "and another one that needs as much", "short"]
    terminal.write(painter.paint(frame(lines), log: ["log"], size: TerminalSize(columns: 40, rows: 12)))
    terminal.resize(columns: 20, rows: 12)
    terminal.write(painter.paint(frame(["now", "short"]), size: TerminalSize(columns: 20, rows: 12)))
    #expect(terminal.text == ["log", "now", "short"])
    terminal.resize(columns: 60, rows: 12)
    terminal.write(painter.paint(frame(lines), size: TerminalSize(columns: 60, rows: 12)))
    #expect(terminal.text == ["log"] + lines)
  }

  @Test("who takes the terminal away finds the frame above, and the next frame stands below what was written meanwhile")
  func abandoned() {
    var terminal = FakeTerminal(columns: 40, rows: 12)
    var painter = ScreenPainter(reflows: true)
    let size = TerminalSize(columns: 40, rows: 12)
    terminal.write(painter.paint(frame(["bar", "one"]), size: size))
    #expect(terminal.isClean)
    painter.abandon()
    terminal.write("[1]+  Stopped\r\n$ fg\r\n")
    terminal.write(painter.paint(frame(["bar", "two"]), size: size))
    #expect(terminal.text == ["bar", "one", "[1]+  Stopped", "$ fg", "bar", "two"])
  }

  @Test("whatever frames, logs and sizes follow each other, the screen shows the whole log and the last frame")
  func anything() {
    var random = SplitMix64(seed: 7)
    for _ in 0..<300 {
      var size = TerminalSize(columns: Int.random(in: 10...60, using: &random), rows: 40)
      var terminal = FakeTerminal(columns: size.columns, rows: size.rows)
      var painter = ScreenPainter(reflows: true)
      var log: [String] = []
      var last: [String] = []
      for step in 0..<12 {
        let lines = (0..<Int.random(in: 1...6, using: &random)).map { number in
          String(repeating: ["x", "字", "é"].randomElement(using: &random) ?? "x", count: Int.random(in: 1...40, using: &random))
            .fitted(to: size.columns - 1) + (number == 0 ? "" : "")
        }
        let news = Bool.random(using: &random) ? ["landed \(step)"] : []
        terminal.write(painter.paint(frame(lines), log: news, size: size))
        log += news
        last = lines
        if Bool.random(using: &random) {
          size.columns = Int.random(in: 10...60, using: &random)
          terminal.resize(columns: size.columns, rows: size.rows)
        }
        #expect(!terminal.isSynchronised)
      }
      terminal.write(painter.paint(frame(last.map { $0.fitted(to: size.columns - 1) }), size: size))
      #expect(terminal.text == log + last.map { $0.fitted(to: size.columns - 1) })
      terminal.write(painter.clear(size: size))
      #expect(terminal.text == log)
      #expect(terminal.isClean && terminal.unknown.isEmpty)
    }
  }
}
