import Git

/// Where a pick went wrong: the three trees and the commits between which the landed culprits are.
struct ConflictScene {
  let start: CommitID
  let onto: CommitID
  let base: TreeID
  let ours: TreeID
  let theirs: TreeID
  /// The submission's own commits at the end of the chain.
  let own: Set<CommitID>

  /// Where a conflicted file stands in each tree; renames give it up to three names.
  struct Place {
    var base: TreePath?
    var ours: TreePath?
    var theirs: TreePath?
  }

  func place(of sides: ConflictSides, store: any ObjectStore, git: GitCommand) async throws(GitError) -> Place {
    var place = Place()
    place.base = try await find(sides.base, among: sides.names, in: base, store: store)
    place.ours = try await find(sides.ours, among: sides.names, in: ours, store: store)
    place.theirs = try await find(sides.theirs, among: sides.names, in: theirs, store: store)
    // git lists a file that one side renamed under its new name only.
    if sides.base != nil && place.base == nil, let theirs = place.theirs {
      place.base = try await git.renames(from: base.hex, to: self.theirs.hex).first { $0.to == theirs }?.from
    }
    if sides.base != nil && place.base == nil, let ours = place.ours {
      place.base = try await git.renames(from: base.hex, to: self.ours.hex).first { $0.to == ours }?.from
    }
    if sides.ours != nil && place.ours == nil, let base = place.base {
      place.ours = try await find(sides.ours, among: [base], in: ours, store: store)
    }
    return place
  }

  private func find(
    _ entry: TreeEntry?, among names: [TreePath], in tree: TreeID, store: any ObjectStore
  ) async throws(GitError) -> TreePath? {
    guard let entry else { return nil }
    for name in names where try await store.entry(name, in: tree)?.id == entry.id { return name }
    return nil
  }
}
