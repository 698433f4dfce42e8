// Package ppc is the front-end for PowerPC: 32-bit, and 64-bit in both byte orders, as in the Power ISA 2.07 (POWER8) without
// decimal floating point and transactions.
//
// The rows_*.go files are the manual's tables: a row for each instruction with the function that emits it. Bits are numbered
// as in the manual, from the most significant one.
//
// A field of the condition register is two globals. One is a number whose sign and low half tell LT, GT and EQ, so that a
// comparison makes it by one operation and a branch tests it by one (see condition.go); the other is SO. The summary
// overflow bit of XER, which comparisons copy, is the mode that code is translated for.
//
// Register f n is the lower half of the vector global n, register vr n is the vector global 32+n; together they are the VSX
// registers. The lower half of a vector global is doubleword 0, the one that the manual has on the left.
package ppc
