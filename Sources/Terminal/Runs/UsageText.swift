import SageStream

/// What workers said they used up.
enum UsageText {
  /// `12.4k tokens in, 3.1k out` and `$0.42`, as far as it is known.
  static func parts(_ usage: WorkerUsage) -> [String] {
    var parts: [String] = []
    switch (usage.inputTokens, usage.outputTokens) {
    case (nil, nil): break
    case (let input?, let output?): parts.append("\(count(input)) tokens in, \(count(output)) out")
    case (let input?, nil): parts.append("\(count(input)) tokens in")
    case (nil, let output?): parts.append("\(count(output)) tokens out")
    }
    if let cost = usage.costUSD { parts.append(dollars(cost)) }
    return parts
  }

  /// `950`, `12.4k`, `3.1M`.
  static func count(_ number: Int) -> String {
    if number < 1000 { return "\(number)" }
    if number < 999_950 { return Amounts.decimal(Double(number) / 1000) + "k" }
    return Amounts.decimal(Double(number) / 1_000_000) + "M"
  }

  static func dollars(_ amount: Double) -> String {
    guard amount.isFinite, amount < 1e12 else { return "$?" }
    let cents = Int((amount * 100).rounded())
    let rest = cents % 100
    return "$\(cents / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
