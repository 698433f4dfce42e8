package sh

import "muslrun/emu/native/ir"

// arithmetic is "Arithmetic operation instructions".
var arithmetic = []row{
	{Name: "add", Bits: "0011 n:4 m:4 1100", Emit: op{emit: alu(ir.Add)}},
	{Name: "add #imm", Bits: "0111 n:4 i:8", Emit: op{emit: func(g gen) { g.Set(g.n(), g.Op(ir.Add, 4, g.n(), g.imm(g.word.signed8()))) }}},
	{Name: "addc", Bits: "0011 n:4 m:4 1110", Emit: op{emit: carry(ir.Adc, ir.FlagCS)}},
	{Name: "addv", Bits: "0011 n:4 m:4 1111", Emit: op{emit: overflow(ir.Add)}},
	{Name: "cmp/eq #imm", Bits: "10001000 i:8", Emit: op{emit: func(g gen) { g.test(ir.EQ, r(0), g.imm(g.word.signed8())) }}},
	{Name: "cmp/eq", Bits: "0011 n:4 m:4 0000", Emit: op{emit: compare(ir.EQ)}},
	{Name: "cmp/hs", Bits: "0011 n:4 m:4 0010", Emit: op{emit: compare(ir.GEU)}},
	{Name: "cmp/ge", Bits: "0011 n:4 m:4 0011", Emit: op{emit: compare(ir.GES)}},
	{Name: "cmp/hi", Bits: "0011 n:4 m:4 0110", Emit: op{emit: compare(ir.GTU)}},
	{Name: "cmp/gt", Bits: "0011 n:4 m:4 0111", Emit: op{emit: compare(ir.GTS)}},
	{Name: "cmp/pl", Bits: "0100 n:4 00010101", Emit: op{emit: func(g gen) { g.test(ir.GTS, g.n(), g.Const(0)) }}},
	{Name: "cmp/pz", Bits: "0100 n:4 00010001", Emit: op{emit: func(g gen) { g.test(ir.GES, g.n(), g.Const(0)) }}},
	{Name: "cmp/str", Bits: "0010 n:4 m:4 1100", Emit: op{emit: compareBytes}},
	{Name: "div1", Bits: "0011 n:4 m:4 0100", Emit: op{emit: divideStep}},
	{Name: "div0s", Bits: "0010 n:4 m:4 0111", Emit: op{emit: divideSigned}},
	{Name: "div0u", Bits: "0000000000011001", Emit: op{emit: divideUnsigned}},
	{Name: "dmuls.l", Bits: "0011 n:4 m:4 1101", Emit: op{emit: multiplyLong(ir.Sext)}},
	{Name: "dmulu.l", Bits: "0011 n:4 m:4 0101", Emit: op{emit: multiplyLong(ir.Zext)}},
	{Name: "dt", Bits: "0100 n:4 00010000", Emit: op{emit: decrement}},
	{Name: "exts.b", Bits: "0110 n:4 m:4 1110", Emit: op{emit: extend(ir.Sext, 8)}},
	{Name: "exts.w", Bits: "0110 n:4 m:4 1111", Emit: op{emit: extend(ir.Sext, 16)}},
	{Name: "extu.b", Bits: "0110 n:4 m:4 1100", Emit: op{emit: extend(ir.Zext, 8)}},
	{Name: "extu.w", Bits: "0110 n:4 m:4 1101", Emit: op{emit: extend(ir.Zext, 16)}},
	{Name: "mac.l", Bits: "0000 n:4 m:4 1111", Emit: op{emit: macLong}},
	{Name: "mac.w", Bits: "0100 n:4 m:4 1111", Emit: op{emit: macWord}},
	{Name: "mul.l", Bits: "0000 n:4 m:4 0111", Emit: op{emit: func(g gen) { g.Set(macl, g.Op(ir.Mul, 4, g.n(), g.m())) }}},
	{Name: "muls.w", Bits: "0010 n:4 m:4 1111", Emit: op{emit: multiplyWord(ir.Sext)}},
	{Name: "mulu.w", Bits: "0010 n:4 m:4 1110", Emit: op{emit: multiplyWord(ir.Zext)}},
	{Name: "neg", Bits: "0110 n:4 m:4 1011", Emit: op{emit: func(g gen) { g.Set(g.n(), g.Op(ir.Neg, 4, g.m())) }}},
	{Name: "negc", Bits: "0110 n:4 m:4 1010", Emit: op{emit: negate}},
	{Name: "sub", Bits: "0011 n:4 m:4 1000", Emit: op{emit: alu(ir.Sub)}},
	{Name: "subc", Bits: "0011 n:4 m:4 1010", Emit: op{emit: carry(ir.Sbc, ir.FlagCS)}},
	{Name: "subv", Bits: "0011 n:4 m:4 1011", Emit: op{emit: overflow(ir.Sub)}},
}

func alu(o ir.Op) func(g gen) {
	return func(g gen) { g.Set(g.n(), g.Op(o, 4, g.n(), g.m())) }
}

func compare(c ir.Cond) func(g gen) { return func(g gen) { g.test(c, g.n(), g.m()) } }

func extend(o ir.Op, bits int64) func(g gen) {
	return func(g gen) { g.Set(g.n(), g.OpImm(o, 4, bits, g.m())) }
}

// carry takes T as the carry or borrow, and sets it.
func carry(o ir.Op, c ir.Cond) func(g gen) {
	return func(g gen) {
		result, flags := g.OpFlags(o, 4, 0, g.n(), g.m(), t)
		g.move(g.n(), result)
		g.Set(t, g.With(ir.Insn{Op: ir.SetF, Size: 8, Cond: c}, flags))
	}
}

func negate(g gen) {
	result, flags := g.OpFlags(ir.Sbc, 4, 0, g.Const(0), g.m(), t)
	g.move(g.n(), result)
	g.Set(t, g.With(ir.Insn{Op: ir.SetF, Size: 8, Cond: ir.FlagCS}, flags))
}

// overflow sets T if a signed result does not fit.
func overflow(o ir.Op) func(g gen) {
	return func(g gen) {
		result, flags := g.OpFlags(o, 4, 0, g.n(), g.m())
		g.move(g.n(), result)
		g.Set(t, g.With(ir.Insn{Op: ir.SetF, Size: 8, Cond: ir.FlagVS}, flags))
	}
}

func decrement(g gen) {
	g.Set(g.n(), g.Op(ir.Sub, 4, g.n(), g.Const(1)))
	g.test(ir.EQ, g.n(), g.Const(0))
}

// compareBytes sets T if a byte is the same in both: x has a byte of zero if (x - 0x01010101) &^ x has a top bit set.
func compareBytes(g gen) {
	x := g.Op(ir.Xor, 4, g.n(), g.m())
	y := g.Op(ir.AndNot, 4, g.Op(ir.Sub, 4, x, g.Const(0x01010101)), x)
	g.test(ir.TST, y, g.Const(0x80808080))
}

func multiplyWord(o ir.Op) func(g gen) {
	return func(g gen) {
		g.Set(macl, g.Op(ir.Mul, 4, g.OpImm(o, 4, 16, g.n()), g.OpImm(o, 4, 16, g.m())))
	}
}

func multiplyLong(o ir.Op) func(g gen) {
	return func(g gen) {
		product := g.Op(ir.Mul, 8, g.OpImm(o, 8, 32, g.n()), g.OpImm(o, 8, 32, g.m()))
		g.setMAC(product)
	}
}

func (g gen) setMAC(v ir.Value) {
	g.move(mach, g.Op(ir.Shr, 8, v, g.Const(32)))
	g.Set(macl, g.OpImm(ir.Zext, 8, 32, v))
}

func (g gen) mac() ir.Value {
	return g.Op(ir.Or, 8, g.Op(ir.Shl, 8, mach, g.Const(32)), macl)
}

// operands loads the operands of a mac, sign-extended to 64 bits, and moves both pointers. The access by Rn is first.
func (g gen) operands(size int) (x, y ir.Value) {
	g.CheckAlign(g.n(), 0, size)
	x = g.Load(ir.Int, size, g.data(size, ir.MemSigned), g.n(), 0)
	second := int64(0)
	if g.word.n() == g.word.m() {
		second = int64(size)
	} else {
		g.CheckAlign(g.m(), 0, size)
	}
	y = g.Load(ir.Int, size, g.data(size, ir.MemSigned), g.m(), second)
	g.Set(g.n(), g.Op(ir.Add, 4, g.n(), g.imm(int64(size))))
	g.Set(g.m(), g.Op(ir.Add, 4, g.m(), g.imm(int64(size))))
	return x, y
}

// macLong accumulates in 64 bits; with S set, in 48 bits that saturate.
func macLong(g gen) {
	x, y := g.operands(4)
	sum := g.Op(ir.Add, 8, g.mac(), g.Op(ir.Mul, 8, x, y))
	const greatest = 1<<47 - 1
	low := g.Select(ir.LTS, 8, sum, g.Const(1<<64-1<<47), g.Const(1<<64-1<<47), sum)
	both := g.Select(ir.GTS, 8, low, g.Const(greatest), g.Const(greatest), low)
	g.setMAC(g.Select(ir.NE, 4, flagS, g.Const(0), both, sum))
}

// macWord accumulates in 64 bits; with S set, in MACL, which saturates, and bit 0 of MACH says that it did.
func macWord(g gen) {
	x, y := g.operands(2)
	product := g.Op(ir.Mul, 8, x, y)
	wide := g.Op(ir.Add, 8, g.mac(), product)
	sum := g.Op(ir.Add, 8, g.OpImm(ir.Sext, 8, 32, macl), product)
	low := g.Select(ir.LTS, 8, sum, g.Const(1<<64-1<<31), g.Const(1<<64-1<<31), sum)
	both := g.Select(ir.GTS, 8, low, g.Const(1<<31-1), g.Const(1<<31-1), low)
	high := g.Op(ir.Or, 4, mach, g.SetCond(ir.NE, 8, both, sum))
	g.move(mach, g.Select(ir.NE, 4, flagS, g.Const(0), high, g.Op(ir.Shr, 8, wide, g.Const(32))))
	g.move(macl, g.OpImm(ir.Zext, 8, 32, g.Select(ir.NE, 4, flagS, g.Const(0), both, wide)))
}

func divideSigned(g gen) {
	q, m := g.Op(ir.Shr, 4, g.n(), g.Const(31)), g.Op(ir.Shr, 4, g.m(), g.Const(31))
	g.move(flagQ, q)
	g.move(flagM, m)
	g.Set(t, g.Op(ir.Xor, 4, q, m))
}

func divideUnsigned(g gen) {
	for _, flag := range []ir.Value{flagM, flagQ, t} {
		g.Set(flag, g.Const(0))
	}
}

// divideStep: Rn is shifted left with T coming in; Rm is subtracted if Q was M, else added. The new Q is the bit that was
// shifted out, turned by M and by the borrow or carry; T is whether Q is M.
func divideStep(g gen) {
	divisor := g.Copy(g.m())
	out := g.Op(ir.Shr, 4, g.n(), g.Const(31))
	shifted := g.Op(ir.Or, 8, g.OpImm(ir.Zext, 8, 32, g.Op(ir.Shl, 4, g.n(), g.Const(1))), t)
	signed := g.Select(ir.EQ, 4, flagQ, flagM, g.Op(ir.Neg, 8, divisor), divisor)
	sum := g.Op(ir.Add, 8, shifted, signed)
	borrow := g.OpImm(ir.Extract, 8, 32|1<<8, sum)
	g.move(g.n(), g.OpImm(ir.Zext, 8, 32, sum))
	q := g.Op(ir.Xor, 4, g.Op(ir.Xor, 4, out, flagM), borrow)
	g.move(flagQ, q)
	g.Set(t, g.SetCond(ir.EQ, 4, q, flagM))
}
