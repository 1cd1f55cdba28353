import Platform
import SageStream

/// Where pages lie: beside what they tell of, in the state folder, for the user's own eyes (0600).
public enum PageFile {
  /// Writes a page in place of an earlier one. Atomic: a browser that reloads sees one or the other.
  ///
  /// - Throws: `Failure.fileSystem`.
  public static func write(_ page: Page, to file: FilePath) throws(Failure) {
    do throws(Errno) {
      try Folder.create(file.removingLastComponent(), permissions: FilePermissions(rawValue: 0o700))
      try AtomicFile.write(Array(page.text.utf8), to: file, permissions: FilePermissions(rawValue: 0o600))
    } catch { throw .fileSystem(path: file, error) }
  }
}
