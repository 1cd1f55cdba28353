# Completion for fish 3.1 and newer: `git sage-stream ...` beside git's own completion, and the dashed form.
#
# Ticket ids and branches are data: they come as lines from a command, and fish never evaluates them.

# The words after the command's name, without the one that is being typed; nothing where it is another command.
function __git_sage_stream_words
    set -l words (commandline -opc)
    test (count $words) -gt 0; or return 1
    switch $words[1]
        case git-sage-stream '*/git-sage-stream'
            set -e words[1]
        case git '*/git'
            set -l at (contains -i -- sage-stream $words); or return 1
            set -e words[1..$at]
        case '*'
            return 1
    end
    printf '%s\n' $words
end

# The verb; empty where there is none yet.
function __git_sage_stream_verb
    set -l words (__git_sage_stream_words); or return 1
    set -l skip 0
    for word in $words
        if test $skip -eq 1
            set skip 0
            continue
        end
        switch $word
            case --worker --check --check-undecided --onto --schedule --timeout --on-conflict --component --ticket --limit \
                --max-cost --index --explain --older-than
                set skip 1
            case '-*'
            case '*'
                echo $word
                return
        end
    end
    echo
end

# Whether it is this command, and the verb is one of these; with no verb given, whether there is none yet.
function __git_sage_stream_at
    set -l verb (__git_sage_stream_verb); or return 1
    if test (count $argv) -eq 0
        test -z "$verb"
    else
        contains -- "$verb" $argv
    end
end

function __git_sage_stream_tickets
    git sage-stream list 2>/dev/null | string match -r '^\S+\s+\S+.*' | string replace -r '^(\S+)\s+' '$1\t'
end

function __git_sage_stream_branches
    git for-each-ref --format='%(refname:short)' refs/heads/ 2>/dev/null
end

set -l agents claude codex gemini qwen aider opencode cursor-agent goose amp copilot droid kimi openhands

for command in git git-sage-stream
    set -l run -c $command -n __git_sage_stream_at
    # Verbs
    complete $run -f -a plan -d 'What can start, waves, critical path'
    complete $run -f -a explain -d 'Why a ticket is ready or blocked'
    complete $run -f -a list -d 'The tickets with their states'
    complete $run -f -a show -d 'One ticket and its commits'
    complete $run -f -a validate -d 'Is the queue sound, and can it run here'
    complete $run -f -a status -d 'What the run is doing'
    complete $run -f -a wait -d 'Until the run has ended'
    complete $run -f -a log -d 'Runs, attempts, saved work'
    complete $run -f -a report -d 'What a run did'
    complete $run -f -a conflicts -d 'Tickets that were set aside by a conflict'
    complete $run -f -a resolve -d 'Finish a conflict in a worktree'
    complete $run -f -a retry -d 'Make a ticket work again'
    complete $run -f -a land -d 'Land what waits for approval'
    complete $run -f -a cancel -d 'Stop the attempt at a ticket'
    complete $run -f -a pause -d 'Start no more tickets'
    complete $run -f -a continue -d 'Go on'
    complete $run -f -a abort -d 'End an interrupted run'
    complete $run -f -a undo -d 'Take a run back'
    complete $run -f -a clean -d 'Remove what has landed'
    complete $run -f -a hook -d 'The pre-push hook'
    complete $run -f -a worker -d 'Agents that are known by name'
    complete $run -f -a trust -d 'Consent to commands of the queue'
    complete $run -f -a init -d 'Choose worker and check'
    complete $run -f -a demo -d 'All of it in a scratch repository'
    complete $run -f -a help -d 'Help of a verb'

    # Options of a run
    complete $run -f -l auto -d 'Never ask'
    complete $run -f -l interactive -d 'Ask before each ticket and each landing'
    complete $run -f -l semi-auto -d 'Ask at the borders of components'
    complete $run -f -l dry-run -d 'Only print the plan'
    complete $run -f -l parallel -a 'auto 2 3 4 6 8' -d 'Up to N tickets at once'
    complete $run -x -l worker -a "$agents" -d 'An agent, or a command'
    complete $run -x -l check -d 'What a tree must pass before it lands'
    complete $run -x -l check-undecided -a 'land defer'
    complete $run -x -l onto -a '(__git_sage_stream_branches)' -d 'The branch to land on'
    complete $run -x -l schedule -a 'flow batch'
    complete $run -x -l timeout -d 'End an attempt that takes longer'
    complete $run -x -l on-conflict -a 'defer rework'
    complete $run -f -l require-validation
    complete $run -f -l review -d 'Land only what was approved'
    complete $run -x -l component -d 'Only the tickets of this component'
    complete $run -x -l ticket -a '(__git_sage_stream_tickets)' -d 'Only this ticket'
    complete $run -x -l limit -d 'Start at most so many tickets'
    complete $run -x -l max-cost -d 'Start no more once it cost this much'
    complete $run -f -l push -d 'Push when everything has landed'
    complete $run -r -l index -d 'Another queue file'
    complete $run -f -l json
    complete $run -f -l quiet -d 'Only what needs a person'
    complete $run -f -l version

    # What follows a verb
    complete -c $command -n '__git_sage_stream_at explain show land cancel resolve retry conflicts log' -f \
        -a '(__git_sage_stream_tickets)'
    complete -c $command -n '__git_sage_stream_at resolve' -f -l continue -l skip -l abort
    complete -c $command -n '__git_sage_stream_at retry' -f -l from-salvage
    complete -c $command -n '__git_sage_stream_at conflicts report' -f -l html -l open
    complete -c $command -n '__git_sage_stream_at report' -f -l markdown
    complete -c $command -n '__git_sage_stream_at status' -f -l watch
    complete -c $command -n '__git_sage_stream_at wait' -x -l until -a 'landed idle conflict'
    complete -c $command -n '__git_sage_stream_at validate' -f -l repair
    complete -c $command -n '__git_sage_stream_at clean' -x -l older-than
    complete -c $command -n '__git_sage_stream_at clean' -f -l dry-run
    complete -c $command -n '__git_sage_stream_at trust' -f -l dry-run
    complete -c $command -n '__git_sage_stream_at plan' -x -l graph -a 'dot mermaid svg'
    complete -c $command -n '__git_sage_stream_at plan status conflicts validate list worker' -f -l json
    complete -c $command -n '__git_sage_stream_at hook' -f -a 'install uninstall status'
    complete -c $command -n '__git_sage_stream_at worker' -f -a "list show probe $agents"
end

# git's own completion learns the command's name.
complete -c git -n __fish_use_subcommand -f -a sage-stream -d 'Run a queue of tickets in parallel worktrees'
