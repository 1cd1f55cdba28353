# shellcheck shell=bash
# harness.sh: what the tests of the shell scripts share. Each `it` is one sentence and one function, run in a
# shell of its own with `set -e`, in an empty folder ($box) that is removed afterwards.

set -u
# shellcheck disable=SC2034 # for the files that read this one
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
passed=0 failed=0

# Nothing of the user's may decide how a test ends.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX PREFIX DESTDIR
export GIT_CONFIG_NOSYSTEM=1

it() {
  local sentence=$1 body=$2 status
  box=$(cd "$(mktemp -d)" && pwd -P)
  (
    set -e
    export HOME=$box/home GIT_CONFIG_GLOBAL=/dev/null
    mkdir "$HOME"
    cd "$box"
    "$body"
  ) >"$box.log" 2>&1
  status=$?
  if [ $status -eq 0 ]; then
    passed=$((passed + 1))
    echo "ok: $sentence"
  else
    failed=$((failed + 1))
    echo "FAILED: $sentence (status $status)"
    sed 's/^/    /' "$box.log"
  fi
  rm -rf "$box" "$box.log"
}

# The closing line; the file's exit status.
finish() {
  echo "$(basename "$0"): $passed passed, $failed failed"
  [ $failed -eq 0 ]
}

# expect STATUS COMMAND...: the command ends with exactly this status; its output is in $box/out and $box/err.
expect() {
  local wanted=$1 status=0
  shift
  "$@" >"$box/out" 2>"$box/err" || status=$?
  cat "$box/out" "$box/err"
  if [ $status -ne "$wanted" ]; then
    echo "expected status $wanted, got $status, from: $*"
    return 1
  fi
}

# says FILE TEXT...: each text stands somewhere in the file.
says() {
  local file=$1 text
  shift
  for text in "$@"; do
    if ! grep -qF -- "$text" "$file"; then
      echo "not in $file: $text"
      return 1
    fi
  done
}

# Every path below a folder with its kind, mode, size and time of change.
snapshot() {
  if ls --time-style=full-iso / >/dev/null 2>&1; then
    (cd "$1" && find . -exec ls -ldn --time-style=full-iso {} + | sort)
  else
    (cd "$1" && find . -exec ls -ldnT {} + | sort)
  fi
}
# Every path below a folder, without times.
tree() { (cd "$1" && find . | sort); }
