extension PathTable {
  /// Answers whether tickets overlap with any of some others, which are marked once.
  struct Occupied {
    private let table: PathTable
    /// Paths that a marked ticket names.
    private var named: [Bool]
    /// Those and every listed path above them.
    private var enclosing: [Bool]

    init(_ table: PathTable, by places: some Sequence<Int>) {
      self.table = table
      named = [Bool](repeating: false, count: table.names.count)
      enclosing = named
      for place in places { insert(place) }
    }

    mutating func insert(_ place: Int) {
      for path in table.paths(of: place) {
        named[Int(path)] = true
        table.eachFrom(path) { enclosing[$0] = true }
      }
    }

    /// The first path of a ticket that overlaps with a marked ticket's.
    func overlap(_ place: Int) -> Int32? {
      table.paths(of: place).first { path in
        var isInside = enclosing[Int(path)]
        table.eachFrom(path) { isInside = isInside || named[$0] }
        return isInside
      }
    }
  }

  /// A path and every listed path above it.
  func eachFrom(_ path: Int32, _ body: (Int) -> Void) {
    var next = path
    while next >= 0 {
      body(Int(next))
      next = above[Int(next)]
    }
  }

  /// Whether two paths are equal or one is above the other.
  func overlap(_ a: Int32, _ b: Int32) -> Bool {
    var found = false
    eachFrom(a) { found = found || $0 == Int(b) }
    eachFrom(b) { found = found || $0 == Int(a) }
    return found
  }

  /// Pairs of tickets that overlap, with the paths that both touch, in file order. Stops at `limit` pairs; linear in what it looks at.
  func pairs(among places: [Int], limit: Int) -> (pairs: [(first: Int, second: Int, paths: [Int32])], isComplete: Bool) {
    var owners = [[Int]](repeating: [], count: names.count)
    for place in places { for path in paths(of: place) { owners[Int(path)].append(place) } }
    var found: [Pair: [Int32]] = [:]
    var isComplete = true
    search: for path in names.indices where !owners[path].isEmpty {
      // Whoever names a folder above touches this path too.
      var others: [[Int]] = []
      eachFrom(Int32(path)) { others.append(owners[$0]) }
      for (distance, group) in others.enumerated() {
        for a in owners[path] {
          for b in group where distance == 0 ? a < b : a != b {
            let pair = Pair(first: min(a, b), second: max(a, b))
            if found.count == limit && found[pair] == nil {
              isComplete = false
              break search
            }
            if found[pair]?.contains(Int32(path)) != true { found[pair, default: []].append(Int32(path)) }
          }
        }
      }
    }
    let pairs = found.sorted { ($0.key.first, $0.key.second) < ($1.key.first, $1.key.second) }
    return (pairs.map { ($0.key.first, $0.key.second, $0.value) }, isComplete)
  }

  private struct Pair: Hashable {
    let first: Int
    let second: Int
  }
}
