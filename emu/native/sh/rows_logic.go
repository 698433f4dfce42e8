package sh

import "muslrun/emu/native/ir"

// logic is "Logic operation instructions" and "Shift instructions".
var logic = []row{
	{Name: "and", Bits: "0010 n:4 m:4 1001", Emit: op{emit: alu(ir.And)}},
	{Name: "and #imm", Bits: "11001001 i:8", Emit: op{emit: immediate(ir.And)}},
	{Name: "and.b", Bits: "11001101 i:8", Emit: op{emit: memory(ir.And)}},
	{Name: "not", Bits: "0110 n:4 m:4 0111", Emit: op{emit: func(g gen) { g.Set(g.n(), g.Op(ir.Not, 4, g.m())) }}},
	{Name: "or", Bits: "0010 n:4 m:4 1011", Emit: op{emit: alu(ir.Or)}},
	{Name: "or #imm", Bits: "11001011 i:8", Emit: op{emit: immediate(ir.Or)}},
	{Name: "or.b", Bits: "11001111 i:8", Emit: op{emit: memory(ir.Or)}},
	{Name: "tas.b", Bits: "0100 n:4 00011011", Emit: op{emit: testAndSet}},
	{Name: "tst", Bits: "0010 n:4 m:4 1000", Emit: op{emit: func(g gen) { g.test(ir.TZ, g.n(), g.m()) }}},
	{Name: "tst #imm", Bits: "11001000 i:8", Emit: op{emit: func(g gen) { g.test(ir.TZ, r(0), g.Const(g.word.imm8())) }}},
	{Name: "tst.b", Bits: "11001100 i:8", Emit: op{emit: testByte}},
	{Name: "xor", Bits: "0010 n:4 m:4 1010", Emit: op{emit: alu(ir.Xor)}},
	{Name: "xor #imm", Bits: "11001010 i:8", Emit: op{emit: immediate(ir.Xor)}},
	{Name: "xor.b", Bits: "11001110 i:8", Emit: op{emit: memory(ir.Xor)}},

	{Name: "rotl", Bits: "0100 n:4 00000100", Emit: op{emit: shiftOut(31, func(g gen) ir.Value { return g.Op(ir.Rotr, 4, g.n(), g.Const(31)) })}},
	{Name: "rotr", Bits: "0100 n:4 00000101", Emit: op{emit: shiftOut(0, func(g gen) ir.Value { return g.Op(ir.Rotr, 4, g.n(), g.Const(1)) })}},
	{Name: "rotcl", Bits: "0100 n:4 00100100", Emit: op{emit: shiftOut(31, rotateCarryLeft)}},
	{Name: "rotcr", Bits: "0100 n:4 00100101", Emit: op{emit: shiftOut(0, rotateCarryRight)}},
	{Name: "shad", Bits: "0100 n:4 m:4 1100", Emit: op{emit: dynamic(ir.Sar)}},
	{Name: "shld", Bits: "0100 n:4 m:4 1101", Emit: op{emit: dynamic(ir.Shr)}},
	{Name: "shal", Bits: "0100 n:4 00100000", Emit: op{emit: shiftOut(31, shifted(ir.Shl))}},
	{Name: "shar", Bits: "0100 n:4 00100001", Emit: op{emit: shiftOut(0, shifted(ir.Sar))}},
	{Name: "shll", Bits: "0100 n:4 00000000", Emit: op{emit: shiftOut(31, shifted(ir.Shl))}},
	{Name: "shlr", Bits: "0100 n:4 00000001", Emit: op{emit: shiftOut(0, shifted(ir.Shr))}},
	{Name: "shll2", Bits: "0100 n:4 00001000", Emit: op{emit: shift(ir.Shl, 2)}},
	{Name: "shlr2", Bits: "0100 n:4 00001001", Emit: op{emit: shift(ir.Shr, 2)}},
	{Name: "shll8", Bits: "0100 n:4 00011000", Emit: op{emit: shift(ir.Shl, 8)}},
	{Name: "shlr8", Bits: "0100 n:4 00011001", Emit: op{emit: shift(ir.Shr, 8)}},
	{Name: "shll16", Bits: "0100 n:4 00101000", Emit: op{emit: shift(ir.Shl, 16)}},
	{Name: "shlr16", Bits: "0100 n:4 00101001", Emit: op{emit: shift(ir.Shr, 16)}},
}

func immediate(o ir.Op) func(g gen) {
	return func(g gen) { g.Set(r(0), g.Op(o, 4, r(0), g.Const(g.word.imm8()))) }
}

// memory changes the byte at R0 + GBR.
func memory(o ir.Op) func(g gen) {
	return func(g gen) {
		v := g.Op(o, 4, g.LoadX(ir.Int, 1, 0, gbr, r(0), 0), g.Const(g.word.imm8()))
		g.StoreX(1, 0, gbr, r(0), 0, v)
	}
}

func testByte(g gen) {
	g.test(ir.TZ, g.LoadX(ir.Int, 1, 0, gbr, r(0), 0), g.Const(g.word.imm8()))
}

// testAndSet is atomic.
func testAndSet(g gen) {
	old := g.OpAux(ir.AtomicRMW, 1, ir.RMWOr, g.n(), ir.None, g.Const(0x80))
	g.test(ir.EQ, old, g.Const(0))
}

func shift(o ir.Op, n uint64) func(g gen) {
	return func(g gen) { g.Set(g.n(), g.Op(o, 4, g.n(), g.Const(n))) }
}

func shifted(o ir.Op) func(g gen) ir.Value {
	return func(g gen) ir.Value { return g.Op(o, 4, g.n(), g.Const(1)) }
}

// shiftOut moves a bit, which is 0 or 31, to T.
func shiftOut(bit int64, result func(g gen) ir.Value) func(g gen) {
	return func(g gen) {
		out := g.OpImm(ir.Extract, 4, bit|1<<8, g.n())
		v := result(g)
		g.move(g.n(), v)
		g.Set(t, out)
	}
}

func rotateCarryLeft(g gen) ir.Value {
	return g.Op(ir.Or, 4, g.Op(ir.Shl, 4, g.n(), g.Const(1)), t)
}

func rotateCarryRight(g gen) ir.Value {
	return g.Op(ir.Or, 4, g.Op(ir.Shr, 4, g.n(), g.Const(1)), g.Op(ir.Shl, 4, t, g.Const(31)))
}

// dynamic shifts left by a count that is not negative, right by one that is: -32 and what else has no low bits by 32.
func dynamic(right ir.Op) func(g gen) {
	return func(g gen) {
		count := g.Copy(g.m())
		left := g.Op(ir.Shl, 4, g.n(), count)
		by := g.Op(ir.And, 4, g.Op(ir.Not, 4, count), g.Const(31)) // one less than the distance
		value := g.Op(right, 4, g.Op(right, 4, g.n(), by), g.Const(1))
		g.Set(g.n(), g.Select(ir.GES, 4, count, g.Const(0), left, value))
	}
}
