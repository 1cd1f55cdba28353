import SageStream

/// Something that a user does in another terminal, and how they finish it when the run is over.
struct UserCommand: CustomStringConvertible {
  let description: String
  /// A shell command, typed in the main work tree.
  let command: String
  /// Typed after the run.
  var after = "true"
  /// Whether the command itself throws uncommitted changes away.
  var discards = false
  /// Whether another branch is checked out afterwards: ticket states are written to the queue on disk then, not to commits.
  var leavesTarget = false
  /// The step that is most telling, where not every one is tried.
  var sample: Failpoint?
  /// Whether the target is checked out in `../second` as well.
  var hasSecondCheckout = false

  /// The commands of issue 3. All can be typed at any time and none conflicts with a ticket.
  static let all: [UserCommand] = [
    UserCommand(description: "commit -a", command: "git commit -qam Mine", sample: .picksWritten),
    UserCommand(
      description: "commit with the editor open", command: "git add notes.txt && \(withOpenEditor("git commit -q"))", after: closeEditor),
    UserCommand(description: "commit -a with the editor open", command: withOpenEditor("git commit -qa"), after: closeEditor),
    UserCommand(description: "add -p", command: "printf 'y\\n' | git add -p notes.txt"),
    UserCommand(description: "stash", command: "git stash || { echo fatal: git stash gives no reason >&2; exit 1; }"),
    UserCommand(description: "stash pop", command: "git stash pop"),
    UserCommand(
      description: "checkout other", command: "git checkout -q other", after: "git checkout -q --ignore-other-worktrees main",
      leavesTarget: true, sample: .journalIntent),
    UserCommand(
      description: "checkout --detach", command: "git checkout -q --detach", after: "git checkout -q --ignore-other-worktrees main",
      leavesTarget: true),
    UserCommand(
      description: "switch -c", command: "git switch -q -c feature", after: "git checkout -q --ignore-other-worktrees main",
      leavesTarget: true, sample: .worktreeUpdated),
    UserCommand(description: "reset --hard", command: "git reset -q --hard HEAD~1", discards: true, sample: .picksWritten),
    UserCommand(
      description: "rebase -i",
      command:
        "GIT_SEQUENCE_EDITOR=\"sed -i.bak s/^pick/reword/\" GIT_EDITOR='sed -i.bak 1s/^/Reworded:/' git rebase -q -i --autostash HEAD~1"),
    UserCommand(
      description: "rebase -i that stops", command: "GIT_SEQUENCE_EDITOR=\"sed -i.bak s/^pick/edit/\" git rebase -q -i --autostash HEAD~1",
      after: "git rebase --continue", sample: .journalIntent),
    UserCommand(description: "merge", command: "git merge -q --no-edit other"),
    UserCommand(description: "merge --no-commit", command: "git merge -q --no-ff --no-commit other", after: "git commit -qm Merged"),
    UserCommand(
      description: "bisect", command: "git bisect start && git bisect bad HEAD && git bisect good HEAD~2", after: "git bisect reset",
      sample: .journalIntent),
    UserCommand(description: "commit --amend", command: "git commit -q --amend --no-edit --reset-author"),
    UserCommand(description: "branch -m", command: "git branch -m main trunk", after: "git branch -m trunk main", sample: .worktreeUpdated),
    UserCommand(
      description: "worktree remove", command: "git worktree remove --force ../second", sample: .worktreeUpdated, hasSecondCheckout: true),
    UserCommand(description: "rm -rf of a worktree", command: "rm -rf ../second", sample: .mainMoved, hasSecondCheckout: true),
    UserCommand(description: "a second checkout of the target", command: "git worktree add -q -f ../third main", sample: .indexLocked),
    UserCommand(
      description: "an IDE that holds index.lock", command: "ln -s /nowhere .git/index.lock || { echo fatal: not mine >&2; exit 1; }",
      after: "rm .git/index.lock"),
    UserCommand(description: "an editor's temporary files", command: "touch .notes.txt.swp notes.txt~ && mv notes.txt~ '#notes.txt#'"),
    UserCommand(description: "gc", command: "git gc -q --prune=now"),
    UserCommand(description: "an edit of a path that a ticket touches", command: "echo 'mine, too' >>a.txt", after: "git commit -qam Mine"),
    UserCommand(description: "an edit of another path", command: "echo 'mine, too' >>staged.txt"),
  ]

  /// Things that stand where a landing wants to write, and how the user clears them away later.
  static let inTheWay: [UserCommand] = [
    UserCommand(description: "an untracked file", command: "mkdir new && echo mine >new/b.txt", after: "mv new ../kept"),
    UserCommand(
      description: "an ignored file", command: "echo /new/b.txt >>.git/info/exclude; mkdir new && echo mine >new/b.txt",
      after: "mv new ../kept"),
    UserCommand(
      description: "an ignored folder", command: "echo /new/ >>.git/info/exclude; mkdir new && echo mine >new/other.o",
      after: "mv new ../kept"
    ),
    UserCommand(description: "a file against a folder", command: "echo mine >new", after: "mv new ../kept"),
    UserCommand(description: "a folder against a file", command: "mkdir b.md && echo mine >b.md/x", after: "mv b.md ../kept"),
    UserCommand(description: "a symbolic link against a folder", command: "ln -s /nowhere new", after: "mv new ../kept"),
    UserCommand(
      description: "intent-to-add", command: "mkdir new && echo mine >new/b.txt && git add -N new/b.txt",
      after: "git rm -q --cached new/b.txt && mv new ../kept"),
    UserCommand(
      description: "a staged file", command: "echo mine >b.md && git add b.md", after: "git rm -q --cached b.md && mv b.md ../kept"),
    UserCommand(
      description: "assume-unchanged", command: "git update-index --assume-unchanged a.txt && echo mine >>a.txt",
      after: "git update-index --no-assume-unchanged a.txt && git commit -qam Mine"),
    UserCommand(
      description: "skip-worktree", command: "git update-index --skip-worktree a.txt && echo mine >>a.txt",
      after: "git update-index --no-skip-worktree a.txt && git commit -qam Mine"),
    UserCommand(
      description: "unmerged", command: "git merge -q clash; test -e .git/MERGE_HEAD", after: "git merge --abort"),
    UserCommand(
      description: "untracked in a folder that vanishes", command: "echo mine >old/mine.txt", after: "mv old/mine.txt ../kept"),
    UserCommand(
      description: "a local change", command: "echo mine >>a.txt", after: "git commit -qam Mine"),
  ]

  /// Puts things back in order, whatever was begun; for histories of several commands.
  static let tidyUp = """
    rm -f .git/index.lock; git rebase --abort; git merge --abort; git bisect reset
    git show-ref -q --verify refs/heads/main || git branch -m trunk main
    git reset -q; git stash -q; git checkout -q --ignore-other-worktrees main
    git stash pop -q || git checkout -q --theirs .; git reset -q
    for other in ../second ../third; do [ -d $other ] && git -C $other reset -q --hard; done
    test -e .git/BISECT_START && git bisect reset HEAD && git checkout -q --ignore-other-worktrees main; true
    """

  /// Begins a commit and returns when its editor is open, or when it has failed. Each editor has a folder of its own: several may be open.
  private static func withOpenEditor(_ command: String) -> String {
    """
    n=1; while [ -e ../editor-$n ]; do n=$((n + 1)); done
    mkdir ../editor-$n && mkfifo ../editor-$n/opened ../editor-$n/close || exit 1
    { GIT_EDITOR="f() { echo Mine >\\"\\$1\\"; echo open >../editor-$n/opened; read x <../editor-$n/close; }; f" \(command) >../editor-$n/log 2>&1
      echo ended >../editor-$n/opened; } </dev/null >/dev/null 2>&1 &
    read x <../editor-$n/opened; [ "$x" = open ] || { cat ../editor-$n/log >&2; rm -r ../editor-$n; exit 1; }
    """
  }

  /// Closes the editor that was opened last.
  private static let closeEditor = """
    for editor in ../editor-*; do :; done
    echo >$editor/close; read x <$editor/opened; cat $editor/log >&2; rm -r $editor
    """
}
