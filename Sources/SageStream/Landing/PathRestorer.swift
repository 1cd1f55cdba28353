import Git
import Platform

/// Puts the paths of a landing that was interrupted at one of its two ends, leaving alone whatever the user changed since
/// (DESIGN section 6, "Recovery"). To be called under the index lock.
struct PathRestorer {
  let store: any ObjectStore
  let checkout: Checkout
  let journal: Journal

  enum Side { case old, new }

  struct Judgement {
    /// Paths that are ours, with the side that their index entry is on.
    var ours: [(change: TreeChange, side: Side)] = []
    var users: [TreePath] = []
  }

  /// Which of the touched paths are ours: the index entry is one of the two, the content is one of the two, absent, or the
  /// beginning of the new one (a checkout that was killed while writing), and no folder in the way holds anything untracked.
  func judge(_ changes: [TreeChange], from tree: TreeID) async throws(Failure) -> Judgement {
    var judgement = Judgement()
    do {
      let entries = try await indexEntries(changes.map(\.path))
      let touched = Set(changes.map(\.path))
      for change in changes {
        let entry = entries[change.path] ?? .some(nil)
        let side: Side?
        switch entry {
        case .some(let found) where found == change.old: side = .old
        case .some(let found) where found == change.new: side = .new
        default: side = nil
        }
        if let side, try await contentIsOurs(change, touched) {
          judgement.ours.append((change, side))
        } else {
          judgement.users.append(change.path)
        }
      }
    } catch { throw Failure(error, at: checkout.path) }
    return judgement
  }

  /// Sets index copy and work tree to one side at the given paths. Folders that this empties go; nothing else is touched.
  func put(_ changes: [TreeChange], at side: Side) async throws(Failure) {
    guard !changes.isEmpty else { return }
    do {
      var records: [UInt8] = []
      var present: [UInt8] = []
      var absent: [TreePath] = []
      let zero = String(repeating: "0", count: changes.lazy.compactMap { $0.old ?? $0.new }.first?.id.hex.utf8.count ?? 40)
      // Removals first: a file may stand where a folder has to be.
      for change in changes where (side == .old ? change.old : change.new) == nil {
        absent.append(change.path)
        records += Array("0 \(zero)\t".utf8) + change.path.bytes + [0]
      }
      for change in changes {
        guard let entry = side == .old ? change.old : change.new else { continue }
        records += Array("\(entry.mode.octal) \(entry.id.hex)\t".utf8) + change.path.bytes + [0]
        present += change.path.bytes + [0]
      }
      let hidden = try await hiddenPaths(changes, at: side)
      // Before anything is written: where the disk is full, this makes room for the rest.
      for path in absent { try remove(path) }
      try await checkout.run(["update-index", "-z", "--index-info"], input: records, journal: journal)
      if !hidden.isEmpty {
        // What a sparse checkout leaves out is in the index and not on disk.
        let list = Array(hidden.map { $0.bytes + [0] }.joined())
        try await checkout.run(["update-index", "--skip-worktree", "-z", "--stdin"], input: list, journal: journal)
        present = Array(present.split(separator: 0).filter { !hidden.contains(TreePath(bytes: $0)) }.map { $0 + [0] }.joined())
      }
      if !present.isEmpty { try await checkout.run(["checkout-index", "-f", "-u", "-z", "--stdin"], input: present, journal: journal) }
    } catch { throw Failure(error, at: checkout.path) }
  }

  /// Those of the paths that must not be written to disk: what the index hides now, and what the sparse checkout's patterns leave out.
  private func hiddenPaths(_ changes: [TreeChange], at side: Side) async throws -> Set<TreePath> {
    let wanted = changes.filter { (side == .old ? $0.old : $0.new) != nil }
    var hidden = try await hidden(in: checkout.onCopy, wanted.map(\.path))
    let configured = try await checkout.git.run("config", "--type=bool", "--get", "core.sparseCheckout", accepting: [0, 1, 128])
    guard configured.text == "true" else { return hidden }
    // git itself says what its patterns leave out: it checks out a tree of these paths alone, elsewhere.
    let scratch = try Folder.temporary(prefix: "sage-stream-sparse")
    defer { try? Folder.removeTree(scratch) }
    let tree = try await store.writeTree(nil, replacing: wanted.map { ($0.path, side == .old ? $0.old : $0.new) })
    let files = scratch.appending("files")
    try Folder.create(files)
    let git = checkout.git.on(gitFolder: checkout.gitFolder, workTree: files)
      .setting(["GIT_INDEX_FILE": scratch.appending("index").string])
    try await git.run("read-tree", "-m", "-u", tree.hex)
    hidden.formUnion(try await self.hidden(in: git, wanted.map(\.path)))
    return hidden
  }

  /// The paths with the bit that says "not on disk" (`git ls-files -t`, S).
  private func hidden(in git: GitCommand, _ paths: [TreePath]) async throws(GitError) -> Set<TreePath> {
    var found: Set<TreePath> = []
    let git = git.setting(["GIT_LITERAL_PATHSPECS": "1"])
    for start in stride(from: 0, to: paths.count, by: 1000) {
      let portion = paths[start..<min(start + 1000, paths.count)]
      for record in try await git.run(bytes: ["ls-files", "-t", "-z", "--"].map { Array($0.utf8) } + portion.map(\.bytes)).fields
      where record.starts(with: Array("S ".utf8)) {
        found.insert(TreePath(bytes: record.dropFirst(2)))
      }
    }
    return found
  }

  private func remove(_ path: TreePath) throws(Errno) {
    guard let status = try FileStatus.of(checkout.path.appending(path)) else { return }
    if status.kind == .directory { return }
    try File.remove(checkout.path.appending(path))
    for folder in path.ancestors.reversed() {
      // Stops at the first folder that is not empty.
      if !Folder.removeIfEmpty(checkout.path.appending(folder)) { break }
    }
  }

  private func indexEntries(_ paths: [TreePath]) async throws(GitError) -> [TreePath: TreeEntry?] {
    var entries: [TreePath: TreeEntry?] = [:]
    let git = checkout.onCopy.setting(["GIT_LITERAL_PATHSPECS": "1"])
    for start in stride(from: 0, to: paths.count, by: 1000) {
      let portion = paths[start..<min(start + 1000, paths.count)]
      for path in portion { entries[path] = .some(nil) }
      let arguments = ["ls-files", "-s", "-z", "--"].map { Array($0.utf8) } + portion.map(\.bytes)
      for record in try await git.run(bytes: arguments).fields {
        guard let tab = record.firstIndex(of: UInt8(ascii: "\t")) else { continue }
        let path = TreePath(bytes: record[(tab + 1)...])
        let words = record[..<tab].split(separator: UInt8(ascii: " "))
        guard words.count == 3, let mode = FileMode(octal: words[0]), let id = AnyObjectID(hex: words[1]) else { continue }
        // An unmerged path is nobody's but the user's: an entry that equals neither side.
        entries[path] = words[2] == [UInt8(ascii: "0")] ? TreeEntry(mode: mode, id: id) : TreeEntry(mode: FileMode(rawValue: 0), id: id)
      }
    }
    return entries
  }

  private func contentIsOurs(_ change: TreeChange, _ touched: Set<TreePath>) async throws -> Bool {
    for folder in change.path.ancestors {
      guard let status = try FileStatus.of(checkout.path.appending(folder)) else { return true }
      // A file where a folder will be is judged as that file's own change.
      if status.kind != .directory { return touched.contains(folder) }
    }
    let path = checkout.path.appending(change.path)
    guard let status = try FileStatus.of(path) else { return true }
    switch status.kind {
    case .directory:
      // What replaces this path, or is replaced by it: it may hold touched paths only, which are judged by themselves.
      return try change.old?.mode == .submodule || change.new?.mode == .submodule || holdsOnly(touched, in: change.path)
    case .symbolicLink:
      let target = try File.readLink(path) ?? []
      for entry in [change.old, change.new].compactMap({ $0 }) where entry.mode == .symbolicLink {
        if try await store.blob(entry.id.of(BlobKind.self)) == target { return true }
      }
      return false
    case .other: return false
    case .file: break
    }
    let sides = [change.old, change.new].compactMap { $0 }.filter { $0.mode == .file || $0.mode == .executable }
    if !sides.isEmpty {
      let arguments = ["hash-object", "--path"].map { Array($0.utf8) } + [change.path.bytes] + [Array("--stdin".utf8)]
      let content = try File.read(path) ?? []
      // `hash-object --stdin --path` applies the clean filters that `git add` would.
      let id = AnyObjectID(hex: try await checkout.git.run(bytes: arguments, input: content).text)
      if let id, sides.contains(where: { $0.id == id }) { return true }
      guard let new = change.new, sides.contains(new) else { return false }
      let show = ["cat-file", "--filters", "--path"].map { Array($0.utf8) } + [change.path.bytes, Array(new.id.hex.utf8)]
      let final = try await checkout.git.run(bytes: show)
      return final.standardOutput.starts(with: content)
    }
    return false
  }

  private func holdsOnly(_ touched: Set<TreePath>, in folder: TreePath) throws(Errno) -> Bool {
    for name in try Folder.names(in: checkout.path.appending(folder)) {
      let path = folder.appending(name)
      if touched.contains(path) { continue }
      let status = try FileStatus.of(checkout.path.appending(path))
      guard status?.kind == .directory, try holdsOnly(touched, in: path) else { return false }
    }
    return true
  }
}
