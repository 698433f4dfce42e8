package arm64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// Advanced SIMD. Its tables (simd_*.go) have a line for each instruction in all its forms: on a whole register, on the lower
// half of one (bit q clear), and on a single lane (the scalar forms, with bit 28 set). A form computes on whole registers, on
// copies of the half or lane where a lane too many could raise a flag (spread), and clears what the form does not have (fit).

// simd is the rows of Advanced SIMD.
func simd() [][]isa.Row[op] {
	return [][]isa.Row[op]{
		copies(), permutes(), tables(), modifiedImmediates(),
		sameRows(), bitwiseSame(), sameFloatRows(), sameExtra(), diffRows(), polynomialLong(),
		miscRows(), miscFloatRows(), miscOther(), acrossRows(), acrossFloatRows(), pairwiseRows(),
		shiftRows(), indexedRows(), structures(), crypto(),
	}
}

func (w word) scalar() bool { return w.bit(28) }
func (w word) q() bool      { return w.bit(30) }

// lane is the bytes of a lane by the field size.
func (w word) lane() int { return 1 << w.at(22, 2) }

// fit clears what the form of the instruction does not have: all but a lane, or the upper half.
func (g gen) fit(size int, val ir.Value) ir.Value {
	switch {
	case g.scalar():
		return g.lowLane(size, val)
	case !g.q():
		return g.Op(ir.VZeroHi, 8, val)
	}
	return val
}

// spread repeats what the form of the instruction has: the lowest lane, or the lower half.
func (g gen) spread(size int, val ir.Value) ir.Value {
	switch {
	case g.scalar():
		return g.OpImm(ir.VDupL, size, 0, val)
	case !g.q():
		return g.OpImm(ir.VDupL, 8, 0, val)
	}
	return val
}

// setFit sets rd to a result with lanes of size bytes.
func (g gen) setFit(size int, val ir.Value) { g.setV(g.fit(size, val)) }

// splat is the constant with every lane val.
func (g gen) splat(size int, val uint64) ir.Value {
	val &= ^uint64(0) >> (64 - 8*size)
	for bits := 8 * size; bits < 64; bits *= 2 {
		val |= val << bits
	}
	return g.VecConst(val, val)
}

// saturate notes in FPSR.QC whether saturated, which it returns, differs from exact in a lane of size bytes that counts.
func (g gen) saturate(size int, saturated, exact ir.Value) ir.Value {
	g.noteSaturation(g.fit(size, g.Op(ir.VXor, 8, saturated, exact)))
	return saturated
}

// noteSaturation sets FPSR.QC if a vector is not zero.
func (g gen) noteSaturation(difference ir.Value) {
	low, high := g.OpImm(ir.VExtract, 8, 0, difference), g.OpImm(ir.VExtract, 8, 1, difference)
	g.Set(qc, g.Op(ir.Or, 8, qc, g.Op(ir.Or, 8, low, high)))
}

// sizes is a set of lane sizes, as bits of the field size.
type sizes uint8

const (
	b sizes = 1 << iota
	h
	s
	d

	bhs  = b | h | s
	all  = bhs | d
	none = sizes(0)
)

// vectorOf tells the words of a vector form: the size must be in the set, and lanes of 8 bytes need a whole register.
func vectorOf(set sizes) func(w word) bool {
	return func(w word) bool { return has(set, w) && (w.at(22, 2) < 3 || w.q()) }
}

func scalarOf(set sizes) func(w word) bool {
	return func(w word) bool { return has(set, w) }
}

func has(set sizes, w word) bool { return set>>w.at(22, 2)&1 != 0 }

// form is an instruction of a table, by U and opcode: the sizes that it has as a vector and as a scalar.
type form struct {
	name      string
	u, opcode string
	vector    sizes
	single    sizes
	emit      func(g gen)
}

// forms makes rows of a table. The patterns have %s for U and opcode.
func forms(list []form, vector, scalar string) []isa.Row[op] {
	var rows []isa.Row[op]
	for _, f := range list {
		if f.vector != none {
			rows = append(rows, row(f.name, fill(vector, f.u, f.opcode), f.emit, vectorOf(f.vector)))
		}
		if f.single != none {
			rows = append(rows, row(f.name+" (scalar)", fill(scalar, f.u, f.opcode), f.emit, scalarOf(f.single)))
		}
	}
	return rows
}
