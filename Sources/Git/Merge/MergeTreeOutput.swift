/// Reads the output of `git merge-tree --write-tree -z` (git-merge-tree(1), OUTPUT), as git 2.38 and later write it:
/// the tree, then `mode id stage TAB path` for each stage of an unmerged path, an empty field, and the messages, each as a
/// count of paths, the paths, a type and the text.
enum MergeTreeOutput {
  static func parse(_ output: [UInt8], isClean: Bool) -> MergeResult? {
    var fields = output.split(separator: 0, omittingEmptySubsequences: false)[...]
    guard let tree = fields.popFirst().flatMap({ TreeID(hex: $0) }) else { return nil }
    if isClean { return .clean(tree) }
    guard let paths = paths(&fields) else { return nil }
    return .conflicted(MergeConflict(tree: tree, paths: paths, messages: messages(&fields)))
  }

  private static func paths(_ fields: inout ArraySlice<ArraySlice<UInt8>>) -> [ConflictedPath]? {
    var order: [TreePath] = []
    var stages: [TreePath: [UInt8: TreeEntry]] = [:]
    while let field = fields.popFirst(), !field.isEmpty {
      guard let tab = field.firstIndex(of: UInt8(ascii: "\t")) else { return nil }
      let words = field[..<tab].split(separator: UInt8(ascii: " "))
      guard words.count == 3, let mode = FileMode(octal: words[0]), let id = AnyObjectID(hex: words[1]), let stage = words[2].first else {
        return nil
      }
      let path = TreePath(bytes: field[(tab + 1)...])
      if stages[path] == nil { order.append(path) }
      stages[path, default: [:]][stage] = TreeEntry(mode: mode, id: id)
    }
    return order.map { path in
      let sides = stages[path] ?? [:]
      return ConflictedPath(
        path: path, base: sides[UInt8(ascii: "1")], ours: sides[UInt8(ascii: "2")], theirs: sides[UInt8(ascii: "3")])
    }
  }

  private static func messages(_ fields: inout ArraySlice<ArraySlice<UInt8>>) -> [ConflictMessage] {
    var messages: [ConflictMessage] = []
    while let field = fields.popFirst(), let count = Int(String(decoding: field, as: UTF8.self)), fields.count >= count + 2 {
      let paths = fields.prefix(count).map { TreePath(bytes: $0) }
      fields.removeFirst(count)
      let type = String(decoding: fields.removeFirst(), as: UTF8.self)
      let text = String(decoding: fields.removeFirst().trimmingLineEnds, as: UTF8.self)
      guard type.hasPrefix("CONFLICT") else { continue }
      messages.append(ConflictMessage(type: word(type: type, text: text), paths: paths, text: text))
    }
    return messages
  }

  /// The word in brackets of the message, which git has kept through the years; only where the message has none (a binary
  /// file, a submodule) that of the type, whose spelling differs (`contents`, and some without the space after CONFLICT).
  private static func word(type: String, text: String) -> String {
    let word = bracketed(text.hasPrefix("CONFLICT") ? text : type) ?? type
    if word == "contents" { return "content" }
    return word.hasPrefix("submodule") ? "submodule" : word
  }

  private static func bracketed(_ text: String) -> String? {
    guard let open = text.firstIndex(of: "("), let close = text[open...].firstIndex(of: ")") else { return nil }
    return String(text[text.index(after: open)..<close])
  }
}
