/// Numbers as people read them. Foundation's formatters are not used: they cost start-up time and follow the locale.
enum Amounts {
  /// `0.8 s`, `42 s`, `3 min 05 s`, `2 h 07 min`.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds > 0 else { return "0 s" }
    if seconds < 99.95 { return "\(decimal(seconds)) s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(padded(whole % 60)) s" }
    return "\(whole / 3600) h \(padded(whole % 3600 / 60)) min"
  }

  /// One digit after the point.
  static func decimal(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// `12 kB`, `4.2 MB`, `120 GB`: powers of 1000, as disks are sold and `df -H` counts.
  static func bytes(_ count: Int) -> String {
    if count < 1000 { return "\(count) bytes" }
    var value = Double(count) / 1000
    for unit in ["kB", "MB", "GB"] {
      if value < 999.5 { return "\(value < 9.95 ? decimal(value) : "\(Int(value.rounded()))") \(unit)" }
      value /= 1000
    }
    return "\(decimal(value)) TB"
  }

  static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  /// `1 ticket`, `3 tickets`.
  static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

  /// `A`, `A and B`, `A, B and C`; beyond `limit`: `A, B and 7 more`.
  static func list(_ items: [String], limit: Int = .max) -> String {
    if items.count > limit { return items.prefix(limit).joined(separator: ", ") + " and \(items.count - limit) more" }
    guard items.count > 1, let last = items.last else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }

  private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
