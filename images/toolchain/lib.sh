# shellcheck shell=bash
# Sourced by every script of this folder: where things live, the table of targets, progress, stamps.

set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${MUSLRUN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/muslrun}
mkdir -p "$cache"/{bin,build,logs,musl,programs,runtime,src}

# ---- progress --------------------------------------------------------------------------------

# Seconds count from the start of the outermost script.
export SETUP_STARTED=${SETUP_STARTED:-$EPOCHSECONDS}

say() { printf '[%4ds] %s\n' $((EPOCHSECONDS - SETUP_STARTED)) "$*"; }

die() {
	printf 'setup: %s\n' "$*" >&2
	exit 1
}

# Background commands do not feel Ctrl-C; the group that got it ends together.
trap 'trap "" TERM; kill 0; exit 130' INT

# run LOG LABEL COMMAND...  runs COMMAND into logs/LOG.log and shows a sign of life every 15 seconds.
run() {
	local log=$cache/logs/$1.log label=$2 started=$SECONDS shown=$SECONDS pid
	shift 2
	say "$label"
	"$@" >"$log" 2>&1 &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.1
		if ((SECONDS - shown >= 15)); then
			shown=$SECONDS
			say "  ... $label ($((SECONDS - started))s): $(tail -n 1 "$log" | cut -c 1-80)"
		fi
	done
	wait "$pid" && return
	tail -n 5 "$log" | sed 's/^/    /' >&2
	die "$label failed; the log is $log"
}

# ---- stamps ----------------------------------------------------------------------------------

# key THING...  names a recipe: the hash of the files and strings that decide its outcome.
key() {
	local thing
	for thing; do
		if [ -f "$thing" ]; then cat "$thing"; else printf '%s\n' "$thing"; fi
	done | sha256sum | cut -d ' ' -f 1
}

fresh() { [ "$(cat "$1/.stamp" 2>/dev/null)" = "$2" ]; }

# build DIR KEY LABEL COMMAND...  makes DIR by running `COMMAND... DIR.new`, unless DIR was made with
# the same KEY. DIR appears complete or not at all, so an interrupted set-up can simply be repeated.
build() {
	local dir=$1 key=$2 label=$3 new=$1.new
	shift 3
	fresh "$dir" "$key" && return
	rm -rf "$new"
	mkdir -p "$new"
	local log=${dir#"$cache"/}
	run "${log//\//-}" "$label" "$@" "$new"
	echo "$key" >"$new/.stamp"
	rm -rf "$dir"
	mv "$new" "$dir"
}

# ---- privileges ------------------------------------------------------------------------------

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# install_packages PACKAGE...  installs those that are missing.
install_packages() {
	local missing=() package
	for package; do
		dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
			missing+=("$package")
	done
	((${#missing[@]})) || return 0
	run "apt-${missing[0]}" "installing ${#missing[@]} packages: ${missing[*]}" \
		apt_install "${missing[@]}"
}

# The machine's lists may be missing, or too old to download from.
apt_install() {
	local install=(as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600
		install -y --no-install-recommends)
	"${install[@]}" "$@" && return
	as_root apt-get update
	"${install[@]}" "$@"
}

# debian_uri prints where this machine gets Debian from; nothing if its lists were never fetched.
# shellcheck disable=SC2016 # apt expands it
debian_uri() {
	apt-get indextargets --format '$(REPO_URI)' \
		'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1
}

# ---- targets ---------------------------------------------------------------------------------

# select_abis CONDITION  prints the ABIs of the table for which an awk condition on its columns holds.
select_abis() {
	awk -F '\t+' "/^[^#]/ { abi = \$1; set = \$2; runs = \$3; if ($1) print abi }" "$here/targets.tsv"
}

# load_target ABI  sets abi set runs triple libgcc kernel qemu glibc go cflags from the table.
# shellcheck disable=SC2034 # used by the scripts that source this one
load_target() {
	local row column
	row=$(awk -F '\t+' -v abi="$1" '$1 == abi' "$here/targets.tsv")
	[ -n "$row" ] || die "unknown ABI $1; $here/targets.tsv lists the known ones"
	IFS=$'\t' read -r abi set runs triple libgcc kernel qemu glibc go cflags <<<"$row"
	for column in qemu glibc go cflags; do
		[ "${!column}" != - ] || printf -v "$column" ''
	done
	[ "$triple" != sh4-linux-gnu ] || cflags="${cflags:+$cflags }-fplugin=$cache/plugin/$triple/shpasses.so"
	sysroot=$cache/musl/$abi
	build=$cache/build/$abi
	cc=$cache/bin/$abi-cc
}

# compiler_package prints the package with the loaded target's compiler.
compiler_package() {
	if [ "$glibc" = "$(dpkg --print-architecture)" ]; then
		echo gcc
	else
		echo "gcc-${triple//_/-}"
	fi
}
