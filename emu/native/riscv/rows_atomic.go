package riscv

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// atomics is the A extension. Every order that aq and rl can ask for is kept.
func (w xlen) atomics() []row {
	rows := w.atomicsOf(".w", "010", 4)
	if w == 8 {
		rows = append(rows, w.atomicsOf(".d", "011", 8)...)
	}
	return rows
}

func (w xlen) atomicsOf(suffix, width string, size int) []row {
	rows := []row{
		{Name: "lr" + suffix, Bits: "00010 order:2 00000 rs1:5 " + width + " rd:5 0101111", Emit: op{emit: w.loadReserved(size)}},
		{Name: "sc" + suffix, Bits: "00011 order:2 rs2:5 rs1:5 " + width + " rd:5 0101111",
			Emit: op{emit: w.storeConditional(size)}},
	}
	for _, a := range []struct {
		name, code string
		rmw        ir.Aux
	}{
		{"amoswap", "00001", ir.RMWXchg}, {"amoadd", "00000", ir.RMWAdd}, {"amoxor", "00100", ir.RMWXor},
		{"amoand", "01100", ir.RMWAnd}, {"amoor", "01000", ir.RMWOr}, {"amomin", "10000", ir.RMWMinS},
		{"amomax", "10100", ir.RMWMaxS}, {"amominu", "11000", ir.RMWMinU}, {"amomaxu", "11100", ir.RMWMaxU},
	} {
		rows = append(rows, row{Name: a.name + suffix, Bits: a.code + " order:2 rs2:5 rs1:5 " + width + " rd:5 0101111",
			Emit: op{emit: w.amo(size, a.rmw)}})
	}
	return rows
}

// setLoaded assigns a value of size that is zero-extended.
func (w xlen) setLoaded(b *ir.Builder, n uint32, size int, v ir.Value) {
	if size == 4 {
		w.setWord(b, n, v)
		return
	}
	set(b, n, v)
}

func (w xlen) amo(size int, rmw ir.Aux) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		base := get(b, rs1(word(in)))
		b.CheckAlign(base, 0, size)
		old := b.OpAux(ir.AtomicRMW, size, rmw, base, ir.None, get(b, rs2(word(in))))
		w.setLoaded(b, rd(word(in)), size, old)
	}
}

func (w xlen) loadReserved(size int) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		base := get(b, rs1(word(in)))
		b.CheckAlign(base, 0, size)
		old := b.Load(ir.Int, size, ir.MemSeqCst, base, 0)
		b.Emit(ir.Insn{Op: ir.Mov, Size: 8, Dst: [2]ir.Value{reserveAddr, ir.None}, Args: ir.Args(base)})
		b.Emit(ir.Insn{Op: ir.Mov, Size: 8, Dst: [2]ir.Value{reserveValue, ir.None}, Args: ir.Args(old)})
		w.setLoaded(b, rd(word(in)), size, old)
	}
}

// storeConditional stores if the address is reserved and memory still has the value that lr has loaded.
func (w xlen) storeConditional(size int) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		n, base := rd(word(in)), get(b, rs1(word(in)))
		b.CheckAlign(base, 0, size)
		try, fail, done := b.NewBlock(), b.NewBlock(), b.NewBlock()
		b.Branch(ir.EQ, 8, base, reserveAddr, b.Inner(try), b.Inner(fail))

		b.Begin(try)
		old := b.Op(ir.CmpXchg, size, get(b, rs1(word(in))), ir.None, reserveValue, get(b, rs2(word(in))))
		b.Set(reserveAddr, b.Const(noReservation))
		set(b, n, b.SetCond(ir.NE, size, old, reserveValue))
		b.Jump(b.Inner(done))

		b.Begin(fail)
		b.Set(reserveAddr, b.Const(noReservation))
		set(b, n, b.Const(1))
		b.Jump(b.Inner(done))

		b.Begin(done)
	}
}
