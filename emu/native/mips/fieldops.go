package mips

import "muslrun/emu/native/ir"

// fields is the instructions on fields of bits and bytes of MIPS32.
var fields = []row{
	insn("ext", "011111 rs:5 rt:5 msbd:5 lsb:5 000000", extract(4, 0, 1)),
	insn("ins", "011111 rs:5 rt:5 msb:5 lsb:5 000100", insert(4, 0, 0)),
	insn("wsbh", "011111 00000 rt:5 rd:5 00010 100000", func(g gen) {
		g.setWord(g.rd(), g.Op(ir.Rotr, 4, g.Op(ir.Bswap, 4, g.reg(g.rt())), g.Const(16)))
	}),
	insn("seb", "011111 00000 rt:5 rd:5 10000 100000", signExtend(8)),
	insn("seh", "011111 00000 rt:5 rd:5 11000 100000", signExtend(16)),
}

// fields64 is what MIPS64 adds. Position and size have five bits; which half they are in is in the function.
var fields64 = []row{
	insn("dext", "011111 rs:5 rt:5 msbd:5 lsb:5 000011", extract(8, 0, 1)),
	insn("dextm", "011111 rs:5 rt:5 msbdminus32:5 lsb:5 000001", extract(8, 0, 33)),
	insn("dextu", "011111 rs:5 rt:5 msbd:5 lsbminus32:5 000010", extract(8, 32, 1)),
	insn("dins", "011111 rs:5 rt:5 msb:5 lsb:5 000111", insert(8, 0, 0)),
	insn("dinsm", "011111 rs:5 rt:5 msbminus32:5 lsb:5 000101", insert(8, 0, 32)),
	insn("dinsu", "011111 rs:5 rt:5 msbminus32:5 lsbminus32:5 000110", insert(8, 32, 32)),
	insn("dsbh", "011111 00000 rt:5 rd:5 00010 100100", swapBytesOfHalves),
	insn("dshd", "011111 00000 rt:5 rd:5 00101 100100", func(g gen) {
		g.set(g.rd(), swapBytes16(g, g.Op(ir.Bswap, 8, g.reg(g.rt()))))
	}),
}

// extract takes size bits from position lsb on: the fields lie in rd and sa. One that reaches beyond the register is cut.
func extract(size, moreLSB, moreSize int) func(g gen) {
	return func(g gen) {
		at := g.sa() + moreLSB
		n := min(g.rd()+moreSize, 8*size-at)
		v := g.OpImm(ir.Extract, size, int64(at|n<<8), g.reg(g.rs()))
		g.setSized(g.rt(), size, v)
	}
}

// insert puts the low bits of rs between the positions lsb and msb of rt. With msb below lsb the result is not defined; here
// nothing is changed.
func insert(size, moreLSB, moreMSB int) func(g gen) {
	return func(g gen) {
		at, last := g.sa()+moreLSB, g.rd()+moreMSB
		if last < at {
			return
		}
		v := g.OpImm(ir.Insert, size, int64(at|(last-at+1)<<8), g.reg(g.rt()), g.reg(g.rs()))
		g.setSized(g.rt(), size, v)
	}
}

func signExtend(bits int64) func(g gen) {
	return func(g gen) { g.set(g.rd(), g.OpImm(ir.Sext, g.size, bits, g.reg(g.rt()))) }
}

func swapBytesOfHalves(g gen) { g.set(g.rd(), swapBytes16(g, g.reg(g.rt()))) }

// swapBytes16 swaps the bytes of each half-word of 64 bits.
func swapBytes16(g gen, v ir.Value) ir.Value {
	low := g.Const(0x00ff00ff00ff00ff)
	down := g.Op(ir.And, 8, g.Op(ir.Shr, 8, v, g.Const(8)), low)
	return g.Op(ir.Or, 8, down, g.Op(ir.Shl, 8, g.Op(ir.And, 8, v, low), g.Const(8)))
}
