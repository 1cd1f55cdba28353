/// The form of one kind of key: how it begins, and what follows.
struct KeyForm {
  enum Alphabet {
    case upper, alphanumeric, word

    func contains(_ byte: UInt8) -> Bool {
      switch self {
      case .upper: byte.isDigit || (0x41...0x5A).contains(byte)
      case .alphanumeric: byte.isDigit || byte.isLetter
      case .word: byte.isWord
      }
    }
  }

  let prefix: String
  let alphabet: Alphabet
  /// How many characters follow at least.
  let shortest: Int
  /// Whether there are no more than that.
  var isExact = false

  /// From the pages on which the services describe their keys.
  private static let all: [KeyForm] = [
    // AWS access key ids: long-term, temporary, service, context.
    KeyForm(prefix: "AKIA", alphabet: .upper, shortest: 16, isExact: true),
    KeyForm(prefix: "ASIA", alphabet: .upper, shortest: 16, isExact: true),
    KeyForm(prefix: "ABIA", alphabet: .upper, shortest: 16, isExact: true),
    KeyForm(prefix: "ACCA", alphabet: .upper, shortest: 16, isExact: true),
    // GitHub: personal, OAuth, user, server, refresh, fine-grained; GitLab.
    KeyForm(prefix: "ghp_", alphabet: .alphanumeric, shortest: 30), KeyForm(prefix: "gho_", alphabet: .alphanumeric, shortest: 30),
    KeyForm(prefix: "ghu_", alphabet: .alphanumeric, shortest: 30), KeyForm(prefix: "ghs_", alphabet: .alphanumeric, shortest: 30),
    KeyForm(prefix: "ghr_", alphabet: .alphanumeric, shortest: 30), KeyForm(prefix: "github_pat_", alphabet: .word, shortest: 22),
    KeyForm(prefix: "glpat-", alphabet: .word, shortest: 20),
    // Anthropic, OpenAI (also `sk-proj-`, `sk-svcacct-`) and those who took over the form.
    KeyForm(prefix: "sk-ant-", alphabet: .word, shortest: 16), KeyForm(prefix: "sk-", alphabet: .word, shortest: 20),
    // Slack.
    KeyForm(prefix: "xoxb-", alphabet: .word, shortest: 10), KeyForm(prefix: "xoxp-", alphabet: .word, shortest: 10),
    KeyForm(prefix: "xoxa-", alphabet: .word, shortest: 10), KeyForm(prefix: "xoxr-", alphabet: .word, shortest: 10),
    KeyForm(prefix: "xoxs-", alphabet: .word, shortest: 10), KeyForm(prefix: "xoxe-", alphabet: .word, shortest: 10),
    KeyForm(prefix: "xoxc-", alphabet: .word, shortest: 10), KeyForm(prefix: "xoxd-", alphabet: .word, shortest: 10),
    KeyForm(prefix: "xapp-", alphabet: .word, shortest: 10),
    // Google, Stripe, npm, PyPI, Hugging Face.
    KeyForm(prefix: "AIza", alphabet: .word, shortest: 35, isExact: true), KeyForm(prefix: "GOCSPX-", alphabet: .word, shortest: 20),
    KeyForm(prefix: "sk_live_", alphabet: .alphanumeric, shortest: 16), KeyForm(prefix: "rk_live_", alphabet: .alphanumeric, shortest: 16),
    KeyForm(prefix: "sk_test_", alphabet: .alphanumeric, shortest: 16), KeyForm(prefix: "rk_test_", alphabet: .alphanumeric, shortest: 16),
    KeyForm(prefix: "npm_", alphabet: .alphanumeric, shortest: 36), KeyForm(prefix: "pypi-", alphabet: .word, shortest: 50),
    KeyForm(prefix: "hf_", alphabet: .alphanumeric, shortest: 30),
  ]

  /// Where a key ends that begins where this word does; nil where the word is none.
  static func end(of bytes: [UInt8], from start: Int, word: Range<Int>) -> Int? {
    // `eyJ...` is what `{"` becomes: a JSON web token has two or three of these parts with dots between, SendGrid's keys look alike.
    if has(bytes, "eyJ", in: word), word.count >= 10, let end = dotted(bytes, after: word, atLeast: 1) { return end }
    if has(bytes, "SG", in: word), word.count == 2, let end = dotted(bytes, after: word, atLeast: 2) { return end }
    for form in all where has(bytes, form.prefix, in: word) {
      let rest = bytes[(word.lowerBound + form.prefix.utf8.count)..<word.upperBound]
      let length = rest.prefix { form.alphabet.contains($0) }.count
      if form.isExact ? length == form.shortest && length == rest.count : length >= form.shortest && form.isRandom(rest.prefix(length)) {
        return rest.startIndex + length
      }
    }
    return nil
  }

  /// A long name in kebab case has the letters of a key, but not its digits.
  private func isRandom(_ rest: ArraySlice<UInt8>) -> Bool {
    rest.contains(where: \.isDigit) && rest.contains(where: \.isLetter)
  }

  private static func has(_ bytes: [UInt8], _ prefix: String, in word: Range<Int>) -> Bool {
    word.count >= prefix.utf8.count && bytes[word].starts(with: prefix.utf8)
  }

  /// Where the parts end that follow the first one, each behind a dot and at least ten characters long.
  private static func dotted(_ bytes: [UInt8], after word: Range<Int>, atLeast parts: Int) -> Int? {
    var end = word.upperBound
    var found = 0
    while end < bytes.count, bytes[end] == UInt8(ascii: ".") {
      let part = bytes[(end + 1)...].prefix(while: \.isWord)
      if part.count < 10 { break }
      end = part.endIndex
      found += 1
    }
    return found >= parts ? end : nil
  }
}
