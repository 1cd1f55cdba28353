#if os(Linux)
  import Platform
  import SageStream
  import Support
  import Testing

  /// The n-th write, fsync, rename, link or open of the tool fails, in our own code and in libgit2 alike (Tests/Faults): whatever the run makes of
  /// it, main is whole, nothing is lost, and the next run ends where an undisturbed one ends.
  ///
  /// By default a sample with a fixed seed. `SAGE_STREAM_ERRNO=all` lets each call fail for n = 1, 2, ... until a run completes, once and for good,
  /// with each error; `SAGE_STREAM_ERRNO=write:ENOSPC` one of them.
  @Suite("A disk that fails", .serialized)
  struct FaultTests {
    struct Case: CustomTestStringConvertible {
      let call: String
      let error: String
      /// Every call after the n-th fails as well: the disk is full and stays so.
      var isForGood = false
      /// Nil: all, until a run completes.
      var numbers: [Int]?

      var testDescription: String { "\(call) \(error)\(isForGood ? " for good" : "")" }
    }

    /// About how many of each a run has.
    static let calls = ["write": 100, "fsync": 84, "rename": 16, "link": 34, "open": 78]
    static let errors = ["ENOSPC", "EIO", "EINTR"]

    static let cases: [Case] = {
      let wish = getenv("SAGE_STREAM_ERRNO").map { String(cString: $0) }
      if let wish {
        let every = calls.keys.sorted().flatMap { call in
          errors.map { Case(call: call, error: $0) } + ["ENOSPC", "EIO"].map { Case(call: call, error: $0, isForGood: true) }
        }
        return wish == "all" ? every : every.filter { "\($0.call):\($0.error)" == wish }
      }
      var dice = SplitMix64(seed: 4)
      return calls.sorted { $0.key < $1.key }.enumerated().flatMap { place, entry in
        (0..<2).map { turn in
          Case(
            call: entry.key, error: errors[(place + turn) % 3], isForGood: (place + turn) % 3 != 2 && turn == 1,
            numbers: [Int.random(in: 1...entry.value, using: &dice)])
        }
      }
    }()

    @Test("stops nothing for ever: main is whole at once, and the next run finishes", arguments: cases)
    func fails(_ test: Case) async throws {
      let expected = try await Undisturbed.shared.outcome()
      if let numbers = test.numbers {
        for number in numbers { _ = try await strikes(test, number, expected) }
        return
      }
      var number = 1
      while try await strikes(test, number, expected) { number += 1 }
      #expect(number > 5, "the \(test.call) never failed")
    }

    @Test("a file system without flock: one run at a time all the same, and a lock that a dead run left is not in the way")
    func withoutFlock() async throws {
      let scenario = try await Scenario.with(tickets: #"{"id":"A"},{"id":"B"}"#)
      let library = try #require(BuiltBinary.path).removingLastComponent().appending("libSageStreamFaults.so")
      let setting = [
        "LD_PRELOAD": library.string, "SAGE_STREAM_FAULT": "flock:1+:ENOTSUP", "SAGE_STREAM_FAULT_BELOW": scenario.root.path.string,
      ]
      let held = scenario.path.appending(".git/sage-stream/queue.lock.held")
      let dying = setting.merging(["GIT_SAGE_STREAM_FAILPOINT": "main.moved=kill"]) { $1 }
      #expect(try await scenario.sage("--auto", "--ticket=A", "--worker", "echo a >a.txt", setting: dying).status > 128)
      #expect(try FileStatus.of(held) != nil)
      // Asked by a worker, while the run has the lock.
      let worker = try scenario.worker(
        "echo b >b.txt; env -u SAGE_RUN_ID git -C '\(scenario.path)' -c sageStream.lockTimeout=0 sage-stream --auto --limit=0 2>'\(scenario.root.path)/second' || echo $? >'\(scenario.root.path)/status'"
      )
      let run = try await scenario.sage("--auto", "--worker", worker, setting: setting)
      #expect(run.status == 0, "\(run.error)")
      #expect(try scenario.states() == ["A": "COMPLETED", "B": "COMPLETED"])
      #expect(try File.readText(scenario.root.path.appending("status")) == "75\n")
      #expect(try File.readText(scenario.root.path.appending("second"))?.contains("works on this repository (process ") == true)
      #expect(try FileStatus.of(held) == nil)
      let names = try Folder.names(in: held.removingLastComponent()).map { String(decoding: $0, as: UTF8.self) }
      #expect(names.allSatisfy { !$0.contains(".held") })
    }

    /// - Returns: whether a run has so many of these calls.
    private func strikes(_ test: Case, _ number: Int, _ expected: QueueScenario.Outcome) async throws -> Bool {
      let scenario = try await QueueScenario(.group, .unrelatedChanges)
      let library = try #require(BuiltBinary.path).removingLastComponent().appending("libSageStreamFaults.so")
      let log = scenario.repository.root.path.appending("faults")
      let invariants = Invariants(scenario: scenario.repository)
      let work = try await UserWork.of(try await Project.open(from: scenario.repository.path, environment: scenario.repository.environment))
      let fault = "\(test.call):\(number)\(test.isForGood ? "+" : ""):\(test.error)"
      let struck = try await scenario.run(setting: [
        "LD_PRELOAD": library.string, "SAGE_STREAM_FAULT": fault, "SAGE_STREAM_FAULT_BELOW": scenario.repository.root.path.string,
        "SAGE_STREAM_FAULT_LOG": log.string,
      ])
      guard let hit = try File.readText(log)?.split(separator: "\n").first else { return false }
      #expect([0, 1, 128].contains(struck.status), "\(fault) (\(hit)): \(struck.status) \(struck.error)")
      // What is left for the next run to finish is no harm; anything else is.
      let harm = try await invariants.findings(earlierWork: work).filter { !$0.isMendable }
      #expect(harm == [], "after \(fault) (\(hit)): \(struck.error)")
      if struck.status != 0 { #expect(struck.error != "", "\(fault) (\(hit)) was not said") }
      let resumed = try await scenario.run()
      #expect(resumed.status == 0, "\(fault) (\(hit)): \(resumed.error)")
      #expect(try await scenario.outcome() == expected, "\(fault) (\(hit)): \(struck.error)\(resumed.error)")
      let left = try await invariants.findings(earlierWork: work)
      #expect(left == [], "\(fault) (\(hit)): \(struck.error)\(resumed.error)")
      return true
    }

    actor Undisturbed {
      static let shared = Undisturbed()
      private var known: QueueScenario.Outcome?

      func outcome() async throws -> QueueScenario.Outcome {
        if let known { return known }
        let scenario = try await QueueScenario(.group, .unrelatedChanges)
        #expect(try await scenario.run().status == 0)
        let outcome = try await scenario.outcome()
        known = outcome
        return outcome
      }
    }
  }
#endif
