// Package enginetest is the contract that every CPU engine must pass, in executable form.
//
// A test of an engine calls Run for every ABI. Run makes a small guest: a window with a page of code, a page of data, and
// one task. It runs a few instructions of guest code in it, the same story on every ISA, and looks at the Stop and the
// registers.
//
// The guest code is in tables, as the bytes of each instruction beside its assembly. A new ISA needs one entry in targets.
// The stories ("snippets") are:
//
//	syscall     a system call, and an instruction behind it
//	load store  count; access memory; count; system call
//	jump        count; jump
//	illegal break privileged divide overflow   an instruction that traps
//	loop        count for ever
//	count       count down to 0; system call
//	one two     set the value register to 1 or 2; system call. Both have the same length
//	patch       store the value; jump. Made to write "two" over "one"
//	fadd        add two floating-point registers
//	tls         read the thread pointer that user code sees
//	delay       a load in the delay slot of a jump
package enginetest
