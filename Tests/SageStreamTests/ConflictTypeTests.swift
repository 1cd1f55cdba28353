import Git
import Support
import Testing
import Tickets

@testable import SageStream

/// Each kind of conflict that git knows, made by git: the report has git's word and line, and names the ticket that landed.
@Suite struct ConflictTypeTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let type: String
    let first: @Sendable (Scenario) async throws -> Void
    let landed: @Sendable (Scenario) async throws -> Void
    let ticket: @Sendable (Scenario) async throws -> Void
    let paths: [String]
    var note = ""
    var testDescription: String { note.isEmpty ? type : "\(type), \(note)" }
  }

  static func file(_ path: String, _ text: String) -> @Sendable (Scenario) async throws -> Void {
    { try $0.write(path, text) }
  }

  static func move(_ from: String, _ to: String) -> @Sendable (Scenario) async throws -> Void {
    { try await $0.git("mv", from, to) }
  }

  static func folder(_ scenario: Scenario) async throws {
    try scenario.write("d/f", numbered(9))
    try scenario.write("d/g", numbered(20, [4: "g"]))
  }

  static let cases: [Case] = [
    Case(
      type: "content", first: file("f", numbered(9)), landed: file("f", numbered(9, [5: "ours"])),
      ticket: file("f", numbered(9, [5: "theirs"])), paths: ["f"]),
    Case(
      type: "add/add", first: file("f", "1\n"), landed: file("g", "ours\nsame\n"), ticket: file("g", "theirs\nsame\n"), paths: ["g"]),
    Case(
      type: "add/add", first: file("f", "1\n"), landed: file("g", "same\n"),
      ticket: { try $0.write("g", "same\n", permissions: 0o755) }, paths: ["g"], note: "modes"),
    Case(
      type: "modify/delete", first: file("f", numbered(9)), landed: { try $0.remove("f") },
      ticket: file("f", numbered(9, [5: "theirs"])), paths: ["f"], note: "deleted on main"),
    Case(
      type: "modify/delete", first: file("f", numbered(9)), landed: file("f", numbered(9, [5: "ours"])),
      ticket: { try $0.remove("f") }, paths: ["f"], note: "deleted by the ticket"),
    Case(
      type: "rename/delete", first: file("f", numbered(9)), landed: { try $0.remove("f") }, ticket: move("f", "g"), paths: ["g"],
      note: "deleted on main"),
    Case(
      type: "rename/delete", first: file("f", numbered(9)), landed: move("f", "g"), ticket: { try $0.remove("f") }, paths: ["g"],
      note: "deleted by the ticket"),
    Case(
      type: "rename/rename", first: file("f", numbered(9)), landed: move("f", "g"), ticket: move("f", "h"), paths: ["f", "g", "h"]),
    Case(
      type: "add/add",
      first: {
        try $0.write("f", numbered(9))
        try $0.write("g", numbered(9, [1: "x", 2: "y", 3: "z", 4: "a", 5: "b", 6: "c", 7: "d"]))
      }, landed: move("f", "h"), ticket: move("g", "h"), paths: ["h"], note: "two renames to one name"),
    Case(
      type: "file location", first: folder, landed: move("d", "e"), ticket: file("d/new", numbered(30)), paths: ["e/new"],
      note: "folder renamed on main"),
    Case(
      type: "file location", first: folder, landed: file("d/new", numbered(30)), ticket: move("d", "e"), paths: ["e/new"],
      note: "folder renamed by the ticket"),
    Case(
      type: "distinct types", first: file("f", numbered(9)), landed: file("f", numbered(9, [2: "ours"])),
      ticket: { try $0.link("f", to: "elsewhere") }, paths: ["f"]),
    Case(
      type: "file/directory", first: file("f", "1\n"), landed: file("g/h", "in a folder\n"), ticket: file("g", "a file\n"), paths: ["g"],
      note: "folder on main"),
    Case(
      type: "file/directory", first: file("f", "1\n"), landed: file("g", "a file\n"), ticket: file("g/h", "in a folder\n"), paths: ["g"],
      note: "folder of the ticket"),
    Case(
      type: "binary", first: file("f", "a\0b"), landed: file("f", "a\0c"), ticket: file("f", "a\0d"), paths: ["f"]),
    Case(
      type: "binary",
      first: {
        try $0.write("f", numbered(9))
        try $0.write(".gitattributes", "f -merge\n")
      }, landed: file("f", numbered(9, [5: "ours"])), ticket: file("f", numbered(9, [5: "theirs"])), paths: ["f"], note: "by attribute"),
    Case(
      type: "content", first: { try $0.link("f", to: "a") }, landed: { try $0.link("f", to: "b") },
      ticket: { try $0.link("f", to: "c") }, paths: ["f"], note: "links"),
    Case(
      type: "submodule", first: { try await submodule($0, "1") }, landed: { try await submodule($0, "2") },
      ticket: { try await submodule($0, "3") }, paths: ["s"]),
    Case(
      type: "directory rename split",
      first: {
        for name in ["f", "g", "h", "i"] { try $0.write("d/\(name)", numbered(12, [3: name, 4: name + name, 5: name + "5"])) }
      },
      landed: {
        try $0.write("e/keep", "e\n")
        try $0.write("k/keep", "k\n")
        try await $0.git("add", ".")
        try await $0.git("mv", "d/f", "d/g", "e")
        try await $0.git("mv", "d/h", "d/i", "k")
      }, ticket: file("d/new", numbered(30)), paths: ["d"]),
  ]

  static func submodule(_ scenario: Scenario, _ digit: String) async throws {
    try scenario.write("s/.keep", "")
    let id = String(repeating: digit, count: 40)
    try scenario.remove("s")
    try await scenario.git("update-index", "--add", "--cacheinfo", "160000,\(id),s")
    // `commit` adds the work tree, in which the submodule is not checked out.
    try scenario.write("s/x", "1\n")
    try scenario.remove("s/x")
  }

  @Test(arguments: cases) func namesTheTicketThatLanded(_ sample: Case) async throws {
    let lab = try await ConflictLab(sample.first)
    try await lab.user("Before") { try $0.write("other", "before\n") }
    try await lab.land("A-1", sample.landed)
    try await lab.land("B-2") { try $0.write("other", "something else\n") }
    let report = try await lab.report("C-3", sample.ticket)

    #expect(report.paths.map(\.path.description) == sample.paths)
    #expect(Set(report.paths.map(\.type)) == [sample.type])
    #expect(report.paths.allSatisfy { $0.landedBy?.ticket == "A-1" }, "\(report.paths.map { $0.landedBy })")
    #expect(report.paths.allSatisfy { $0.landedBy?.commit.hex == lab.commits["A-1"] })
    #expect(report.landedTickets == ["A-1"])
    #expect(report.others == ["A-1": "Title of A-1"])
    let words = try await lab.gitsWords(report)
    for path in report.paths {
      let plain = path.message.replacing("C-3", with: "topic")
      #expect(words.contains { $0 == plain }, "\(plain) is none of \(words)")
    }
  }

  @Test(arguments: cases) func namesTheUsersOwnCommit(_ sample: Case) async throws {
    let lab = try await ConflictLab(sample.first)
    try await lab.land("B-2") { try $0.write("other", "something else\n") }
    try await lab.user("Mine", sample.landed)
    try await lab.land("B-3") { try $0.write("other", "again\n") }
    let report = try await lab.report("C-3", sample.ticket)
    #expect(report.paths.map(\.path.description) == sample.paths)
    #expect(report.paths.allSatisfy { $0.landedBy?.commit.hex == lab.commits["Mine"] && $0.landedBy?.ticket == nil })
    let hunks = report.paths.flatMap(\.hunks)
    #expect(hunks.allSatisfy { $0.landedBy?.commit.hex == lab.commits["Mine"] && $0.landedBy?.ticket == nil })
    #expect(report.landedTickets.isEmpty)
  }

  @Test func ofSeveralThatTouchedThePathTheLastIsNamed() async throws {
    // A deletion after a change; a change after a change; a mode after a change; and the user after a ticket.
    let numbers = { @Sendable (changes: [Int: String]) in
      { @Sendable (scenario: Scenario) in try scenario.write("f", numbered(9, changes)) }
    }
    let theirs = numbers([5: "theirs"])
    for last in ["A-2", "user"] {
      for (type, second, ticket) in [
        ("modify/delete", { @Sendable (scenario: Scenario) in try scenario.remove("f") }, theirs),
        ("modify/delete", numbers([2: "first", 8: "second"]), { @Sendable (scenario: Scenario) in try scenario.remove("f") }),
        (
          "distinct types", { @Sendable (scenario: Scenario) in try scenario.write("f", numbered(9, [2: "first"]), permissions: 0o755) },
          { @Sendable (scenario: Scenario) in try scenario.link("f", to: "elsewhere") }
        ),
      ] {
        let lab = try await ConflictLab(numbers([:]))
        try await lab.land("A-1", numbers([2: "first"]))
        if last == "user" { try await lab.user("user", second) } else { try await lab.land(last, second) }
        try await lab.land("A-3") { try $0.write("other", "1\n") }
        let report = try await lab.report("C-3", ticket)
        #expect(Set(report.paths.map(\.type)) == [type])
        #expect(report.paths.allSatisfy { $0.landedBy?.commit.hex == lab.commits[last] }, "\(type), \(last)")
        #expect(report.landedTickets == (last == "user" ? [] : [TicketID(last)]))
      }
    }
  }

  @Test func aFileMovedToAFolderThatNeverLandsIsNobodysFault() async throws {
    let lab = try await ConflictLab { try $0.write("f", numbered(9)) }
    try await lab.land("A-1") { try $0.write("f", numbered(9, [2: "x"])) }
    let report = try await lab.report("C-3") {
      try $0.write(".docs/keep", "1\n")
      try await $0.git("mv", "f", ".docs/f")
    }
    #expect(report.paths.map(\.type) == ["excluded"])
    #expect(report.paths.first?.landedBy == nil)
    #expect(report.landedTickets.isEmpty)
  }
}
