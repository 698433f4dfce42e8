#!/bin/bash
# compilers.sh [--glibc] ABI...  installs Debian's (cross) compiler of each ABI, and with --glibc the
# C library that it links against otherwise, for comparisons. The one for sh gets a plugin, see shpasses.cc.

. "$(dirname "$0")/lib.sh"

glibc_package() {
	[ -n "$glibc" ] || return 0
	if [ "$(compiler_package)" = gcc ]; then echo libc6-dev; else echo "libc6-dev-$glibc-cross"; fi
}

with_glibc=no
if [ "${1-}" = --glibc ]; then
	with_glibc=yes
	shift
fi
# Plugins are compiled against their compiler's own headers.
plugin_package() {
	[ "$triple" != sh4-linux-gnu ] || echo "g++ libgmp-dev gcc-$(gcc -dumpversion)-plugin-dev-$triple"
}

make_plugin() {
	g++ -O1 -fPIC -shared -fno-rtti -w -I"$("$triple-gcc" -print-file-name=plugin)/include" \
		"$here/shpasses.cc" -o "$1/shpasses.so"
}

packages=(make dpkg-dev xz-utils bzip2 pkg-config gcc libc6-dev)
for abi; do
	load_target "$abi"
	packages+=("$(compiler_package)" $(plugin_package))
	[ $with_glibc = no ] || mapfile -t -O ${#packages[@]} packages < <(glibc_package)
done
mapfile -t packages < <(printf '%s\n' "${packages[@]}" | sort -u)
install_packages "${packages[@]}"
for abi; do
	load_target "$abi"
	[ "$triple" != sh4-linux-gnu ] || build "$cache/plugin/$triple" "$(key "$here/shpasses.cc")" \
		"gcc's plugin for sh" make_plugin
done
