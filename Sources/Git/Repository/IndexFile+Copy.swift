import Platform

extension IndexFile {
  /// This index for another work tree that holds the same files: every entry gets the times and the place of its file there, as if git
  /// had looked at it. Extensions stay; of what they say about this work tree git finds out by itself that it does not hold.
  ///
  /// - Parameter status: what `lstat` says of the file there; nil makes git look into it.
  /// - Returns: nil where not all entries are here, or the checksum is not SHA-1.
  public func copied(_ status: (Entry) -> FileStatus?) -> [UInt8]? {
    guard isWhole, hashSize == 20 else { return nil }
    var copy = bytes
    _ = scan { name, raw in
      func put(_ value: UInt32, _ offset: Int) {
        for index in 0..<4 { copy[raw.start + offset + index] = UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32(index))) }
      }
      let status = status(entry(name, raw))
      // Mode, flags and name are the content's and stay.
      put(status?.changedAt.seconds ?? 0, 0)
      put(status?.changedAt.nanoseconds ?? 0, 4)
      put(status?.modifiedAt.seconds ?? 0, 8)
      put(status?.modifiedAt.nanoseconds ?? 0, 12)
      put(UInt32(truncatingIfNeeded: status?.device ?? 0), 16)
      put(UInt32(truncatingIfNeeded: status?.inode ?? 0), 20)
      put(status?.ownerID ?? 0, 28)
      put(status?.groupID ?? 0, 32)
      put(UInt32(truncatingIfNeeded: status?.size ?? 0), 36)
    }
    copy.replaceSubrange((copy.count - 20)..., with: SHA1.digest(of: Array(copy.dropLast(20))))
    return copy
  }
}
