import Git

/// What stands in a slot, as one `git status` tells it: HEAD, what differs from it, what is untracked and what is ignored.
struct SlotStatus: Sendable, Equatable {
  /// Nil where HEAD names a branch that has no commit.
  var head: CommitID?
  /// The branch that HEAD names; nil where it is detached, as it should be.
  var branch: String?
  /// Tracked paths that differ from HEAD in the index or on disk.
  var changed: [TreePath] = []
  /// Those of them that are in the index and not in HEAD.
  var added: [TreePath] = []
  var unmerged: [TreePath] = []
  var untracked: [TreePath] = []
  /// Folders that are git repositories of their own and are no submodule.
  var nestedRepositories: [TreePath] = []
  /// Files and whole folders that git ignores.
  var ignored: [TreePath] = []
  /// Submodules whose own files were modified and not committed.
  var modifiedSubmodules: [TreePath] = []
  /// Submodules that hold untracked files.
  var untidySubmodules: [TreePath] = []

  /// Submodules whose checked-out commit is not the one that the index names.
  var movedSubmodules: [MovedSubmodule] = []
  /// Changed paths of which the index entry counts, not what is checked out there.
  private(set) var settledByIndex: [TreePath] = []

  struct MovedSubmodule: Sendable, Equatable {
    let path: TreePath
    /// The commit that HEAD names for it; nil where HEAD has none.
    let head: AnyObjectID?
    /// Whether the index names another one than HEAD.
    let isStaged: Bool
  }

  /// The options under which git prints what `init(parsing:)` reads; none of the user's settings changes it.
  static let arguments = [
    "status", "--porcelain=v2", "-z", "--branch", "--untracked-files=all", "--ignored=matching", "--ignore-submodules=none", "--no-renames",
    "--no-ahead-behind",
  ]

  /// Whether any submodule is not as the index names it, or holds anything of its own.
  var hasMovedSubmodules: Bool { !movedSubmodules.isEmpty || !modifiedSubmodules.isEmpty || !untidySubmodules.isEmpty }

  /// Whether there is anything that a reset or a clean would change.
  var isDirty: Bool { hasWork || !nestedRepositories.isEmpty }

  /// Whether there is anything that a commit could hold.
  var hasWork: Bool { !changed.isEmpty || !unmerged.isEmpty || !untracked.isEmpty }

  /// A slot in which nothing differs from HEAD, which is detached.
  init(cleanAt head: CommitID, ignored: [TreePath]) {
    self.head = head
    self.ignored = ignored
  }

  /// Reads `git status --porcelain=v2 -z` (git-status(1), "Porcelain Format Version 2"); nil for anything else.
  init?(parsing output: GitOutput) {
    for field in output.fields {
      guard let kind = field.first else { return nil }
      switch kind {
      case UInt8(ascii: "#"):
        let words = String(decoding: field, as: UTF8.self).split(separator: " ", maxSplits: 2)
        guard words.count == 3 else { continue }
        if words[1] == "branch.oid" { head = CommitID(hex: words[2]) }
        if words[1] == "branch.head", words[2] != "(detached)" { branch = String(words[2]) }
      case UInt8(ascii: "1"):
        // 1 <XY> <sub> <mH> <mI> <mW> <hH> <hI> <path>
        guard let (columns, path) = Self.split(field, columns: 8) else { return nil }
        note(submodule: columns[2], path)
        // A submodule's own untracked files are nothing that this repository could commit.
        if columns[1].elementsEqual(".M".utf8),
          columns[2].elementsEqual("S..U".utf8) || columns[2].elementsEqual("S.M.".utf8)
            || columns[2].elementsEqual("S.MU".utf8)
        {
          continue
        }
        if columns[2].starts(with: "SC".utf8) {
          let head = AnyObjectID(hex: columns[6]).flatMap { $0.isZero ? nil : $0 }
          movedSubmodules.append(MovedSubmodule(path: path, head: head, isStaged: columns[1].first != UInt8(ascii: ".")))
        }
        changed.append(path)
        if columns[1].first == UInt8(ascii: "A") { added.append(path) }
      case UInt8(ascii: "u"):
        // u <XY> <sub> <m1> <m2> <m3> <mW> <h1> <h2> <h3> <path>
        guard let (_, path) = Self.split(field, columns: 10) else { return nil }
        unmerged.append(path)
      case UInt8(ascii: "?"):
        let path = field.dropFirst(2)
        if path.last == UInt8(ascii: "/") {
          nestedRepositories.append(TreePath(bytes: path.dropLast()))
        } else {
          untracked.append(TreePath(bytes: path))
        }
      case UInt8(ascii: "!"):
        let path = field.dropFirst(2)
        ignored.append(TreePath(bytes: path.last == UInt8(ascii: "/") ? path.dropLast() : path))
      default: return nil
      }
    }
  }

  /// Takes submodules out of what has changed, as far as that is said by what is checked out in them.
  mutating func leaveOut(_ submodules: [MovedSubmodule]) {
    if submodules.isEmpty { return }
    let unstaged = Set(submodules.filter { !$0.isStaged }.map(\.path))
    changed.removeAll { unstaged.contains($0) }
    settledByIndex += submodules.filter(\.isStaged).map(\.path)
  }

  private mutating func note(submodule: ArraySlice<UInt8>, _ path: TreePath) {
    guard submodule.first == UInt8(ascii: "S"), submodule.count == 4 else { return }
    let flags = Array(submodule)
    if flags[2] == UInt8(ascii: "M") { modifiedSubmodules.append(path) }
    if flags[3] == UInt8(ascii: "U") { untidySubmodules.append(path) }
  }

  /// The first columns of a record, and the path behind them, which may hold blanks.
  private static func split(_ field: ArraySlice<UInt8>, columns: Int) -> (columns: [ArraySlice<UInt8>], path: TreePath)? {
    let parts = field.split(separator: UInt8(ascii: " "), maxSplits: columns, omittingEmptySubsequences: false)
    guard parts.count == columns + 1 else { return nil }
    return (Array(parts.dropLast()), TreePath(bytes: parts[columns]))
  }
}
