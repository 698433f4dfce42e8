package arm64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// misc is "Advanced SIMD two-register miscellaneous" of integers.
func misc() []form {
	return []form{
		{"rev64", "0", "00000", bhs, none, reverse(8)},
		{"rev32", "1", "00000", b | h, none, reverse(4)},
		{"rev16", "0", "00001", b, none, reverse(2)},
		{"saddlp", "0", "00010", bhs, none, addLongPairs(true, false)},
		{"uaddlp", "1", "00010", bhs, none, addLongPairs(false, false)},
		{"suqadd", "0", "00011", all, all, mixedAdd(0)},
		{"usqadd", "1", "00011", all, all, mixedAdd(mixedUnsigned)},
		{"cls (vector)", "0", "00100", bhs, none, countBits(helpCLS)},
		{"clz (vector)", "1", "00100", bhs, none, countBits(helpCLZ)},
		{"cnt", "0", "00101", b, none, misc1(func(g gen, _ int, n ir.Value) ir.Value { return g.Op(ir.VPopcnt, 1, n) })},
		{"sadalp", "0", "00110", bhs, none, addLongPairs(true, true)},
		{"uadalp", "1", "00110", bhs, none, addLongPairs(false, true)},
		{"sqabs", "0", "00111", all, all, misc1(saturatingAbs)},
		{"sqneg", "1", "00111", all, all, misc1(saturatingNeg)},
		{"cmgt (zero)", "0", "01000", all, d, compareZero(ir.VCmpGTS, false)},
		{"cmge (zero)", "1", "01000", all, d, compareZero(ir.VCmpGES, false)},
		{"cmeq (zero)", "0", "01001", all, d, compareZero(ir.VCmpEQ, false)},
		{"cmle (zero)", "1", "01001", all, d, compareZero(ir.VCmpGES, true)},
		{"cmlt (zero)", "0", "01010", all, d, compareZero(ir.VCmpGTS, true)},
		{"abs", "0", "01011", all, d, misc1(func(g gen, size int, n ir.Value) ir.Value { return g.Op(ir.VAbs, size, n) })},
		{"neg", "1", "01011", all, d, misc1(func(g gen, size int, n ir.Value) ir.Value { return g.Op(ir.VNeg, size, n) })},
		{"xtn", "0", "10010", bhs, none, func(g gen) { g.setNarrow(g.lane(), g.fn()) }},
		{"sqxtun", "1", "10010", bhs, bhs, func(g gen) { g.narrowSaturating(g.lane(), toUnsigned, g.fn()) }},
		{"sqxtn", "0", "10100", bhs, bhs, func(g gen) { g.narrowSaturating(g.lane(), fromSigned, g.fn()) }},
		{"uqxtn", "1", "10100", bhs, bhs, func(g gen) { g.narrowSaturating(g.lane(), fromUnsigned, g.fn()) }},
		{"shll", "1", "10011", bhs, none, shll},
	}
}

func miscRows() []isa.Row[op] {
	return forms(misc(), "0 q:1 %s 01110 size:2 10000 %s 10 rn:5 rd:5", "01 %s 11110 size:2 10000 %s 10 rn:5 rd:5")
}

// miscOther is those whose field size is part of the opcode.
func miscOther() []isa.Row[op] {
	return []isa.Row[op]{
		row("not", "0 q:1 1 01110 00 10000 00101 10 rn:5 rd:5", func(g gen) { g.setFit(8, g.Op(ir.VNot, 8, g.fn())) }),
		row("rbit (vector)", "0 q:1 1 01110 01 10000 00101 10 rn:5 rd:5", func(g gen) { g.setFit(8, reverseBits(g)) }),
		row("urecpe", "0 q:1 0 01110 10 10000 11100 10 rn:5 rd:5", estimateUnsigned(helpRecipUnsigned)),
		row("ursqrte", "0 q:1 1 01110 10 10000 11100 10 rn:5 rd:5", estimateUnsigned(helpRootUnsigned)),
		row("fcvtn", "0 q:1 0 01110 0 sz:1 10000 10110 10 rn:5 rd:5", func(g gen) { g.narrowFloats(2<<g.at(22, 1), ir.RoundDynamic) }),
		row("fcvtl", "0 q:1 0 01110 0 sz:1 10000 10111 10 rn:5 rd:5", fcvtl),
		row("fcvtxn", "0 q:1 1 01110 01 10000 10110 10 rn:5 rd:5", func(g gen) { g.narrowFloats(4, ir.RoundOdd) }),
		row("fcvtxn (scalar)", "01 1 11110 01 10000 10110 10 rn:5 rd:5", func(g gen) {
			g.setV(g.With(ir.Insn{Op: ir.FCvt, Size: 8, Imm: 4, Aux: ir.RoundOdd}, g.fn()))
		}),
	}
}

// monadic is an operation on lanes of size bytes.
type monadic func(g gen, size int, n ir.Value) ir.Value

func misc1(f monadic) func(g gen) {
	return func(g gen) { g.setFit(g.lane(), f(g, g.lane(), g.fn())) }
}

func reverse(container int64) func(g gen) {
	return misc1(func(g gen, size int, n ir.Value) ir.Value { return g.OpImm(ir.VRev, size, container, n) })
}

func addLongPairs(signed, accumulates bool) func(g gen) {
	return func(g gen) {
		sum := g.addPairs(signed, g.lane(), g.fn())
		if accumulates {
			sum = g.Op(ir.VAdd, 2*g.lane(), g.fd(), sum)
		}
		g.setFit(8, sum)
	}
}

func saturatingAbs(g gen, size int, n ir.Value) ir.Value {
	abs := g.Op(ir.VAbs, size, n)
	return g.saturate(size, g.Op(ir.VMinU, size, abs, g.splat(size, 1<<(8*size-1)-1)), abs)
}

func saturatingNeg(g gen, size int, n ir.Value) ir.Value {
	return saturatingOp(ir.VSubSatS, ir.VSub)(g, size, g.zeroVec(), n)
}

// compareZero compares with zero; swapped has zero on the left.
func compareZero(op ir.Op, swapped bool) func(g gen) {
	return misc1(func(g gen, size int, n ir.Value) ir.Value {
		if swapped {
			return g.Op(op, size, g.zeroVec(), n)
		}
		return g.Op(op, size, n, g.zeroVec())
	})
}

func shll(g gen) {
	size := g.lane()
	g.setV(g.OpImm(ir.VShlI, 2*size, int64(8*size), g.widened(false, g.upper(), size, g.fn())))
}

// reverseBits reverses the bits of each byte, by a table for each nibble.
func reverseBits(g gen) ir.Value {
	nibbles := g.VecConst(0x0e060a020c040800, 0x0f070b030d050901)
	mask := g.splat(1, 15)
	low := g.Op(ir.VTbl, 1, nibbles, g.Op(ir.VAnd, 8, g.fn(), mask))
	high := g.Op(ir.VTbl, 1, nibbles, g.OpImm(ir.VShrI, 1, 4, g.fn()))
	return g.Op(ir.VOr, 8, g.OpImm(ir.VShlI, 1, 4, low), high)
}

// narrowing says which numbers are cut to which.
type narrowing uint8

const (
	fromSigned   narrowing = iota // signed to signed
	fromUnsigned                  // unsigned to unsigned
	toUnsigned                    // signed to unsigned
)

// narrowSaturating sets half of rd to lanes of twice size that are saturated to size.
func (g gen) narrowSaturating(size int, how narrowing, val ir.Value) {
	val = g.spreadWide(size, val)
	clamped := g.clamp(size, how, val)
	g.noteSaturation(g.Op(ir.VXor, 8, clamped, val))
	g.setNarrow(size, clamped)
}

// spreadWide repeats the lane of a scalar form's wide operand.
func (g gen) spreadWide(size int, val ir.Value) ir.Value {
	if g.scalar() {
		return g.OpImm(ir.VDupL, 2*size, 0, val)
	}
	return val
}

func (g gen) clamp(size int, how narrowing, val ir.Value) ir.Value {
	wide, ones, half := 2*size, uint64(1)<<(8*size)-1, uint64(1)<<(8*size-1)
	switch how {
	case fromUnsigned:
		return g.Op(ir.VMinU, wide, val, g.splat(wide, ones))
	case toUnsigned:
		return g.Op(ir.VMinS, wide, g.Op(ir.VMaxS, wide, val, g.zeroVec()), g.splat(wide, ones))
	}
	return g.Op(ir.VMaxS, wide, g.Op(ir.VMinS, wide, val, g.splat(wide, half-1)), g.splat(wide, -half))
}
