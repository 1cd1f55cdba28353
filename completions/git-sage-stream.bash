# shellcheck shell=bash
#
# Completion for bash 3.2 and newer: `git sage-stream ...` through git's own completion, which calls
# _git_sage_stream, and the dashed form `git-sage-stream ...` by itself.
#
# Ticket ids are data from the queue: they never go through `compgen -W`, which would expand them.

__git_sage_stream_verbs='plan explain validate status wait conflicts resolve retry abort undo log report clean
  trust init hook worker demo list show land cancel pause continue help'

__git_sage_stream_agents='claude codex gemini qwen aider opencode cursor-agent goose amp copilot droid kimi openhands'

__git_sage_stream_run_options='--interactive --semi-auto --auto --dry-run --parallel --parallel= --worker= --check=
  --check-undecided= --onto= --schedule= --timeout= --on-conflict= --review --require-validation --component= --ticket= --limit=
  --max-cost= --push --index= --json --quiet --help --version'

# __git_sage_stream_offer WORDS CURRENT: replies with those words that begin with CURRENT.
__git_sage_stream_offer() {
  if declare -f __gitcomp >/dev/null; then
    __gitcomp "$1" '' "$2"
    return
  fi
  local word
  for word in $1; do
    case $word in
      "$2"*=) COMPREPLY[${#COMPREPLY[@]}]=$word ;;
      "$2"*) COMPREPLY[${#COMPREPLY[@]}]="$word " ;;
    esac
  done
}

# __git_sage_stream_offer_lines CURRENT: the same for the first column of each line of standard input;
# words that a shell would have to quote are left out.
__git_sage_stream_offer_lines() {
  local word rest
  while read -r word rest; do
    case $word in
      *[!A-Za-z0-9._/@+-]*) ;;
      "$1"*) COMPREPLY[${#COMPREPLY[@]}]="$word " ;;
    esac
  done
}

__git_sage_stream_offer_tickets() {
  __git_sage_stream_offer_lines "$1" < <(git sage-stream list 2>/dev/null)
}

__git_sage_stream_offer_branches() {
  __git_sage_stream_offer_lines "$1" < <(git for-each-ref --format='%(refname:short)' refs/heads/ 2>/dev/null)
}

# Is the word after this option its value?
__git_sage_stream_takes_value() {
  case $1 in
    --worker | --check | --check-undecided | --onto | --schedule | --timeout | --on-conflict | --component | --ticket | \
      --limit | --max-cost | --index | --explain | --older-than | --graph) ;;
    *) return 1 ;;
  esac
}

# __git_sage_stream_offer_values OPTION CURRENT: nothing for commands and files; the shell completes those.
__git_sage_stream_offer_values() {
  case $1 in
    --parallel) __git_sage_stream_offer 'auto 2 3 4 6 8' "$2" ;;
    --schedule) __git_sage_stream_offer 'flow batch' "$2" ;;
    --graph) __git_sage_stream_offer 'dot mermaid svg' "$2" ;;
    --on-conflict) __git_sage_stream_offer 'defer rework' "$2" ;;
    --check-undecided) __git_sage_stream_offer 'land defer' "$2" ;;
    --onto) __git_sage_stream_offer_branches "$2" ;;
    --worker) __git_sage_stream_offer "$__git_sage_stream_agents" "$2" ;;
    --ticket | --explain) __git_sage_stream_offer_tickets "$2" ;;
  esac
}

# __git_sage_stream_complete FIRST: words[FIRST..cword] is what stands after `git sage-stream`.
__git_sage_stream_complete() {
  local index verb='' previous="${words[cword - 1]}" option='' value

  for ((index = $1; index < cword; index++)); do
    case ${words[index]} in
      =) index=$((index + 1)) ;;
      -*)
        if __git_sage_stream_takes_value "${words[index]}" && [ "${words[index + 1]:-}" != = ]; then
          index=$((index + 1))
        fi
        ;;
      *)
        verb=${words[index]}
        break
        ;;
    esac
  done

  # The value of an option: `--onto=ma` as one word (git puts it together again), as the three words `--onto`,
  # `=` and `ma` (bash takes it apart), or as two, `--onto ma`.
  case $cur in
    --*=*) option=${cur%%=*} value=${cur#*=} ;;
    =) option=$previous value='' ;;
    *)
      value=$cur
      if [ "$previous" = = ]; then
        option=${words[cword - 2]}
      elif __git_sage_stream_takes_value "$previous"; then
        option=$previous
      fi
      ;;
  esac
  if [ -n "$option" ]; then
    __git_sage_stream_offer_values "$option" "$value"
    return
  fi

  case $verb in
    '')
      case $cur in
        -*) __git_sage_stream_offer "$__git_sage_stream_run_options" "$cur" ;;
        *) __git_sage_stream_offer "$__git_sage_stream_verbs" "$cur" ;;
      esac
      ;;
    plan)
      __git_sage_stream_offer '--json --graph= --parallel --parallel= --component= --ticket= --index= --help' "$cur"
      ;;
    validate) __git_sage_stream_offer '--repair --json --parallel --parallel= --worker= --onto= --index= --help' "$cur" ;;
    status) __git_sage_stream_offer '--watch --json --help' "$cur" ;;
    wait)
      case $cur in
        -*) __git_sage_stream_offer '--until= --timeout= --index= --help' "$cur" ;;
        *) __git_sage_stream_offer_tickets "$cur" ;;
      esac
      ;;
    clean) __git_sage_stream_offer '--older-than= --dry-run --help' "$cur" ;;
    trust) __git_sage_stream_offer '--dry-run --index= --help' "$cur" ;;
    report) __git_sage_stream_offer '--html --open --markdown --help' "$cur" ;;
    list) __git_sage_stream_offer '--json --index= --help' "$cur" ;;
    hook) __git_sage_stream_offer 'install uninstall status' "$cur" ;;
    init) __git_sage_stream_offer '--worker= --check= --exclude= --hook --no-hook --sample --index= --help' "$cur" ;;
    worker)
      case ${words[cword - 1]} in
        worker) __git_sage_stream_offer 'list show probe' "$cur" ;;
        show | probe) __git_sage_stream_offer "$__git_sage_stream_agents --json" "$cur" ;;
        *) __git_sage_stream_offer '--json --help' "$cur" ;;
      esac
      ;;
    help) __git_sage_stream_offer "$__git_sage_stream_verbs" "$cur" ;;
    explain | show | land | cancel | resolve | retry | conflicts | log)
      case $verb,$cur in
        resolve,-*) __git_sage_stream_offer '--continue --skip --abort --help' "$cur" ;;
        retry,-*) __git_sage_stream_offer '--from-salvage --help' "$cur" ;;
        conflicts,-*) __git_sage_stream_offer '--html --open --json --index= --help' "$cur" ;;
        show,-* | land,-*) __git_sage_stream_offer '--index= --help' "$cur" ;;
        log,-*) __git_sage_stream_offer '--follow --json --help' "$cur" ;;
        *,-*) __git_sage_stream_offer '--json --help' "$cur" ;;
        *) __git_sage_stream_offer_tickets "$cur" ;;
      esac
      ;;
    *) __git_sage_stream_offer '--help' "$cur" ;;
  esac
}

# Called by git's completion, with cur, words and cword set.
_git_sage_stream() {
  local first=1
  while [ $first -lt "$cword" ] && [ "${words[first]}" != sage-stream ]; do first=$((first + 1)); done
  # Through an alias the name does not stand there; newer gits say where the command is.
  if [ $first -ge "$cword" ]; then first=${__git_cmd_idx:-1}; fi
  __git_sage_stream_complete $((first + 1))
}

_git_sage_stream_dashed() {
  local cur=${COMP_WORDS[COMP_CWORD]} cword=$COMP_CWORD
  local words
  words=("${COMP_WORDS[@]}")
  COMPREPLY=()
  __git_sage_stream_complete 1
}

complete -o bashdefault -o default -o nospace -F _git_sage_stream_dashed git-sage-stream
