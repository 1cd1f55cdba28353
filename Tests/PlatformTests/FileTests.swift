import Platform
import Support
import Testing

@Suite("Files")
struct FileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("an atomic write replaces the whole file, keeps its permissions as told and leaves nothing beside it")
  func atomicWrite() throws {
    let path = folder.path.appending("index.json")
    try AtomicFile.write(Array("long old content".utf8), to: path)
    var seen: [UInt8]?
    try AtomicFile.write(Array("new".utf8), to: path, permissions: FilePermissions(rawValue: 0o600)) { seen = try? File.read(path) }
    #expect(seen == Array("long old content".utf8))
    #expect(try File.readText(path) == "new")
    #expect(try FileStatus.of(path)?.permissions == 0o600)
    #expect(try Folder.names(in: folder.path).count == 1)
  }

  @Test("what is not there reads as nil, also below a file")
  func absent() throws {
    try AtomicFile.write([1], to: folder.path.appending("file"))
    #expect(try File.read(folder.path.appending("none")) == nil)
    #expect(try FileStatus.of(folder.path.appending("file/below")) == nil)
    #expect(throws: Errno.isDirectory) { try File.read(folder.path) }
  }

  @Test("a symbolic link is described and never followed when a tree is removed")
  func links() throws {
    let precious = folder.path.appending("precious")
    try Folder.create(precious)
    try AtomicFile.write([1], to: precious.appending("kept"))
    let doomed = folder.path.appending("doomed/deep")
    try Folder.create(doomed)
    #expect(symlink(precious.string, doomed.appending("link").string) == 0)
    #expect(try FileStatus.of(doomed.appending("link"))?.kind == .symbolicLink)
    try Folder.removeTree(folder.path.appending("doomed"))
    #expect(try File.read(precious.appending("kept")) == [1])
  }

  @Test("names that are not UTF-8 are listed and can be used")
  func byteNames() throws {
    let name: [UInt8] = [0x66, 0xff, 0x0a, 0x67]
    try AtomicFile.write([7], to: folder.path.appending("plain"))
    let path = folder.path.appending(bytes: name)
    try File.rename(folder.path.appending("plain"), to: path)
    #expect(try Folder.names(in: folder.path) == [name])
    #expect(try File.read(path) == [7])
  }

  @Test("link fails where the name is taken, so it can serve as a lock")
  func linking() throws {
    let (source, lock) = (folder.path.appending("source"), folder.path.appending("lock"))
    try AtomicFile.write([1], to: source)
    try File.link(source, to: lock)
    #expect(throws: Errno.fileExists) { try File.link(source, to: lock) }
  }

  @Test("the end of a file is read without the rest")
  func readingTheEnd() throws {
    let path = folder.path.appending("log")
    try AtomicFile.write(Array("0123456789".utf8), to: path)
    #expect(try File.readEnd(of: path, bytes: 3) == Array("789".utf8))
    #expect(try File.readEnd(of: path, bytes: 100)?.count == 10)
  }
}
