import Platform
import Subprocess
import Support
import Testing

@Suite("Locks and processes")
struct LockAndProcessTests {
  @Test("a lock is exclusive, also within one process, and free as soon as its value is gone")
  func exclusive() throws {
    let folder = try TemporaryFolder()
    let path = folder.path.appending("queue.lock")
    do {
      let first = try FileLock.tryLock(path)
      let (firstIsHeld, secondIsHeld) = (isHeld(first), isHeld(try FileLock.tryLock(path)))
      #expect(firstIsHeld)
      #expect(!secondIsHeld)
      withExtended(first)
    }
    let thirdIsHeld = isHeld(try FileLock.tryLock(path))
    #expect(thirdIsHeld)
    #expect(try FileStatus.of(path) != nil)
  }

  @Test("a child that outlives the lock's holder does not keep the lock")
  func notInherited() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path.appending("queue.lock")
    let lock = try FileLock.tryLock(path)
    let result = try await Subprocess.run(
      .path("/bin/sh"), arguments: ["-c", "ls -l /dev/fd/ 2>/dev/null"], output: .string(limit: 1 << 16))
    #expect(!result.standardOutput.contains("queue.lock"))
    withExtended(lock)
  }

  /// `#expect` copies what it is given, and a lock cannot be copied.
  private func isHeld(_ lock: borrowing FileLock?) -> Bool { lock != nil }
  private func withExtended(_ lock: borrowing FileLock?) {}

  @Test("a process is recognised by pid and start time, and is gone when it has ended")
  func identity() async throws {
    let me = ProcessIdentity.current
    #expect(me.isAlive)
    #expect(!ProcessIdentity(pid: me.pid, startTime: "another").isAlive)
    let result = try await Subprocess.run(
      .path("/bin/cat"), input: .inputWriter, output: .discarded, error: .discarded
    ) { execution -> ProcessIdentity? in
      let child = ProcessIdentity(of: execution.processIdentifier.value)
      #expect(child?.isAlive == true)
      try await execution.standardInputWriter.finish()
      return child
    }
    #expect(result.closureResult?.isAlive == false)
  }

  @Test("processes that work in a folder are found, those elsewhere are not")
  func workingFolder() async throws {
    let folder = try TemporaryFolder()
    let real = try File.resolved(folder.path)
    _ = try await Subprocess.run(
      .path("/bin/cat"), workingDirectory: folder.path, input: .inputWriter, output: .discarded, error: .discarded
    ) { execution in
      let found = ProcessIdentity.working(in: real).map(\.pid)
      #expect(found == [execution.processIdentifier.value])
      try await execution.standardInputWriter.finish()
    }
    #expect(ProcessIdentity.working(in: real).isEmpty)
  }
}
