#!/bin/sh
# slurm-bundle.sh COMMAND...: as slurm.sh, on nodes that share no file system with this machine.
#
#   git sage-stream --auto --parallel=32 --worker 'exec examples/slurm-bundle.sh python3 tools/do-ticket.py'
#
# With exec there is no shell in between, whose end at a stop would be the end of everything before the job is cancelled.
#
# The ticket's base goes to the node as a git bundle on srun's standard input, and the work comes back as one on its standard output: the
# nodes need git and the command (which may be part of the repository), no login, no remote, no mount.
set -u
[ $# -gt 0 ] || { echo "usage: slurm-bundle.sh COMMAND..." >&2; exit 126; }
box=$(mktemp -d)
name=sage-$SAGE_RUN_ID-$SAGE_SLOT-$SAGE_ATTEMPT-$$
trap 'rm -rf "$box"' EXIT
trap 'scancel --quiet --name="$name"' TERM INT

mkdir "$box/to"
git bundle create --quiet "$box/to/base.bundle" HEAD || exit 1
cp "$SAGE_TICKET_FILE" "$box/to/ticket.json"
cp "$SAGE_PROMPT_FILE" "$box/to/prompt.md"
git config user.name >"$box/to/name" || echo nobody >"$box/to/name"
git config user.email >"$box/to/email" || echo nobody@localhost >"$box/to/email"
tar -C "$box/to" -cf "$box/to.tar" .

# Runs on the node; $1 is the base, the rest is the command. Its own output goes to standard error, and so into the log.
# shellcheck disable=SC2016
node='
  base=$1; shift
  box=$(mktemp -d) || exit 1
  trap "rm -rf \"\$box\"" EXIT
  mkdir "$box/to" && tar -C "$box/to" -xf - || exit 1
  git init --quiet "$box/work" && cd "$box/work" || exit 1
  git config user.name "$(cat "$box/to/name")"; git config user.email "$(cat "$box/to/email")"
  git fetch --quiet "$box/to/base.bundle" HEAD && git checkout --quiet --detach "$base" || exit 1
  export SAGE_WORKTREE=$PWD SAGE_TICKET_FILE=$box/to/ticket.json SAGE_PROMPT_FILE=$box/to/prompt.md SAGE_RESULT_FILE=$box/result.json
  "$@" >&2 </dev/null
  echo $? >"$box/status"
  if [ -n "$(git status --porcelain)" ]; then
    git add --all && git -c core.hooksPath=/dev/null commit --quiet --message "$SAGE_TICKET_ID: $SAGE_TICKET_TITLE" >&2
  fi
  mkdir "$box/from" && mv "$box/status" "$box/from"
  if [ -f "$box/result.json" ]; then mv "$box/result.json" "$box/from"; fi
  if [ "$(git rev-parse HEAD)" != "$base" ]; then git bundle create --quiet "$box/from/work.bundle" "$base..HEAD" HEAD >&2; fi
  tar -C "$box/from" -cf - .
'
# shellcheck disable=SC2086
srun --quiet --ntasks=1 --job-name="$name" --comment="$SAGE_TICKET_ID" --chdir=/tmp --export=ALL ${SRUN:-} \
  /bin/sh -c "$node" node "$SAGE_BASE" "$@" <"$box/to.tar" >"$box/from.tar" &
job=$!
# A stop interrupts the wait, and the job still has to end.
until wait "$job" || ! kill -0 "$job" 2>/dev/null; do :; done

mkdir "$box/from"
if ! tar -C "$box/from" -xf "$box/from.tar" 2>/dev/null || [ ! -s "$box/from/status" ]; then
  echo '{"reason": "the cluster did not run it to its end"}' >"$SAGE_RESULT_FILE"
  exit 75
fi
if [ -f "$box/from/work.bundle" ]; then
  git fetch --quiet "$box/from/work.bundle" HEAD && git reset --quiet --hard FETCH_HEAD || exit 1
fi
if [ -f "$box/from/result.json" ]; then cp "$box/from/result.json" "$SAGE_RESULT_FILE"; fi
exit "$(cat "$box/from/status")"
