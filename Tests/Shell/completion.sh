#!/bin/bash
# completion.sh: tests of what lies in ../../completions: bash in the dashed form and through git's own completion, zsh and
# fish by asking the real shells.
# shellcheck source=Tests/Shell/harness.sh
# shellcheck disable=SC2031 # each test's environment is its own
. "$(dirname "$0")/harness.sh"

# A queue as `git sage-stream list` shows it, one id of which would run a command if it were expanded.
prepare() {
  mkdir tools
  cat >tools/git-sage-stream <<'LIST'
#!/bin/sh
[ "$1" = list ] || exit 1
printf '%s\n' 'AUTH-1 UNPROCESSED one' 'AUTH-2 COMPLETED two' '$(touch${IFS}pwned) UNPROCESSED bad' 'DB-1 UNPROCESSED three'
LIST
  chmod +x tools/git-sage-stream
  PATH=$box/tools:$PATH
  # shellcheck source=completions/git-sage-stream.bash
  . "$project/completions/git-sage-stream.bash"
}

# git's completion lies where the distribution, or git's own source tree, puts it.
git_completion=''
for place in "$(git --exec-path)/../../share/git-core/contrib/completion/git-completion.bash" \
  /usr/share/bash-completion/completions/git /opt/homebrew/etc/bash_completion.d/git-completion.bash; do
  if [ -f "$place" ]; then git_completion=$place; fi
done

# completes WORD... : prints what the dashed form offers when the last word is being typed.
completes() {
  COMP_WORDS=(git-sage-stream "$@") COMP_CWORD=$#
  _git_sage_stream_dashed
  reply
}

# git_completes WORD...: the same through git's completion.
git_completes() {
  COMP_WORDS=(git "$@") COMP_CWORD=$# COMP_LINE="git $*"
  COMP_POINT=${#COMP_LINE} COMPREPLY=()
  __git_wrap__git_main
  reply
}

reply() { printf '%s\n' ${COMPREPLY[@]+"${COMPREPLY[@]}"} | sed 's/ $//' | paste -sd, -; }

# is EXPECTED ACTUAL
is() {
  if [ "$1" != "$2" ]; then
    echo "expected: $1"
    echo "but was:  $2"
    return 1
  fi
}

verbs_and_options() {
  prepare
  is 'conflicts,continue' "$(completes con)"
  is '--parallel,--parallel=' "$(completes --auto --par)"
  is 'resolve,retry,report' "$(completes re)"
  is 'install' "$(completes hook i)"
  is '--watch' "$(completes status --w)"
}

ticket_ids_where_one_is_due() {
  prepare
  is 'AUTH-1,AUTH-2' "$(completes resolve AU)"
  is 'AUTH-1,AUTH-2,DB-1' "$(completes explain '')"
  is 'DB-1' "$(completes --auto --ticket D)"
  is 'DB-1' "$(completes --auto --ticket = D)"
  is '--continue' "$(completes resolve AUTH-1 --c)"
}

ids_are_never_code() {
  prepare
  completes explain ''
  completes explain '$'
  test ! -e pwned
}

values_of_options() {
  prepare
  is 'flow,batch' "$(completes --schedule =)"
  is 'flow' "$(completes --schedule = fl)"
  is 'rework' "$(completes --on-conflict r)"
  is 'claude,codex,cursor-agent,copilot' "$(completes --worker c)"
  is 'list,show,probe' "$(completes worker '')"
  is 'gemini,goose' "$(completes worker show g)"
  is 'plan' "$(completes --parallel = 4 pla)"
  is 'plan' "$(completes --worker x pla)"
}

branches_for_onto() {
  prepare
  git init -q repo
  cd repo
  git -c user.name=A -c user.email=a@example.org commit -q --allow-empty -m first
  git branch -M main
  git branch maintenance
  is 'main,maintenance' "$(completes --onto ma)"
}

through_git_s_own_completion() {
  prepare
  # shellcheck disable=SC1090
  . "$git_completion"
  set +eu
  is '--parallel,--parallel=' "$(git_completes sage-stream --par)" || return 1
  is 'conflicts,continue' "$(git_completes sage-stream con)" || return 1
  is 'AUTH-1,AUTH-2' "$(git_completes sage-stream explain AU)" || return 1
  is 'flow,batch' "$(git_completes sage-stream --schedule = '')" || return 1
  is 'AUTH-1,AUTH-2' "$(git_completes -C . sage-stream explain AU)" || return 1
  git config --file gitconfig alias.ss sage-stream
  export GIT_CONFIG_GLOBAL=$box/gitconfig
  is 'AUTH-1,AUTH-2' "$(git_completes ss explain AU)" || return 1
}

# A real zsh, at whose prompt Tab is pressed behind the line.
zsh_completes() { functions_folder=$project/completions "$project/Tests/Shell/zsh-completes.zsh" "$1" | paste -sd, -; }

in_zsh() {
  prepare
  is 'conflicts  -- tickets that were set aside by a conflict,continue   -- go on' "$(zsh_completes 'git-sage-stream con')"
  is 'conflicts  -- tickets that were set aside by a conflict,continue   -- go on' "$(zsh_completes 'git sage-stream con')"
  is 'AUTH-1 UNPROCESSED one,AUTH-2 COMPLETED two' "$(zsh_completes 'git sage-stream explain AU')"
  is 'AUTH-1 UNPROCESSED one,AUTH-2 COMPLETED two' "$(zsh_completes 'git-sage-stream --ticket=AU')"
  is 'batch  flow' "$(zsh_completes 'git sage-stream --schedule=')"
  zsh_completes 'git sage-stream explain '
  test ! -e pwned
}

# fish answers without a terminal: what it offers, without the descriptions.
fish_completes() {
  fish --no-config -c "source '$project/completions/git-sage-stream.fish'; complete -C '$1'" | cut -f 1 | paste -sd, -
}

in_fish() {
  prepare
  is 'conflicts,continue' "$(fish_completes 'git-sage-stream con')"
  is 'conflicts,continue' "$(fish_completes 'git sage-stream con')"
  is 'sage-stream' "$(fish_completes 'git sage')"
  is 'AUTH-1,AUTH-2' "$(fish_completes 'git -C . sage-stream explain AU')"
  is 'DB-1' "$(fish_completes 'git-sage-stream --auto --ticket D')"
  is 'flow' "$(fish_completes 'git sage-stream --schedule f')"
  is 'install' "$(fish_completes 'git sage-stream hook i')"
  is 'gemini,goose' "$(fish_completes 'git sage-stream worker show g')"
  fish_completes 'git sage-stream explain '
  test ! -e pwned
  git init -q -b main repo
  cd repo
  git -c user.name=A -c user.email=a@example.org commit -q --allow-empty -m first
  git branch maintenance
  is 'main,maintenance' "$(fish_completes 'git sage-stream --onto ma')"
}

it 'verbs and options are completed' verbs_and_options
it 'ticket ids are completed where one is due' ticket_ids_where_one_is_due
it 'a ticket id is never run as code' ids_are_never_code
it 'values of options are completed' values_of_options
it 'branches are completed for --onto' branches_for_onto
if [ -n "$git_completion" ]; then
  it "works through git's own completion, also behind -C and an alias" through_git_s_own_completion
else
  echo "skipped: git's own completion is not installed here"
fi
if command -v zsh >/dev/null; then it 'works in a real zsh' in_zsh; else echo 'skipped: there is no zsh here'; fi
if command -v fish >/dev/null; then it 'works in a real fish' in_fish; else echo 'skipped: there is no fish here'; fi
finish
