#!/bin/sh
# slurm.sh COMMAND...: does a ticket on a node of a Slurm cluster, so that an engine on one machine keeps many busy.
#
#   git sage-stream --auto --parallel=32 --worker 'exec examples/slurm.sh examples/python.py'
#
# With exec there is no shell in between, whose end at a stop would be the end of everything before the job is cancelled.
#
# It needs the worktrees and the repository on a file system that the nodes share, under the same paths:
#   git config sageStream.worktreeRoot /shared/worktrees
# Without one: slurm-bundle.sh. Options of srun go into SRUN, for example SRUN='--partition=build --cpus-per-task=4 --time=30'.
set -u
[ $# -gt 0 ] || { echo "usage: slurm.sh COMMAND..." >&2; exit 126; }
answer=$SAGE_RESULT_FILE.status
name=sage-$SAGE_RUN_ID-$SAGE_SLOT-$SAGE_ATTEMPT-$$
rm -f "$answer"

# A stop, or a timeout, ends the job as well.
trap 'scancel --quiet --name="$name"' TERM INT
# The words of SRUN are the user's; the ticket's id is one argument, whatever it holds.
# shellcheck disable=SC2086,SC2016
srun --quiet --ntasks=1 --job-name="$name" --comment="$SAGE_TICKET_ID" --chdir="$SAGE_WORKTREE" --export=ALL --input=none ${SRUN:-} \
  /bin/sh -c '"$@"; echo $? >"$0"' "$answer" "$@" &
job=$!
# A stop interrupts the wait, and the job still has to end.
while :; do
  wait "$job"
  status=$?
  kill -0 "$job" 2>/dev/null || break
done

# What the command said counts. Where there is no answer it never came to its end: the node died, the queue was full, the job was
# cancelled. That is no fault of the ticket's, so it is tried again later.
for _ in 1 2 3 4 5; do
  if [ -s "$answer" ]; then exit "$(cat "$answer")"; fi
  # A shared file system may show it a moment later.
  [ "$status" -eq 0 ] || break
  sleep 1
done
echo '{"reason": "the cluster did not run it to its end"}' >"$SAGE_RESULT_FILE"
exit 75
