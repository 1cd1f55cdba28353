/// The few colours we use, or none. Colour never carries a meaning that the words beside it do not.
public struct Style: Sendable, Equatable {
  public let isColoured: Bool

  public init(isColoured: Bool) { self.isColoured = isColoured }

  /// For files, pipes and tests.
  public static let plain = Style(isColoured: false)

  public func good(_ text: String) -> String { paint(text, "32") }
  public func bad(_ text: String) -> String { paint(text, "31") }
  public func warning(_ text: String) -> String { paint(text, "33") }
  public func name(_ text: String) -> String { paint(text, "36") }
  public func strong(_ text: String) -> String { paint(text, "1") }
  public func faint(_ text: String) -> String { paint(text, "2") }

  private func paint(_ text: String, _ code: String) -> String {
    isColoured && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[m" : text
  }
}

extension Style {
  /// Decides once, as git does, whether a stream gets colour.
  ///
  /// `color.sageStream` wins over `color.ui`, both over the default `auto`: colour on a terminal, or when git's own pager is what we write
  /// to. `NO_COLOR` (no-color.org) switches colour off unless git configuration says `always` for this very command.
  public init(
    command setting: String?, userInterface: String?, environment: [String: String], isTerminal: Bool
  ) {
    let choice = setting.flatMap(Choice.init) ?? .unset
    let noColour = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    let canShow = isTerminal && environment["TERM"] != "dumb" || environment["GIT_PAGER_IN_USE"] == "true"
    switch choice {
    case .always: isColoured = true
    case .never: isColoured = false
    case .automatic: isColoured = canShow && !noColour
    case .unset:
      switch userInterface.flatMap(Choice.init) ?? .automatic {
      case .never: isColoured = false
      case .always: isColoured = !noColour
      case .automatic, .unset: isColoured = canShow && !noColour
      }
    }
  }

  /// What git takes for a colour setting; a plain yes means `auto` (git-config(1), color.ui).
  private enum Choice {
    case always, never, automatic, unset

    init?(_ text: String) {
      switch text.lowercased() {
      case "always": self = .always
      case "never", "false", "no", "off", "0": self = .never
      case "auto", "true", "yes", "on", "1", "": self = .automatic
      default: return nil
      }
    }
  }
}
