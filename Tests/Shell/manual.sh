#!/bin/bash
# manual.sh: the manual pages say what is there: every setting that is read, every variable that a worker gets.
# shellcheck source=Tests/Shell/harness.sh
. "$(dirname "$0")/harness.sh"

settings_in_sources() {
  { grep -rhoE '"sageStream\.[A-Za-z]+' "$project/Sources" | tr -d '"'; grep -hoE 'sageStream\.[A-Za-z]+' "$project/hooks/pre-push"; } | sort -u
}
settings_in_manual() {
  grep -hoE 'sageStream\.[A-Za-z]+' "$project/man/git-sage-stream-config.5" | sort -u
}

settings() {
  settings_in_sources >sources
  settings_in_manual >manual
  diff sources manual
}

variables() {
  grep -rhoE '"SAGE_[A-Z_]+"' "$project/Sources" | tr -d '"' | sort -u >sources
  grep -hoE 'SAGE_[A-Z_]+' "$project"/man/git-sage-stream-{worker.7,config.5} | sort -u >manual
  [ "$(wc -l <sources)" -gt 10 ]
  # Some are put together from a name when they are set.
  ! grep -vxF -f manual sources
}

pages() {
  local page
  for page in "$project"/man/*.[1-9]; do
    if mandoc -T lint "$page" 2>&1 | grep -vE 'STYLE: referenced manual not found|outdated mandoc.db'; then return 1; fi
    mandoc -T utf8 "$page" >"$box/text"
    [ "$(wc -l <"$box/text")" -gt 50 ]
  done
}

it 'every setting that is read has its place in git-sage-stream-config(5), and no other' settings
it 'every variable that a command of the user gets has its place in a page' variables
if command -v mandoc >/dev/null; then it 'every page is clean' pages; fi
finish
