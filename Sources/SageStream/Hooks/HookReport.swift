import Git
import Platform

/// What is installed where, and whether git would run it.
public struct HookReport: Sendable {
  /// One way in which our hook is there.
  public enum Place: Sendable, Equatable {
    /// `hook.sage-stream.*` in git's configuration.
    case configuration
    /// Our file; `previous` is the hook that it runs first.
    case file(FilePath, previous: FilePath?)
    /// Somebody else's hook, or its settings, call ours.
    case calledBy(FilePath, HookTool?)
  }

  /// Why git does not run it.
  public enum Obstacle: Sendable, Equatable {
    case gitTooOld(GitVersion)
    case switchedOff(String)
    case hooksPath(FilePath, HookTool?)
    case notExecutable
    /// Another program's hook took its place and does not run it.
    case replaced(by: FilePath, HookTool?)
    case edited
    case otherVersion
  }

  public struct Entry: Sendable, Equatable {
    public let place: Place
    /// Nil where git runs it.
    public let obstacle: Obstacle?

    public init(_ place: Place, obstacle: Obstacle? = nil) {
      self.place = place
      self.obstacle = obstacle
    }

    public var isRun: Bool {
      switch obstacle {
      case nil, .edited, .otherVersion: true
      default: false
      }
    }
  }

  public let entries: [Entry]
  public let gitVersion: GitVersion
  /// Where git looks for hook files, and whose that is where it is not the repository's own.
  public let folder: FilePath
  public let isForeignFolder: Bool
  public let tool: HookTool?
  /// The binary that the hook would start.
  public let program: FilePath?

  /// Whether a push would be checked.
  public var wouldRun: Bool { program != nil && entries.contains(where: \.isRun) }
}

/// What `hook install` and `hook uninstall` came to.
public enum HookChange: Sendable, Equatable {
  case installed(HookReport.Place)
  case alreadyInstalled(HookReport.Place)
  /// The hooks folder is somebody else's; nothing was written.
  case paste(HookPaste)
  /// A hook is there and so is an earlier one that was set aside for ours; nothing was written.
  case previousInTheWay(hook: FilePath, previous: FilePath)
  /// Our file was changed by somebody; nothing was written.
  case edited(FilePath)
  /// `restored`: hooks that are back in their places. `stillCalledBy`: files of others with our line in them.
  case uninstalled(removed: [HookReport.Place], restored: [FilePath], stillCalledBy: [FilePath])
}
