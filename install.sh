#!/bin/sh
# shellcheck shell=sh
#
# install.sh: build git sage-stream and put it where git and man find it.
#
# What it puts below PREFIX stands, file by file and folder by folder, in
# PREFIX/share/git-sage-stream/manifest. The manifest is written before the first file is copied, so
# that `--uninstall` leaves nothing behind, also after an installation that was killed half-way.
# A file that is already there with the same bytes is not touched: installing twice changes nothing.

set -eu
umask 022
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX CDPATH

git_minimum=2.38
libgit2_minimum=1.5
swift_minimum=6.2

usage() {
  cat <<'USAGE'
usage: ./install.sh [--prefix DIR] [--dry-run] [--demo]
       ./install.sh --uninstall [--prefix DIR] [--dry-run]

Builds git sage-stream and installs it below PREFIX (default: ~/.local).

  --prefix DIR   where to install; also taken from the environment variable PREFIX
  --demo         then run `git sage-stream demo`: nine tickets in a scratch repository
  --uninstall    remove everything that an earlier run put below PREFIX
  --dry-run      say what would be done, and do nothing
  -h, --help     this text

DESTDIR, as packagers use it, is put before every path; nothing is started from there.
Needed: git 2.38, libgit2 1.5, Swift 6.2, or newer. As root (or with Homebrew) git and libgit2 are
installed from the system's packages; otherwise the command to type is printed.
USAGE
}

# ---- words ---------------------------------------------------------------------------------------

say() { printf '%s\n' "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }
hint() { printf 'hint: %s\n' "$*" >&2; }
fail() {
  printf 'error: %s\n' "$1" >&2
  shift
  for line in "$@"; do hint "$line"; done
  exit 1
}
misuse() {
  printf 'error: %s\n' "$1" >&2
  usage >&2
  exit 129
}

have() { command -v "$1" >/dev/null 2>&1; }

# at_least HAVE WANT: compares the first two numbers of two versions.
at_least() {
  have_major=${1%%.*} have_rest=${1#*.} want_major=${2%%.*} want_minor=${2#*.}
  [ "$have_rest" != "$1" ] || have_rest=0
  have_minor=${have_rest%%[!0-9]*}
  [ "$have_major" -gt "$want_major" ] ||
    { [ "$have_major" -eq "$want_major" ] && [ "${have_minor:-0}" -ge "$want_minor" ]; }
}

# ---- what is on this machine ---------------------------------------------------------------------

git_version() { git --version 2>/dev/null | sed -n 's/^git version \([0-9][0-9.]*\).*/\1/p'; }
libgit2_version() { pkg-config --modversion libgit2 2>/dev/null | sed -n 's/^\([0-9][0-9.]*\).*/\1/p'; }
swift_version() { swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1; }

# satisfied VERSION MINIMUM: there is a version, and it is new enough.
satisfied() { [ -n "$1" ] && at_least "$1" "$2"; }

# Sets package_command to what installs git and libgit2 here, and may_install to whether we may run it.
find_package_manager() {
  as_root='' may_install=yes
  if [ "$(id -u)" -ne 0 ]; then as_root='sudo ' may_install=no; fi
  if have apt-get; then
    package_command="${as_root}apt-get update && ${as_root}apt-get install -y git libgit2-dev pkg-config"
  elif have dnf; then
    package_command="${as_root}dnf install -y git libgit2-devel pkgconf-pkg-config"
  elif have zypper; then
    package_command="${as_root}zypper --non-interactive install git libgit2-devel pkg-config"
  elif have pacman; then
    package_command="${as_root}pacman -S --needed --noconfirm git libgit2 pkgconf"
  elif have brew; then
    package_command='brew install git libgit2 pkgconf'
    # Homebrew refuses to run as root and needs no root.
    if [ "$may_install" = yes ]; then may_install=no; else may_install=yes; fi
  else
    package_command='' may_install=no
  fi
}

need_libraries() {
  if satisfied "$(git_version)" $git_minimum && satisfied "$(libgit2_version)" $libgit2_minimum; then return 0; fi

  find_package_manager
  git_found=$(git_version) libgit2_found=$(libgit2_version)
  missing="git $git_minimum and libgit2 $libgit2_minimum or newer are needed"
  missing="$missing (git: ${git_found:-not found}; libgit2, by pkg-config: ${libgit2_found:-not found})"
  if [ -z "$package_command" ]; then
    fail "$missing" "install them with your system's package manager, then run this again"
  fi
  if [ "$may_install" = no ]; then
    fail "$missing" "type this, then run ./install.sh again:" "  $package_command"
  fi
  say "$missing"
  if [ "$dry_run" = yes ]; then
    say "would run: $package_command"
    return 0
  fi
  say "running: $package_command"
  DEBIAN_FRONTEND=noninteractive sh -c "$package_command" </dev/null ||
    fail "the packages could not be installed" "type this to see why:" "  $package_command"

  satisfied "$(git_version)" $git_minimum ||
    fail "this system's newest git is $(git_version); git $git_minimum or newer is needed" \
      "build a newer one from https://git-scm.com/downloads, or use a newer release of the system"
  satisfied "$(libgit2_version)" $libgit2_minimum ||
    fail "this system's newest libgit2 is $(libgit2_version); libgit2 $libgit2_minimum or newer is needed" \
      "Debian 12, Ubuntu 24.04, Fedora 38 and Homebrew have it; for others: https://libgit2.org"
}

need_swift() {
  found=$(swift_version)
  if satisfied "$found" $swift_minimum; then return 0; fi
  if [ -n "$found" ]; then
    problem="Swift $swift_minimum or newer is needed to build, and this is Swift $found"
  else
    problem="Swift $swift_minimum or newer is needed to build, and there is no \`swift\` on PATH"
  fi
  if have swiftly; then fail "$problem" "type: swiftly install --use latest"; fi
  fail "$problem" \
    "get it from https://www.swift.org/install (Linux and macOS); with its installer \`swiftly\`:" \
    "  swiftly init && swiftly install --use latest" \
    "the installed git sage-stream does not need Swift any more"
}

need_writable_prefix() {
  place=$root
  while [ ! -e "$place" ]; do place=$(dirname "$place"); done
  if [ -d "$place" ] && [ -w "$place" ]; then return 0; fi
  fail "$place is not a folder that you may write to" \
    "choose another place with --prefix DIR (default: ~/.local), or run this as root"
}

# ---- build ---------------------------------------------------------------------------------------

# The Swift runtime is linked in, so that the binary needs libgit2 only. macOS has the runtime in the
# system, and its toolchain no static one; neither have some distributions' Swift packages.
runtime_flag() {
  if [ "$(uname -s)" = Darwin ]; then return 0; fi
  runtime=$(swift -print-target-info | sed -n 's/.*"runtimeResourcePath": *"\(.*\)".*/\1/p')
  if [ -d "${runtime}_static" ]; then
    say --static-swift-stdlib
  else
    warn "this Swift has no static runtime: git sage-stream will need the toolchain to stay where it is"
  fi
}

compile() { (cd "$source" && $command) </dev/null; }

build() {
  flag=$(runtime_flag)
  # A newer compiler's new warnings must not keep anyone from building.
  SAGE_STREAM_ALLOW_WARNINGS=1
  export SAGE_STREAM_ALLOW_WARNINGS
  command="swift build -c release${flag:+ $flag} --product git-sage-stream"
  if [ "$dry_run" = yes ]; then
    say "would build: SAGE_STREAM_ALLOW_WARNINGS=1 $command"
    binary=$source/.build/release/git-sage-stream
    return 0
  fi
  say "building ($command); the first time takes a minute or two"
  # On a terminal the compiler may show how far it is; elsewhere it is heard only when it fails.
  if [ -t 1 ]; then
    compile || fail "the build failed; nothing was installed"
  elif ! compile >"$scratch/build.log" 2>&1; then
    cat "$scratch/build.log" >&2
    fail "the build failed; nothing was installed"
  fi
  # shellcheck disable=SC2086 # the flag is one word or none
  binary=$(cd "$source" && swift build -c release $flag --show-bin-path)/git-sage-stream
}

# ---- what goes where -----------------------------------------------------------------------------

# Prints `mode <tab> source <tab> place below PREFIX`, one file a line.
layout() {
  printf '755\t%s\t%s\n' "$binary" bin/git-sage-stream
  printf '755\t%s\t%s\n' "$source/hooks/pre-push" share/git-sage-stream/hooks/pre-push
  for page in "$source"/man/*.[1-9]; do
    if [ -f "$page" ]; then printf '644\t%s\t%s\n' "$page" "share/man/man${page##*.}/${page##*/}"; fi
  done
  for pair in \
    git-sage-stream.bash:share/bash-completion/completions/git-sage-stream \
    _git-sage-stream:share/zsh/site-functions/_git-sage-stream \
    git-sage-stream.fish:share/fish/vendor_completions.d/git-sage-stream.fish; do
    if [ -f "$source/completions/${pair%%:*}" ]; then
      printf '644\t%s\t%s\n' "$source/completions/${pair%%:*}" "${pair#*:}"
    fi
  done
  for text in README.md CHANGELOG.md LICENSE; do
    printf '644\t%s\t%s\n' "$source/$text" "share/doc/git-sage-stream/$text"
  done
}

# Prints the folders that do not exist yet and must, for the paths (below PREFIX) on standard input.
missing_folders() {
  while IFS= read -r place; do
    folder=$(dirname "$root/$place")
    while [ ! -d "$folder" ]; do
      say "${folder#"$destdir"}"
      folder=$(dirname "$folder")
    done
  done | LC_ALL=C sort -u
}

# put MODE SOURCE TARGET: copies by rename, so that nobody ever sees (or runs) half a file.
put() {
  if [ -d "$3" ]; then fail "$3 is a folder, and a file must go there" "move it away, then run this again"; fi
  if [ -f "$3" ] && cmp -s "$2" "$3" && { [ "$1" != 755 ] || [ -x "$3" ]; }; then return 0; fi
  changed=$((changed + 1))
  if [ "$dry_run" = yes ]; then
    say "would install $3"
    return 0
  fi
  mkdir -p "$(dirname "$3")"
  cp "$2" "$3$half"
  chmod "$1" "$3$half"
  mv -f "$3$half" "$3"
}

# ---- the manifest: `file bin/git-sage-stream`, below PREFIX; `folder /home/me/.local/share`, whole -

manifest_entries() { if [ -f "$manifest" ]; then sed -n "s/^$1 //p" "$manifest"; fi; }

install_files() {
  layout >"$scratch/layout"
  {
    cut -f 3 "$scratch/layout"
    say "${manifest#"$root/"}"
  } >"$scratch/places"

  # What an earlier version installed and this one has no more.
  manifest_entries file | grep -vxF -f "$scratch/places" >"$scratch/stale" || :
  while IFS= read -r place; do
    changed=$((changed + 1))
    if [ "$dry_run" = yes ]; then say "would remove $root/$place"; else rm -f "$root/$place"; fi
  done <"$scratch/stale"

  {
    manifest_entries folder
    missing_folders <"$scratch/places"
  } | LC_ALL=C sort -u | sed 's/^/folder /' >"$scratch/manifest"
  sed 's/^/file /' "$scratch/places" >>"$scratch/manifest"
  put 644 "$scratch/manifest" "$manifest"

  tab=$(printf '\t')
  while IFS="$tab" read -r mode from place; do put "$mode" "$from" "$root/$place"; done <"$scratch/layout"

  if [ "$dry_run" = yes ]; then
    say "nothing was done (--dry-run)"
  elif [ "$changed" -eq 0 ]; then
    say "everything is already in place below $root; nothing changed"
  else
    say "installed below $root (to remove it: ./install.sh --uninstall --prefix '$prefix')"
  fi
}

uninstall() {
  if [ ! -f "$manifest" ]; then
    say "git sage-stream is not installed below $root (no $manifest); nothing to do"
    return 0
  fi
  manifest_entries file >"$scratch/files"
  manifest_entries folder | LC_ALL=C sort -r >"$scratch/folders"
  if [ "$dry_run" = yes ]; then
    while IFS= read -r place; do say "would remove $root/$place"; done <"$scratch/files"
    return 0
  fi
  # The manifest names itself last of all, so that an interrupted --uninstall can be run again.
  while IFS= read -r place; do rm -f "$root/$place" "$root/$place$half"; done <"$scratch/files"
  while IFS= read -r folder; do rmdir "$destdir$folder" 2>/dev/null || :; done <"$scratch/folders"
  say "removed git sage-stream from $root"
}

# ---- does it work? -------------------------------------------------------------------------------

on_user_path() { case ":$PATH:" in *":$prefix/bin:"*) true ;; *) false ;; esac }

self_test() {
  visible=yes
  on_user_path || visible=no
  PATH=$prefix/bin:$PATH
  export PATH
  version=$(git sage-stream --version) || fail "git cannot run the installed $prefix/bin/git-sage-stream" \
    "type this to see why: $prefix/bin/git-sage-stream --version"
  say "git sage-stream --version: $version"

  other=$(git --exec-path)/git-sage-stream
  if [ -e "$other" ]; then warn "git prefers another one, $other"; fi
  if [ "$visible" = no ]; then
    warn "$prefix/bin is not on your PATH: git finds neither the command nor its manual; add this to your shell's profile:"
    printf '  export PATH="%s/bin:%s"\n' "$prefix" "\$PATH" >&2
  elif have man && ! man -w git-sage-stream >/dev/null 2>&1; then
    warn "man does not look in $prefix/share/man; for \`git sage-stream --help\` add this to your shell's profile:"
    printf '  export MANPATH="%s/share/man:"\n' "$prefix" >&2
  fi
}

# ---- main ----------------------------------------------------------------------------------------

action=install demo=no dry_run=no changed=0
# The ending of a file that is being copied; --uninstall removes what a killed run left under it.
half=.sage-stream-half
prefix=${PREFIX:-} destdir=${DESTDIR:-}
while [ $# -gt 0 ]; do
  case $1 in
    --prefix)
      if [ $# -lt 2 ]; then misuse "--prefix needs a folder"; fi
      prefix=$2
      shift
      ;;
    --prefix=*) prefix=${1#*=} ;;
    --uninstall) action=uninstall ;;
    --dry-run) dry_run=yes ;;
    --demo) demo=yes ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) misuse "unknown argument: $1" ;;
  esac
  shift
done

if [ -z "$prefix" ]; then
  if [ -z "${HOME:-}" ]; then misuse "HOME is not set: say where to install with --prefix DIR"; fi
  prefix=$HOME/.local
fi
if [ "$demo" = yes ] && { [ -n "$destdir" ] || [ $action = uninstall ]; }; then
  misuse "--demo cannot go with --uninstall or DESTDIR: there would be nothing for git to run"
fi
case $prefix$destdir in *"
"* | *"	"*) misuse "the prefix must not contain a tab or a newline" ;; esac

absolute() { case $1 in /*) say "$1" ;; *) say "$PWD/$1" ;; esac | sed 's|//*|/|g; s|\(.\)/$|\1|'; }
prefix=$(absolute "$prefix")
if [ -n "$destdir" ]; then destdir=$(absolute "$destdir"); fi
source=$(cd "$(dirname "$0")" && pwd)
root=$destdir$prefix
manifest=$root/share/git-sage-stream/manifest

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if [ $action = uninstall ]; then
  uninstall
  exit 0
fi

need_libraries
need_swift
if [ -n "$destdir" ] && [ "$dry_run" = no ]; then mkdir -p "$destdir"; fi
need_writable_prefix
build
install_files
if [ "$dry_run" = yes ] || [ -n "$destdir" ]; then exit 0; fi
self_test
if [ "$demo" = yes ]; then git sage-stream demo; fi
