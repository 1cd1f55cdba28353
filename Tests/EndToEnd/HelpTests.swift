import Support
import Testing

@Suite("Help")
struct HelpTests {
  @Test("-h is one screen: the verbs, then the options of a run")
  func root() async throws {
    let help = try await Scenario().sage("-h", in: "/")
    #expect(help.status == 0)
    #expect(help.error == "")
    #expect(
      help.output == """
        OVERVIEW: Run a queue of tickets in parallel worktrees and land what is
        finished on your branch.

        USAGE: git sage-stream [<options>]
               git sage-stream <verb> [<options>]

        VERBS:
          plan                    Show what is ready, what follows in which waves, what
                                  blocks what, and how many workers it is worth.
          explain                 Say whether a ticket is READY or BLOCKED, with the
                                  whole chain of what blocks it.
          list                    List the tickets with their states, one a line.
          show                    Show one ticket: state, dependencies, text, why it
                                  was set aside; then its commits and their diff.
          validate                Print every finding about the queue and what parallel
                                  runs need here; the exit status is 1 where a run
                                  would stop.
          status                  Show the latest run: its workers, what waits, what
                                  landed, what was set aside.
          wait                    Wait until no run goes on, a ticket has landed, or
                                  one conflicts.
          conflicts               Show the tickets that conflicted: with which landed
                                  ticket, where, and what to type next.
          resolve                 Open a conflict in a worktree, stopped at the
                                  cherry-pick; then land it, drop it, or put everything
                                  back.
          land                    Approve finished work that waits for review
                                  (--review), and land it.
          report                  Tell what a run did: who worked on what when, what
                                  landed, what waited, as text or as a page.
          retry                   Make a DEFERRED ticket work again; the next run, or
                                  the one that goes on, takes it.
          abort                   End an interrupted run instead of resuming it, or ask
                                  the one that goes on to stop; what was finished is
                                  kept.
          undo                    Take back what a run landed, ticket states included;
                                  an undo can be taken back as well.
          log                     List the runs, the saved work and the worktrees that
                                  were set aside, or one ticket's attempts; or follow
                                  the workers.
          cancel                  Stop the attempt at a ticket in the run that goes on;
                                  the ticket stays as it is.
          pause                   The run that goes on starts no more tickets; those
                                  that run go on.
          continue                Let a paused run go on.
          clean                   Remove worktrees, references and journals of what has
                                  landed; say what is kept, and why.
          trust                   Show the validation commands that the queue's tickets
                                  name, and record your consent to run them.
          demo                    Run nine small tickets in a scratch repository, one
                                  after the other and then three at a time.
          hook                    Install, remove and show the pre-push hook; what
                                  git's hooks call.
          worker                  List the agents that --worker can name, show how one
                                  is called, and probe whether it can be.
          init                    Ask for a worker, a check, the hook and what never
                                  lands, and write the answers to this repository's
                                  configuration.

        OPTIONS OF A RUN:
          --interactive           Ask before each ticket and each landing, one after
                                  the other (default).
          --semi-auto             One component after the other; ask at the borders
                                  only.
          --auto                  Ask nothing.
          --dry-run               Show the plan and change nothing (= plan).
          --explain <id>          Say why a ticket is ready or blocked (= explain).
          --parallel [<n|auto>]   Work on up to N tickets at once, 1 to 64; auto is
                                  half the cores, at most 8. Needs --auto. (default as
                                  flag: auto)
          --worker <worker>       What does a ticket: an agent's name (worker list), or
                                  a command that /bin/sh runs in the ticket's worktree.
          --check <command>       What a tree must pass before it lands: a build, the
                                  tests. 0 passes, 125 is undecided.
          --check-undecided <land|defer>
                                  What becomes of a ticket whose check is undecided:
                                  set aside (default) or landed.
          --onto <branch>         Land on this branch instead of the one that is
                                  checked out.
          --schedule <flow|batch> flow starts a ticket as soon as it can; batch starts
                                  up to N, waits for all, then lands.
          --timeout <duration>    Stop a worker after this long: 90, 90s, 30m, 2h.
          --on-conflict <defer|rework>
                                  defer sets a ticket that conflicts aside; rework has
                                  its worker do it once more.
          --require-validation    Refuse to run while tickets have validation commands
                                  without consent (= trust).
          --component <name>      Only tickets of this component; may be repeated.
          --ticket <id>           Only this ticket; may be repeated.
          --limit <k>             Start at most so many tickets; 0 only lands what an
                                  earlier run left held.
          --max-cost <usd>        Start no more tickets once those so far cost this
                                  many dollars.
          --push                  Push the branch when every ticket has landed.
          --review                Land only what git sage-stream land ID approves.
          --index <path>          Read this queue instead of that of the main work tree.
          --json                  Write what happens as one JSON object a line.
          --quiet                 Report only what needs you.
          --version               Show the version.
          -h, --help              Show help information.

          git sage-stream <verb> -h shows the options of a verb.

        """)
  }

  @Test("a verb has its own, and help VERB is the same")
  func verb() async throws {
    let scenario = try await Scenario()
    let help = try await scenario.sage("explain", "-h", in: "/")
    #expect(help.status == 0)
    #expect(
      help.output == """
        OVERVIEW: Say whether a ticket is READY or BLOCKED, with the whole chain of
        what blocks it.

        USAGE: git sage-stream explain <id> [--index <path>]

        ARGUMENTS:
          <id>                    The ticket; one that begins with a dash stands after
                                  --.

        OPTIONS:
          --index <path>          Read this queue instead of that of the main work tree.
          --version               Show the version.
          -h, --help              Show help information.

        """)
    #expect(try await scenario.sage("help", "explain", in: "/").output == help.output)
  }
}
