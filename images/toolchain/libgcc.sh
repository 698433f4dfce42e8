#!/bin/bash
# libgcc.sh ABI DIR  makes DIR/lib/libgcc.a for an ABI that Debian's compiler can produce but ships no
# libgcc for (another byte order, float ABI or word size). Its functions are independent of each
# other, so the few that musl programs need are compiled straight from gcc's source package, without
# building gcc: integer helpers from libgcc2.c, software floating point from soft-fp, and the
# architecture's own assembler. No unwinder: C++ and -fexceptions are not served on these ABIs.

. "$(dirname "$0")/lib.sh"

load_target "$1"
out=$2
version=$("$triple-gcc" -dumpversion)
gcc_source=$cache/src/gcc-$version

# Reads the machine's own release, so that the source is that of the machine's compiler.
fetch_source() {
	local package=gcc-$version-source
	cd "$1"
	apt-get download "$package"
	dpkg-deb --fsys-tarfile "$package"_*.deb |
		tar -xO --wildcards './usr/src/gcc-*/gcc-*.tar.xz' |
		tar -xJ --strip-components=1 --wildcards \
			'gcc-*/libgcc/*' 'gcc-*/gcc/tsystem.h' 'gcc-*/gcc/coretypes.h' 'gcc-*/include/*.h'
	rm "$package"_*.deb
}

# ---- which functions -------------------------------------------------------------------------

# The parts of libgcc2.c. Those that mean nothing on an ABI compile to nothing.
integer_parts=(
	muldi3 negdi2 lshrdi3 ashldi3 ashrdi3 cmpdi2 ucmpdi2 clear_cache
	absvsi2 absvdi2 addvsi3 addvdi3 subvsi3 subvdi3 mulvsi3 mulvdi3 negvsi2 negvdi2
	ffssi2 ffsdi2 clz clzsi2 clzdi2 ctzsi2 ctzdi2 clrsbsi2 clrsbdi2 popcount_tab popcountsi2
	popcountdi2 paritysi2 paritydi2 bswapsi2 bswapdi2
	divdi3 moddi3 divmoddi4 udivdi3 umoddi3 udivmoddi4 udiv_w_sdiv
	powisf2 powidf2 powitf2 mulsc3 muldc3 multc3 divsc3 divdc3 divtc3
)

# libgcc2_conversions FLOAT...  prints libgcc2.c's conversions between wide integers and those types.
libgcc2_conversions() {
	local f
	for f; do
		echo "fix${f}di fixuns${f}di floatdi$f floatundi$f fixuns${f}si"
	done
}

# soft_fp "FLOATS" "INTS"  prints the soft-fp functions that replace arithmetic on those types.
soft_fp() {
	local f i
	for f in $1; do
		echo "add${f}3 sub${f}3 mul${f}3 div${f}3 neg${f}2 eq${f}2 ge${f}2 le${f}2 unord${f}2"
		for i in $2; do
			echo "fix$f$i fixuns$f$i float$i$f floatun$i$f"
		done
	done
}

# Without hardware for them, what is missing is float and double, or only the 128-bit long double.
soft_double() { soft_fp "sf df" "si di" && echo extendsfdf2 truncdfsf2; }
soft_quad() { soft_fp tf "$1" && echo extendsftf2 extenddftf2 trunctfsf2 trunctfdf2; }

choose_parts() {
	config='' conversions='' softfp='' assembler='' extra=() fpbit=()
	case $abi in
	arm*)
		config=arm assembler=$config/lib1funcs.S
		conversions="fixsfdi fixunssfdi fixdfdi fixunsdfdi"
		extra=(arm/bpabi.c arm/unaligned-funcs.c)
		asm_parts=(udivsi3 divsi3 umodsi3 modsi3 dvmd_lnx
			arm_{neg,addsub,muldiv,cmp,unord}{sf2,df2,sf3,df3} arm_fix{,uns}{sf,df}si
			arm_truncdfsf2 arm_float{,un}di{sf,df} aeabi_{lcmp,ulcmp,ldivmod,uldivmod})
		;;
	aarch64*) config=aarch64 softfp=$(soft_quad "si di ti") extra=(aarch64/sfp-exceptions.c) ;;
	riscv32*)
		config=riscv softfp=$(soft_quad "si di") extra=(riscv/atomic.c)
		conversions=$(libgcc2_conversions sf df)
		;;
	mips*-sf) config=mips softfp=$(soft_double) ;;
	mips*n32*)
		config=mips softfp=$(soft_quad "si di ti")
		conversions=$(libgcc2_conversions sf df)
		;;
	powerpc-sf) config=rs6000 softfp=$(soft_double) extra=(rs6000/crt{sav,res,resx}gpr.S) ;;
	powerpc64*) config=rs6000 conversions=$(libgcc2_conversions sf df) ;;
	sh*)
		config=sh assembler=$config/lib1funcs.S conversions=$(libgcc2_conversions sf df)
		fpbit=('unord_sf -DFLOAT' unord_df 'unpack_sf -DFLOAT' unpack_df 'thenan_sf -DFLOAT' thenan_df)
		asm_parts=(ashiftrt ashiftrt_n ashiftlt lshiftrt movmem movmem_i4 mulsi3 sdivsi3
			sdivsi3_i4 udivsi3 udivsi3_i4 set_fpscr div_table udiv_qrnnd_16 ic_invalidate)
		extra=(sh/linux-atomic.c)
		;;
	*) die "libgcc.sh does not know what $abi needs" ;;
	esac
}

# ---- compiling -------------------------------------------------------------------------------

# gcc's build would generate these; only the word size matters to the parts used here.
write_headers() {
	mkdir -p include
	: >include/tconfig.h
	: >include/auto-target.h
	: >include/auto-host.h
	cat >include/tm.h <<-'END'
		#ifdef __SIZEOF_INT128__
		#define UNITS_PER_WORD 8
		#else
		#define UNITS_PER_WORD 4
		#endif
		#define MIN_UNITS_PER_WORD UNITS_PER_WORD
	END
	: >include/libgcc_tm.h
	[ "$config" != arm ] || echo '#include "config/arm/bpabi-lib.h"' >include/libgcc_tm.h
}

# commands prints "OBJECT SOURCE FLAGS" for every part.
commands() {
	local part
	for part in "${integer_parts[@]}" $conversions; do
		echo "2_$part.o libgcc2.c -DL_$part -DHAVE_CC_TLS"
	done
	for part in $softfp; do echo "$part.o soft-fp/$part.c"; done
	for part in ${assembler:+"${asm_parts[@]}"}; do
		echo "1_$part.o config/$assembler -DL_$part"
	done
	for part in "${fpbit[@]}"; do echo "${part%% *}.o fp-bit.c -DFINE_GRAINED_LIBRARIES -DL_$part"; done
	for part in "${extra[@]}"; do echo "x_$(basename "${part%.*}").o config/$part"; done
}

compile_parts() {
	local lib=$gcc_source/libgcc
	# shellcheck disable=SC2016 # expanded by the inner shell, once per part
	commands | xargs -P "$(nproc)" -L 1 sh -c 'o=$1 s=$2; shift 2; '"$triple-gcc $cflags"' \
		-O2 -fPIC -fvisibility=hidden -fbuilding-libgcc -fno-stack-protector -w \
		-nostdinc -isystem '"$("$triple-gcc" -print-file-name=include)"' \
		-DIN_GCC -DUSED_FOR_TARGET -DIN_LIBGCC2 -Dinhibit_libc -DHIDE_EXPORTS -DCROSS_DIRECTORY_STRUCTURE \
		-Iinclude -I'"$lib -I$lib/config/$config -I$gcc_source/gcc -I$gcc_source/include"' \
		"$@" -c '"$lib"'/$s -o $o' sh
}

build "$gcc_source" "$(key "$version")" "fetching gcc's source for libgcc" fetch_source
choose_parts
work=$build/libgcc
rm -rf "$work"
mkdir -p "$work" "$out/lib"
cd "$work"
write_headers
compile_parts
"$triple-ar" rcs "$out/lib/libgcc.a" ./*.o
cd "$cache"
rm -rf "$work"
