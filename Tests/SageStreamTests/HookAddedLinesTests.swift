import Git
import Testing

@testable import SageStream

@Suite("Lines that commits added, read from git's patches")
struct HookAddedLinesTests {
  private let id = String(repeating: "a", count: 40)

  private func files(_ patch: String) -> [AddedLines.File] { AddedLines(parsing: Array(patch.utf8)).files }
  private func text(_ file: AddedLines.File?) -> [String] { (file?.lines ?? []).map { String(decoding: $0, as: UTF8.self) } }

  @Test("come path by path, without what was removed")
  func plain() throws {
    let found = files(
      """
      \(id)
      diff --git a/a.txt b/a.txt
      index 1..2 100644
      --- a/a.txt
      +++ b/a.txt
      @@ -1 +1,2 @@ func
      -old
      +new
      ++++ b/not-a-header
      @@ -9,0 +11 @@
      +last
      \\ No newline at end of file
      diff --git a/c d.txt b/c d.txt
      new file mode 100644
      --- /dev/null
      +++ b/c d.txt\t
      @@ -0,0 +1 @@
      +x
      """)
    #expect(found.map(\.path) == [TreePath("a.txt"), TreePath("c d.txt")])
    #expect(text(found.first) == ["new", "+++ b/not-a-header", "last"])
    #expect(found.first?.commit.hex == id)
  }

  @Test("of a merge are those that no parent has")
  func combined() {
    let found = files(
      """
      \(id)
      diff --cc a.txt
      index 1,2..3
      --- a/a.txt
      +++ b/a.txt
      @@@ -1,1 -1,1 +1,4 @@@
      ++<<<<<<< HEAD
       +from one
      - gone
      + from the other
      ++>>>>>>> other
      """)
    #expect(text(found.first) == ["<<<<<<< HEAD", ">>>>>>> other"])
  }

  @Test("of a removed file are none")
  func removed() {
    #expect(files("\(id)\ndiff --git a/x b/x\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n").isEmpty)
  }

  @Test("stand under the real path where git quotes it")
  func quoted() {
    let found = files("\(id)\n--- /dev/null\n+++ \"b/t\\303\\244\\t\\\"x\"\n@@ -0,0 +1 @@\n+x\n")
    #expect(found.first?.path == TreePath("t\u{e4}\t\"x"))
  }

  @Test("may be read from anything at all")
  func nonsense() {
    for text in [
      "", "@@", "@@@ -1 @@@", "@@ -1,x +2,-3 @@\n+a\n-b", "+++ \"", "+++ \"b\\", "\\", "+\n-\n", "@@@@@ -1 -1 -1 -1 +1,9 @@@@@\n+",
    ] {
      _ = files("\(id)\n" + text)
    }
  }
}

@Suite("Conflict markers")
struct HookMarkerTests {
  private func isConflict(_ text: String) -> Bool { PrePush.isConflict(text.utf8.split(separator: 10).map(Array.init)) }

  @Test("are the three together, in their order")
  func set() {
    #expect(isConflict("<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n"))
    #expect(isConflict("<<<<<<< HEAD\n||||||| base\n=======\r\n>>>>>>> other\n"))
    #expect(!isConflict("Heading\n=======\n"))
    #expect(!isConflict(">>>>>>> quoted mail\n=======\n<<<<<<< x\n"))
    #expect(!isConflict("<<<<<<< only\n"))
    #expect(!isConflict("<<<<<<<\n=======\n>>>>>>>\n"))
    #expect(!isConflict("  <<<<<<< HEAD\n  =======\n  >>>>>>> other\n"))
  }
}
