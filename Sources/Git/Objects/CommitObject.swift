/// A commit as its bytes say it, without its signature.
///
/// Both ways of landing (libgit2 and git alone) write commits through `serialized`, so with the same clock they give the
/// same ids. Author, committer and message are bytes: old histories hold encodings that are no UTF-8.
public struct CommitObject: Sendable, Equatable {
  public var tree: TreeID
  public var parents: [CommitID]
  /// `Name <address> seconds zone`
  public var author: [UInt8]
  public var committer: [UInt8]
  /// The `encoding` header, where there is one.
  public var encoding: [UInt8]?
  public var message: [UInt8]

  public init(
    tree: TreeID, parents: [CommitID], author: [UInt8], committer: [UInt8], encoding: [UInt8]? = nil, message: [UInt8]
  ) {
    self.tree = tree
    self.parents = parents
    self.author = author
    self.committer = committer
    self.encoding = encoding
    self.message = message
  }

  /// Reads the content of a commit object (git-cat-file(1) `commit`). Unknown headers, such as a signature or a merge tag,
  /// are left out: they would be untrue on a picked commit. Nil where the bytes are no commit.
  public init?(parsing bytes: [UInt8]) {
    var tree: TreeID?
    var parents: [CommitID] = []
    var author: [UInt8] = []
    var committer: [UInt8] = []
    var encoding: [UInt8]?
    var position = 0
    while position < bytes.count, bytes[position] != newline {
      let end = bytes[position...].firstIndex(of: newline) ?? bytes.count
      let line = bytes[position..<end]
      position = min(end + 1, bytes.count)
      guard let space = line.firstIndex(of: UInt8(ascii: " ")), space > line.startIndex else { continue }
      let value = line[(space + 1)...]
      switch String(decoding: line[..<space], as: UTF8.self) {
      case "tree": tree = TreeID(hex: value)
      case "parent": if let parent = CommitID(hex: value) { parents.append(parent) }
      case "author": author = Array(value)
      case "committer": committer = Array(value)
      case "encoding": encoding = Array(value)
      default: break
      }
    }
    guard let tree, !author.isEmpty else { return nil }
    self.init(
      tree: tree, parents: parents, author: author, committer: committer, encoding: encoding,
      message: position < bytes.count ? Array(bytes[(position + 1)...]) : [])
  }

  /// The content of the commit object.
  public var serialized: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(contentsOf: "tree \(tree.hex)\n".utf8)
    for parent in parents { bytes.append(contentsOf: "parent \(parent.hex)\n".utf8) }
    bytes.append(contentsOf: "author ".utf8)
    bytes.append(contentsOf: author)
    bytes.append(contentsOf: "\ncommitter ".utf8)
    bytes.append(contentsOf: committer)
    if let encoding {
      bytes.append(contentsOf: "\nencoding ".utf8)
      bytes.append(contentsOf: encoding)
    }
    bytes.append(contentsOf: "\n\n".utf8)
    bytes.append(contentsOf: message)
    return bytes
  }

  /// The first line of the message, for people.
  public var subject: String {
    String(decoding: message.prefix { $0 != newline }, as: UTF8.self)
  }
}

private let newline = UInt8(ascii: "\n")
