/// How slots are called: those of workers are numbered from 1, those of checks above them.
public enum SlotName {
  /// More workers than this there never are.
  public static let mostWorkers = 64
  /// How many checks may run at once in this repository, those of the pre-push hook included.
  public static let mostChecks = 8

  /// The number of the n-th slot for checks, from 1.
  public static func check(_ place: Int) -> Int { mostWorkers + place }

  public static func isCheck(_ number: Int) -> Bool { number > mostWorkers }

  /// As people and folders call it: `slot-3`, `check-1`.
  public static func text(_ number: Int) -> String { isCheck(number) ? "check-\(number - mostWorkers)" : "slot-\(number)" }

  /// The slot whose folder has this name, also one that had to be given a second name (`slot-3-2`); nil for other folders.
  static func number(ofFolder name: some StringProtocol) -> Int? {
    let parts = name.split(separator: "-")
    guard parts.count == 2 || parts.count == 3, let number = Int(parts[1]), number > 0 else { return nil }
    switch parts[0] {
    case "slot": return number
    case "check": return check(number)
    default: return nil
    }
  }

  /// Whether a folder of the worktree root is ours: a slot, or one that was set aside.
  static func isOurs(_ name: String) -> Bool { name.hasPrefix("slot-") || name.hasPrefix("check-") }
}
