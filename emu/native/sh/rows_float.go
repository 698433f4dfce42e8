package sh

import "muslrun/emu/native/ir"

// floating is "Floating-point instructions". Which of them exist depends on the precision (FPSCR.PR), see validFloat.
var floating = []row{
	{Name: "fldi0", Bits: "1111 n:4 10001101", Emit: op{emit: func(g gen) { g.Set(g.fr(g.word.n()), g.VecConst(0, 0)) }}},
	{Name: "fldi1", Bits: "1111 n:4 10011101", Emit: op{emit: func(g gen) { g.Set(g.fr(g.word.n()), g.VecConst(one, 0)) }}},
	{Name: "fmov", Bits: "1111 n:4 m:4 1100", Emit: op{emit: moveFloat}},
	{Name: "fmov.s @Rm,FRn", Bits: "1111 n:4 m:4 1000", Emit: op{emit: func(g gen) { g.loadFloat(g.m(), ir.None, 0) }}},
	{Name: "fmov.s @Rm+,FRn", Bits: "1111 n:4 m:4 1001", Emit: op{emit: popFloat}},
	{Name: "fmov.s @(R0,Rm),FRn", Bits: "1111 n:4 m:4 0110", Emit: op{emit: func(g gen) { g.loadFloat(g.m(), r(0), 0) }}},
	{Name: "fmov.s FRm,@Rn", Bits: "1111 n:4 m:4 1010", Emit: op{emit: func(g gen) { g.storeFloat(g.n(), ir.None, 0) }}},
	{Name: "fmov.s FRm,@-Rn", Bits: "1111 n:4 m:4 1011", Emit: op{emit: pushFloat}},
	{Name: "fmov.s FRm,@(R0,Rn)", Bits: "1111 n:4 m:4 0111", Emit: op{emit: func(g gen) { g.storeFloat(g.n(), r(0), 0) }}},
	{Name: "flds", Bits: "1111 m:4 00011101", Emit: op{emit: func(g gen) { g.Set(fpul, g.OpImm(ir.VExtract, 4, 0, g.fr(g.word.n()))) }}},
	{Name: "fsts", Bits: "1111 n:4 00001101", Emit: op{emit: func(g gen) { g.Set(g.fr(g.word.n()), g.fromInt(fpul)) }}},
	{Name: "fabs", Bits: "1111 n:4 01011101", Emit: op{emit: sign(ir.FAbs)}},
	{Name: "fneg", Bits: "1111 n:4 01001101", Emit: op{emit: sign(ir.FNeg)}},
	{Name: "fadd", Bits: "1111 n:4 m:4 0000", Emit: op{emit: arith(ir.FAdd)}},
	{Name: "fsub", Bits: "1111 n:4 m:4 0001", Emit: op{emit: arith(ir.FSub)}},
	{Name: "fmul", Bits: "1111 n:4 m:4 0010", Emit: op{emit: arith(ir.FMul)}},
	{Name: "fdiv", Bits: "1111 n:4 m:4 0011", Emit: op{emit: arith(ir.FDiv)}},
	{Name: "fsqrt", Bits: "1111 n:4 01101101", Emit: op{emit: squareRoot}},
	{Name: "fmac", Bits: "1111 n:4 m:4 1110", Emit: op{emit: multiplyAdd}},
	{Name: "fcmp/eq", Bits: "1111 n:4 m:4 0100", Emit: op{emit: func(g gen) { g.compareFloats(ir.FEQ, 0, g.double(g.word.n()), g.double(g.word.m())) }}},
	{Name: "fcmp/gt", Bits: "1111 n:4 m:4 0101",
		Emit: op{emit: func(g gen) { g.compareFloats(ir.FLT, ir.Signaling, g.double(g.word.m()), g.double(g.word.n())) }}},
	{Name: "float", Bits: "1111 n:4 00101101", Emit: op{emit: toFloat}},
	{Name: "ftrc", Bits: "1111 m:4 00111101", Emit: op{emit: toInt}},
	{Name: "fcnvsd", Bits: "1111 n:4 10101101", Emit: op{emit: widen}},
	{Name: "fcnvds", Bits: "1111 m:4 10111101", Emit: op{emit: narrow}},
	{Name: "fsrra", Bits: "1111 n:4 01111101", Emit: op{emit: inverseRoot}},
	{Name: "fsca", Bits: "1111 n:3 0 11111101", Emit: op{emit: sineCosine}},
	{Name: "fipr", Bits: "1111 n:2 m:2 11101101", Emit: op{emit: innerProduct}},
	{Name: "ftrv", Bits: "1111 n:2 01 11111101", Emit: op{emit: transform}},
	{Name: "frchg", Bits: "1111101111111101", Emit: op{toggle(fpscrFR), control}},
	{Name: "fschg", Bits: "1111001111111101", Emit: op{toggle(fpscrSZ), control}},
	{Name: "fpchg", Bits: "1111011111111101", Emit: op{toggle(fpscrPR), control}},
}

// one is 1.0 as a single.
const one = 0x3f800000

// validFloat tells whether an instruction exists in a mode: with PR set there are only pairs of registers for arithmetic, and
// some instructions not at all; without it there are no conversions between precisions.
func validFloat(w word, mode uint32) bool {
	double := mode&fpscrPR != 0
	switch w & 15 {
	case 0, 1, 2, 3, 4, 5:
		return !double || w&0x110 == 0
	case 14:
		return !double
	case 13:
		return validUnary(w, double)
	}
	return true
}

func validUnary(w word, double bool) bool {
	if w == 0xfbfd || w == 0xf3fd || w == 0xf7fd {
		return w == 0xf7fd || !double
	}
	switch w >> 4 & 15 {
	case 0, 1:
		return true
	case 2, 3, 4, 5, 6:
		return !double || w&0x100 == 0
	case 10, 11:
		return double && w&0x100 == 0
	}
	return !double
}

func (g gen) wide() bool { return g.in.Mode&fpscrPR != 0 }

// size is the bytes of an operand.
func (g gen) size() int {
	if g.wide() {
		return 8
	}
	return 4
}

// fr is a register of the bank in use, xd one of the other.
func (g gen) fr(i int) ir.Value { return bank(int(g.in.Mode/fpscrFR&1), i) }
func (g gen) xf(i int) ir.Value { return bank(int(g.in.Mode/fpscrFR&1^1), i) }

// double is operand i: a register, or a pair whose first has the upper half.
func (g gen) double(i int) ir.Value {
	if !g.wide() {
		return g.fr(i)
	}
	return g.pair(g.fr(i), g.fr(i+1))
}

func (g gen) pair(high, low ir.Value) ir.Value { return g.Op(ir.VZipLo, 4, low, high) }

func (g gen) setDouble(i int, v ir.Value) {
	if !g.wide() {
		g.Set(g.fr(i), v)
		return
	}
	g.setPair(g.fr(i), g.fr(i+1), v)
}

func (g gen) setPair(high, low, v ir.Value) {
	g.move(high, g.OpImm(ir.VShrI, 8, 32, v))
	g.Set(low, g.Op(ir.VAnd, 8, v, g.VecConst(0xffffffff, 0)))
}

// fromInt is a vector with an integer of 32 bits in lane 0.
func (g gen) fromInt(v ir.Value) ir.Value {
	return g.OpImm(ir.VInsert, 4, 0, g.VecConst(0, 0), v)
}

// The registers that fmov names: single ones, or with SZ set pairs, of which odd numbers are in the other bank.
func (g gen) moved(i int) (high, low ir.Value) {
	switch {
	case g.in.Mode&fpscrSZ == 0:
		return ir.None, g.fr(i)
	case i&1 == 0:
		return g.fr(i), g.fr(i + 1)
	}
	return g.xf(i - 1), g.xf(i)
}

func moveFloat(g gen) {
	toHigh, toLow := g.moved(g.word.n())
	high, low := g.moved(g.word.m())
	g.Set(toLow, low)
	if high != ir.None {
		g.Set(toHigh, high)
	}
}

// wideSize is the bytes that fmov moves.
func (g gen) wideSize() int {
	if g.in.Mode&fpscrSZ != 0 {
		return 8
	}
	return 4
}

func (g gen) loadFloat(base, index ir.Value, disp int64) {
	size := g.wideSize()
	high, low := g.moved(g.word.n())
	aux := ir.Aux(0)
	if g.order != 0 {
		aux = g.order | ir.Element(1+size/4)
	}
	v := g.LoadX(ir.Vec, size, aux, base, index, disp)
	if size == 4 {
		g.Set(low, v)
		return
	}
	g.setPair(high, low, v)
}

func (g gen) storeFloat(base, index ir.Value, disp int64) {
	size := g.wideSize()
	high, v := g.moved(g.word.m())
	if size == 8 {
		v = g.pair(high, v)
	}
	aux := ir.Aux(0)
	if g.order != 0 {
		aux = g.order | ir.Element(1+size/4)
	}
	g.StoreX(size, aux, base, index, disp, v)
}

func popFloat(g gen) {
	g.loadFloat(g.m(), ir.None, 0)
	g.Set(g.m(), g.Op(ir.Add, 4, g.m(), g.imm(int64(g.wideSize()))))
}

func pushFloat(g gen) {
	size := int64(g.wideSize())
	g.storeFloat(g.n(), ir.None, -size)
	g.Set(g.n(), g.Op(ir.Sub, 4, g.n(), g.imm(size)))
}

// sign changes the first register of a pair only, which has it.
func sign(o ir.Op) func(g gen) {
	return func(g gen) {
		v := g.fr(g.word.n())
		g.Set(v, g.Op(o, 4, v))
	}
}

func arith(o ir.Op) func(g gen) {
	return func(g gen) {
		x, y := g.double(g.word.n()), g.double(g.word.m())
		g.record(o, 0, x, y)
		g.setDouble(g.word.n(), g.Op(o, g.size(), x, y))
	}
}

func squareRoot(g gen) {
	x := g.double(g.word.n())
	g.record(ir.FSqrt, 0, x)
	g.setDouble(g.word.n(), g.Op(ir.FSqrt, g.size(), x))
}

func multiplyAdd(g gen) {
	x, y, z := g.fr(0), g.fr(g.word.m()), g.fr(g.word.n())
	g.record(ir.FMulAdd, 0, x, y, z)
	g.Set(z, g.Op(ir.FMulAdd, 4, x, y, z))
}

// compareFloats sets T to a condition on x and y.
func (g gen) compareFloats(c ir.Cond, aux ir.Aux, x, y ir.Value) {
	g.record(ir.SetFCmp, aux, x, y)
	g.Set(t, g.With(ir.Insn{Op: ir.SetFCmp, Size: uint8(g.size()), Cond: c, Aux: aux}, x, y))
}

func toFloat(g gen) {
	g.record(ir.IToF, 0, g.fromInt(fpul))
	g.setDouble(g.word.n(), g.OpAux(ir.IToF, g.size(), ir.Signed, fpul))
}

func toInt(g gen) {
	x := g.double(g.word.n())
	g.record(ir.FToI, 0, x)
	g.Set(fpul, g.OpAux(ir.FToI, g.size(), ir.Signed|ir.RoundZero, x))
}

func widen(g gen) {
	x := g.fromInt(fpul)
	g.recordSize(4, ir.FCvt, 0, x)
	g.setDouble(g.word.n(), g.OpImm(ir.FCvt, 4, 8, x))
}

func narrow(g gen) {
	x := g.double(g.word.n())
	g.record(ir.FCvt, 0, x)
	g.Set(fpul, g.OpImm(ir.VExtract, 4, 0, g.OpImm(ir.FCvt, 8, 4, x)))
}

// inverseRoot, sineCosine, innerProduct and transform are helpers: see helpers.go.
func inverseRoot(g gen) {
	g.Set(g.fr(g.word.n()), g.Helper(ir.Vec, 0, helpInverseRoot, int64(g.in.Mode), g.fr(g.word.n())))
}

func sineCosine(g gen) {
	n := g.word.n()
	both := g.Helper(ir.Vec, 0, helpSineCosine, int64(g.in.Mode), g.fromInt(fpul))
	g.setPair(g.fr(n+1), g.fr(n), both)
}

// vector is four registers from i on, as one.
func (g gen) vector(i int) ir.Value {
	low, high := g.Op(ir.VZipLo, 4, g.fr(i), g.fr(i+1)), g.Op(ir.VZipLo, 4, g.fr(i+2), g.fr(i+3))
	return g.Op(ir.VZipLo, 8, low, high)
}

func innerProduct(g gen) {
	n, m := g.word.n()&12, g.word.n()&3*4
	v := g.Helper(ir.Vec, 0, helpInnerProduct, int64(g.in.Mode), g.vector(n), g.vector(m))
	g.Set(g.fr(n+3), v)
}

func transform(g gen) {
	n := g.word.n() & 12
	v := g.Helper(ir.Vec, 0, helpTransform, int64(g.in.Mode), g.vector(n))
	for i := range 4 {
		g.Set(g.fr(n+i), g.fromInt(g.OpImm(ir.VExtract, 4, int64(i), v)))
	}
}

// toggle changes a bit of FPSCR.
func toggle(bit uint64) func(g gen) {
	return func(g gen) { g.Set(fpscr, g.Op(ir.Xor, 4, fpscr, g.Const(bit))) }
}
