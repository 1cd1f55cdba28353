/// What went wrong between us and a repository. The facts only: `Terminal` says it to people.
public enum GitError: Error, Sendable, Equatable {
  /// `git` could not be started at all.
  case notStarted(executable: String, reason: String)
  /// A git command ended with a status that its caller did not expect.
  case commandFailed(arguments: [String], status: Int32, message: String)
  /// libgit2 answered with an error.
  case library(operation: String, code: Int32, category: Int32, message: String)
  /// A reference was not what the caller said it must be: another process moved it first.
  case staleReference(RefName)
  /// A reference stayed locked by another process for as long as we were willing to wait.
  case lockedReference(RefName)
  /// A reference cannot be made because another one has its name as a folder, or a folder of its name as its own
  /// (`refs/heads/sage` and `refs/heads/sage/T-1`).
  case referenceInTheWay(RefName, by: RefName)
  /// An object that should be there is not.
  case missingObject(String)
  /// git printed something that we do not understand.
  case unexpectedOutput(command: String, output: String)
  /// There is no repository here; the message is git's own.
  case notARepository(message: String)
  /// A file or folder of the repository could not be read or written.
  case fileSystem(path: String, reason: String)
  /// A setting has a value that cannot be read; the message is worded as git's own.
  case badSetting(key: String, value: String, message: String)
  /// git does not know who the user is; the message is git's own.
  case identityUnknown(message: String)
  /// git is older than the oldest version that has what landing needs.
  case gitTooOld(found: String, needed: String)

  /// Whether a compare-and-swap was lost; the caller looks again and starts over.
  public var isStaleReference: Bool {
    if case .staleReference = self { return true }
    return false
  }
}
