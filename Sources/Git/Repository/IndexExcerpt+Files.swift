import Platform

extension IndexExcerpt {
  /// Where an excerpt lies while git works on it: a folder with the small index, and a pack of its trees.
  public struct Place: Sendable {
    public let folder: FilePath

    public init(_ folder: FilePath) { self.folder = folder }

    var index: FilePath { folder.appending("index") }

    /// What git needs in its environment. Nil where a path cannot be told git in this way (git(1), `GIT_ALTERNATE_OBJECT_DIRECTORIES`).
    public var variables: [String: String]? {
      let path = folder.string
      if path.contains(":") || path.contains("\n") || path.hasPrefix("\"") { return nil }
      return ["GIT_INDEX_FILE": index.string, "GIT_ALTERNATE_OBJECT_DIRECTORIES": path]
    }

    /// Removes the folder and what is in it.
    public func remove() throws(Errno) { try Folder.removeTree(folder) }
  }

  /// What git is to do with the excerpt. Settings for large indexes have no say in how this small one is written.
  public var command: [String] {
    let plain = ["core.splitIndex=false", "core.untrackedCache=false", "core.fsmonitor=false"].flatMap { ["-c", $0] }
    return plain + ["read-tree", "-m", "-u", tree.hex]
  }

  /// Writes what git is to work on. Nothing of it has to outlive the machine.
  public func write(to place: Place) throws(Errno) {
    try place.remove()
    try Folder.create(place.folder.appending("pack"))
    var pack = PackBytes(count: trees.count)
    for tree in trees { pack.append(tree.content, type: 2, id: tree.id) }
    let (packed, packIndex, checksum) = pack.finished()
    let name = "pack/pack-" + checksum.hexadecimal
    for (bytes, name) in [(packed, name + ".pack"), (packIndex, name + ".idx"), (bytes, "index")] {
      try File.write(bytes, to: place.folder.appending(name))
    }
    // The time that these entries had in the whole index, whoever has written that since.
    try File.setTime(index.modified, of: place.index)
  }

  /// Puts what git has made of the excerpt into the whole index, which has then the time and the permissions that git gave the excerpt: a file
  /// that changed after git looked, in the same second, is as young as the index.
  ///
  /// - Parameter temporary: the file that is renamed over the index, in the same folder. It must be nobody else's.
  /// - Throws: `Errno`; `.invalidArgument` where git has not made what was planned. The index is as it was then.
  public func finish(in place: Place, index file: FilePath, through temporary: FilePath) throws(Errno) {
    guard let result = IndexFile(place.index, .sha1), let bytes = merged(with: result) else { throw .invalidArgument }
    try File.write(bytes, to: temporary)
    try File.copyPermissions(from: place.index, to: temporary)
    try File.copyTimes(from: place.index, to: temporary)
    try File.rename(temporary, to: file)
  }
}
