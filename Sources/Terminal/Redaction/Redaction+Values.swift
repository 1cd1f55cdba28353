extension Redaction {
  /// Where the value stands that belongs to a name, if the name means a secret and the value looks like one.
  func value(after end: Int, named word: ArraySlice<UInt8>) -> Range<Int>? {
    let name = word.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    if name.elementsEqual("bearer".utf8) { return token(behindBlanksAt: end, atLeast: 16) }
    let isHeader = name.elementsEqual("authorization".utf8)
    guard isHeader || SecretName.isOne(name) else { return nil }
    var place = end
    // "password": in JSON.
    if place < bytes.count, "\"'`".utf8.contains(bytes[place]) { place += 1 }
    let gap = place
    place = skippingBlanks(place)
    guard place < bytes.count, "=:".utf8.contains(bytes[place]) else { return nil }
    let isAssignment = bytes[place] == UInt8(ascii: "=") && place == gap
    place += 1
    let value = skippingBlanks(place)
    guard value < bytes.count else { return nil }
    if isHeader { return header(from: value) }
    if "\"'".utf8.contains(bytes[value]) { return quoted(from: value) }
    return bare(from: value, isAssignment: isAssignment && value == place)
  }

  /// `Basic dXNlcjpwYXNz`, `token abc...`, or only what stands behind such a word.
  private func header(from start: Int) -> Range<Int>? {
    guard let first = token(from: start, atLeast: 1) else { return nil }
    return token(behindBlanksAt: first.upperBound, atLeast: 8) ?? (first.count >= 12 ? first : nil)
  }

  /// What stands in quotes, unless it is a placeholder or prose.
  private func quoted(from quote: Int) -> Range<Int>? {
    let start = quote + 1
    guard start < bytes.count, !bytes[start].beginsPlaceholder else { return nil }
    var end = start
    while end < bytes.count, bytes[end] != bytes[quote] {
      if bytes[end].isBlank || bytes[end] == newline { return nil }
      end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
    }
    end = min(end, bytes.count)
    return end - start >= 4 ? start..<end : nil
  }

  /// A value without quotes. As a shell or an `.env` file has it (`NAME=value`) it may be anything; elsewhere it must look like no word and
  /// no program text.
  private func bare(from start: Int, isAssignment: Bool) -> Range<Int>? {
    if bytes[start].beginsPlaceholder { return nil }
    // What is refused here may be looked at again from each name in it, so the beginning decides.
    let beginning = bytes[start...].prefix(512).prefix { $0.isOfBareValue }
    if beginning.endIndex < bytes.count, "(<[{".utf8.contains(bytes[beginning.endIndex]) { return nil }
    let isRandom = beginning.count >= 8 && beginning.contains(where: \.isDigit) && beginning.contains(where: \.isLetter)
    let isSecret = isAssignment ? beginning.count >= 4 : isRandom && !beginning.contains(UInt8(ascii: "."))
    return isSecret ? start..<(start + bytes[start...].prefix { $0.isOfBareValue }.count) : nil
  }

  private func token(behindBlanksAt end: Int, atLeast length: Int) -> Range<Int>? {
    let start = skippingBlanks(end)
    return start > end ? token(from: start, atLeast: length) : nil
  }

  /// A run of characters that tokens are made of.
  private func token(from start: Int, atLeast length: Int) -> Range<Int>? {
    var end = start
    while end < bytes.count, bytes[end].isWord || "._~+/=".utf8.contains(bytes[end]) { end += 1 }
    return end - start >= length ? start..<end : nil
  }

  private func skippingBlanks(_ place: Int) -> Int {
    var place = place
    while place < bytes.count, bytes[place].isBlank { place += 1 }
    return place
  }
}

/// Names beside which a secret stands.
private enum SecretName {
  private static let endings = [
    "password", "passwd", "passphrase", "secret", "token", "apikey", "api_key", "api-key", "accesskey", "access_key", "access-key",
    "secretkey", "secret_key", "secret-key", "privatekey", "private_key", "private-key", "credential", "credentials", "encryption_key",
    "signing_key", "client_secret", "auth_key",
  ]

  /// - Parameter name: in lower case. `max_tokens` and `tokenizer` mean no secret, `GITHUB_TOKEN` and `dbPassword` do.
  static func isOne(_ name: [UInt8]) -> Bool {
    if name.elementsEqual("pwd".utf8) || name.elementsEqual("pass".utf8) { return true }
    return endings.contains { name.count >= $0.utf8.count && name.suffix($0.utf8.count).elementsEqual($0.utf8) }
  }
}

extension UInt8 {
  fileprivate var isOfBareValue: Bool { self > 0x20 && !"\"',;()<>{}[]`\\".utf8.contains(self) }

  /// `$HOME`, `${TOKEN}`, `{{ token }}`, `<token>`, `%s`, `***`, and what was taken out already.
  fileprivate var beginsPlaceholder: Bool { "$<{%[*".utf8.contains(self) }
}
