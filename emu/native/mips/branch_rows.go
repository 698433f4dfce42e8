package mips

import "muslrun/emu/native/ir"

// branches is the jumps and branches with a delay slot that all releases have.
var branches = []row{
	{Name: "bltz", Bits: "000001 rs:5 00000 offset:16", Emit: op{flow: branch, test: withZero(ir.LTS)}},
	{Name: "bgez", Bits: "000001 rs:5 00001 offset:16", Emit: op{flow: branch, test: withZero(ir.GES)}},
	{Name: "bal", Bits: "000001 00000 10001 offset:16", Emit: op{flow: branch, test: withZero(ir.GES), emit: linkSlot}},
	{Name: "nal", Bits: "000001 00000 10000 offset:16", Emit: op{flow: branch, test: withZero(ir.LTS), emit: linkSlot}},
	{Name: "j", Bits: "000010 target:26", Emit: op{flow: jump}},
	{Name: "jal", Bits: "000011 target:26", Emit: op{flow: jump, emit: linkSlot}},
	{Name: "beq", Bits: "000100 rs:5 rt:5 offset:16", Emit: op{flow: branch, test: registers(ir.EQ)}},
	{Name: "bne", Bits: "000101 rs:5 rt:5 offset:16", Emit: op{flow: branch, test: registers(ir.NE)}},
	{Name: "blez", Bits: "000110 rs:5 00000 offset:16", Emit: op{flow: branch, test: withZero(ir.LES)}},
	{Name: "bgtz", Bits: "000111 rs:5 00000 offset:16", Emit: op{flow: branch, test: withZero(ir.GTS)}},
	{Name: "jalr", Bits: "000000 rs:5 00000 rd:5 hb:1 0000 001001", Emit: op{flow: jumpReg, emit: linkRd}},
}

// branchesBefore6 is those that release 6 removed.
var branchesBefore6 = []row{
	{Name: "jr", Bits: "000000 rs:5 00000 00000 hb:1 0000 001000", Emit: op{flow: jumpReg}},
	{Name: "bltzl", Bits: "000001 rs:5 00010 offset:16", Emit: op{flow: likely, test: withZero(ir.LTS)}},
	{Name: "bgezl", Bits: "000001 rs:5 00011 offset:16", Emit: op{flow: likely, test: withZero(ir.GES)}},
	{Name: "bltzal", Bits: "000001 rs:5 10000 offset:16", Emit: op{flow: branch, test: withZero(ir.LTS), emit: linkSlot}},
	{Name: "bgezal", Bits: "000001 rs:5 10001 offset:16", Emit: op{flow: branch, test: withZero(ir.GES), emit: linkSlot}},
	{Name: "bltzall", Bits: "000001 rs:5 10010 offset:16", Emit: op{flow: likely, test: withZero(ir.LTS), emit: linkSlot}},
	{Name: "bgezall", Bits: "000001 rs:5 10011 offset:16", Emit: op{flow: likely, test: withZero(ir.GES), emit: linkSlot}},
	{Name: "beql", Bits: "010100 rs:5 rt:5 offset:16", Emit: op{flow: likely, test: registers(ir.EQ)}},
	{Name: "bnel", Bits: "010101 rs:5 rt:5 offset:16", Emit: op{flow: likely, test: registers(ir.NE)}},
	{Name: "blezl", Bits: "010110 rs:5 00000 offset:16", Emit: op{flow: likely, test: withZero(ir.LES)}},
	{Name: "bgtzl", Bits: "010111 rs:5 00000 offset:16", Emit: op{flow: likely, test: withZero(ir.GTS)}},
}

// indirect tells JR and JALR.
func (w word) indirect() bool { return w>>26 == 0 && w&0x3e == 8 }

func withZero(c ir.Cond) func(g gen) test {
	return func(g gen) test { return test{c, g.size, g.reg(g.rs()), g.Const(0)} }
}

func registers(c ir.Cond) func(g gen) test {
	return func(g gen) test { return test{c, g.size, g.reg(g.rs()), g.reg(g.rt())} }
}

// linkSlot sets register 31 to the address behind the delay slot.
func linkSlot(g gen) { g.set(31, g.imm(int64(g.pc+8))) }

func linkRd(g gen) { g.set(g.rd(), g.imm(int64(g.pc+8))) }

// compact is the branches of release 6 without a delay slot. Many share an opcode and differ in the order of their registers.
// A jump or branch behind one that is not taken would be illegal (forbidden slot); here it is executed.
var compact = []row{
	reserved("reserved", "010110 rs:5 00000 offset:16"),
	reserved("reserved", "010111 rs:5 00000 offset:16"),
	{Name: "bc", Bits: "110010 offset:26", Emit: op{flow: compact26}},
	{Name: "balc", Bits: "111010 offset:26", Emit: op{flow: compact26, emit: linkCompact}},
	{Name: "beqzc", Bits: "110110 rs:5 offset:21", Emit: op{flow: compact21, test: withZero(ir.EQ)}},
	{Name: "bnezc", Bits: "111110 rs:5 offset:21", Emit: op{flow: compact21, test: withZero(ir.NE)}},
	{Name: "jic", Bits: "110110 00000 rt:5 offset:16", Emit: op{flow: compactReg, emit: jumpIndexed}},
	{Name: "jialc", Bits: "111110 00000 rt:5 offset:16", Emit: op{flow: compactReg, emit: jumpIndexedLink}},

	{Name: "blezalc", Bits: "000110 00000 rt:5 offset:16", Emit: op{flow: compact16, test: zeroWith(ir.GES), emit: linkCompact}},
	{Name: "bgeuc", Bits: "000110 rs:5 rt:5 offset:16", Emit: op{flow: compact16, test: same(ir.GES, ir.GEU), emit: linkIfSame}},
	{Name: "bgtzalc", Bits: "000111 00000 rt:5 offset:16", Emit: op{flow: compact16, test: zeroWith(ir.LTS), emit: linkCompact}},
	{Name: "bltuc", Bits: "000111 rs:5 rt:5 offset:16", Emit: op{flow: compact16, test: same(ir.LTS, ir.LTU), emit: linkIfSame}},
	{Name: "beqc", Bits: "001000 rs:5 rt:5 offset:16", Emit: op{flow: compact16, test: equalOrOverflow(ir.EQ, ir.NE), emit: linkIfZero}},
	{Name: "bnec", Bits: "011000 rs:5 rt:5 offset:16", Emit: op{flow: compact16, test: equalOrOverflow(ir.NE, ir.EQ), emit: linkIfZero}},
	{Name: "blezc", Bits: "010110 00000 rt:5 offset:16", Emit: op{flow: compact16, test: zeroWith(ir.GES)}},
	{Name: "bgec", Bits: "010110 rs:5 rt:5 offset:16", Emit: op{flow: compact16, test: same(ir.GES, ir.GES)}},
	{Name: "bgtzc", Bits: "010111 00000 rt:5 offset:16", Emit: op{flow: compact16, test: zeroWith(ir.LTS)}},
	{Name: "bltc", Bits: "010111 rs:5 rt:5 offset:16", Emit: op{flow: compact16, test: same(ir.LTS, ir.LTS)}},
}

func linkCompact(g gen) { g.set(31, g.imm(int64(g.pc+4))) }

// linkIfSame: rs and rt are the same in BGEZALC and BLTZALC.
func linkIfSame(g gen) {
	if g.rs() == g.rt() {
		linkCompact(g)
	}
}

// linkIfZero: rs is 0 and less than rt in BEQZALC and BNEZALC.
func linkIfZero(g gen) {
	if g.rs() < g.rt() && g.rs() == 0 {
		linkCompact(g)
	}
}

func zeroWith(c ir.Cond) func(g gen) test {
	return func(g gen) test { return test{c, g.size, g.Const(0), g.reg(g.rt())} }
}

// same compares rt with zero if rs is the same register, by c; else rs with rt, by other.
func same(c, other ir.Cond) func(g gen) test {
	return func(g gen) test {
		if g.rs() == g.rt() {
			return test{c, g.size, g.reg(g.rt()), g.Const(0)}
		}
		return test{other, g.size, g.reg(g.rs()), g.reg(g.rt())}
	}
}

// equalOrOverflow compares rs with rt by c; but with rs not less than rt it is BOVC or BNVC: whether the sum of the low words,
// as signed numbers, does not fit into one, compared with zero by other. On MIPS64 operands that are no words overflow too.
func equalOrOverflow(c, overflow ir.Cond) func(g gen) test {
	return func(g gen) test {
		x, y := g.reg(g.rs()), g.reg(g.rt())
		if g.rs() < g.rt() {
			return test{c, g.size, x, y}
		}
		a, b := g.OpImm(ir.Sext, 8, 32, x), g.OpImm(ir.Sext, 8, 32, y)
		sum := g.Op(ir.Add, 8, a, b)
		over := g.SetCond(ir.NE, 8, sum, g.OpImm(ir.Sext, 8, 32, sum))
		if g.size == 8 {
			over = g.Op(ir.Or, 8, over, g.SetCond(ir.NE, 8, a, x))
			over = g.Op(ir.Or, 8, over, g.SetCond(ir.NE, 8, b, y))
		}
		return test{overflow, 8, over, g.Const(0)}
	}
}

func jumpIndexed(g gen) { g.JumpReg(g.indexed()) }

func jumpIndexedLink(g gen) {
	to := g.Copy(g.indexed())
	linkCompact(g)
	g.JumpReg(to)
}

func (g gen) indexed() ir.Value { return g.Op(ir.Add, g.size, g.reg(g.rt()), g.imm(g.simm())) }
