/// A page of ours as it lies in one file: no script, no picture from elsewhere, no address on the network; light or dark as the reader's
/// system is.
public struct Page: Sendable {
  let title: String
  let body: [HTML]

  init(title: String, body: [HTML]) {
    self.title = title
    self.body = body
  }

  /// The file's text.
  public var text: String {
    let head: [HTML] = [
      .element("meta", [.init("charset", "utf-8")]),
      .element("meta", [.init("name", "viewport"), .init("content", "width=device-width, initial-scale=1")]),
      // Should anything ever slip through the escaping, the browser neither runs nor loads it.
      .element(
        "meta",
        [
          .init("http-equiv", "Content-Security-Policy"),
          .init("content", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"),
        ]),
      .element("meta", [.init("name", "color-scheme"), .init("content", "light dark")]),
      .element("meta", [.init("name", "generator"), .init("content", "git sage-stream")]),
      .element("title", [], title),
      .style(PageStyle.sheet),
    ]
    let html = HTML.element("html", [.init("lang", "en")], [.element("head", [], head), .element("body", [], body)])
    return "<!DOCTYPE html>\n" + html.source + "\n"
  }
}

extension HTML {
  /// A short word on a coloured ground. The colour says nothing that the word does not.
  static func badge(_ word: String, _ tone: PageTone) -> HTML { .element("span", [.classes("badge \(tone.rawValue)")], word) }

  /// Names beside values.
  static func facts(_ rows: [(name: String, value: HTML)]) -> HTML {
    .element(
      "dl", [.classes("facts")],
      rows.flatMap { row in [HTML.element("dt", [], row.name), HTML.element("dd", [], [row.value])] })
  }

  /// A command that one click selects whole.
  static func command(_ command: String) -> HTML { .element("pre", [.classes("command")], [.element("code", [], command)]) }

  /// A commit id as it is shown, whole for whoever copies it.
  static func code(_ text: String) -> HTML { .element("code", [], text) }
}

/// What a colour stands for; the names are the classes of the style sheet.
enum PageTone: String, Sendable, CaseIterable {
  case good, bad, warn, info, hold, idle, done
}
