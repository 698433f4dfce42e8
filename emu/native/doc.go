// Package native is muslrun's own CPU engine, in pure Go: it translates regions of guest code and runs them at full speed, with
// several guest threads in parallel.
//
//	isa, and a folder for each instruction set   decode guest code into IR
//	ir                                           the IR, and State, in which a task's registers live
//	opt                                          passes over it
//	amd64                                        machine code from it
//	interp                                       executes it where machine code cannot be had; softfloat does its arithmetic
//
// This package is what holds them together. A store has every translation that was made, found by the guest code that it was
// made from, whichever process that belongs to. A space is what one Machine has installed of it: what is in a space may be
// executed without another look at guest memory, until the mapping or the code changes. A cpu is a task's State.
package native
