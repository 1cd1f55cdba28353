import Git

/// One path of a conflict with git's word for it: what the report shows as one entry.
///
/// Where both sides want one path for different things, git writes the one to `f~<label>`; those belong to `f`.
struct ConflictSides {
  let path: TreePath
  /// As git's list of unmerged files has them; more than one where git moved one side away.
  var listed: [TreePath]
  var base: TreeEntry?
  var ours: TreeEntry?
  var theirs: TreeEntry?
  var message: ConflictMessage?
  /// git did not look into the file: its content, or an attribute, says that it is binary.
  var isBinary = false

  /// The word in brackets of git's message.
  var type: String {
    if isBinary { return "binary" }
    guard let message else { return "content" }
    return Self.word(in: message.text) ?? message.type
  }

  /// Every path that git names.
  var names: [TreePath] {
    var names = [path]
    for name in listed + (message?.paths ?? []) where !names.contains(name) { names.append(name) }
    return names
  }

  /// The entries of a conflict in git's order. What git says of paths that are not unmerged comes last.
  static func entries(of conflict: MergeConflict) -> [ConflictSides] {
    var entries: [ConflictSides] = []
    var said: Set<Int> = []
    for listed in conflict.paths {
      let about = conflict.messages.indices.filter {
        conflict.messages[$0].paths.contains(listed.path) && isConflict(conflict.messages[$0])
      }
      said.formUnion(about)
      let message = about.first.map { conflict.messages[$0] }
      let path = message?.paths.first { isMovedAside(listed.path, from: $0) } ?? listed.path
      if let known = entries.firstIndex(where: { $0.path == path }) {
        entries[known].listed.append(listed.path)
        entries[known].base = entries[known].base ?? listed.base
        entries[known].ours = entries[known].ours ?? listed.ours
        entries[known].theirs = entries[known].theirs ?? listed.theirs
      } else {
        entries.append(
          ConflictSides(
            path: path, listed: [listed.path], base: listed.base, ours: listed.ours, theirs: listed.theirs, message: message,
            isBinary: conflict.messages.contains { $0.type == "binary" && $0.paths.contains(listed.path) }))
      }
    }
    for (place, message) in conflict.messages.enumerated() where !said.contains(place) && isConflict(message) {
      let isKnown = entries.contains { $0.names.contains { message.paths.contains($0) } }
      guard let path = message.paths.first, !isKnown else { continue }
      entries.append(ConflictSides(path: path, listed: [], message: message))
    }
    return entries
  }

  /// `f~<commit>`, perhaps with a number: the label that our merges have is a commit.
  private static func isMovedAside(_ path: TreePath, from other: TreePath) -> Bool {
    let start = other.bytes + [UInt8(ascii: "~")]
    guard path.bytes.starts(with: start) else { return false }
    let label = path.bytes.dropFirst(start.count).prefix { $0 != UInt8(ascii: "_") }
    return CommitID(hex: label) != nil
  }

  private static func isConflict(_ message: ConflictMessage) -> Bool { word(in: message.text) != nil }

  private static func word(in text: String) -> String? {
    guard text.hasPrefix("CONFLICT ("), let end = text.firstIndex(of: ")") else { return nil }
    return String(text[..<end].dropFirst("CONFLICT (".count))
  }
}
