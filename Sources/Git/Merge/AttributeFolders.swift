import Platform

/// Work trees that hold nothing but the `.gitattributes` files of a tree.
///
/// One folder for each distinct set of files, named by its content, complete before it gets that name, and never changed
/// afterwards: so merges may run side by side, and the next run finds what this one made.
struct AttributeFolders: Sendable {
  let parent: FilePath
  private static let fileName = Array(".gitattributes".utf8)

  /// The folder that stands for `tree`.
  ///
  /// - Throws: `GitError.fileSystem`.
  func folder(for tree: TreeID, _ store: any ObjectStore) async throws(GitError) -> FilePath {
    // git follows no symbolic link called .gitattributes in a tree.
    let files = try await store.files(named: Self.fileName, in: tree)
      .filter { ($0.entry.mode == .file || $0.entry.mode == .executable) && isHarmless($0.path) }
      .sorted { $0.path < $1.path }
    let folder = parent.appending(name(of: files))
    if exists(folder) { return folder }
    let temporary = parent.appending("\(name(of: files)).tmp.\(getpid()).\(UInt64.random(in: 0 ... .max))")
    var contents: [(path: TreePath, bytes: [UInt8])] = []
    for file in files { contents.append((file.path, try await store.blob(file.entry.id.of()))) }
    do throws(Errno) {
      try Folder.create(temporary)
      for (path, bytes) in contents {
        let file = path.components.reduce(temporary) { $0.appending(bytes: Array($1)) }
        try Folder.create(file.removingLastComponent())
        try AtomicFile.write(bytes, to: file)
      }
      try File.rename(temporary, to: folder)
    } catch {
      try? Folder.removeTree(temporary)
      // Another merge was faster: its folder has the same content.
      if exists(folder) { return folder }
      throw .fileSystem(path: folder.string, reason: "\(error)")
    }
    return folder
  }

  private func exists(_ folder: FilePath) -> Bool { (try? FileStatus.of(folder))?.kind == .directory }

  /// A tree made by hand can hold names that lead elsewhere.
  private func isHarmless(_ path: TreePath) -> Bool {
    path.components.allSatisfy { name in
      !name.isEmpty && !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8)
        && String(decoding: name, as: UTF8.self).lowercased() != ".git"
    }
  }

  /// 128 bits of FNV-1a over paths and blob ids, which are themselves hashes of what is in the files.
  private func name(of files: [FoundFile]) -> String {
    if files.isEmpty { return "no-attributes" }
    var high: UInt64 = 0xcbf2_9ce4_8422_2325
    var low: UInt64 = 0x9ae1_6a3b_2f90_404f
    let bytes: [UInt8] = files.flatMap { (file) -> [UInt8] in file.path.bytes + [0] + Array(file.entry.id.hex.utf8) + [0] }
    for byte in bytes {
      high = (high ^ UInt64(byte)) &* 0x100_0000_01b3
      low = (low ^ UInt64(byte) ^ (high >> 32)) &* 0x100_0000_01b3
    }
    return "attributes-" + String(high, radix: 16) + "-" + String(low, radix: 16)
  }
}
