#!/bin/sh
# fuzz.sh: gives the readers of files that others write to libFuzzer: the queue with its editor, the lines of a pre-push hook, the journal.
# By hand, never by continuous integration: it builds everything once more, with coverage (.build/fuzz), and runs for minutes.
#
#   Tests/fuzz.sh                       each of the three, a million executions
#   Tests/fuzz.sh queue -runs=5000000   one of them (queue, push, journal); what follows is for libFuzzer
#
# It stops at the first crash, hang (10 s for one input) or broken promise, and names the file that has the input. The corpora start from
# the fixtures of the tests and grow in .build/fuzz/corpus.
#
# 2026-11-23, Swift 6.3 on Linux x86_64, two cores that others used as well, each 1,000,000 executions without a crash, hang or broken promise in the end
# (before that, the journal's reader took a year with a sign and numbers beyond a Double's range):
#
#   queue    140 s   1,885 edges
#   push     235 s     175 edges
#   journal  118 s   1,326 edges

set -eu
cd "$(dirname "$0")/.."

case ${1:-all} in
  all) targets='queue push journal' ;;
  queue | push | journal) targets=$1 ;;
  *)
    sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2
    exit 129
    ;;
esac
if [ $# -gt 0 ]; then shift; fi
if [ $# -eq 0 ]; then set -- -runs=1000000; fi

build=.build/fuzz
swift build --scratch-path "$build" -c release --target SageStream -Xswiftc -sanitize=fuzzer -Xswiftc -enable-testing >&2
folder=$(swift build --scratch-path "$build" -c release --show-bin-path)
# shellcheck disable=SC2046 # flags, one word each
swiftc -sanitize=fuzzer -parse-as-library -swift-version 6 -enable-upcoming-feature NonisolatedNonsendingByDefault -O -o "$build/fuzz" \
  -I "$folder/Modules" -I CLibGit2 -Xcc -fmodule-map-file=CLibGit2/module.modulemap Tests/Fuzz/*.swift \
  $(find "$folder" -path '*.build/*' -name '*.o' ! -path '*/git_sage_stream.build/*' ! -path '*/Support.build/*' ! -path '*/Faults.build/*') \
  $(find .build/fuzz/checkouts -name module.modulemap -path '*include*' | sed 's/^/-Xcc -fmodule-map-file=/') \
  $(pkg-config --cflags --libs libgit2 | sed 's/-isystem/-Xcc -isystem/g')

# The smallest queues first: a large one is slow to change into anything new.
mkdir -p "$build/corpus/queue" "$build/corpus/push" "$build/corpus/journal"
python3 - "$build/corpus" <<'PYTHON'
import json, pathlib, sys

corpus = pathlib.Path(sys.argv[1])
for name in ("skeleton-46", "skeleton-133"):
    queue = json.loads(pathlib.Path(f"Tests/TicketsTests/Fixtures/{name}.json").read_text())
    for number, ticket in enumerate(queue["tickets"]):
        style = [{"indent": 2}, {"separators": (",", ":")}, {"indent": 4, "ensure_ascii": False}, {}][number % 4]
        several = queue["tickets"][number:number + 1 + number % 3]
        (corpus / "queue" / f"{name}-{number}").write_text(json.dumps({"version": "1.0", "tickets": several}, **style))
zero, one, wide = "0" * 40, "1a" * 20, "2b" * 32
for number, line in enumerate((
    f"refs/heads/main {one} refs/heads/main {zero}\n", f"(delete) {zero} refs/heads/gone {one}\n",
    f":/fix the {one} refs/heads/sp {zero}\n", f"HEAD~2 {wide} refs/tags/v1 {'0' * 64}\nrefs/heads/a {one} refs/heads/a {one}\n",
)):
    (corpus / "push" / str(number)).write_text(line)
PYTHON
if ! ls "$build/corpus/journal/"* >/dev/null 2>&1; then
  # Journals as runs write them: of a demo, whose tickets land and conflict.
  [ -x .build/debug/git-sage-stream ] || swift build --product git-sage-stream >&2
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  (
    cd "$scratch"
    HOME=$scratch git init -q -b main repository
    cd repository
    mkdir -p .sage/tickets
    printf '{"tickets":[{"id":"A"},{"id":"B"},{"id":"C","dependencies":["A"]},{"id":"D"}]}' >.sage/tickets/index.json
    echo start >clash
    git add . && git -c user.name=F -c user.email=f@example.org commit -qm Start
  )
  root=$PWD
  # shellcheck disable=SC2016 # it is the worker's shell that expands it
  for worker in 'echo $SAGE_TICKET_ID >clash; [ $SAGE_TICKET_ID != D ]' 'exit 75' 'true'; do
    (cd "$scratch/repository" && GIT_CONFIG_COUNT=3 GIT_CONFIG_KEY_0=user.name GIT_CONFIG_VALUE_0=F GIT_CONFIG_KEY_1=user.email \
      GIT_CONFIG_VALUE_1=f@example.org GIT_CONFIG_KEY_2=sageStream.throttleBackoff GIT_CONFIG_VALUE_2=0 \
      "$root/.build/debug/git-sage-stream" --auto --parallel=3 --schedule=batch --worker "$worker" >/dev/null 2>&1) || :
    (cd "$scratch/repository" && "$root/.build/debug/git-sage-stream" retry B >/dev/null 2>&1) || :
  done
  (cd "$scratch/repository" && "$root/.build/debug/git-sage-stream" undo >/dev/null 2>&1) || :
  number=0
  for journal in "$scratch"/repository/.git/sage-stream/runs/*/journal.jsonl; do
    number=$((number + 1))
    cp "$journal" "$build/corpus/journal/whole-$number"
    split -l 1 "$journal" "$build/corpus/journal/line-$number-"
  done
fi

# Swift's own handler would stand before libFuzzer's, and no input would be kept.
export SWIFT_BACKTRACE=enable=no
for target in $targets; do
  echo "==> $target"
  SAGE_STREAM_FUZZ=$target "$build/fuzz" -timeout=10 -max_len=16384 -print_final_stats=1 -artifact_prefix="$build/$target-" "$@" \
    "$build/corpus/$target"
done
