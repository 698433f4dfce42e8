package mips

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/softfloat"
)

// float6 is what release 6 adds.
func float6(f format) []row {
	prefix := "010001 " + f.code
	return []row{
		insn("sel."+f.letter, prefix+" ft:5 fs:5 fd:5 010000", func(g gen) {
			g.selectFloat(f, g.getInt(f, g.sa()), ir.TST, g.getInt(f, g.rt()), g.getInt(f, g.rd()))
		}),
		insn("seleqz."+f.letter, prefix+" ft:5 fs:5 fd:5 010100", func(g gen) {
			g.selectFloat(f, g.getInt(f, g.rt()), ir.TZ, g.getInt(f, g.rd()), g.Const(0))
		}),
		insn("selnez."+f.letter, prefix+" ft:5 fs:5 fd:5 010111", func(g gen) {
			g.selectFloat(f, g.getInt(f, g.rt()), ir.TST, g.getInt(f, g.rd()), g.Const(0))
		}),
		insn("maddf."+f.letter, prefix+" ft:5 fs:5 fd:5 011000", fused(f, 0)),
		insn("msubf."+f.letter, prefix+" ft:5 fs:5 fd:5 011001", fused(f, ir.NegateA)),
		insn("rint."+f.letter, prefix+" 00000 fs:5 fd:5 011010", func(g gen) {
			g.put(f, g.sa(), g.compute(func() ir.Value { return g.OpAux(ir.FRound, f.size, ir.Exact, g.get(f, g.rd())) }))
		}),
		insn("class."+f.letter, prefix+" 00000 fs:5 fd:5 011011", func(g gen) {
			g.putInt(f, g.sa(), g.Helper(ir.Int, ir.Pure, helpClass, int64(f.size), g.get(f, g.rd())))
		}),
		insn("min."+f.letter, prefix+" ft:5 fs:5 fd:5 011100", minMax(f, ir.FMin)),
		insn("max."+f.letter, prefix+" ft:5 fs:5 fd:5 011110", minMax(f, ir.FMax)),
		insn("mina."+f.letter, prefix+" ft:5 fs:5 fd:5 011101", minMaxMagnitude(f, 0)),
		insn("maxa."+f.letter, prefix+" ft:5 fs:5 fd:5 011111", minMaxMagnitude(f, 1)),
	}
}

// selectFloat is yes if the lowest bit of v fulfils the condition, else no.
func (g gen) selectFloat(f format, v ir.Value, c ir.Cond, yes, no ir.Value) {
	g.putInt(f, g.sa(), g.Select(c, 8, v, g.Const(1), yes, no))
}

// fused is MADDF and MSUBF, with fd as the addend, rounded once.
func fused(f format, negate ir.Aux) func(g gen) {
	return func(g gen) {
		g.put(f, g.sa(), g.compute(func() ir.Value {
			return g.OpAux(ir.FMulAdd, f.size, negate, g.get(f, g.rd()), g.get(f, g.rt()), g.get(f, g.sa()))
		}))
	}
}

func minMax(f format, o ir.Op) func(g gen) {
	return func(g gen) {
		g.put(f, g.sa(), g.compute(func() ir.Value {
			return g.OpAux(o, f.size, ir.MinMaxNumber, g.get(f, g.rd()), g.get(f, g.rt()))
		}))
	}
}

// minMaxMagnitude is MINA and MAXA, by a helper that is told the size and which it is.
func minMaxMagnitude(f format, greatest int64) func(g gen) {
	return func(g gen) {
		g.put(f, g.sa(), g.compute(func() ir.Value {
			return g.Helper(ir.Vec, 0, helpMagnitude, int64(f.size)|greatest<<8, g.get(f, g.rd()), g.get(f, g.rt()))
		}))
	}
}

// magnitude gives the operand that is nearer to zero or farther from it; of two with the same magnitude, the lesser or
// greater one.
func magnitude(s *ir.State, imm int64) (ir.ExitKind, int64) {
	e, f := softfloat.Env{Policy: ir.NaNMips2008}, softfloat.Of(int(imm&0xff))
	x, y, pick := s.In[0], s.In[1], e.Min
	if imm>>8 != 0 {
		pick = e.Max
	}
	order := e.Compare(f, f.Abs(x), f.Abs(y), false)
	e.Flags = 0
	s.Out[0] = pick(f, x, y, ir.MinMaxNumber)
	if nearer := x; order == softfloat.Less || order == softfloat.Greater {
		if (order == softfloat.Less) != (imm>>8 == 0) {
			nearer = y
		}
		s.Out[0] = ir.Word{Lo: nearer.Lo & (^uint64(0) >> (64 - 8*(imm&0xff)))}
	}
	s.FPFlags |= e.Flags
	return ir.ExitLookup, 0
}

// classify is CLASS: one bit that says what a number of size bytes is. The bits are signaling and quiet NaN, then infinity,
// normal, subnormal and zero, negative ones first.
func classify(s *ir.State, size int64) (ir.ExitKind, int64) {
	bits, fraction := s.In[0].Lo, 52
	if size == 4 {
		bits, fraction = bits&(1<<32-1), 23
	}
	top := int(8*size - 1)
	mantissa, greatest := bits&(1<<fraction-1), uint64(1)<<(top-fraction)-1
	class := 0
	switch exponent := bits >> fraction & greatest; {
	case exponent == greatest && mantissa>>(fraction-1) != 0:
		class = 1
	case exponent == greatest && mantissa != 0:
	case exponent == greatest:
		class = 2
	case exponent != 0:
		class = 3
	case mantissa != 0:
		class = 4
	default:
		class = 5
	}
	if class >= 2 && bits>>top == 0 {
		class += 4
	}
	s.Out[0] = ir.Word{Lo: 1 << class}
	return ir.ExitLookup, 0
}
