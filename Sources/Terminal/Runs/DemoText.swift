/// What the demo says between the commands that it types.
public enum DemoText {
  /// What one of its runs came to.
  public struct Outcome: Sendable {
    public let status: Int32
    public let seconds: Double
    public let landed: Int
    public let setAside: Int

    public init(status: Int32, seconds: Double, landed: Int, setAside: Int) {
      self.status = status
      self.seconds = seconds
      self.landed = landed
      self.setAside = setAside
    }
  }

  public static func opening(folder: String, clashing: [String]) -> [String] {
    [
      "scratch repositories: \(folder.harmless())/sequential and \(folder.harmless())/parallel",
      "nine tickets, each a second of work; \(Amounts.list(clashing)) change the same line on purpose",
    ]
  }

  public static func command(_ arguments: [String]) -> [String] { ["", "$ git sage-stream \(arguments.joined(separator: " "))"] }

  public static func comparison(sequential: Outcome, parallel: Outcome) -> [String] {
    let speedup = parallel.seconds > 0 ? sequential.seconds / parallel.seconds : 0
    func line(_ name: String, _ outcome: Outcome, _ words: String) -> String {
      "\(name)  \(Amounts.duration(outcome.seconds).aligned(to: 7))  \(words)"
    }
    return [
      "",
      line("one after the other", sequential, "\(sequential.landed) of 9 landed; the second of the two began where the first had landed"),
      line(
        "three at a time    ", parallel, "\(parallel.landed) of 9 landed, \(parallel.setAside) set aside; the two began from one commit"),
      "three at a time were \(Amounts.decimal(speedup)) times as fast",
    ]
  }
}
