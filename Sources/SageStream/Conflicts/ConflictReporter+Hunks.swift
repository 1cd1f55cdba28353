import Git

extension ConflictReporter {
  /// The hunks of a file that both sides have, each with who landed it, and the last of all these.
  func hunks(
    _ texts: ConflictTexts.Versions, place: ConflictScene.Place, in scene: ConflictScene
  ) async throws(GitError) -> (hunks: [ConflictHunk], last: LandedChange?) {
    let areEqual = { (ours: Int, theirs: Int) in texts.ours.lines[ours] == texts.theirs.lines[theirs] }
    let regions: [ThreeWayRegion]
    var theirChanges: [LineChange] = []
    if let base = texts.baseID {
      let ourChanges = try await git.lineChanges(from: base, to: texts.oursID)
      theirChanges = try await git.lineChanges(from: base, to: texts.theirsID)
      regions = ThreeWayRegion.conflicts(ours: ourChanges, theirs: theirChanges, areEqual: areEqual)
    } else {
      regions = ThreeWayRegion.additions(differences: try await git.lineChanges(from: texts.oursID, to: texts.theirsID))
    }
    let culprits = try await culprits(of: regions, texts, theirChanges, place: place, in: scene)
    let hunks = zip(regions, culprits).map { region, culprits in
      let landed = culprits.map(\.change)
      return ConflictHunk(
        base: side(texts.base, region.base), ours: side(texts.ours, region.ours), theirs: side(texts.theirs, region.theirs),
        landedBy: landed.last, landedByAll: landed, note: note(texts, region))
    }
    return (hunks, culprits.joined().max { $0.order < $1.order }?.change)
  }

  private func side(_ text: TextLines, _ range: Range<Int>) -> ConflictHunk.Side {
    let shown = range.prefix(ConflictHunk.mostLines)
    return ConflictHunk.Side(start: range.lowerBound + 1, count: range.count, lines: text.text(shown))
  }

  private func note(_ texts: ConflictTexts.Versions, _ region: ThreeWayRegion) -> String? {
    var notes: [String] = []
    if max(region.base.count, region.ours.count, region.theirs.count) > ConflictHunk.mostLines {
      notes.append("only the first \(ConflictHunk.mostLines) lines of each side are here")
    }
    let open = [
      (texts.base.endsOpen(region.base), "base"), (texts.ours.endsOpen(region.ours), "ours"),
      (texts.theirs.endsOpen(region.theirs), "theirs"),
    ].filter(\.0).map(\.1)
    if !open.isEmpty { notes.append("no line end at the end of \(open.joined(separator: ", "))") }
    return notes.isEmpty ? nil : notes.joined(separator: "; ")
  }

  private typealias Culprit = (order: Int, change: LandedChange)

  /// For each region the landed commits that clash there, in the order in which they landed.
  private func culprits(
    of regions: [ThreeWayRegion], _ texts: ConflictTexts.Versions, _ theirChanges: [LineChange], place: ConflictScene.Place,
    in scene: ConflictScene
  ) async throws(GitError) -> [[Culprit]] {
    let nobody = regions.map { _ in [Culprit]() }
    guard !regions.isEmpty, let path = place.ours else { return nobody }
    let steps = try await PathHistory(
      of: path, from: scene.onto, since: scene.start, followsRenames: texts.baseID != nil, git: git, store: store)
    guard let history = try await steps.lineHistory(newest: texts.ours.count, store: store) else { return nobody }
    // The ticket's changes in lines of the version that the history starts with: usually the base, unless earlier commits of
    // the ticket changed the file too.
    var ticketChanges: [LineChange] = []
    if texts.baseID != nil {
      let first = steps.steps.last.map(\.before) ?? texts.oursID
      if first == texts.baseID {
        ticketChanges = theirChanges
      } else if let first {
        ticketChanges = try await git.lineChanges(from: first, to: texts.theirsID)
      }
    }
    var named: [[Culprit]] = []
    for region in regions {
      let meets = ticketChanges.filter { $0.new.lowerBound <= region.theirs.upperBound && region.theirs.lowerBound <= $0.new.upperBound }
      let (overlapping, touching) = history.meeting(meets.map(\.old))
      let authors = history.authors(of: region.ours)
      let tiers = [overlapping.intersection(authors), touching.intersection(authors), authors, overlapping, touching]
      let culprits = tiers.lazy.map { $0.subtracting(scene.own) }.first { !$0.isEmpty } ?? []
      var landed: [Culprit] = []
      for (order, commit) in history.commits.enumerated() where culprits.contains(commit) {
        landed.append((order, try await landedChange(commit, path: path, lines: region.ours, in: scene)))
      }
      named.append(landed)
    }
    return named
  }
}
