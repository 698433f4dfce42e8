// Package riscv is the front-end for RISC-V: RV32 and RV64 with IMAFDC, Zicsr, Zifencei, Zba, Zbb and Zbs, as in the
// unprivileged manual (20240411) and its bit-manipulation chapter.
//
// The rows_*.go files are the manual's tables: a row for each instruction with the function that emits it. Compressed
// instructions are expanded to the words of the full ones that they stand for (compressed.go). An integer register of RV32 is
// the lower half of a global. Floating-point registers are vector globals of 64 bits; singles in them are boxed by NaNs.
package riscv
