package or1k

import "muslrun/emu/native/ir"

// control is jumps, branches and what leaves user mode. Moves from and to special registers are the supervisor's.
var control = []row{
	{Name: "l.j", Bits: "000000 n:26", Emit: op{nil, jumps}},
	{Name: "l.jal", Bits: "000001 n:26", Emit: op{link, jumps}},
	{Name: "l.bnf", Bits: "000011 n:26", Emit: op{nil, branches}},
	{Name: "l.bf", Bits: "000100 n:26", Emit: op{nil, branches}},
	{Name: "l.nop", Bits: "00010101 any:8 k:16", Emit: op{emit: func(gen) {}}},
	{Name: "l.jr", Bits: "010001 any:10 b:5 any:11", Emit: op{nil, indirect}},
	{Name: "l.jalr", Bits: "010010 any:10 b:5 any:11", Emit: op{link, indirect}},
	{Name: "l.sys", Bits: "0010000000000000 k:16", Emit: op{func(g gen) { g.Exit(ir.ExitSystemCall, int64(g.word&0xffff), g.in.Next()) }, stops}},
	{Name: "l.trap", Bits: "0010000100000000 k:16", Emit: op{func(g gen) { g.Exit(ir.ExitBreakpoint, int64(g.word&0xffff), g.in.PC) }, stops}},
	{Name: "l.msync", Bits: "00100010000000000000000000000000", Emit: op{emit: fence}},
	{Name: "l.psync", Bits: "00100010100000000000000000000000", Emit: op{emit: fence}},
	{Name: "l.csync", Bits: "00100011000000000000000000000000", Emit: op{emit: fence}},
}

// link sets the return address, before the delay slot.
func link(g gen) { g.assign(9, g.imm(int64(g.pc+8))) }

func fence(g gen) { g.Do(ir.Insn{Op: ir.Fence}) }

// memory is loads and stores.
var memory = []row{
	{Name: "l.lwa", Bits: "011011 d:5 a:5 i:16", Emit: op{emit: loadReserved}},
	{Name: "l.lwz", Bits: "100001 d:5 a:5 i:16", Emit: op{emit: load(4, 0)}},
	{Name: "l.lws", Bits: "100010 d:5 a:5 i:16", Emit: op{emit: load(4, 0)}},
	{Name: "l.lbz", Bits: "100011 d:5 a:5 i:16", Emit: op{emit: load(1, 0)}},
	{Name: "l.lbs", Bits: "100100 d:5 a:5 i:16", Emit: op{emit: load(1, ir.MemSigned32)}},
	{Name: "l.lhz", Bits: "100101 d:5 a:5 i:16", Emit: op{emit: load(2, 0)}},
	{Name: "l.lhs", Bits: "100110 d:5 a:5 i:16", Emit: op{emit: load(2, ir.MemSigned32)}},
	{Name: "l.swa", Bits: "110011 i:5 a:5 b:5 i:11", Emit: op{storeConditional, splits}},
	{Name: "l.sw", Bits: "110101 i:5 a:5 b:5 i:11", Emit: op{emit: store(4)}},
	{Name: "l.sb", Bits: "110110 i:5 a:5 b:5 i:11", Emit: op{emit: store(1)}},
	{Name: "l.sh", Bits: "110111 i:5 a:5 b:5 i:11", Emit: op{emit: store(2)}},
}

// address is rA + disp, a multiple of size: else it is a bus error.
func (g gen) address(disp int64, size int) ir.Value {
	addr := g.a()
	if disp != 0 {
		addr = g.Op(ir.Add, 4, addr, g.imm(disp))
	}
	if size > 1 {
		g.CheckAlign(addr, 0, size)
	}
	return addr
}

func order(size int) ir.Aux {
	if size > 1 {
		return ir.MemBig
	}
	return 0
}

func load(size int, aux ir.Aux) func(g gen) {
	return func(g gen) {
		g.set(g.Load(ir.Int, size, aux|order(size), g.address(g.word.immediate(), size), 0))
	}
}

func store(size int) func(g gen) {
	return func(g gen) {
		g.Store(size, order(size), g.address(g.word.offset(), size), 0, g.b())
	}
}

func loadReserved(g gen) {
	addr := g.Copy(g.address(g.word.immediate(), 4))
	v := g.Load(ir.Int, 4, ir.MemBig|ir.MemSeqCst, addr, 0)
	g.move(reserveAddr, addr)
	g.move(reserveValue, v)
	g.set(v)
}

// storeConditional stores if the address is reserved and memory still has the value that l.lwa has loaded, and says so in F.
func storeConditional(g gen) {
	addr := g.address(g.word.offset(), 4)
	try, fail, done := g.NewBlock(), g.NewBlock(), g.NewBlock()
	g.Branch(ir.EQ, 8, addr, reserveAddr, g.Inner(try), g.Inner(fail))

	g.Begin(try)
	old := g.With(ir.Insn{Op: ir.CmpXchg, Size: 4, Aux: ir.MemBig}, reserveAddr, ir.None, reserveValue, g.b())
	g.Set(flagF, g.SetCond(ir.EQ, 4, old, reserveValue))
	g.Jump(g.Inner(done))

	g.Begin(fail)
	g.Set(flagF, g.Const(0))
	g.Jump(g.Inner(done))

	g.Begin(done)
	g.Set(reserveAddr, g.Const(noReservation))
}
