import Git
import Platform
import SageStream
import Terminal

/// The same nine tickets twice, in two copies of a scratch repository: one after the other, then three at a time.
struct Demo {
  private let folder: FilePath
  private let worker: FilePath
  private let environment: [String: String]
  private let stage: DemoStage

  init(environment: [String: String]) throws(Failure) {
    self.environment = environment
    stage = try DemoStage()
    folder = try Self.temporaryFolder(environment)
    worker = folder.appending("work.sh")
    try DemoRepository.write(Array(DemoQueue.worker.utf8), to: worker, isExecutable: true)
  }

  /// Plays it and cleans up.
  ///
  /// - Returns: 0 where both runs did what they should, 130 where somebody pressed Ctrl-C.
  func play(keeping: Bool) async throws(Failure) -> Int32 {
    _ = Interruption { [stage] in stage.forward($0) }
    let outcome: Result<Int32, Failure>
    do throws(Failure) { outcome = .success(try await play()) } catch { outcome = .failure(error) }
    if keeping {
      Screen.output.show(["", "kept: \(folder.string)"])
    } else {
      do throws(Errno) { try Folder.removeTree(folder) } catch { throw .fileSystem(path: folder, error) }
    }
    return try outcome.get()
  }

  private func play() async throws(Failure) -> Int32 {
    Screen.output.show(DemoText.opening(folder: folder.string, clashing: DemoQueue.clashing))
    let alone = try await DemoRepository(at: folder.appending("sequential"), inherited: environment)
    let together = try await DemoRepository(at: folder.appending("parallel"), inherited: environment)
    let first = try await run(["--auto"], in: alone)
    if first.status == 130 { return 130 }
    let second = try await run(
      ["--auto", "--parallel=3"], in: together, setting: ["DEMO_MEETING": folder.appending("meeting").string])
    if second.status == 130 { return 130 }
    Screen.output.show(DemoText.command(["conflicts"]))
    let conflicts = try await stage.run(["conflicts"], in: together)
    Screen.output.show(DemoText.comparison(sequential: first, parallel: second))
    let isAsItShould =
      first.status == 0 && first.landed == 9 && second.status == 1 && second.landed == 8 && second.setAside == 1 && conflicts.status == 0
    if !isAsItShould {
      throw .refused("the demo did not go as it should: 9 tickets were to land one after the other, and 8 with three workers")
    }
    return 0
  }

  private func run(
    _ options: [String], in repository: DemoRepository, setting extra: [String: String] = [:]
  ) async throws(Failure) -> DemoText.Outcome {
    Screen.output.show(DemoText.command(options))
    let (status, seconds) = try await stage.run(options + ["--worker", worker.string], in: repository, setting: extra)
    return DemoText.Outcome(
      status: status, seconds: seconds, landed: try repository.count(.completed), setAside: try repository.count(.deferred))
  }

  private static func temporaryFolder(_ environment: [String: String]) throws(Failure) -> FilePath {
    let parent = FilePath(environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp")
    var template = Array(parent.appending("git-sage-stream-demo.XXXXXX").string.utf8CString)
    guard mkdtemp(&template) != nil else { throw .fileSystem(path: parent, Errno(rawValue: errno)) }
    return FilePath(platformString: template)
  }
}
