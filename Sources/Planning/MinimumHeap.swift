/// A binary heap that gives out the smallest number first.
struct MinimumHeap {
  private var numbers: [Int32] = []

  var isEmpty: Bool { numbers.isEmpty }

  /// O(log n).
  mutating func insert(_ number: Int32) {
    numbers.append(number)
    var child = numbers.count - 1
    while child > 0, numbers[child] < numbers[(child - 1) / 2] {
      numbers.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// O(log n); nil where there is none.
  mutating func popMinimum() -> Int32? {
    guard let minimum = numbers.first, let last = numbers.popLast() else { return nil }
    if numbers.isEmpty { return minimum }
    numbers[0] = last
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < numbers.count && numbers[child] < numbers[smallest] { smallest = child }
      if smallest == parent { return minimum }
      numbers.swapAt(parent, smallest)
      parent = smallest
    }
  }
}
