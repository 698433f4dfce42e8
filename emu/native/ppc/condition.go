package ppc

import "muslrun/emu/native/ir"

// The order of a condition field is a number of which
//
//	bit 62 is LT
//	the number as a whole is positive if GT
//	the low 32 bits are 0 if EQ
//
// That is true of the difference of two 32-bit numbers and of -1, 0 and 1, so that ir.Compare makes it; and there is a number
// for each set of the three bits.

const ltBit = uint64(1) << 62

// orderOf is the number for a set of bits: 8 is LT, 4 GT, 2 EQ.
func orderOf(field uint64) uint64 {
	return ^field>>2&1<<63 | field>>3&1<<62 | 1<<32 | ^field>>1&1
}

// fieldOf is the opposite.
func fieldOf(order uint64) (field uint64) {
	if order&ltBit != 0 {
		field |= 8
	}
	if int64(order) > 0 {
		field |= 4
	}
	if uint32(order) == 0 {
		field |= 2
	}
	return field
}

// test is a condition that holds if a bit of the condition register is set.
type test struct {
	cond ir.Cond
	size int
	x, y ir.Value
}

// test is the test of bit i of the condition register.
func (g gen) test(i int) test {
	switch field := i / 4; i % 4 {
	case 0:
		return test{ir.TST, 8, order(field), g.Const(ltBit)}
	case 1:
		return test{ir.GTS, 8, order(field), g.Const(0)}
	case 2:
		return test{ir.EQ, 4, order(field), g.Const(0)}
	default:
		return test{ir.NE, 8, summary(field), g.Const(0)}
	}
}

func (t test) not() test {
	t.cond = t.cond.Not()
	return t
}

// crBit is bit i as 0 or 1.
func (g gen) crBit(i int) ir.Value {
	t := g.test(i)
	return g.SetCond(t.cond, t.size, t.x, t.y)
}

// setCRBit replaces bit i by 0 or 1.
func (g gen) setCRBit(i int, v ir.Value) {
	field := i / 4
	if i%4 == 3 {
		g.Set(summary(field), v)
		return
	}
	bits := [3]ir.Value{}
	for k := range bits {
		bits[k] = v
		if k != i%4 {
			bits[k] = g.crBit(4*field + k)
		}
	}
	g.setOrder(field, bits[0], bits[1], bits[2])
}

// setOrder makes a field of bits that are 0 or 1.
func (g gen) setOrder(field int, lt, gt, eq ir.Value) {
	one := g.Const(1)
	high := g.Op(ir.Or, 8, g.Op(ir.Shl, 8, g.Op(ir.Xor, 8, gt, one), g.Const(63)), g.Op(ir.Shl, 8, lt, g.Const(62)))
	rest := g.Op(ir.Or, 8, g.Op(ir.Xor, 8, eq, one), g.Const(1<<32))
	g.Set(order(field), g.Op(ir.Or, 8, high, rest))
}

// setField makes a field of its four bits in the lowest bits of v, a temporary or constant.
func (g gen) setField(field int, v ir.Value) {
	bit := func(n int64) ir.Value { return g.OpImm(ir.Extract, 8, n|1<<8, v) }
	g.setOrder(field, bit(3), bit(2), bit(1))
	g.Set(summary(field), bit(0))
}

// field is the four bits of a field.
func (g gen) field(n int) ir.Value {
	v := g.crBit(4 * n)
	for k := 1; k < 4; k++ {
		v = g.Op(ir.Or, 8, g.Op(ir.Shl, 8, v, g.Const(1)), g.crBit(4*n+k))
	}
	return v
}

// so is the summary overflow bit, which the mode tells.
func (g gen) so() ir.Value { return g.Const(uint64(g.in.Mode)) }

// compare sets a field by comparing two numbers of size, Signed or not.
func (g gen) compare(field, size int, aux ir.Aux, x, y ir.Value) {
	g.Set(order(field), g.OpAux(ir.Compare, size, aux, x, y))
	g.Set(summary(field), g.so())
}

// overflowed records whether there was an overflow, 0 or 1. The rest of the instruction is done: the first overflow changes
// the mode.
func (g gen) overflowed(v ir.Value) {
	g.Set(xerOV, v)
	if g.in.Mode != 0 {
		return
	}
	over, fine := g.NewBlock(), g.NewBlock()
	g.Branch(ir.NE, 8, xerOV, g.Const(0), g.Inner(over), g.Inner(fine))
	g.Begin(over)
	g.Set(xerSO, g.Const(1))
	if g.rc() {
		g.Set(summary(0), g.Const(1))
	}
	g.Do(ir.Insn{Op: ir.SwitchMode}, g.imm(g.in.Next()))
	g.Begin(fine)
}

// crRow is a row of the XL form on three bits of the condition register.
func crRow(name string, extended int, f func(g gen, a, b ir.Value) ir.Value) row {
	emit := func(g gen) {
		g.setCRBit(g.at(6, 10), f(g, g.crBit(g.at(11, 15)), g.crBit(g.at(16, 20))))
	}
	return row{Name: name, Bits: "010011 bt:5 ba:5 bb:5 " + digits(extended, 10) + " any:1", Emit: op{emit: emit}}
}

func bitwise(o ir.Op) func(g gen, a, b ir.Value) ir.Value {
	return func(g gen, a, b ir.Value) ir.Value { return g.Op(o, 8, a, b) }
}

func inverted(o ir.Op) func(g gen, a, b ir.Value) ir.Value {
	return func(g gen, a, b ir.Value) ir.Value { return g.Op(ir.Xor, 8, g.Op(o, 8, a, b), g.Const(1)) }
}

func orNot(g gen, a, b ir.Value) ir.Value { return g.Op(ir.Or, 8, a, g.Op(ir.Xor, 8, b, g.Const(1))) }

// conditionRows is "Condition Register Instructions" and what moves and compares fields.
var conditionRows = []row{
	crRow("crand", 257, bitwise(ir.And)), crRow("crnand", 225, inverted(ir.And)), crRow("cror", 449, bitwise(ir.Or)),
	crRow("crxor", 193, bitwise(ir.Xor)), crRow("crnor", 33, inverted(ir.Or)), crRow("creqv", 289, inverted(ir.Xor)),
	crRow("crandc", 129, bitwise(ir.AndNot)), crRow("crorc", 417, orNot),
	{Name: "mcrf", Bits: "010011 bf:3 any:2 bfa:3 any:2 any:5 0000000000 any:1", Emit: op{emit: mcrf}},
	{Name: "mtcrf", Bits: "011111 rs:5 0 fxm:8 any:1 0010010000 any:1", Emit: op{emit: mtcrf}},
	{Name: "mtocrf", Bits: "011111 rs:5 1 fxm:8 any:1 0010010000 any:1", Emit: op{emit: mtcrf}},
	{Name: "mfcr", Bits: "011111 rt:5 0 any:9 0000010011 any:1", Emit: op{emit: mfcr}},
	{Name: "mfocrf", Bits: "011111 rt:5 1 fxm:8 any:1 0000010011 any:1", Emit: op{emit: mfocrf}},
	{Name: "mcrxr", Bits: "011111 bf:3 any:2 any:5 any:5 1000000000 any:1", Emit: op{emit: mcrxr, flow: stops}},
	{Name: "cmp", Bits: "011111 bf:3 any:1 l:1 ra:5 rb:5 0000000000 any:1", Emit: op{emit: compareRegisters(ir.Signed)}},
	{Name: "cmpl", Bits: "011111 bf:3 any:1 l:1 ra:5 rb:5 0000100000 any:1", Emit: op{emit: compareRegisters(0)}},
	{Name: "cmpi", Bits: "001011 bf:3 any:1 l:1 ra:5 si:16", Emit: op{emit: compareImmediate}},
	{Name: "cmpli", Bits: "001010 bf:3 any:1 l:1 ra:5 ui:16", Emit: op{emit: compareUnsignedImmediate}},
}

// conditionRows64 is what POWER8 adds to the 32-bit G4.
var conditionRows64 = []row{
	{Name: "isel", Bits: "011111 rt:5 ra:5 rb:5 bc:5 01111 any:1", Emit: op{emit: isel}},
}

func mcrf(g gen) {
	to, from := g.bf(), g.at(11, 13)
	g.Set(order(to), g.Copy(order(from)))
	g.Set(summary(to), g.Copy(summary(from)))
}

// mtcrf and mtocrf change the fields of a mask.
func mtcrf(g gen) {
	for field := range 8 {
		if g.bit(12 + field) {
			g.setField(field, g.OpImm(ir.Extract, 8, int64(28-4*field)|4<<8, gpr(g.rs())))
		}
	}
}

func mfcr(g gen) { g.moveFromCR(0xff) }

// mfocrf is defined for one field; the others are 0 here.
func mfocrf(g gen) { g.moveFromCR(g.at(12, 19)) }

func (g gen) moveFromCR(fields int) {
	v := g.Const(0)
	for n := range 8 {
		if fields>>(7-n)&1 != 0 {
			v = g.Op(ir.Or, 8, v, g.Op(ir.Shl, 8, g.field(n), g.Const(uint64(28-4*n))))
		}
	}
	g.Set(gpr(g.rt()), v)
}

// mcrxr moves SO, OV and CA into a field and clears them.
func mcrxr(g gen) {
	g.setOrder(g.bf(), xerSO, xerOV, xerCA)
	zero := g.Const(0)
	for _, v := range []ir.Value{summary(g.bf()), xerSO, xerOV, xerCA} {
		g.Set(v, zero)
	}
	g.Do(ir.Insn{Op: ir.SwitchMode}, g.imm(g.in.Next()))
}

// compareSize is the size that bit L asks for; 32-bit implementations do not look at it.
func (g gen) compareSize() int {
	if g.size == 8 && g.bit(10) {
		return 8
	}
	return 4
}

func compareRegisters(aux ir.Aux) func(g gen) {
	return func(g gen) { g.compare(g.bf(), g.compareSize(), aux, gpr(g.ra()), gpr(g.rb())) }
}

func compareImmediate(g gen) {
	g.compare(g.bf(), g.compareSize(), ir.Signed, gpr(g.ra()), g.imm(uint64(g.si())))
}

func compareUnsignedImmediate(g gen) {
	g.compare(g.bf(), g.compareSize(), 0, gpr(g.ra()), g.Const(g.ui()))
}

func isel(g gen) {
	t := g.test(g.fc())
	g.Set(gpr(g.rt()), g.Select(t.cond, t.size, t.x, t.y, g.base(g.ra()), gpr(g.rb())))
}
