/// What can be done with the terminal that somebody sits at, told from the environment alone.
public struct TerminalTraits: Sendable, Equatable {
  /// Whether lines that have been written can be written anew.
  public let canRedraw: Bool
  /// Whether it shows UTF-8.
  public let isUnicode: Bool
  /// Whether OSC 9;4 shows progress in its tab or in the task bar.
  public let showsProgress: Bool
  /// Whether it breaks long lines anew when its width changes.
  public let reflows: Bool

  /// - Parameter isTerminal: whether progress is written to a terminal at all.
  public init(environment: [String: String], isTerminal: Bool) {
    let term = environment["TERM"] ?? ""
    let isAutomation = environment["CI"].map { !["", "0", "false"].contains($0.lowercased()) } ?? false
    canRedraw = isTerminal && !term.isEmpty && term != "dumb" && !isAutomation
    // The first of these that is set decides, as in setlocale(3).
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    isUnicode = ["utf-8", "utf8"].contains { locale.lowercased().hasSuffix($0) || locale.lowercased().contains($0 + "@") }
    showsProgress = canRedraw && Self.knowsProgress(environment)
    let isInside = environment["TMUX"] != nil || environment["STY"] != nil
    reflows = isInside || environment["XTERM_VERSION"] == nil && term != "linux"
  }

  /// An unknown sequence is ignored by most terminals, but iTerm2 before 3.6.6 takes this one for a notification, so it needs a name that is known.
  private static func knowsProgress(_ environment: [String: String]) -> Bool {
    if environment["TMUX"] != nil || environment["STY"] != nil { return false }
    if environment["WT_SESSION"] != nil || environment["ConEmuANSI"] == "ON" { return true }
    switch environment["TERM_PROGRAM"] {
    case "ghostty", "WezTerm": return true
    case "iTerm.app":
      let version = (environment["TERM_PROGRAM_VERSION"] ?? "").split(separator: ".").map { Int($0.prefix { $0.isNumber }) ?? 0 }
      return !version.lexicographicallyPrecedes([3, 6, 6])
    default: return environment["VTE_VERSION"].flatMap { Int($0) }.map { $0 >= 7900 } ?? false
    }
  }
}
