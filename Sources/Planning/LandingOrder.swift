/// In which order finished work lands so that most of it does, where some of it clashes.
///
/// Of two that clash the second to land conflicts, so what lands is a set in which no two clash: the largest one is looked for, exactly
/// where few hang together (`exactLimit`), else greedily, the one with the fewest clashes first. Those that need another one
/// land behind it, and not without it. Pure; milliseconds for hundreds.
public struct LandingOrder: Sendable {
  /// Of so many that hang together by clashes and needs the best set is found for certain.
  public static let exactLimit = 20

  private let count: Int
  /// By place in the order of finishing.
  private let clashing: [Set<Int>]
  private let needs: [Set<Int>]

  /// - Parameters:
  ///   - count: how many wait; they are numbered in the order in which they finished.
  ///   - clashes: pairs that do not both apply.
  ///   - needs: pairs of which the first cannot land unless the second has. Those in a circle never land.
  public init(count: Int, clashes: [(Int, Int)], needs: [(Int, Int)] = []) {
    self.count = count
    var clashing = [Set<Int>](repeating: [], count: count)
    var needed = [Set<Int>](repeating: [], count: count)
    for (a, b) in clashes where a != b {
      clashing[a].insert(b)
      clashing[b].insert(a)
    }
    for (a, b) in needs where a != b { needed[a].insert(b) }
    self.clashing = clashing
    self.needs = needed
  }

  /// All of them: first those that are to land, then the rest, each in the order of finishing but behind what it needs.
  ///
  /// Of several sets that are equally large the one with the earlier finished is taken.
  public var order: [Int] {
    let chosen = best
    return arranged(chosen) + arranged(Set(0..<count).subtracting(chosen))
  }

  /// The places that are to land.
  public var best: Set<Int> {
    components.reduce(into: []) { best, component in
      best.formUnion(component.count <= Self.exactLimit ? exact(component) : greedy(component))
    }
  }

  /// What hangs together, each sorted.
  private var components: [[Int]] {
    var linked = clashing
    for (place, others) in needs.enumerated() {
      for other in others {
        linked[place].insert(other)
        linked[other].insert(place)
      }
    }
    var isSeen = [Bool](repeating: false, count: count)
    var components: [[Int]] = []
    for start in 0..<count where !isSeen[start] {
      var component: [Int] = []
      var open = [start]
      isSeen[start] = true
      while let place = open.popLast() {
        component.append(place)
        for other in linked[place] where !isSeen[other] {
          isSeen[other] = true
          open.append(other)
        }
      }
      components.append(component.sorted())
    }
    return components
  }

  /// Branch and bound: the earlier finished are tried in the set first, so of equal sets the first found stays.
  private func exact(_ places: [Int]) -> Set<Int> {
    var best: Set<Int> = []
    func search(_ next: Int, _ chosen: Set<Int>) {
      if chosen.count + places.count - next <= best.count { return }
      guard next < places.count else {
        if isClosed(chosen) { best = chosen }
        return
      }
      if clashing[places[next]].isDisjoint(with: chosen) { search(next + 1, chosen.union([places[next]])) }
      search(next + 1, chosen)
    }
    search(0, [])
    return best
  }

  private func greedy(_ places: [Int]) -> Set<Int> {
    var open = Set(places)
    var chosen: Set<Int> = []
    while true {
      let candidates = open.filter { needs[$0].isSubset(of: chosen) }
      guard let next = candidates.min(by: { (clashing[$0].intersection(open).count, $0) < (clashing[$1].intersection(open).count, $1) })
      else { return chosen }
      chosen.insert(next)
      open.remove(next)
      open.subtract(clashing[next])
    }
  }

  /// Whether a set holds all that its members need, in no circle.
  private func isClosed(_ chosen: Set<Int>) -> Bool {
    chosen.allSatisfy { needs[$0].isSubset(of: chosen) } && arranged(chosen, ignoringCircles: false).count == chosen.count
  }

  private func arranged(_ places: Set<Int>, ignoringCircles: Bool = true) -> [Int] {
    var order: [Int] = []
    var open = places.sorted()
    var done: Set<Int> = []
    while !open.isEmpty {
      let ready = open.firstIndex { needs[$0].intersection(places).isSubset(of: done) }
      guard let place = ready ?? (ignoringCircles ? 0 : nil) else { break }
      done.insert(open[place])
      order.append(open.remove(at: place))
    }
    return order
  }
}
