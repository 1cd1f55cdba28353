import SageStream

/// A failure as git would say it: what happened and whether the target moved, details, what to type next, and the exit status.
///
/// This folder is the one place where failures become words and numbers. The first line is one sentence in lower case without a final
/// period; each hint is a sentence or a command on a line of its own.
public struct FailureText: Sendable, Equatable {
  public enum Prefix: String, Sendable {
    /// The command could not do its work.
    case fatal
    /// The command line itself is wrong.
    case error
  }

  public let prefix: Prefix
  public let sentence: String
  /// Lines that belong to the sentence, for example findings; shown indented.
  public let details: [String]
  public let hints: [String]
  public let exitStatus: Int32

  init(_ prefix: Prefix, _ sentence: String, details: [String] = [], hints: [String] = [], exitStatus: Int32) {
    self.prefix = prefix
    self.sentence = sentence
    self.details = details
    self.hints = hints
    self.exitStatus = exitStatus
  }

  /// What stands on standard error.
  public var lines: [String] { linesWithoutHints + hints.map { "hint: \($0)" } }

  /// The same for somebody who has switched advice off.
  public var linesWithoutHints: [String] { ["\(prefix.rawValue): \(sentence)"] + details.map { "  \($0)" } }

  /// - Parameter progress: how far the command had come, for the words on whether the target moved.
  public init(_ failure: Failure, after progress: MovedSoFar = .nothing) {
    let draft = Draft(failure)
    self.init(
      draft.prefix, draft.saysWhetherMoved ? draft.sentence : draft.sentence + "; " + progress.clause, details: draft.details,
      hints: draft.hints, exitStatus: draft.exitStatus)
  }

  /// Bad usage that the option parser found.
  public init(usage sentence: String, verb: String?) {
    self.init(
      .error, sentence.harmless() + "; " + MovedSoFar.nothing.clause,
      hints: ["git sage-stream \(verb.map { $0 + " " } ?? "")-h shows the options"], exitStatus: 129)
  }
}

/// How far a command had come when it failed.
public enum MovedSoFar: Sendable, Equatable {
  /// It changed nothing at all.
  case nothing
  /// It worked on tickets; so many had landed on this branch.
  case landed(Int, on: String)

  var clause: String {
    switch self {
    case .nothing: "nothing was changed"
    case .landed(0, let target): "nothing has landed on \(target.harmless())"
    case .landed(let count, let target):
      "\(Amounts.count(count, "ticket")) had landed on \(target.harmless()) before, whole and safe"
    }
  }
}

/// A failure text before it says whether the target moved.
struct Draft {
  var prefix = FailureText.Prefix.fatal
  var sentence: String
  var details: [String] = []
  var hints: [String] = []
  var exitStatus: Int32 = 128
  /// The sentence says itself whether the target moved.
  var saysWhetherMoved = false

  init(_ sentence: String, details: [String] = [], hints: [String] = [], exitStatus: Int32 = 128) {
    self.sentence = sentence
    self.details = details
    self.hints = hints
    self.exitStatus = exitStatus
  }

  static func usage(_ sentence: String, details: [String] = [], hints: [String] = []) -> Draft {
    var draft = Draft(sentence, details: details, hints: hints, exitStatus: 129)
    draft.prefix = .error
    return draft
  }
}
