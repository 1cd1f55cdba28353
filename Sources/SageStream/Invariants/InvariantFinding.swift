/// Something that should hold and does not (DESIGN section 4), or that a process which was killed has left behind.
public struct InvariantFinding: Sendable, Equatable, CustomStringConvertible {
  /// What does not hold; the raw values are the numbers of DESIGN section 4.
  public enum Rule: String, Sendable, CaseIterable {
    case wholeTickets = "I1"
    case nothingLost = "I2"
    case usersWork = "I3"
    case forwardOnly = "I4"
    case checkoutFollows = "I5"
    case queue = "I6"
    case lock = "I7"
    case recovery = "I8"
    /// Locks, temporary files, registrations and settings of processes that are gone.
    case leftovers = "leftovers"
    /// `git fsck` finds objects missing.
    case objects = "objects"
  }

  public var rule: Rule
  /// One sentence, without a final period.
  public var sentence: String
  /// Whether `validate --repair` puts it in order; the next run does so as well, but for what is the user's to decide.
  public var isMendable: Bool

  public init(_ rule: Rule, _ sentence: String, isMendable: Bool = false) {
    self.rule = rule
    self.sentence = sentence
    self.isMendable = isMendable
  }

  public var description: String { "\(rule.rawValue): \(sentence)" }
}
