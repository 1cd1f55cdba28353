import Platform

/// What shows results that are longer than the terminal, as git does it: only on a terminal, and a result that fits is just printed.
public struct Pager: Sendable, Equatable {
  /// A shell command; nil for none.
  public let command: String?

  /// - Parameters:
  ///   - gitPager: what `git var GIT_PAGER` says: `GIT_PAGER`, `core.pager`, `PAGER`, else `less`.
  ///   - setting: `pager.sageStream` of git's configuration: false for none, true for git's, or a command.
  ///   - environment: `GIT_PAGER_IN_USE` says that git has started one already.
  public init(gitPager: String?, setting: String?, environment: [String: String], isTerminal: Bool) {
    guard isTerminal, environment["TERM"] != "dumb", environment["GIT_PAGER_IN_USE"] == nil else {
      command = nil
      return
    }
    let wanted: String? =
      switch setting?.lowercased() {
      case "false", "no", "off", "0": nil
      case nil, "true", "yes", "on", "1", "": gitPager
      default: setting
      }
    command = wanted.flatMap { $0.isEmpty || $0 == "cat" ? nil : $0 }
  }

  /// Shows lines through the pager, or on the screen where there is none.
  ///
  /// As git sets them where the user has not: `LESS=FRX` (quit if it fits, colours, no clearing) and `LV=-c`.
  public func show(_ lines: [String], on screen: Screen) {
    guard let command, !lines.isEmpty else { return screen.show(lines) }
    let setting = "LESS=${LESS-FRX} LV=${LV--c} GIT_PAGER_IN_USE=true; export LESS LV GIT_PAGER_IN_USE; "
    if !PipedCommand.run(setting + command, input: Array((lines.joined(separator: "\n") + "\n").utf8)) { screen.show(lines) }
  }
}
