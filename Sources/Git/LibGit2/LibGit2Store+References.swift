internal import CLibGit2
import Platform

/// References by libgit2's transactions: the reference is locked first (`<name>.lock`, as git does it), then looked at, then
/// written, so the comparison cannot be raced, not even for "must not exist", which `git_reference_create` checks too early.
extension LibGit2Store {
  public func resolve(_ reference: RefName) throws(GitError) -> CommitID? {
    guard let target = try target(of: reference.rawValue) else { return nil }
    var oid = try target.oid
    let object = try missing(target) { () throws(GitError) in
      try Handle("git_object_lookup", free: git_object_free) { git_object_lookup(&$0, repository.raw, &oid, GIT_OBJECT_ANY) }
    }
    let commit = try Handle("git_object_peel", free: git_object_free) { git_object_peel(&$0, object.raw, GIT_OBJECT_COMMIT) }
    return git_object_id(commit.raw).map { CommitID($0) }
  }

  public func references(startingWith prefix: String) throws(GitError) -> [(name: RefName, commit: CommitID)] {
    let iterator = try Handle("git_reference_iterator_glob_new", free: git_reference_iterator_free) {
      git_reference_iterator_glob_new(&$0, repository.raw, prefix + "*")
    }
    var names: [RefName] = []
    var name: UnsafePointer<CChar>?
    while true {
      let code = git_reference_next_name(&name, iterator.raw)
      if code == GIT_ITEROVER.rawValue { break }
      guard code >= 0 else { throw libraryError("git_reference_next_name", code) }
      if let name { names.append(RefName(String(cString: name))) }
    }
    var found: [(name: RefName, commit: CommitID)] = []
    for name in names.sorted() {
      // One that vanished meanwhile, or names no commit, is not worth failing for.
      if let commit = try? resolve(name) { found.append((name, commit)) }
    }
    return found
  }

  public func update(
    _ reference: RefName, from expected: ExpectedReference, to new: CommitID?, reason: String
  ) async throws(GitError) {
    try await patiently(for: lockPatience) { () throws(GitError) in
      try self.swap(reference, from: expected, to: new, reason: reason)
    }
  }

  private func swap(_ reference: RefName, from expected: ExpectedReference, to new: CommitID?, reason: String) throws(GitError) {
    let name = try followed(reference.rawValue)
    let transaction = try Handle("git_transaction_new", free: git_transaction_free) { git_transaction_new(&$0, repository.raw) }
    do throws(GitError) {
      try call("git_transaction_lock_ref") { git_transaction_lock_ref(transaction.raw, name) }
    } catch {
      if error.isLibrary(GIT_ELOCKED) { throw .lockedReference(reference) }
      try requireFreeName(name)
      throw error
    }
    let current = try target(of: name)
    switch expected {
    case .anything: break
    case .absent: if current != nil { throw .staleReference(reference) }
    case .commit(let commit): if current != commit.of() { throw .staleReference(reference) }
    }
    if let new {
      if current == nil { try requireFreeName(name) }
      var oid = try new.oid
      try call("git_transaction_set_target") { git_transaction_set_target(transaction.raw, name, &oid, nil, reason) }
    } else {
      if current == nil { return }
      try removePacked(name, of: reference)
      try call("git_reflog_delete") { git_reflog_delete(repository.raw, name) }
      try call("git_transaction_remove") { git_transaction_remove(transaction.raw, name) }
    }
    try call("git_transaction_commit") { git_transaction_commit(transaction.raw) }
  }

  private func removePacked(_ name: String, of reference: RefName) throws(GitError) {
    do throws(Errno) { try PackedReferences.remove(name, from: gitFolder) } catch {
      if error == .fileExists { throw .lockedReference(reference) }
      throw .fileSystem(path: gitFolder.appending("packed-refs").string, reason: "\(error)")
    }
  }

  /// What a reference names in the end, be it a commit or a tag; nil where it, or the one it stands for, is not there.
  private func target(of name: String) throws(GitError) -> AnyObjectID? {
    var oid = git_oid()
    do throws(GitError) {
      try call("git_reference_name_to_id") { git_reference_name_to_id(&oid, repository.raw, name) }
    } catch {
      if error.isLibrary(GIT_ENOTFOUND) { return nil }
      throw error
    }
    return AnyObjectID(oid)
  }

  /// The reference that a symbolic one stands for, which need not exist yet; any other is itself.
  private func followed(_ name: String) throws(GitError) -> String {
    var name = name
    // As many steps as git itself takes (SYMREF_MAXDEPTH).
    for _ in 0..<5 {
      let next: String?
      do throws(GitError) {
        let found = try Handle("git_reference_lookup", free: git_reference_free) { git_reference_lookup(&$0, repository.raw, name) }
        next = git_reference_symbolic_target(found.raw).map { String(cString: $0) }
      } catch {
        if error.isLibrary(GIT_ENOTFOUND) { return name }
        throw error
      }
      guard let next else { return name }
      name = next
    }
    return name
  }

  /// libgit2 looks for names in the way among loose references only, where the file system tells it.
  private func requireFreeName(_ name: String) throws(GitError) {
    let parts = name.split(separator: "/")
    for count in stride(from: parts.count - 1, to: 1, by: -1) {
      let folder = parts[..<count].joined(separator: "/")
      if try target(of: folder) != nil { throw .referenceInTheWay(RefName(name), by: RefName(folder)) }
    }
    if let other = try references(startingWith: name + "/").first { throw .referenceInTheWay(RefName(name), by: other.name) }
  }
}

/// Runs `body` again while it throws `.lockedReference`, with pauses that grow and differ, until `patience` has run out.
///
/// A cancelled task still gets its pauses: what is being written is as a rule the end of something that must not be left half-done.
func patiently(for patience: Duration, _ body: () async throws(GitError) -> Void) async throws(GitError) {
  let clock = ContinuousClock()
  let end = clock.now + patience
  var pause = 2.0
  while true {
    do throws(GitError) { return try await body() } catch {
      guard case .lockedReference = error, clock.now < end else { throw error }
    }
    let milliseconds = Double.random(in: pause / 2...pause)
    await Task.detached { try? await Task.sleep(for: .milliseconds(milliseconds)) }.value
    pause = min(pause * 1.5, 200)
  }
}
