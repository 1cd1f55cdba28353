/// Finds out which tickets of a batch pass the check together: a strategy, without any process or clock.
///
/// A batch is tickets picked one onto the other; prefix n is the tree with the first n of them, and prefix 0 the target itself. First the
/// whole batch is tested. If that fails it is tried once more (a check that passes the second time is flaky), and together with that, on
/// whatever is idle, the shorter prefixes are tested, up to four at a time, until the first red one is known: the ticket that it adds is the
/// culprit, and all before it are green together. No tree is ever tested twice, but for the one retry of the whole.
///
/// Ask `next`, test, `record`, and so on until it says `found`. With one culprit among 16 and four idle places that is at
/// most three rounds, the test of the whole and its retry included.
struct BatchSearch: Sendable, Equatable {
  /// The most prefixes that are tested at once.
  static let width = 4

  enum Step: Sendable, Equatable {
    /// Test these prefixes at once, the longest of them first where there is a choice.
    case test([Int])
    case found(Outcome)
  }

  enum Outcome: Sendable, Equatable {
    /// All pass together; `isFlaky` where the same tree had failed before.
    case allPass(isFlaky: Bool)
    /// The ticket at this place (from 0) fails on top of those before it, which pass together.
    case culprit(Int)
  }

  let count: Int
  /// Whether the whole batch is tried once more when it fails.
  let retriesWhole: Bool
  private var failures = 0
  private var hasPassed = false
  /// What is known of prefixes shorter than the whole.
  private var passing: [Int: Bool] = [:]

  /// - Parameter count: how many tickets, at least one.
  init(count: Int, retriesWhole: Bool = true) {
    self.count = max(1, count)
    self.retriesWhole = retriesWhole
  }

  /// What to do now.
  ///
  /// - Parameter idle: how many tests may run at once; less than one counts as one.
  func next(idle: Int) -> Step {
    if hasPassed { return .found(.allPass(isFlaky: failures > 0)) }
    if failures == 0 { return .test([count]) }
    let width = min(max(1, idle), Self.width)
    if failures == 1 && retriesWhole { return .test([count] + between(width - 1)) }
    let open = between(width)
    return open.isEmpty ? .found(.culprit(bounds.green)) : .test(open)
  }

  /// Notes what a test came to. Verdicts may come in any order.
  mutating func record(_ prefix: Int, passes: Bool) {
    if prefix < count {
      passing[prefix] = passes
    } else if passes {
      hasPassed = true
    } else {
      failures += 1
    }
  }

  /// The shortest prefix known to be red, and the longest green one before it. A longer one may be green as well, where a later
  /// ticket mends what an earlier one breaks; that does not make the earlier one land.
  private var bounds: (green: Int, red: Int) {
    let red = passing.filter { !$0.value }.keys.min() ?? count
    return (passing.filter { $0.value && $0.key < red }.keys.max() ?? 0, red)
  }

  /// Prefixes between those bounds, evenly spread; none of them has been tested.
  private func between(_ most: Int) -> [Int] {
    let (green, red) = bounds
    let number = min(most, red - green - 1)
    guard number > 0 else { return [] }
    return (1...number).map { green + $0 * (red - green) / (number + 1) }
  }
}
