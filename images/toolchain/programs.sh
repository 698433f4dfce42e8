#!/bin/bash
# programs.sh ABI...  makes programs of other people for each ABI, in $cache/programs/ABI:
#
#   static/ dynamic/   busybox and lua, linked with musl from the same objects
#   glibc/hello        static, with Debian's own C library
#   go/hello           from the Go cross compiler
#
# The last two are there only for the ABIs that have them.

. "$(dirname "$0")/lib.sh"
. "$here/trixie.sh"

fetch_sources() {
	local package
	for package in busybox lua5.4; do
		build "$cache/src/$package" "$(key $package)" \
			"fetching the source of $package" trixie_source $package
	done
}

# emulated PROGRAM ARGUMENT...  runs a guest program under qemu-user; x32 has none, and is believed.
emulated() { if [ -n "$qemu" ]; then "qemu-$qemu" -L "$cache/runtime/$abi" "$@"; else echo ok; fi; }

# prove DIR NAME ARGUMENT...  checks that both links of a program run and print ok.
prove() {
	local dir=$1 name=$2 way
	shift 2
	for way in static dynamic; do
		[ "$(emulated "$dir/$way/$name" "$@")" = ok ] || die "$abi: $way $name does not work"
	done
}

# link_both DIR NAME WORD...  links the same objects in both ways.
link_both() {
	local dir=$1 name=$2
	shift 2
	mkdir -p "$dir"/{static,dynamic}
	"$cc" -static -o "$dir/static/$name" "$@"
	"$cc" -o "$dir/dynamic/$name" "$@"
	"$triple-strip" "$dir"/{static,dynamic}/"$name"
}

# The configuration and the tools of busybox's build are the same for every ABI; this folder, copied,
# is where each ABI starts.
make_busybox_base() {
	local make=(make -s -C "$cache/src/busybox/busybox" O="$1")
	"${make[@]}" defconfig
	awk '/is not set$/ { print "/^" $2 "=/d" }' "$here/busybox.config" | sed -i -f - "$1/.config"
	cat "$here/busybox.config" >>"$1/.config"
	(yes '' || true) | "${make[@]}" oldconfig
	"${make[@]}" prepare
}

# busybox's own link tries many times to drop libraries. Ours are empty, so only the objects are made.
make_busybox() {
	local dir=$1 objects=$build/busybox-objects archives
	rm -rf "$objects"
	cp -a "$cache/build/busybox-base" "$objects"
	make -j"$(nproc)" -C "$cache/src/busybox/busybox" O="$objects" CC="$cc" \
		CROSS_COMPILE="$triple-" cmd_busybox__=true busybox_unstripped
	mapfile -t archives < <(find "$objects" -name lib.a -o -name built-in.o | sort)
	link_both "$dir" busybox -Wl,--gc-sections,--start-group "${archives[@]}" -Wl,--end-group
	# shellcheck disable=SC2016 # for busybox to expand
	prove "$dir" busybox sh -c 'x=k; echo o$x'
	rm -rf "$objects"
}

# Debian's patch looks for modules in a directory per architecture, which our programs have no use for.
make_lua() {
	local dir=$1 objects=$build/lua-objects source=$cache/src/lua5.4/lua5.4/src
	rm -rf "$objects"
	mkdir -p "$objects"
	cd "$objects"
	echo '#define DEB_HOST_MULTIARCH "lib"' >lua5.4-deb-multiarch.h
	printf '%s\n' "$source"/[!l]*.c "$source"/l*.c | grep -v '/luac\.c$\|\*' |
		xargs -P "$(nproc)" -n 6 "$cc" -O2 -DLUA_USE_POSIX -DLUA_USE_DLOPEN -I. -c
	link_both "$dir" lua -Wl,-E ./*.o -lm
	prove "$dir" lua -e 'if 2^53 % 10 == 2 then print("ok") end'
	cd "$cache"
	rm -rf "$objects"
}

make_glibc() {
	mkdir "$1/glibc"
	"$triple-gcc" -O2 -static "$here/hello.c" -o "$1/glibc/hello"
}

make_go() {
	mkdir "$1/go"
	# shellcheck disable=SC2086 # the settings are words
	env ${go//,/ } CGO_ENABLED=0 GO111MODULE=off GOFLAGS= \
		go build -trimpath -ldflags '-s -w' -o "$1/go/hello" "$here/hello.go"
}

# program NAME INPUT...  builds one program and links its files into programs/ABI.
program() {
	local name=$1
	shift
	build "$build/$name" "$(key "$triple $cflags $go" "$@" "$(declare -f "make_$name" link_both)")" \
		"  $name for $abi" "make_$name"
	cp -alf "$build/$name"/* "$cache/programs/$abi/"
}

programs() {
	local musl
	load_target "$1"
	say "programs for $abi ($2)"
	mkdir -p "$cache/programs/$abi"
	musl=$(key "$sysroot/.stamp" "$here/cc.in")
	program busybox "$musl" "$cache/build/busybox-base/.stamp"
	program lua "$musl" "$cache/src/lua5.4/.stamp"
	if [ -n "$glibc" ]; then program glibc "$here/hello.c"; fi
	if [ -n "$go" ] && command -v go >/dev/null; then
		program go "$here/hello.go" "$(go env GOVERSION)"
	fi
}

fetch_sources
build "$cache/build/busybox-base" \
	"$(key "$cache/src/busybox/.stamp" "$here/busybox.config" "$(declare -f make_busybox_base)")" \
	"configuring busybox" make_busybox_base
n=0
for abi; do
	programs "$abi" "$((++n)) of $#"
done
