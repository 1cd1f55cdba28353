/// The bytes of a pack of whole objects (gitformat-pack(5)), not compressed: trees hardly can be, and the time is a landing's.
/// `git gc` packs them tighter some day.
struct PackBytes {
  private var bytes: [UInt8]

  init(count: Int) {
    bytes = Array("PACK".utf8)
    bytes += [0, 0, 0, 2]
    appendBigEndian(UInt32(count))
  }

  /// - Parameter type: 1 commit, 2 tree, 3 blob.
  mutating func append(_ content: [UInt8], type: UInt8) {
    var size = content.count
    var byte = type << 4 | UInt8(size & 0x0F)
    size >>= 4
    while size > 0 {
      bytes.append(byte | 0x80)
      byte = UInt8(size & 0x7F)
      size >>= 7
    }
    bytes.append(byte)
    appendStored(content)
  }

  /// With the checksum at the end.
  consuming func finished() -> [UInt8] {
    bytes += SHA1.digest(of: bytes)
    return bytes
  }

  /// A zlib stream of stored blocks (RFC 1950, RFC 1951 3.2.4).
  private mutating func appendStored(_ content: [UInt8]) {
    bytes += [0x78, 0x01]
    var start = 0
    repeat {
      let end = min(start + 0xFFFF, content.count)
      let length = UInt16(end - start)
      bytes.append(end == content.count ? 1 : 0)
      bytes += [UInt8(truncatingIfNeeded: length), UInt8(length >> 8), UInt8(truncatingIfNeeded: ~length), UInt8(~length >> 8)]
      bytes += content[start..<end]
      start = end
    } while start < content.count
    appendBigEndian(Self.adler32(content))
  }

  private mutating func appendBigEndian(_ number: UInt32) {
    withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
  }

  static func adler32(_ content: [UInt8]) -> UInt32 {
    var a: UInt32 = 1
    var b: UInt32 = 0
    content.withUnsafeBufferPointer { content in
      var position = 0
      while position < content.count {
        // So many bytes fit before the sums must be reduced.
        let end = min(position + 5552, content.count)
        while position < end {
          a &+= UInt32(content[position])
          b &+= a
          position += 1
        }
        a %= 65521
        b %= 65521
      }
    }
    return b << 16 | a
  }
}
