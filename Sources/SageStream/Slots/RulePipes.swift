import Git
import Platform

/// FIFOs that a worker has left where git looks for its rules: whoever opens one to read waits until somebody opens it to write.
enum RulePipes {
  private static let names = [".gitignore", ".gitattributes", ".gitmodules"].map { Array($0.utf8) }

  /// While git works on a slot for longer than usual, lets it go on wherever it waits in front of such a FIFO, which it then finds empty. Until
  /// cancelled. Nothing tells of a process that waits in `open`, so this looks; a git that is done sooner, as nearly every one is, costs a timer.
  static func release(in slot: Slot) async {
    while (try? await Task.sleep(for: .seconds(2))) != nil {
      var open = [slot.path]
      while let folder = open.popLast(), !Task.isCancelled {
        for name in (try? Folder.names(in: folder)) ?? [] where !name.elementsEqual(".git".utf8) {
          let path = folder.appending(bytes: name)
          switch ((try? FileStatus.of(path)) ?? nil)?.kind {
          case .directory?: open.append(path)
          case .other? where names.contains(name):
            // Without a reader that waits, or where it is no FIFO, this fails at once.
            try? FileDescriptor.open(path, .writeOnly, options: [.nonBlocking, .closeOnExec]).close()
          case .other?, .file?, .symbolicLink?, nil: break
          }
        }
      }
    }
  }
}
