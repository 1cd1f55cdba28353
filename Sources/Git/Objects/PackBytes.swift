/// The bytes of a pack of whole objects and of its index (gitformat-pack(5)), not compressed: trees hardly can be, and the time is a
/// landing's. `git gc` packs them tighter some day.
///
/// Its objects hold less than 2 GB together: offsets in the index are of four bytes. libgit2 makes an index too, but unpacks and hashes again
/// for it what has just been hashed and packed.
struct PackBytes {
  private var bytes: [UInt8]
  private var entries: [Entry] = []

  private struct Entry {
    let id: [UInt8]
    let offset: UInt32
    let checksum: UInt32
  }

  init(count: Int) {
    bytes = Array("PACK".utf8)
    bytes += [0, 0, 0, 2]
    bytes.append(bigEndian: UInt32(count))
    entries.reserveCapacity(count)
  }

  /// - Parameters:
  ///   - type: 1 commit, 2 tree, 3 blob.
  ///   - id: of 20 bytes.
  mutating func append(_ content: [UInt8], type: UInt8, id: [UInt8]) {
    let start = bytes.count
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
    entries.append(Entry(id: id, offset: UInt32(start), checksum: CRC32.checksum(of: bytes[start...])))
  }

  /// The pack with the checksum at its end, its index (version 2), and that checksum.
  consuming func finished() -> (pack: [UInt8], index: [UInt8], checksum: [UInt8]) {
    let checksum = SHA1.digest(of: bytes)
    bytes += checksum
    entries.sort { $0.id.lexicographicallyPrecedes($1.id) }
    var index: [UInt8] = [0xFF, 0x74, 0x4F, 0x63, 0, 0, 0, 2]
    index.reserveCapacity(1100 + entries.count * 28)
    var place = 0
    for first in UInt8.min...UInt8.max {
      while place < entries.count, entries[place].id[0] <= first { place += 1 }
      index.append(bigEndian: UInt32(place))
    }
    for entry in entries { index += entry.id }
    for entry in entries { index.append(bigEndian: entry.checksum) }
    for entry in entries { index.append(bigEndian: entry.offset) }
    index += checksum
    index += SHA1.digest(of: index)
    return (bytes, index, checksum)
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
    bytes.append(bigEndian: Self.adler32(content))
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

extension [UInt8] {
  fileprivate mutating func append(bigEndian number: UInt32) {
    Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
  }
}

/// The checksum that the index of a pack keeps of each packed object (ISO 3309, as in zlib), four bytes at a time.
enum CRC32 {
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 4 * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
      tables[byte] = value
    }
    for place in 256..<4 * 256 { tables[place] = tables[place - 256] >> 8 ^ tables[Int(tables[place - 256] & 0xFF)] }
    return tables
  }()

  static func checksum(of bytes: ArraySlice<UInt8>) -> UInt32 {
    tables.withUnsafeBufferPointer { tables in
      bytes.withUnsafeBytes { bytes in
        var value = UInt32.max
        let whole = bytes.count & ~3
        for place in stride(from: 0, to: whole, by: 4) {
          value ^= UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
          value =
            tables[Int(value & 0xFF) + 768] ^ tables[Int(value >> 8 & 0xFF) + 512] ^ tables[Int(value >> 16 & 0xFF) + 256]
            ^ tables[Int(value >> 24)]
        }
        for place in whole..<bytes.count { value = value >> 8 ^ tables[Int((value ^ UInt32(bytes[place])) & 0xFF)] }
        return ~value
      }
    }
  }
}
