/// A piece of a page, safe by construction.
///
/// Text is escaped, made harmless and freed of what looks like a key (`Redaction`) when it is put in; the names of elements and attributes
/// are literals of ours. So a title that an agent wrote can only ever be read as text, whatever stands in it, and no page shows a secret.
public struct HTML: Sendable, Equatable {
  /// What stands in the file.
  let source: String

  private init(source: String) { self.source = source }

  /// Text as it is read, line breaks and tabs included.
  static func text(_ text: some StringProtocol) -> HTML {
    let redacted = Redaction.redacted(String(text))
    guard redacted.contains(where: \.isNewline) else { return HTML(source: escaped(redacted.harmless(keepingTabs: true))) }
    let lines = redacted.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    return HTML(source: lines.map { escaped($0.harmless(keepingTabs: true)) }.joined(separator: "\n"))
  }

  /// An element around others.
  static func element(_ name: StaticString, _ attributes: [Attribute] = [], _ children: [HTML] = []) -> HTML {
    let opening = "<\(name)\(attributes.map(\.source).joined())>"
    if voidElements.contains("\(name)") { return HTML(source: opening) }
    return HTML(source: opening + children.map(\.source).joined() + "</\(name)>")
  }

  /// An element around text.
  static func element(_ name: StaticString, _ attributes: [Attribute] = [], _ text: String) -> HTML {
    element(name, attributes, [.text(text)])
  }

  /// Several pieces one after the other.
  static func list(_ pieces: [HTML]) -> HTML { HTML(source: pieces.map(\.source).joined()) }

  static let nothing = HTML(source: "")

  /// A style sheet of ours, as it stands in our source.
  static func style(_ sheet: StaticString) -> HTML { HTML(source: "<style>\(sheet)</style>") }

  private static let voidElements: Set<String> = ["meta", "link", "br", "hr", "img"]

  /// Whatever could end a text or an attribute's value.
  fileprivate static func escaped(_ text: some StringProtocol) -> String {
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

extension HTML {
  /// A name with its value, in quotes.
  struct Attribute: Sendable {
    let source: String

    private init(_ name: StaticString, escaping value: String) { source = " \(name)=\"\(HTML.escaped(value.harmless()))\"" }

    /// - Parameter value: of ours: classes, numbers, colours. What others wrote is `title`, where it leads is `href`.
    init(_ name: StaticString, _ value: String) { self.init(name, escaping: value) }

    /// A number as drawings need it, to the tenth.
    init(_ name: StaticString, _ value: Double) { self.init(name, escaping: Self.number(value)) }

    static func classes(_ names: String) -> Attribute { Attribute("class", names) }

    /// Words for whoever points at the element, or hears it read out.
    static func label(_ text: String) -> Attribute { Attribute("aria-label", escaping: Redaction.redacted(text)) }

    /// Where a link leads: never onto the network.
    static func href(_ link: PageLink) -> Attribute { Attribute("href", escaping: link.text) }

    static func number(_ value: Double) -> String {
      let tenths = Int((value * 10).rounded())
      if tenths % 10 == 0 { return String(tenths / 10) }
      return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
  }
}

extension HTML: ExpressibleByStringLiteral {
  /// Text of our own.
  public init(stringLiteral value: String) { self = .text(value) }
}
