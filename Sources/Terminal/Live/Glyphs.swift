/// The few characters with which a frame is drawn, in UTF-8 or plain ASCII.
struct Glyphs: Sendable, Equatable {
  let full: Character
  let half: Character
  let empty: Character
  let separator: String
  let ellipsis: Character
  /// Before the last line of a worker's output.
  let output: String

  static let unicode = Glyphs(full: "█", half: "▒", empty: "░", separator: " · ", ellipsis: "…", output: "│ ")
  static let ascii = Glyphs(full: "#", half: "+", empty: "-", separator: ", ", ellipsis: "~", output: "| ")
}
