import Git
import Platform
import Support
import Testing
import Tickets

@testable import SageStream

/// Two worktrees in which somebody works, and the one who looks at them.
private final class Lookout {
  let scenario: Scenario
  let project: Project
  let foresight: Foresight
  let run = RunID(at: WallTime(seconds: 1_800_000_000), random: 7)
  private(set) var base: CommitID

  static func lines(_ changed: [Int: String] = [:]) -> String { (1...9).map { (changed[$0] ?? "line \($0)") + "\n" }.joined() }

  init(prepare: (Scenario) async throws -> Void = { _ in }) async throws {
    scenario = try await Scenario()
    try scenario.write("f.txt", Self.lines())
    try scenario.write("g.txt", Self.lines())
    try scenario.write(".gitignore", "build/\n")
    try scenario.write(".sage/tickets/index.json", "{\"tickets\":[]}")
    try await prepare(scenario)
    try await scenario.commit("Base")
    base = try #require(CommitID(hex: try await scenario.id(of: "HEAD")))
    project = try await Project.open(from: scenario.path, environment: scenario.environment)
    foresight = Foresight(project: project, run: run)
    for number in [1, 2] { try await scenario.git("worktree", "add", "-q", "--detach", "../slot-\(number)") }
  }

  func slot(_ number: Int) -> Slot {
    Slot(
      number: number, path: scenario.root.path.appending("slot-\(number)"),
      gitFolder: scenario.path.appending(".git/worktrees/slot-\(number)"))
  }

  func subject(_ number: Int) -> Foresight.Subject {
    Foresight.Subject(attempt: Attempt(ticket: TicketID("T-\(number)"), run: run, number: 1), base: base, slot: slot(number), tip: nil)
  }

  func write(_ path: String, _ text: String, in number: Int) throws {
    let file = slot(number).path.appending(path)
    try Folder.create(file.removingLastComponent())
    try AtomicFile.write(Array(text.utf8), to: file)
  }

  func look(_ subjects: [Foresight.Subject]? = nil) async throws -> Foresight.Look {
    let target = try #require(CommitID(hex: try await scenario.id(of: "main")))
    return await foresight.look(at: subjects ?? [subject(1), subject(2)], target: target)
  }

  /// `T-1 x T-2 f.txt`, one a line.
  func seen() async throws -> [String] {
    let look = try await look()
    #expect(look.failures == 0)
    return look.clashes.map {
      "\($0.pair.ticket) x \($0.pair.with?.rawValue ?? "main") \($0.paths.map(\.description).joined(separator: " "))"
    }
  }
}

@Suite("Foresight: clashes are seen before anything lands")
struct ForesightTests {
  @Test("uncommitted work of two slots, then a change of mind; nothing of the repository or the slots is touched")
  func pairs() async throws {
    let lab = try await Lookout()
    #expect(try await lab.seen() == [])
    try lab.write("f.txt", Lookout.lines([3: "mine"]), in: 1)
    try lab.write("f.txt", Lookout.lines([3: "yours"]), in: 2)
    let objects = try await lab.scenario.git("count-objects")
    let indexes = try [1, 2].map { try File.read(lab.slot($0).gitFolder.appending("index")) }
    #expect(try await lab.seen() == ["T-1 x T-2 f.txt"])
    #expect(try await lab.seen() == ["T-1 x T-2 f.txt"])
    try lab.write("f.txt", Lookout.lines([8: "yours"]), in: 2)
    #expect(try await lab.seen() == [])
    #expect(try await lab.scenario.git("count-objects") == objects)
    #expect(try [1, 2].map { try File.read(lab.slot($0).gitFolder.appending("index")) } == indexes)
    #expect(try await lab.scenario.git("for-each-ref", "--format=%(refname)") == "refs/heads/main")
    await lab.foresight.end()
    #expect(try FileStatus.of(lab.project.stateFolder.appending("scratch/foresight.\(lab.run)")) == nil)
  }

  @Test("committed and new files count, ignored ones and the queue do not")
  func kinds() async throws {
    let lab = try await Lookout()
    try lab.write("new/n.txt", "a\n", in: 1)
    try lab.write("build/o", "a\n", in: 1)
    try lab.write(".sage/tickets/index.json", "{}", in: 1)
    try lab.write("new/n.txt", "b\n", in: 2)
    try lab.write("build/o", "b\n", in: 2)
    try lab.write(".sage/tickets/index.json", "[]", in: 2)
    try await lab.scenario.git("add", "new", in: lab.slot(2).path)
    try await lab.scenario.git("commit", "-q", "-m", "B", in: lab.slot(2).path)
    #expect(try await lab.seen() == ["T-1 x T-2 new/n.txt"])
  }

  @Test("what the target got meanwhile, and finished work that waits")
  func target() async throws {
    let lab = try await Lookout()
    try lab.write("f.txt", Lookout.lines([3: "mine"]), in: 1)
    try lab.write("g.txt", Lookout.lines([5: "yours"]), in: 2)
    try lab.scenario.write("f.txt", Lookout.lines([3: "the user's"]))
    try await lab.scenario.commit("User")
    #expect(try await lab.seen() == ["T-1 x main f.txt"])
    // The second finishes, and a third begins in its slot.
    try await lab.scenario.git("commit", "-q", "-a", "-m", "B", in: lab.slot(2).path)
    let tip = try #require(CommitID(hex: try await lab.scenario.git("rev-parse", "HEAD", in: lab.slot(2).path)))
    let done = Foresight.Subject(attempt: lab.subject(2).attempt, base: lab.base, slot: nil, tip: tip)
    try lab.write("g.txt", Lookout.lines([5: "mine, too"]), in: 1)
    let look = try await lab.look([lab.subject(1), done])
    #expect(look.clashes.map(\.pair) == [Clash.Pair("T-1", with: nil), Clash.Pair("T-1", with: "T-2")])
  }

  @Test("merge=union and other attributes are heard")
  func attributes() async throws {
    let lab = try await Lookout { try $0.write(".gitattributes", "f.txt merge=union\n") }
    try lab.write("f.txt", Lookout.lines([3: "mine"]), in: 1)
    try lab.write("f.txt", Lookout.lines([3: "yours"]), in: 2)
    #expect(try await lab.seen() == [])
  }

  @Test("a slot that is gone, that stands elsewhere, or that holds a whole build is passed over")
  func passedOver() async throws {
    let lab = try await Lookout()
    try lab.write("f.txt", Lookout.lines([3: "mine"]), in: 1)
    try lab.write("f.txt", Lookout.lines([3: "yours"]), in: 2)
    for number in 0...Foresight.mostPaths { try lab.write("many/\(number)", "x\n", in: 2) }
    var look = try await lab.look()
    #expect(look.tickets == ["T-1"] && look.clashes == [] && look.failures == 0)
    try Folder.removeTree(lab.slot(2).path.appending("many"))
    try lab.scenario.write("h.txt", "h\n")
    let elsewhere = try #require(CommitID(hex: try await lab.scenario.commit("Later")))
    let moved = Foresight.Subject(attempt: lab.subject(2).attempt, base: elsewhere, slot: lab.slot(2), tip: nil)
    look = try await lab.look([lab.subject(1), moved])
    #expect(look.tickets == ["T-1"] && look.failures == 0)
    try Folder.removeTree(lab.slot(2).path)
    look = try await lab.look()
    #expect(look.tickets == ["T-1"] && look.failures == 1)
  }

  @Test("renames are followed, and a folder that moved")
  func renames() async throws {
    let lab = try await Lookout()
    try await lab.scenario.git("mv", "f.txt", "moved.txt", in: lab.slot(1).path)
    try lab.write("moved.txt", Lookout.lines([3: "mine"]), in: 1)
    try lab.write("f.txt", Lookout.lines([3: "yours"]), in: 2)
    #expect(try await lab.seen() == ["T-1 x T-2 moved.txt"])
  }
}

@Suite("The board of clashes")
struct ClashBoardTests {
  private func clash(_ a: TicketID, _ b: TicketID?, _ path: String = "f") -> Clash {
    Clash(Clash.Pair(a, with: b), paths: [TreePath(path)])
  }

  private func landed(_ ticket: TicketID) throws -> Fact {
    let run = try #require(RunID("20261122T195400-3f2a"))
    let id = try #require(CommitID(hex: String(repeating: "a", count: 40)))
    return .landed(
      Landed(attempt: Attempt(ticket: ticket, run: run, number: 1), commits: [id], from: id, to: id, files: 1, excluded: [], seconds: 1))
  }

  /// One look: its news are applied and named.
  private func look(_ board: inout ClashBoard, _ seen: [Clash], _ tickets: Set<TicketID>) -> [String] {
    let news = board.news(seen, among: tickets)
    for fact in news { board.apply(fact) }
    return news.map { fact in
      switch fact {
      case .clashPredicted(let clash): "+\(clash.pair.ticket)x\(clash.pair.with?.rawValue ?? "main")"
      case .clashResolved(let pair): "-\(pair.ticket)x\(pair.with?.rawValue ?? "main")"
      default: "?"
      }
    }
  }

  @Test("a pair is news once, and once more when it is over")
  func once() {
    var board = ClashBoard()
    #expect(look(&board, [clash("B", "A"), clash("C", nil)], ["A", "B", "C"]) == ["+AxB", "+Cxmain"])
    #expect(look(&board, [clash("A", "B"), clash("C", nil)], ["A", "B", "C"]) == [])
    // B could not be read: nothing is known of it, and nothing changes.
    #expect(look(&board, [], ["A"]) == [])
    #expect(look(&board, [], ["A", "B", "C"]) == ["-AxB", "-Cxmain"])
    #expect(board.clashes == [])
  }

  @Test("when one of two lands, the clash stays the same one until the other is rid of it")
  func landing() throws {
    var board = ClashBoard()
    #expect(look(&board, [clash("A", "B")], ["A", "B"]) == ["+AxB"])
    board.apply(try landed("A"))
    #expect(board.clashes.map(\.pair) == [Clash.Pair("A", with: "B")])
    #expect(look(&board, [clash("B", nil)], ["B"]) == [])
    #expect(look(&board, [clash("B", nil, "other")], ["B"]) == ["-AxB", "+Bxmain"])
    board.apply(try landed("B"))
    #expect(board.clashes == [])
  }

  @Test("what is set aside clashes no more")
  func setAside() {
    var board = ClashBoard()
    #expect(look(&board, [clash("A", "B"), clash("B", "C")], ["A", "B", "C"]) == ["+AxB", "+BxC"])
    board.apply(.deferred(Deferred(ticket: "A", category: "x", message: "", isFailure: true)))
    #expect(board.clashes.map(\.pair) == [Clash.Pair("B", with: "C")])
  }

  @Test("both events can be read again as they were written")
  func json() throws {
    let run = try #require(RunID("20261122T195400-3f2a"))
    for fact in [Fact.clashPredicted(clash("A", "B")), .clashPredicted(clash("A", nil)), .clashResolved(Clash.Pair("A", with: nil))] {
      let event = Event(sequence: 1, time: WallTime(seconds: 1), run: run, fact: fact)
      let again = try #require(Event(json: try JSON(parsing: Array(event.json.serialized().utf8))))
      #expect(again.json == event.json)
    }
  }
}
