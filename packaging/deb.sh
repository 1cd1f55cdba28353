#!/bin/sh
# deb.sh: builds git-sage-stream_<version>_<architecture>.deb from this tree, into the folder that is given (default: .).
#
# Swift is not packaged in Debian, so this is no source package for its archive: the binary is built by ./install.sh with the Swift
# that is on PATH, and depends on git and on the libgit2 that it was linked with.
# packaging/try-deb.sh installs the result in a clean root and runs the demo there.

set -eu
target=$(cd "${1:-.}" && pwd)
cd "$(dirname "$0")/.."

for tool in dpkg-deb dpkg-shlibdeps gzip; do
  command -v "$tool" >/dev/null || {
    echo "error: $tool is needed: apt-get install dpkg-dev" >&2
    exit 1
  }
done

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
DESTDIR=$stage/root PREFIX=/usr ./install.sh
root=$stage/root
# What belongs to an installation by hand.
rm -f "$root/usr/share/git-sage-stream/manifest"
strip --strip-unneeded "$root/usr/bin/git-sage-stream"
find "$root/usr/share/man" -type f -exec gzip -9n {} +
gzip -9n "$root/usr/share/doc/git-sage-stream/CHANGELOG.md"
# Debian's zsh looks there, and not where everybody else's does.
mkdir -p "$root/usr/share/zsh/vendor-completions"
mv "$root/usr/share/zsh/site-functions/_git-sage-stream" "$root/usr/share/zsh/vendor-completions/"
rmdir "$root/usr/share/zsh/site-functions"
mv "$root/usr/share/doc/git-sage-stream/LICENSE" "$root/usr/share/doc/git-sage-stream/copyright"

version=$("$root/usr/bin/git-sage-stream" --version | sed 's/.* //')
architecture=$(dpkg --print-architecture)
# dpkg-shlibdeps wants a source package around it.
mkdir -p "$stage/debian"
printf 'Source: git-sage-stream\n\nPackage: git-sage-stream\nArchitecture: any\n' >"$stage/debian/control"
libraries=$(cd "$stage" && dpkg-shlibdeps -O "root/usr/bin/git-sage-stream" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')

mkdir "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<CONTROL
Package: git-sage-stream
Version: $version
Section: vcs
Priority: optional
Architecture: $architecture
Depends: git (>= 1:2.38), $libraries
Maintainer: git-sage-stream maintainers <maintainers@git-sage-stream.invalid>
Installed-Size: $(du -sk "$root" | cut -f 1)
Description: run a queue of tickets in parallel worktrees and land each on main
 A git subcommand that takes a queue of tickets with dependencies and a command
 that can do one ticket (a coding agent or any script), runs the tickets that
 are ready in parallel, each in a git worktree of its own, and lands every
 finished ticket on the main branch by cherry-pick.
CONTROL
find "$root" -type d -exec chmod 755 {} +
dpkg-deb --root-owner-group --build "$root" "$target/git-sage-stream_${version}_$architecture.deb"
