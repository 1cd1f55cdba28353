#!/bin/sh
# agent.sh: an agent that git sage-stream does not know by name, with tests behind it.
#
#   AGENT='my-agent --non-interactive' git sage-stream --auto --parallel=4 --worker examples/agent.sh
#
# Agents that it knows need no script: git sage-stream worker list. Another that needs only its prompt can be given a name instead:
#   git config sageStream.agent.mine.command 'my-agent --non-interactive'
#   git config sageStream.agent.mine.prompt stdin
set -u

# The words of AGENT are the user's own; the prompt comes on standard input and is never a part of them.
# shellcheck disable=SC2086
${AGENT:?AGENT is the command line of an agent} <"$SAGE_PROMPT_FILE" >agent-output.$$ 2>&1
status=$?
cat agent-output.$$
# A limit of the service is not the ticket's fault: exit status 75, and in how many seconds it is worth trying again.
if [ $status -ne 0 ] && grep -qiE 'rate limit|too many requests|overloaded' agent-output.$$; then
  rm -f agent-output.$$
  echo '{"reason": "the service is busy", "retry_after": 60}' >"$SAGE_RESULT_FILE"
  exit 75
fi
rm -f agent-output.$$
[ $status -eq 0 ] || exit $status

# What does not pass is not finished: its work is kept on sage/<ticket>, and nothing lands.
if [ -n "${TESTS:-}" ]; then
  sh -c "$TESTS" || exit 1
fi
