import Git
import Platform
import Support
import Testing
import Tickets

@testable import SageStream

@Suite("Verdicts")
struct ChecksVerdictTests {
  private func key(_ digit: Character, _ command: String = "make test") throws -> VerdictCache.Key {
    VerdictCache.Key(tree: try #require(TreeID(hex: String(repeating: digit, count: 40))), command: command)
  }

  @Test("a green verdict outlives the process, for that tree and that command alone")
  func remembers() throws {
    let folder = try TemporaryFolder()
    VerdictCache(stateFolder: folder.path).remember(try key("a"))
    VerdictCache(stateFolder: folder.path).remember(try key("b", "make \"x\"\nall"))
    let later = VerdictCache(stateFolder: folder.path)
    #expect(later.isGreen(try key("a")))
    #expect(later.isGreen(try key("b", "make \"x\"\nall")))
    #expect(!later.isGreen(try key("a", "make")))
    #expect(!later.isGreen(try key("c")))
  }

  @Test("a line that a crash tore is no verdict, and does not swallow the next one")
  func torn() throws {
    let folder = try TemporaryFolder()
    let first = VerdictCache(stateFolder: folder.path)
    first.remember(try key("a"))
    let whole = try #require(try File.read(first.file))
    for length in 0..<whole.count {
      try AtomicFile.write(Array(whole.prefix(length)), to: first.file)
      let cache = VerdictCache(stateFolder: folder.path)
      // Without its line end it is whole all the same.
      let isWhole = length == whole.count - 1
      #expect(cache.isGreen(try key("a")) == isWhole)
      cache.remember(try key("b"))
      #expect(VerdictCache(stateFolder: folder.path).isGreen(try key("b")), "torn after \(length) bytes")
    }
  }

  @Test("the file stays small: the older half goes")
  func bounded() throws {
    let folder = try TemporaryFolder()
    let cache = VerdictCache(stateFolder: folder.path, limit: 4000)
    let digits = Array("0123456789abcdef")
    for number in 0..<256 {
      let hex = String([digits[number / 16], digits[number % 16]]) + String(repeating: "0", count: 38)
      cache.remember(VerdictCache.Key(tree: try #require(TreeID(hex: hex)), command: "true"))
    }
    #expect(try #require(try FileStatus.of(cache.file)).size < 4500)
    let later = VerdictCache(stateFolder: folder.path, limit: 4000)
    #expect(later.isGreen(VerdictCache.Key(tree: try #require(TreeID(hex: "ff" + String(repeating: "0", count: 38))), command: "true")))
    #expect(!later.isGreen(VerdictCache.Key(tree: try #require(TreeID(hex: String(repeating: "0", count: 40))), command: "true")))
  }

  @Test("a file that cannot be read or written costs a check and nothing else")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    let cache = VerdictCache(stateFolder: folder.path.appending("file").appending("below"))
    try AtomicFile.write([], to: folder.path.appending("file"))
    cache.remember(try key("a"))
    #expect(cache.isGreen(try key("a")))
    #expect(!VerdictCache(stateFolder: folder.path.appending("file").appending("below")).isGreen(try key("a")))
  }

  @Test("what an end of the check says")
  func ends() {
    func verdict(_ exit: WorkerProcess.Exit, _ stop: WorkerProcess.Stop? = nil) -> CheckVerdict {
      CheckVerdict(WorkerProcess.Ending(exit: exit, stop: stop, seconds: 1))
    }
    #expect(verdict(.status(0)) == .green)
    #expect(verdict(.status(1)) == .red(status: 1))
    #expect(verdict(.status(75)) == .red(status: 75))
    #expect(verdict(.status(125)) == .undecided)
    #expect(verdict(.status(127)) == .cannotRun(status: 127))
    #expect(verdict(.signal(9)) == .killed(signal: 9))
    #expect(verdict(.status(137)) == .killed(signal: 9))
    #expect(verdict(.status(255)) == .red(status: 255))
    #expect(verdict(.signal(15), .requested) == .stopped)
    #expect(verdict(.signal(15), .timeout(.seconds(90))) == .timedOut(seconds: 90))
  }

  @Test("facts of checks read as they were written")
  func facts() throws {
    let run = RunID(at: WallTime(seconds: 1_800_000_000), random: 1)
    let commit = try #require(CommitID(hex: String(repeating: "1", count: 40)))
    let tree = try #require(TreeID(hex: String(repeating: "2", count: 40)))
    let verdicts: [CheckVerdict] = [
      .green, .red(status: 2), .timedOut(seconds: 90), .undecided, .killed(signal: 9), .cannotRun(status: 127), .stopped,
    ]
    for verdict in verdicts {
      let finished = CheckFinished(
        tickets: ["A", "b c"], commit: commit, tree: tree, verdict: verdict, seconds: 1.5, isCached: false, slot: 65, log: "/l",
        isFlaky: true)
      let event = Event(sequence: 1, time: WallTime(seconds: 1), run: run, fact: .checkFinished(finished))
      guard case .checkFinished(let read)? = Event(json: try JSON(parsing: Array(event.json.serialized().utf8)))?.fact else {
        Issue.record("\(verdict)")
        continue
      }
      #expect(read.verdict == verdict && read.tickets == finished.tickets && read.slot == 65 && read.isFlaky && read.log == "/l")
      #expect(event.json["verdict"]?.string == verdict.name && event.json["seconds"]?.double == 1.5 && event.json["cached"]?.bool == false)
    }
  }
}
