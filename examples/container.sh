#!/bin/sh
# container.sh COMMAND...: does a ticket in a container that sees its worktree and nothing else of the machine.
#
#   IMAGE=docker.io/library/python:3 git sage-stream --auto --parallel=4 --worker 'exec examples/container.sh examples/python.py'
#
# With exec there is no shell in between, whose end at a stop would be the end of everything before the container is stopped.
#
# The container has the worktree and the attempt's folder at their own paths, and the repository's git folder for reading only: it may
# leave changes, and they become one commit outside. With GIT=rw it may commit as well; then it could also change the repository's hooks.
set -eu
engine=${ENGINE:-$(command -v podman || command -v docker)}
common=$(git rev-parse --path-format=absolute --git-common-dir)
attempt=$(dirname "$SAGE_TICKET_FILE")

set -- --rm --init --network "${NETWORK:-none}" --user "$(id -u):$(id -g)" --workdir "$SAGE_WORKTREE" \
  --volume "$SAGE_WORKTREE:$SAGE_WORKTREE" --volume "$common:$common:${GIT:-ro}" --volume "$attempt:$attempt" \
  --env SAGE_RUN_ID --env SAGE_TICKET_ID --env SAGE_TICKET_TITLE --env SAGE_TICKET_FILE --env SAGE_PROMPT_FILE --env SAGE_WORKTREE \
  --env SAGE_BASE --env SAGE_ATTEMPT --env SAGE_SLOT --env SAGE_PORT_BASE --env SAGE_RESULT_FILE --env HOME=/tmp \
  "${IMAGE:?IMAGE is the image to run}" "$@"

# A name of its own, so that a stop reaches the container and not only its client.
name="sage-$SAGE_RUN_ID-$SAGE_SLOT-$SAGE_ATTEMPT-$$"
trap '"$engine" stop --time 4 "$name" >/dev/null 2>&1' TERM INT
"$engine" run --name "$name" "$@" &
wait $!
