package arm64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// registers is "Data processing -- register".
func registers() []isa.Row[op] {
	return []isa.Row[op]{
		row("udiv", "sf:1 0 0 11010110 rm:5 00001 0 rn:5 rd:5", twoSource(ir.DivU)),
		row("sdiv", "sf:1 0 0 11010110 rm:5 00001 1 rn:5 rd:5", twoSource(ir.DivS)),
		row("lslv", "sf:1 0 0 11010110 rm:5 0010 00 rn:5 rd:5", twoSource(ir.Shl)),
		row("lsrv", "sf:1 0 0 11010110 rm:5 0010 01 rn:5 rd:5", twoSource(ir.Shr)),
		row("asrv", "sf:1 0 0 11010110 rm:5 0010 10 rn:5 rd:5", twoSource(ir.Sar)),
		row("rorv", "sf:1 0 0 11010110 rm:5 0010 11 rn:5 rd:5", twoSource(ir.Rotr)),
		row("crc32", "0 0 0 11010110 rm:5 010 0 sz:2 rn:5 rd:5", crc32(0), func(w word) bool { return w.at(10, 2) != 3 }),
		row("crc32x", "1 0 0 11010110 rm:5 010 0 11 rn:5 rd:5", crc32(0)),
		row("crc32c", "0 0 0 11010110 rm:5 010 1 sz:2 rn:5 rd:5", crc32(1), func(w word) bool { return w.at(10, 2) != 3 }),
		row("crc32cx", "1 0 0 11010110 rm:5 010 1 11 rn:5 rd:5", crc32(1)),

		row("rbit", "sf:1 1 0 11010110 00000 000000 rn:5 rd:5", oneSource(ir.BitRev)),
		row("rev16", "sf:1 1 0 11010110 00000 000001 rn:5 rd:5", rev16),
		row("rev", "0 1 0 11010110 00000 000010 rn:5 rd:5", oneSource(ir.Bswap)),
		row("rev32", "1 1 0 11010110 00000 000010 rn:5 rd:5", rev32),
		row("rev", "1 1 0 11010110 00000 000011 rn:5 rd:5", oneSource(ir.Bswap)),
		row("clz", "sf:1 1 0 11010110 00000 000100 rn:5 rd:5", oneSource(ir.Clz)),
		row("cls", "sf:1 1 0 11010110 00000 000101 rn:5 rd:5", cls),

		row("and", "sf:1 00 01010 shift:2 0 rm:5 imm:6 rn:5 rd:5", logical(ir.And), shiftFits),
		row("bic", "sf:1 00 01010 shift:2 1 rm:5 imm:6 rn:5 rd:5", logical(ir.AndNot), shiftFits),
		row("orr", "sf:1 01 01010 shift:2 0 rm:5 imm:6 rn:5 rd:5", logical(ir.Or), shiftFits),
		row("orn", "sf:1 01 01010 shift:2 1 rm:5 imm:6 rn:5 rd:5", logicalNot(ir.Or), shiftFits),
		row("eor", "sf:1 10 01010 shift:2 0 rm:5 imm:6 rn:5 rd:5", logical(ir.Xor), shiftFits),
		row("eon", "sf:1 10 01010 shift:2 1 rm:5 imm:6 rn:5 rd:5", logicalNot(ir.Xor), shiftFits),
		row("ands", "sf:1 11 01010 shift:2 0 rm:5 imm:6 rn:5 rd:5", ands, shiftFits),
		row("bics", "sf:1 11 01010 shift:2 1 rm:5 imm:6 rn:5 rd:5", bics, shiftFits),

		row("add (shifted)", "sf:1 0 0 01011 shift:2 0 rm:5 imm:6 rn:5 rd:5", addShifted(ir.Add), addShiftFits),
		row("adds (shifted)", "sf:1 0 1 01011 shift:2 0 rm:5 imm:6 rn:5 rd:5", addsShifted(ir.Add), addShiftFits),
		row("sub (shifted)", "sf:1 1 0 01011 shift:2 0 rm:5 imm:6 rn:5 rd:5", addShifted(ir.Sub), addShiftFits),
		row("subs (shifted)", "sf:1 1 1 01011 shift:2 0 rm:5 imm:6 rn:5 rd:5", addsShifted(ir.Sub), addShiftFits),
		row("add (extended)", "sf:1 0 0 01011 00 1 rm:5 option:3 imm:3 rn:5 rd:5", addExtended(ir.Add), extendFits),
		row("adds (extended)", "sf:1 0 1 01011 00 1 rm:5 option:3 imm:3 rn:5 rd:5", addsExtended(ir.Add), extendFits),
		row("sub (extended)", "sf:1 1 0 01011 00 1 rm:5 option:3 imm:3 rn:5 rd:5", addExtended(ir.Sub), extendFits),
		row("subs (extended)", "sf:1 1 1 01011 00 1 rm:5 option:3 imm:3 rn:5 rd:5", addsExtended(ir.Sub), extendFits),

		row("adc", "sf:1 0 0 11010000 rm:5 000000 rn:5 rd:5", addCarry(ir.Adc)),
		row("adcs", "sf:1 0 1 11010000 rm:5 000000 rn:5 rd:5", addCarryFlags(ir.Adc)),
		row("sbc", "sf:1 1 0 11010000 rm:5 000000 rn:5 rd:5", addCarry(ir.Sbc)),
		row("sbcs", "sf:1 1 1 11010000 rm:5 000000 rn:5 rd:5", addCarryFlags(ir.Sbc)),

		row("ccmn (register)", "sf:1 0 1 11010010 rm:5 cond:4 0 0 rn:5 0 nzcv:4", compareRegister(ir.Add)),
		row("ccmp (register)", "sf:1 1 1 11010010 rm:5 cond:4 0 0 rn:5 0 nzcv:4", compareRegister(ir.Sub)),
		row("ccmn (immediate)", "sf:1 0 1 11010010 imm:5 cond:4 1 0 rn:5 0 nzcv:4", compareImmediate(ir.Add)),
		row("ccmp (immediate)", "sf:1 1 1 11010010 imm:5 cond:4 1 0 rn:5 0 nzcv:4", compareImmediate(ir.Sub)),

		row("csel", "sf:1 0 0 11010100 rm:5 cond:4 00 rn:5 rd:5", csel),
		row("csinc", "sf:1 0 0 11010100 rm:5 cond:4 01 rn:5 rd:5", csinc),
		row("csinv", "sf:1 1 0 11010100 rm:5 cond:4 00 rn:5 rd:5", csinv),
		row("csneg", "sf:1 1 0 11010100 rm:5 cond:4 01 rn:5 rd:5", csneg),

		row("madd", "sf:1 00 11011 000 rm:5 0 ra:5 rn:5 rd:5", multiplyAdd(ir.Add)),
		row("msub", "sf:1 00 11011 000 rm:5 1 ra:5 rn:5 rd:5", multiplyAdd(ir.Sub)),
		row("smaddl", "1 00 11011 001 rm:5 0 ra:5 rn:5 rd:5", multiplyLong(ir.Sext, ir.Add)),
		row("smsubl", "1 00 11011 001 rm:5 1 ra:5 rn:5 rd:5", multiplyLong(ir.Sext, ir.Sub)),
		row("umaddl", "1 00 11011 101 rm:5 0 ra:5 rn:5 rd:5", multiplyLong(ir.Zext, ir.Add)),
		row("umsubl", "1 00 11011 101 rm:5 1 ra:5 rn:5 rd:5", multiplyLong(ir.Zext, ir.Sub)),
		row("smulh", "1 00 11011 010 rm:5 0 ra:5 rn:5 rd:5", twoSource(ir.MulHiS)),
		row("umulh", "1 00 11011 110 rm:5 0 ra:5 rn:5 rd:5", twoSource(ir.MulHiU)),
	}
}

func twoSource(op ir.Op) func(g gen) {
	return func(g gen) { g.set(g.rd(), g.Op(op, g.size(), g.reg(g.rn()), g.reg(g.rm()))) }
}

func oneSource(op ir.Op) func(g gen) {
	return func(g gen) { g.set(g.rd(), g.Op(op, g.size(), g.reg(g.rn()))) }
}

func crc32(polynomial ir.Aux) func(g gen) {
	return func(g gen) {
		g.set(g.rd(), g.OpAux(ir.CRC32, 1<<g.at(10, 2), polynomial, g.reg(g.rn()), g.reg(g.rm())))
	}
}

func rev16(g gen) {
	even := g.Const(0x00ff00ff00ff00ff)
	up := g.Op(ir.Shl, 8, g.Op(ir.And, g.size(), g.reg(g.rn()), even), g.imm(8))
	down := g.Op(ir.And, 8, g.Op(ir.Shr, g.size(), g.reg(g.rn()), g.imm(8)), even)
	g.set(g.rd(), g.Op(ir.Or, 8, up, down))
}

func rev32(g gen) { g.set(g.rd(), g.Op(ir.Rotr, 8, g.Op(ir.Bswap, 8, g.reg(g.rn())), g.imm(32))) }

// cls counts the bits below the sign bit that equal it.
func cls(g gen) {
	val := g.reg(g.rn())
	sign := g.Op(ir.Sar, g.size(), val, g.imm(1))
	zeros := g.Op(ir.Clz, g.size(), g.Op(ir.Xor, g.size(), val, sign))
	g.set(g.rd(), g.Op(ir.Sub, 8, zeros, g.imm(1)))
}

func shiftFits(w word) bool    { return w.at(10, 6) < w.width() }
func addShiftFits(w word) bool { return shiftFits(w) && w.at(22, 2) != 3 }

var shifts = [...]ir.Op{ir.Shl, ir.Shr, ir.Sar, ir.Rotr}

// shifted is the second operand, rm shifted by an immediate.
func (g gen) shifted() ir.Value {
	amount := g.at(10, 6)
	if amount == 0 {
		return g.reg(g.rm())
	}
	return g.Op(shifts[g.at(22, 2)], g.size(), g.reg(g.rm()), g.imm(int64(amount)))
}

// logical is a bitwise operation. Orr of the zero register is mov.
func logical(op ir.Op) func(g gen) {
	return func(g gen) {
		if op == ir.Or && g.rn() == zr {
			g.mov(g.shifted())
			return
		}
		g.set(g.rd(), g.Op(op, g.size(), g.reg(g.rn()), g.shifted()))
	}
}

// mov sets rd to the low half of a value or to the whole of it, as bit sf says.
func (g gen) mov(val ir.Value) { g.set(g.rd(), g.low(g.size(), val)) }

func logicalNot(op ir.Op) func(g gen) {
	return func(g gen) {
		inverse := g.Op(ir.Not, g.size(), g.shifted())
		if op == ir.Or && g.rn() == zr {
			g.set(g.rd(), inverse)
			return
		}
		g.set(g.rd(), g.Op(op, g.size(), g.reg(g.rn()), inverse))
	}
}

func ands(g gen) { g.flags(ir.And, g.size(), g.dst(g.rd()), g.reg(g.rn()), g.shifted()) }

func bics(g gen) {
	inverse := g.Op(ir.Not, g.size(), g.shifted())
	g.flags(ir.And, g.size(), g.dst(g.rd()), g.reg(g.rn()), inverse)
}

func addShifted(op ir.Op) func(g gen) {
	return func(g gen) {
		if op == ir.Sub && g.rn() == zr {
			g.set(g.rd(), g.Op(ir.Neg, g.size(), g.shifted()))
			return
		}
		g.set(g.rd(), g.Op(op, g.size(), g.reg(g.rn()), g.shifted()))
	}
}

func addsShifted(op ir.Op) func(g gen) {
	return func(g gen) { g.flags(op, g.size(), g.dst(g.rd()), g.reg(g.rn()), g.shifted()) }
}

func extendFits(w word) bool { return w.at(10, 3) <= 4 }

// extended is rm extended as option says (uxtb ... sxtx).
func (g gen) extended(option int) ir.Value {
	bits := int64(8) << (option & 3)
	if bits == 64 {
		return g.reg(g.rm())
	}
	op := ir.Zext
	if option&4 != 0 {
		op = ir.Sext
	}
	return g.OpImm(op, 8, bits, g.reg(g.rm()))
}

// extendedOperand is the second operand, rm extended, then shifted left.
func (g gen) extendedOperand() ir.Value {
	val := g.extended(g.at(13, 3))
	if n := g.at(10, 3); n > 0 {
		val = g.Op(ir.Shl, 8, val, g.imm(int64(n)))
	}
	return val
}

func addExtended(op ir.Op) func(g gen) {
	return func(g gen) {
		g.Set(regSP(g.rd()), g.Op(op, g.size(), regSP(g.rn()), g.extendedOperand()))
	}
}

func addsExtended(op ir.Op) func(g gen) {
	return func(g gen) { g.flags(op, g.size(), g.dst(g.rd()), regSP(g.rn()), g.extendedOperand()) }
}

// carry is the carry flag as 0 or 1.
func (g gen) carry() ir.Value { return g.With(ir.Insn{Op: ir.SetF, Size: 8, Cond: ir.FlagCS}, nzcv) }

func addCarry(op ir.Op) func(g gen) {
	return func(g gen) {
		g.set(g.rd(), g.OpAux(op, g.size(), borrow(op), g.reg(g.rn()), g.reg(g.rm()), g.carry()))
	}
}

func addCarryFlags(op ir.Op) func(g gen) {
	return func(g gen) { g.flags(op, g.size(), g.dst(g.rd()), g.reg(g.rn()), g.reg(g.rm()), g.carry()) }
}

func compareRegister(op ir.Op) func(g gen) {
	return func(g gen) { g.conditionalCompare(op, g.reg(g.rm())) }
}

func compareImmediate(op ir.Op) func(g gen) {
	return func(g gen) { g.conditionalCompare(op, g.imm(int64(g.at(16, 5)))) }
}

// conditionalCompare compares if the condition holds, and takes the flags of the instruction otherwise.
func (g gen) conditionalCompare(op ir.Op, val ir.Value) {
	flags := g.Temp(ir.Int)
	g.flagsTo(op, g.size(), g.Temp(ir.Int), flags, g.reg(g.rn()), val)
	g.Set(nzcv, g.selectF(g.at(12, 4), flags, g.Const(packedNZCV(uint64(g.at(0, 4))))))
}

// conditional sets rd to rn if the condition holds, else to other.
func (g gen) conditional(other ir.Value) {
	g.mov(g.selectF(g.at(12, 4), g.reg(g.rn()), other))
}

func csel(g gen) { g.conditional(g.reg(g.rm())) }

func csinc(g gen) {
	if c := g.at(12, 4); g.rn() == zr && g.rm() == zr && c < always {
		g.set(g.rd(), g.With(ir.Insn{Op: ir.SetF, Size: 8, Cond: cond(c).Not()}, nzcv)) // cset
		return
	}
	g.conditional(g.Op(ir.Add, g.size(), g.reg(g.rm()), g.imm(1)))
}

func csinv(g gen) { g.conditional(g.Op(ir.Not, g.size(), g.reg(g.rm()))) }
func csneg(g gen) { g.conditional(g.Op(ir.Neg, g.size(), g.reg(g.rm()))) }

func multiplyAdd(op ir.Op) func(g gen) {
	return func(g gen) { g.accumulate(op, g.Op(ir.Mul, g.size(), g.reg(g.rn()), g.reg(g.rm()))) }
}

// multiplyLong multiplies words to a doubleword.
func multiplyLong(extend, op ir.Op) func(g gen) {
	return func(g gen) {
		n := g.OpImm(extend, 8, 32, g.reg(g.rn()))
		m := g.OpImm(extend, 8, 32, g.reg(g.rm()))
		g.accumulate(op, g.Op(ir.Mul, 8, n, m))
	}
}

// accumulate adds a product to ra or takes it off.
func (g gen) accumulate(op ir.Op, product ir.Value) {
	switch {
	case g.ra() != zr:
		g.set(g.rd(), g.Op(op, g.size(), g.reg(g.ra()), product))
	case op == ir.Sub:
		g.set(g.rd(), g.Op(ir.Neg, g.size(), product))
	default:
		g.set(g.rd(), product)
	}
}
