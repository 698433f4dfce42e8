package ppc

import "muslrun/emu/native/ir"

// statusRows is "Floating-Point Status and Control Register Instructions".
var statusRows = []row{
	x63("mffs", 583, func(g gen) { g.setFPR(g.vector(g.collect())) }),
	{Name: "mcrfs", Bits: "111111 bf:3 any:2 bfa:3 any:2 any:5 0001000000 any:1", Emit: op{emit: mcrfs}},
	{Name: "mtfsfi", Bits: "111111 bf:3 any:6 w:1 u:4 any:1 0010000110 rc:1", Emit: op{emit: mtfsfi}},
	{Name: "mtfsf", Bits: "111111 l:1 flm:8 w:1 frb:5 1011000111 rc:1", Emit: op{emit: mtfsf}},
	x63("mtfsb0", 70, func(g gen) { g.assignBit(0) }),
	x63("mtfsb1", 38, func(g gen) { g.assignBit(1) }),
}

// assign changes the bits of FPSCR in a mask to those of v, and sets FX if it sets an exception explicitly (fx).
func (g gen) assign(v ir.Value, mask uint64, fx bool) {
	imm := int64(0)
	if fx {
		imm = 1
	}
	g.collect()
	g.Do(ir.Insn{Op: ir.SetRounding, Size: 8}, g.Helper(ir.Int, 0, helpAssign, imm, v, g.Const(mask&^fpSummaries)))
	g.recordFloat()
}

// assign is gen.assign: In[0] the bits, In[1] the mask. Out[0] is the rounding.
func assign(s *ir.State, fx int64) (ir.ExitKind, int64) {
	v, mask, old := s.In[0].Lo, s.In[1].Lo, *s.GlobalWord(fpscrBits)
	now := old&^mask | v&mask
	if fx != 0 && now&^old&fpExceptions != 0 {
		now |= fpFX
	}
	*s.GlobalWord(fpscrBits) = summarized(now)
	s.Out[0].Lo = roundings[now&fpRounding]
	return ir.ExitLookup, 0
}

// roundings are ir's directions by RN.
var roundings = [4]uint64{uint64(ir.RoundNearest), uint64(ir.RoundZero), uint64(ir.RoundUp), uint64(ir.RoundDown)}

// nibble is the mask of field n, from the left; a set bit W chooses the upper word, of decimal floating point.
func nibble(n int) uint64 { return 15 << (28 - 4*n) }

func mtfsfi(g gen) {
	if g.bit(15) {
		g.recordFloat()
		return
	}
	v := uint64(g.at(16, 19)) << (28 - 4*g.bf())
	g.assign(g.Const(v), nibble(g.bf()), false)
}

func mtfsf(g gen) {
	mask := uint64(0)
	for n := range 8 {
		if g.bit(7+n) || g.bit(6) {
			mask |= nibble(n)
		}
	}
	if g.bit(15) && !g.bit(6) {
		g.recordFloat()
		return
	}
	g.assign(g.Op(ir.VExtract, 8, fpr(g.rb())), mask, false)
}

// assignBit sets or clears a bit. FEX and VX cannot be.
func (g gen) assignBit(v uint64) {
	place := 31 - g.rt()
	g.assign(g.Const(v<<place), 1<<place, true)
}

// mcrfs moves a field to the condition register, and clears its exceptions.
func mcrfs(g gen) {
	from := g.at(11, 13)
	g.collect()
	g.setField(g.bf(), g.OpImm(ir.Extract, 8, int64(28-4*from)|4<<8, fpscrBits))
	g.Do(ir.Insn{Op: ir.SetRounding, Size: 8},
		g.Helper(ir.Int, 0, helpAssign, 0, g.Const(0), g.Const(nibble(from)&(fpExceptions|fpFX))))
}
