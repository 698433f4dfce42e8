#!/bin/bash
# The libraries of the Unicorn engine: libunicorn 2.1 and libcapstone 5, from Debian 13, in
# $cache/engine-libs. Debian 12's libunicorn is several times slower, and its libcapstone knows no RISC-V.
#
#   PKG_CONFIG_PATH=$cache/engine-libs/pkgconfig go build -tags unicorn ./cmd/muslrun

. "$(dirname "$0")/lib.sh"
. "$here/trixie.sh"

# The .pc files name the static archives: a binary with them needs no library path and starts in
# 2.4 ms where the shared ones take 8.3, most of it relocations. Debian 13's archives ask for nothing
# that Debian 12's glibc lacks.
write_pkgconfig() {
	local name=$1 private=$2 version=$3 dir=$4 archive
	archive=$(cd "$dir" && ls usr/lib/*/"lib$name-repaired.a" 2>/dev/null || echo usr/lib/*/"lib$name.a")
	cat >"$dir/pkgconfig/$name.pc" <<-END
		prefix=$cache/engine-libs/usr
		archive=$cache/engine-libs/$archive

		Name: $name
		Description: $name of Debian 13, linked statically
		Version: $version
		Cflags: -I\${prefix}/include
		Libs: \${archive} $private
	END
}

# Two families of PowerPC share symbols in libunicorn's archive; emu/unicorn/repair tells why that has to be mended.
repair_unicorn() {
	local archive=$1/usr/lib/*/libunicorn.a go
	go=$("$here/go.sh")
	archive=$(echo $archive)
	(cd "$here/../.." && "$go" run ./emu/unicorn/repair "$archive" "${archive%.a}-repaired.a")
}

engine_libs() {
	local dir=$1 name version
	trixie_unpack libunicorn-dev libunicorn2t64 libcapstone-dev libcapstone5 "$dir"
	repair_unicorn "$dir"
	mkdir "$dir/pkgconfig"
	for name in unicorn capstone; do
		version=$(sed -n 's/^Version: //p' "$dir"/usr/lib/*/pkgconfig/$name.pc)
		write_pkgconfig $name "$([ $name = capstone ] || echo -lpthread -lm)" "$version" "$dir"
	done
}

dir=$cache/engine-libs
key=$(key "$cache" "$(declare -f write_pkgconfig repair_unicorn engine_libs)")
fresh "$dir" "$key" && exit
install_packages pkg-config binutils
build "$dir" "$key" "fetching libunicorn and libcapstone" engine_libs
for name in unicorn capstone; do
	say "$name $(PKG_CONFIG_PATH=$dir/pkgconfig pkg-config --modversion $name) is in $dir"
done
