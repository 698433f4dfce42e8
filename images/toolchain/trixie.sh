# shellcheck shell=bash
# Sourced after lib.sh: packages and sources of Debian 13 on a machine of any Debian release, through
# apt lists of our own. apt verifies everything (Release signature, index and file hashes) against
# Debian's archive keys, and the machine's own package state is neither read nor changed.

: "${cache:?source lib.sh first}"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
private=$cache/apt

trixie_apt() { APT_CONFIG=$private/apt.conf "$@"; }

# trixie_update fetches the indexes, at most once a day. Only what downloads calls it: a cache that is
# complete needs no network.
trixie_update() {
	[ -z "$(find "$private/updated" -mtime -1 2>/dev/null)" ] || return 0
	[ -n "$(debian_uri)" ] || run apt-update "apt-get update" as_root apt-get update
	trixie_configure
	run trixie-update "fetching Debian 13's indexes" trixie_apt apt-get update
	touch "$private/updated"
}

# A keyring that is older than Debian 13 makes the update fail; upgrading debian-archive-keyring from
# the machine's own release is the way out, and stays within what the machine already trusts.
trixie_configure() {
	local uri
	uri=$(debian_uri)
	[ -n "$uri" ] || die "this machine has no Debian package source; Debian 12 or 13 is needed"
	[ -f "$keyring" ] || install_packages debian-archive-keyring
	mkdir -p "$private"/{lists/partial,archives/partial}
	: >"$private/status"
	cat >"$private/trixie.sources" <<-END
		Types: deb deb-src
		URIs: $uri
		Suites: trixie
		Components: main
		Targets: Packages Sources
		Signed-By: $keyring
	END
	# The sandbox user cannot write below a home directory.
	cat >"$private/apt.conf" <<-END
		Dir::State::Lists "$private/lists";
		Dir::State::status "$private/status";
		Dir::Etc::SourceList "/dev/null";
		Dir::Etc::SourceParts "$private";
		Dir::Cache "$private";
		APT::Sandbox::User "";
		APT::Get::List-Cleanup "false";
	END
}

# trixie_unpack PACKAGE... DIR  unpacks binary packages into DIR without installing them.
trixie_unpack() {
	local packages=("${@:1:$#-1}") dir=${*: -1} debs deb
	trixie_update
	debs=$(mktemp -d "$cache/build/debs.XXXXXX")
	(cd "$debs" && trixie_apt apt-get download "${packages[@]}")
	for deb in "$debs"/*.deb; do dpkg-deb -x "$deb" "$dir"; done
	rm -rf "$debs"
}

# trixie_source PACKAGE DIR  unpacks a source package, with Debian's patches, as DIR/PACKAGE.
# dpkg-source may warn that it does not know the uploader's key: apt has already checked the files
# against the signed index.
trixie_source() {
	trixie_update
	(
		cd "$2" || return
		trixie_apt apt-get source --only-source --download-only "$1"
		dpkg-source -x ./*.dsc "$1"
		rm -f ./*.dsc ./*.tar.* ./*.asc
	)
}
