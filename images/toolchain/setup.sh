#!/bin/bash
# Brings compilers, musl, the Unicorn engine's libraries and third-party programs onto this machine.
#
#   setup.sh [--quick | --all | --abis "ABI..."] [PART...]
#
# PARTs, in order of use; all of them if none is named:
#   engine     libunicorn 2.1 and libcapstone 5            $cache/engine-libs/pkgconfig
#   compilers  Debian's cross compilers                    installed with apt (uses sudo)
#   qemu       qemu-user, to prove what was built          installed with apt (uses sudo)
#   musl       musl 1.2.5 and a compiler wrapper per ABI   $cache/bin/ABI-cc, $cache/runtime/ABI
#   programs   busybox, lua, hello with glibc and Go       $cache/programs/ABI
#
# The ABIs are those of the sets quick and main in targets.tsv, which muslrun runs. --quick takes
# the first set only, --all also the third, as far as this Debian has compilers for it. $cache is
# $MUSLRUN_CACHE or ~/.cache/muslrun; logs are in $cache/logs. Running it again repeats only what is
# missing or whose recipe has changed.

. "$(dirname "$0")/lib.sh"

usage() {
	sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
	exit "$1"
}

# Debian 12 lacks loongarch64.
has_compiler() {
	load_target "$1"
	apt-cache show "$(compiler_package)" >/dev/null 2>&1
}

usable_abis() {
	local abi
	for abi in $(select_abis 1); do
		if has_compiler "$abi"; then echo "$abi"; else say "leaving out $abi" >&2; fi
	done
}

parse() {
	abis=$(select_abis 'set != "extra"')
	parts=()
	while (($#)); do
		case $1 in
		--quick) abis=$(select_abis 'set == "quick"') ;;
		--all) abis=$(usable_abis) ;;
		--abis) abis=${2?--abis needs a list of ABIs} && shift ;;
		engine | compilers | qemu | musl | programs) parts+=("$1") ;;
		-h | --help) usage 0 ;;
		*) usage 1 >&2 ;;
		esac
		shift
	done
	((${#parts[@]})) || parts=(engine compilers qemu musl programs)
	for abi in $abis; do load_target "$abi"; done
}

wants() { [[ " ${parts[*]} " = *" $1 "* ]]; }

# One set-up at a time per cache; the lock ends with this process.
lock() {
	exec 9>"$cache/lock"
	flock -n 9 && return
	say "another set-up is at work in $cache: waiting"
	flock 9
}

# shellcheck disable=SC2086 # abis is a list of words
main() {
	parse "$@"
	lock
	renice -n 10 -p $$ >/dev/null
	if wants engine; then "$here/engine.sh"; fi
	if wants programs; then
		"$here/compilers.sh" --glibc $abis
	elif wants compilers || wants musl; then
		"$here/compilers.sh" $abis
	fi
	if wants qemu || wants programs; then install_packages qemu-user; fi
	if wants musl || wants programs; then "$here/musl.sh" $abis; fi
	if wants programs; then "$here/programs.sh" $abis; fi
	say "done: ${parts[*]} for" $abis
}

main "$@"
