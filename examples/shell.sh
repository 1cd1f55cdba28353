#!/bin/sh
# shell.sh: a worker as a shell script. It regenerates what the ticket's component names, and runs the tests of that.
#
#   git sage-stream --auto --parallel=4 --worker examples/shell.sh
#
# Everything it has to know is in the environment: the ticket as JSON in SAGE_TICKET_FILE, its id, a folder of its own that is
# also the current one. It may commit; what it leaves uncommitted becomes one commit.
set -eu

# Ticket text is data: it is read from the file, never made part of a command.
component=$(sed -n 's/.*"component" *: *"\([A-Za-z0-9_-]*\)".*/\1/p' "$SAGE_TICKET_FILE" | head -n 1)
if [ -z "$component" ]; then
  # Not applicable: set aside with this reason, and nobody counts it as a failure.
  echo '{"status": "deferred", "reason": "the ticket names no component"}' >"$SAGE_RESULT_FILE"
  exit 125
fi

mkdir -p "components/$component"
printf '%s\n' "$SAGE_TICKET_TITLE" >>"components/$component/notes.txt"

# A server for a test takes a port of this slot's own; a hundred of them begin at SAGE_PORT_BASE.
echo "tests of this slot would listen on port $SAGE_PORT_BASE"

# Exit status 75 says: not now, and not this ticket's fault. It is tried again later.
if [ -e "${TMPDIR:-/tmp}/build-farm-is-down" ]; then exit 75; fi

echo '{"status": "completed", "summary": "noted '"$component"'"}' >"$SAGE_RESULT_FILE"
