#!/bin/bash
# install.sh: tests of ../../install.sh. A stand-in for `swift` "builds" a small script, so that they take seconds;
# `Tests/Shell/install.sh --real` installs what the real compiler builds.
# shellcheck source=Tests/Shell/harness.sh
# shellcheck disable=SC2016,SC2031,SC2123 # texts with $ and ` are meant so; each test's HOME and PATH are its own
. "$(dirname "$0")/harness.sh"

# A copy of what install.sh installs, and a PATH with the stand-in before everything else.
prepare() {
  mkdir -p "$box/source/.build/release" "$box/tools"
  (cd "$project" && cp -R install.sh hooks man completions README.md CHANGELOG.md LICENSE "$box/source")
  cat >"$box/tools/swift" <<'SWIFT'
#!/bin/sh
case "$*" in
  --version) echo "Swift version ${SWIFT_STAND_IN:-6.2.1} (swift-RELEASE)" ;;
  -print-target-info) echo '  "runtimeResourcePath": "/nowhere/lib/swift"' ;;
  *--show-bin-path) echo "$PWD/.build/release" ;;
  build*)
    [ "${SAGE_STREAM_ALLOW_WARNINGS:-}" = 1 ] || exit 1
    if [ -n "${SWIFT_BROKEN:-}" ]; then echo 'error: cannot find type'; exit 1; fi
    cat >.build/release/git-sage-stream <<'BINARY'
#!/bin/sh
case $1 in --version) echo 1.2.3 ;; demo) echo 'nine tickets landed' ;; *) exit 129 ;; esac
BINARY
    chmod +x .build/release/git-sage-stream
    ;;
esac
SWIFT
  chmod +x "$box/tools/swift"
  PATH=$box/tools:$PATH
}

# stand_in NAME TEXT: a command on PATH that prints the text.
stand_in() {
  printf '#!/bin/sh\ncat <<"."\n%s\n.\n' "$2" >"$box/tools/$1"
  chmod +x "$box/tools/$1"
}

# Leaves on PATH only what every system has, and what $box/tools holds.
bare_path() {
  local tool
  for tool in sh cat chmod cmp cp cut dirname grep head id mkdir mktemp mv rm rmdir sed sort uname; do
    [ -e "$box/tools/$tool" ] || ln -s "$(command -v $tool)" "$box/tools/$tool"
  done
  PATH=$box/tools
}

installs_everything_and_calls_it_through_git() {
  prepare
  expect 0 source/install.sh
  says out 'git sage-stream --version: 1.2.3'
  for file in bin/git-sage-stream share/man/man1/git-sage-stream.1 share/git-sage-stream/hooks/pre-push \
    share/bash-completion/completions/git-sage-stream share/doc/git-sage-stream/README.md; do
    test -f "$HOME/.local/$file"
  done
  test -x "$HOME/.local/bin/git-sage-stream"
  test -x "$HOME/.local/share/git-sage-stream/hooks/pre-push"
}

twice_changes_nothing() {
  prepare
  expect 0 source/install.sh --prefix "$box/a place"
  snapshot "a place" >before
  expect 0 source/install.sh --prefix "$box/a place"
  says out 'nothing changed'
  snapshot "a place" >after
  diff before after
}

uninstall_leaves_nothing() {
  prepare
  mkdir -p home/.local/bin
  echo mine >home/.local/bin/mine
  tree home >before
  expect 0 source/install.sh
  expect 0 source/install.sh --uninstall
  tree home >after
  diff before after
  expect 0 source/install.sh --uninstall
  says out 'nothing to do'
}

uninstall_after_two_installs_knows_the_folders_of_the_first() {
  prepare
  expect 0 source/install.sh --prefix "$box/new/prefix"
  expect 0 source/install.sh --prefix "$box/new/prefix"
  expect 0 source/install.sh --prefix "$box/new/prefix" --uninstall
  test ! -e new
}

destdir_comes_before_every_path_and_starts_nothing() {
  prepare
  DESTDIR=$box/image PREFIX=/usr expect 0 source/install.sh
  test -x image/usr/bin/git-sage-stream
  says image/usr/share/git-sage-stream/manifest 'folder /usr/share'
  if grep -F "$box" image/usr/share/git-sage-stream/manifest || grep -e --version out; then return 1; fi
  DESTDIR=$box/image PREFIX=/usr expect 0 source/install.sh --uninstall
  test -z "$(ls -A image)"
}

works_from_another_folder_with_a_relative_prefix() {
  prepare
  mkdir elsewhere
  cd elsewhere
  expect 0 ../source/install.sh --prefix=here
  test -x here/bin/git-sage-stream
  expect 0 ../source/install.sh --prefix=here --uninstall
  test -z "$(ls -A)"
}

dry_run_does_nothing() {
  prepare
  tree . >../before.$$
  expect 0 source/install.sh --dry-run
  says out 'would build' "would install $HOME/.local/bin/git-sage-stream"
  rm out err
  tree . | diff ../before.$$ -
  rm ../before.$$
}

dry_run_of_uninstall_does_nothing() {
  prepare
  expect 0 source/install.sh
  snapshot home >before
  expect 0 source/install.sh --uninstall --dry-run
  says out "would remove $HOME/.local/bin/git-sage-stream"
  snapshot home | diff before -
}

an_older_version_s_files_go() {
  prepare
  echo '.Dd' >source/man/git-sage-stream-old.7
  expect 0 source/install.sh
  test -f home/.local/share/man/man7/git-sage-stream-old.7
  rm source/man/git-sage-stream-old.7
  expect 0 source/install.sh
  test ! -e home/.local/share/man/man7/git-sage-stream-old.7
  expect 0 source/install.sh --uninstall
  test ! -e home/.local
}

a_killed_installation_can_be_uninstalled() {
  prepare
  # It dies (as if killed) when it copies its third file; the manifest is there by then.
  cat >tools/cp <<'CP'
#!/bin/sh
n=$(($(cat "$CP_COUNT" 2>/dev/null || echo 0) + 1))
echo $n >"$CP_COUNT"
/bin/cp "$@"
[ $n -ne 3 ] || kill -KILL $PPID
CP
  chmod +x tools/cp
  CP_COUNT=$box/count expect 137 source/install.sh
  test -e home/.local
  expect 0 source/install.sh --uninstall
  test ! -e home/.local
}

demo_is_run_through_git() {
  prepare
  expect 0 source/install.sh --demo
  says out 'nine tickets landed'
}

names_the_line_to_add_to_path() {
  prepare
  expect 0 source/install.sh --prefix "$box/p"
  says err "export PATH=\"$box/p/bin:\$PATH\""
  PATH=$box/p/bin:$PATH
  expect 0 source/install.sh --prefix "$box/p"
  if grep 'export PATH' err; then return 1; fi
}

a_failed_build_installs_nothing_and_shows_why() {
  prepare
  SWIFT_BROKEN=1 expect 1 source/install.sh
  says err 'cannot find type' 'nothing was installed'
  test ! -e home/.local
}

missing_swift_is_explained() {
  prepare
  ln -s "$(command -v git)" tools/git
  stand_in pkg-config 1.5.1
  rm tools/swift
  bare_path
  expect 1 source/install.sh
  says err 'no `swift` on PATH' 'https://www.swift.org/install' 'swiftly'
}

old_swift_is_refused() {
  prepare
  SWIFT_STAND_IN=6.1.3 expect 1 source/install.sh
  says err 'this is Swift 6.1.3'
  SWIFT_STAND_IN=7.0 expect 0 source/install.sh
}

without_root_the_exact_command_is_printed() {
  prepare
  stand_in id 1000
  stand_in git 'git version 2.30.2'
  stand_in pkg-config 1.1.0
  stand_in apt-get ''
  expect 1 source/install.sh
  says err 'git: 2.30.2' '1.1.0' 'sudo apt-get update && sudo apt-get install -y git libgit2-dev pkg-config'
}

with_root_the_packages_are_installed() {
  prepare
  stand_in id 0
  ln -s "$(command -v git)" tools/git
  printf '#!/bin/sh\ncat "%s/libgit2" 2>/dev/null\n' "$box" >tools/pkg-config
  printf '#!/bin/sh\necho "$@" >>"%s/asked"\n[ "$1" = update ] || echo 1.5.1 >"%s/libgit2"\n' "$box" "$box" >tools/apt-get
  chmod +x tools/pkg-config tools/apt-get
  expect 0 source/install.sh
  says asked 'install -y git libgit2-dev pkg-config'
}

packages_that_stay_too_old_are_named() {
  prepare
  stand_in id 0
  ln -s "$(command -v git)" tools/git
  stand_in pkg-config 1.1.0
  stand_in apt-get ''
  expect 1 source/install.sh
  says err "this system's newest libgit2 is 1.1.0" 'Ubuntu 24.04'
}

a_place_that_cannot_be_written_is_refused_before_building() {
  prepare
  echo file >occupied
  SWIFT_BROKEN=1 expect 1 source/install.sh --prefix "$box/occupied/deep"
  says err "$box/occupied is not a folder"
}

bad_arguments_are_a_usage_error() {
  prepare
  expect 129 source/install.sh --no-such-thing
  says err 'unknown argument: --no-such-thing' 'usage: ./install.sh'
  expect 129 source/install.sh --prefix
  expect 129 source/install.sh --demo --uninstall
  expect 0 source/install.sh --help
  says out 'usage: ./install.sh'
}

the_real_thing() {
  # The compiler keeps its caches in the user's home.
  expect 0 env HOME="$users_home" "$project/install.sh" --prefix "$box/prefix"
  snapshot prefix >first
  (
    PATH=$box/prefix/bin:$PATH
    git sage-stream --version
    if command -v man >/dev/null; then man -w git-sage-stream; fi
  )
  expect 0 env HOME="$users_home" "$project/install.sh" --prefix "$box/prefix"
  says out 'nothing changed'
  snapshot prefix | diff first -
  expect 0 env HOME="$users_home" "$project/install.sh" --prefix "$box/prefix" --uninstall
  test ! -e prefix
}

if [ "${1:-}" = --real ]; then
  unset GIT_CONFIG_NOSYSTEM
  users_home=$HOME
  it 'what the real compiler builds is installed, is installed again unchanged, and leaves nothing' the_real_thing
  finish
  exit
fi

it 'installs everything and calls it through git' installs_everything_and_calls_it_through_git
it 'installing twice changes nothing, not even a time stamp' twice_changes_nothing
it 'uninstall leaves the files of others and nothing of ours' uninstall_leaves_nothing
it 'uninstall removes the folders that the first of two installations made' uninstall_after_two_installs_knows_the_folders_of_the_first
it 'DESTDIR comes before every path, and nothing is started from there' destdir_comes_before_every_path_and_starts_nothing
it 'works when called from another folder, with a relative prefix' works_from_another_folder_with_a_relative_prefix
it 'a dry run does nothing' dry_run_does_nothing
it 'a dry run of uninstall does nothing' dry_run_of_uninstall_does_nothing
it 'files that only an older version had are removed' an_older_version_s_files_go
it 'an installation that was killed half-way can be uninstalled' a_killed_installation_can_be_uninstalled
it '--demo runs the demo through git' demo_is_run_through_git
it 'names the line that puts it on PATH, only when it is not there' names_the_line_to_add_to_path
it 'a failed build installs nothing and shows why' a_failed_build_installs_nothing_and_shows_why
it 'a missing Swift is explained' missing_swift_is_explained
it 'a Swift that is too old is refused, a newer major version is not' old_swift_is_refused
it 'without root it prints the exact command and stops' without_root_the_exact_command_is_printed
it 'with root it installs the packages' with_root_the_packages_are_installed
it 'packages that stay too old are named' packages_that_stay_too_old_are_named
it 'a place that cannot be written is refused before anything is built' a_place_that_cannot_be_written_is_refused_before_building
it 'bad arguments are a usage error' bad_arguments_are_a_usage_error
finish
