#!/bin/sh
# try-deb.sh PACKAGE.deb: installs a package in a clean root of this Debian release, and passes the demo there. Needs root and mmdebstrap.

set -eu
package=$(realpath "$1")
# shellcheck source=/dev/null
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
root=$(mktemp -d)
# With anything still mounted below it, nothing is removed.
trap 'umount "$root/proc" 2>/dev/null || :; rm -rf --one-file-system "$root"' EXIT
mmdebstrap --quiet --variant=minbase "$suite" "$root"
mount -t proc proc "$root/proc"
cp "$package" "$root/package.deb"
chroot "$root" sh -eu <<'INSIDE'
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends /package.deb >/dev/null
git sage-stream --version
HOME=/root git sage-stream demo
dpkg --verify git-sage-stream
apt-get remove -y -qq git-sage-stream >/dev/null
! git sage-stream --version 2>/dev/null
INSIDE
