/// A place in a file where the ticket and the target changed the same lines, with the lines as all three have them.
public struct ConflictHunk: Sendable, Equatable {
  /// The lines of one version.
  public struct Side: Sendable, Equatable {
    /// The number of the first line, from 1. Where there are no lines it is the line before which they would stand.
    public let start: Int
    /// How many lines there are.
    public let count: Int
    /// The lines without their line feeds; the first `ConflictHunk.mostLines` of them where there are more. What is not
    /// UTF-8 is written as `\xE9`.
    public let lines: [String]

    public init(start: Int, count: Int, lines: [String]) {
      self.start = start
      self.count = count
      self.lines = lines
    }
  }

  public let base: Side
  /// On the target.
  public let ours: Side
  /// In the ticket's commit.
  public let theirs: Side
  /// The last commit on the target that clashes here; nil where none since the ticket started does.
  public let landedBy: LandedChange?
  /// All of them, in the order in which they landed.
  public let landedByAll: [LandedChange]
  /// What the lines do not show: that some were left out, or that a file ends without a line end.
  public let note: String?

  public init(base: Side, ours: Side, theirs: Side, landedBy: LandedChange?, landedByAll: [LandedChange] = [], note: String? = nil) {
    self.base = base
    self.ours = ours
    self.theirs = theirs
    self.landedBy = landedBy
    self.landedByAll = landedByAll
    self.note = note
  }

  /// How many lines of each side a report keeps.
  public static let mostLines = 400
}
