// Package disasm writes guest instructions as text, for traces, crash reports and the debugger.
//
// It has two sources. With the build tag "capstone" or "unicorn" it asks libcapstone, through the thin package capstone.
// In a pure Go build, and for ISAs that Capstone lacks, it asks golang.org/x/arch. What neither knows (OpenRISC and
// MicroBlaze, and without Capstone also MIPS, m68k and SuperH) comes out as data directives, one instruction's size each,
// with an error, so that a listing can go on.
package disasm
