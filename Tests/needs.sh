#!/bin/sh
# needs.sh: installs what building and testing need and this machine lacks; without root (or without
# apt-get) it names them and the command to type. Says nothing when nothing is missing.

set -eu

missing=''
# need PACKAGE COMMAND...: the package is missing unless the command succeeds.
need() {
  package=$1
  shift
  "$@" >/dev/null 2>&1 || missing="$missing $package"
}

need git git --version
need git-lfs git lfs version
need openssh-client command -v ssh-keygen
need pkg-config pkg-config --version
need libgit2-dev pkg-config --atleast-version=1.5 libgit2
need shellcheck shellcheck --version
need mandoc command -v mandoc
need man-db command -v man
need zsh zsh --version
need fish fish --version
need python3 python3 --version
# Half a minute to install; the pages are looked at in it.
need chromium sh -c 'command -v chromium || command -v chromium-browser || command -v google-chrome'

if [ -n "$missing" ]; then
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "installing:$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086 # a list of packages
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
  else
    echo "error: the tests need these, and they are missing:$missing" >&2
    echo "hint: sudo apt-get install$missing   (with Homebrew: brew install git git-lfs pkgconf libgit2 shellcheck mandoc zsh fish)" >&2
    exit 1
  fi
fi

if ! command -v swift >/dev/null; then
  echo 'error: there is no swift on PATH; Swift 6.2 or newer is needed: https://www.swift.org/install' >&2
  exit 1
fi
