internal import CLibGit2

/// The library's own life: started by the first repository that is opened (it costs 4 ms, so never for `--help`), with
/// the process-wide options set before any thread can use it. The exit of the process is its shutdown.
enum Library {
  static let start: Void = {
    git_libgit2_init()
    _ = sage_git_enable_fsync(1)
    _ = sage_git_strict_object_creation(0)
    _ = sage_git_owner_validation(0)
    // A folder of more than a hundred entries is over libgit2's own limit, and would be read, hashed and parsed again for each pick.
    _ = sage_git_cache_limit(GIT_OBJECT_TREE, 1 << 18)
    _ = sage_git_cache_size(16 << 20)
  }()
}

/// Makes one libgit2 call; a negative answer becomes a thrown `GitError.library` with libgit2's words.
///
/// `git_error_last` is thread-local, so the call and the copy of its error are this one synchronous function. The last
/// message is cleared first, because some failures set none and would show the one before.
@discardableResult
func call(_ operation: StaticString, _ body: () -> Int32) throws(GitError) -> Int32 {
  git_error_clear()
  let code = body()
  guard code < 0 else { return code }
  throw libraryError(operation, code)
}

/// The error of the call that just answered `code`; to be asked for on the same thread, with nothing in between.
func libraryError(_ operation: StaticString, _ code: Int32) -> GitError {
  let last = git_error_last()
  let message = last.flatMap { $0.pointee.message }.map { String(cString: $0) } ?? "no message"
  return .library(operation: "\(operation)", code: code, category: last?.pointee.klass ?? 0, message: message)
}

extension GitError {
  /// Whether libgit2 answered with exactly this code.
  func isLibrary(_ code: git_error_code) -> Bool {
    if case .library(_, code.rawValue, _, _) = self { return true }
    return false
  }
}

/// One thing that libgit2 allocated; freed with the value.
struct Handle: ~Copyable {
  let raw: OpaquePointer
  private let free: (OpaquePointer?) -> Void

  init(
    _ operation: StaticString, free: @escaping (OpaquePointer?) -> Void, _ open: (inout OpaquePointer?) -> Int32
  ) throws(GitError) {
    var out: OpaquePointer?
    let code = try call(operation) { open(&out) }
    guard let out else { throw .library(operation: "\(operation)", code: code, category: 0, message: "nothing returned") }
    raw = out
    self.free = free
  }

  deinit { free(raw) }
}

extension ObjectID {
  /// The id as libgit2 wants it. One of another length (SHA-256) is no object of a repository that libgit2 can open.
  var oid: git_oid {
    get throws(GitError) {
      var oid = git_oid()
      guard hex.utf8.count == 40, git_oid_fromstr(&oid, hex) == 0 else { throw .missingObject(hex) }
      return oid
    }
  }

  init(_ oid: git_oid) {
    self = withUnsafePointer(to: oid) { Self($0) }
  }

  init(_ oid: UnsafePointer<git_oid>) {
    self.init(
      trusted: String(unsafeUninitializedCapacity: 40) { buffer in
        buffer.withMemoryRebound(to: CChar.self) { _ = git_oid_fmt($0.baseAddress, oid) }
        return 40
      })
  }
}

extension Sequence<UInt8> {
  /// Calls `body` with these bytes as a C string.
  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    let characters = ContiguousArray(map { CChar(bitPattern: $0) } + [0])
    return characters.withUnsafeBufferPointer { buffer in
      // The buffer is never empty: it holds at least the zero.
      buffer.baseAddress.map(body) ?? body("")
    }
  }
}
