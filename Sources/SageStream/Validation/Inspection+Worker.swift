import Git
import Platform
import Subprocess

/// Whether the worker command can be started, as far as that can be told without starting it.
extension Inspection {
  func worker(_ target: RefName?, _ examination: inout Examination) async {
    guard let line = wish.worker ?? project.settings.worker else {
      return examination.note(.worker, .noWorker(agentsOnPath: agentsOnPath(project.environment)))
    }
    // An agent that configuration added is a line of its own; that of a preset is a program on PATH.
    var started = line
    if case .agent(let agent)? = try? project.worker(line), case .shell(let own) = agent.call { started = own }
    examination.note(.worker, .worker(line, await program(of: started, target)))
  }

  private func program(of line: String, _ target: RefName?) async -> Prerequisite.WorkerProgram {
    if let complaint = await syntaxError(in: line) { return .syntax(complaint) }
    guard let name = ShellLine.program(of: line) else { return .shell }
    guard name.contains("/") else {
      let folders = (project.environment["PATH"] ?? "").split(separator: ":").map { FilePath(String($0)).appending(name) }
      let found = folders.first { isExecutable($0) }
      if let found { return .found(found) }
      return folders.contains { (try? FileStatus.of($0)) != nil } ? .notExecutable(name) : .notFound(name)
    }
    let path = FilePath(name)
    if path.isAbsolute {
      if isExecutable(path) { return .found(path) }
      return (try? FileStatus.of(path)) == nil ? .notFound(name) : .notExecutable(name)
    }
    let relative = path.lexicallyNormalized()
    guard let target, relative.components.first?.kind != .parentDirectory else { return .shell }
    return await lookInTree(relative.string, target)
  }

  /// Workers start in a checkout of the target, so only what is committed there is found by a relative path.
  private func lookInTree(_ path: String, _ target: RefName) async -> Prerequisite.WorkerProgram {
    do {
      let store = try project.makeStore()
      guard let tip = try await store.resolve(target) else { return .shell }
      let entry = try await store.entry(TreePath(path), in: store.commit(tip).tree)
      switch entry?.mode {
      case nil: return project.settings.setup != nil || !project.settings.copy.isEmpty ? .broughtAlong(path) : .notInTree(path)
      case .file?: return .notExecutable(path)
      default: return .inTree(path)
      }
    } catch { return .shell }
  }

  private func isExecutable(_ path: FilePath) -> Bool {
    guard path.withPlatformString({ access($0, X_OK) }) == 0 else { return false }
    var raw = stat()
    return path.withPlatformString { stat($0, &raw) } == 0 && raw.st_mode & S_IFMT == S_IFREG
  }

  /// What the shell says of the line without running it; nil where it can read it.
  private func syntaxError(in line: String) async -> String? {
    let result = try? await Subprocess.run(
      .path("/bin/sh"), arguments: ["-n", "-c", line], input: .none, output: .discarded, error: .string(limit: 1 << 16))
    guard let result, result.terminationStatus != .exited(0) else { return nil }
    return result.standardError
  }
}
