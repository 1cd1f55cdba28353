extension StringProtocol {
  /// The text as it may be written to a terminal, whoever wrote it.
  ///
  /// Titles, worker output and file contents come from agents and repositories. A control character in them could move the cursor, retitle
  /// the window or paste commands, and a bidirectional override could make a line read as another one. Each is shown as `\u{1B}` instead.
  ///
  /// - Parameter keepingTabs: for lines of code, where a tab is what it looks like.
  public func harmless(keepingTabs: Bool = false) -> String {
    if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return String(self) }
    var text = ""
    for scalar in unicodeScalars {
      if scalar.deceives, !(keepingTabs && scalar == "\t") {
        text += scalar.escaped(asASCII: true)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// The first `length` characters, with an ellipsis where something was cut off.
  public func clipped(to length: Int) -> String {
    guard let end = index(startIndex, offsetBy: length, limitedBy: endIndex), end < endIndex else { return String(self) }
    return self[..<index(before: end)] + "…"
  }

  /// The text with spaces after it, up to `width` characters.
  public func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }

  /// The text with spaces before it, up to `width` characters.
  public func aligned(to width: Int) -> String { String(repeating: " ", count: Swift.max(0, width - count)) + self }
}

extension Unicode.Scalar {
  /// Whether a terminal would act on this character, or let it change how others read, rather than show it.
  fileprivate var deceives: Bool {
    switch value {
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true  // which way text runs
    case 0x2028, 0x2029, 0xFEFF, 0xE0000...0xE007F: true  // line ends and characters nobody sees
    default: properties.generalCategory == .control
    }
  }
}
