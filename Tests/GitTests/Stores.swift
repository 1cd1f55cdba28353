import Git
import Platform
import Support

/// The two ways to a repository; every test that takes one runs on both.
enum StoreKind: CaseIterable, Sendable {
  case libgit2, git
}

extension Scenario {
  var command: GitCommand { GitCommand(inFolder: path, environment: .git(from: environment)).on(gitFolder: gitFolder) }

  var gitFolder: FilePath {
    let folder = path.appending(".git")
    return (try? FileStatus.of(folder)) == nil ? path : folder
  }

  func store(_ kind: StoreKind) throws -> any ObjectStore {
    switch kind {
    case .libgit2: try LibGit2Store(gitFolder: gitFolder)
    case .git: GitCommandStore(git: command, format: .sha1)
    }
  }

  func commitID(_ revision: String) async throws -> CommitID { try await known(CommitID(hex: id(of: revision))) }

  func treeID(_ revision: String) async throws -> TreeID { try await known(TreeID(hex: id(of: revision + "^{tree}"))) }

  func blobID(_ revision: String) async throws -> BlobID { try await known(BlobID(hex: id(of: revision))) }

  func known<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Failure(description: "git printed no id") }
    return value
  }
}

extension TreePath: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(value) }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// An id that no object has.
let nowhere = "0123456789012345678901234567890123456789"
