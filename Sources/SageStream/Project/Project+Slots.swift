import Git
import Platform

extension Project {
  /// Where the slots' worktrees are: `sageStream.worktreeRoot`, else a folder beside the repository, so that no tool that walks
  /// the user's tree ever meets them.
  var worktreeRoot: FilePath {
    let home = layout.mainWorkTree ?? layout.commonFolder
    if var text = settings.worktreeRoot, !text.isEmpty {
      if text == "~" || text.hasPrefix("~/") { text = (environment["HOME"] ?? "") + text.dropFirst() }
      let path = FilePath(text)
      return path.isAbsolute ? path : home.appending(path.components).lexicallyNormalized()
    }
    var root = home
    root.removeLastComponent()
    return root.appending((home.lastComponent?.string ?? "repository") + ".sage-stream")
  }

  /// A keeper of this repository's slots.
  ///
  /// - Parameter journal: the logs of what runs in the slots lie beside it.
  func makeKeeper(_ options: RunOptions, names: TicketNames, journal: Journal, target: RefName) -> SlotKeeper {
    let project = self
    return SlotKeeper(
      layout: layout, settings: slotSettings(options), names: names, journal: journal, environment: environment, target: target,
      makeStore: { () throws(GitError) -> any ObjectStore in try project.makeStore() })
  }

  /// Configuration as the slots want it, with what the command line overrides.
  func slotSettings(_ options: RunOptions) -> SlotSettings {
    var slots = SlotSettings(root: worktreeRoot)
    slots.setup = settings.setup
    slots.copy = settings.copy
    slots.timeout = options.timeout ?? (try? worker(options.worker))??.agent?.timeout ?? settings.timeout
    slots.idleTimeout = settings.idleTimeout
    slots.grace = settings.grace
    slots.logLimit = settings.logLimit
    slots.exclude = exclusions.places
    slots.inheritsSparseCheckout = settings.sparse == .inherit
    return slots
  }
}
