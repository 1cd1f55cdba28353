extension GitCommandStore {
  public func resolve(_ reference: RefName) async throws(GitError) -> CommitID? {
    let named = try await git.run("rev-parse", "--verify", "--quiet", "--end-of-options", reference.rawValue, accepting: [0, 1])
    guard named.status == 0, let id = AnyObjectID(hex: named.text) else { return nil }
    let output = try await git.run("rev-parse", "--verify", "--quiet", "\(id.hex)^{commit}", accepting: [0, 1, 128])
    guard output.status == 0, let commit = CommitID(hex: output.text) else { throw .missingObject(id.hex) }
    try await requireCommit(commit)
    return commit
  }

  public func references(startingWith prefix: String) async throws(GitError) -> [(name: RefName, commit: CommitID)] {
    // for-each-ref matches whole folders; what the last one's names begin with is looked at here.
    let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? "refs/"
    let output = try await git.run("for-each-ref", "--format=%(refname)%00%(objecttype)%00%(objectname)", folder)
    var found: [(name: RefName, commit: CommitID)] = []
    for line in output.lines {
      let words = line.split(separator: "\0")
      guard words.count == 3, words[0].hasPrefix(prefix) else { continue }
      let name = RefName(String(words[0]))
      if words[1] == "commit", let commit = CommitID(hex: words[2]) {
        found.append((name, commit))
      } else if words[1] == "tag", let commit = try? await resolve(name) {
        found.append((name, commit))
      }
    }
    return found.sorted { $0.name < $1.name }
  }

  public func update(
    _ reference: RefName, from expected: ExpectedReference, to new: CommitID?, reason: String
  ) async throws(GitError) {
    try await patiently(for: lockPatience) { () async throws(GitError) in
      try await self.swap(reference, from: expected, to: new, reason: reason)
    }
  }

  private func swap(_ reference: RefName, from expected: ExpectedReference, to new: CommitID?, reason: String) async throws(GitError) {
    guard let command = try await command(reference, from: expected, to: new) else { return }
    do throws(GitError) {
      try await durable.run("update-ref", "-m", reason, "--stdin", "-z", input: command)
    } catch .commandFailed(let arguments, let status, let message) {
      throw Self.reading(message, about: reference) ?? .commandFailed(arguments: arguments, status: status, message: message)
    }
  }

  /// One line of `git update-ref --stdin -z`; nil where nothing is to be done.
  private func command(_ reference: RefName, from expected: ExpectedReference, to new: CommitID?) async throws(GitError) -> [UInt8]? {
    let name = reference.rawValue
    switch (expected, new) {
    case (.anything, let new?): return Array("update \(name)\0\(new)\0\0".utf8)
    case (.absent, let new?): return Array("create \(name)\0\(new)\0".utf8)
    case (.commit(let old), let new?): return Array("update \(name)\0\(new)\0\(old)\0".utf8)
    case (.commit(let old), nil): return Array("delete \(name)\0\(old)\0".utf8)
    case (.anything, nil): return try await isThere(name) ? Array("delete \(name)\0\0".utf8) : nil
    case (.absent, nil):
      if try await isThere(name) { throw .staleReference(reference) }
      return nil
    }
  }

  private func isThere(_ name: String) async throws(GitError) -> Bool {
    try await git.run("rev-parse", "--verify", "--quiet", "--end-of-options", name, accepting: [0, 1]).status == 0
  }

  /// What git says of a reference that it could not move (refs/files-backend.c and refs/reftable-backend.c, in the C locale).
  private static func reading(_ message: String, about reference: RefName) -> GitError? {
    let inTheWay = message.split(separator: "'").map(String.init)
    if message.contains("' exists; cannot create '"), let at = inTheWay.firstIndex(of: " exists; cannot create "), at > 0 {
      return .referenceInTheWay(reference, by: RefName(inTheWay[at - 1]))
    }
    if message.contains(".lock': File exists") || message.contains("cannot lock references") || message.contains("data is locked") {
      return .lockedReference(reference)
    }
    let stale = ["but expected", "reference already exists", "unable to resolve reference", "reference is missing"]
    return stale.contains { message.contains($0) } ? .staleReference(reference) : nil
  }
}
