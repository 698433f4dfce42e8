package arm64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// across is "Advanced SIMD across lanes" of integers. Words need a whole register.
func across() []form {
	return []form{
		{"saddlv", "0", "00011", bhs, none, addLongAcross(true)},
		{"uaddlv", "1", "00011", bhs, none, addLongAcross(false)},
		{"smaxv", "0", "01010", bhs, none, acrossOp(ir.VMaxS)},
		{"umaxv", "1", "01010", bhs, none, acrossOp(ir.VMaxU)},
		{"sminv", "0", "11010", bhs, none, acrossOp(ir.VMinS)},
		{"uminv", "1", "11010", bhs, none, acrossOp(ir.VMinU)},
		{"addv", "0", "11011", bhs, none, acrossOp(ir.VAdd)},
	}
}

func acrossRows() []isa.Row[op] {
	var rows []isa.Row[op]
	for _, f := range across() {
		rows = append(rows,
			row(f.name, fill("0 q:1 %s 01110 0 size:1 11000 %s 10 rn:5 rd:5", f.u, f.opcode), f.emit),
			row(f.name, fill("0 1 %s 01110 10 11000 %s 10 rn:5 rd:5", f.u, f.opcode), f.emit))
	}
	return rows
}

// fold joins all lanes of size bytes by f; the result is in the lowest. Neighbours are joined first, as the manual's Reduce
// does, which decides which of several NaNs is left.
func (g gen) fold(size int, val ir.Value, f func(x, y ir.Value) ir.Value) ir.Value {
	end := 8
	if g.q() {
		end = 16
	} else {
		val = g.OpImm(ir.VDupL, 8, 0, val)
	}
	for step := size; step < end; step *= 2 {
		val = f(val, g.OpImm(ir.VExt, 1, int64(step), val, val))
	}
	return val
}

func acrossOp(op ir.Op) func(g gen) {
	return func(g gen) {
		size := g.lane()
		g.setV(g.lowLane(size, g.fold(size, g.fn(), func(x, y ir.Value) ir.Value { return g.Op(op, size, x, y) })))
	}
}

func addLongAcross(signed bool) func(g gen) {
	return func(g gen) {
		size := 2 * g.lane()
		pairs := g.addPairs(signed, g.lane(), g.fn())
		g.setV(g.lowLane(size, g.fold(size, pairs, func(x, y ir.Value) ir.Value { return g.Op(ir.VAdd, size, x, y) })))
	}
}

// acrossFloats are the reductions of floating point: a and opcode. Singles need a whole register.
var acrossFloats = []struct {
	name, a, opcode string
	op              ir.Op
	aux             ir.Aux
}{
	{"fmaxnmv", "0", "01100", ir.VFMax, ir.MinMaxNumber}, {"fminnmv", "1", "01100", ir.VFMin, ir.MinMaxNumber},
	{"fmaxv", "0", "01111", ir.VFMax, ir.MinMaxNaN}, {"fminv", "1", "01111", ir.VFMin, ir.MinMaxNaN},
}

func acrossFloatRows() []isa.Row[op] {
	var rows []isa.Row[op]
	for _, f := range acrossFloats {
		emit := func(size int) func(g gen) {
			return func(g gen) {
				g.setV(g.lowLane(size, g.fold(size, g.fn(), func(x, y ir.Value) ir.Value { return g.OpAux(f.op, size, f.aux, x, y) })))
			}
		}
		rows = append(rows,
			row(f.name, fill("0 1 1 01110 %s 0 11000 %s 10 rn:5 rd:5", f.a, f.opcode), emit(4)),
			row(f.name+" (half)", fill("0 q:1 0 01110 %s 0 11000 %s 10 rn:5 rd:5", f.a, f.opcode), emit(2)))
	}
	return rows
}

// pairwiseFloats is "Advanced SIMD scalar pairwise" of floating point.
var pairwiseFloats = []struct {
	name, a, opcode string
	op              ir.Op
	aux             ir.Aux
}{
	{"fmaxnmp", "0", "01100", ir.FMax, ir.MinMaxNumber}, {"fminnmp", "1", "01100", ir.FMin, ir.MinMaxNumber},
	{"faddp", "0", "01101", ir.FAdd, 0},
	{"fmaxp", "0", "01111", ir.FMax, ir.MinMaxNaN}, {"fminp", "1", "01111", ir.FMin, ir.MinMaxNaN},
}

func pairwiseRows() []isa.Row[op] {
	rows := []isa.Row[op]{row("addp (scalar)", "01 0 11110 11 11000 11011 10 rn:5 rd:5", func(g gen) {
		g.setFit(8, g.Op(ir.VAdd, 8, g.fn(), g.OpImm(ir.VDupL, 8, 1, g.fn())))
	})}
	for _, f := range pairwiseFloats {
		emit := func(g gen, size int) {
			g.setV(g.OpAux(f.op, size, f.aux, g.fn(), g.OpImm(ir.VDupL, size, 1, g.fn())))
		}
		rows = append(rows,
			row(f.name+" (scalar)", fill("01 1 11110 %s sz:1 11000 %s 10 rn:5 rd:5", f.a, f.opcode),
				func(g gen) { emit(g, 4<<g.at(22, 1)) }),
			row(f.name+" (scalar, half)", fill("01 0 11110 %s 0 11000 %s 10 rn:5 rd:5", f.a, f.opcode),
				func(g gen) { emit(g, 2) }))
	}
	return rows
}
