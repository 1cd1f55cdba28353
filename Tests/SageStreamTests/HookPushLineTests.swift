import Git
import Support
import Testing

@testable import SageStream

@Suite("A line of the pre-push hook's standard input")
struct HookPushLineTests {
  private let a = String(repeating: "a", count: 40)
  private let b = String(repeating: "b", count: 40)
  private let zero = String(repeating: "0", count: 40)

  private func parse(_ text: String) -> PushLine? { PushLine.parse(Array(text.utf8)) }

  @Test("has four fields")
  func plain() throws {
    let line = try #require(parse("refs/heads/main \(a) refs/heads/trunk \(b)"))
    #expect(line.localName == "refs/heads/main")
    #expect(line.local?.hex == a)
    #expect(line.remoteName == RefName("refs/heads/trunk"))
    #expect(line.remote?.hex == b)
    #expect(!line.isDeletion)
  }

  @Test("is split from the right, for the first field may hold blanks")
  func blanks() throws {
    #expect(try #require(parse(":/fix the  thing \(a) refs/heads/x \(zero)")).localName == ":/fix the  thing")
  }

  @Test("names no object with zeros: a deletion on the left, a new reference on the right")
  func zeros() throws {
    let deletion = try #require(parse("(delete) \(zero) refs/heads/x \(b)"))
    #expect(deletion.isDeletion && deletion.local == nil && deletion.remote?.hex == b)
    #expect(try #require(parse("HEAD \(a) refs/heads/x \(zero)")).remote == nil)
  }

  @Test("has ids of 64 digits in a SHA-256 repository, zeros included")
  func sha256() throws {
    let long = String(repeating: "c", count: 64)
    let line = try #require(parse("main \(long) refs/heads/main \(String(repeating: "0", count: 64))"))
    #expect(line.local?.hex == long && line.remote == nil)
    #expect(parse("main \(long) refs/heads/main \(zero)") == nil)
  }

  @Test(
    "is refused when git cannot have written it",
    arguments: [
      "", " ", "   ", "refs/heads/main", "a b c", "x 123 refs/heads/x 456", "x refs/heads/x", "(delete)",
      "x \(String(repeating: "G", count: 40)) refs/heads/x \(String(repeating: "0", count: 40))",
      " \(String(repeating: "a", count: 40)) refs/heads/x \(String(repeating: "0", count: 40))",
      "x \(String(repeating: "a", count: 40))  \(String(repeating: "0", count: 40))",
    ])
  func malformed(text: String) { #expect(parse(text) == nil) }

  @Test("is one of several; blank ones and a missing final line end do not matter")
  func several() {
    let text = "main \(a) refs/heads/main \(zero)\n\nother \(b) refs/heads/other \(zero)"
    let (lines, unreadable) = PushLine.parseAll(Array(text.utf8))
    #expect(lines.map(\.localName) == ["main", "other"] && unreadable == 0)
    #expect(PushLine.parseAll(Array("nonsense\n\(text)\n".utf8)).unreadable == 1)
    #expect(PushLine.parseAll([]).lines.isEmpty)
  }

  @Test("may be any bytes at all")
  func fuzz() {
    var random = SplitMix64(seed: 5)
    let valid = Array("refs/heads/main \(a) refs/heads/trunk \(b)".utf8)
    for _ in 0..<5000 {
      var bytes = valid
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        default: bytes.insert([0, 10, 32, 48, 255].randomElement(using: &random) ?? 0, at: place)
        }
      }
      if let line = PushLine.parse(bytes) { #expect(line.local?.isZero != true && line.remote?.isZero != true) }
      _ = PushLine.parseAll(bytes)
    }
  }
}
