/// A set of edits to a tree, arranged by folder, so that each folder concerned is read and written once.
struct TreeEdit {
  /// What this path becomes: nil says "as it was", `.some(nil)` "nothing".
  private var replacement: TreeEntry??
  private var below: [[UInt8]: TreeEdit] = [:]

  /// Later edits win over earlier ones on the same path, above it and below it.
  init(_ edits: [(path: TreePath, entry: TreeEntry?)]) {
    for edit in edits { insert(edit.path.components[...], edit.entry) }
  }

  private init() {}

  private mutating func insert(_ path: ArraySlice<ArraySlice<UInt8>>, _ entry: TreeEntry?) {
    guard let name = path.first else {
      replacement = .some(entry)
      below = [:]
      return
    }
    below[Array(name), default: TreeEdit()].insert(path.dropFirst(), entry)
  }

  typealias Entries = [(name: [UInt8], entry: TreeEntry)]

  /// The id of the edited tree, which is written even where it is empty.
  func apply(
    to tree: TreeID?, read: (TreeID) async throws(GitError) -> Entries, write: (Entries) async throws(GitError) -> TreeID
  ) async throws(GitError) -> TreeID {
    let start = tree.map { TreeEntry(mode: .tree, id: $0.of()) }
    if let entry = try await apply(to: start, read, write) { return entry.id.of() }
    return try await write([])
  }

  private func apply(
    to entry: TreeEntry?, _ read: (TreeID) async throws(GitError) -> Entries, _ write: (Entries) async throws(GitError) -> TreeID
  ) async throws(GitError) -> TreeEntry? {
    let start = replacement ?? entry
    if below.isEmpty { return start }
    let folder = start.flatMap { $0.mode.isTree ? TreeID?($0.id.of()) : nil }
    var entries: [[UInt8]: TreeEntry] = [:]
    if let folder { for (name, entry) in try await read(folder) { entries[name] = entry } }
    let before = entries
    for (name, edit) in below { entries[name] = try await edit.apply(to: before[name], read, write) }
    // Nothing to remove below a file, or below nothing: it stays what it is.
    if entries == before { return start }
    if entries.isEmpty { return nil }
    return TreeEntry(mode: .tree, id: try await write(entries.map { (name: $0.key, entry: $0.value) }).of())
  }
}
