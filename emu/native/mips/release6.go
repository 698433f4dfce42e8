package mips

import "muslrun/emu/native/ir"

// release6 is what release 6 added to MIPS32, or encodes anew.
var release6 = []row{
	insn("seleqz", "000000 rs:5 rt:5 rd:5 00000 110101", selectIf(ir.EQ)),
	insn("selnez", "000000 rs:5 rt:5 rd:5 00000 110111", selectIf(ir.NE)),
	insn("lsa", "000000 rs:5 rt:5 rd:5 000 sa:2 000101", func(g gen) {
		g.setWord(g.rd(), g.Op(ir.Add, 4, g.Op(ir.Shl, 4, g.reg(g.rs()), g.Const(uint64(g.at(6, 2)+1))), g.reg(g.rt())))
	}),
	insn("clz", "000000 rs:5 00000 rd:5 00001 010000", leading(4, false)),
	insn("clo", "000000 rs:5 00000 rd:5 00001 010001", leading(4, true)),
	insn("align", "011111 rs:5 rt:5 rd:5 010 bp:2 100000", func(g gen) { align(g, 4, g.at(6, 2)) }),
	insn("bitswap", "011111 00000 rt:5 rd:5 00000 100000", func(g gen) {
		g.setWord(g.rd(), g.Op(ir.Bswap, 4, g.Op(ir.BitRev, 4, g.reg(g.rt()))))
	}),
	insn("aui", "001111 rs:5 rt:5 imm:16", func(g gen) {
		g.setWord(g.rt(), g.Op(ir.Add, 4, g.reg(g.rs()), g.Const(uint64(uint32(g.simm()<<16)))))
	}),
	insn("addiupc", "111011 rs:5 00 imm:19", func(g gen) { g.set(g.rs(), g.imm(int64(g.pc)+g.signed(19)<<2)) }),
	insn("auipc", "111011 rs:5 11110 imm:16", func(g gen) { g.set(g.rs(), g.imm(int64(g.pc)+g.simm()<<16)) }),
	insn("aluipc", "111011 rs:5 11111 imm:16", func(g gen) { g.set(g.rs(), g.imm((int64(g.pc)+g.simm()<<16)&^0xffff)) }),
	insn("lwpc", "111011 rs:5 01 imm:19", func(g gen) { loadPC(g, 4, g.extension(true), g.pc, g.signed(19)<<2) }),
	insn("pref", "011111 rs:5 hint:5 imm:9 0 110101", func(g gen) {}),
	reserved("reserved", "011111 rs:5 11 hint:3 imm:9 0 110101"),
	insn("ll", "011111 rs:5 rt:5 imm:9 0 110110", func(g gen) { g.loadLinked(4, g.offset9()) }),
	insn("sc", "011111 rs:5 rt:5 imm:9 0 100110", func(g gen) { g.storeConditional(4, g.offset9()) }),
}

// release6Wide is the same for MIPS64.
var release6Wide = append(divide6Wide, []row{
	insn("dlsa", "000000 rs:5 rt:5 rd:5 000 sa:2 010101", func(g gen) {
		g.set(g.rd(), g.Op(ir.Add, 8, g.Op(ir.Shl, 8, g.reg(g.rs()), g.Const(uint64(g.at(6, 2)+1))), g.reg(g.rt())))
	}),
	insn("dclz", "000000 rs:5 00000 rd:5 00001 010010", leading(8, false)),
	insn("dclo", "000000 rs:5 00000 rd:5 00001 010011", leading(8, true)),
	insn("dalign", "011111 rs:5 rt:5 rd:5 01 bp:3 100100", func(g gen) { align(g, 8, g.at(6, 3)) }),
	insn("dbitswap", "011111 00000 rt:5 rd:5 00000 100100", func(g gen) {
		g.set(g.rd(), g.Op(ir.Bswap, 8, g.Op(ir.BitRev, 8, g.reg(g.rt()))))
	}),
	insn("daui", "011101 rs:5 rt:5 imm:16", func(g gen) { addUpper(g, g.rt(), g.rs(), 16) }),
	reserved("reserved", "011101 00000 rt:5 imm:16"),
	insn("dahi", "000001 rs:5 00110 imm:16", func(g gen) { addUpper(g, g.rs(), g.rs(), 32) }),
	insn("dati", "000001 rs:5 11110 imm:16", func(g gen) { addUpper(g, g.rs(), g.rs(), 48) }),
	insn("lwupc", "111011 rs:5 10 imm:19", func(g gen) { loadPC(g, 4, 0, g.pc, g.signed(19)<<2) }),
	insn("ldpc", "111011 rs:5 110 imm:18", func(g gen) { loadPC(g, 8, 0, g.pc&^7, g.signed(18)<<3) }),
	insn("lld", "011111 rs:5 rt:5 imm:9 0 110111", func(g gen) { g.loadLinked(8, g.offset9()) }),
	insn("scd", "011111 rs:5 rt:5 imm:9 0 100111", func(g gen) { g.storeConditional(8, g.offset9()) }),
}...)

// divide6 is multiplication and division of release 6, which leave one half of the result in a general register.
var divide6 = []row{
	insn("mul", "000000 rs:5 rt:5 rd:5 00010 011000", arith32(ir.Mul)),
	insn("muh", "000000 rs:5 rt:5 rd:5 00011 011000", arith32(ir.MulHiS)),
	insn("mulu", "000000 rs:5 rt:5 rd:5 00010 011001", arith32(ir.Mul)),
	insn("muhu", "000000 rs:5 rt:5 rd:5 00011 011001", arith32(ir.MulHiU)),
	insn("div", "000000 rs:5 rt:5 rd:5 00010 011010", arith32(ir.DivS)),
	insn("mod", "000000 rs:5 rt:5 rd:5 00011 011010", arith32(ir.RemS)),
	insn("divu", "000000 rs:5 rt:5 rd:5 00010 011011", arith32(ir.DivU)),
	insn("modu", "000000 rs:5 rt:5 rd:5 00011 011011", arith32(ir.RemU)),
}

var divide6Wide = []row{
	insn("dmul", "000000 rs:5 rt:5 rd:5 00010 011100", arith(ir.Mul)),
	insn("dmuh", "000000 rs:5 rt:5 rd:5 00011 011100", arith(ir.MulHiS)),
	insn("dmulu", "000000 rs:5 rt:5 rd:5 00010 011101", arith(ir.Mul)),
	insn("dmuhu", "000000 rs:5 rt:5 rd:5 00011 011101", arith(ir.MulHiU)),
	insn("ddiv", "000000 rs:5 rt:5 rd:5 00010 011110", arith(ir.DivS)),
	insn("dmod", "000000 rs:5 rt:5 rd:5 00011 011110", arith(ir.RemS)),
	insn("ddivu", "000000 rs:5 rt:5 rd:5 00010 011111", arith(ir.DivU)),
	insn("dmodu", "000000 rs:5 rt:5 rd:5 00011 011111", arith(ir.RemU)),
}

// offset9 is the offset of release 6's LL, SC and their like.
func (w word) offset9() int64 { return int64(int32(w<<16) >> 23) }

// selectIf is rs if rt fulfils the condition, else 0.
func selectIf(c ir.Cond) func(g gen) {
	return func(g gen) { g.set(g.rd(), g.Select(c, g.size, g.reg(g.rt()), g.Const(0), g.reg(g.rs()), g.Const(0))) }
}

// align takes bytes from the joint registers rt and rs, rt being the upper one, bytes n from the top.
func align(g gen, size, n int) {
	v := g.OpImm(ir.Concat, size, int64(8*(size-n))%int64(8*size), g.reg(g.rt()), g.reg(g.rs()))
	if n == 0 {
		v = g.Copy(g.reg(g.rt()))
	}
	g.setSized(g.rd(), size, v)
}

// addUpper adds the immediate, shifted left, to a register.
func addUpper(g gen, to, from, shift int) {
	g.set(to, g.Op(ir.Add, 8, g.reg(from), g.Const(uint64(g.simm())<<shift)))
}

// loadPC reads memory near the instruction.
func loadPC(g gen, size int, aux ir.Aux, pc uint64, offset int64) {
	g.set(g.rs(), g.Load(ir.Int, size, g.ordered(size, aux), g.imm(int64(pc)+offset), 0))
}
