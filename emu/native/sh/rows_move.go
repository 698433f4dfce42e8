package sh

import "muslrun/emu/native/ir"

// moves is "Fixed-point transfer instructions".
var moves = []row{
	{Name: "mov #imm", Bits: "1110 n:4 i:8", Emit: op{emit: func(g gen) { g.Set(g.n(), g.imm(g.word.signed8())) }}},
	{Name: "mov.w @(disp,PC)", Bits: "1001 n:4 d:8", Emit: op{loadPC(2), relative}},
	{Name: "mov.l @(disp,PC)", Bits: "1101 n:4 d:8", Emit: op{loadPC(4), relative}},
	{Name: "mov", Bits: "0110 n:4 m:4 0011", Emit: op{emit: func(g gen) { g.Set(g.n(), g.m()) }}},
	{Name: "mov.b Rm,@Rn", Bits: "0010 n:4 m:4 0000", Emit: op{emit: storeAt(1)}},
	{Name: "mov.w Rm,@Rn", Bits: "0010 n:4 m:4 0001", Emit: op{emit: storeAt(2)}},
	{Name: "mov.l Rm,@Rn", Bits: "0010 n:4 m:4 0010", Emit: op{emit: storeAt(4)}},
	{Name: "mov.b @Rm,Rn", Bits: "0110 n:4 m:4 0000", Emit: op{emit: loadAt(1)}},
	{Name: "mov.w @Rm,Rn", Bits: "0110 n:4 m:4 0001", Emit: op{emit: loadAt(2)}},
	{Name: "mov.l @Rm,Rn", Bits: "0110 n:4 m:4 0010", Emit: op{emit: loadAt(4)}},
	{Name: "mov.b Rm,@-Rn", Bits: "0010 n:4 m:4 0100", Emit: op{emit: push(1)}},
	{Name: "mov.w Rm,@-Rn", Bits: "0010 n:4 m:4 0101", Emit: op{emit: push(2)}},
	{Name: "mov.l Rm,@-Rn", Bits: "0010 n:4 m:4 0110", Emit: op{emit: push(4)}},
	{Name: "mov.b @Rm+,Rn", Bits: "0110 n:4 m:4 0100", Emit: op{emit: pop(1)}},
	{Name: "mov.w @Rm+,Rn", Bits: "0110 n:4 m:4 0101", Emit: op{emit: pop(2)}},
	{Name: "mov.l @Rm+,Rn", Bits: "0110 n:4 m:4 0110", Emit: op{emit: pop(4)}},
	{Name: "mov.b R0,@(disp,Rn)", Bits: "10000000 m:4 d:4", Emit: op{emit: storeDisp(1)}},
	{Name: "mov.w R0,@(disp,Rn)", Bits: "10000001 m:4 d:4", Emit: op{emit: storeDisp(2)}},
	{Name: "mov.l Rm,@(disp,Rn)", Bits: "0001 n:4 m:4 d:4", Emit: op{emit: storeLong}},
	{Name: "mov.b @(disp,Rm),R0", Bits: "10000100 m:4 d:4", Emit: op{emit: loadDisp(1)}},
	{Name: "mov.w @(disp,Rm),R0", Bits: "10000101 m:4 d:4", Emit: op{emit: loadDisp(2)}},
	{Name: "mov.l @(disp,Rm),Rn", Bits: "0101 n:4 m:4 d:4", Emit: op{emit: loadLong}},
	{Name: "mov.b Rm,@(R0,Rn)", Bits: "0000 n:4 m:4 0100", Emit: op{emit: storeIndexed(1)}},
	{Name: "mov.w Rm,@(R0,Rn)", Bits: "0000 n:4 m:4 0101", Emit: op{emit: storeIndexed(2)}},
	{Name: "mov.l Rm,@(R0,Rn)", Bits: "0000 n:4 m:4 0110", Emit: op{emit: storeIndexed(4)}},
	{Name: "mov.b @(R0,Rm),Rn", Bits: "0000 n:4 m:4 1100", Emit: op{emit: loadIndexed(1)}},
	{Name: "mov.w @(R0,Rm),Rn", Bits: "0000 n:4 m:4 1101", Emit: op{emit: loadIndexed(2)}},
	{Name: "mov.l @(R0,Rm),Rn", Bits: "0000 n:4 m:4 1110", Emit: op{emit: loadIndexed(4)}},
	{Name: "mov.b R0,@(disp,GBR)", Bits: "11000000 d:8", Emit: op{emit: storeGBR(1)}},
	{Name: "mov.w R0,@(disp,GBR)", Bits: "11000001 d:8", Emit: op{emit: storeGBR(2)}},
	{Name: "mov.l R0,@(disp,GBR)", Bits: "11000010 d:8", Emit: op{emit: storeGBR(4)}},
	{Name: "mov.b @(disp,GBR),R0", Bits: "11000100 d:8", Emit: op{emit: loadGBR(1)}},
	{Name: "mov.w @(disp,GBR),R0", Bits: "11000101 d:8", Emit: op{emit: loadGBR(2)}},
	{Name: "mov.l @(disp,GBR),R0", Bits: "11000110 d:8", Emit: op{emit: loadGBR(4)}},
	{Name: "mova", Bits: "11000111 d:8", Emit: op{mova, relative}},
	{Name: "movco.l", Bits: "0000 n:4 01110011", Emit: op{movco, splits}},
	{Name: "movli.l", Bits: "0000 m:4 01100011", Emit: op{emit: movli}},
	{Name: "movua.l @Rm,R0", Bits: "0100 m:4 10101001", Emit: op{emit: func(g gen) { g.Set(r(0), g.load(4, g.n(), 0)) }}},
	{Name: "movua.l @Rm+,R0", Bits: "0100 m:4 11101001", Emit: op{emit: movuaPop}},
	{Name: "movt", Bits: "0000 n:4 00101001", Emit: op{emit: func(g gen) { g.Set(g.n(), t) }}},
	{Name: "swap.b", Bits: "0110 n:4 m:4 1000", Emit: op{emit: swapBytes}},
	{Name: "swap.w", Bits: "0110 n:4 m:4 1001", Emit: op{emit: func(g gen) { g.Set(g.n(), g.Op(ir.Rotr, 4, g.m(), g.Const(16))) }}},
	{Name: "xtrct", Bits: "0010 n:4 m:4 1101", Emit: op{emit: func(g gen) { g.Set(g.n(), g.OpImm(ir.Concat, 4, 16, g.m(), g.n())) }}},
}

// base is PC as displacements count from it: of a long it is cut to a multiple of 4.
func (g gen) base(size int) uint64 {
	if size == 4 {
		return wrap(g.pc&^3 + 4)
	}
	return wrap(g.pc + 4)
}

func loadPC(size int) func(g gen) {
	return func(g gen) {
		addr := wrap(g.base(size) + uint64(g.word.disp8())*uint64(size))
		g.Set(g.n(), g.load(size, g.Const(addr), 0))
	}
}

func mova(g gen) { g.Set(r(0), g.Const(wrap(g.base(4)+uint64(4*g.word.disp8())))) }

func storeAt(size int) func(g gen) { return func(g gen) { g.store(size, g.n(), 0, g.m()) } }
func loadAt(size int) func(g gen)  { return func(g gen) { g.Set(g.n(), g.load(size, g.m(), 0)) } }

// push stores what the register was, if it is its own base.
func push(size int) func(g gen) {
	return func(g gen) {
		g.store(size, g.n(), -int64(size), g.m())
		g.Set(g.n(), g.Op(ir.Sub, 4, g.n(), g.imm(int64(size))))
	}
}

func pop(size int) func(g gen) {
	return func(g gen) {
		v := g.load(size, g.m(), 0)
		if g.word.n() != g.word.m() {
			g.move(g.m(), g.Op(ir.Add, 4, g.m(), g.imm(int64(size))))
		}
		g.Set(g.n(), v)
	}
}

func storeDisp(size int) func(g gen) {
	return func(g gen) { g.store(size, g.m(), g.word.disp4()*int64(size), r(0)) }
}

func loadDisp(size int) func(g gen) {
	return func(g gen) { g.Set(r(0), g.load(size, g.m(), g.word.disp4()*int64(size))) }
}

func storeLong(g gen) { g.store(4, g.n(), 4*g.word.disp4(), g.m()) }
func loadLong(g gen)  { g.Set(g.n(), g.load(4, g.m(), 4*g.word.disp4())) }

func storeIndexed(size int) func(g gen) {
	return func(g gen) { g.StoreX(size, g.data(size, 0), g.n(), r(0), 0, g.m()) }
}

func loadIndexed(size int) func(g gen) {
	return func(g gen) {
		g.Set(g.n(), g.LoadX(ir.Int, size, g.data(size, ir.MemSigned32), g.m(), r(0), 0))
	}
}

func storeGBR(size int) func(g gen) {
	return func(g gen) { g.store(size, gbr, g.word.disp8()*int64(size), r(0)) }
}

func loadGBR(size int) func(g gen) {
	return func(g gen) { g.Set(r(0), g.load(size, gbr, g.word.disp8()*int64(size))) }
}

func movuaPop(g gen) {
	v := g.load(4, g.n(), 0)
	g.move(g.n(), g.Op(ir.Add, 4, g.n(), g.imm(4)))
	g.Set(r(0), v)
}

// swapBytes exchanges the two lowest bytes.
func swapBytes(g gen) {
	low := g.OpImm(ir.Zext, 4, 16, g.m())
	swapped := g.Op(ir.Shr, 4, g.Op(ir.Bswap, 4, low), g.Const(16))
	g.Set(g.n(), g.OpImm(ir.Insert, 4, 0|16<<8, g.m(), swapped))
}

// movli begins a sequence that movco ends: an address and what was loaded there.
func movli(g gen) {
	g.CheckAlign(g.n(), 0, 4)
	v := g.Load(ir.Int, 4, g.data(4, ir.MemSeqCst), g.n(), 0)
	g.move(reserveAddr, g.n())
	g.move(reserveValue, v)
	g.move(r(0), v)
}

// movco stores R0 if the address is the reserved one and memory has what was there then, and says so in T.
func movco(g gen) {
	g.CheckAlign(g.n(), 0, 4)
	try, fail, done := g.NewBlock(), g.NewBlock(), g.NewBlock()
	g.Branch(ir.EQ, 8, g.n(), reserveAddr, g.Inner(try), g.Inner(fail))

	g.Begin(try)
	old := g.With(ir.Insn{Op: ir.CmpXchg, Size: 4, Aux: g.order}, g.n(), ir.None, reserveValue, r(0))
	g.Set(t, g.SetCond(ir.EQ, 4, old, reserveValue))
	g.Jump(g.Inner(done))

	g.Begin(fail)
	g.Set(t, g.Const(0))
	g.Jump(g.Inner(done))

	g.Begin(done)
	g.Set(reserveAddr, g.Const(noReservation))
}
