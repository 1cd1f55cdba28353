import Platform
import Testing

@testable import Terminal

@Suite("A page is safe by construction")
struct HTMLTests {
  @Test("text can only be read as text")
  func text() {
    #expect(
      HTML.text("<script>alert('1')</script> & \"x\"").source == "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;x&quot;")
    #expect(HTML.element("p", [.label("\"><img src=x>")], "a").source == "<p aria-label=\"&quot;&gt;&lt;img src=x&gt;\">a</p>")
  }

  @Test("characters that deceive are shown, line breaks and tabs stay")
  func harmless() {
    #expect(HTML.text("a\u{202E}b\u{0}\n\tc").source == "a\\u{202E}b\\0\n\tc")
  }

  @Test("keys are taken out, in attributes as well")
  func secrets() {
    let key = "AKIA" + "IOSFODNN7EXAMPLE"
    #expect(HTML.text("with \(key)").source == "with [redacted]")
    #expect(HTML.element("p", [.label(key)]).source == "<p aria-label=\"[redacted]\"></p>")
  }

  @Test("elements that have no end get none")
  func void() { #expect(HTML.list([.element("br"), .element("p")]).source == "<br><p></p>") }

  @Test("a number has one digit after the point")
  func numbers() {
    #expect([0.0, 1, 1.25, -0.5, -3.04, 1e6].map { HTML.Attribute.number($0) } == ["0", "1", "1.3", "-0.5", "-3", "1000000"])
  }

  @Test(
    "a link to a file is relative and percent-encoded",
    arguments: [
      ("/s/runs/R/report.html", "/s/runs/R/A-1.1/worker.log", "./A-1.1/worker.log"),
      ("/s/runs/R/report.html", "/s/conflicts/a%20b.html", "../../conflicts/a%2520b.html"),
      ("/s/x.html", "/s/javascript:alert(1)", "./javascript%3Aalert%281%29"), ("/a/x.html", "/b/\u{e9}\"<.log", "../b/%C3%A9%22%3C.log"),
      ("/x.html", "/y", "./y"), ("/a/b/x.html", "/a/b", "../b"),
    ])
  func links(page: String, file: String, expected: String) {
    #expect(PageLink.file(FilePath(file), from: FilePath(page)).text == expected)
  }

  @Test("a page says that nothing may be loaded or run, and holds no address")
  func shell() {
    let text = Page(title: "A <title>", body: [.element("p", [], "body")]).text
    #expect(text.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"))
    #expect(text.contains("default-src &#39;none&#39;"))
    #expect(text.contains("<title>A &lt;title&gt;</title>"))
    #expect(text.contains("prefers-color-scheme:dark"))
    #expect(!text.contains("http:") && !text.contains("https:") && !text.contains("<script"))
  }
}
