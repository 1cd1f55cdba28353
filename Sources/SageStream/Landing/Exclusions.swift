import Git

/// The paths that never land (`sageStream.exclude`): the tool owns the queue, and in real histories these folders cause most
/// conflicts. An entry is a folder (`.sage/`) or a file, from the top of the repository.
public struct Exclusions: Sendable {
  public static let standard = Exclusions([".sage/", ".docs/", ".taskmaster/"])

  let places: [TreePath]

  public init(_ entries: [String]) {
    places = entries.map { entry in
      var text = entry[...]
      while text.hasPrefix("./") { text = text.dropFirst(2) }
      while text.hasSuffix("/") { text = text.dropLast() }
      return TreePath(text)
    }.filter { !$0.isRoot }
  }

  public func covers(_ path: TreePath) -> Bool { places.contains { path.isInside($0) } }
}
