import Git
import Platform
import Tickets

/// Says for a submission that did not apply where it clashes, and with which landed commit.
///
/// The places are those of git's own merge. Who clashes there is found by following every line of the file through the
/// commits that landed since the ticket started: a commit is named where it changed the lines that the ticket changed, or
/// lines right beside them; of several the last. The ticket's own commits on the chain are never named.
struct ConflictReporter {
  let store: any ObjectStore
  /// On the common git folder; needs no work tree.
  let git: GitCommand

  /// - Parameters:
  ///   - branch: where the work is parked.
  ///   - start: landed commits are looked for from here to the tip that was picked onto: the submission's base.
  ///   - titles: of all tickets that could be named.
  ///   - target: what git's messages shall call our side.
  func report(
    submission: Submission, title: String, conflict: PickConflict, branch: RefName, start: CommitID, titles: [TicketID: String],
    log: FilePath?, target: String = "the target", time: WallTime = .now
  ) async throws(GitError) -> ConflictReport {
    let scene = ConflictScene(
      start: start, onto: conflict.onto, base: conflict.base, ours: try await store.commit(conflict.onto).tree, theirs: conflict.theirs,
      own: try await ownCommits(of: submission, upTo: conflict.onto, since: start))
    var paths: [ConflictedFile] = []
    let labels = (ours: target, theirs: submission.ticket.displayed)
    for sides in ConflictSides.entries(of: conflict.conflict) { paths.append(try await file(sides, labels: labels, in: scene)) }
    var others: [TicketID: String] = [:]
    for path in paths {
      for change in [path.landedBy].compactMap(\.self) + path.hunks.flatMap(\.landedByAll) {
        if let ticket = change.ticket, let title = titles[ticket] { others[ticket] = title }
      }
    }
    return ConflictReport(
      ticket: submission.ticket, title: title, branch: branch, base: submission.base, onto: conflict.onto, commit: conflict.commit,
      run: submission.attempt.run, attempt: submission.attempt.number, time: time, log: log, others: others, paths: paths)
  }

  /// The commits at the end of the chain that are this submission's own: its first commits may have applied.
  private func ownCommits(of submission: Submission, upTo tip: CommitID, since start: CommitID) async throws(GitError) -> Set<CommitID> {
    var own: Set<CommitID> = []
    var id = tip
    while id != start {
      let commit = try await store.commit(id)
      guard Trailers.value(of: "Sage-Ticket", in: commit.message) == submission.ticket.rawValue,
        Trailers.value(of: "Sage-Run", in: commit.message) == submission.attempt.run.rawValue, let parent = commit.parents.first
      else { break }
      own.insert(id)
      id = parent
    }
    return own
  }

  private func file(
    _ sides: ConflictSides, labels: (ours: String, theirs: String), in scene: ConflictScene
  ) async throws(GitError) -> ConflictedFile {
    let message = try await message(of: sides, labels: labels, in: scene)
    if sides.type == "excluded" { return ConflictedFile(path: sides.path, type: sides.type, message: message) }
    let place = try await scene.place(of: sides, store: store, git: git)
    var type = sides.type
    var note: String?
    var hunks: [ConflictHunk] = []
    var last: LandedChange?
    if sides.type != "binary", let texts = try await ConflictTexts(sides, store: store) {
      switch texts {
      case .binary: type = "binary"
      case .tooLarge: note = "too large to show"
      case .text(let texts):
        (hunks, last) = try await self.hunks(texts, place: place, in: scene)
        if hunks.count > Self.mostHunks {
          note = "\(hunks.count) hunks, of which the first \(Self.mostHunks) are here"
          hunks.removeLast(hunks.count - Self.mostHunks)
        }
      }
    }
    if last == nil { last = try await landedBy(sides, place: place, in: scene) }
    let oursPath = place.ours.flatMap { $0 == sides.path ? nil : $0 }
    return ConflictedFile(
      path: sides.path, oursPath: oursPath, type: type, message: message, hunks: hunks, landedBy: last, note: note)
  }

  private static let mostHunks = 200

  /// git's line. It names the sides by the commits that were made for the merge, which nobody else can look up.
  private func message(
    of sides: ConflictSides, labels: (ours: String, theirs: String), in scene: ConflictScene
  ) async throws(GitError) -> String {
    guard let message = sides.message else { return "CONFLICT (content): Merge conflict in \(sides.path)" }
    var text = ""
    var rest = message.text.prefix { !$0.isNewline }
    while let first = rest.first {
      let isDigit = { (character: Character) in character.isASCII && character.isHexDigit && !character.isUppercase }
      let word = isDigit(first) ? rest.prefix(while: isDigit) : rest.prefix { !isDigit($0) }
      rest = rest.dropFirst(word.count)
      guard let id = CommitID(hex: word), let side = try? await store.commit(id) else {
        text += word
        continue
      }
      text += side.tree == scene.ours ? labels.ours : side.tree == scene.theirs ? labels.theirs : String(word)
    }
    return text
  }
}
