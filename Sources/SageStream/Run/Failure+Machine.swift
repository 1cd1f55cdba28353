import Git
import Platform

extension Failure {
  /// Whether the machine is to blame and no ticket is: the disk is full, broken or read-only, a quota or a limit of the system is reached.
  ///
  /// git says so in its messages only; its children run in the C locale, so the words are the ones below.
  var isMachinesFault: Bool {
    switch self {
    case .fileSystem(_, let error): Self.machineErrors.contains(error)
    case .git(.commandFailed(_, _, let message)), .git(.notStarted(_, let message)): Self.blamesMachine(message)
    case .git(.library(_, _, _, let message)), .git(.fileSystem(_, let message)): Self.blamesMachine(message)
    case .refused(let message, _): Self.blamesMachine(message)
    case .unfinishedLanding: true
    default: false
    }
  }

  private static let machineErrors: [Errno] = [
    .noSpace, .diskQuotaExceeded, .ioError, .readOnlyFileSystem, .tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory, .interrupted,
    .fileTooLarge, .resourceTemporarilyUnavailable,
  ]

  private static func blamesMachine(_ message: String) -> Bool {
    [
      "No space left on device", "Disk quota exceeded", "Input/output error", "Read-only file system", "Too many open files",
      "Cannot allocate memory", "Interrupted system call", "File too large", "Resource temporarily unavailable", "Out of memory",
    ].contains { message.contains($0) }
  }
}
