#!/bin/bash
# musl.sh ABI...  builds musl 1.2.5 of Debian 13's source package for each ABI:
#
#   $cache/musl/ABI      include (with the Linux headers) and lib: crt files, libc.a, libc.so, libgcc.a
#   $cache/bin/ABI-cc    Debian's compiler set up for it; also ABI-ar, ABI-strip, ABI-objdump, ABI-nm
#   $cache/runtime/ABI   what a root file system needs to run dynamic programs

. "$(dirname "$0")/lib.sh"
. "$here/trixie.sh"

musl_version=1.2.5

fetch_sources() {
	build "$cache/src/musl" "$(key "$musl_version")" "fetching musl's source" trixie_source musl
	# One package holds the Linux headers of every architecture.
	build "$cache/src/linux-headers" "$(key linux-libc-dev)" \
		"fetching the Linux headers" trixie_unpack linux-libc-dev
}

# configure finds n32 by looking at a mips64 compiler, not by name.
# A compiler for -fPIE by default lets musl compile each file once, for libc.a and libc.so alike.
configure_musl() {
	local source=$cache/src/musl/musl
	grep -qx "$musl_version" "$source/VERSION" || die "expected musl $musl_version in $source"
	"$source/configure" --target="${abi/#mipsn32/mips64}" --prefix= --syslibdir=/lib \
		CC="$triple-gcc $cflags" CROSS_COMPILE="$triple-" LIBCC="$1" CFLAGS="-fPIE -pipe"
}

# musl derives its name of the ABI from the compiler's macros; it must agree with the table.
check_abi_name() {
	local arch subarch
	arch=$(sed -n 's/^ARCH = //p' config.mak)
	subarch=$(sed -n 's/^SUBARCH = //p' config.mak)
	[ "$arch$subarch" = "$abi" ] || die "$triple-gcc $cflags makes $arch$subarch, not $abi"
}

add_linux_headers() {
	local headers=$cache/src/linux-headers/usr dir
	for dir in linux asm-generic mtd rdma misc; do
		ln -s "$headers/include/$dir" "$1/include/$dir"
	done
	ln -s "$headers/lib/linux/uapi/$kernel/asm" "$1/include/asm"
}

# libgcc.a, and libatomic.a for ABIs without wide atomic instructions, come from the compiler if they
# fit the ABI. libgcc_eh.a is for cleanups that run on unwinding (-fexceptions).
add_libgcc() {
	local lib file
	if [ "$libgcc" = own ]; then
		"$here/libgcc.sh" "$abi" "$1"
		return
	fi
	for lib in libgcc.a libgcc_eh.a libatomic.a; do
		file=$("$triple-gcc" -print-file-name=$lib)
		[ "$file" = "$lib" ] || ln -s "$file" "$1/lib/$lib"
	done
}

make_musl() {
	local dir=$1 objects=$build/musl
	rm -rf "$objects"
	mkdir -p "$objects" "$dir/lib" "$dir/include"
	cd "$objects"
	add_libgcc "$dir"
	configure_musl "$dir/lib/libgcc.a"
	check_abi_name
	make -j"$(nproc)"
	make install DESTDIR="$dir"
	# The dynamic linker is libc.so itself; the installed link is absolute.
	rm -rf "${dir:?}/bin"
	ln -sfn libc.so "$dir/lib/ld-musl-$abi.so.1"
	add_linux_headers "$dir"
	cd "$cache"
	rm -rf "$objects"
}

write_wrappers() {
	local tool gcc_include
	gcc_include=$("$triple-gcc" -print-file-name=include)
	sed -e "s|@ABI@|$abi|g; s|@CC@|$triple-gcc $cflags|; s|@GCC_INCLUDE@|$gcc_include|" \
		"$here/cc.in" >"$cc.new"
	chmod +x "$cc.new"
	mv "$cc.new" "$cc"
	for tool in ar strip objdump nm; do
		ln -sfn "$(command -v "$triple-$tool")" "$cache/bin/$abi-$tool"
	done
}

make_runtime() {
	mkdir -p "$1/lib"
	cp "$sysroot/lib/libc.so" "$1/lib/ld-musl-$abi.so.1"
	"$triple-strip" -g "$1/lib/ld-musl-$abi.so.1"
}

# Debian's libatomic.a is linked by add_libgcc; where it does not fit, ours does.
make_libatomic() {
	"$cc" -O2 -c "$here/atomic8.c" -o "$1/atomic8.o"
	"$triple-ar" rcs "$1/libatomic.a" "$1/atomic8.o"
}

# The wrapper is used by everything that follows, so it is proven here, in every way of linking.
check_wrapper() {
	local way
	for way in -static -static-pie -no-pie -pie; do
		"$cc" -O2 $way "$here/hello.c" -o "$1/hello$way"
		check_interpreter "$1/hello$way" $way
		[ -z "$qemu" ] || run_hello "$1/hello$way"
	done
}

check_interpreter() {
	local found
	found=$(readelf -lW "$1" | sed -n 's/.*interpreter: \(.*\)]/\1/p')
	case $2 in
	-static*) [ -z "$found" ] || die "$1 asks for $found" ;;
	*) [ "$found" = "/lib/ld-musl-$abi.so.1" ] || die "$1 asks for '$found'" ;;
	esac
}

run_hello() {
	local runner=qemu-$qemu output
	command -v "$runner" >/dev/null || return 0
	output=$("$runner" -L "$cache/runtime/$abi" "$1")
	[ "$output" = "hello, musl" ] || die "$runner $1 printed: $output"
}

musl() {
	local key
	load_target "$1"
	key=$(key "$triple $libgcc $kernel $cflags" "$musl_version" "$("$triple-gcc" -dumpfullversion)" \
		"$(declare -f configure_musl add_libgcc make_musl)")
	[ "$libgcc" = debian ] || key=$(key "$key" "$here/libgcc.sh")
	build "$sysroot" "$key" "musl for $abi ($2)" make_musl
	build "$cache/runtime/$abi" "$key" "runtime of $abi" make_runtime
	write_wrappers
	if [ "$libgcc" = own ]; then
		build "$build/libatomic" "$(key "$key" "$here/atomic8.c")" \
			"libatomic for $abi" make_libatomic
		ln -sfn "$build/libatomic/libatomic.a" "$sysroot/lib/libatomic.a"
	fi
	key=$(key "$key" "$here/cc.in" "$here/hello.c" "$(declare -f check_wrapper check_interpreter run_hello)")
	build "$build/hello" "$key" "hello world for $abi" check_wrapper
}

fetch_sources
n=0
for abi; do
	musl "$abi" "$((++n)) of $#"
done
