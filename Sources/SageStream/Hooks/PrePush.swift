import Git
import Platform
import Tickets

/// The pre-push hook: says why a push should not happen.
///
/// It reads objects, references and journals, never takes the run lock (a run, or a worker of one, may be who pushes), and changes nothing.
/// A finding closes the door; whatever goes wrong with the hook itself opens it, with a warning.
public struct PrePush: Sendable {
  public let remote: String
  public let lines: [PushLine]
  let layout: RepositoryLayout
  let configuration: GitConfiguration
  let verdicts: (any TreeVerdicts)?

  /// More commits than that are a history that moves house, not work: the rest is not looked at.
  static let mostCommits = 5000

  /// git in the work tree, for its attributes; objects are taken as they will be sent.
  var git: GitCommand { layout.gitHere.setting(["GIT_NO_REPLACE_OBJECTS": "1"]) }
  var stateFolder: FilePath { layout.commonFolder.appending("sage-stream") }

  /// - Parameters:
  ///   - remote: the hook's first argument: the remote's name, or its URL where it has none.
  ///   - lines: what git wrote to standard input.
  ///   - verdicts: who knows which trees are green; without one `sageStream.prePush=verify` cannot be obeyed.
  public init(
    remote: String, lines: [PushLine], layout: RepositoryLayout, configuration: GitConfiguration, verdicts: (any TreeVerdicts)? = nil
  ) {
    self.remote = remote
    self.lines = lines
    self.layout = layout
    self.configuration = configuration
    self.verdicts = verdicts
  }

  /// Looks at everything; one part that cannot be looked at does not keep the others from it.
  public func verdict() async -> PushVerdict {
    var commits = PushedCommits([])
    var verdict = part("unfinished landings") { () throws(Failure) in try openLandings() }
    verdict.queue = queueFile.name
    do throws(Failure) { commits = try await pushedCommits() } catch {
      verdict.warnings.append("the pushed commits could not be looked at: \(error.briefly)")
    }
    if commits.all.count >= Self.mostCommits {
      verdict.warnings.append("only the newest \(Self.mostCommits) of the pushed commits were looked at")
    }
    let pushed = commits
    // Each of these mostly waits for a git of its own.
    async let whole = part("whether tickets are whole") { () async throws(Failure) in try await partsOfTickets(pushed) }
    async let markers = part("conflict markers") { () async throws(Failure) in try await conflictMarkers(pushed) }
    async let queue = part("the ticket queue") { () async throws(Failure) in try await queueFindings(pushed) }
    let names = part("the names of the references") { () throws(Failure) in try parkedWork() }
    for part in await [whole, markers, queue, names] {
      verdict.findings += part.findings
      verdict.warnings += part.warnings
    }
    if configuration.string("sageStream.prePush") == "verify" {
      if verdicts == nil {
        verdict.warnings.append(
          "sageStream.prePush=verify needs a check (git config sageStream.check COMMAND): none was run on what is pushed")
      }
      let trees = await part("whether the check passes") { () async throws(Failure) in try await treesThatAreNotGreen(pushed) }
      verdict.findings += trees.findings
      verdict.warnings += trees.warnings
    }
    return verdict
  }

  private func part(_ subject: String, _ work: () throws(Failure) -> [PushFinding]) -> PushVerdict {
    var verdict = PushVerdict()
    do throws(Failure) { verdict.findings = try work() } catch {
      verdict.warnings = ["\(subject) could not be looked at: \(error.briefly)"]
    }
    return verdict
  }

  private func part(_ subject: String, _ work: () async throws(Failure) -> [PushFinding]) async -> PushVerdict {
    var verdict = PushVerdict()
    do throws(Failure) { verdict.findings = try await work() } catch {
      verdict.warnings = ["\(subject) could not be looked at: \(error.briefly)"]
    }
    return verdict
  }

  /// `rev-list <ids> --not --remotes=<name>`, and without what the remote says it has, where that is here.
  private func pushedCommits() async throws(Failure) -> PushedCommits {
    let tips = lines.compactMap(\.local)
    if tips.isEmpty { return PushedCommits([]) }
    do throws(GitError) {
      let have = lines.compactMap(\.remote).map { "^\($0.hex)" }
      return PushedCommits(
        try await PushedCommit.list(
          git, ["--max-count=\(Self.mostCommits)", "--not", remotes], from: tips.map(\.hex) + have))
    } catch { throw .git(error) }
  }

  /// What is known of the remote; of one without a name, of all remotes.
  var remotes: String {
    configuration.subsections(of: "remote").contains(remote) ? "--remotes=\(remote)" : "--remotes"
  }

  /// The tips of the push that are commits, each once, with the reference that it goes to.
  func tips(_ commits: PushedCommits) -> [(commit: PushedCommit, to: RefName)] {
    var seen: Set<CommitID> = []
    return lines.compactMap { line in
      // An annotated tag's commit is pushed too, but a tag says nothing about the state of the work.
      guard let id = line.local?.of(CommitKind.self), seen.insert(id).inserted, let commit = commits[id] else { return nil }
      return (commit, line.remoteName)
    }
  }

  private func parkedWork() throws(Failure) -> [PushFinding] {
    do throws(GitError) {
      if try configuration.bool("sageStream.allowWorkerPush") ?? false { return [] }
    } catch { throw .git(error) }
    var seen: Set<RefName> = []
    return lines.filter { !$0.isDeletion }.compactMap { line in
      let names = [RefName(line.localName), line.remoteName]
      if let name = names.first(where: { $0.rawValue.hasPrefix(InternalReference.prefix) }), seen.insert(name).inserted {
        return .internalReference(name)
      }
      if let name = names.first(where: { $0.rawValue.hasPrefix("refs/heads/sage/") }), seen.insert(name).inserted {
        return .parkedWork(name)
      }
      return nil
    }
  }

  private func treesThatAreNotGreen(_ commits: PushedCommits) async throws(Failure) -> [PushFinding] {
    guard let verdicts else { return [] }
    var findings: [PushFinding] = []
    for (commit, name) in tips(commits) {
      let answer = try await verdicts.verdict(on: commit.tree)
      if answer.verdict != .green { findings.append(.notGreen(commit.id, to: name, answer)) }
    }
    return findings
  }
}

extension Failure {
  /// A few words for a warning of the hook.
  fileprivate var briefly: String {
    switch self {
    case .git(.commandFailed(let arguments, let status, let message)):
      "git \(arguments.first ?? "") ended with \(status): \(message.split(separator: "\n").first ?? "")"
    case .git(.badSetting(_, _, let message)): message
    case .git(let error): "\(error)"
    case .fileSystem(let path, let error): "\(path): \(error)"
    default: "\(self)"
    }
  }
}
