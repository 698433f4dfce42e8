#!/bin/bash
# Prints the path of a go command that can build this module, after fetching one where there is none.
#
# Any Go since 1.21 will do: it brings the version that go.mod asks for by itself, through the module
# proxy, unless GOTOOLCHAIN forbids it. Debian 12's 1.19 cannot, so Debian 13's 1.24 is unpacked into
# $cache/go, touching nothing of the system. Progress goes to standard error.

. "$(dirname "$0")/lib.sh"

wanted=$(sed -n 's/^go //p' "$here/../../go.mod")

# suits GO  does GO, here, give a toolchain that the module accepts? (The first time this may fetch it.)
suits() {
	local version
	version=$(cd "$here" && "$1" env GOVERSION 2>/dev/null) || return
	[ "$(printf 'go%s\n%s\n' "$wanted" "$version" | sort -V | head -n 1)" = "go$wanted" ]
}

unpack_go() { trixie_unpack golang-1.24-go golang-1.24-src "$1"; }

fetch_go() {
	. "$here/trixie.sh"
	install_packages dpkg-dev ca-certificates
	trixie_update
	build "$cache/go" "$(key 1.24)" "fetching Go, from Debian 13" unpack_go
	say "letting it fetch Go $wanted"
}

for go in go /usr/local/go/bin/go "$cache/go/usr/lib/go-1.24/bin/go"; do
	if suits "$go"; then
		command -v "$go"
		exit
	fi
done
fetch_go >&2
suits "$go" || die "$go cannot fetch Go $wanted: is its module proxy ($(cd / && "$go" env GOPROXY)) reachable?"
echo "$go"
