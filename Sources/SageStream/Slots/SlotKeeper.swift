import Git
import Platform
import Tickets

/// Keeps the slots of one run: opens their worktrees, runs workers in them, and brings home what the workers made.
///
/// Whatever happens to a worker, three things hold afterwards: everything that it produced is named by a reference, the slot is clean again
/// or was set aside whole, and nothing outside the slot was changed by us. All methods may be called at the same time for different slots.
public final class SlotKeeper: Sendable {
  let layout: RepositoryLayout
  let settings: SlotSettings
  let names: TicketNames
  let journal: Journal
  /// The user's environment.
  let environment: [String: String]
  let target: RefName
  let makeStore: @Sendable () throws(GitError) -> any ObjectStore
  /// git and libgit2 both fail where two worktrees are registered at once.
  let registration = Turnstile()
  /// More worktrees being filled at once than there are processors would only make the first one later.
  let filling = Turnstile(width: processorCount())
  let filled = FilledSlot()
  /// Copies a file by copy-on-write; false where the file system cannot.
  let clone: @Sendable (FilePath, FilePath) throws(Errno) -> Bool
  let surroundings: Surroundings
  let identity: SlotIdentity
  let rested = RestedSlots()

  var run: RunID { journal.run }
  var runFolder: FilePath { journal.file.removingLastComponent() }

  /// - Parameters:
  ///   - names: of all tickets of the queue.
  ///   - journal: of this run; the files of the attempts lie beside it.
  ///   - environment: the user's, from which the workers' is made.
  ///   - target: the branch that the run lands on; its moves are not blamed on workers here.
  ///   - makeStore: opens the repository for registering worktrees.
  ///   - clone: copies a file by copy-on-write, as `File.clone` does.
  public init(
    layout: RepositoryLayout, settings: SlotSettings, names: TicketNames, journal: Journal, environment: [String: String],
    target: RefName, makeStore: @escaping @Sendable () throws(GitError) -> any ObjectStore,
    clone: @escaping @Sendable (FilePath, FilePath) throws(Errno) -> Bool = { (source, target) throws(Errno) in
      try File.clone(source, to: target)
    }
  ) {
    self.layout = layout
    self.settings = settings
    self.names = names
    self.journal = journal
    self.environment = environment
    self.target = target
    self.makeStore = makeStore
    self.clone = clone
    surroundings = Surroundings(layout: layout, target: target, root: settings.root)
    identity = SlotIdentity(environment: environment)
  }

  func git(_ slot: Slot) -> SlotGit { SlotGit(slot, git: layout.git) }

  func attemptReference(_ attempt: Attempt) -> RefName { InternalReference.attempt(names.name(of: attempt.ticket), attempt) }

  func salvageReference(_ attempt: Attempt) -> RefName { InternalReference.salvage(names.name(of: attempt.ticket), attempt) }

  /// The environment of a command of the user's in a slot.
  func commandEnvironment(_ slot: Slot) -> ChildEnvironment {
    ChildEnvironment.worker(from: environment).setting([
      "SAGE_RUN_ID": run.rawValue, "SAGE_WORKTREE": slot.path.string, "SAGE_SLOT": "\(slot.number)", "SAGE_PORT_BASE": "\(slot.portBase)",
      "GIT_CEILING_DIRECTORIES": slot.path.removingLastComponent().string, "PWD": slot.path.string,
    ])
  }
}
