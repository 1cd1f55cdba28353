/// JSON text that is made piece by piece, without a `JSON` value in between: for answers that list every ticket of a queue.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.object { $0.member("ready") { $0.strings(["A-1", "A-2"]) } }
/// writer.bytes   // {"ready":["A-1","A-2"]}
/// ```
///
/// The text is raw UTF-8 without a final line feed: on one line without blanks, or, where pretty, indented by two spaces a level as `jq` does.
public struct JSONWriter {
  /// The text so far.
  public private(set) var bytes: [UInt8] = []
  private let isPretty: Bool
  private var depth = 0
  /// Whether nothing stands yet in the innermost array or object.
  private var isEmpty = true

  /// A writer that has written nothing.
  public init(pretty: Bool = false) { isPretty = pretty }

  /// An object, whose members `body` writes.
  public mutating func object(_ body: (inout JSONWriter) -> Void) {
    open(UInt8(ascii: "{"))
    body(&self)
    close(UInt8(ascii: "}"))
  }

  /// A member of the object that is being written; `value` must write exactly one value.
  public mutating func member(_ key: String, _ value: (inout JSONWriter) -> Void) {
    separate()
    string(key)
    bytes.append(UInt8(ascii: ":"))
    if isPretty { bytes.append(UInt8(ascii: " ")) }
    value(&self)
  }

  /// An array of so many elements; `body` gets the place of each and must write exactly one value.
  public mutating func array(of count: Int, _ body: (inout JSONWriter, Int) -> Void) {
    open(UInt8(ascii: "["))
    for place in 0..<count {
      separate()
      body(&self, place)
    }
    close(UInt8(ascii: "]"))
  }

  /// An array of ids.
  public mutating func ids(_ ids: [TicketID]) { array(of: ids.count) { $0.string(ids[$1].rawValue) } }

  /// An array of strings.
  public mutating func strings(_ texts: [String]) { array(of: texts.count) { $0.string(texts[$1]) } }

  /// A string in quotes.
  public mutating func string(_ text: String) { JSON.write(text, to: &bytes) }

  /// A whole number.
  public mutating func number(_ value: Int) { bytes.append(contentsOf: String(value).utf8) }

  /// A number, `true`, `false` or `null`, which are written as they are.
  mutating func word(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func open(_ bracket: UInt8) {
    bytes.append(bracket)
    depth += 1
    isEmpty = true
  }

  private mutating func close(_ bracket: UInt8) {
    depth -= 1
    if !isEmpty { breakLine() }
    bytes.append(bracket)
    isEmpty = false
  }

  /// Before an element or a member.
  private mutating func separate() {
    if !isEmpty { bytes.append(UInt8(ascii: ",")) }
    breakLine()
    isEmpty = false
  }

  private mutating func breakLine() {
    guard isPretty else { return }
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<(2 * depth) { bytes.append(UInt8(ascii: " ")) }
  }
}
