/// One line of a frame, put together from left to right; it knows how wide it is.
public struct FrameLine: Sendable, Equatable {
  /// Without colours and movements.
  public private(set) var plain = ""
  /// As it is written to a terminal.
  private(set) var painted = ""
  /// In columns.
  private(set) var width = 0
  private var isASCII = true
  private let limit: Int

  /// - Parameter limit: how wide it may get; what does not fit is cut off.
  init(limit: Int = .max) { self.limit = limit }

  mutating func add(_ text: String, _ paint: (String) -> String = { $0 }) {
    let text = text.utf8.count <= limit - width ? text : text.fitted(to: limit - width)
    if text.isEmpty { return }
    plain += text
    painted += paint(text)
    if text.utf8.allSatisfy({ $0 < 0x80 }) {
      width += text.utf8.count
    } else {
      width += CharacterWidth.of(text)
      isASCII = false
    }
  }

  /// Goes on at this column, counted from 0, or where the line is, if that is further right.
  ///
  /// Terminals differ about the width of what is not ASCII. There the column is named, so that what follows stands where it should.
  mutating func move(to column: Int) {
    let column = min(column, limit)
    guard column > width else { return }
    let blanks = String(repeating: " ", count: column - width)
    plain += blanks
    painted += isASCII ? blanks : "\u{1B}[K\u{1B}[\(column + 1)G"
    width = column
  }
}
