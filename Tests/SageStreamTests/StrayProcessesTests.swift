#if os(Linux)
  import Git
  import Platform
  import Support
  import Testing

  @testable import SageStream

  /// Elsewhere the kernel tells nobody's environment, and every process in a slot is somebody's.
  @Suite("Processes that still work in a slot") struct StrayProcessesTests {
    private let scenario: Scenario
    private let slot: Slot
    private var pipe: FilePath { scenario.path.appending(".git").appending("pipe") }

    init() async throws {
      scenario = try await Scenario()
      slot = Slot(number: 1, path: scenario.path, gitFolder: scenario.path.appending(".git"))
      #expect(mkfifo(pipe.string, 0o600) == 0)
    }

    /// Starts a process in the slot, which ends when something is written into the pipe.
    ///
    /// - Parameter environment: how `env` is to make its environment.
    private func start(_ environment: [String]) async throws -> ProcessIdentity {
      let script = """
        mkfifo "$0.ready"
        env "$@" /bin/sh -c 'echo $$; read line <"$0"' "$0" >"$0.ready" 2>/dev/null </dev/null &
        read pid <"$0.ready" && echo "$pid"
        """
      let answer = try await scenario.run("/bin/sh", ["-c", script, pipe.string] + environment)
      let pid = try #require(Int32(String(decoding: answer.output.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)))
      return try #require(ProcessIdentity(of: pid))
    }

    @Test("what carries the worker's mark is killed")
    func worker() async throws {
      let process = try await start(["SAGE_WORKTREE=\(slot.path)"])
      #expect(await StrayProcesses.end(in: slot).isEmpty)
      #expect(!process.isAlive)
    }

    @Test("anybody else's is told of and left alone", arguments: [["SAGE_WORKTREE=/elsewhere"], ["-i"]])
    func somebody(_ environment: [String]) async throws {
      let process = try await start(environment)
      defer { process.signal(SIGKILL) }
      #expect(await StrayProcesses.end(in: slot) == [process])
      #expect(process.isAlive)
    }

    @Test("one without any environment, as a process is that dies, is waited for")
    func dying() async throws {
      let process = try await start(["-i"])
      async let others = StrayProcesses.end(in: slot)
      try File.write(Array("go\n".utf8), to: pipe)
      #expect(await others.isEmpty)
      #expect(!process.isAlive)
    }
  }
#endif
