import Git

/// Where the lines of a file came from, and which lines of its first version each commit replaced.
///
/// Commits are applied in order, each as its changes against the version before. Every line remembers the commit that wrote
/// it (as `git blame` says) and the lines of the *first* version that it stands for. So changes made at different times can
/// be compared with each other in the lines of one version, also those that only removed lines, and those that others
/// overwrote since.
struct LineHistory {
  private struct Line {
    var origin: CommitID?
    /// The lines of the first version that this one replaces; itself where nothing has changed.
    var extent: Range<Int>
  }

  private var lines: [Line]
  /// `gaps[n]`: who removed lines just before line n and put none there.
  private var gaps: [[CommitID]]
  private let firstCount: Int
  /// The commits in their order, oldest first.
  private(set) var commits: [CommitID] = []
  private var extents: [CommitID: [Range<Int>]] = [:]

  /// - Parameter count: the number of lines of the first version.
  init(count: Int) {
    lines = (0..<count).map { Line(origin: nil, extent: $0..<($0 + 1)) }
    gaps = Array(repeating: [], count: count + 1)
    firstCount = count
  }

  /// The number of lines after all commits so far.
  var count: Int { lines.count }

  /// Applies a commit. Answers false, and changes nothing, where the changes do not fit the lines there are.
  mutating func apply(_ commit: CommitID, _ changes: [LineChange]) -> Bool {
    guard changes.allSatisfy({ $0.old.upperBound <= lines.count }) else { return false }
    commits.append(commit)
    // From the end, so that the numbers of what is still to come stay true.
    for change in changes.reversed() {
      let extent = extent(of: change.old)
      extents[commit, default: []].append(extent)
      let gap = gaps[change.old.lowerBound] + gaps[change.old.upperBound]
      lines.replaceSubrange(change.old, with: change.new.map { _ in Line(origin: commit, extent: extent) })
      // The places around and inside what was replaced become the places around and inside what replaces it.
      var places = Array(repeating: [CommitID](), count: change.new.count + 1)
      if change.new.isEmpty {
        places[0] = gap + [commit]
      } else {
        places[0] = gaps[change.old.lowerBound]
        places[change.new.count] = gaps[change.old.upperBound]
      }
      gaps.replaceSubrange(change.old.lowerBound...change.old.upperBound, with: places)
    }
    return true
  }

  /// Who wrote these lines, or removed lines there or just beside them.
  func authors(of range: Range<Int>) -> Set<CommitID> {
    let range = range.clamped(to: 0..<lines.count)
    var authors = Set(lines[range].compactMap(\.origin))
    for place in range.lowerBound...range.upperBound { authors.formUnion(gaps[place]) }
    return authors
  }

  /// The commits that changed something that overlaps one of `ranges` (lines of the first version), and those that changed
  /// something just beside them, which git takes for a conflict as well.
  func meeting(_ ranges: [Range<Int>]) -> (overlapping: Set<CommitID>, touching: Set<CommitID>) {
    var overlapping: Set<CommitID> = []
    var touching: Set<CommitID> = []
    for (commit, extents) in extents {
      for extent in extents {
        for range in ranges {
          if Self.overlap(extent, range) { overlapping.insert(commit) }
          if extent.lowerBound <= range.upperBound && range.lowerBound <= extent.upperBound { touching.insert(commit) }
        }
      }
    }
    return (overlapping, touching)
  }

  private func extent(of range: Range<Int>) -> Range<Int> {
    if range.isEmpty {
      let before = range.lowerBound > 0 ? lines[range.lowerBound - 1].extent.upperBound : 0
      let after = range.lowerBound < lines.count ? lines[range.lowerBound].extent.lowerBound : firstCount
      return min(before, after)..<max(before, after)
    }
    let extents = lines[range].map(\.extent)
    let lower = extents.reduce(firstCount) { min($0, $1.lowerBound) }
    let upper = extents.reduce(0) { max($0, $1.upperBound) }
    return min(lower, upper)..<max(lower, upper)
  }

  /// Whether two changes of the same version meet in a line; two insertions meet in the same place.
  private static func overlap(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
    if a.isEmpty && b.isEmpty { return a.lowerBound == b.lowerBound }
    return a.lowerBound < b.upperBound && b.lowerBound < a.upperBound
  }
}
