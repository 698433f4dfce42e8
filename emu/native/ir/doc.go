// Package ir is the language between the front-ends (one for each instruction set) and those that execute: the amd64
// back-end and the interpreter.
//
// A front-end translates a Region of guest code, a control-flow graph of Blocks, into three-address instructions (Insn)
// over Values. A Value is
//
//	a global      a guest register; it lives in State and keeps its value between instructions, blocks and regions
//	a temporary   assigned once, used in the same block only
//	a constant    of the region's pool
//
// and belongs to one of two classes: Int (64 bits) or Vec (128 bits). Every operation is total: its table entry in ops says
// what it computes for every input, so that all executors agree bit for bit. Integer operations of Size 4 read the low halves
// of their operands and zero-extend the result. Scalar floating-point operations read lane 0 and clear the rest.
//
// What a guest can observe is exact: every global has its architectural value whenever an instruction may fault, exit or be
// interrupted (Mark shows where guest instructions begin). The one exception is a global declared Lazy, which may be stale
// there if the guest code behind that point overwrites it before it reads it: condition flags.
//
// Eval in package interp defines every operation without control flow or memory; an executor that has no better way hands
// the operation to it (Outcall).
package ir
