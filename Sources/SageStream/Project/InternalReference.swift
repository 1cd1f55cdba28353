import Git

/// The references that this tool keeps for itself (DESIGN section 9, "Places").
public enum InternalReference {
  public static let prefix = "refs/sage-stream/"

  /// What keeps the commits of a landing that is under way.
  public static func pending(_ target: RefName) -> RefName { RefName(prefix + "pending/" + target.short) }
  /// The target plus every held submission; exists exactly while something is held.
  public static func staging(_ target: RefName) -> RefName { RefName(prefix + "staging/" + target.short) }
  /// The commits of one attempt.
  public static func attempt(_ name: String, _ attempt: Attempt) -> RefName {
    RefName(prefix + "attempts/\(name)/\(attempt.run).\(attempt.number)")
  }
  /// Uncommitted work that was saved before a slot was cleaned.
  public static func salvage(_ name: String, _ attempt: Attempt) -> RefName {
    RefName(prefix + "salvage/\(name)/\(attempt.run).\(attempt.number)")
  }
  /// The saved work that the next attempt of a ticket starts with (`retry --from-salvage`).
  public static func wish(_ name: String) -> RefName { RefName(prefix + "retry/" + name) }
  /// The commits of a conflict that is being finished by hand (`resolve ID`).
  public static func resolution(_ name: String) -> RefName { RefName(prefix + "resolve/" + name) }
  /// Where the target stood before an undo moved it back, so that the undo can be taken back.
  public static func undone(_ run: RunID) -> RefName { RefName(prefix + "runs/\(run)/undone") }
  /// Where the target stood when a run began.
  public static func start(_ run: RunID) -> RefName { RefName(prefix + "runs/\(run)/start") }
  /// Parked work, a branch that the user sees.
  public static func parked(_ name: String) -> RefName { RefName("refs/heads/sage/" + name) }
}
