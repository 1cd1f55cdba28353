import Git
import Platform
import SageStream
import Tickets

extension Draft {
  static func unfinishedLanding(_ target: RefName, _ tickets: [TicketID], _ hasMoved: Bool, _ cause: Failure) -> Draft {
    let name = target.short.harmless()
    let list = Amounts.list(tickets.map(\.shown), limit: 12)
    let sentence =
      hasMoved
      ? "\(name) has moved\(list.isEmpty ? "" : ", with \(list) whole on it"), but what follows could not be finished"
      : "\(name) did not move, and its checkout could not be put back as it was\(list.isEmpty ? "" : " before \(list)")"
    var draft = Draft(
      "\(sentence): \(Draft(cause).sentence)",
      hints: ["git sage-stream --auto puts it in order first of all; until then leave an index.lock that is there alone"])
    draft.saysWhetherMoved = true
    return draft
  }

  static func unknownBranch(_ name: String) -> Draft {
    .usage(
      "there is no branch '\(name.harmless())' to land on",
      hints: ["git branch --list shows the branches", "git branch \(CommandLineText.word(name.harmless())) makes this one"])
  }

  static var bareWithoutTarget: Draft {
    Draft(
      "this repository is bare, so no checked out branch says where to land",
      hints: ["git sage-stream --onto BRANCH --index PATH"])
  }

  static var noWorkTreeForQueue: Draft {
    Draft(
      "this repository is bare, so there is no work tree to read the ticket queue from",
      hints: ["git sage-stream --index PATH, or type it in one of the repository's worktrees"])
  }

  static func unbornTarget(_ target: RefName) -> Draft {
    Draft(
      "branch \(target.short.harmless()) has no commit yet, so there is nothing to land on",
      hints: ["git commit --allow-empty -m 'Begin'"])
  }

  static var detachedWithoutTarget: Draft {
    Draft(
      "HEAD is detached, so no checked out branch says where to land",
      hints: ["git switch BRANCH, or: git sage-stream --onto BRANCH"])
  }

  static func operationInProgress(_ operation: String, in checkout: FilePath) -> Draft {
    Draft(
      "a \(operation.harmless()) is in progress in \(checkout.shown)",
      hints: ["finish it with git \(operation.harmless()) --continue, or give it up with --abort"])
  }

  static func noIdentity(_ message: String) -> Draft {
    Draft(
      "git does not know who commits: \(firstLine(message))",
      hints: ["git config user.name 'Your Name'", "git config user.email you@example.com"])
  }

  static func badConfiguration(_ key: String, _ value: String, expected: String) -> Draft {
    Draft(
      "the configuration has \(key.harmless()) = '\(value.harmless())', which is not \(expected.harmless())",
      hints: [
        "git config --show-origin \(CommandLineText.word(key.harmless())) says which file",
        "git config \(CommandLineText.word(key.harmless())) VALUE",
      ])
  }

  static func locked(_ holder: LockHolder?, waited seconds: Int) -> Draft {
    let waited = seconds > 0 ? ", and still did after \(Amounts.duration(Double(seconds)))" : ""
    guard let holder else {
      return Draft(
        "another git sage-stream works on this repository\(waited)", hints: ["git sage-stream status"], exitStatus: 75)
    }
    let run = holder.run.map { "run \($0.harmless())" } ?? "another git sage-stream"
    return Draft(
      "\(run) works on this repository (process \(holder.pid) on \(holder.host.harmless()) since \(holder.since.toTheSecond))\(waited)",
      hints: ["git sage-stream status", "git config sageStream.lockTimeout SECONDS sets how long to wait"], exitStatus: 75)
  }
}

func firstLine(_ text: String) -> String {
  (text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "").harmless()
}
