import Git
import Platform

/// Copying one file between worktrees.
enum FileCopy {
  /// Copies a file or a symbolic link, with its permissions, and makes the folders above it; what stands there is replaced.
  ///
  /// - Returns: false for anything that is neither.
  static func copy(_ source: FilePath, to target: FilePath) throws(Errno) -> Bool {
    guard let status = try FileStatus.of(source) else { return false }
    try Folder.create(target.removingLastComponent())
    try Folder.removeTree(target)
    switch status.kind {
    case .symbolicLink:
      guard let link = try File.readLink(source) else { return false }
      let answer = target.withPlatformString { path in
        (link.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { text in
          text.baseAddress.map { symlink($0, path) } ?? -1
        }
      }
      if answer != 0 { throw Errno(rawValue: errno) }
    case .file:
      do {
        let input = try FileDescriptor.open(source, .readOnly, options: [.closeOnExec])
        try input.closeAfter {
          let output = try FileDescriptor.open(
            target, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: FilePermissions(rawValue: CInterop.Mode(status.permissions & 0o777)))
          try output.closeAfter { try pour(input, into: output) }
        }
      } catch { throw error as? Errno ?? .ioError }
    case .directory, .other: return false
    }
    return true
  }

  /// Whether a path really leads below a folder: none of the folders on the way is a symbolic link.
  static func isBelow(_ root: FilePath, _ path: TreePath) -> Bool {
    path.ancestors.allSatisfy { ((try? FileStatus.of(root.appending(bytes: $0.bytes))) ?? nil)?.kind == .directory }
  }

  /// Whether a path could be made below a folder: on the way are only folders, or nothing yet.
  static func mayStand(_ root: FilePath, _ path: TreePath) -> Bool {
    path.ancestors.allSatisfy { [.directory, nil].contains(((try? FileStatus.of(root.appending(bytes: $0.bytes))) ?? nil)?.kind) }
  }

  private static func pour(_ input: FileDescriptor, into output: FileDescriptor) throws {
    try withUnsafeTemporaryAllocation(byteCount: 1 << 17, alignment: 1) { buffer in
      while case let count = try input.read(into: buffer), count > 0 {
        _ = try output.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    }
  }
}
