import Platform

/// The file `packed-refs` (git-pack-refs(1)), for the one thing that libgit2 does unsafely with it.
enum PackedReferences {
  /// Takes a reference out of the file, under `packed-refs.lock` like git.
  ///
  /// libgit2 reads the file *before* it locks it, so a `git gc` in between would lose what it has just packed.
  ///
  /// - Throws: `.fileExists` where another process has the lock.
  static func remove(_ name: String, from gitFolder: FilePath) throws(Errno) {
    let path = gitFolder.appending("packed-refs")
    guard let before = try File.read(path), contains(name, before) else { return }
    let lock = gitFolder.appending("packed-refs.lock")
    do {
      let descriptor = try FileDescriptor.open(
        lock, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: FilePermissions(rawValue: 0o644))
      try descriptor.closeAfter {
        _ = try descriptor.writeAll(without(name, try File.read(path) ?? []))
        try descriptor.synchronize()
      }
    } catch {
      let error = error as? Errno ?? .ioError
      if error != .fileExists { try? File.remove(lock) }
      throw error
    }
    do throws(Errno) { try File.rename(lock, to: path) } catch {
      try? File.remove(lock)
      throw error
    }
    try Folder.sync(gitFolder)
  }

  private static func contains(_ name: String, _ bytes: [UInt8]) -> Bool {
    bytes.split(separator: newline).contains { self.name(of: $0).elementsEqual(name.utf8) }
  }

  /// The line of the reference goes, and the line after it with what it peels to (`^...`).
  private static func without(_ name: String, _ bytes: [UInt8]) -> [UInt8] {
    var kept: [UInt8] = []
    var dropping = false
    for line in bytes.split(separator: newline) {
      dropping = line.first == UInt8(ascii: "^") ? dropping : self.name(of: line).elementsEqual(name.utf8)
      if dropping { continue }
      kept.append(contentsOf: line)
      kept.append(newline)
    }
    return kept
  }

  private static func name(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard line.first != UInt8(ascii: "#"), let space = line.firstIndex(of: UInt8(ascii: " ")) else { return [] }
    return line[(space + 1)...]
  }
}

private let newline = UInt8(ascii: "\n")
