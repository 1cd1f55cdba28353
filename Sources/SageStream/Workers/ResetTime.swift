import Platform

/// When a limit is reset, as services and agents say it.
enum ResetTime {
  /// Finds the moment in one line of output; nil where it names none, or one that is past or more than 60 days away.
  ///
  /// Understood: `...|1761998400`, `"resets_at":1761998400`, `"resets_in_seconds":1234`, `retry-after: 30`, `try again in 3 days 4 hours`,
  /// `retry in 34.07s`, `reset after 15h22m3s`, `resets 9:20pm (UTC)`, `resets at 7pm`, `try again at 3:05 PM`, `resets Oct 6, 1pm`. A time of
  /// day without `UTC` or `GMT` behind it is this machine's; agents write the user's.
  static func find(in text: String, now: WallTime) -> WallTime? {
    let lower = text.lowercased()
    let found = epoch(lower) ?? seconds(lower).map { now.adding($0) } ?? span(lower).map { now.adding($0) } ?? clock(lower, now)
    guard let found, found > now, found - now < 60 * 86_400 else { return nil }
    return found
  }

  private static func epoch(_ text: String) -> WallTime? {
    for key in ["limit reached|", "\"resets_at\":", "\"resetsat\":", "resets_at=", "\"reset_at\":"] {
      guard let place = text.firstRange(of: key) else { continue }
      let digits = text[place.upperBound...].drop { $0 == " " }.prefix { $0.isASCII && $0.isNumber }
      if digits.count == 10 || digits.count == 13, let number = Int(digits.prefix(10)) { return WallTime(seconds: number) }
    }
    return nil
  }

  private static func seconds(_ text: String) -> Double? {
    for key in ["resets_in_seconds", "retry_after", "retry-after", "retryafter", "retry after"] {
      guard let place = text.firstRange(of: key) else { continue }
      let rest = text[place.upperBound...].drop { "\": =".contains($0) }
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      guard let number = Double(digits) else { continue }
      // "retry after 5 minutes" is a span.
      let unit = rest.dropFirst(digits.count).drop { $0 == " " }.prefix { $0.isLetter }
      if ["", "s", "sec", "second", "seconds"].contains(unit) { return number }
    }
    return nil
  }

  /// `in 3 days 4 hours 5 minutes`, `in 34.07s`, `after 15h22m3s`, `retrydelay":"34s`.
  private static func span(_ text: String) -> Double? {
    for key in [
      "again in ", "retry in ", "resets in ", "reset in ", "reset after ", "retry after ", "retrying in ", "retrydelay\":\"",
      "retrydelay\": \"", "available in ",
    ] {
      guard let place = text.firstRange(of: key) else { continue }
      var rest = text[place.upperBound...]
      var total = 0.0
      var isAny = false
      while true {
        rest = rest.drop { $0 == " " || $0 == "," || $0 == "~" }
        if rest.hasPrefix("and ") { rest = rest.dropFirst(4) }
        let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard !digits.isEmpty, let number = Double(digits) else { break }
        rest = rest.dropFirst(digits.count).drop { $0 == " " }
        let unit = rest.prefix { $0.isLetter }
        guard let factor = factor(unit) else { break }
        rest = rest.dropFirst(unit.count)
        total += number * factor
        isAny = true
      }
      if isAny { return total }
    }
    return nil
  }

  private static func factor(_ unit: Substring) -> Double? {
    switch unit {
    case "ms": 0.001
    case "s", "sec", "secs", "second", "seconds": 1
    case "m", "min", "mins", "minute", "minutes": 60
    case "h", "hr", "hrs", "hour", "hours": 3600
    case "d", "day", "days": 86_400
    default: nil
    }
  }

  /// `resets 9:20pm (UTC)`, `resets at 7pm`, `try again at 3:05 PM`, `resets Oct 6, 1pm`.
  private static func clock(_ text: String, _ now: WallTime) -> WallTime? {
    for key in ["resets at ", "reset at ", "again at ", "resets "] {
      guard let place = text.firstRange(of: key) else { continue }
      var words = text[place.upperBound...].split { $0 == " " || $0 == "," }[...]
      var date: (month: Int, day: Int)?
      if let first = words.first, let month = months.firstIndex(of: String(first.prefix(3))) {
        words = words.dropFirst()
        guard let day = words.first.flatMap({ Int($0.prefix { $0.isNumber }) }) else { continue }
        date = (month, day)
        words = words.dropFirst()
        if words.first.map({ $0.count == 4 && $0.allSatisfy(\.isNumber) }) == true { words = words.dropFirst() }
        if words.first == "at" { words = words.dropFirst() }
      }
      guard var time = words.first else { continue }
      words = words.dropFirst()
      var half: Substring?
      if time.hasSuffix("am") || time.hasSuffix("pm") {
        half = time.suffix(2)
        time = time.dropLast(2)
      } else if let next = words.first, next.hasPrefix("am") || next.hasPrefix("pm") {
        half = next.prefix(2)
        words = words.dropFirst()
      }
      let parts = time.split(separator: ":").map { Int($0) }
      guard let first = parts.first, var hour = first, (0...23).contains(hour) else { continue }
      let minute = parts.count > 1 ? parts[1] ?? 0 : 0
      if half == nil, parts.count < 2 { continue }
      if half == "pm", hour < 12 { hour += 12 }
      if half == "am", hour == 12 { hour = 0 }
      let zone = words.first.map { $0.filter { $0.isLetter || $0 == "/" } }
      let isUTC = zone == "utc" || zone == "gmt" || zone == "etc/utc"
      return now.next(date, hour: hour, minute: minute, isUTC: isUTC)
    }
    return nil
  }

  private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
}
