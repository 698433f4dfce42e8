package sh

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/softfloat"
)

// FPSCR's cause field has the exceptions of the last operation alone. Few programs look at it, so the operation and its
// operands are kept, and the causes are found out when they are wanted: lastOp is an operation with its size and Aux, or, below
// causeLimit, the causes themselves.

// causeLimit is more than any causes are.
const causeLimit = 1 << 6

// The parts of lastOp.
const (
	lastSize = 8
	lastAux  = 16
	lastMark = 1 << 7 // makes it greater than causes
)

// record notes the operation that is emitted next. Where a trap is enabled it looks whether there is one.
func (g gen) record(o ir.Op, aux ir.Aux, args ...ir.Value) { g.recordSize(g.size(), o, aux, args...) }

func (g gen) recordSize(size int, o ir.Op, aux ir.Aux, args ...ir.Value) {
	g.move(lastOp, g.Const(lastMark<<24|uint64(o)|uint64(size)<<lastSize|uint64(aux)<<lastAux))
	for i, v := range args {
		g.move([...]ir.Value{lastA, lastB, lastC}[i], v)
	}
	if g.in.Mode&modeTraps != 0 {
		g.Helper(ir.Int, 0, helpTrap, 0)
	}
}

// cause is the cause field.
func cause(s *ir.State) uint64 {
	last := *s.GlobalWord(lastOp)
	if last < causeLimit {
		return last
	}
	e := environment(s)
	recompute(&e, s, ir.Op(last), int(last>>lastSize&0xff), ir.Aux(last>>lastAux&0xff))
	return e.Flags & 31
}

// environment is what operations compute in.
func environment(s *ir.State) softfloat.Env {
	flush := *s.GlobalWord(fpscr)&fpscrDN != 0
	return softfloat.Env{Round: ir.Aux(s.Rounding), Policy: ir.NaNSH, FlushInputs: flush, FlushOutputs: flush}
}

// recompute does an operation once more, for its flags.
func recompute(e *softfloat.Env, s *ir.State, o ir.Op, size int, aux ir.Aux) {
	word := func(v ir.Value) ir.Word { return ir.Word{Lo: *s.GlobalWord(v)} }
	f, x, y := softfloat.Of(size), word(lastA), word(lastB)
	switch o {
	case ir.FAdd:
		e.Add(f, x, y)
	case ir.FSub:
		e.Sub(f, x, y)
	case ir.FMul:
		e.Mul(f, x, y)
	case ir.FDiv:
		e.Div(f, x, y)
	case ir.FSqrt:
		e.Sqrt(f, x)
	case ir.FMulAdd:
		e.MulAdd(f, x, y, word(lastC), false, false)
	case ir.SetFCmp:
		e.Compare(f, x, y, aux&ir.Signaling != 0)
	case ir.IToF:
		e.FromInt(f, x.Lo, true, 32, 0)
	case ir.FToI:
		e.Round = ir.RoundZero
		e.ToInt(f, x, true, 32, 0)
	case ir.FCvt:
		e.Convert(f, softfloat.Of(12-size), x)
	}
}

// fromKernel is the si_code of SIGFPE: Linux does not say what it was (SI_KERNEL).
const fromKernel = 0x80

// trap leaves with SIGFPE if the operation that was recorded causes an exception that is enabled.
func trap(s *ir.State, _ int64) (ir.ExitKind, int64) {
	if causes := cause(s); causes&(*s.GlobalWord(fpscr)>>7) != 0 {
		*s.GlobalWord(lastOp) = causes
		return ir.ExitArithmetic, fromKernel
	}
	return ir.ExitLookup, 0
}

func causes(s *ir.State, _ int64) (ir.ExitKind, int64) {
	s.Out[0].Lo = cause(s)
	return ir.ExitLookup, 0
}
