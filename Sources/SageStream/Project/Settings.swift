import Git

/// `git config sageStream.*`, read once; every key of DESIGN section 9 that this version knows.
public struct Settings: Sendable {
  public enum Sparse: String, Sendable, CaseIterable { case full, inherit }
  /// What the check is run on: every ticket's tree, or that of all that wait together.
  public enum CheckScope: String, Sendable, CaseIterable { case ticket, batch }
  public enum Engine: String, Sendable, CaseIterable { case automatic = "auto", libgit2, git }

  public var worker: String?
  public var check: String?
  public var checkScope: CheckScope
  public var parallel: String?
  public var schedule: RunOptions.Schedule
  public var timeout: Duration?
  public var idleTimeout: Duration?
  public var grace: Duration
  public var lockTimeout: Duration
  public var exclude: [String]
  public var setup: String?
  public var copy: [String]
  public var worktreeRoot: String?
  public var sparse: Sparse
  public var throttleBackoff: Duration
  public var logLimit: Int
  public var engine: Engine
  public var maxFailures: Int
  public var onConflict: RunOptions.OnConflict
  public var reworkLimit: Int
  /// How many submissions one move of the target may bring.
  public var landLimit: Int
  public var signsCommits: Bool
  /// Run when a run ends or needs a person.
  public var notify: String?

  /// - Throws: `Failure.badConfiguration` with the key, the value and what would be right.
  init(_ configuration: GitConfiguration) throws(Failure) {
    let read = Reader(configuration: configuration)
    worker = configuration.string("sageStream.worker")
    check = configuration.string("sageStream.check")
    checkScope = try read.choice("sageStream.checkScope") ?? .ticket
    parallel = configuration.string("sageStream.parallel")
    if let parallel, parallel != "auto", !(Int(parallel).map { 1...64 ~= $0 } ?? false) {
      throw .badConfiguration(key: "sageStream.parallel", value: parallel, expected: "a number from 1 to 64, or auto")
    }
    schedule = try read.choice("sageStream.schedule") ?? .flow
    timeout = try read.duration("sageStream.timeout")
    idleTimeout = try read.duration("sageStream.idleTimeout")
    grace = try read.duration("sageStream.grace") ?? .seconds(5)
    lockTimeout = try read.duration("sageStream.lockTimeout") ?? .seconds(300)
    let excluded = configuration.strings("sageStream.exclude")
    exclude = excluded.isEmpty ? [".sage/", ".docs/", ".taskmaster/"] : excluded
    setup = configuration.string("sageStream.setup")
    copy = configuration.strings("sageStream.copy")
    worktreeRoot = configuration.string("sageStream.worktreeRoot")
    sparse = try read.choice("sageStream.sparse") ?? .full
    throttleBackoff = try read.duration("sageStream.throttleBackoff") ?? .seconds(2)
    logLimit = try read.integer("sageStream.logLimit") ?? 20 << 20
    engine = try read.choice("sageStream.engine") ?? .automatic
    maxFailures = try read.integer("sageStream.maxFailures") ?? 5
    landLimit = try read.integer("sageStream.landLimit") ?? .max
    if landLimit < 1 {
      throw .badConfiguration(key: "sageStream.landLimit", value: "\(landLimit)", expected: "a whole number from 1 on")
    }
    onConflict = try read.choice("sageStream.onConflict") ?? .defer
    reworkLimit = try read.integer("sageStream.reworkLimit") ?? 1
    notify = configuration.string("sageStream.notify").flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
    signsCommits = try read.boolean("commit.gpgsign") ?? false
  }

  /// `sageStream.parallel`, for runs that ask nothing; a number from 1 to 64, or `auto`.
  func workers(for mode: RunOptions.Mode) -> RunOptions.Workers? {
    guard mode == .automatic, let parallel else { return nil }
    return parallel == "auto" ? .automatic : Int(parallel).map { .count($0) }
  }

  private struct Reader {
    let configuration: GitConfiguration

    func duration(_ key: String) throws(Failure) -> Duration? {
      do throws(GitError) { return try configuration.duration(key) } catch { throw bad(key, "a duration such as 90, 90s, 30m or 2h") }
    }

    func integer(_ key: String) throws(Failure) -> Int? {
      do throws(GitError) { return try configuration.int(key) } catch { throw bad(key, "a whole number") }
    }

    func boolean(_ key: String) throws(Failure) -> Bool? {
      do throws(GitError) { return try configuration.bool(key) } catch { throw bad(key, "true or false") }
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: String) throws(Failure) -> Choice? {
      guard let text = configuration.string(key) else { return nil }
      guard let choice = Choice(rawValue: text) else { throw bad(key, Choice.allCases.map(\.rawValue).joined(separator: " or ")) }
      return choice
    }

    private func bad(_ key: String, _ expected: String) -> Failure {
      .badConfiguration(key: key, value: configuration.string(key) ?? "", expected: expected)
    }
  }
}
