import Platform

/// Where a link on a page leads: a place on the page itself, or a file on this machine. There is no way to write one to the network.
struct PageLink: Sendable, Equatable {
  /// As it stands in `href`: percent-encoded.
  let text: String

  /// A place on the page, by the id of its element.
  static func place(_ id: String) -> PageLink { PageLink(text: "#" + encoded(id)) }

  /// A file, relative to the folder of the page, so that both can be moved together.
  static func file(_ file: FilePath, from page: FilePath) -> PageLink {
    let folder = Array(page.removingLastComponent().components)
    let target = Array(file.components)
    var shared = 0
    while shared < folder.count, shared < target.count - 1, folder[shared] == target[shared] { shared += 1 }
    let up = [String](repeating: "..", count: folder.count - shared)
    // A first part with a colon would be read as a scheme, and none may be empty: `./` keeps it a path.
    let down = target[shared...].map { encoded($0.string) }
    return PageLink(text: (up.isEmpty ? ["."] : up).joined(separator: "/") + "/" + down.joined(separator: "/"))
  }

  private static func encoded(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
        encoded.unicodeScalars.append(UnicodeScalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        encoded += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return encoded
  }
}
