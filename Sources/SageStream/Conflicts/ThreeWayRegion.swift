/// A place where both sides changed the same or adjacent lines of their common base, in the lines of all three.
///
/// The regions are those of git's own merge with `merge.conflictStyle=zdiff3`, found from the two differences by the same
/// rules (xdiff `xdl_do_merge`), so no conflict marker is ever parsed and content may hold markers.
struct ThreeWayRegion: Equatable, Sendable {
  var base: Range<Int>
  var ours: Range<Int>
  var theirs: Range<Int>

  /// The conflicts between two changes of one file.
  ///
  /// - Parameters:
  ///   - ours: differences from the base to our side.
  ///   - theirs: differences from the base to their side.
  ///   - areEqual: whether a line of ours and a line of theirs are the same bytes.
  static func conflicts(
    ours: [LineChange], theirs: [LineChange], areEqual: (_ ours: Int, _ theirs: Int) -> Bool
  ) -> [ThreeWayRegion] {
    var pieces: [Piece] = []
    var a = 0
    var b = 0
    while a < ours.count, b < theirs.count {
      let our = ours[a]
      let their = theirs[b]
      if our.old.upperBound < their.old.lowerBound {
        let start = their.new.lowerBound - their.old.lowerBound + our.old.lowerBound
        Piece(isConflict: false, side: 1, base: our.old, ours: our.new, theirs: start..<(start + our.old.count)).append(to: &pieces)
        a += 1
        continue
      }
      if their.old.upperBound < our.old.lowerBound {
        let start = our.new.lowerBound - our.old.lowerBound + their.old.lowerBound
        Piece(isConflict: false, side: 2, base: their.old, ours: start..<(start + their.old.count), theirs: their.new)
          .append(to: &pieces)
        b += 1
        continue
      }
      let isSame =
        our.old == their.old && our.new.count == their.new.count
        && zip(our.new, their.new).allSatisfy { areEqual($0, $1) }
      if !isSame { Piece(our, their).append(to: &pieces) }
      if our.old.upperBound >= their.old.upperBound { b += 1 }
      if their.old.upperBound >= our.old.upperBound { a += 1 }
    }
    // What is left of one side still joins a conflict that it touches; the other side is only shifted by now.
    let theirShift = theirs.last.map { $0.new.upperBound - $0.old.upperBound } ?? 0
    for our in ours[a...] {
      let start = our.old.lowerBound + theirShift
      Piece(isConflict: false, side: 1, base: our.old, ours: our.new, theirs: start..<(start + our.old.count)).append(to: &pieces)
    }
    let ourShift = ours.last.map { $0.new.upperBound - $0.old.upperBound } ?? 0
    for their in theirs[b...] {
      let start = their.old.lowerBound + ourShift
      Piece(isConflict: false, side: 2, base: their.old, ours: start..<(start + their.old.count), theirs: their.new)
        .append(to: &pieces)
    }
    return pieces.filter(\.isConflict).map { $0.region.trimmed(areEqual) }
  }

  /// The places where two files without a common base differ; those three lines apart or less are one, as git shows them.
  static func additions(differences: [LineChange]) -> [ThreeWayRegion] {
    var regions: [ThreeWayRegion] = []
    for change in differences {
      if let last = regions.last, change.old.lowerBound - last.ours.upperBound <= 3 {
        regions[regions.count - 1].ours = last.ours.lowerBound..<change.old.upperBound
        regions[regions.count - 1].theirs = last.theirs.lowerBound..<change.new.upperBound
      } else {
        regions.append(ThreeWayRegion(base: 0..<0, ours: change.old, theirs: change.new))
      }
    }
    return regions
  }

  /// Without the lines at both ends that are equal on both sides.
  private func trimmed(_ areEqual: (Int, Int) -> Bool) -> ThreeWayRegion {
    var region = self
    while let ours = region.ours.first, let theirs = region.theirs.first, areEqual(ours, theirs) {
      region.ours = (ours + 1)..<region.ours.upperBound
      region.theirs = (theirs + 1)..<region.theirs.upperBound
    }
    while let ours = region.ours.last, let theirs = region.theirs.last, areEqual(ours, theirs) {
      region.ours = region.ours.lowerBound..<ours
      region.theirs = region.theirs.lowerBound..<theirs
    }
    return region
  }
}

/// A stretch that one side changed, or both (then it is a conflict).
private struct Piece {
  var isConflict: Bool
  var side: Int
  var base: Range<Int>
  var ours: Range<Int>
  var theirs: Range<Int>

  var region: ThreeWayRegion { ThreeWayRegion(base: base, ours: ours, theirs: theirs) }

  init(isConflict: Bool, side: Int, base: Range<Int>, ours: Range<Int>, theirs: Range<Int>) {
    self.isConflict = isConflict
    self.side = side
    self.base = base
    self.ours = ours
    self.theirs = theirs
  }

  /// Two changes that overlap or touch, each grown to the lines of both.
  init(_ our: LineChange, _ their: LineChange) {
    let lower = min(our.old.lowerBound, their.old.lowerBound)
    let upper = max(our.old.upperBound, their.old.upperBound)
    func grown(_ change: LineChange) -> Range<Int> {
      (change.new.lowerBound - (change.old.lowerBound - lower))..<(change.new.upperBound + (upper - change.old.upperBound))
    }
    self.init(isConflict: true, side: 0, base: lower..<upper, ours: grown(our), theirs: grown(their))
  }

  /// Adds this piece after the others, as part of the last one where they touch.
  func append(to pieces: inout [Piece]) {
    guard var last = pieces.last, ours.lowerBound <= last.ours.upperBound || theirs.lowerBound <= last.theirs.upperBound else {
      pieces.append(self)
      return
    }
    if last.isConflict != isConflict || last.side != side {
      last.isConflict = true
      last.side = 0
    }
    last.base = last.base.lowerBound..<base.upperBound
    last.ours = last.ours.lowerBound..<ours.upperBound
    last.theirs = last.theirs.lowerBound..<theirs.upperBound
    pieces[pieces.count - 1] = last
  }
}
