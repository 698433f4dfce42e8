// Package sh is the front-end for SuperH: SH-4 and SH-4A with their floating-point unit, as in the SH-4A software manual, in
// both byte orders, as user code may use them.
//
// The rows_*.go files are the manual's tables: a row for each instruction with the function that emits it. A branch and the
// instruction in its delay slot are one instruction here. Floating-point registers are vector globals of 32 bits; a double is
// put together where it is used. FPSCR's PR, SZ, FR and DN, and whether it has enabled a trap, are the translation's mode.
//
// An atomic sequence (gUSA: r15 holds the negative length of the code that must not be interrupted) is one instruction too,
// which begins with the move to r15: its store compares and exchanges, see gusa.go.
package sh
