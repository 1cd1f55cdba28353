@testable import Terminal

/// As much of a terminal as our painting uses: a grid, a cursor, a scrollback; lines are broken anew when the width changes.
struct FakeTerminal {
  private(set) var columns: Int
  private(set) var rows: Int
  /// Scrollback and screen, oldest first. A row that goes on in the next one says so.
  private var grid: [(cells: [String], continues: Bool)] = [([], false)]
  /// The first row of the screen.
  private var top = 0
  private var row = 0
  private var column = 0
  private var wraps = true
  private(set) var isSynchronised = false
  private(set) var unknown: [String] = []

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  /// All that can be read, scrollback included, without the empty rows at the end.
  var text: [String] {
    var lines = grid.map { $0.cells.joined() }
    while lines.last == "" { lines.removeLast() }
    return lines.map { line in
      var line = line
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// Whether the cursor stands at the beginning of an empty row below everything.
  var isClean: Bool { column == 0 && wraps && !isSynchronised && grid[row...].allSatisfy { $0.cells.allSatisfy { $0 == " " } } }

  mutating func write(_ text: String) {
    var rest = Array(text)[...]
    while let character = rest.popFirst() {
      switch character {
      case "\u{1B}": escape(&rest)
      case "\r": column = 0
      case "\n": newLine()
      case "\r\n":
        column = 0
        newLine()
      default: put(character)
      }
    }
  }

  /// Breaks every line anew, as tmux, VTE and others do.
  mutating func resize(columns: Int, rows: Int) {
    var lines: [[String]] = [[]]
    var place = (line: 0, offset: 0)
    for (number, row) in grid.enumerated() {
      if number == self.row { place = (lines.count - 1, lines[lines.count - 1].count + column) }
      lines[lines.count - 1] += row.cells
      if !row.continues { lines.append([]) }
    }
    lines.removeLast()
    grid = []
    self.columns = columns
    self.rows = rows
    for (number, line) in lines.enumerated() {
      let parts = line.isEmpty ? [[]] : stride(from: 0, to: line.count, by: columns).map { Array(line[$0..<min($0 + columns, line.count)]) }
      if number == place.line {
        row = grid.count + place.offset / columns
        column = place.offset % columns
      }
      for (index, part) in parts.enumerated() { grid.append((part, index < parts.count - 1)) }
    }
    top = max(0, row - rows + 1)
  }

  private mutating func put(_ character: Character) {
    let width = CharacterWidth.of(character)
    if column + width > columns {
      guard wraps else { return }
      grid[row].continues = true
      column = 0
      newLine()
    }
    fill(to: column + width)
    grid[row].cells[column] = String(character)
    for rest in 1..<max(2, width) where rest < width { grid[row].cells[column + rest] = "" }
    column += width
  }

  private mutating func fill(to count: Int) {
    while grid[row].cells.count < count { grid[row].cells.append(" ") }
  }

  private mutating func newLine() {
    row += 1
    if row == grid.count { grid.append(([], false)) }
    top = max(top, row - rows + 1)
  }

  private mutating func escape(_ rest: inout ArraySlice<Character>) {
    if rest.first == "]" {
      while let character = rest.popFirst(), character != "\\" && character != "\u{7}" {}
      return
    }
    guard rest.popFirst() == "[" else { return unknown.append("ESC") }
    var parameters = ""
    while let character = rest.popFirst() {
      if character.isNumber || character == ";" || character == "?" {
        parameters.append(character)
        continue
      }
      return control(character, parameters)
    }
  }

  private mutating func control(_ final: Character, _ parameters: String) {
    let number = Int(parameters) ?? 1
    switch (final, parameters) {
    case ("A", _): row = max(top, row - number)
    case ("G", _): column = min(columns, number) - 1
    case ("K", ""): grid[row] = (Array(grid[row].cells.prefix(column)), false)
    case ("J", ""):
      grid[row] = (Array(grid[row].cells.prefix(column)), false)
      for below in grid.indices.dropFirst(row + 1) { grid[below] = ([], false) }
    case ("h", "?7"): wraps = true
    case ("l", "?7"): wraps = false
    case ("h", "?2026"): isSynchronised = true
    case ("l", "?2026"): isSynchronised = false
    case ("m", _): break
    default: unknown.append("\(parameters)\(final)")
    }
  }
}
