extension TicketID {
  /// The id as it may stand in a message: control characters are escaped, and quotes stand around an id that could not be told from the
  /// words beside it. For people only; everything else takes `rawValue`.
  public var displayed: String {
    let isPlain =
      !rawValue.isEmpty
      && rawValue.unicodeScalars.allSatisfy { scalar in
        scalar.isASCII ? 0x21...0x7E ~= scalar.value : !scalar.properties.isWhitespace && !Self.isControl(scalar)
      }
    if isPlain { return rawValue }
    var text = "'"
    for scalar in rawValue.unicodeScalars {
      if Self.isControl(scalar) {
        text += scalar.escaped(asASCII: true)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text + "'"
  }

  /// Whether a character is a control character (Unicode's category Cc): one that moves a terminal's cursor instead of showing itself.
  public static func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x20 || 0x7F...0x9F ~= scalar.value }
}
