/// A small random generator whose seed gives the same sequence for ever (Steele, Lea, Flood 2014), unlike the system's.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Whether something that happens `times` in a hundred happens now.
  public mutating func chance(_ times: Int) -> Bool { Int.random(in: 0..<100, using: &self) < times }

  public mutating func pick<Element>(_ elements: some Collection<Element>) -> Element? { elements.randomElement(using: &self) }
}
