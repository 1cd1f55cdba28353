/// All settings that hold for a repository, read once: system, user, repository, worktree and command line, in git's order.
///
/// Keys are written as in git's manual: section and variable in any case, the subsection between them exactly
/// (`sageStream.maxFailures`, `branch.Main.remote`). Where a key is set several times the last one wins.
public struct GitConfiguration: Sendable, Equatable {
  /// Nil is a key without `=`, which is true for a boolean and empty for the rest.
  private let values: [String: [String?]]

  private init(values: [String: [String?]]) { self.values = values }

  /// The same without one key, as if nobody had set it.
  public func leavingOut(_ key: String) -> GitConfiguration {
    GitConfiguration(values: values.filter { $0.key != Self.normalized(key) })
  }

  /// Takes the output of `git config --list -z`.
  public init(listing: some Sequence<UInt8>) {
    var values: [String: [String?]] = [:]
    for item in Array(listing).split(separator: 0) {
      let cut = item.firstIndex(of: UInt8(ascii: "\n"))
      let key = String(decoding: item[..<(cut ?? item.endIndex)], as: UTF8.self)
      let value = cut.map { String(decoding: item[($0 + 1)...], as: UTF8.self) }
      values[Self.normalized(key), default: []].append(value)
    }
    self.values = values
  }

  /// Asks git, with all that `git -c` and the environment say.
  public static func read(_ git: GitCommand) async throws(GitError) -> GitConfiguration {
    GitConfiguration(listing: try await git.run("config", "--list", "-z").standardOutput)
  }

  public func isSet(_ key: String) -> Bool { last(key) != nil }

  public func string(_ key: String) -> String? { last(key).map { $0 ?? "" } }

  /// Every value of a key that may be given several times, in order.
  public func strings(_ key: String) -> [String] { (values[Self.normalized(key)] ?? []).map { $0 ?? "" } }

  /// Whether the configuration names a command for an event of git's (git-hook(1), `hook.<name>.event`).
  public func hasHook(for event: String) -> Bool {
    values.contains { key, values in key.hasPrefix("hook.") && key.hasSuffix(".event") && values.contains(event) }
  }

  /// A boolean as git reads it: `true`, `yes`, `on`, `1`, no value at all; `false`, `no`, `off`, `0`, an empty value.
  ///
  /// - Throws: `GitError.badSetting` for anything else.
  public func bool(_ key: String) throws(GitError) -> Bool? {
    guard let found = last(key) else { return nil }
    guard let value = found else { return true }
    switch value.lowercased() {
    case "true", "yes", "on": return true
    case "false", "no", "off", "": return false
    default:
      if let number = Self.number(value) { return number != 0 }
      throw .badSetting(key: key, value: value, message: "bad boolean config value '\(value)' for '\(key)'")
    }
  }

  /// A whole number as git reads it: `k`, `m` and `g` multiply by 1024, its square and its cube.
  ///
  /// - Throws: `GitError.badSetting` for anything else.
  public func int(_ key: String) throws(GitError) -> Int? {
    guard let value = string(key) else { return nil }
    guard let number = Self.number(value) else {
      throw .badSetting(key: key, value: value, message: "bad numeric config value '\(value)' for '\(key)'")
    }
    return number
  }

  /// A length of time: `90`, `90s`, `30m`, `2h`.
  ///
  /// - Throws: `GitError.badSetting` for anything else, negative times included.
  public func duration(_ key: String) throws(GitError) -> Duration? {
    guard let value = string(key) else { return nil }
    guard let duration = Duration(gitText: value) else {
      throw .badSetting(key: key, value: value, message: "bad duration config value '\(value)' for '\(key)' (use 90, 90s, 30m or 2h)")
    }
    return duration
  }

  /// The names between a section and a variable that are set: for `agent.<name>.command`, every name. Sorted.
  public func subsections(of section: String) -> [String] {
    let prefix = section.lowercased() + "."
    let names = values.keys.compactMap { key -> String? in
      guard key.hasPrefix(prefix), let end = key.lastIndex(of: ".") else { return nil }
      let start = key.index(key.startIndex, offsetBy: prefix.count)
      return start < end ? String(key[start..<end]) : nil
    }
    return Set(names).sorted()
  }

  private func last(_ key: String) -> String?? { values[Self.normalized(key)]?.last }

  private static func normalized(_ key: String) -> String {
    guard let first = key.firstIndex(of: "."), let last = key.lastIndex(of: ".") else { return key.lowercased() }
    return key[..<first].lowercased() + key[first..<last] + key[last...].lowercased()
  }

  private static func number(_ text: String) -> Int? {
    let units: [Character: Int] = ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30]
    let unit = text.last.flatMap { units[Character($0.lowercased())] }
    guard let number = Int(unit == nil ? text[...] : text.dropLast()) else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: unit ?? 1)
    return overflow ? nil : product
  }
}

extension Duration {
  /// Reads `90`, `90s`, `30m`, `2h`; anything else is nil.
  public init?(gitText text: some StringProtocol) {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600]
    let unit = text.last.flatMap { units[$0] }
    let digits = unit == nil ? text[...] : text.dropLast()
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits),
      case let (seconds, overflow) = number.multipliedReportingOverflow(by: unit ?? 1), !overflow
    else { return nil }
    self = .seconds(seconds)
  }
}
