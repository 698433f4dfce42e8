// Package amd64 executes regions on x86-64 hosts: it compiles them to machine code (Compiler), keeps the code (Arena), and
// runs it (Run).
//
// Registers. RBP points into the State (128 bytes from its beginning, so that the first 32 integer globals are near), R15 is
// the host address of guest address 0. Ten integer and thirteen vector globals, the first of Frontend.Static, live in the
// registers of staticInts and staticVecs between entry and exit, but for those that a region with a loop gives to others
// (swap.go); all others are memory operands. RAX, RCX, RDX and XMM0 to 2
// hold temporaries and copies of globals within a block. Globals are written through, so that they are exact at every fault.
//
// A region's code is its blocks in order, then the cold paths (exits, NaN results, division by zero), then its literals. It
// holds no host address: it is placed by copying it and numbering its links.
//
// Files: asm*.go encode instructions; regs.go and operands.go assign registers; select_*.go say how each operation becomes
// code; region.go drives them; exits.go makes the ways out; arena, enter, fault and run are the runtime.
package amd64
