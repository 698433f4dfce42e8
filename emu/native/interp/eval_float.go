package interp

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/softfloat"
)

// Scalar operations read lane 0 of Size bytes and clear the rest.
var floats = map[ir.Op]evaluator{
	ir.FAdd: scalar, ir.FSub: scalar, ir.FMul: scalar, ir.FDiv: scalar, ir.FSqrt: scalar, ir.FMulAdd: scalar,
	ir.FMin: scalar, ir.FMax: scalar, ir.FRound: scalar, ir.FAbs: scalar, ir.FNeg: scalar, ir.FCopySign: copySign,
	ir.FCvt: convert, ir.FToI: floatToInt, ir.IToF: intToFloat, ir.SetFCmp: setFCmp, ir.FCmp: floatFlags,
	ir.Box: box, ir.Unbox: unbox,

	ir.VFAdd: lanesOf(ir.FAdd), ir.VFSub: lanesOf(ir.FSub), ir.VFMul: lanesOf(ir.FMul), ir.VFDiv: lanesOf(ir.FDiv),
	ir.VFSqrt: lanesOf(ir.FSqrt), ir.VFMulAdd: lanesOf(ir.FMulAdd), ir.VFMin: lanesOf(ir.FMin),
	ir.VFMax: lanesOf(ir.FMax), ir.VFRound: lanesOf(ir.FRound), ir.VFAbs: lanesOf(ir.FAbs), ir.VFNeg: lanesOf(ir.FNeg),
	ir.VFCmpEQ: lanesOf(ir.VFCmpEQ), ir.VFCmpGE: lanesOf(ir.VFCmpGE), ir.VFCmpGT: lanesOf(ir.VFCmpGT),
	ir.VFToI: lanesOf(ir.VFToI), ir.VIToF: lanesOf(ir.VIToF),

	ir.GetFPFlags:  func(c call, _ *[5]ir.Word, out *[2]ir.Word) { setInt(out, c.s.FPFlags) },
	ir.SetFPFlags:  func(c call, a *[5]ir.Word, _ *[2]ir.Word) { c.s.FPFlags = a[0].Lo },
	ir.SetRounding: func(c call, a *[5]ir.Word, _ *[2]ir.Word) { c.s.Rounding = a[0].Lo },
}

// environment is what the operation computes in.
func environment(c call) softfloat.Env {
	round := c.aux.Rounding()
	if round == ir.RoundDynamic {
		round = ir.Aux(c.s.Rounding)
	}
	e := softfloat.Env{Round: round, Policy: c.policy, ToSingle: c.aux&ir.ToSingle != 0}
	flush := c.policy&ir.FlushToZero != 0
	if c.size == 2 {
		flush = c.policy&ir.FlushHalf != 0 && c.op != ir.FCvt
	}
	e.FlushInputs, e.FlushOutputs = flush, flush
	return e
}

// raise joins the flags of an operation to the State's. Flushed operands of binary16 raise none.
func raise(c call, e *softfloat.Env) {
	flags := e.Flags
	if c.size == 2 {
		flags &^= ir.FPDenormal
	}
	if c.op >= ir.VFCmpEQ && c.op <= ir.VFCmpGT {
		flags &^= ir.FPCauses
	}
	c.s.FPFlags |= flags
}

func scalar(c call, a *[5]ir.Word, out *[2]ir.Word) {
	if c.size == 8 || c.size == 4 {
		if v, ok := quick(c, a); ok {
			setInt(out, v)
			return
		}
	}
	e := environment(c)
	out[0] = compute(c, &e, softfloat.Of(int(c.size)), a[0], a[1], a[2])
	raise(c, &e)
}

// compute is one lane of an operation.
func compute(c call, e *softfloat.Env, f *softfloat.Format, x, y, z ir.Word) ir.Word {
	switch c.op {
	case ir.FAdd:
		return e.Add(f, x, y)
	case ir.FSub:
		return e.Sub(f, x, y)
	case ir.FMul:
		return e.Mul(f, x, y)
	case ir.FDiv:
		return e.Div(f, x, y)
	case ir.FSqrt:
		return e.Sqrt(f, x)
	case ir.FMulAdd:
		return e.MulAdd(f, x, y, z, c.aux&ir.NegateA != 0, c.aux&ir.NegateC != 0)
	case ir.FMin:
		return e.Min(f, x, y, c.aux&ir.MinMax)
	case ir.FMax:
		return e.Max(f, x, y, c.aux&ir.MinMax)
	case ir.FRound:
		return e.RoundToInt(f, x, c.aux&ir.Exact != 0)
	case ir.FAbs:
		return f.Abs(x)
	case ir.FNeg:
		return f.Neg(x)
	case ir.VFToI:
		return ir.Word{Lo: e.ToInt(f, x, c.aux&ir.Signed != 0, f.Bits, uint(c.imm))}
	case ir.VIToF:
		return e.FromInt(f, x.Lo, c.aux&ir.Signed != 0, f.Bits, uint(c.imm))
	}
	return ir.Word{Lo: -bit(compares(c.op, e, f, x, y))}
}

func compares(op ir.Op, e *softfloat.Env, f *softfloat.Format, x, y ir.Word) bool {
	order := e.Compare(f, x, y, op != ir.VFCmpEQ)
	switch op {
	case ir.VFCmpEQ:
		return order == softfloat.Equal
	case ir.VFCmpGT:
		return order == softfloat.Greater
	}
	return order == softfloat.Greater || order == softfloat.Equal
}

// lanesOf makes the operation on lanes of the one on scalars.
func lanesOf(op ir.Op) evaluator {
	return func(c call, a *[5]ir.Word, out *[2]ir.Word) {
		e, f := environment(c), softfloat.Of(int(c.size))
		c.op = op
		var result ir.Word
		for i := range lanes(c.size) {
			v := compute(c, &e, f, laneWord(a[0], c.size, i), laneWord(a[1], c.size, i), laneWord(a[2], c.size, i))
			setLane(&result, c.size, i, v.Lo)
		}
		out[0] = result
		raise(c, &e)
	}
}

func laneWord(w ir.Word, size uint8, i int) ir.Word { return ir.Word{Lo: lane(w, size, i)} }

func copySign(c call, a *[5]ir.Word, out *[2]ir.Word) {
	f := softfloat.Of(int(c.size))
	out[0] = f.CopySign(a[0], a[1])
}

func convert(c call, a *[5]ir.Word, out *[2]ir.Word) {
	if c.aux&ir.Bits != 0 {
		if c.imm == 8 {
			setInt(out, softfloat.WidenBits(uint32(a[0].Lo)))
		} else {
			setInt(out, uint64(softfloat.NarrowBits(a[0].Lo)))
		}
		return
	}
	e := environment(c)
	e.FlushOutputs = c.imm != 2 && c.policy&ir.FlushToZero != 0
	out[0] = e.Convert(softfloat.Of(int(c.size)), softfloat.Of(int(c.imm)), a[0])
	raise(c, &e)
}

// intBits is the number of bits of the integer in FToI and IToF.
func intBits(c call) uint {
	if c.aux&ir.Int64 != 0 {
		return 64
	}
	return 32
}

func floatToInt(c call, a *[5]ir.Word, out *[2]ir.Word) {
	e := environment(c)
	setInt(out, e.ToInt(softfloat.Of(int(c.size)), a[0], c.aux&ir.Signed != 0, intBits(c), uint(c.imm)))
	raise(c, &e)
}

func intToFloat(c call, a *[5]ir.Word, out *[2]ir.Word) {
	e := environment(c)
	out[0] = e.FromInt(softfloat.Of(int(c.size)), a[0].Lo, c.aux&ir.Signed != 0, intBits(c), uint(c.imm))
	raise(c, &e)
}

func order(c call, a *[5]ir.Word) softfloat.Order {
	e := environment(c)
	result := e.Compare(softfloat.Of(int(c.size)), a[0], a[1], c.aux&ir.Signaling != 0)
	raise(c, &e)
	return result
}

func setFCmp(c call, a *[5]ir.Word, out *[2]ir.Word) {
	var yes bool
	switch got := order(c, a); c.cond {
	case ir.FEQ:
		yes = got == softfloat.Equal
	case ir.FLT:
		yes = got == softfloat.Less
	case ir.FLE:
		yes = got == softfloat.Less || got == softfloat.Equal
	case ir.FUN:
		yes = got == softfloat.Unordered
	}
	setInt(out, bit(yes))
}

// orderFlags are the packed flags of FCmp.
var orderFlags = [...]uint64{
	softfloat.Less: ir.FlagN, softfloat.Equal: ir.FlagZ | ir.FlagC, softfloat.Greater: ir.FlagC,
	softfloat.Unordered: ir.FlagC | ir.FlagV,
}

func floatFlags(c call, a *[5]ir.Word, out *[2]ir.Word) { setInt(out, orderFlags[order(c, a)]) }

func box(c call, a *[5]ir.Word, out *[2]ir.Word) {
	setInt(out, a[0].Lo|^ones(c.size))
}

func unbox(c call, a *[5]ir.Word, out *[2]ir.Word) {
	v := a[0].Lo & ones(c.size)
	if a[0].Lo|ones(c.size) != ^uint64(0) {
		e := softfloat.Env{Policy: ir.NaNCanonical}
		v = e.DefaultNaN(softfloat.Of(int(c.size))).Lo
	}
	setInt(out, v)
}
