import Platform

/// The bytes of a tree object, put together from its entries.
///
/// Git's order, which its readers rely on: names compare as bytes, a folder's as if it ended in a slash.
struct TreeContent {
  private(set) var bytes: [UInt8] = []

  /// Takes the entries in any order.
  init(_ entries: [(name: [UInt8], entry: TreeEntry)]) {
    let sorted = entries.sorted { a, b in
      a.name.withUnsafeBytes { x in b.name.withUnsafeBytes { Self.sortsBefore(x, a.entry.mode.isTree, $0, b.entry.mode.isTree) } }
    }
    for (name, entry) in sorted {
      bytes.append(contentsOf: Self.octal(entry.mode.rawValue))
      bytes.append(contentsOf: name)
      bytes.append(0)
      bytes.append(contentsOf: entry.id.bytes)
    }
  }

  /// The mode and the space after it. Trees, unlike listings, have no leading zero.
  static func octal(_ mode: UInt32) -> String.UTF8View {
    switch mode {
    case FileMode.file.rawValue: "100644 ".utf8
    case FileMode.tree.rawValue: "40000 ".utf8
    default: (String(mode, radix: 8) + " ").utf8
    }
  }

  static func sortsBefore(_ a: UnsafeRawBufferPointer, _ aIsTree: Bool, _ b: UnsafeRawBufferPointer, _ bIsTree: Bool) -> Bool {
    let shared = min(a.count, b.count)
    if let x = a.baseAddress, let y = b.baseAddress {
      let order = memcmp(x, y, shared)
      if order != 0 { return order < 0 }
    }
    func next(_ name: UnsafeRawBufferPointer, _ isTree: Bool) -> UInt8 {
      shared < name.count ? name[shared] : isTree ? UInt8(ascii: "/") : 0
    }
    return next(a, aIsTree) < next(b, bIsTree)
  }
}

extension ObjectID {
  /// The id in binary, as tree objects hold it.
  var bytes: [UInt8] {
    func value(_ digit: UInt8) -> UInt8 { digit < 0x3a ? digit - 0x30 : digit - 0x57 }
    let digits = Array(hex.utf8)
    return stride(from: 0, to: digits.count - 1, by: 2).map { value(digits[$0]) << 4 | value(digits[$0 + 1]) }
  }
}
