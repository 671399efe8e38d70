#!/usr/bin/env bash
# Installs what building or testing needs on Debian as root; elsewhere names what is missing and stops.
set -euo pipefail

case "${1:-build}" in
build) want="gcc:gcc libc6-dev:/usr/include/stdio.h libxml2-dev:/usr/include/libxml2/libxml/parser.h pkg-config:pkg-config" ;;
test) want="libxml2-utils:xmllint xmlsec1:xmlsec1 openssl:openssl openssl:openssl postgresql:/usr/lib/postgresql" ;;
*) echo "usage: deps.sh build|test" >&2; exit 2 ;;
esac

if ! command -v "${GO:-go}" >/dev/null 2>&1; then
	echo "Go is missing: install Go 1.26 or newer." >&2
	exit 1
fi

missing=""
for pair in $want; do
	package=${pair%%:*} sign=${pair#*:}
	case "$sign" in
	/*) [ -e "$sign" ] || missing="$missing $package" ;;
	*) command -v "$sign" >/dev/null 2>&1 || missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	echo "installing:$missing"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	# shellcheck disable=SC2086 # a list of package names
	apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
	echo "missing:$missing (Debian's names). Install them, or run make deps as root on Debian." >&2
	exit 1
fi
