package mips

import "muslrun/emu/native/ir"

// loads is the loads and stores of MIPS32.
var loads = []row{
	insn("lb", "100000 rs:5 rt:5 imm:16", load(1, true)),
	insn("lh", "100001 rs:5 rt:5 imm:16", load(2, true)),
	insn("lw", "100011 rs:5 rt:5 imm:16", load(4, true)),
	insn("lbu", "100100 rs:5 rt:5 imm:16", load(1, false)),
	insn("lhu", "100101 rs:5 rt:5 imm:16", load(2, false)),
	insn("sb", "101000 rs:5 rt:5 imm:16", store(1)),
	insn("sh", "101001 rs:5 rt:5 imm:16", store(2)),
	insn("sw", "101011 rs:5 rt:5 imm:16", store(4)),
	insn("lwc1", "110001 rs:5 ft:5 imm:16", loadCoprocessor(single)),
	insn("swc1", "111001 rs:5 ft:5 imm:16", storeCoprocessor(single)),
	floatRow("ldc1", "110101 rs:5 ft:5 imm:16", double, pairFt, loadCoprocessor(double)),
	floatRow("sdc1", "111101 rs:5 ft:5 imm:16", double, pairFt, storeCoprocessor(double)),
}

// loads64 is what MIPS64 adds.
var loads64 = []row{
	insn("lwu", "100111 rs:5 rt:5 imm:16", load(4, false)),
	insn("ld", "110111 rs:5 rt:5 imm:16", load(8, false)),
	insn("sd", "111111 rs:5 rt:5 imm:16", store(8)),
}

// extension is how loads of integers extend the sign to a register.
func (g gen) extension(signed bool) ir.Aux {
	switch {
	case !signed:
		return 0
	case g.size == 4:
		return ir.MemSigned32
	}
	return ir.MemSigned
}

func load(size int, signed bool) func(g gen) {
	return func(g gen) {
		aux := g.ordered(size, g.extension(signed))
		v := g.Load(ir.Int, size, aux, g.reg(g.rs()), g.simm())
		g.set(g.rt(), v)
	}
}

func store(size int) func(g gen) {
	return func(g gen) { g.Store(size, g.ordered(size, 0), g.reg(g.rs()), g.simm(), g.reg(g.rt())) }
}

// ofFloat is the Aux of an access of size bytes to a floating-point register.
func (g gen) ofFloat(size int) ir.Aux {
	if size == 4 {
		return g.cpu.order | ir.Element(2)
	}
	return g.cpu.order | ir.Element(3)
}

func (g gen) loadFloat(size int, base, index ir.Value, disp int64) ir.Value {
	return g.LoadX(ir.Vec, size, g.ofFloat(size), base, index, disp)
}

func (g gen) storeFloat(size int, base, index ir.Value, disp int64, v ir.Value) {
	g.StoreX(size, g.ofFloat(size), base, index, disp, v)
}

func loadCoprocessor(f format) func(g gen) {
	return func(g gen) { g.put(f, g.rt(), g.loadFloat(f.size, g.reg(g.rs()), ir.None, g.simm())) }
}

func storeCoprocessor(f format) func(g gen) {
	return func(g gen) { g.storeFloat(f.size, g.reg(g.rs()), ir.None, g.simm(), g.get(f, g.rt())) }
}

// address is base and displacement of an access that uses the address more than once.
func (g gen) address(disp int64) ir.Value {
	return g.Op(ir.Add, g.size, g.reg(g.rs()), g.imm(disp))
}

// loadLinked notes address and value, by which storeConditional sees whether memory has changed.
func loadLinked(size int) func(g gen) {
	return func(g gen) { g.loadLinked(size, g.simm()) }
}

func (g gen) loadLinked(size int, disp int64) {
	addr := g.address(disp)
	g.CheckAlign(addr, 0, size)
	old := g.Load(ir.Int, size, g.ordered(size, ir.MemSeqCst), addr, 0)
	g.Emit(ir.Insn{Op: ir.Mov, Size: 8, Dst: [2]ir.Value{reserveAddr, ir.None}, Args: ir.Args(addr)})
	g.Emit(ir.Insn{Op: ir.Mov, Size: 8, Dst: [2]ir.Value{reserveValue, ir.None}, Args: ir.Args(old)})
	g.setSized(g.rt(), size, old)
}

func storeConditional(size int) func(g gen) {
	return func(g gen) { g.storeConditional(size, g.simm()) }
}

// storeConditional sets rt to 1 if it stores: if the address is reserved and memory still has the value that was loaded.
func (g gen) storeConditional(size int, disp int64) {
	addr := g.address(disp)
	g.CheckAlign(addr, 0, size)
	try, fail, done := g.NewBlock(), g.NewBlock(), g.NewBlock()
	g.Branch(ir.EQ, 8, addr, reserveAddr, g.Inner(try), g.Inner(fail))

	g.Begin(try)
	old := g.OpAux(ir.CmpXchg, size, g.ordered(size, 0), g.address(disp), ir.None, reserveValue, g.reg(g.rt()))
	g.Set(reserveAddr, g.Const(noReservation))
	g.set(g.rt(), g.SetCond(ir.EQ, 8, old, reserveValue))
	g.Jump(g.Inner(done))

	g.Begin(fail)
	g.Set(reserveAddr, g.Const(noReservation))
	g.set(g.rt(), g.Const(0))
	g.Jump(g.Inner(done))

	g.Begin(done)
}
