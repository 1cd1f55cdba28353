import Git

/// One line of what git writes to a pre-push hook's standard input (githooks(5)): which object goes to which reference of the remote.
public struct PushLine: Sendable, Equatable {
  /// What was typed, as git understood it: mostly a full reference name, but also `HEAD`, `main~2`, an id or `:/words of a message`.
  public let localName: String
  /// What is pushed; nil where the remote's reference is deleted.
  public let local: AnyObjectID?
  public let remoteName: RefName
  /// What the remote has now, as far as git knows; nil where it has none. The object need not be here.
  public let remote: AnyObjectID?

  public init(localName: String, local: AnyObjectID?, remoteName: RefName, remote: AnyObjectID?) {
    self.localName = localName
    self.local = local
    self.remoteName = remoteName
    self.remote = remote
  }

  public var isDeletion: Bool { local == nil }

  /// Reads `<local ref> SP <local id> SP <remote ref> SP <remote id>`, without the line end.
  ///
  /// It is split from the right, because the first field may hold blanks. An id of nothing but zeros, in either length, means "none".
  /// Nil for anything that git does not write. Total: any bytes may be given.
  public static func parse(_ line: some Collection<UInt8>) -> PushLine? {
    var fields: [ArraySlice<UInt8>] = []
    var rest = Array(line)[...]
    for _ in 0..<3 {
      guard let cut = rest.lastIndex(of: UInt8(ascii: " ")) else { return nil }
      fields.append(rest[(cut + 1)...])
      rest = rest[..<cut]
    }
    guard !rest.isEmpty, !fields[1].isEmpty, let remote = AnyObjectID(hex: fields[0]), let local = AnyObjectID(hex: fields[2]),
      local.hex.utf8.count == remote.hex.utf8.count
    else { return nil }
    return PushLine(
      localName: String(decoding: rest, as: UTF8.self), local: local.isZero ? nil : local,
      remoteName: RefName(String(decoding: fields[1], as: UTF8.self)), remote: remote.isZero ? nil : remote)
  }

  /// Reads all of the hook's standard input.
  ///
  /// - Returns: the lines that git wrote, and how many others there were; blank lines are neither.
  public static func parseAll(_ input: [UInt8]) -> (lines: [PushLine], unreadable: Int) {
    var lines: [PushLine] = []
    var unreadable = 0
    for text in input.split(separator: UInt8(ascii: "\n")) {
      if let line = parse(text) { lines.append(line) } else { unreadable += 1 }
    }
    return (lines, unreadable)
  }
}
