package mips

import "muslrun/emu/native/ir"

// moves is the moves between general and floating-point registers.
var moves = []row{
	insn("mfc1", "010001 00000 rt:5 fs:5 00000000000", func(g gen) { g.setWord(g.rt(), g.getInt(single, g.rd())) }),
	insn("mtc1", "010001 00100 rt:5 fs:5 00000000000", func(g gen) { g.putInt(single, g.rd(), g.reg(g.rt())) }),
	floatRow("mfhc1", "010001 00011 rt:5 fs:5 00000000000", double, pairFs, func(g gen) {
		g.setWord(g.rt(), g.OpImm(ir.VExtract, 4, 1, fp(g.rd())))
	}),
	floatRow("mthc1", "010001 00111 rt:5 fs:5 00000000000", double, pairFs, func(g gen) {
		g.Set(fp(g.rd()), g.OpImm(ir.VInsert, 4, 1, fp(g.rd()), g.reg(g.rt())))
	}),
	insn("cfc1", "010001 00010 rt:5 fs:5 00000000000", readControlRegister),
	{Name: "ctc1", Bits: "010001 00110 rt:5 fs:5 00000000000", Emit: op{flow: fcsr, emit: writeControlRegister}},
}

// moves64 is what MIPS64 adds.
var moves64 = []row{
	floatRow("dmfc1", "010001 00001 rt:5 fs:5 00000000000", double, pairFs, func(g gen) { g.set(g.rt(), g.getInt(double, g.rd())) }),
	floatRow("dmtc1", "010001 00101 rt:5 fs:5 00000000000", double, pairFs, func(g gen) { g.putInt(double, g.rd(), g.reg(g.rt())) }),
}

// hasControl tells the control registers that there are.
func hasControl(n int) bool {
	switch n {
	case controlFIR, controlFCCR, controlFEXR, controlFENR, controlFCSR:
		return true
	}
	return false
}

func readControlRegister(g gen) {
	switch {
	case !hasControl(g.rd()):
		g.ExitIf(ir.EQ, 8, g.Const(0), g.Const(0), ir.ExitIllegal, 0)
	case g.rd() == controlFIR:
		g.set(g.rt(), g.Const(g.fir))
	case g.rd() == controlFCSR:
		g.setWord(g.rt(), g.fcsr())
	default:
		g.setWord(g.rt(), g.Helper(ir.Int, 0, helpReadControl, int64(g.rd())))
	}
}

// fcsr is FCSR, see readFCSR.
func (g gen) fcsr() ir.Value {
	v := g.Op(ir.Or, 8, control, g.Op(ir.Shl, 8, g.Op(ir.GetFPFlags, 8), g.Const(2)))
	if g.r6 {
		return v
	}
	for i := range 8 {
		v = g.Op(ir.Or, 8, v, g.Op(ir.Shl, 8, cc(i), g.Const(uint64(codeBit(i)))))
	}
	return v
}

// writeControlRegister is CTC1. Of FCSR mostly flags and condition codes are written, by the emulation of long double among
// others: that needs neither the helper nor another mode.
func writeControlRegister(g gen) {
	v, number := g.reg(g.rt()), int64(g.rd())
	if g.r6 {
		number |= noCodes
	}
	if g.rd() != controlFCSR {
		g.Helper(ir.Int, 0, helpWriteControl, number, v)
		return
	}
	modes := g.Op(ir.And, 8, g.Op(ir.Or, 8, v, control), g.Const(fcsrEnables|fcsrE|fcsrFS))
	rounding := g.Op(ir.And, 8, g.Op(ir.Xor, 8, v, control), g.Const(fcsrRounding))
	same, other, done := g.NewBlock(), g.NewBlock(), g.NewBlock()
	g.Branch(ir.EQ, 8, g.Op(ir.Or, 8, modes, rounding), g.Const(0), g.Inner(same), g.Inner(other))

	g.Begin(same)
	g.Do(ir.Insn{Op: ir.SetFPFlags, Size: 8}, g.OpImm(ir.Extract, 8, 2|5<<8, v))
	for i := range 8 {
		if !g.r6 {
			g.Set(cc(i), g.OpImm(ir.Extract, 8, int64(codeBit(i)|1<<8), v))
		}
	}
	if g.pc == g.in.PC {
		g.Goto(g.in.Next())
	} else {
		g.Jump(g.Inner(done))
	}

	g.Begin(other)
	g.Helper(ir.Int, 0, helpWriteControl, number, v)
	g.Jump(g.Inner(done))

	g.Begin(done)
}

// indexed is the loads and stores with an index register before release 6.
var indexed = []row{
	insn("lwxc1", "010011 rs:5 rt:5 00000 fd:5 000000", loadIndexed(single)),
	floatRow("ldxc1", "010011 rs:5 rt:5 00000 fd:5 000001", double, pairFd, loadIndexed(double)),
	floatRow("luxc1", "010011 rs:5 rt:5 00000 fd:5 000101", double, wantsFR, func(g gen) {
		g.put(double, g.sa(), g.loadFloat(8, g.alignedIndex(), ir.None, 0))
	}),
	insn("swxc1", "010011 rs:5 rt:5 fs:5 00000 001000", storeIndexed(single)),
	floatRow("sdxc1", "010011 rs:5 rt:5 fs:5 00000 001001", double, pairFs, storeIndexed(double)),
	floatRow("suxc1", "010011 rs:5 rt:5 fs:5 00000 001101", double, wantsFR, func(g gen) {
		g.storeFloat(8, g.alignedIndex(), ir.None, 0, fp(g.rd()))
	}),
}

func loadIndexed(f format) func(g gen) {
	return func(g gen) { g.put(f, g.sa(), g.loadFloat(f.size, g.reg(g.rs()), g.reg(g.rt()), 0)) }
}

func storeIndexed(f format) func(g gen) {
	return func(g gen) { g.storeFloat(f.size, g.reg(g.rs()), g.reg(g.rt()), 0, g.get(f, g.rd())) }
}

// alignedIndex is the address of LUXC1 and SUXC1, which do not look at its last bits.
func (g gen) alignedIndex() ir.Value {
	return g.Op(ir.AndNot, g.size, g.Op(ir.Add, g.size, g.reg(g.rs()), g.reg(g.rt())), g.Const(7))
}

// conditionalMoves is MOVF and the like before release 6.
func conditionalMoves(f format) []row {
	prefix := "010001 " + f.code
	const pairs = pairFs | pairFd
	onRegister := func(c ir.Cond) func(g gen) {
		return func(g gen) { g.moveFloatIf(f, c, g.reg(g.rt())) }
	}
	return []row{
		floatRow("movf."+f.letter, prefix+" cc:3 00 fs:5 fd:5 010001", f, pairs, func(g gen) { g.moveFloatIf(f, ir.EQ, cc(g.at(18, 3))) }),
		floatRow("movt."+f.letter, prefix+" cc:3 01 fs:5 fd:5 010001", f, pairs, func(g gen) { g.moveFloatIf(f, ir.NE, cc(g.at(18, 3))) }),
		floatRow("movz."+f.letter, prefix+" rt:5 fs:5 fd:5 010010", f, pairs, onRegister(ir.EQ)),
		floatRow("movn."+f.letter, prefix+" rt:5 fs:5 fd:5 010011", f, pairs, onRegister(ir.NE)),
	}
}

func (g gen) moveFloatIf(f format, c ir.Cond, v ir.Value) {
	g.putInt(f, g.sa(), g.Select(c, g.size, v, g.Const(0), g.getInt(f, g.rd()), g.getInt(f, g.sa())))
}
