import Platform
import SageStream

/// What `hook install`, `hook uninstall` and `hook status` say.
public struct HookText: Sendable {
  /// For standard output; of a line that a person has to paste, the line alone.
  public private(set) var results: [String] = []
  /// For standard error.
  public private(set) var messages: [String] = []
  public private(set) var exitStatus: Int32 = 0

  public init(_ change: HookChange) {
    switch change {
    case .installed(let place): results = ["installed: \(Self.words(place))"]
    case .alreadyInstalled(let place): results = ["installed already: \(Self.words(place))"]
    case .paste(let paste):
      let owner = paste.tool.map { " (\($0.rawValue))" } ?? ""
      messages = [
        "error: core.hooksPath leads to \(paste.hooksPath.shown)\(owner), which is not ours to write to; nothing was changed",
        "hint: add this to \(paste.file.shown), where nothing before it reads standard input:",
      ]
      results = paste.lines
      exitStatus = 1
    case .previousInTheWay(let hook, let previous):
      messages = [
        "error: \(hook.shown) is another program's, and \(previous.shown) is there too, from before; nothing was changed",
        "hint: look at both; remove or rename the second, then: git sage-stream hook install",
      ]
      exitStatus = 1
    case .edited(let path):
      messages = [
        "error: \(path.shown) is ours, but was changed by somebody; nothing was changed",
        "hint: keep what you need of it and remove the file, then type the command again",
      ]
      exitStatus = 1
    case .uninstalled(let removed, let restored, let callers):
      results = removed.map { "removed: \(Self.words($0, isGone: true))" } + restored.map { "as it was before: \($0.shown)" }
      if removed.isEmpty { results = ["nothing to remove: the hook is not installed here"] }
      messages = callers.map { "hint: \($0.shown) still calls it; remove the line git sage-stream hook pre-push there" }
    }
  }

  public init(_ report: HookReport) {
    let owner = report.isForeignFolder ? ", by core.hooksPath\(report.tool.map { " (\($0.rawValue))" } ?? "")" : ""
    results = ["git \(report.gitVersion) looks for hooks in \(report.folder.shown)\(owner)"]
    for entry in report.entries {
      let state = entry.obstacle.map { (entry.isRun ? "runs, but " : "does not run: ") + Self.words($0) } ?? "runs"
      results.append("\(Self.words(entry.place)): \(state)")
    }
    if report.entries.isEmpty { results.append("the pre-push hook is not installed: git sage-stream hook install") }
    results.append(report.program.map { "git-sage-stream is \($0.shown)" } ?? "git-sage-stream is not on PATH, so the hook only warns")
    results.append(report.wouldRun ? "pushes are checked" : "pushes are not checked")
  }

  private static func words(_ place: HookReport.Place, isGone: Bool = false) -> String {
    switch place {
    case .configuration: return "hook.sage-stream in the configuration of this repository"
    case .file(let path, let previous):
      let chain = previous.flatMap { $0.lastComponent.map { ", which runs \($0.string.harmless()) first" } }
      return path.shown + (isGone ? "" : chain ?? "")
    case .calledBy(let path, let tool): return "\(path.shown)\(tool.map { " (\($0.rawValue))" } ?? "") calls it"
    }
  }

  private static func words(_ obstacle: HookReport.Obstacle) -> String {
    switch obstacle {
    case .gitTooOld(let version): "git \(version) does not know hooks in its configuration (2.54 does)"
    case .switchedOff(let reason): reason.harmless()
    case .hooksPath(let path, let tool): "core.hooksPath leads to \(path.shown)\(tool.map { " (\($0.rawValue))" } ?? "")"
    case .notExecutable: "the file is not executable"
    case .replaced(let path, let tool): "\(tool?.rawValue ?? "another program") has put \(path.shown) in its place"
    case .edited: "somebody changed it"
    case .otherVersion: "it is of another version: git sage-stream hook install"
    }
  }
}
