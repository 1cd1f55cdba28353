import Git
import Platform
import Tickets

/// Looks whether everything that must always hold does (DESIGN section 4): of a repository after a crash, and at any other time.
///
/// One function, `findings`, serves `validate` and the tests alike. It reads journals, references, files and, where asked to, all objects; it
/// changes nothing and takes no lock. While a run is going on only what cannot be that run's doing is said.
public struct InvariantChecker: Sendable {
  let project: Project
  let target: RefName
  let store: @Sendable () throws(GitError) -> any ObjectStore
  /// Of all runs, oldest first.
  let records: [RunRecord]
  /// A run works on the queue at this moment.
  let isBusy: Bool

  /// What is wrong, the gravest first; empty where all is in order.
  ///
  /// - Parameters:
  ///   - folder: where the command was typed. Where `core.bare` was turned over, that is the one finding, and git can tell no more.
  ///   - target: nil for the branch that a run would land on; where there is none, what concerns it is left out.
  ///   - earlierWork: what the user had before; nil leaves out whether it is the same still.
  ///   - checksObjects: also asks `git fsck --connectivity-only`, which takes its time in a large repository.
  public static func findings(
    from folder: FilePath, environment: [String: String], index: String? = nil, target: RefName? = nil, earlierWork: UserWork? = nil,
    checksObjects: Bool = true
  ) async throws(Failure) -> [InvariantFinding] {
    let layout: RepositoryLayout
    do throws(GitError) { layout = try await RepositoryLayout.discover(from: folder, environment: environment) } catch { throw .git(error) }
    if LeftOvers.hasTurnedBareFlag(layout) {
      return [
        InvariantFinding(.leftovers, "core.bare is true in a repository with a work tree, so git refuses to work there", isMendable: true)
      ]
    }
    let project = try await Project.open(from: folder, environment: environment, index: index)
    return try await findings(of: project, target: target, earlierWork: earlierWork, checksObjects: checksObjects)
  }

  /// The same for a project that is open.
  ///
  /// - Parameter known: what has been said already.
  public static func findings(
    of project: Project, target: RefName? = nil, earlierWork: UserWork? = nil, checksObjects: Bool = true, without known: [LeftOver] = [],
    _ knownLocks: Set<FilePath> = []
  ) async throws(Failure) -> [InvariantFinding] {
    let records = try project.allRecords()
    let branch: RefName? = if let target { target } else { try? await project.target(onto: nil) }
    var findings: [InvariantFinding] = []
    if let branch {
      let checker = InvariantChecker(project: project, target: branch, records: records)
      findings += try await checker.checkTarget()
      findings += try await checker.checkSubmissions()
      findings += try await checker.checkCheckouts(earlierWork)
      findings += try await checker.checkQueue()
    }
    if let earlierWork {
      for difference in try await earlierWork.differences(in: project) { findings.append(InvariantFinding(.usersWork, difference)) }
    }
    findings += try await leftOvers(in: project, records, without: known, knownLocks)
    if checksObjects { findings += try await missingObjects(in: project) }
    return findings
  }

  private init(project: Project, target: RefName, records: [RunRecord]) {
    self.project = project
    self.target = target
    self.records = records
    store = { () throws(GitError) in try project.makeStore() }
    isBusy = records.contains(where: \.isAlive)
  }

  /// A landing was cut short, so checkouts and queue may be anywhere between its two ends; that is a finding of its own.
  var isHalfDone: Bool { records.contains { $0.openIntent != nil } }

  private static func missingObjects(in project: Project) async throws(Failure) -> [InvariantFinding] {
    do throws(GitError) {
      let check = try await project.git.run(
        ["fsck", "--connectivity-only", "--no-dangling", "--no-progress"], accepting: Set(0...255))
      if check.status == 0 { return [] }
      let words = (check.text + "\n" + check.standardError).split(separator: "\n").prefix(3).joined(separator: "; ")
      return [InvariantFinding(.objects, "git fsck finds the repository damaged: \(words)")]
    } catch { throw .git(error) }
  }
}

extension RunRecord {
  /// Whether the process of this run is at work now.
  var isAlive: Bool { finished == nil && started?.process.isAlive == true }
}
