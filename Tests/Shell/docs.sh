#!/bin/bash
# docs.sh: every `sh` block of docs/*.md, in order, in an empty folder, as a reader would type it; every `git sage-stream`
# line of the README is taken by the parser; and every file that a page links to is there.
# shellcheck disable=SC2031 # each test's environment is its own

# The build needs the git configuration of this machine, which the tests do without.
(cd "$(dirname "$0")/../.." && swift build --quiet --product git-sage-stream >&2) || exit 1
binary=$(cd "$(dirname "$0")/../.." && swift build --show-bin-path)

# shellcheck source=Tests/Shell/harness.sh
. "$(dirname "$0")/harness.sh"

# blocks FILE [LANGUAGE]: what stands between ```LANGUAGE and ```.
blocks() {
  awk -v open='```'"${2-sh}" '$0 == open { on = 1; next } /^```/ { on = 0 } on' "$1"
}

typed() {
  export PATH=$binary:$PATH sources=$project
  git config --file "$HOME/.gitconfig" user.name You
  git config --file "$HOME/.gitconfig" user.email you@example.org
  export GIT_CONFIG_GLOBAL=$HOME/.gitconfig PAGER=cat
  blocks "$page" >typed.sh
  mkdir here
  cd here
  bash -eu ../typed.sh </dev/null
}

# What the README types is understood: not a usage error (129), and not an unknown verb.
readme_lines() {
  export PATH=$binary:$PATH
  git init -q -b main repository
  cd repository
  local line count=0 status
  while IFS= read -r line; do
    status=0
    # The words as the shell takes them, asked for help: the parser refuses unknown options and verbs before it answers.
    eval "set -- ${line#git sage-stream}"
    git-sage-stream "$@" -h >"$box/out" 2>&1 || status=$?
    if [ $status -ne 0 ]; then
      echo "not understood (status $status): $line"
      cat "$box/out"
      return 1
    fi
    count=$((count + 1))
  done < <(blocks "$project/README.md" '' | sed -n 's/ *#.*//; s/ *[>|;] *.*//; /^git sage-stream/p' | sed 's/ *\.\.\.$//')
  echo "$count lines"
  [ $count -gt 20 ]
}

links() {
  local page target
  for page in "$project"/README.md "$project"/docs/*.md "$project"/examples/*.md "$project"/Benchmarks/*.md; do
    while IFS= read -r target; do
      if [ ! -e "$(dirname "$page")/$target" ]; then
        echo "$page: there is no $target"
        return 1
      fi
    done < <(grep -oE '\]\([^)#:]+\)' "$page" | sed 's/^](//; s/)$//')
  done
}

for page in "$project"/docs/*.md; do
  if [ -n "$(blocks "$page")" ]; then it "docs/$(basename "$page") does what it says" typed; fi
done
it 'the README types nothing that is not understood' readme_lines
it 'every file that a page links to is there' links
finish
