import Git
import Platform

/// What configuration says about slots and workers (`git config sageStream.*`, DESIGN section 9).
public struct SlotSettings: Sendable {
  /// `worktreeRoot`: the folder that holds the slots' worktrees.
  public var root: FilePath
  /// `setup`: a shell command that runs once in each new slot.
  public var setup: String?
  /// `copy`: patterns, as in .gitignore, of ignored files that are brought along from the main work tree for each attempt.
  public var copy: [String] = []
  /// `timeout`: how long a worker may run; nil means for ever.
  public var timeout: Duration?
  /// `idleTimeout`: how long a worker may be silent.
  public var idleTimeout: Duration?
  /// `grace`: how long a worker has between TERM and KILL.
  public var grace: Duration = .seconds(5)
  /// `logLimit`, in bytes: of a longer output the log keeps the first half of that and about the last half.
  public var logLimit = 20 << 20
  /// `exclude`: what never lands; the prompt tells the worker.
  public var exclude: [TreePath] = [TreePath(".sage"), TreePath(".docs"), TreePath(".taskmaster")]
  /// `sparse=inherit`: slots are as sparse as the main work tree; otherwise they are full checkouts.
  public var inheritsSparseCheckout = false

  public init(root: FilePath) { self.root = root }
}
