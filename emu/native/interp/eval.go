package interp

import "muslrun/emu/native/ir"

// call is an operation with everything but its operands. It is passed by value, in registers, so that it needs no room that
// outlives the operation.
type call struct {
	s      *ir.State
	imm    int64
	aux    ir.Aux
	op     ir.Op
	size   uint8
	cond   ir.Cond
	policy ir.NaNPolicy
}

// An evaluator computes the results of an operation. It may read and write the floating-point environment of the State.
type evaluator func(c call, a *[5]ir.Word, out *[2]ir.Word)

// evaluators is complete for operations without control flow or memory.
var evaluators [ir.NumOps]evaluator

func init() {
	for _, table := range []map[ir.Op]evaluator{integers, bitFields, conditions, floats, vectors, shuffles} {
		for op, f := range table {
			evaluators[op] = f
		}
	}
}

// CanEval reports whether Eval carries the operation.
func CanEval(op ir.Op) bool { return op < ir.NumOps && evaluators[op] != nil }

// Eval computes in's operation on args. An Int result has its upper half clear. args and out should lie where they need no
// allocation: in a State, or in something else that stays.
func Eval(in *ir.Insn, policy ir.NaNPolicy, s *ir.State, args *[5]ir.Word, out *[2]ir.Word) {
	evaluators[in.Op](call{s: s, imm: in.Imm, aux: in.Aux, op: in.Op, size: in.Size, cond: in.Cond, policy: policy}, args, out)
}

// PackOutcall packs an operation as State.Outcall and State.OutImm have it.
func PackOutcall(in *ir.Insn) (outcall uint64, imm int64) {
	return uint64(in.Op) | uint64(in.Size)<<8 | uint64(in.Cond)<<16 | uint64(in.Aux)<<24, in.Imm
}

// Outcall computes the operation of State.Outcall from State.In to State.Out. It reports false if Eval does not carry it.
func Outcall(s *ir.State, policy ir.NaNPolicy) bool {
	op := ir.Op(s.Outcall)
	if !CanEval(op) {
		return false
	}
	evaluators[op](call{s: s, imm: s.OutImm, aux: ir.Aux(s.Outcall >> 24), op: op, size: uint8(s.Outcall >> 8),
		cond: ir.Cond(s.Outcall >> 16), policy: policy}, &s.In, &s.Out)
	return true
}

func setInt(out *[2]ir.Word, v uint64) { out[0] = ir.Word{Lo: v} }

// ones is a mask of the low bits of a number of size bytes.
func ones(size uint8) uint64 { return ^uint64(0) >> (64 - 8*uint(size)) }

// signed is the low size bytes of v as a signed number.
func signed(v uint64, size uint8) int64 { return signExtend(v, 8*uint(size)) }

// signExtend is the low n bits of v as a signed number; 0 if n is 0.
func signExtend(v uint64, n uint) int64 { return int64(v<<(64-n)) >> (64 - n) }

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
