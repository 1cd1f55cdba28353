/// SHA-1 (RFC 3174), for the checksums at the end of a pack and of its index: libgit2 hashes objects only.
enum SHA1 {
  static func digest(of message: [UInt8]) -> [UInt8] {
    var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
    var words = [UInt32](repeating: 0, count: 80)
    let whole = message.count / 64 * 64
    var rest = Array(message[whole...]) + [0x80]
    while rest.count % 64 != 56 { rest.append(0) }
    withUnsafeBytes(of: UInt64(message.count * 8).bigEndian) { rest += $0 }
    state.withUnsafeMutableBufferPointer { state in
      words.withUnsafeMutableBufferPointer { words in
        message.withUnsafeBufferPointer { bytes in
          for block in stride(from: 0, to: whole, by: 64) { mix(bytes, block, &state, &words) }
        }
        rest.withUnsafeBufferPointer { bytes in
          for block in stride(from: 0, to: rest.count, by: 64) { mix(bytes, block, &state, &words) }
        }
      }
    }
    return state.flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
  }

  private static func mix(
    _ bytes: UnsafeBufferPointer<UInt8>, _ block: Int, _ state: inout UnsafeMutableBufferPointer<UInt32>,
    _ words: inout UnsafeMutableBufferPointer<UInt32>
  ) {
    let raw = UnsafeRawBufferPointer(bytes)
    for index in 0..<16 { words[index] = UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: block + index * 4, as: UInt32.self)) }
    for index in 16..<80 { words[index] = rotated(words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16], 1) }
    var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
    @inline(__always) func step(_ f: UInt32, _ constant: UInt32, _ word: UInt32) {
      let next = rotated(a, 5) &+ f &+ e &+ constant &+ word
      (e, d, c, b, a) = (d, c, rotated(b, 30), a, next)
    }
    // A loop for each of the four rounds, so that none has to ask which one it is.
    for index in 0..<20 { step(b & c | ~b & d, 0x5A82_7999, words[index]) }
    for index in 20..<40 { step(b ^ c ^ d, 0x6ED9_EBA1, words[index]) }
    for index in 40..<60 { step(b & c | b & d | c & d, 0x8F1B_BCDC, words[index]) }
    for index in 60..<80 { step(b ^ c ^ d, 0xCA62_C1D6, words[index]) }
    state[0] &+= a
    state[1] &+= b
    state[2] &+= c
    state[3] &+= d
    state[4] &+= e
  }

  @inline(__always)
  private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word << count | word >> (32 - count) }
}
