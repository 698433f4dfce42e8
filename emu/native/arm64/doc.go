// Package arm64 is the front-end of A64, the instruction set of AArch64: the base of Armv8.0 with what the hwcap of
// package muslrun/arch/arm64 announces.
//
// It reads like the Arm Architecture Reference Manual, chapter C4: each file holds the tables of one group of encodings,
// a row for each instruction with its bits as the manual prints them, and behind them the functions that say in IR what the
// instructions do. A word without a row, or one that its row's condition refuses, is undefined and raises SIGILL.
//
// A gen is an instruction on its way into IR: the builder with the word's fields. Fields that mean the same everywhere (rd,
// rn, rm, ra, rt, rs, sf) have methods; others are cut out by their place in the word.
//
// Registers that the architecture does not have: nzcv is in the packed form of package ir; exclusive, expected and
// expected2 are the exclusive monitor (exclusive.go); qc is not 0 if FPSR.QC is set, fpcr holds FPCR.
package arm64
