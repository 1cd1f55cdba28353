#!/bin/sh
# run.sh: all tests, and the only test command. Installs what they need, builds with warnings as errors, and
# ends with the closing lines of `swift test`. Arguments are passed on:
#
#   Tests/run.sh                        everything
#   Tests/run.sh --filter LandingTests  only these; the tests of the shell scripts are left out

set -eu
cd "$(dirname "$0")/.."

Tests/needs.sh
if [ $# -eq 0 ]; then
  for script in Tests/Shell/*.sh; do
    # harness.sh is what the others share.
    if [ -x "$script" ]; then "$script"; fi
  done
fi

# The tests are Swift Testing's. XCTest, left on, would report `Executed 0 tests` in front of their closing line.
if grep -rl --include='*.swift' '^import XCTest' Tests; then
  echo 'error: these use XCTest, which is not run here; write them with Swift Testing' >&2
  exit 1
fi
swift build --build-tests
if [ $# -eq 0 ]; then bash Tests/Shell/pages.sh "$(swift build --show-bin-path)/git-sage-stream"; fi
# Most tests start processes: more at once than there are cores to run them would only make each wait for the others.
SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH="${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-4}"
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH
swift test --skip-build --disable-xctest "$@"
