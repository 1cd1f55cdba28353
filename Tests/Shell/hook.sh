#!/bin/bash
# hook.sh: tests of ../../hooks/pre-push, the shim that git calls before a push.
# shellcheck source=Tests/Shell/harness.sh
# shellcheck disable=SC2016 # the `$` belong to the scripts that are written here
. "$(dirname "$0")/harness.sh"

# A repository with a commit, a place to push to, and the shim installed.
prepare() {
  git init -q --bare remote.git
  git init -q work
  cd work
  git -c user.name=A -c user.email=a@example.org commit -q --allow-empty -m first
  git remote add origin ../remote.git
  cp "$project/hooks/pre-push" .git/hooks/pre-push
  mkdir ../tools
  ln -s "$(command -v git)" ../tools/git
  PATH=$box/tools:$PATH
}

# sage_stream BODY: a stand-in for the binary.
sage_stream() {
  printf '#!/bin/sh\n%s\n' "$1" >"$box/tools/git-sage-stream"
  chmod +x "$box/tools/git-sage-stream"
}

without_the_binary_the_push_goes_through() {
  prepare
  expect 0 env PATH="$box/tools" git push -q origin HEAD:main
  says "$box/err" 'is not on PATH'
  test "$(wc -l <"$box/err")" -eq 1
  git -C ../remote.git rev-parse --verify -q main
}

without_the_binary_and_required_nothing_is_pushed() {
  prepare
  git config sageStream.requireHook true
  expect 1 env PATH="$box/tools" git push -q origin HEAD:main
  says "$box/err" 'sageStream.requireHook'
  if git -C ../remote.git rev-parse --verify -q main; then return 1; fi
}

the_binary_gets_arguments_and_all_of_standard_input() {
  prepare
  sage_stream '{ printf "%s|" "$@"; echo; cat; } >"'"$box"'/seen"'
  expect 0 git push -q origin HEAD:main HEAD:refs/heads/other
  says "$box/seen" 'hook|pre-push|origin|../remote.git|' ' refs/heads/main ' ' refs/heads/other '
  test "$(wc -l <"$box/seen")" -eq 3
}

a_finding_stops_the_push() {
  prepare
  sage_stream 'exit 1'
  expect 1 git push -q origin HEAD:main
  if git -C ../remote.git rev-parse --verify -q main; then return 1; fi
  expect 0 git push -q --no-verify origin HEAD:main
}

# chain BODY: a hook of somebody else's, which ours runs first.
chain() {
  printf '#!/bin/sh\n%s\n' "$1" >.git/hooks/pre-push.sage-stream-prev
  chmod +x .git/hooks/pre-push.sage-stream-prev
}

the_hook_that_was_here_runs_first_with_the_same_input() {
  prepare
  chain '{ echo theirs; printf "%s|" "$@"; cat; } >>"'"$box"'/seen"'
  sage_stream '{ echo ours; shift 2; printf "%s|" "$@"; cat; } >>"'"$box"'/seen"'
  expect 0 git push -q origin HEAD:main HEAD:refs/heads/other
  test "$(sed -n '/theirs/,/ours/p' "$box/seen" | sed '1d;$d')" = "$(sed '1,/ours/d' "$box/seen")"
  test "$(wc -l <"$box/seen")" -eq 6
  # Nothing to push: both get an empty input.
  : >"$box/seen"
  expect 0 git push -q origin HEAD:main HEAD:refs/heads/other
  test "$(tr '\n' ' ' <"$box/seen")" = 'theirs origin|../remote.git|ours origin|../remote.git|'
}

the_hook_that_was_here_can_refuse_and_may_ignore_its_input() {
  prepare
  sage_stream 'cat >/dev/null; exit 0'
  chain 'exit 3'
  expect 1 git push -q origin HEAD:main
  chain 'exit 0'
  expect 0 git push -q origin HEAD:main
  # More than a pipe holds, to a hook that does not read.
  head -c 300000 /dev/zero | tr '\0' x >"$box/lines"
  expect 0 .git/hooks/pre-push origin url <"$box/lines"
  test ! -s "$box/err"
}

the_hook_that_was_here_also_runs_without_the_binary() {
  prepare
  chain 'cat >"'"$box"'/seen"; exit 1'
  expect 1 env PATH="$box/tools:/usr/bin:/bin" git push -q origin HEAD:main
  says "$box/seen" ' refs/heads/main '
}

a_hook_that_git_would_not_run_is_not_run() {
  prepare
  sage_stream 'exit 0'
  chain 'exit 1'
  chmod -x .git/hooks/pre-push.sage-stream-prev
  expect 0 git push -q origin HEAD:main
}

it 'without the binary a push goes through, with one line said' without_the_binary_the_push_goes_through
it 'without the binary, and with sageStream.requireHook, nothing is pushed' without_the_binary_and_required_nothing_is_pushed
it 'the binary gets the arguments and the whole of standard input' the_binary_gets_arguments_and_all_of_standard_input
it 'a finding stops the push, and --no-verify skips the hook' a_finding_stops_the_push
it 'a hook that was here before runs first, with the same arguments and the same standard input' the_hook_that_was_here_runs_first_with_the_same_input
it 'a hook that was here before can refuse, and need not read' the_hook_that_was_here_can_refuse_and_may_ignore_its_input
it 'a hook that was here before also runs without the binary' the_hook_that_was_here_also_runs_without_the_binary
it 'a hook that is not executable is not run, as git would not' a_hook_that_git_would_not_run_is_not_run
finish
