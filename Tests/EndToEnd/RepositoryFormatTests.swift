import Platform
import Support
import Testing

@Suite("In repositories of every format")
struct RepositoryFormatTests {
  @Test("SHA-256 objects")
  func sha256() async throws {
    try await Habitat(initOptions: ["--object-format=sha256"], engines: ["auto"]).lands { scenario async throws in
      #expect(try await scenario.id(of: "main").utf8.count == 64)
      #expect(try await scenario.isCheckedOutRight())
    }
  }

  @Test("extensions.worktreeConfig, with settings of the main worktree alone", arguments: ["0", "1"])
  func worktreeConfig(format: String) async throws {
    let habitat = Habitat(prepare: { scenario in
      try await scenario.git("config", "core.repositoryFormatVersion", format)
      try await scenario.git("config", "extensions.worktreeConfig", "true")
      try await scenario.git("config", "--worktree", "core.autocrlf", "true")
    })
    try await habitat.lands { scenario async throws in
      #expect(try scenario.read("new/c.txt") == "c\r\n")
      #expect(try await scenario.isCheckedOutRight())
    }
  }

  @Test("a split index, an untracked cache, index format 4", arguments: ["--split-index", "--untracked-cache", "--index-version=4"])
  func indexFormats(option: String) async throws {
    let habitat = Habitat(prepare: { scenario in
      if option == "--split-index" { try await scenario.git("config", "core.splitIndex", "true") }
      if option == "--untracked-cache" { try await scenario.git("config", "core.untrackedCache", "true") }
      try await scenario.git("update-index", "--force-write-index", option)
    })
    try await habitat.lands { scenario async throws in
      #expect(try await scenario.isCheckedOutRight())
      let shared = try Folder.names(in: scenario.path.appending(".git")).contains { $0.starts(with: "sharedindex.".utf8) }
      #expect(shared == (option == "--split-index"))
    }
  }

  @Test("a sparse checkout keeps its cone: what lies outside lands without appearing on disk", arguments: [false, true])
  func sparse(hasSparseIndex: Bool) async throws {
    // With something staged, `git add` alone leaves a cache-tree in a sparse index whose trees fsck misses (git 2.39).
    let habitat = Habitat(
      hasOwnWork: !hasSparseIndex,
      prepare: { scenario in
        let index = hasSparseIndex ? "--sparse-index" : "--no-sparse-index"
        try await scenario.git("sparse-checkout", "set", "--cone", index, ".sage/tickets", "new")
      })
    try await habitat.lands { scenario async throws in
      #expect(try FileStatus.of(scenario.path.appending("old")) == nil)
      #expect(try scenario.read("new/c.txt") == "c\n")
      #expect(try await scenario.show("main:old/keep.txt") == "keep\nmore\n")
      #expect(try await scenario.git("ls-files", "-t", "old").hasPrefix("S "))
      #expect(try await scenario.isCheckedOutRight())
    }
  }

  @Test(
    "recovery in a sparse checkout finishes or takes back what was cut short, and writes nothing outside the cone",
    arguments: ["index.locked", "worktree.updated", "main.moved"], [false, true])
  func sparseRecovery(failpoint: String, hasSparseIndex: Bool) async throws {
    let scenario = try await Scenario.with(tickets: #"{"id":"A"}"#)
    for path in ["in/a.txt", "out/a.txt", "out/gone.txt", "sparse/keep.txt"] { try scenario.write(path, "before\n") }
    try await scenario.commit("Folders")
    try await scenario.git(
      "sparse-checkout", "set", "--cone", hasSparseIndex ? "--sparse-index" : "--no-sparse-index", ".sage/tickets", "in")
    let worker = try scenario.worker(
      "echo after >in/a.txt; echo after >out/a.txt; rm out/gone.txt; echo new >in/new.txt; echo new >out/new.txt; mkdir far; echo new >far/n"
    )
    let killed = try await scenario.sage("--auto", "--worker", worker, setting: ["GIT_SAGE_STREAM_FAILPOINT": "\(failpoint)=kill"])
    #expect(killed.status > 128)
    let next = try await scenario.sage("--auto", "--limit=0")
    #expect(next.status == 0, "\(next.error)")
    #expect(try await scenario.show("main:out/new.txt") == "new\n")
    #expect(try scenario.read("in/a.txt") == "after\n" && scenario.read("in/new.txt") == "new\n")
    for folder in ["out", "far", "sparse"] { #expect(try FileStatus.of(scenario.path.appending(folder)) == nil, "\(folder)") }
    #expect(try await scenario.git("ls-files", "-t", "out", "far") == "S far/n\nS out/a.txt\nS out/new.txt")
    #expect(try await scenario.git("status", "--porcelain") == "")
  }

  @Test("submodules: a bump in a submission lands, and the submodule's own checkout is left to the user")
  func submodule() async throws {
    let habitat = Habitat(
      work: "if [ $SAGE_TICKET_ID = C ]; then git -C sub checkout -q $(cat bump.txt); git add sub; git commit -qm Bump; fi",
      begin: { scenario in
        let library = scenario.root.path.appending("library")
        try await scenario.git("init", "--quiet", "--template=", library.string)
        try await scenario.git("commit", "--quiet", "--allow-empty", "-m", "One", in: library)
        try await scenario.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library.string, "sub"])
        // The same address in every scenario, so that the commits are the same.
        try await scenario.git("config", "-f", ".gitmodules", "submodule.sub.url", "../library")
        try await scenario.git("commit", "--quiet", "--allow-empty", "-m", "Two", in: scenario.path.appending("sub"))
        try scenario.write("bump.txt", try await scenario.git("rev-parse", "HEAD", in: scenario.path.appending("sub")))
        try await scenario.git("checkout", "--quiet", "HEAD~1", in: scenario.path.appending("sub"))
      })
    for engine in ["auto", "git"] {
      let scenario = try await habitat.make()
      let answer = try await habitat.run(scenario, engine: engine)
      #expect(answer.status == 0, "\(answer.output)\(answer.error)")
      let invariants = Invariants(scenario: scenario, mine: Habitat.own + ["sub"])
      #expect(try await invariants.landed() == ["A", "B", "C"])
      try await invariants.check()
      let bump = try scenario.read("bump.txt") ?? ""
      #expect(try await scenario.git("rev-parse", "main:sub") == bump)
      // As after `git pull`: `git submodule update` is the user's to type.
      #expect(try await scenario.git("status", "--porcelain", "sub") == " M sub")
    }
  }

  @Test("a shallow clone")
  func shallow() async throws {
    let habitat = Habitat(
      hasOwnWork: false, engines: ["auto"], place: { $0.root.path.appending("clone") },
      prepare: { scenario in
        try await scenario.commit("More")
        try await clone(scenario, ["--depth=1"])
      })
    try await habitat.lands { scenario async throws in
      let clone = scenario.root.path.appending("clone")
      #expect(try await scenario.git("rev-parse", "--is-shallow-repository", in: clone) == "true")
      #expect(try await scenario.isCheckedOutRight(in: clone))
    }
  }

  @Test("a partial clone")
  func partial() async throws {
    let habitat = Habitat(
      hasOwnWork: false, engines: ["auto"], place: { $0.root.path.appending("clone") },
      prepare: { scenario in
        try await scenario.git("config", "uploadpack.allowFilter", "true")
        try await scenario.commit("More")
        try await clone(scenario, ["--filter=blob:none"])
      })
    try await habitat.lands { scenario async throws in
      #expect(try await scenario.isCheckedOutRight(in: scenario.root.path.appending("clone")))
    }
  }

  @Test("objects borrowed from another repository")
  func alternates() async throws {
    let habitat = Habitat(hasOwnWork: false, place: { $0.root.path.appending("clone") }, prepare: { try await clone($0, ["--shared"]) })
    try await habitat.lands { scenario async throws in
      #expect(try await scenario.isCheckedOutRight(in: scenario.root.path.appending("clone")))
    }
  }

  @Test("packed references and packed objects")
  func packed() async throws {
    let habitat = Habitat(prepare: { scenario in
      try await scenario.git("pack-refs", "--all", "--prune")
      try await scenario.git("repack", "-adq")
    })
    try await habitat.lands { _ = try await $0.isCheckedOutRight() }
  }

  @Test("commit.gpgsign with an ssh key: every landed commit is signed", .enabled(if: hasCommand("ssh-keygen")))
  func signed() async throws {
    let keys = try await Scenario()
    let key = keys.root.path.appending("key").string
    _ = try await keys.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "tess", "-f", key])
    try AtomicFile.write(
      Array("tess@example.org ".utf8) + (try File.read(FilePath(key + ".pub")) ?? []), to: keys.root.path.appending("allowed"))
    let allowed = keys.root.path.appending("allowed").string
    let habitat = Habitat(prepare: { scenario in
      for (name, value) in [
        ("gpg.format", "ssh"), ("user.signingKey", key), ("commit.gpgSign", "true"), ("gpg.ssh.allowedSignersFile", allowed),
      ] { try await scenario.git("config", name, value) }
    })
    try await habitat.lands { scenario async throws in
      #expect(try await scenario.git("log", "--format=%G?", "-3", "main") == "G\nG\nG")
    }
  }

  @Test("hooks of the user's that reject or write stay out of landings and slots")
  func hooks() async throws {
    let habitat = Habitat(prepare: { scenario in
      for hook in ["pre-commit", "commit-msg", "post-checkout", "post-commit", "pre-rebase", "prepare-commit-msg"] {
        let script = "#!/bin/sh\necho ran >>'\(scenario.root.path.string)/hooked'\nexit 1\n"
        try scenario.write(".git/hooks/\(hook)", script, permissions: 0o755)
      }
    })
    try await habitat.lands { scenario async throws in #expect(try FileStatus.of(scenario.root.path.appending("hooked")) == nil) }
  }
}

/// A clone of the scenario's repository beside it, called `clone`.
private func clone(_ scenario: Scenario, _ options: [String]) async throws {
  try await scenario.git(
    ["clone", "--quiet"] + options + ["file://\(scenario.path.string)", scenario.root.path.appending("clone").string])
}
