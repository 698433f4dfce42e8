package or1k

import "muslrun/emu/native/ir"

// alu is arithmetic, logic and shifts.
var alu = []row{
	{Name: "l.movhi", Bits: "000110 d:5 any:4 0 k:16", Emit: op{emit: func(g gen) { g.set(g.Const(uint64(g.word&0xffff) << 16)) }}},
	{Name: "l.macrc", Bits: "000110 d:5 any:4 1 0000000000000000", Emit: op{emit: readMAC}},
	{Name: "l.maci", Bits: "010011 any:5 a:5 i:16", Emit: op{emit: func(g gen) { g.accumulate(ir.Add, g.imm(g.word.immediate())) }}},
	{Name: "l.mac", Bits: "110001 any:5 a:5 b:5 any:7 0001", Emit: op{emit: func(g gen) { g.accumulate(ir.Add, g.b()) }}},
	{Name: "l.msb", Bits: "110001 any:5 a:5 b:5 any:7 0010", Emit: op{emit: func(g gen) { g.accumulate(ir.Sub, g.b()) }}},
	{Name: "l.addi", Bits: "100111 d:5 a:5 i:16", Emit: op{emit: func(g gen) { g.sum(ir.Add, g.imm(g.word.immediate())) }}},
	{Name: "l.addic", Bits: "101000 d:5 a:5 i:16", Emit: op{emit: func(g gen) { g.sum(ir.Adc, g.imm(g.word.immediate())) }}},
	{Name: "l.andi", Bits: "101001 d:5 a:5 k:16", Emit: op{emit: func(g gen) { g.set(g.Op(ir.And, 4, g.a(), g.Const(uint64(g.word&0xffff)))) }}},
	{Name: "l.ori", Bits: "101010 d:5 a:5 k:16", Emit: op{emit: func(g gen) { g.set(g.Op(ir.Or, 4, g.a(), g.Const(uint64(g.word&0xffff)))) }}},
	{Name: "l.xori", Bits: "101011 d:5 a:5 i:16", Emit: op{emit: func(g gen) { g.set(g.Op(ir.Xor, 4, g.a(), g.imm(g.word.immediate()))) }}},
	{Name: "l.muli", Bits: "101100 d:5 a:5 i:16", Emit: op{emit: func(g gen) { g.product(g.imm(g.word.immediate())) }}},
	{Name: "l.slli", Bits: "101110 d:5 a:5 any:8 00 0 l:5", Emit: op{emit: shiftBy(ir.Shl)}},
	{Name: "l.srli", Bits: "101110 d:5 a:5 any:8 01 0 l:5", Emit: op{emit: shiftBy(ir.Shr)}},
	{Name: "l.srai", Bits: "101110 d:5 a:5 any:8 10 0 l:5", Emit: op{emit: shiftBy(ir.Sar)}},
	{Name: "l.rori", Bits: "101110 d:5 a:5 any:8 11 0 l:5", Emit: op{emit: shiftBy(ir.Rotr)}},

	{Name: "l.add", Bits: "111000 d:5 a:5 b:5 any:1 00 any:4 0000", Emit: op{emit: func(g gen) { g.sum(ir.Add, g.b()) }}},
	{Name: "l.addc", Bits: "111000 d:5 a:5 b:5 any:1 00 any:4 0001", Emit: op{emit: func(g gen) { g.sum(ir.Adc, g.b()) }}},
	{Name: "l.sub", Bits: "111000 d:5 a:5 b:5 any:1 00 any:4 0010", Emit: op{emit: func(g gen) { g.sum(ir.Sub, g.b()) }}},
	{Name: "l.and", Bits: "111000 d:5 a:5 b:5 any:1 00 any:4 0011", Emit: op{emit: register(ir.And)}},
	{Name: "l.or", Bits: "111000 d:5 a:5 b:5 any:1 00 any:4 0100", Emit: op{emit: register(ir.Or)}},
	{Name: "l.xor", Bits: "111000 d:5 a:5 b:5 any:1 00 any:4 0101", Emit: op{emit: register(ir.Xor)}},
	{Name: "l.mul", Bits: "111000 d:5 a:5 b:5 any:1 11 any:4 0110", Emit: op{emit: func(g gen) { g.product(g.b()) }}},
	{Name: "l.muld", Bits: "111000 any:5 a:5 b:5 any:1 11 any:4 0111", Emit: op{emit: multiplyDouble(ir.Sext)}},
	{Name: "l.div", Bits: "111000 d:5 a:5 b:5 any:1 11 any:4 1001", Emit: op{emit: divide(ir.DivS, flagOV)}},
	{Name: "l.divu", Bits: "111000 d:5 a:5 b:5 any:1 11 any:4 1010", Emit: op{emit: divide(ir.DivU, flagCY)}},
	{Name: "l.mulu", Bits: "111000 d:5 a:5 b:5 any:1 11 any:4 1011", Emit: op{emit: multiplyUnsigned}},
	{Name: "l.muldu", Bits: "111000 any:5 a:5 b:5 any:1 11 any:4 1100", Emit: op{emit: multiplyDouble(ir.Zext)}},
	{Name: "l.sll", Bits: "111000 d:5 a:5 b:5 any:1 0000 any:2 1000", Emit: op{emit: register(ir.Shl)}},
	{Name: "l.srl", Bits: "111000 d:5 a:5 b:5 any:1 0001 any:2 1000", Emit: op{emit: register(ir.Shr)}},
	{Name: "l.sra", Bits: "111000 d:5 a:5 b:5 any:1 0010 any:2 1000", Emit: op{emit: register(ir.Sar)}},
	{Name: "l.ror", Bits: "111000 d:5 a:5 b:5 any:1 0011 any:2 1000", Emit: op{emit: register(ir.Rotr)}},
	{Name: "l.exths", Bits: "111000 d:5 a:5 any:6 0000 any:2 1100", Emit: op{emit: extend(ir.Sext, 16)}},
	{Name: "l.extbs", Bits: "111000 d:5 a:5 any:6 0001 any:2 1100", Emit: op{emit: extend(ir.Sext, 8)}},
	{Name: "l.exthz", Bits: "111000 d:5 a:5 any:6 0010 any:2 1100", Emit: op{emit: extend(ir.Zext, 16)}},
	{Name: "l.extbz", Bits: "111000 d:5 a:5 any:6 0011 any:2 1100", Emit: op{emit: extend(ir.Zext, 8)}},
	{Name: "l.extws", Bits: "111000 d:5 a:5 any:6 0000 any:2 1101", Emit: op{emit: func(g gen) { g.set(g.a()) }}},
	{Name: "l.extwz", Bits: "111000 d:5 a:5 any:6 0001 any:2 1101", Emit: op{emit: func(g gen) { g.set(g.a()) }}},
	{Name: "l.cmov", Bits: "111000 d:5 a:5 b:5 any:1 00 any:4 1110",
		Emit: op{emit: func(g gen) { g.set(g.Select(ir.NE, 4, flagF, g.Const(0), g.a(), g.b())) }}},
	{Name: "l.ff1", Bits: "111000 d:5 a:5 any:6 00 any:4 1111", Emit: op{emit: findFirst}},
	{Name: "l.fl1", Bits: "111000 d:5 a:5 any:6 01 any:4 1111", Emit: op{emit: findLast}},
}

// compares is l.sf and its forms with an immediate.
func compares() []row {
	var list []row
	for _, c := range []struct {
		name, code string
		cond       ir.Cond
	}{
		{"eq", "00000", ir.EQ}, {"ne", "00001", ir.NE}, {"gtu", "00010", ir.GTU}, {"geu", "00011", ir.GEU}, {"ltu", "00100", ir.LTU},
		{"leu", "00101", ir.LEU}, {"gts", "01010", ir.GTS}, {"ges", "01011", ir.GES}, {"lts", "01100", ir.LTS}, {"les", "01101", ir.LES},
	} {
		list = append(list,
			row{Name: "l.sf" + c.name, Bits: "111001 " + c.code + " a:5 b:5 any:11", Emit: op{emit: func(g gen) {
				g.Set(flagF, g.SetCond(c.cond, 4, g.a(), g.b()))
			}}},
			row{Name: "l.sf" + c.name + "i", Bits: "101111 " + c.code + " a:5 i:16", Emit: op{emit: func(g gen) {
				g.Set(flagF, g.SetCond(c.cond, 4, g.a(), g.imm(g.word.immediate())))
			}}})
	}
	return list
}

func register(o ir.Op) func(g gen) { return func(g gen) { g.set(g.Op(o, 4, g.a(), g.b())) } }

func shiftBy(o ir.Op) func(g gen) {
	return func(g gen) { g.set(g.Op(o, 4, g.a(), g.Const(uint64(g.word&31)))) }
}

func extend(o ir.Op, bits int64) func(g gen) {
	return func(g gen) { g.set(g.OpImm(o, 4, bits, g.a())) }
}

// sum sets CY to the carry or borrow and OV to whether a signed result does not fit.
func (g gen) sum(o ir.Op, y ir.Value) {
	args := []ir.Value{g.a(), y}
	if o == ir.Adc {
		args = append(args, flagCY)
	}
	result, flags := g.OpFlags(o, 4, 0, args...)
	g.assign(g.word.d(), g.Copy(result))
	g.Set(flagCY, g.With(ir.Insn{Op: ir.SetF, Size: 8, Cond: ir.FlagCS}, flags))
	g.Set(flagOV, g.With(ir.Insn{Op: ir.SetF, Size: 8, Cond: ir.FlagVS}, flags))
}

// product sets OV if a signed product does not fit.
func (g gen) product(y ir.Value) {
	wide := g.Op(ir.Mul, 8, g.OpImm(ir.Sext, 8, 32, g.a()), g.OpImm(ir.Sext, 8, 32, y))
	over := g.SetCond(ir.NE, 8, wide, g.OpImm(ir.Sext, 8, 32, wide))
	g.assign(g.word.d(), g.OpImm(ir.Zext, 8, 32, wide))
	g.Set(flagOV, over)
}

func multiplyUnsigned(g gen) {
	wide := g.Op(ir.Mul, 8, g.a(), g.b())
	over := g.SetCond(ir.NE, 8, g.Op(ir.Shr, 8, wide, g.Const(32)), g.Const(0))
	g.assign(g.word.d(), g.OpImm(ir.Zext, 8, 32, wide))
	g.Set(flagCY, over)
}

// multiplyDouble leaves the product in MACHI and MACLO.
func multiplyDouble(o ir.Op) func(g gen) {
	return func(g gen) {
		g.setMAC(g.Op(ir.Mul, 8, g.OpImm(o, 8, 32, g.a()), g.OpImm(o, 8, 32, g.b())))
		flag := flagOV
		if o == ir.Zext {
			flag = flagCY
		}
		g.Set(flag, g.Const(0))
	}
}

func (g gen) setMAC(v ir.Value) {
	g.move(machi, g.Op(ir.Shr, 8, v, g.Const(32)))
	g.Set(maclo, g.OpImm(ir.Zext, 8, 32, v))
}

func (g gen) mac() ir.Value { return g.Op(ir.Or, 8, g.Op(ir.Shl, 8, machi, g.Const(32)), maclo) }

// accumulate adds a signed product to MACHI and MACLO, or subtracts it, and sets OV if the sum does not fit.
func (g gen) accumulate(o ir.Op, y ir.Value) {
	product := g.Op(ir.Mul, 8, g.OpImm(ir.Sext, 8, 32, g.a()), g.OpImm(ir.Sext, 8, 32, y))
	sum, flags := g.OpFlags(o, 8, 0, g.mac(), product)
	g.setMAC(sum)
	g.Set(flagOV, g.With(ir.Insn{Op: ir.SetF, Size: 8, Cond: ir.FlagVS}, flags))
}

// readMAC takes MACLO and clears both.
func readMAC(g gen) {
	g.assign(g.word.d(), maclo)
	g.Set(maclo, g.Const(0))
	g.Set(machi, g.Const(0))
}

// divide sets a flag where the divisor is 0; the quotient is the dividend then.
func divide(o ir.Op, flag ir.Value) func(g gen) {
	return func(g gen) {
		x, y := g.Copy(g.a()), g.Copy(g.b())
		zero := g.SetCond(ir.EQ, 4, y, g.Const(0))
		g.assign(g.word.d(), g.Op(o, 4, x, g.Op(ir.Or, 4, y, zero)))
		g.Set(flag, zero)
	}
}

// findFirst is the place of the lowest bit that is set, from 1 on; 0 if there is none.
func findFirst(g gen) {
	x := g.Copy(g.a())
	n := g.Op(ir.Add, 4, g.Op(ir.Ctz, 4, x), g.Const(1))
	g.set(g.Select(ir.EQ, 4, x, g.Const(0), g.Const(0), n))
}

// findLast is the place of the highest.
func findLast(g gen) { g.set(g.Op(ir.Sub, 4, g.Const(32), g.Op(ir.Clz, 4, g.a()))) }
