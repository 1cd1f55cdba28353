import Git
import Platform
import Support
import Testing

/// The tree-level merge against git's ort, on generated cases. `SAGE_STREAM_CASES=2000` runs more of them.
@Suite struct TreeMergeFuzzTests {
  private var count: UInt64 { getenv("SAGE_STREAM_CASES").flatMap { UInt64(String(cString: $0)) } ?? 500 }

  /// Cases that a former version of the merge got wrong.
  private static let onceWrong: [UInt64] = [2510, 2867, 4368]

  @Test func whatIsMergedIsWhatGitMerges() async throws {
    let bench = try await MergeBench(seeds: Self.onceWrong + Array(0..<count))
    let store = try LibGit2Store(gitFolder: bench.scenario.gitFolder)
    var merged: [TreeID?] = []
    for sample in bench.cases {
      switch try store.mergeTrees(base: sample.base, ours: sample.ours, theirs: sample.theirs) {
      case .merged(let tree): merged.append(tree)
      case .overlap: merged.append(nil)
      }
    }
    // Before git is asked: its own conflicted trees may hold ids of zeros.
    try await bench.scenario.fsck()
    for settings in [[], ["merge.directoryRenames=true"], ["merge.directoryRenames=false"], ["merge.renames=false"]] {
      let oracle = try await bench.oracle(settings: settings)
      try #require(oracle.count == bench.cases.count)
      for (sample, (mine, git)) in zip(bench.cases, zip(merged, oracle)) where git != .crash {
        if let mine { #expect(git == .clean(mine), "seed \(sample.seed), \(settings)") }
      }
    }
    let clean = try await bench.oracle().count { if case .clean = $0 { true } else { false } }
    let settled = merged.count { $0 != nil }
    print("tree merge: \(count) cases, \(clean) clean for git, \(settled) of these settled by trees alone")
    #expect(settled * 2 > clean, "a tree merge that gives up on most clean cases is of no use")
  }

  @Test func theOrtStepSaysWhatGitSaysOfAnyThreeTrees() async throws {
    let bench = try await MergeBench(seeds: Array(10_000..<10_000 + count / 10))
    let store = try LibGit2Store(gitFolder: bench.scenario.gitFolder)
    let ort = OrtMerge(git: bench.scenario.command, scratch: bench.scenario.root.path.appending("scratch"))
    for (sample, expected) in zip(bench.cases, try await bench.oracle()) where expected != .crash {
      switch try await ort.merge(base: sample.base, ours: sample.ours, theirs: sample.theirs, store: store) {
      case .clean(let tree): #expect(expected == .clean(tree), "seed \(sample.seed)")
      case .conflicted(let conflict):
        #expect(expected == .conflict, "seed \(sample.seed)")
        #expect(!conflict.messages.isEmpty, "seed \(sample.seed)")
      }
    }
  }
}
