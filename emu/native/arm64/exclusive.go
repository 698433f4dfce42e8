package arm64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// The exclusive monitor is an address (exclusive) and what was read there (expected, and expected2 of a pair). A store
// succeeds if its address is the one of the last exclusive load and memory holds what it held then.

// noMonitor is the address in a monitor that is open: none is so high.
const noMonitor = ^uint64(0)

// exclusives is "Load/store exclusive" and the loads and stores with order. Bits that should be one are not looked at.
func exclusives() []isa.Row[op] {
	return []isa.Row[op]{
		row("stxr", "size:2 001000 000 rs:5 o0:1 any:5 rn:5 rt:5", stxr),
		row("ldxr", "size:2 001000 010 any:5 o0:1 any:5 rn:5 rt:5", ldxr),
		row("stxp", "1 sz:1 001000 001 rs:5 o0:1 rt2:5 rn:5 rt:5", stxp),
		row("ldxp", "1 sz:1 001000 011 any:5 o0:1 rt2:5 rn:5 rt:5", ldxp),
		row("stlr", "size:2 001000 100 any:5 1 any:5 rn:5 rt:5", stlr),
		row("ldar", "size:2 001000 110 any:5 1 any:5 rn:5 rt:5", ldar),
		row("ldapr", "size:2 111000 101 11111 1 100 00 rn:5 rt:5", ldapr),
	}
}

// exclusiveBytes is the size of an access by the upper two bits.
func (w word) exclusiveBytes() int { return 1 << w.at(30, 2) }

// ordered is the Aux of an access of size bytes to a general register.
func (g gen) ordered(size int, aux ir.Aux) ir.Aux {
	if size > 1 {
		aux |= g.order
	}
	return aux
}

func (g gen) clearMonitor() { g.Set(exclusive, g.Const(noMonitor)) }

func stlr(g gen) {
	n := g.exclusiveBytes()
	base := g.aligned(n)
	g.Store(n, g.ordered(n, ir.MemSeqCst), base, 0, g.reg(g.rt()))
}

func ldar(g gen) {
	n := g.exclusiveBytes()
	base := g.aligned(n)
	g.set(g.rt(), g.Load(ir.Int, n, g.ordered(n, ir.MemSeqCst), base, 0))
}

func ldapr(g gen) {
	n := g.exclusiveBytes()
	base := g.aligned(n)
	g.set(g.rt(), g.Load(ir.Int, n, g.ordered(n, 0), base, 0))
}

func ldxr(g gen) {
	n := g.exclusiveBytes()
	base := g.aligned(n)
	g.Set(expected, g.Load(ir.Int, n, g.ordered(n, 0), base, 0))
	g.Set(exclusive, base)
	g.set(g.rt(), expected)
}

// ldxp loads a pair of words at once; of doublewords stxp sees to it that they were one.
func ldxp(g gen) {
	n := 4 << g.at(30, 1)
	base := g.aligned(2 * n)
	first, second := g.loadPair(n, base)
	g.Set(expected, first)
	g.Set(expected2, second)
	g.Set(exclusive, base)
	g.set(g.rt(), expected)
	g.set(g.rt2(), expected2)
}

func (g gen) loadPair(n int, base ir.Value) (first, second ir.Value) {
	if n == 8 {
		first = g.Load(ir.Int, 8, g.order, base, 0)
		return first, g.Copy(g.Load(ir.Int, 8, g.order, base, 8))
	}
	both := g.Load(ir.Int, 8, g.order, base, 0)
	low, high := g.OpImm(ir.Zext, 8, 32, both), g.Op(ir.Shr, 8, both, g.imm(32))
	if g.order != 0 {
		return high, g.Copy(low)
	}
	return low, g.Copy(high)
}

func stxr(g gen) {
	n := g.exclusiveBytes()
	base := g.aligned(n)
	g.storeExclusive(base, func() ir.Value {
		old := g.Temp(ir.Int)
		g.Emit(ir.Insn{Op: ir.CmpXchg, Size: uint8(n), Aux: g.ordered(n, 0), Dst: [2]ir.Value{old, ir.None},
			Args: ir.Args(base, ir.None, expected, g.reg(g.rt()))})
		return g.SetCond(ir.NE, 8, old, expected)
	})
}

func stxp(g gen) {
	n := 4 << g.at(30, 1)
	base := g.aligned(2 * n)
	g.storeExclusive(base, func() ir.Value {
		old, old2 := g.Temp(ir.Int), g.Temp(ir.Int)
		g.Emit(ir.Insn{Op: ir.CmpXchgPair, Size: uint8(n), Aux: g.order, Dst: [2]ir.Value{old, old2},
			Args: ir.Args(base, expected, expected2, g.reg(g.rt()), g.reg(g.rt2()))})
		return g.Op(ir.Or, 8, g.SetCond(ir.NE, 8, old, expected), g.SetCond(ir.NE, 8, old2, expected2))
	})
}

// storeExclusive sets rs to 0 if the monitor is for the address and the exchange, which returns 0, succeeds; else to 1.
// The monitor is open afterwards.
func (g gen) storeExclusive(base ir.Value, exchange func() ir.Value) {
	held, lost, done := g.NewBlock(), g.NewBlock(), g.NewBlock()
	g.Branch(ir.EQ, 8, base, exclusive, g.Inner(held), g.Inner(lost))

	g.Begin(held)
	g.set(g.rs(), exchange())
	g.clearMonitor()
	g.Jump(g.Inner(done))

	g.Begin(lost)
	g.set(g.rs(), g.Const(1))
	g.clearMonitor()
	g.Jump(g.Inner(done))

	g.Begin(done)
}
