import Git
import Support
import Testing
import Tickets

@testable import SageStream

/// The places in files, with lines and line numbers.
@Suite struct ConflictHunkTests {
  private func hunks(_ base: String, _ ours: String, _ theirs: String, path: String = "f") async throws -> [ConflictHunk] {
    let lab = try await ConflictLab { try $0.write(path, base) }
    try await lab.land("A-1") { try $0.write(path, ours) }
    return try await lab.report("C-3") { try $0.write(path, theirs) }.paths.flatMap(\.hunks)
  }

  private func side(_ start: Int, _ lines: [String]) -> ConflictHunk.Side {
    ConflictHunk.Side(start: start, count: lines.count, lines: lines)
  }

  @Test func eachSideHasItsOwnLineNumbers() async throws {
    let hunks = try await hunks(
      numbered(20), "new\n" + numbered(20, [10: "ours"]), numbered(20, [2: "a\nb", 10: "theirs"]))
    #expect(hunks.count == 1)
    #expect(hunks.first?.base == side(10, ["line 10"]))
    #expect(hunks.first?.ours == side(11, ["ours"]))
    #expect(hunks.first?.theirs == side(11, ["theirs"]))
    #expect(hunks.first?.note == nil)
  }

  @Test func contentMayHoldConflictMarkers() async throws {
    let markers = ["<<<<<<< ours", "||||||| base", "=======", ">>>>>>> theirs", "@@ -1,2 +3,4 @@", "diff --git a/f b/f"]
    let hunks = try await hunks(
      numbered(20, [3: markers[0], 9: "======="]), numbered(20, [3: markers[0], 9: markers.joined(separator: "\n")]),
      numbered(20, [3: markers[0], 9: ">>>>>>> other\n||||||| x"]))
    #expect(hunks.count == 1)
    #expect(hunks.first?.base == side(9, ["======="]))
    #expect(hunks.first?.ours == side(9, markers))
    #expect(hunks.first?.theirs == side(9, [">>>>>>> other", "||||||| x"]))
    #expect(hunks.first?.landedBy?.ticket == "A-1")
  }

  @Test func lineEndsThatDifferAreVisible() async throws {
    let hunks = try await hunks("a\nb\nc\n", "a\r\nb\r\nc\r\n", "a\nB\nc\n")
    #expect(hunks.first?.ours.lines == ["a\r", "b\r", "c\r"])
    #expect(hunks.first?.theirs.lines == ["a", "B", "c"])
  }

  @Test func aMissingLineEndIsSaid() async throws {
    let hunks = try await hunks("a\nb\nc\n", "a\nb\nc", "a\nb\nC")
    #expect(hunks.first?.base == side(3, ["c"]))
    #expect(hunks.first?.ours == side(3, ["c"]))
    #expect(hunks.first?.note == "no line end at the end of ours, theirs")
  }

  @Test func emptyFilesAndEmptySidesWork() async throws {
    let hunks = try await hunks("", "ours\n", "theirs\n")
    #expect(hunks.first?.base == side(1, []))
    #expect(hunks.first?.ours == side(1, ["ours"]))
    let removed = try await self.hunks("a\nb\nc\n", "a\nc\n", "a\nB\nc\n")
    #expect(removed.first?.ours == side(2, []))
    #expect(removed.first?.landedBy?.ticket == "A-1")
  }

  @Test func namesAndContentNeedNotBeUTF8() async throws {
    let path: [UInt8] = Array("caf".utf8) + [0xe9]
    let lab = try await ConflictLab { try $0.write(path, Array("a\nb\nc\n".utf8)) }
    try await lab.land("A-1") { try $0.write(path, Array("a\n".utf8) + [0x6e, 0xe9, 0xff, 0x0a] + Array("c\n".utf8)) }
    let report = try await lab.report("C-3") { try $0.write(path, Array("a\nné\nc\n".utf8)) }
    #expect(report.paths.first?.path == TreePath(bytes: path))
    #expect(report.paths.first?.hunks.first?.ours.lines == [#"n\xE9\xFF"#])
    #expect(report.paths.first?.hunks.first?.theirs.lines == ["né"])
    #expect(report.paths.first?.hunks.first?.landedBy?.ticket == "A-1")
    #expect(ConflictReport(json: report.json) == report)
  }

  @Test(arguments: ["*", "a b/c d", "new\nline", "\"quoted\"", ":(top)x", "-rf"]) func oddNamesWork(_ path: String) async throws {
    let hunks = try await hunks(numbered(9), numbered(9, [5: "ours"]), numbered(9, [5: "theirs"]), path: path)
    #expect(hunks.map { $0.landedBy?.ticket } == ["A-1"])
  }

  @Test func longHunksAreCutAndSaySo() async throws {
    let many = (1...1000).map { "ours \($0)\n" }.joined()
    let hunks = try await hunks(numbered(9), numbered(9, [5: many]), numbered(9, [5: "theirs"]))
    #expect(hunks.first?.ours.count == 1001)
    #expect(hunks.first?.ours.lines.count == ConflictHunk.mostLines)
    #expect(hunks.first?.note == "only the first 400 lines of each side are here")
  }

  /// The oracle is git's merge itself, told to print what it found: one merge of a file for each case.
  @Test func hunksAreThoseOfGitsMerge() async throws {
    let scenario = try await Scenario()
    let git = GitCommand(inFolder: scenario.path, environment: .git(from: scenario.environment))
      .on(gitFolder: scenario.path.appending(".git"))
    var random = SplitMix64(seed: 7)
    var cases: [[[String]]] = []
    for _ in 0..<80 {
      let base = (0..<Int.random(in: 0...25, using: &random)).map { random.chance(30) ? "}" : "line \($0)" }
      cases.append([base, Self.edited(base, &random), Self.edited(base, &random)])
    }
    var commits: [String] = []
    for side in 0..<3 {
      if side == 2 { try await scenario.git("checkout", "--quiet", "--detach", commits[0]) }
      for (number, versions) in cases.enumerated() { try scenario.write("f\(number)", versions[side].map { $0 + "\n" }.joined()) }
      commits.append(try await scenario.commit("Side \(side)"))
    }
    let output = try await scenario.tryGit(
      ["-c", "merge.conflictStyle=zdiff3", "merge-tree", "--write-tree", "--no-messages", "--name-only", commits[1], commits[2]]
    ).output
    let tree = String(decoding: output, as: UTF8.self).prefix { $0 != "\n" }
    for (number, versions) in cases.enumerated() {
      var ids: [BlobID] = []
      for commit in commits { ids.append(try #require(BlobID(hex: await scenario.id(of: "\(commit):f\(number)")))) }
      let regions = ThreeWayRegion.conflicts(
        ours: try await git.lineChanges(from: ids[0], to: ids[1]), theirs: try await git.lineChanges(from: ids[0], to: ids[2]),
        areEqual: { versions[1][$0] == versions[2][$1] })
      let found = regions.map { region in
        [Array(versions[1][region.ours]), Array(versions[0][region.base]), Array(versions[2][region.theirs])]
      }
      #expect(try await found == Self.hunks(inMerged: scenario.show("\(tree):f\(number)")), "case \(number)")
    }
  }

  private static func edited(_ lines: [String], _ random: inout SplitMix64) -> [String] {
    var lines = lines
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let place = Int.random(in: 0...lines.count, using: &random)
      let end = min(lines.count, place + Int.random(in: 0...3, using: &random))
      let new = (0..<Int.random(in: 0...3, using: &random)).map { _ in
        random.chance(40) ? "}" : "new \(Int.random(in: 0...3, using: &random))"
      }
      lines.replaceSubrange(place..<end, with: new)
    }
    return lines
  }

  private static func hunks(inMerged text: String) -> [[[String]]] {
    let merged = text.split(separator: "\n", omittingEmptySubsequences: false)
    var hunks: [[[String]]] = []
    var side: Int?
    for line in merged {
      if line.hasPrefix("<<<<<<< ") {
        hunks.append([[], [], []])
        side = 0
      } else if line.hasPrefix("||||||| ") {
        side = 1
      } else if line == "=======" {
        side = 2
      } else if line.hasPrefix(">>>>>>> ") {
        side = nil
      } else if let side {
        hunks[hunks.count - 1][side].append(String(line))
      }
    }
    return hunks
  }
}
