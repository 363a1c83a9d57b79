#!/bin/sh
# Installs the Debian packages named as arguments, those that are missing, and says which. With all
# of them there it does nothing: no network, no root. `a|b` is satisfied by either; a is installed.
set -eu

if ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian: install the equivalents of these packages by hand: $*"
    exit 0
fi

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=
for wanted in "$@"; do
    found=no
    for package in $(echo "$wanted" | tr '|' ' '); do
        if installed "$package"; then found=yes; fi
    done
    [ $found = yes ] || missing="$missing ${wanted%%|*}"
done

if [ -z "$missing" ]; then
    echo "All needed Debian packages are installed."
    exit 0
fi
echo "Installing these Debian packages with apt-get:$missing"

as_root=
if [ "$(id -u)" != 0 ]; then as_root=sudo; fi
apt_get() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" </dev/null
}
# $missing is a list of words.
# shellcheck disable=SC2086
if ! apt-cache show $missing >/dev/null 2>&1; then apt_get update; fi
# shellcheck disable=SC2086
if ! apt_get install --no-install-recommends $missing; then
    echo "The package lists may be old: apt-get update, then once more."
    apt_get update
    apt_get install --no-install-recommends $missing
fi
