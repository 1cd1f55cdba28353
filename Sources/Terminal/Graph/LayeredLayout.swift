/// Places boxes in columns, so that every edge leads to the right: the layered drawing of Sugiyama, Tagawa and Toda, in its simplest form.
///
/// Longest-path layers; where an edge passes a column, a thin stand-in keeps the way free; the order within a column is that of the middle of
/// the neighbours, swept to and fro. What has no edge at all is set in rows below. A cycle is broken at an edge that leads back. Nothing is
/// random, so the same queue gives the same picture.
struct LayeredLayout {
  struct Size: Sendable, Equatable {
    var width: Double
    var height: Double
  }

  struct Point: Sendable, Equatable {
    var x: Double
    var y: Double
  }

  /// Where each box's upper left corner is.
  private(set) var origins: [Point]
  private(set) var size = Size(width: 0, height: 0)
  /// The level stretches that an edge passes between its ends, by the places of its boxes.
  private(set) var stretches: [Pair: [Stretch]] = [:]

  /// From one side of a column to the other.
  struct Stretch: Sendable, Equatable {
    let left: Double
    let right: Double
    let y: Double
  }

  struct Pair: Hashable {
    let from: Int
    let to: Int
  }

  /// Boxes and stand-ins.
  private struct Item {
    var column: Int
    var size: Size
    var order = 0.0
    var y = 0.0
    var before: [Int] = []
    var after: [Int] = []
  }

  private static let deepestTop = 120.0
  private let columnGap: Double
  private let rowGap: Double
  private var items: [Item]
  private var columns: [[Int]] = []

  /// - Parameter width: how wide the rows of boxes without edges may get, where nothing else is wider.
  init(_ sizes: [Size], edges: [(from: Int, to: Int)], columnGap: Double = 64, rowGap: Double = 12, width: Double = 900) {
    self.columnGap = columnGap
    self.rowGap = rowGap
    origins = sizes.map { _ in Point(x: 0, y: 0) }
    items = sizes.map { Item(column: 0, size: $0) }
    let forward = Self.withoutCycles(edges.filter { $0.from != $0.to }.map { Pair(from: $0.from, to: $0.to) }, count: sizes.count)
    var isJoined = [Bool](repeating: false, count: sizes.count)
    for edge in forward {
      isJoined[edge.from] = true
      isJoined[edge.to] = true
    }
    setColumns(forward, isJoined)
    let chains = addStandIns(forward)
    order()
    place()
    for (edge, chain) in chains where !chain.isEmpty {
      stretches[edge] = chain.map { item in
        let left = x(of: items[item].column)
        return Stretch(left: left, right: left + columnWidth(items[item].column), y: items[item].y)
      }
    }
    for box in sizes.indices where isJoined[box] {
      origins[box] = Point(x: x(of: items[box].column), y: items[box].y - items[box].size.height / 2)
    }
    placeLoose(sizes.indices.filter { !isJoined[$0] }, width: max(width, size.width))
  }

  // MARK: Columns

  /// The edges without those that close a cycle, each once.
  private static func withoutCycles(_ edges: [Pair], count: Int) -> [Pair] {
    var seen: Set<Pair> = []
    let edges = edges.filter { seen.insert($0).inserted }
    var targets = [[Int]](repeating: [], count: count)
    for edge in edges { targets[edge.from].append(edge.to) }
    var state = [UInt8](repeating: 0, count: count)
    var back: Set<Pair> = []
    for start in 0..<count where state[start] == 0 {
      var stack = [(node: start, next: 0)]
      state[start] = 1
      while let (node, next) = stack.last {
        if next == targets[node].count {
          state[node] = 2
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let target = targets[node][next]
        if state[target] == 1 { back.insert(Pair(from: node, to: target)) }
        if state[target] == 0 {
          state[target] = 1
          stack.append((target, 0))
        }
      }
    }
    return edges.filter { !back.contains($0) }
  }

  private mutating func setColumns(_ edges: [Pair], _ isJoined: [Bool]) {
    var waiting = [Int](repeating: 0, count: items.count)
    var after = [[Int]](repeating: [], count: items.count)
    for edge in edges {
      waiting[edge.to] += 1
      after[edge.from].append(edge.to)
    }
    let sources = items.indices.filter { waiting[$0] == 0 && isJoined[$0] }
    var free = sources
    while let node = free.popLast() {
      for target in after[node] {
        items[target].column = max(items[target].column, items[node].column + 1)
        waiting[target] -= 1
        if waiting[target] == 0 { free.append(target) }
      }
    }
    // What waits for nothing stands next to what waits for it.
    for source in sources { items[source].column = (after[source].map { items[$0].column }.min() ?? 1) - 1 }
  }

  /// Puts a thin stand-in into every column that an edge passes.
  private mutating func addStandIns(_ edges: [Pair]) -> [Pair: [Int]] {
    var chains: [Pair: [Int]] = [:]
    for edge in edges {
      var last = edge.from
      var chain: [Int] = []
      for column in (items[edge.from].column + 1)..<max(items[edge.to].column, items[edge.from].column + 1) {
        items.append(Item(column: column, size: Size(width: 0, height: 6)))
        chain.append(items.count - 1)
        join(last, items.count - 1)
        last = items.count - 1
      }
      join(last, edge.to)
      chains[edge] = chain
    }
    return chains
  }

  private mutating func join(_ from: Int, _ to: Int) {
    items[from].after.append(to)
    items[to].before.append(from)
  }

  // MARK: Rows

  private mutating func order() {
    let joined = items.indices.filter { !items[$0].before.isEmpty || !items[$0].after.isEmpty }
    let count = (joined.map { items[$0].column }.max() ?? -1) + 1
    columns = [[Int]](repeating: [], count: count)
    for item in joined { columns[items[item].column].append(item) }
    number()
    for sweep in 0..<8 {
      let goesRight = sweep % 2 == 0
      for column in goesRight ? Array(columns.indices) : columns.indices.reversed() {
        let middle = columns[column].map { item in
          let neighbours = goesRight ? items[item].before : items[item].after
          return neighbours.isEmpty ? items[item].order : neighbours.reduce(0) { $0 + items[$1].order } / Double(neighbours.count)
        }
        let sorted = columns[column].indices.sorted { (middle[$0], $0) < (middle[$1], $1) }
        columns[column] = sorted.map { columns[column][$0] }
        number()
      }
    }
  }

  /// Places from 0 to 1, so that columns of different lengths compare.
  private mutating func number() {
    for column in columns {
      for (place, item) in column.enumerated() { items[item].order = (Double(place) + 0.5) / Double(column.count) }
    }
  }

  /// Heights: columns are stacked, then boxes move towards their neighbours as far as the order lets them.
  private mutating func place() {
    for column in columns { stack(column, wanted: nil) }
    for sweep in 0..<6 {
      let goesRight = sweep % 2 == 0
      for column in goesRight ? Array(columns.indices) : columns.indices.reversed() {
        stack(
          columns[column],
          wanted: columns[column].map { item in
            let neighbours = items[item].before + items[item].after
            return neighbours.reduce(0) { $0 + items[$1].y } / Double(max(1, neighbours.count))
          })
      }
    }
    let top = columns.joined().map { items[$0].y - items[$0].size.height / 2 }.min() ?? 0
    for item in columns.joined() { items[item].y -= top }
    // A drawing begins where it is looked at first: no column hangs far below the upper edge.
    for column in columns {
      let gap = column.map { items[$0].y - items[$0].size.height / 2 }.min() ?? 0
      if gap > Self.deepestTop { for item in column { items[item].y -= gap - Self.deepestTop } }
    }
    size.height = columns.joined().map { items[$0].y + items[$0].size.height / 2 }.max() ?? 0
    size.width = columns.isEmpty ? 0 : x(of: columns.count - 1) + columnWidth(columns.count - 1)
  }

  /// Sets the middles of a column's items: as near as can be to what is wanted, in order, without overlap. Groups of items that would
  /// overlap share their way (pool adjacent violators).
  private mutating func stack(_ column: [Int], wanted: [Double]?) {
    var offsets: [Double] = []
    var height = 0.0
    for item in column {
      offsets.append(height + items[item].size.height / 2)
      height += items[item].size.height + rowGap
    }
    guard let wanted else {
      for (place, item) in column.enumerated() { items[item].y = offsets[place] - height / 2 }
      return
    }
    var groups: [(sum: Double, count: Int)] = []
    for place in column.indices {
      groups.append((wanted[place] - offsets[place], 1))
      while groups.count > 1 {
        let last = groups[groups.count - 1]
        let other = groups[groups.count - 2]
        if other.sum / Double(other.count) <= last.sum / Double(last.count) { break }
        groups.removeLast()
        groups[groups.count - 1] = (other.sum + last.sum, other.count + last.count)
      }
    }
    var place = 0
    for group in groups {
      for _ in 0..<group.count {
        items[column[place]].y = group.sum / Double(group.count) + offsets[place]
        place += 1
      }
    }
  }

  private func columnWidth(_ column: Int) -> Double { columns[column].map { items[$0].size.width }.max() ?? 0 }

  private func x(of column: Int) -> Double { (0..<column).reduce(0) { $0 + columnWidth($1) + columnGap } }

  // MARK: Without edges

  /// Rows from left to right, below the rest.
  private mutating func placeLoose(_ loose: [Int], width: Double) {
    if loose.isEmpty { return }
    var y = size.height > 0 ? size.height + 2 * rowGap : 0
    var x = 0.0
    var rowHeight = 0.0
    for box in loose {
      let own = items[box].size
      if x > 0, x + own.width > width {
        x = 0
        y += rowHeight + rowGap
        rowHeight = 0
      }
      origins[box] = Point(x: x, y: y)
      x += own.width + rowGap
      size.width = max(size.width, x - rowGap)
      rowHeight = max(rowHeight, own.height)
    }
    size.height = y + rowHeight
  }
}
