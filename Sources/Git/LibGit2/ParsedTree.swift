internal import CLibGit2
import Platform

/// A tree that libgit2 has parsed. Its entries are pointers into it: valid as long as this object lives.
final class ParsedTree {
  private let handle: Handle
  let count: Int

  init(_ handle: consuming Handle) {
    count = git_tree_entrycount(handle.raw)
    self.handle = handle
  }

  /// The entry at a position of git's order; nil past the end.
  subscript(position: Int) -> ParsedEntry? {
    position < count ? git_tree_entry_byindex(handle.raw, position).map(ParsedEntry.init) : nil
  }

  func named(_ name: UnsafePointer<CChar>) -> ParsedEntry? {
    git_tree_entry_byname(handle.raw, name).map(ParsedEntry.init)
  }
}

/// One entry of a `ParsedTree`. Equal means the very same place, not the same content: see `isSame`.
struct ParsedEntry: Hashable {
  private let raw: OpaquePointer

  init(raw: OpaquePointer) { self.raw = raw }

  /// As a C string.
  var name: UnsafePointer<CChar> { git_tree_entry_name(raw) }

  var nameBytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: name, count: strlen(name)) }

  /// In git's canonical form, which old trees do not always have.
  var mode: UInt32 { UInt32(git_tree_entry_filemode(raw).rawValue) }

  var isTree: Bool { git_tree_entry_filemode(raw) == GIT_FILEMODE_TREE }

  var oid: UnsafePointer<git_oid> { git_tree_entry_id(raw) }

  var entry: TreeEntry { TreeEntry(mode: FileMode(rawValue: mode), id: AnyObjectID(oid)) }

  func isSame(as other: ParsedEntry) -> Bool { git_oid_equal(oid, other.oid) != 0 && mode == other.mode }

  func hasName(of other: ParsedEntry) -> Bool { strcmp(name, other.name) == 0 }

  func sortsBefore(_ other: ParsedEntry) -> Bool { TreeContent.sortsBefore(nameBytes, isTree, other.nameBytes, other.isTree) }

  /// Writes the entry as tree objects hold it, with the id given.
  func append(to bytes: inout [UInt8], _ oid: git_oid) {
    bytes.append(contentsOf: TreeContent.octal(mode))
    bytes.append(contentsOf: nameBytes)
    bytes.append(0)
    withUnsafeBytes(of: oid.id) { bytes.append(contentsOf: $0) }
  }
}

/// The entry of the same name, where both are there and equal, or both are not there.
func same(_ a: ParsedEntry?, _ b: ParsedEntry?) -> Bool {
  guard let a, let b else { return a == nil && b == nil }
  return a.isSame(as: b)
}
