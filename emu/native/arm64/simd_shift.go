package arm64

import (
	"math/bits"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// shiftForm is an instruction of "Advanced SIMD shift by immediate". The sizes are those that the highest bit of immh tells.
type shiftForm struct {
	name           string
	u, opcode      string
	vector, single sizes
	emit           func(g gen, size int)
}

func shiftForms() []shiftForm {
	return []shiftForm{
		{"sshr", "0", "00000", all, d, shiftRight(ir.VSarI, false)},
		{"ushr", "1", "00000", all, d, shiftRight(ir.VShrI, false)},
		{"ssra", "0", "00010", all, d, shiftRightAdd(ir.VSarI, false)},
		{"usra", "1", "00010", all, d, shiftRightAdd(ir.VShrI, false)},
		{"srshr", "0", "00100", all, d, shiftRight(ir.VSarI, true)},
		{"urshr", "1", "00100", all, d, shiftRight(ir.VShrI, true)},
		{"srsra", "0", "00110", all, d, shiftRightAdd(ir.VSarI, true)},
		{"ursra", "1", "00110", all, d, shiftRightAdd(ir.VShrI, true)},
		{"sri", "1", "01000", all, d, shiftRightInsert},
		{"shl", "0", "01010", all, d, shiftLeft},
		{"sli", "1", "01010", all, d, shiftLeftInsert},
		{"sqshlu", "1", "01100", all, all, shiftLeftSaturating(toUnsigned)},
		{"sqshl (immediate)", "0", "01110", all, all, shiftLeftSaturating(fromSigned)},
		{"uqshl (immediate)", "1", "01110", all, all, shiftLeftSaturating(fromUnsigned)},
		{"shrn", "0", "10000", bhs, none, shiftRightNarrow(false)},
		{"rshrn", "0", "10001", bhs, none, shiftRightNarrow(true)},
		{"sqshrun", "1", "10000", bhs, bhs, shiftRightSaturating(ir.VSarI, false, toUnsigned)},
		{"sqrshrun", "1", "10001", bhs, bhs, shiftRightSaturating(ir.VSarI, true, toUnsigned)},
		{"sqshrn", "0", "10010", bhs, bhs, shiftRightSaturating(ir.VSarI, false, fromSigned)},
		{"uqshrn", "1", "10010", bhs, bhs, shiftRightSaturating(ir.VShrI, false, fromUnsigned)},
		{"sqrshrn", "0", "10011", bhs, bhs, shiftRightSaturating(ir.VSarI, true, fromSigned)},
		{"uqrshrn", "1", "10011", bhs, bhs, shiftRightSaturating(ir.VShrI, true, fromUnsigned)},
		{"sshll", "0", "10100", bhs, none, shiftLeftLong(true)},
		{"ushll", "1", "10100", bhs, none, shiftLeftLong(false)},
		{"scvtf (vector, fixed)", "0", "11100", h | s | d, h | s | d, fixedFromInt(ir.Signed)},
		{"ucvtf (vector, fixed)", "1", "11100", h | s | d, h | s | d, fixedFromInt(0)},
		{"fcvtzs (vector, fixed)", "0", "11111", h | s | d, h | s | d, fixedToInt(ir.Signed)},
		{"fcvtzu (vector, fixed)", "1", "11111", h | s | d, h | s | d, fixedToInt(0)},
	}
}

// shiftSizes gives immh's bits of a size: its highest bit tells it.
var shiftSizes = []struct {
	set  sizes
	bits string
	size int
}{
	{b, "0001 immb:3", 1}, {h, "001 imm:4", 2}, {s, "01 imm:5", 4}, {d, "1 imm:6", 8},
}

func shiftRows() []isa.Row[op] {
	var rows []isa.Row[op]
	for _, f := range shiftForms() {
		for _, z := range shiftSizes {
			emit := func(g gen) { f.emit(g, z.size) }
			q := "q:1"
			if z.size == 8 {
				q = "1"
			}
			if f.vector&z.set != 0 {
				rows = append(rows, row(f.name, "0 "+q+" "+f.u+" 011110 "+z.bits+" "+f.opcode+" 1 rn:5 rd:5", emit))
			}
			if f.single&z.set != 0 {
				rows = append(rows, row(f.name+" (scalar)", "01 "+f.u+" 111110 "+z.bits+" "+f.opcode+" 1 rn:5 rd:5", emit))
			}
		}
	}
	return rows
}

// right and left are the amounts that immh:immb means.
func (w word) right() int64 { return int64(2<<(bits.Len(uint(w.at(16, 7)))-1) - w.at(16, 7)) }
func (w word) left() int64  { return int64(w.at(16, 7) - 1<<(bits.Len(uint(w.at(16, 7)))-1)) }

// shiftedRight is val >> n, which may be rounded: then the last bit that is shifted out is added.
func (g gen) shiftedRight(op ir.Op, rounds bool, size int, n int64, val ir.Value) ir.Value {
	result := g.OpImm(op, size, n, val)
	if !rounds {
		return result
	}
	last := val
	if n > 1 {
		last = g.OpImm(ir.VShrI, size, n-1, val)
	}
	return g.Op(ir.VAdd, size, result, g.Op(ir.VAnd, 8, last, g.splat(size, 1)))
}

func shiftRight(op ir.Op, rounds bool) func(g gen, size int) {
	return func(g gen, size int) { g.setFit(size, g.shiftedRight(op, rounds, size, g.right(), g.fn())) }
}

func shiftRightAdd(op ir.Op, rounds bool) func(g gen, size int) {
	return func(g gen, size int) {
		shifted := g.shiftedRight(op, rounds, size, g.right(), g.fn())
		g.setFit(size, g.Op(ir.VAdd, size, g.fd(), shifted))
	}
}

// insertBits sets the bits of mask in rd to those of val.
func (g gen) insertBits(size int, mask uint64, val ir.Value) {
	g.setFit(size, g.Op(ir.VBlend, 8, g.splat(size, mask), val, g.fd()))
}

func shiftRightInsert(g gen, size int) {
	mask := ^uint64(0) >> (64 - 8*size) >> g.right()
	g.insertBits(size, mask, g.OpImm(ir.VShrI, size, g.right(), g.fn()))
}

func shiftLeftInsert(g gen, size int) {
	g.insertBits(size, ^uint64(0)<<g.left(), g.OpImm(ir.VShlI, size, g.left(), g.fn()))
}

func shiftLeft(g gen, size int) { g.setFit(size, g.OpImm(ir.VShlI, size, g.left(), g.fn())) }

// shiftLeftSaturating replaces lanes that do not come back, when they are shifted to the right again, by the limit.
func shiftLeftSaturating(how narrowing) func(g gen, size int) {
	return func(g gen, size int) {
		val, ones := g.fn(), ^uint64(0)>>(64-8*size)
		back, limit := ir.VShrI, g.splat(size, ones)
		switch how {
		case fromSigned:
			back, limit = ir.VSarI, g.Op(ir.VXor, 8, g.OpImm(ir.VSarI, size, int64(8*size-1), val), g.splat(size, ones>>1))
		case toUnsigned:
			limit = g.Op(ir.VCmpGTS, size, val, g.zeroVec())
		}
		shifted, again := val, val
		if n := g.left(); n > 0 {
			shifted = g.OpImm(ir.VShlI, size, n, val)
			again = g.OpImm(back, size, n, shifted)
		}
		kept := g.Op(ir.VCmpEQ, size, again, val)
		if how == toUnsigned {
			kept = g.Op(ir.VAndNot, 8, kept, g.Op(ir.VCmpGTS, size, g.zeroVec(), val))
		}
		g.noteSaturation(g.fit(size, g.Op(ir.VNot, 8, kept)))
		g.setFit(size, g.Op(ir.VBlend, 8, kept, shifted, limit))
	}
}

func shiftRightNarrow(rounds bool) func(g gen, size int) {
	return func(g gen, size int) {
		g.setNarrow(size, g.shiftedRight(ir.VShrI, rounds, 2*size, g.right(), g.fn()))
	}
}

func shiftRightSaturating(op ir.Op, rounds bool, how narrowing) func(g gen, size int) {
	return func(g gen, size int) {
		g.narrowSaturating(size, how, g.shiftedRight(op, rounds, 2*size, g.right(), g.fn()))
	}
}

func shiftLeftLong(signed bool) func(g gen, size int) {
	return func(g gen, size int) {
		val := g.widened(signed, g.upper(), size, g.fn())
		if g.left() > 0 {
			val = g.OpImm(ir.VShlI, 2*size, g.left(), val)
		}
		g.setV(val)
	}
}

func fixedFromInt(signed ir.Aux) func(g gen, size int) {
	return func(g gen, size int) {
		in := ir.Insn{Op: ir.VIToF, Size: uint8(size), Aux: signed, Imm: g.right()}
		g.setFit(size, g.With(in, g.spread(size, g.fn())))
	}
}

func fixedToInt(signed ir.Aux) func(g gen, size int) {
	return func(g gen, size int) {
		in := ir.Insn{Op: ir.VFToI, Size: uint8(size), Aux: signed | ir.RoundZero, Imm: g.right()}
		g.setFit(size, g.With(in, g.spread(size, g.fn())))
	}
}
