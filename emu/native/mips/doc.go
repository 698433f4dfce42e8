// Package mips is the front-end for MIPS: MIPS32 and MIPS64 in releases 1 to 5, which are one table, and release 6, which
// re-encoded many instructions, in both byte orders. MIPS16, microMIPS and the extensions that the hwcap does not announce
// (DSP, MSA, paired singles) are not carried.
//
// A branch and the instruction in its delay slot are one instruction to the translator, at the branch's address: a fault in
// the slot is reported there, as the processor does with EPC and Cause.BD. The condition is what the registers held before
// the slot (branch.go).
//
// Accesses to memory need no alignment: before release 6 Linux emulates those that are not aligned, since then the processor
// does them. LL and SC are the exception.
//
// Floating-point registers are 32 of 64 bits with Status.FR set. With FR clear, a pair is a whole register with an even
// number, of which an odd number means the upper half (float.go).
package mips
