package ppc

import "muslrun/emu/native/ir"

// A reservation is an address and what was loaded there. A conditional store succeeds if its address is reserved and memory
// still holds that.

// reservations is "Load And Reserve and Store Conditional Instructions".
var (
	reservations = []row{
		x31("lwarx", 20, loadReserved(4)), conditionalRow("stwcx.", 150, storeConditional(4)),
	}
	reservations64 = []row{
		x31("lbarx", 52, loadReserved(1)), conditionalRow("stbcx.", 694, storeConditional(1)),
		x31("lharx", 116, loadReserved(2)), conditionalRow("sthcx.", 726, storeConditional(2)),
		x31("ldarx", 84, loadReserved(8)), conditionalRow("stdcx.", 214, storeConditional(8)),
		x31("lqarx", 276, loadReservedQuad, quadIndexedApart), conditionalRow("stqcx.", 182, storeConditionalQuad, evenPair),
	}
)

// conditionalRow is a row of the X form whose Rc is set.
func conditionalRow(name string, extended int, emit func(g gen), valid ...func(w word) bool) row {
	return row{Name: name, Bits: "011111 rs:5 ra:5 rb:5 " + digits(extended, 10) + " 1", Emit: op{emit: emit, valid: first(valid)}}
}

func (g gen) aligned(size int) ir.Value {
	at := g.value(g.xAddress())
	if size > 1 {
		g.CheckAlign(at, 0, size)
	}
	return at
}

func loadReserved(size int) func(g gen) {
	return func(g gen) {
		at := g.aligned(size)
		old := g.Load(ir.Int, size, g.bytes(size), at, 0)
		g.Emit(ir.Insn{Op: ir.Mov, Size: 8, Dst: [2]ir.Value{reserved, ir.None}, Args: ir.Args(at)})
		g.Emit(ir.Insn{Op: ir.Mov, Size: 8, Dst: [2]ir.Value{expected, ir.None}, Args: ir.Args(old)})
		g.Set(gpr(g.rt()), expected)
	}
}

// stored is the order of field 0 behind a conditional store: EQ if it succeeded.
func (g gen) stored(c ir.Cond, size int, x, y ir.Value) {
	g.Set(order(0), g.Select(c, size, x, y, g.Const(orderOf(2)), g.Const(orderOf(0))))
	g.Set(summary(0), g.so())
	g.Set(reserved, g.Const(noReservation))
}

// conditional ends a conditional store at an address: exchange is what is done if that is reserved.
func (g gen) conditional(at ir.Value, exchange func(at ir.Value)) {
	g.Set(scratch, g.Copy(at))
	held, lost, done := g.NewBlock(), g.NewBlock(), g.NewBlock()
	g.Branch(ir.EQ, 8, scratch, reserved, g.Inner(held), g.Inner(lost))

	g.Begin(held)
	exchange(scratch)
	g.Jump(g.Inner(done))

	g.Begin(lost)
	zero := g.Const(0)
	g.stored(ir.NE, 8, zero, zero)
	g.Jump(g.Inner(done))

	g.Begin(done)
}

func storeConditional(size int) func(g gen) {
	return func(g gen) {
		g.conditional(g.aligned(size), func(at ir.Value) {
			old := g.With(ir.Insn{Op: ir.CmpXchg, Size: uint8(size), Aux: g.bytes(size)}, at, ir.None, expected, gpr(g.rs()))
			g.stored(ir.EQ, 8, old, expected)
		})
	}
}

func quadIndexedApart(w word) bool {
	return evenPair(w) && w.ra()&^1 != w.rt() && w.rb()&^1 != w.rt()
}

// expected has the word at the lower address, expected2 that at the higher one.
func loadReservedQuad(g gen) {
	at := g.aligned(16)
	first := g.Load(ir.Int, 8, g.data, at, 0)
	second := g.Load(ir.Int, 8, g.data, at, 8)
	g.Emit(ir.Insn{Op: ir.Mov, Size: 8, Dst: [2]ir.Value{reserved, ir.None}, Args: ir.Args(at)})
	g.Set(expected, g.Copy(first))
	g.Set(expected2, g.Copy(second))
	high, low := g.pair(expected, expected2)
	g.Set(gpr(g.rt()), high)
	g.Set(gpr(g.rt()+1), low)
}

// pair exchanges two values where the byte order wants it: registers have the more significant half first.
func (g gen) pair(x, y ir.Value) (ir.Value, ir.Value) {
	if g.little() {
		return y, x
	}
	return x, y
}

func storeConditionalQuad(g gen) {
	g.conditional(g.aligned(16), func(at ir.Value) {
		first, second := g.pair(gpr(g.rs()), gpr(g.rs()+1))
		old, old2 := g.Temp(ir.Int), g.Temp(ir.Int)
		g.Emit(ir.Insn{Op: ir.CmpXchgPair, Size: 8, Aux: g.data, Dst: [2]ir.Value{old, old2},
			Args: ir.Args(at, expected, expected2, first, second)})
		both := g.Op(ir.Or, 8, g.Op(ir.Xor, 8, old, expected), g.Op(ir.Xor, 8, old2, expected2))
		g.stored(ir.EQ, 8, both, g.Const(0))
	})
}
