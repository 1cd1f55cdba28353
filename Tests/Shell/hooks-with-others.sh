#!/bin/bash
# hooks-with-others.sh BINARY: our pre-push hook beside the real pre-commit, lefthook and git-lfs, installed before
# and after ours. The first two come from PyPI; what cannot be had is left out, and that is said.
#
#   Tests/Shell/hooks-with-others.sh "$(swift build --show-bin-path)/git-sage-stream"
# shellcheck source=Tests/Shell/harness.sh
. "$(dirname "$0")/harness.sh"

# It takes a minute and the network, so Tests/run.sh, which gives no argument, leaves it out.
if [ $# -ne 1 ]; then
  echo 'hooks-with-others.sh: left out; run it by hand with the path of the binary'
  exit 0
fi
binary=$(cd "$(dirname "$1")" && pwd -P)
export PRE_COMMIT_HOME LEFTHOOK_OUTPUT=false
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
PRE_COMMIT_HOME=$tools/cache
python3 -m venv "$tools/venv" >/dev/null 2>&1 &&
  timeout 60 "$tools/venv/bin/pip" install -q --retries 0 pre-commit lefthook >/dev/null 2>&1 ||
  echo 'skipped: pre-commit and lefthook could not be installed from PyPI'
PATH=$binary:$tools/venv/bin:$PATH

# A repository with a commit, a place to push to, and what the three tools need to know.
prepare() {
  git init -q --bare remote.git
  git init -q -b main work
  cd work
  git config user.name A
  git config user.email a@example.org
  git remote add origin ../remote.git
  printf '*.bin filter=lfs diff=lfs merge=lfs -text\n' >.gitattributes
  cat >.pre-commit-config.yaml <<END
repos:
  - repo: local
    hooks:
      - id: seen
        name: seen
        language: system
        entry: sh -c 'echo pre-commit >>$box/seen'
        stages: [pre-push]
        always_run: true
        pass_filenames: false
END
  printf 'pre-push:\n  commands:\n    seen:\n      run: echo lefthook >>%s/seen\n' "$box" >lefthook.yml
  : >"$box/seen"
  commit first
}

commit() {
  echo "$1" >>file.txt
  git add -A
  git -c core.hooksPath=/dev/null commit -q -m "$1"
}

put() {
  case $1 in
    pre-commit) pre-commit install --hook-type pre-push >/dev/null ;;
    lefthook) lefthook install >/dev/null ;;
    git-lfs) git lfs install --local >/dev/null ;;
  esac
}

hooks() { (cd .git/hooks && for file in pre-push*; do [ ! -f "$file" ] || { stat -c '%n %a' "$file"; cat "$file"; }; done); }

# Theirs ran: it left its mark, or brought the large file to the remote.
theirs_runs() {
  commit "theirs $1 $RANDOM"
  if [ "$1" = git-lfs ]; then
    echo "large $RANDOM" >large.bin
    commit 'large file'
  fi
  : >"$box/seen"
  rm -rf ../remote.git/lfs
  expect 0 git push -q origin main
  if [ "$1" = git-lfs ]; then test -d ../remote.git/lfs/objects; else test "$(cat "$box/seen")" = "$1"; fi
}

ours_refuses() {
  printf '<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n' >clash.txt
  commit 'unresolved'
  expect 1 git push -q origin main
  says "$box/err" 'clash.txt has conflict markers'
  git reset -q --hard HEAD~1
}

# Theirs, then ours: both run, and uninstall leaves theirs as it was.
beside() {
  local tool=$1
  prepare
  put "$tool"
  hooks >"$box/before"
  expect 0 git sage-stream hook install
  says "$box/out" 'which runs pre-push.sage-stream-prev first'
  theirs_runs "$tool"
  ours_refuses
  expect 0 git sage-stream hook install
  says "$box/out" 'installed already'
  expect 0 git sage-stream hook uninstall
  hooks >"$box/after"
  cmp "$box/before" "$box/after"
  theirs_runs "$tool"
}

pre_commit_beside() { beside pre-commit; }
lefthook_beside() { beside lefthook; }
git_lfs_beside() { beside git-lfs; }

pre_commit_after() {
  prepare
  expect 0 git sage-stream hook install
  put pre-commit
  expect 0 git sage-stream hook status
  says "$box/out" 'pre-push.legacy: runs' 'pushes are checked'
  theirs_runs pre-commit
  ours_refuses
  expect 0 git sage-stream hook uninstall
  test ! -e .git/hooks/pre-push.legacy
  theirs_runs pre-commit
}

# Installed again, pre-commit takes our file for somebody else's and calls it; the old copy of itself must not run.
pre_commit_again() {
  prepare
  put pre-commit
  expect 0 git sage-stream hook install
  put pre-commit
  theirs_runs pre-commit
  ours_refuses
  pre-commit uninstall --hook-type pre-push >/dev/null
  expect 0 git sage-stream hook uninstall
  pre-commit uninstall --hook-type pre-push >/dev/null
  test ! -e .git/hooks/pre-push
}

lefthook_after() {
  prepare
  expect 0 git sage-stream hook install
  put lefthook
  expect 0 git sage-stream hook status
  says "$box/out" 'does not run: lefthook has put' 'pushes are not checked'
  expect 0 git sage-stream hook install
  theirs_runs lefthook
  ours_refuses
  expect 0 git sage-stream hook uninstall
  theirs_runs lefthook
}

# lefthook can call ours itself.
lefthook_calls() {
  prepare
  put lefthook
  printf '    sage-stream:\n      run: git sage-stream hook pre-push {0}\n      use_stdin: true\n' >>lefthook.yml
  expect 0 git sage-stream hook install
  says "$box/out" 'installed already' 'lefthook.yml (lefthook) calls it'
  : >"$box/seen"
  commit 'more'
  expect 0 git push -q origin main
  printf '<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n' >clash.txt
  commit 'unresolved'
  expect 1 git push -q origin main
}

git_lfs_after() {
  prepare
  expect 0 git sage-stream hook install
  # git-lfs refuses to touch a hook that it does not know, and says so.
  expect 2 git lfs install --local
  hooks >"$box/before"
  expect 0 git sage-stream hook status
  says "$box/out" 'pushes are checked'
  expect 0 git sage-stream hook uninstall
  put git-lfs
  expect 0 git sage-stream hook install
  theirs_runs git-lfs
  ours_refuses
}

if command -v pre-commit >/dev/null; then
  it 'pre-commit before ours: both run, and uninstall leaves it byte for byte' pre_commit_beside
  it 'pre-commit after ours: both run, and each can go' pre_commit_after
  it 'pre-commit, ours, pre-commit again: both run once' pre_commit_again
fi
if command -v lefthook >/dev/null; then
  it 'lefthook before ours: both run, and uninstall leaves it byte for byte' lefthook_beside
  it 'lefthook after ours puts it aside; status says so, and install puts it back' lefthook_after
  it 'lefthook calls ours from its own settings' lefthook_calls
fi
if git lfs version >/dev/null 2>&1; then
  it 'git-lfs before ours: both run, and uninstall leaves it byte for byte' git_lfs_beside
  it 'git-lfs after ours refuses; the other way round both run' git_lfs_after
else
  echo 'skipped: git-lfs is not installed'
fi
finish
