import Platform
import Support
import Testing

@Suite("In repositories whose files are not what git stores")
struct RepositoryFilterTests {
  @Test("core.autocrlf=true: the checkout gets CRLF, the commits LF")
  func autocrlf() async throws {
    let habitat = Habitat(prepare: { try await $0.git("config", "core.autocrlf", "true") })
    try await habitat.lands { scenario async throws in
      #expect(try scenario.read("new/c.txt") == "c\r\n")
      #expect(try await scenario.show("main:new/c.txt") == "c\n")
      #expect(try await scenario.isCheckedOutRight())
    }
  }

  @Test("eol=crlf: the checkout gets CRLF, the commits LF")
  func endOfLine() async throws {
    let habitat = Habitat(begin: { try $0.write(".gitattributes", "*.txt text eol=crlf\n") })
    try await habitat.lands { scenario async throws in
      #expect(try scenario.read("new/c.txt") == "c\r\n")
      #expect(try await scenario.show("main:shared.txt").contains("\r") == false)
      #expect(try await scenario.isCheckedOutRight())
    }
  }

  @Test("a required smudge and clean filter runs for every file that lands")
  func requiredFilter() async throws {
    let habitat = Habitat(begin: { scenario in
      try scenario.write(".gitattributes", "*.txt filter=upper\n")
      for (key, command) in [("clean", "tr a-z A-Z"), ("smudge", "tr A-Z a-z")] {
        try await scenario.git("config", "filter.upper.\(key)", command)
      }
      try await scenario.git("config", "filter.upper.required", "true")
    })
    try await habitat.lands { scenario async throws in
      #expect(try scenario.read("new/c.txt") == "c\n")
      #expect(try await scenario.show("main:new/c.txt") == "C\n")
      #expect(try await scenario.isCheckedOutRight())
    }
  }

  @Test("git-lfs: the checkout holds the files, the commits their pointers", .enabled(if: hasCommand("git-lfs")))
  func largeFiles() async throws {
    let habitat = Habitat(
      work: "if [ $SAGE_TICKET_ID = C ]; then printf 'large, new' >new.bin; printf 'large, changed' >old.bin; fi",
      begin: { scenario in
        try await scenario.git("lfs", "install", "--local", "--skip-repo")
        try scenario.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n")
        try scenario.write("old.bin", "large")
      })
    try await habitat.lands { scenario async throws in
      #expect(try scenario.read("new.bin") == "large, new")
      #expect(try scenario.read("old.bin") == "large, changed")
      #expect(try await scenario.show("main:new.bin").hasPrefix("version https://git-lfs.github.com/spec/v1\n"))
      #expect(try await scenario.isCheckedOutRight())
    }
  }

  @Test("working-tree-encoding: the checkout is UTF-16, the commits UTF-8")
  func encoding() async throws {
    let habitat = Habitat(
      work: "if [ $SAGE_TICKET_ID = C ]; then printf 'h\\0i\\0\\n\\0' >wide.enc; fi",
      begin: { try $0.write(".gitattributes", "*.enc text working-tree-encoding=UTF-16LE\n") })
    try await habitat.lands { scenario async throws in
      #expect(try File.read(scenario.path.appending("wide.enc")) == Array("h\0i\0\n\0".utf8))
      #expect(try await scenario.show("main:wide.enc") == "hi\n")
      #expect(try await scenario.isCheckedOutRight())
    }
  }

  @Test("merge=union: two tickets that add at the same place both land")
  func union() async throws {
    let habitat = Habitat(
      work: "echo $SAGE_TICKET_ID >>list.md",
      begin: { scenario in
        try scenario.write(".gitattributes", "*.md merge=union\n")
        try scenario.write("list.md", "list\n")
      })
    try await habitat.lands { scenario async throws in #expect(try scenario.read("list.md") == "list\nA\nB\nC\n") }
  }

  @Test("a merge driver of the user's decides where two tickets change one file")
  func driver() async throws {
    let habitat = Habitat(
      work: "echo $SAGE_TICKET_ID >version.md",
      begin: { scenario in
        try scenario.write(".gitattributes", "*.md merge=both\n")
        try scenario.write("version.md", "0\n")
        try await scenario.git("config", "merge.both.driver", "cat %B >>%A")
      })
    try await habitat.lands { scenario async throws in #expect(try scenario.read("version.md") == "A\nB\nC\n") }
  }

  @Test("-merge: two tickets that change one file are a conflict, however far apart")
  func noMerge() async throws {
    let habitat = Habitat(begin: { try $0.write(".gitattributes", "shared.txt -merge\n") })
    for engine in ["auto", "git"] {
      let scenario = try await habitat.make()
      let answer = try await habitat.run(scenario, engine: engine)
      #expect(answer.status == 1)
      let invariants = Invariants(scenario: scenario, mine: Habitat.own)
      #expect(try await invariants.landed() == ["A", "C"])
      try await invariants.check()
      #expect(try await scenario.tryGit(["rev-parse", "--verify", "-q", "sage/B"]).status == 0)
    }
  }

  @Test("a folder that one ticket renames takes along the file that another adds there")
  func renamedFolderFirst() async throws {
    let habitat = Habitat(
      work: "case $SAGE_TICKET_ID in A) git mv lib source ;; C) echo new >lib/new.md ;; esac", begin: Self.library)
    try await habitat.lands { scenario async throws in
      #expect(try scenario.read("source/new.md") == "new\n")
      #expect(try scenario.read("lib/new.md") == nil)
    }
  }

  @Test("a file that landed in a folder moves along with the ticket that renames it")
  func renamedFolderLast() async throws {
    let habitat = Habitat(
      work: "case $SAGE_TICKET_ID in C) git mv lib source ;; A) echo new >lib/new.md ;; esac", begin: Self.library)
    try await habitat.lands { scenario async throws in
      #expect(try scenario.read("source/new.md") == "new\n")
      #expect(try scenario.read("lib/new.md") == nil)
    }
  }

  private static let library: @Sendable (Scenario) async throws -> Void = { scenario in
    for name in ["one", "two", "three"] { try scenario.write("lib/\(name).md", "the file \(name)\nof the library\n") }
    try await scenario.git("config", "merge.directoryRenames", "true")
  }
}

/// Whether a program is on PATH.
func hasCommand(_ name: String) -> Bool {
  (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
}
