package arm64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// indexed is "Advanced SIMD vector x indexed element" of integers: as the instructions without an index, with one lane of rm
// in the place of all.
func indexed() []form {
	return []form{
		{"mla (element)", "1", "0000", h | s, none, indexedSame(accumulated(ir.VAdd, lanewise(ir.VMul)))},
		{"smlal (element)", "0", "0010", h | s, none, indexedLong(true, accumulated(ir.VAdd, lanewise(ir.VMul)))},
		{"umlal (element)", "1", "0010", h | s, none, indexedLong(false, accumulated(ir.VAdd, lanewise(ir.VMul)))},
		{"sqdmlal (element)", "0", "0011", h | s, h | s, indexedLong(true, doublingAccumulated(ir.VAddSatS, ir.VAdd))},
		{"mls (element)", "1", "0100", h | s, none, indexedSame(accumulated(ir.VSub, lanewise(ir.VMul)))},
		{"smlsl (element)", "0", "0110", h | s, none, indexedLong(true, accumulated(ir.VSub, lanewise(ir.VMul)))},
		{"umlsl (element)", "1", "0110", h | s, none, indexedLong(false, accumulated(ir.VSub, lanewise(ir.VMul)))},
		{"sqdmlsl (element)", "0", "0111", h | s, h | s, indexedLong(true, doublingAccumulated(ir.VSubSatS, ir.VSub))},
		{"mul (element)", "0", "1000", h | s, none, indexedSame(lanewise(ir.VMul))},
		{"smull (element)", "0", "1010", h | s, none, indexedLong(true, lanewise(ir.VMul))},
		{"umull (element)", "1", "1010", h | s, none, indexedLong(false, lanewise(ir.VMul))},
		{"sqdmull (element)", "0", "1011", h | s, h | s, indexedLong(true, doublingLong)},
		{"sqdmulh (element)", "0", "1100", h | s, h | s, indexedSame(doublingHigh(0))},
		{"sqrdmulh (element)", "0", "1101", h | s, h | s, indexedSame(doublingHigh(highRounds))},
		{"sqrdmlah (element)", "1", "1101", h | s, h | s, indexedSame(doublingHigh(highRounds | highAdds))},
		{"sqrdmlsh (element)", "1", "1111", h | s, h | s, indexedSame(doublingHigh(highRounds | highSubtracts))},
		{"sdot (element)", "0", "1110", s, none, indexedDot(true)},
		{"udot (element)", "1", "1110", s, none, indexedDot(false)},
	}
}

// indexedFloats are those of floating point: half precision with size 00, single 10, double 11.
func indexedFloats() []indexedFloat {
	return []indexedFloat{
		{"fmla (element)", "0", "0001", fmla(0)},
		{"fmls (element)", "0", "0101", fmla(ir.NegateA)},
		{"fmul (element)", "0", "1001", lanewise(ir.VFMul)},
		{"fmulx (element)", "1", "1001", floatHelper(helpMulX)},
	}
}

type indexedFloat struct {
	name, u, opcode string
	f               dyadic
}

func indexedRows() []isa.Row[op] {
	rows := forms(indexed(), "0 q:1 %s 01111 size:2 l:1 m:1 rm:4 %s h:1 0 rn:5 rd:5",
		"01 %s 11111 size:2 l:1 m:1 rm:4 %s h:1 0 rn:5 rd:5")
	for _, f := range indexedFloats() {
		for _, p := range []struct {
			size int
			bits string
		}{{2, "00 l:1"}, {4, "10 l:1"}, {8, "11 0"}} {
			emit := func(g gen) {
				g.setFit(p.size, f.f(g, p.size, g.spread(p.size, g.fn()), g.indexedLane(p.size)))
			}
			q := "q:1"
			if p.size == 8 {
				q = "1"
			}
			rows = append(rows,
				row(f.name, "0 "+q+" "+f.u+" 01111 "+p.bits+" m:1 rm:4 "+f.opcode+" h:1 0 rn:5 rd:5", emit),
				row(f.name+" (scalar)", "01 "+f.u+" 11111 "+p.bits+" m:1 rm:4 "+f.opcode+" h:1 0 rn:5 rd:5", emit))
		}
	}
	return rows
}

// indexedLane has the lane of rm that H, L and M tell in every lane. Of halfwords, M belongs to the index, else to rm.
func (g gen) indexedLane(size int) ir.Value {
	high, low, m, rm := g.at(11, 1), g.at(21, 1), g.at(20, 1), g.at(16, 4)
	switch size {
	case 2:
		return g.OpImm(ir.VDupL, 2, int64(high<<2|low<<1|m), v(rm))
	case 4:
		return g.OpImm(ir.VDupL, 4, int64(high<<1|low), v(m<<4|rm))
	}
	return g.OpImm(ir.VDupL, 8, int64(high), v(m<<4|rm))
}

func indexedSame(f dyadic) func(g gen) {
	return func(g gen) { g.setFit(g.lane(), f(g, g.lane(), g.fn(), g.indexedLane(g.lane()))) }
}

func indexedLong(signed bool, f dyadic) func(g gen) {
	return func(g gen) { g.long(g.lane(), signed, f, g.indexedLane(g.lane())) }
}

func indexedDot(signed bool) func(g gen) {
	return func(g gen) { g.setFit(4, dot(signed)(g, 4, g.fn(), g.indexedLane(4))) }
}
