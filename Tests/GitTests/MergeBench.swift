import Git
import Platform
import Support

/// One repository with the trees of many generated cases, and git's own answer for each.
struct MergeBench {
  let scenario: Scenario
  let cases: [(seed: UInt64, base: TreeID, ours: TreeID, theirs: TreeID)]
  /// `ours theirs` for each case: commits on top of base's, which is one without parents.
  private let sides: [String]

  /// Puts all cases into the repository with one `git fast-import`.
  init(seeds: [UInt64]) async throws {
    scenario = try await Scenario()
    var stream: [UInt8] = []
    for (index, seed) in seeds.enumerated() {
      let sample = ThreeWayCase(seed: seed)
      for (side, tree) in [sample.base, sample.ours, sample.theirs].enumerated() {
        let mark = index * 3 + side + 1
        stream += bytes("reset refs/heads/scratch\ncommit refs/heads/scratch\nmark :\(mark)\n")
        stream += bytes("committer C <c@example.org> 0 +0000\ndata 0\n")
        stream += bytes((side == 0 ? "" : "from :\(index * 3 + 1)\n") + "deleteall\n")
        for (path, file) in tree.sorted(by: { $0.key < $1.key }) {
          stream += bytes("M \(file.mode) inline \(path)\ndata \(file.content.utf8.count)\n\(file.content)\n")
        }
      }
    }
    let marks = scenario.root.path.appending("marks")
    try await scenario.git(["fast-import", "--quiet", "--export-marks=\(marks)"], input: stream)
    let lines = (try File.readText(marks) ?? "").split(separator: "\n")
    var commits = [String](repeating: "", count: lines.count)
    for line in lines {
      let words = line.dropFirst().split(separator: " ")
      if let mark = Int(words[0]) { commits[mark - 1] = String(words[1]) }
    }
    let names = commits.map { "\($0)^{tree}\n" }.joined()
    let trees = try await scenario.git(["cat-file", "--batch-check=%(objectname)"], input: bytes(names)).split(separator: "\n")
      .map { TreeID(hex: $0) }
    let scenario = scenario
    cases = try seeds.enumerated().map { index, seed in
      (
        seed, try scenario.known(trees[index * 3]), try scenario.known(trees[index * 3 + 1]), try scenario.known(trees[index * 3 + 2])
      )
    }
    sides = (0..<seeds.count).map { "\(commits[$0 * 3 + 1]) \(commits[$0 * 3 + 2])" }
  }

  enum Answer: Equatable {
    case clean(TreeID)
    case conflict
    /// git 2.39 stops at an assertion in some cases; there is nothing to compare with then.
    case crash
  }

  /// What git's ort says of each case.
  func oracle(settings: [String] = []) async throws -> [Answer] {
    let arguments = settings.flatMap { ["-c", $0] } + ["merge-tree", "--write-tree", "--stdin", "--no-messages", "--name-only"]
    var answers: [Answer] = []
    for start in stride(from: 0, to: sides.count, by: 500) {
      answers += try await ask(arguments, sides[start..<min(start + 500, sides.count)])
    }
    return answers
  }

  /// One process for many cases; where it dies, each half again.
  private func ask(_ arguments: [String], _ batch: ArraySlice<String>) async throws -> [Answer] {
    let result = try await scenario.tryGit(arguments, input: bytes(batch.joined(separator: "\n") + "\n"))
    if result.status != 0 {
      guard result.error.contains("Assertion") else { throw Scenario.Failure(description: result.error) }
      if batch.count == 1 { return [.crash] }
      let middle = batch.startIndex + batch.count / 2
      return try await ask(arguments, batch[..<middle]) + ask(arguments, batch[middle...])
    }
    var answers: [Answer] = []
    var fields = result.output.split(separator: 0, omittingEmptySubsequences: false)[...]
    // For each: whether it is clean, the tree, the conflicted paths, an empty field.
    while let isClean = fields.popFirst(), !isClean.isEmpty, let tree = fields.popFirst() {
      answers.append(isClean.elementsEqual(bytes("1")) ? .clean(try scenario.known(TreeID(hex: tree))) : .conflict)
      while let path = fields.popFirst(), !path.isEmpty {}
    }
    return answers
  }
}
