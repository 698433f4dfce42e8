package mips

import "muslrun/emu/native/ir"

// format is a floating-point format: its size in bytes, and the letter and code that the manual gives it.
type format struct {
	size         int
	letter, code string
}

var (
	single  = format{4, "s", "10000"}
	double  = format{8, "d", "10001"}
	formats = []format{single, double}
)

// get is a floating-point register as an operand: a whole one or, of a single with an odd number and FR clear, the upper
// half of the pair, in lane 0.
func (g gen) get(f format, n int) ir.Value {
	if f == single && n&1 != 0 && !g.fr() {
		return g.OpImm(ir.VDupL, 4, 1, fp(n-1))
	}
	return fp(n)
}

func (g gen) fr() bool { return g.in.Mode&modeFR != 0 }

// put assigns a floating-point register. A single leaves the other half of a pair as it is with FR clear; with FR set the
// upper half, of which the manual says nothing, is cleared.
func (g gen) put(f format, n int, v ir.Value) {
	if f == double || g.fr() {
		g.Set(fp(n), v)
		return
	}
	g.Set(fp(n&^1), g.OpImm(ir.VInsertL, 4, int64(n&1), fp(n&^1), v))
}

// getInt is the bits of a floating-point register, zero-extended.
func (g gen) getInt(f format, n int) ir.Value {
	if f == single && !g.fr() {
		return g.OpImm(ir.VExtract, 4, int64(n&1), fp(n&^1))
	}
	return g.OpImm(ir.VExtract, f.size, 0, fp(n))
}

// putInt assigns bits to a floating-point register, as put does.
func (g gen) putInt(f format, n int, v ir.Value) {
	if f == single && !g.fr() {
		g.Set(fp(n&^1), g.OpImm(ir.VInsert, 4, int64(n&1), fp(n&^1), v))
		return
	}
	g.Set(fp(n), g.Op(ir.VInsert, f.size, g.VecConst(0, 0), v))
}

// compute makes an operation that may raise exceptions. Where none is enabled its flags just accumulate. Otherwise its own
// are told from those before it, and it may trap instead of giving its result.
func (g gen) compute(operation func() ir.Value) ir.Value {
	if g.in.Mode&modeTraps == 0 {
		return operation()
	}
	before := g.Op(ir.GetFPFlags, 8)
	g.Do(ir.Insn{Op: ir.SetFPFlags, Size: 8}, g.Const(0))
	v := operation()
	g.Helper(ir.Int, 0, helpRaise, 0, before)
	return v
}

// needs says which registers of an instruction are doubles, and that it wants FR set. With FR clear a double has an even
// number.
type needs uint8

const (
	pairFs needs = 1 << iota
	pairFt
	pairFd
	pairFr
	wantsFR
)

// met reports whether an instruction exists in a mode.
func (n needs) met(w word, mode uint32) bool {
	if n == 0 || mode&modeFR != 0 {
		return true
	}
	return n&wantsFR == 0 && (n&pairFs == 0 || w.rd()&1 == 0) && (n&pairFt == 0 || w.rt()&1 == 0) &&
		(n&pairFd == 0 || w.sa()&1 == 0) && (n&pairFr == 0 || w.rs()&1 == 0)
}

// floatRow is an instruction with operands in registers that are doubles if f is.
func floatRow(name, bits string, f format, pairs needs, emit func(g gen)) row {
	if f == single {
		pairs &= wantsFR
	}
	return row{Name: name, Bits: bits, Emit: op{emit: emit, needs: pairs}}
}

// float is the coprocessor 1 of a processor.
func (c *cpu) float() []row {
	rows := append(moves, moves64...)
	if c.size == 4 {
		rows = moves
	}
	for _, f := range formats {
		rows = append(append(append(rows, arithmetic(f)...), roundingsOf(f)...), conversions(f)...)
		if c.r6 {
			rows = append(append(rows, float6(f)...), compares6(f)...)
		} else {
			rows = append(append(append(rows, compares(f)...), conditionalMoves(f)...), multiplyAdds(f)...)
		}
	}
	if c.r6 {
		return rows
	}
	return append(rows, indexed...)
}

func arithmetic(f format) []row {
	prefix := "010001 " + f.code
	const two, one = pairFs | pairFt | pairFd, pairFs | pairFd
	return []row{
		floatRow("add."+f.letter, prefix+" ft:5 fs:5 fd:5 000000", f, two, dyadic(f, ir.FAdd)),
		floatRow("sub."+f.letter, prefix+" ft:5 fs:5 fd:5 000001", f, two, dyadic(f, ir.FSub)),
		floatRow("mul."+f.letter, prefix+" ft:5 fs:5 fd:5 000010", f, two, dyadic(f, ir.FMul)),
		floatRow("div."+f.letter, prefix+" ft:5 fs:5 fd:5 000011", f, two, dyadic(f, ir.FDiv)),
		floatRow("sqrt."+f.letter, prefix+" 00000 fs:5 fd:5 000100", f, one, monadic(f, ir.FSqrt)),
		floatRow("abs."+f.letter, prefix+" 00000 fs:5 fd:5 000101", f, one, bitwise(f, ir.FAbs)),
		floatRow("mov."+f.letter, prefix+" 00000 fs:5 fd:5 000110", f, one, func(g gen) { g.put(f, g.sa(), g.Copy(g.get(f, g.rd()))) }),
		floatRow("neg."+f.letter, prefix+" 00000 fs:5 fd:5 000111", f, one, bitwise(f, ir.FNeg)),
		floatRow("recip."+f.letter, prefix+" 00000 fs:5 fd:5 010101", f, one, reciprocal(f, false)),
		floatRow("rsqrt."+f.letter, prefix+" 00000 fs:5 fd:5 010110", f, one, reciprocal(f, true)),
	}
}

func dyadic(f format, o ir.Op) func(g gen) {
	return func(g gen) {
		g.put(f, g.sa(), g.compute(func() ir.Value { return g.Op(o, f.size, g.get(f, g.rd()), g.get(f, g.rt())) }))
	}
}

func monadic(f format, o ir.Op) func(g gen) {
	return func(g gen) {
		g.put(f, g.sa(), g.compute(func() ir.Value { return g.Op(o, f.size, g.get(f, g.rd())) }))
	}
}

// bitwise is ABS and NEG, which leave NaNs to raise nothing.
func bitwise(f format, o ir.Op) func(g gen) {
	return func(g gen) { g.put(f, g.sa(), g.Op(o, f.size, g.get(f, g.rd()))) }
}

// one is 1 in a format.
func (g gen) one(f format) ir.Value {
	if f == single {
		return g.VecConst(0x3f800000, 0)
	}
	return g.VecConst(0x3ff<<52, 0)
}

// reciprocal divides 1 by the operand or by its square root, which is rounded first.
func reciprocal(f format, root bool) func(g gen) {
	return func(g gen) {
		g.put(f, g.sa(), g.compute(func() ir.Value {
			v := g.get(f, g.rd())
			if root {
				v = g.Op(ir.FSqrt, f.size, v)
			}
			return g.Op(ir.FDiv, f.size, g.one(f), v)
		}))
	}
}

// multiplyAdds is COP1X before release 6: the product is rounded before the sum.
func multiplyAdds(f format) []row {
	const all = pairFs | pairFt | pairFd | pairFr
	code := map[format]string{single: "000", double: "001"}[f]
	var rows []row
	for _, m := range []struct {
		name, code string
		add        ir.Op
		negate     bool
	}{{"madd", "100", ir.FAdd, false}, {"msub", "101", ir.FSub, false}, {"nmadd", "110", ir.FAdd, true}, {"nmsub", "111", ir.FSub, true}} {
		rows = append(rows, floatRow(m.name+"."+f.letter, "010011 fr:5 ft:5 fs:5 fd:5 "+m.code+" "+code, f, all, func(g gen) {
			g.put(f, g.sa(), g.compute(func() ir.Value {
				v := g.Op(ir.FMul, f.size, g.get(f, g.rd()), g.get(f, g.rt()))
				v = g.Op(m.add, f.size, v, g.get(f, g.rs()))
				if m.negate {
					v = g.Op(ir.FNeg, f.size, v)
				}
				return v
			}))
		}))
	}
	return rows
}
