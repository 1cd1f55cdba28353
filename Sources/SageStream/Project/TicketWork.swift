import Git
import Platform
import Tickets

/// What was made for a ticket, wherever it is now: the commits that `show` shows.
public struct TicketWork: Sendable {
  public enum Place: Sendable, Equatable {
    case landed(on: String)
    /// Finished, and about to land.
    case waiting
    case held(reason: String)
    case parked(on: String)
  }

  public let place: Place
  /// How many commits there are.
  public let count: Int
  /// What to pass to git.
  let arguments: [String]
}

extension Project {
  /// The newest work at a ticket: what landed of a COMPLETED one; of another one what waits to land, else what is parked, else what had landed
  /// before it was taken back. Nil where nobody has done anything yet. Needs no lock.
  public func work(of ticket: TicketID) async throws(Failure) -> TicketWork? {
    let queue = try loadQueue()
    let records = try allRecords()
    var landed: TicketWork?
    for record in records.reversed() {
      guard let landing = record.landed.last(where: { $0.ticket == ticket }), !landing.commits.isEmpty else { continue }
      landed = TicketWork(
        place: .landed(on: record.started?.target.short ?? "the target"), count: landing.commits.count,
        arguments: ["show"] + landing.commits.map(\.hex))
      break
    }
    // A run that goes on may have landed it and write that later.
    if let landed, queue.index[ticket]?.state != .deferred, queue.index[ticket]?.state != .unprocessed { return landed }
    for record in records.reversed() where record.takenOverBy == nil {
      guard let submission = record.submissions.last(where: { $0.ticket == ticket }) else { continue }
      let place = record.held[ticket].map { TicketWork.Place.held(reason: $0) } ?? .waiting
      return try await work(at: place, from: submission.base, to: submission.tip)
    }
    return try await parked(ticket, queue) ?? landed
  }

  private func parked(_ ticket: TicketID, _ queue: Queue) async throws(Failure) -> TicketWork? {
    let names = TicketNames(queue.index.tickets.map(\.id))
    let reports = ConflictStore(stateFolder: stateFolder, names: names)
    let report = try onDisk(reports.path(of: ticket)) { () throws(Errno) in try reports.report(for: ticket) }
    let branch = report?.branch ?? InternalReference.parked(names.name(of: ticket))
    let store: any ObjectStore
    do throws(GitError) { store = try makeStore() } catch { throw .git(error) }
    guard let tip = try await throughGit({ () throws(GitError) in try await store.resolve(branch) }) else { return nil }
    if let base = report?.base { return try await work(at: .parked(on: branch.short), from: base, to: tip) }
    guard let target = try? await target(onto: nil),
      let base = try await throughGit({ () throws(GitError) -> CommitID? in
        guard let main = try await store.resolve(target) else { return nil }
        return try await store.mergeBases(tip, main).first
      })
    else { return nil }
    return try await work(at: .parked(on: branch.short), from: base, to: tip)
  }

  private func work(at place: TicketWork.Place, from base: CommitID, to tip: CommitID) async throws(Failure) -> TicketWork {
    let range = "\(base.hex)..\(tip.hex)"
    let count = try await throughGit { () throws(GitError) in try await git.run("rev-list", "--count", range) }.text
    return TicketWork(place: place, count: Int(count) ?? 0, arguments: ["log", "--reverse", range])
  }

  /// The commits and the diff of a ticket's work as git shows them, in the user's own settings of `git log` and `git diff`.
  ///
  /// - Parameter isTerminal: whether `auto` means colour.
  public func patch(of work: TicketWork, isTerminal: Bool) async throws(Failure) -> String {
    if work.count == 0 { return "" }
    return try await throughGit { () throws(GitError) in
      let answer = try await git.run("config", "--get-colorbool", "color.diff", isTerminal ? "true" : "false", accepting: [0, 1])
      let colour = answer.text == "true" ? "--color=always" : "--color=never"
      let verb = work.arguments.prefix(1) + [colour, "--stat", "--patch"]
      return String(decoding: try await git.run(verb + work.arguments.dropFirst() + ["--"]).standardOutput, as: UTF8.self)
    }
  }
}
