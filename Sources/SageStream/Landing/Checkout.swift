import Git
import Platform
import Subprocess

/// A work tree that has the target checked out, while a landing updates it: index lock, free paths, `git read-tree`.
///
/// The order is git's own (builtin/merge.c): work tree first, reference second. The reverse would leave the landing staged in
/// reverse, and the user's next `commit -a` would silently revert it (DESIGN I5).
struct Checkout {
  let path: FilePath
  let gitFolder: FilePath
  let git: GitCommand
  let run: RunID

  init(path: FilePath, gitFolder: FilePath, git: GitCommand, run: RunID) {
    self.path = path
    self.gitFolder = gitFolder
    self.git = git.on(gitFolder: gitFolder, workTree: path)
    self.run = run
  }

  /// git on the index copy.
  var onCopy: GitCommand { git.setting(["GIT_INDEX_FILE": IndexLock.copyPath(gitFolder, run).string]) }

  /// Moves work tree and index copy from one commit to another, as `git checkout` would; the index itself is untouched.
  ///
  /// Where that is possible git is shown only what differs. What it refuses there it is asked again with all of the index, because it may refuse less then:
  /// on a file system that takes `README` for `readme`, only the whole index tells that the file is tracked.
  ///
  /// - Parameters:
  ///   - changes: the paths at which the two commits differ.
  ///   - index: the index copy; nil where git has to be shown all of it.
  func update(
    from old: CommitID, to new: CommitID, _ changes: [TreeChange], index: IndexFile?, journal: Journal
  ) async throws(Failure) {
    let whole = ["read-tree", "-m", "-u", old.hex, new.hex]
    let place = IndexExcerpt.Place(gitFolder.appending("sage-stream.\(run).excerpt"))
    guard let excerpt = IndexExcerpt.worthwhile(of: index, changes, in: gitFolder), let variables = place.variables else {
      return try await run(whole, journal: journal)
    }
    let copy = IndexLock.copyPath(gitFolder, run)
    defer { try? place.remove() }
    do throws(Errno) { try excerpt.write(to: place) } catch { throw .fileSystem(path: place.folder, error) }
    do throws(Failure) { try await run(excerpt.command, variables: variables, journal: journal) } catch let refusal {
      // Where it stopped half-way this is refused as well, for a reason that says less.
      do throws(Failure) { return try await run(whole, journal: journal) } catch { throw refusal }
    }
    Failpoint.excerptUpdated.hit()
    let temporary = FilePath(copy.string + ".new")
    do throws(Errno) { try excerpt.finish(in: place, index: copy, through: temporary) } catch {
      // On a full disk its space is what putting the paths back may need.
      try? File.remove(temporary)
      throw .fileSystem(path: copy, error)
    }
  }

  /// Runs git on work tree and index copy.
  ///
  /// The child starts by waiting on a pipe that our death closes, and gets its go only when its identity is in the journal: a recovery can
  /// then wait for it instead of racing with it. (Not forced to the disk: no child survives a power cut.)
  ///
  /// - Parameters:
  ///   - input: its standard input, which lies in a file beside the index meanwhile; nil means none.
  ///   - variables: set for this command alone.
  func run(
    _ command: [String], input: [UInt8]? = nil, variables: [String: String] = [:], journal: Journal
  ) async throws(Failure) {
    let file = gitFolder.appending("sage-stream.\(self.run).input")
    if let input {
      do {
        let descriptor = try FileDescriptor.open(
          file, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .ownerReadWrite)
        _ = try descriptor.closeAfter { try descriptor.writeAll(input) }
      } catch { throw .fileSystem(path: file, error as? Errno ?? .ioError) }
    }
    defer { if input != nil { try? File.remove(file) } }
    var arguments = ["-c", "read -r go && input=$1 && shift && exec \"$@\" <\"$input\"", "sh"]
    let prefix = git.configured("core.fsync=committed").prefix
    arguments += [input == nil ? "/dev/null" : file.string, git.executable] + prefix + command
    var options = PlatformOptions()
    options.processGroupID = 0
    let variables = onCopy.setting(variables).environment.variables.reduce(into: [Environment.Key: String]()) { result, variable in
      if let key = Environment.Key(rawValue: variable.key) { result[key] = variable.value }
    }
    let checkout = path
    do {
      let result = try await Subprocess.run(
        .path("/bin/sh"), arguments: Arguments(arguments), environment: .custom(variables), workingDirectory: path,
        platformOptions: options, input: .inputWriter, output: .discarded, error: .string(limit: 1 << 20)
      ) { execution in
        let child = execution.processIdentifier.value
        if let identity = ProcessIdentity(of: child) { try journal.append(.checkoutChild(identity, checkout: checkout)) }
        _ = try await execution.standardInputWriter.write("go\n")
        try await execution.standardInputWriter.finish()
      }
      guard case .exited(0) = result.terminationStatus else {
        var status: Int32 = 0
        switch result.terminationStatus {
        case .exited(let code): status = code
        case .signaled(let signal): status = 128 + signal
        }
        throw Failure.git(.commandFailed(arguments: command, status: status, message: result.standardError))
      }
    } catch let failure as Failure { throw failure } catch {
      throw .git(.notStarted(executable: git.executable, reason: "\(error)"))
    }
  }
}
