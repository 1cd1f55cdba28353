/// A moment on the wall clock, in whole seconds and nanoseconds since 1970. Time that is *measured* uses `ContinuousClock`
/// (it goes on while a laptop sleeps), never this.
public struct WallTime: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let seconds: Int
  public let nanoseconds: Int

  public init(seconds: Int, nanoseconds: Int = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  public static var now: WallTime {
    var raw = timespec()
    clock_gettime(CLOCK_REALTIME, &raw)
    return WallTime(seconds: Int(raw.tv_sec), nanoseconds: Int(raw.tv_nsec))
  }

  /// RFC 3339 in UTC with milliseconds, as `2026-11-22T19:54:00.123Z`.
  public var description: String {
    let date = calendar
    return
      "\(date.year)-\(date.month)-\(date.day)T\(date.hour):\(date.minute):\(date.second).\(Self.padded(nanoseconds / 1_000_000, 3))Z"
  }

  /// RFC 3339 in UTC without a fraction, as `2026-11-22T19:54:00Z`: the form the ticket queue uses.
  public var toTheSecond: String {
    let date = calendar
    return "\(date.year)-\(date.month)-\(date.day)T\(date.hour):\(date.minute):\(date.second)Z"
  }

  /// For names: `20261122T195400`.
  public var compact: String {
    let date = calendar
    return "\(date.year)\(date.month)\(date.day)T\(date.hour)\(date.minute)\(date.second)"
  }

  /// Reads what `description` and `toTheSecond` write; anything else is nil.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int? {
      // A number may have a sign, a part of a moment may not.
      guard bytes[range].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
      return Int(String(decoding: bytes[range], as: UTF8.self))
    }
    guard bytes.count == 20 || bytes.count == 24, bytes.last == UInt8(ascii: "Z"),
      let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      let milliseconds = bytes.count == 24 ? number(20..<23) : 0
    else { return nil }
    var parts = tm()
    parts.tm_year = Int32(year - 1900)
    parts.tm_mon = Int32(month - 1)
    parts.tm_mday = Int32(day)
    parts.tm_hour = Int32(hour)
    parts.tm_min = Int32(minute)
    parts.tm_sec = Int32(second)
    self.init(seconds: Int(timegm(&parts)), nanoseconds: milliseconds * 1_000_000)
    // The 32nd of a month and other separators are read above, and written otherwise.
    if (bytes.count == 24 ? description : toTheSecond) != text { return nil }
  }

  public static func < (a: WallTime, b: WallTime) -> Bool { (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds) }

  /// Seconds from `earlier` to `later`, negative where they stand the other way round.
  public static func - (later: WallTime, earlier: WallTime) -> Double {
    Double(later.seconds - earlier.seconds) + Double(later.nanoseconds - earlier.nanoseconds) / 1e9
  }

  /// The moment so many seconds later.
  public func advanced(by interval: Double) -> WallTime {
    let whole = interval.rounded(.down)
    let nanoseconds = nanoseconds + Int((interval - whole) * 1e9)
    return WallTime(seconds: seconds + Int(whole) + nanoseconds / 1_000_000_000, nanoseconds: nanoseconds % 1_000_000_000)
  }

  /// The time of day where the clock stands so many seconds from UTC: `14:32`.
  public func timeOfDay(secondsFromUTC offset: Int) -> String {
    let minutes = ((seconds + offset) / 60 % 1440 + 1440) % 1440
    return "\(Self.padded(minutes / 60, 2)):\(Self.padded(minutes % 60, 2))"
  }

  private var calendar: (year: String, month: String, day: String, hour: String, minute: String, second: String) {
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    return (
      Self.padded(Int(parts.tm_year) + 1900, 4), Self.padded(Int(parts.tm_mon) + 1, 2), Self.padded(Int(parts.tm_mday), 2),
      Self.padded(Int(parts.tm_hour), 2), Self.padded(Int(parts.tm_min), 2), Self.padded(Int(parts.tm_sec), 2)
    )
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

/// How far this machine's clock stands from UTC, as git writes it: `+0100`.
public func localTimeZoneOffset(at time: WallTime) -> String {
  let offset = localSecondsFromUTC(at: time)
  let minutes = abs(offset) / 60
  let digits = String(10000 + minutes / 60 * 100 + minutes % 60).dropFirst()
  return (offset < 0 ? "-" : "+") + digits
}

/// How far this machine's clock stands from UTC, in seconds, east positive.
public func localSecondsFromUTC(at time: WallTime) -> Int {
  var seconds = time_t(time.seconds)
  var parts = tm()
  localtime_r(&seconds, &parts)
  return Int(parts.tm_gmtoff)
}

extension WallTime {
  public func adding(_ interval: Double) -> WallTime {
    let total = Double(nanoseconds) + (interval - interval.rounded(.down)) * 1e9
    return WallTime(
      seconds: seconds + Int(interval.rounded(.down)) + (total >= 1e9 ? 1 : 0), nanoseconds: Int(total >= 1e9 ? total - 1e9 : total))
  }

  /// The next moment at which a clock shows this time, on this date where there is one (month from 0), in UTC or on this machine.
  public func next(_ date: (month: Int, day: Int)?, hour: Int, minute: Int, isUTC: Bool) -> WallTime {
    var now = time_t(seconds)
    var parts = tm()
    if isUTC { gmtime_r(&now, &parts) } else { localtime_r(&now, &parts) }
    parts.tm_hour = Int32(hour)
    parts.tm_min = Int32(minute)
    parts.tm_sec = 0
    parts.tm_isdst = -1
    if let date {
      parts.tm_mon = Int32(date.month)
      parts.tm_mday = Int32(date.day)
    }
    func moment() -> Int {
      // Both normalise their argument: the 32nd is the first of the next month.
      var copy = parts
      return Int(isUTC ? timegm(&copy) : mktime(&copy))
    }
    if moment() <= seconds { if date == nil { parts.tm_mday += 1 } else { parts.tm_year += 1 } }
    return WallTime(seconds: moment())
  }

  /// The time of day on this machine, `21:20`, with the date before it where it is another day than `today`'s: `Nov 25, 21:20`.
  public func localClock(today: WallTime) -> String {
    func parts(_ time: WallTime) -> tm {
      var seconds = time_t(time.seconds)
      var parts = tm()
      localtime_r(&seconds, &parts)
      return parts
    }
    let (own, now) = (parts(self), parts(today))
    let clock = "\(String(100 + own.tm_hour).dropFirst()):\(String(100 + own.tm_min).dropFirst())"
    if own.tm_yday == now.tm_yday, own.tm_year == now.tm_year { return clock }
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return "\(months[Int(own.tm_mon) % 12]) \(own.tm_mday), \(clock)"
  }
}
