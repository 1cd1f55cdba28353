import Terminal
import Testing

@Suite("Secrets are taken out of what people pass on")
struct RedactionTests {
  /// Put together here, so that no scanner takes this file for a leak.
  private static let keys: [String] = {
    let body = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    let prefixes = [
      "ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "sk-ant-api03-", "sk-", "sk-proj-", "xoxb-123456789012-", "xapp-1-A0-", "sk_live_",
      "npm_",
      "hf_",
    ]
    let parts: [[String]] = [
      ["AKIA", "IOSFODNN7EXAMPLE"], ["ASIA", "IOSFODNN7EXAMPL2"], ["AIza", String(body.prefix(35))],
      ["eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxMjM0NTY3ODkwIn0", ".dozjgNryP4J3jVmNHl0w5N"],
      ["SG", ".abcdefghij1234567890", ".abcdefghij1234567890"],
    ]
    return prefixes.map { $0 + body } + parts.map { $0.joined() }
  }()

  @Test("keys of known forms, wherever they stand", arguments: keys)
  func known(key: String) {
    #expect(Redaction.redacted("the key is \(key).") == "the key is [redacted].")
    #expect(Redaction.redacted("{\"k\":\"\(key)\"}") == "{\"k\":\"[redacted]\"}")
    #expect(Redaction.redacted("line\\n\(key)\\n") == "line\\n[redacted]\\n")
    #expect(Redaction.redacted("(\(key))\n\(key)\n") == "([redacted])\n[redacted]\n")
  }

  @Test(
    "values beside names that mean a secret",
    arguments: [
      ("API_KEY=abcd1234", "API_KEY=[redacted]"), ("export GITHUB_TOKEN=hunter22 && make", "export GITHUB_TOKEN=[redacted] && make"),
      ("--password=hunter2 --verbose", "--password=[redacted] --verbose"), ("\"password\": \"hunter2\",", "\"password\": \"[redacted]\","),
      ("password = 'hunter2'", "password = '[redacted]'"), ("db_password: h8nter2secret", "db_password: [redacted]"),
      ("clientSecret: \"x9-y8-z7\"", "clientSecret: \"[redacted]\""),
      ("Authorization: Bearer abc.def-ghi_jkl123", "Authorization: Bearer [redacted]"),
      ("curl -H 'Authorization: Basic dXNlcjpwYXNz'", "curl -H 'Authorization: Basic [redacted]'"),
      ("authorization: token abcdefgh12", "authorization: token [redacted]"), ("bearer abcdefghijklmnop", "bearer [redacted]"),
      ("https://me:hunter2@example.org/x", "https://me:[redacted]@example.org/x"), ("ws://a:b:c@h", "ws://a:[redacted]@h"),
    ])
  func beside(text: String, expected: String) { #expect(Redaction.redacted(text) == expected) }

  @Test(
    "what is no secret stays as it is",
    arguments: [
      "let token = lexer.next()", "token: String", "password: String?", "max_tokens=4096", "func verify(password: Password) -> Bool",
      "secret = compute(seed)", "PASSWORD=$1", "api_key: ${API_KEY}", "token = \"<your token here>\"",
      "a risk-averse-and-long-kebab-case-word",
      "task-0123456789abcdef0123456789", "commit 5c5f5d5e5a5b5c5d5e5f5a5b5c5d5e5f5a5b5c5d", "the bearer of good news",
      "https://example.org/a:b@c",
      "git@github.com:owner/repository.git", "AKIA", "sk-learn", "error: token expected, found ';'", "PASSWORD=", "secret:", "",
    ])
  func innocent(text: String) { #expect(Redaction.redacted(text) == text) }

  @Test("the lines of a private key, also in a diff, and where its end is cut off")
  func blocks() {
    let begin = "-----BEGIN OPENSSH " + "PRIVATE KEY-----"
    let end = "-----END OPENSSH " + "PRIVATE KEY-----"
    #expect(Redaction.redacted("a\n\(begin)\nb3BlbnNzaC1r\nZXktdjE=\n\(end)\nb") == "a\n\(begin)\n[redacted]\n[redacted]\n\(end)\nb")
    #expect(Redaction.redacted("+\(begin)\n+b3BlbnNz\n+\(end)\n+more") == "+\(begin)\n[redacted]\n+\(end)\n+more")
    #expect(Redaction.redacted("-\(begin)\n-b3BlbnNz\n-\(end)") == "-\(begin)\n[redacted]\n-\(end)")
    #expect(Redaction.redacted("\(begin)\r\nb3BlbnNz\r\n\(end)\r\n") == "\(begin)\r\n[redacted]\r\n\(end)\r\n")
    #expect(Redaction.redacted("\(begin)\nb3BlbnNzaC1r\nthe worker ended (1)") == "\(begin)\n[redacted]\nthe worker ended (1)")
    #expect(Redaction.redacted("{\"key\":\"\(begin)\\nb3BlbnNz\\n\(end)\"}") == "{\"key\":\"\(begin)[redacted]\"}")
    let certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"
    #expect(Redaction.redacted(certificate) == certificate)
  }

  @Test("as many lines come out as went in")
  func lines() {
    let begin = "-----BEGIN " + "PRIVATE KEY-----"
    #expect(Redaction.redacted(lines: ["a", begin, "b3Blbn", "Znp6", "-----END"]) == ["a", begin, "[redacted]", "[redacted]", "-----END"])
    #expect(Redaction.redacted(lines: ["TOKEN=abcdef\nTOKEN=ghijkl", "x"]) == ["TOKEN=[redacted]\nTOKEN=[redacted]", "x"])
    #expect(Redaction.redacted(lines: []) == [])
  }

  @Test("what is redacted stays so")
  func twice() {
    let once = Redaction.redacted("API_KEY=abcd1234 and https://a:b@c and \"token\": \"abcdef\"")
    #expect(Redaction.redacted(once) == once)
  }

  /// Texts that make a scanner look back or ahead again and again. Were the scan quadratic in one of them, it would take minutes.
  @Test(
    "no text takes long", .timeLimit(.minutes(1)),
    arguments: [
      "token:", "token=", "token=token(", "password='", "password=\"x ", "://a:", "-----BEGIN ", "-----BEGIN A PRIVATE KEY-----", "-----",
      "eyJ",
      "eyJaaaaaaa.", "sk-", "bearer ", "authorization: ", "token\t", "\\n", "a", "secret: a1b2", "token:a1b2c3d4.", "\u{1F511}",
    ])
  func linear(piece: String) {
    let text = String(repeating: piece, count: 50_000 / piece.utf8.count)
    #expect(!Redaction.redacted(text).isEmpty)
  }
}
