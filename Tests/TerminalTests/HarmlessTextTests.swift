import Terminal
import Testing

@Suite("Text that others wrote")
struct HarmlessTextTests {
  @Test("plain text, accents and emoji stay as they are")
  func plain() {
    #expect("Add login, naïve café 日本 👩‍👩‍👧".harmless() == "Add login, naïve café 日本 👩‍👩‍👧")
  }

  @Test("an escape sequence cannot reach the terminal")
  func escapes() {
    #expect("\u{1B}]0;owned\u{7}\u{1B}[2Jx".harmless() == #"\u{1B}]0;owned\u{07}\u{1B}[2Jx"#)
    #expect("\u{9B}31m".harmless() == #"\u{009B}31m"#)
    #expect("a\r\nb\tc\u{7F}".harmless() == #"a\r\nb\tc\u{7F}"#)
  }

  @Test("text cannot be made to read backwards or to hide")
  func direction() {
    #expect("a\u{202E}b\u{2066}c\u{FEFF}d\u{E0041}".harmless() == #"a\u{202E}b\u{2066}c\u{FEFF}d\u{000E0041}"#)
  }

  @Test("a line of code keeps its tabs")
  func tabs() { #expect("\tif x {\u{1B}".harmless(keepingTabs: true) == "\tif x {" + #"\u{1B}"#) }

  @Test("clipping counts characters and shows that something is gone")
  func clipping() {
    #expect("café".clipped(to: 4) == "café")
    #expect("cafés".clipped(to: 4) == "caf…")
    #expect("".clipped(to: 4) == "")
  }
}
