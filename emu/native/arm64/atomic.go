package arm64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// atomics is "Atomic memory operations" and "Compare and swap" (FEAT_LSE). All are sequentially consistent, whatever order
// their bits A and R or L and o0 ask for.
func atomics() []isa.Row[op] {
	return []isa.Row[op]{
		row("cas", "size:2 001000 1 l:1 1 rs:5 o0:1 11111 rn:5 rt:5", cas),
		row("casp", "0 sz:1 001000 0 l:1 1 rs:5 o0:1 11111 rn:5 rt:5", casp, evenPairs),

		row("ldadd", "size:2 111 0 00 a:1 r:1 1 rs:5 0 000 00 rn:5 rt:5", readModifyWrite(ir.RMWAdd)),
		row("ldclr", "size:2 111 0 00 a:1 r:1 1 rs:5 0 001 00 rn:5 rt:5", readModifyWrite(ir.RMWAndNot)),
		row("ldeor", "size:2 111 0 00 a:1 r:1 1 rs:5 0 010 00 rn:5 rt:5", readModifyWrite(ir.RMWXor)),
		row("ldset", "size:2 111 0 00 a:1 r:1 1 rs:5 0 011 00 rn:5 rt:5", readModifyWrite(ir.RMWOr)),
		row("ldsmax", "size:2 111 0 00 a:1 r:1 1 rs:5 0 100 00 rn:5 rt:5", readModifyWrite(ir.RMWMaxS)),
		row("ldsmin", "size:2 111 0 00 a:1 r:1 1 rs:5 0 101 00 rn:5 rt:5", readModifyWrite(ir.RMWMinS)),
		row("ldumax", "size:2 111 0 00 a:1 r:1 1 rs:5 0 110 00 rn:5 rt:5", readModifyWrite(ir.RMWMaxU)),
		row("ldumin", "size:2 111 0 00 a:1 r:1 1 rs:5 0 111 00 rn:5 rt:5", readModifyWrite(ir.RMWMinU)),
		row("swp", "size:2 111 0 00 a:1 r:1 1 rs:5 1 000 00 rn:5 rt:5", readModifyWrite(ir.RMWXchg)),
	}
}

func readModifyWrite(what ir.Aux) func(g gen) {
	return func(g gen) {
		n := g.exclusiveBytes()
		base := g.aligned(n)
		in := ir.Insn{Op: ir.AtomicRMW, Size: uint8(n), Aux: g.ordered(n, what)}
		g.set(g.rt(), g.With(in, base, ir.None, g.reg(g.rs())))
	}
}

func cas(g gen) {
	n := g.exclusiveBytes()
	base := g.aligned(n)
	want := g.reg(g.rs())
	if n < 8 {
		want = g.OpImm(ir.Zext, 8, int64(8*n), want)
	}
	in := ir.Insn{Op: ir.CmpXchg, Size: uint8(n), Aux: g.ordered(n, 0)}
	g.set(g.rs(), g.With(in, base, ir.None, want, g.reg(g.rt())))
}

func evenPairs(w word) bool { return w.rs()%2 == 0 && w.rt()%2 == 0 }

func casp(g gen) {
	n := 4 << g.at(30, 1)
	base := g.aligned(2 * n)
	g.Emit(ir.Insn{Op: ir.CmpXchgPair, Size: uint8(n), Aux: g.order,
		Dst:  [2]ir.Value{g.dst(g.rs()), g.dst(g.rs() + 1)},
		Args: ir.Args(base, g.reg(g.rs()), g.reg(g.rs()+1), g.reg(g.rt()), g.reg(g.rt()+1))})
}
