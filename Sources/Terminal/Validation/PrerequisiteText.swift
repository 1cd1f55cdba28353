import Git
import Platform
import SageStream

/// One prerequisite in words: a sentence, and what to do where it is not fine.
struct PrerequisiteText {
  let sentence: String
  private(set) var details: [String] = []
  private(set) var hints: [String] = []

  init(_ prerequisite: Prerequisite) {
    switch prerequisite.fact {
    case .failure(let failure):
      let draft = Draft(failure)
      self.init(draft.sentence, details: draft.details, hints: draft.hints)
    case .version(let version): self.init(version)
    case .gitVersion(let version): self.init("\(version), and \(GitVersion.minimum.major).\(GitVersion.minimum.minor) or newer is needed")
    case .queue(let path, let tickets): self.init("\(Amounts.count(tickets, "ticket")) in \(path.shown)")
    case .queueErrors(let path, let count):
      self.init(
        "\(Amounts.count(count, "error")) in \(path.shown), listed below", hints: ["correct the file, then: git sage-stream validate"])
    case .way(let way): self.init(way)
    case .target(let target, let checkouts):
      let places = checkouts.isEmpty ? "checked out nowhere" : "checked out in \(Amounts.list(checkouts.map(\.shown), limit: 3))"
      self.init("\(target.short.harmless()), \(places)")
    case .noOperation: self.init("no merge, rebase or cherry-pick in progress")
    case .operation(let operation, let path, let stopsLanding):
      let command = operation.command
      self.init(
        "a \(operation.words) in \(path.shown)" + (stopsLanding ? "; nothing lands before its end" : "; what it touches does not land"),
        hints: [command == "bisect" ? "git bisect reset" : "git \(command) --continue, or git \(command) --abort"])
    case .identity(let identity): self.init(identity.harmless())
    case .unsigned: self.init("commits are not signed (commit.gpgSign)")
    case .signed(let program): self.init("a commit was signed on trial (\(program.harmless()))")
    case .cannotSign(let message):
      self.init(
        "a commit cannot be signed: \(firstLine(message.hasPrefix("error: ") ? String(message.dropFirst(7)) : message))",
        details: message.split(whereSeparator: \.isNewline).dropFirst().prefix(3).map { $0.harmless() },
        hints: ["git config --show-origin --get-regexp 'gpgsign|signingkey|gpg' shows the settings"])
    case .worker(let line, let program): self.init(program, of: line)
    case .noWorker(let agents):
      let draft = Draft.noWorker(agentsOnPath: agents)
      self.init("no worker is configured; a run needs --worker COMMAND then", hints: draft.hints)
    case .worktrees(let path, let existing):
      self.init("\(path.shown) can be written to" + (existing > 0 ? "; \(existing) there already" : ""))
    case .notWritable(let path, let errno):
      self.init("\(path.shown): \(errno.words)", hints: ["git config sageStream.worktreeRoot FOLDER"])
    case .disk(let need): self.init(need)
    case .ticketBased: self.init("TICKET_BASED")
    case .noWorkflowMode: self.init("there is no .sage/workflow-mode", hints: ["echo TICKET_BASED >.sage/workflow-mode"])
    case .noLocks: self.init("no lock is held")
    case .runGoesOn(let holder):
      let run = holder.run.map { "run \($0.harmless())" } ?? "another git sage-stream"
      self.init(
        "\(run) goes on (process \(holder.pid) on \(holder.host.harmless()) since \(holder.since.toTheSecond)); another one would wait for it",
        hints: ["git sage-stream status"])
    case .lock(let lock): self.init(lock)
    case .noLeftOvers: self.init("none")
    case .leftOver(let leftOver): self.init(leftOver)
    case .broken(let finding):
      self.init(finding.sentence.harmless(), hints: finding.isMendable ? ["git sage-stream validate --repair"] : [])
    }
  }

  private init(_ sentence: String, details: [String] = [], hints: [String] = []) {
    self.sentence = sentence
    self.details = details
    self.hints = hints
  }

  private init(_ way: Prerequisite.Way) {
    switch way {
    case .libgit2: self.init("read and written by libgit2, in this process")
    case .chosen(let engine): self.init("read and written by \(engine.rawValue), as sageStream.engine says")
    case .gitBecause(let reason): self.init("read and written by git alone: \(firstLine(reason))")
    case .impossible(let reason):
      self.init("sageStream.engine is libgit2, which cannot be: \(firstLine(reason))", hints: ["git config --unset sageStream.engine"])
    case .merges(let drivers):
      let known = drivers.isEmpty ? "" : ", and the merge drivers \(Amounts.list(drivers.map { $0.harmless() }, limit: 5))"
      self.init("what both sides touched, by git merge-tree: renames, attributes\(known)")
    case .checkouts(let filters, let isSparse):
      let reasons =
        (filters.isEmpty ? [] : ["its filters (\(Amounts.list(filters.map { $0.harmless() }, limit: 5)))"])
        + (isSparse ? ["its sparse checkout"] : [])
      self.init(
        "written by git" + (reasons.isEmpty ? ", which alone knows filters and sparse checkouts" : ", because of \(Amounts.list(reasons))"))
    case .commits(let signed):
      self.init(signed ? "made by git commit-tree, which signs them" : "made like git's own, with the same ids either way")
    }
  }

  private init(_ need: Prerequisite.DiskNeed) {
    let workers = "\(Amounts.count(need.workers, "worker")) \(need.workers == 1 ? "takes" : "take")"
    let one = "\(Amounts.bytes(need.bytes)), \(Amounts.count(need.files, "file"))"
    let checkouts = Amounts.count(need.missing, need.existing > 0 ? "more checkout" : "checkout")
    let use =
      need.missing == 0
      ? "\(workers) no new checkout (each has \(one))" : "\(workers) \(Amounts.bytes(need.needed)) (\(checkouts) of \(one))"
    self.init(
      "\(use); \(Amounts.bytes(need.space.free)) are free in \(need.folder.shown)",
      hints: need.outcome == .ok
        ? [] : ["git config sageStream.worktreeRoot FOLDER puts them on another disk", "or fewer workers: --parallel=N"])
  }

  private init(_ lock: Prerequisite.LockFile) {
    if let run = lock.run {
      self.init("\(lock.path.shown) is of run \(run), which died", hints: ["git sage-stream validate --repair"])
    } else {
      self.init(
        "\(lock.path.shown) is held by another program, for \(Amounts.duration(Double(lock.seconds)))",
        hints: ["when no git is running any more: rm \(CommandLineText.word(lock.path.shown))"])
    }
  }

  private init(_ leftOver: LeftOver) {
    let repair = ["git sage-stream validate --repair"]
    switch leftOver {
    case .deadRun(let run, true):
      self.init("run \(run) died while it moved the target", hints: repair + ["the next run finishes or takes back that landing, too"])
    case .deadRun(let run, false): self.init("run \(run) died", hints: repair + ["the next run goes on with it, too"])
    case .waitingWork(let run, let tickets):
      self.init(
        "run \(run) left \(Amounts.count(tickets, "finished ticket")) that did not land yet", hints: ["git sage-stream --auto --limit=0"])
    case .lockedWorktree(let path): self.init("the worktree \(path.shown) is locked by a process that died while making it", hints: repair)
    case .missingWorktree(let path): self.init("the worktree \(path.shown) is registered and gone", hints: repair)
    case .temporaryFile(let path): self.init("\(path.shown), a temporary file of a process that is gone", hints: repair)
    case .bareFlag: self.init("core.bare is true although there is a work tree", hints: repair)
    }
  }

  private init(_ program: Prerequisite.WorkerProgram, of line: String) {
    let command = firstLine(line).clipped(to: 80)
    let settings = ["git config sageStream.worker COMMAND, or --worker COMMAND"]
    switch program {
    case .found(let path): self.init("\(command)  (\(path.shown))")
    case .inTree: self.init("\(command)  (in every worktree)")
    case .shell: self.init("\(command)  (a shell finds out)")
    case .broughtAlong(let path):
      self.init("\(command): \(path.harmless()) is not committed, so sageStream.setup or sageStream.copy has to bring it along")
    case .notFound(let name): self.init("\(command): \(name.harmless()) was not found", hints: settings)
    case .notInTree(let path):
      self.init(
        "\(command): \(path.harmless()) is not in the commit that workers start from",
        hints: ["git add \(CommandLineText.word(path.harmless())), and commit it; or give an absolute path"])
    case .notExecutable(let path):
      self.init(
        "\(command): \(path.harmless()) is not executable", hints: ["chmod +x \(CommandLineText.word(path.harmless())), and commit that"])
    case .syntax(let message): self.init("\(command): the shell cannot read it: \(firstLine(message))", hints: settings)
    }
  }
}

extension Operation {
  fileprivate var words: String {
    switch self {
    case .applyingMail: "git am is in progress"
    default: "\(command) is in progress"
    }
  }

  fileprivate var command: String {
    switch self {
    case .merge: "merge"
    case .cherryPick: "cherry-pick"
    case .revert: "revert"
    case .applyingMail: "am"
    case .rebase: "rebase"
    case .bisect: "bisect"
    }
  }
}
