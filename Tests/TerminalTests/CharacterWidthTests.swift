import Testing

@testable import Terminal

@Suite("How wide text is")
struct CharacterWidthTests {
  @Test(
    "columns",
    arguments: [("abc", 3), ("修复", 4), ("한국어", 6), ("é", 1), ("e\u{301}", 1), ("🚀", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("❤️", 2), ("ﾊ", 1), ("", 0)])
  func columns(_ text: String, _ width: Int) { #expect(CharacterWidth.of(text) == width) }

  @Test("text is cut where it no longer fits, never in the middle of a character, and says so")
  func cutting() {
    #expect("hello".fitted(to: 5) == "hello")
    #expect("hello".fitted(to: 4) == "hel…")
    #expect("修复登录".fitted(to: 8) == "修复登录")
    #expect("修复登录".fitted(to: 7) == "修复登…")
    #expect("修复登录".fitted(to: 6) == "修复…")
    #expect("a👩‍👩‍👧b".fitted(to: 3) == "a…")
    #expect("x".fitted(to: 0) == "")
    #expect("xy".fitted(to: 1) == "…")
    // A pile of marks does not get into the lines above.
    #expect(("a" + String(repeating: "\u{301}", count: 500)).fitted(to: 5).unicodeScalars.count == 12)
  }
}
