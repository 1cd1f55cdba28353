import Platform

extension RepositoryLayout {
  /// Asks git, as it would answer a user who types in `folder`: `GIT_DIR`, `GIT_WORK_TREE` and what `git -C` or an alias have
  /// set in `environment` count, here and nowhere later.
  ///
  /// - Throws: `GitError.notARepository` with git's own words (also where `safe.directory` forbids the use), `.gitTooOld`,
  ///   `.notStarted`.
  public static func discover(
    from folder: FilePath, environment: [String: String], executable: String = "git"
  ) async throws(GitError) -> RepositoryLayout {
    try await discoverConfigured(from: folder, environment: environment, executable: executable).layout
  }

  /// The same with the repository's configuration. The three questions, for the place, the configuration and the version, are asked side by
  /// side; the configuration a second time, of the repository that was found, where the first answer could be about another one: a linked
  /// worktree's own, or what the environment names.
  public static func discoverConfigured(
    from folder: FilePath, environment: [String: String], executable: String = "git"
  ) async throws(GitError) -> (layout: RepositoryLayout, configuration: GitConfiguration) {
    let here = GitCommand(inFolder: folder, environment: .discovery(from: environment), executable: executable)
    let named = GitCommand(inFolder: folder, environment: .git(from: environment), executable: executable)
    let asksAhead = ChildEnvironment.namesNoRepository(environment)
    async let ahead = asksAhead ? try? GitConfiguration.read(named) : nil
    async let asked = GitVersion.installed(here)
    let told: Result<Facts, GitError>
    do throws(GitError) { told = .success(try await Facts(here)) } catch { told = .failure(error) }
    let version: GitVersion
    do { version = try await asked } catch { throw error as? GitError ?? .unexpectedOutput(command: "git version", output: "\(error)") }
    let facts = try told.get()
    let git = named.on(gitFolder: facts.commonFolder)
    let isMain = facts.gitFolder == facts.commonFolder
    let configuration: GitConfiguration
    if isMain, let known = await ahead { configuration = known } else { configuration = try await GitConfiguration.read(git) }
    // With GIT_DIR alone git takes any current folder for the work tree. Nobody means that: what belongs to the git folder counts.
    let trustsGit = environment["GIT_DIR"] == nil || environment["GIT_WORK_TREE"] != nil
    let typedIn = trustsGit ? facts.workTree : nil
    let main = isMain && typedIn != nil ? Main(isBare: false, workTree: typedIn) : try Main(configuration, facts.commonFolder)
    let own = isMain ? main.workTree : linkedWorkTree(facts.gitFolder)
    let layout = RepositoryLayout(
      commonFolder: facts.commonFolder, gitFolder: facts.gitFolder,
      workTree: trustsGit ? typedIn : facts.isInsideWorkTree ? own : nil, mainWorkTree: main.workTree, isBare: main.isBare,
      objectFormat: facts.objectFormat, gitVersion: version, git: git)
    return (layout, configuration)
  }

  private struct Facts {
    let isInsideWorkTree: Bool
    /// Nil outside of a work tree.
    let workTree: FilePath?
    let objectFormat: ObjectFormat
    let gitFolder: FilePath
    let commonFolder: FilePath

    init(_ git: GitCommand) async throws(GitError) {
      var output: GitOutput
      let questions = [
        "rev-parse", "--is-inside-work-tree", "--show-object-format", "--path-format=absolute", "--git-dir", "--git-common-dir",
      ]
      do throws(GitError) {
        // The last question is an error where there is no work tree.
        output = try await git.run(questions + ["--show-toplevel"], accepting: [0, 128])
        if output.status != 0 { output = try await git.run(questions) }
      } catch .commandFailed(_, 128, let message) {
        throw .notARepository(message: message.hasPrefix("fatal: ") ? String(message.dropFirst(7)) : message)
      }
      var lines = output.standardOutput.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      if lines.last?.isEmpty == true { lines.removeLast() }
      guard lines.count >= 4, let format = ObjectFormat(rawValue: String(decoding: lines[1], as: UTF8.self)) else {
        throw .unexpectedOutput(command: "git rev-parse", output: output.text)
      }
      isInsideWorkTree = lines[0].elementsEqual("true".utf8)
      objectFormat = format
      if lines.count == (isInsideWorkTree ? 5 : 4) {
        gitFolder = FilePath(bytes: lines[2])
        commonFolder = FilePath(bytes: lines[3])
        workTree = isInsideWorkTree ? FilePath(bytes: lines[4]) : nil
      } else {
        // A path holds a line end: git has no other separator to offer, so each path is asked for alone.
        gitFolder = try await path(git, "--git-dir")
        commonFolder = try await path(git, "--git-common-dir")
        workTree = isInsideWorkTree ? try await path(git, "--show-toplevel") : nil
      }
    }
  }

  private struct Main {
    let isBare: Bool
    let workTree: FilePath?

    init(isBare: Bool, workTree: FilePath?) {
      self.isBare = isBare
      self.workTree = workTree
    }

    /// Finds the main worktree from elsewhere, by git's own rules (git-config `core.worktree`, worktree.c).
    init(_ configuration: GitConfiguration, _ commonFolder: FilePath) throws(GitError) {
      if let path = configuration.string("core.worktree") {
        self.init(isBare: false, workTree: commonFolder.pushing(FilePath(path)).lexicallyNormalized())
      } else if try configuration.bool("core.bare") ?? false {
        self.init(isBare: true, workTree: nil)
      } else {
        self.init(isBare: false, workTree: commonFolder.lastComponent == ".git" ? commonFolder.removingLastComponent() : nil)
      }
    }
  }

  private static func path(_ git: GitCommand, _ question: String) async throws(GitError) -> FilePath {
    let output = try await git.run("rev-parse", "--path-format=absolute", question).standardOutput
    return FilePath(bytes: output.last == UInt8(ascii: "\n") ? output.dropLast() : output[...])
  }

  /// The worktree that a folder below `worktrees/` belongs to (gitrepository-layout(5), `gitdir`).
  private static func linkedWorkTree(_ gitFolder: FilePath) -> FilePath? {
    RegisteredWorktree.path(ofRegistration: gitFolder)
  }
}

extension FilePath {
  /// The path whose bytes are given; it need not be UTF-8.
  init(bytes: some Sequence<UInt8>) {
    self = bytes.withCString { FilePath(platformString: $0) }
  }
}
