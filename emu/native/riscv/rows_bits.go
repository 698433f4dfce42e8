package riscv

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// bits is Zba, Zbb and Zbs.
func (w xlen) bits() []row {
	rows := []row{
		{Name: "sh1add", Bits: "0010000 rs2:5 rs1:5 010 rd:5 0110011", Emit: op{emit: w.shiftAdd(1)}},
		{Name: "sh2add", Bits: "0010000 rs2:5 rs1:5 100 rd:5 0110011", Emit: op{emit: w.shiftAdd(2)}},
		{Name: "sh3add", Bits: "0010000 rs2:5 rs1:5 110 rd:5 0110011", Emit: op{emit: w.shiftAdd(3)}},
		{Name: "andn", Bits: "0100000 rs2:5 rs1:5 111 rd:5 0110011", Emit: op{emit: w.register(ir.AndNot)}},
		{Name: "orn", Bits: "0100000 rs2:5 rs1:5 110 rd:5 0110011", Emit: op{emit: w.inverted(ir.Or)}},
		{Name: "xnor", Bits: "0100000 rs2:5 rs1:5 100 rd:5 0110011", Emit: op{emit: w.inverted(ir.Xor)}},
		{Name: "clz", Bits: "0110000 00000 rs1:5 001 rd:5 0010011", Emit: op{emit: w.unary(ir.Clz, 0)}},
		{Name: "ctz", Bits: "0110000 00001 rs1:5 001 rd:5 0010011", Emit: op{emit: w.unary(ir.Ctz, 0)}},
		{Name: "cpop", Bits: "0110000 00010 rs1:5 001 rd:5 0010011", Emit: op{emit: w.unary(ir.Popcnt, 0)}},
		{Name: "sext.b", Bits: "0110000 00100 rs1:5 001 rd:5 0010011", Emit: op{emit: w.unary(ir.Sext, 8)}},
		{Name: "sext.h", Bits: "0110000 00101 rs1:5 001 rd:5 0010011", Emit: op{emit: w.unary(ir.Sext, 16)}},
		{Name: "orc.b", Bits: "0010100 00111 rs1:5 101 rd:5 0010011", Emit: op{emit: w.orCombine}},
		{Name: "max", Bits: "0000101 rs2:5 rs1:5 110 rd:5 0110011", Emit: op{emit: w.choose(ir.GTS)}},
		{Name: "maxu", Bits: "0000101 rs2:5 rs1:5 111 rd:5 0110011", Emit: op{emit: w.choose(ir.GTU)}},
		{Name: "min", Bits: "0000101 rs2:5 rs1:5 100 rd:5 0110011", Emit: op{emit: w.choose(ir.LTS)}},
		{Name: "minu", Bits: "0000101 rs2:5 rs1:5 101 rd:5 0110011", Emit: op{emit: w.choose(ir.LTU)}},
		{Name: "rol", Bits: "0110000 rs2:5 rs1:5 001 rd:5 0110011", Emit: op{emit: w.rotateLeft}},
		{Name: "ror", Bits: "0110000 rs2:5 rs1:5 101 rd:5 0110011", Emit: op{emit: w.register(ir.Rotr)}},
		{Name: "bclr", Bits: "0100100 rs2:5 rs1:5 001 rd:5 0110011", Emit: op{emit: w.singleBit(ir.AndNot)}},
		{Name: "binv", Bits: "0110100 rs2:5 rs1:5 001 rd:5 0110011", Emit: op{emit: w.singleBit(ir.Xor)}},
		{Name: "bset", Bits: "0010100 rs2:5 rs1:5 001 rd:5 0110011", Emit: op{emit: w.singleBit(ir.Or)}},
		{Name: "bext", Bits: "0100100 rs2:5 rs1:5 101 rd:5 0110011", Emit: op{emit: w.extractBit}},
	}
	if w == 4 {
		return append(rows, w.bitImmediates("0 shamt:5", "000010000000", "011010011000", "0110011")...)
	}
	return append(append(rows, w.bitImmediates("shamt:6", "000010000000", "011010111000", "0111011")...), w.wideBits()...)
}

// bitImmediates is the instructions whose bits depend on the width: those with a bit number, zext.h and rev8.
func (w xlen) bitImmediates(amount, zextH, rev8, zextOpcode string) []row {
	return []row{
		{Name: "rori", Bits: "011000 " + amount + " rs1:5 101 rd:5 0010011", Emit: op{emit: w.shift(ir.Rotr)}},
		{Name: "bclri", Bits: "010010 " + amount + " rs1:5 001 rd:5 0010011", Emit: op{emit: w.singleBitImmediate(ir.AndNot)}},
		{Name: "binvi", Bits: "011010 " + amount + " rs1:5 001 rd:5 0010011", Emit: op{emit: w.singleBitImmediate(ir.Xor)}},
		{Name: "bseti", Bits: "001010 " + amount + " rs1:5 001 rd:5 0010011", Emit: op{emit: w.singleBitImmediate(ir.Or)}},
		{Name: "bexti", Bits: "010010 " + amount + " rs1:5 101 rd:5 0010011", Emit: op{emit: w.extractBitImmediate}},
		{Name: "zext.h", Bits: zextH + " rs1:5 100 rd:5 " + zextOpcode, Emit: op{emit: w.unary(ir.Zext, 16)}},
		{Name: "rev8", Bits: rev8 + " rs1:5 101 rd:5 0010011", Emit: op{emit: w.unary(ir.Bswap, 0)}},
	}
}

// wideBits is what RV64 adds.
func (w xlen) wideBits() []row {
	return []row{
		{Name: "add.uw", Bits: "0000100 rs2:5 rs1:5 000 rd:5 0111011", Emit: op{emit: w.shiftAddWord(0)}},
		{Name: "sh1add.uw", Bits: "0010000 rs2:5 rs1:5 010 rd:5 0111011", Emit: op{emit: w.shiftAddWord(1)}},
		{Name: "sh2add.uw", Bits: "0010000 rs2:5 rs1:5 100 rd:5 0111011", Emit: op{emit: w.shiftAddWord(2)}},
		{Name: "sh3add.uw", Bits: "0010000 rs2:5 rs1:5 110 rd:5 0111011", Emit: op{emit: w.shiftAddWord(3)}},
		{Name: "slli.uw", Bits: "000010 shamt:6 rs1:5 001 rd:5 0011011", Emit: op{emit: shiftUnsignedWord}},
		{Name: "clzw", Bits: "0110000 00000 rs1:5 001 rd:5 0011011", Emit: op{emit: unaryWord(ir.Clz)}},
		{Name: "ctzw", Bits: "0110000 00001 rs1:5 001 rd:5 0011011", Emit: op{emit: unaryWord(ir.Ctz)}},
		{Name: "cpopw", Bits: "0110000 00010 rs1:5 001 rd:5 0011011", Emit: op{emit: unaryWord(ir.Popcnt)}},
		{Name: "rolw", Bits: "0110000 rs2:5 rs1:5 001 rd:5 0111011", Emit: op{emit: w.rotateLeftWord}},
		{Name: "rorw", Bits: "0110000 rs2:5 rs1:5 101 rd:5 0111011", Emit: op{emit: w.registerWord(ir.Rotr)}},
		{Name: "roriw", Bits: "0110000 shamt:5 rs1:5 101 rd:5 0011011", Emit: op{emit: w.shiftWord(ir.Rotr)}},
	}
}

func (w xlen) shiftAdd(n uint64) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		scaled := b.Op(ir.Shl, int(w), get(b, rs1(word(in))), b.Const(n))
		set(b, rd(word(in)), b.Op(ir.Add, int(w), scaled, get(b, rs2(word(in)))))
	}
}

func (w xlen) shiftAddWord(n uint64) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		scaled := b.Op(ir.Shl, 8, b.OpImm(ir.Zext, 8, 32, get(b, rs1(word(in)))), b.Const(n))
		set(b, rd(word(in)), b.Op(ir.Add, 8, scaled, get(b, rs2(word(in)))))
	}
}

func shiftUnsignedWord(b *ir.Builder, in *isa.Inst) {
	v := b.OpImm(ir.Zext, 8, 32, get(b, rs1(word(in))))
	set(b, rd(word(in)), b.Op(ir.Shl, 8, v, b.Const(uint64(word(in)>>20&63))))
}

func (w xlen) inverted(o ir.Op) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		set(b, rd(word(in)), b.Op(o, int(w), get(b, rs1(word(in))), b.Op(ir.Not, int(w), get(b, rs2(word(in))))))
	}
}

func (w xlen) unary(o ir.Op, imm int64) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		set(b, rd(word(in)), b.OpImm(o, int(w), imm, get(b, rs1(word(in)))))
	}
}

// unaryWord counts in the low half; the count is not negative, so that it needs no extension.
func unaryWord(o ir.Op) emit {
	return func(b *ir.Builder, in *isa.Inst) { set(b, rd(word(in)), b.Op(o, 4, get(b, rs1(word(in))))) }
}

// orCombine makes each byte that is not 0 all ones.
func (w xlen) orCombine(b *ir.Builder, in *isa.Inst) {
	size := int(w)
	v, low := get(b, rs1(word(in))), w.imm(b, 0x7f7f7f7f7f7f7f7f)
	sum := b.Op(ir.Add, size, b.Op(ir.And, size, v, low), low)
	top := b.Op(ir.AndNot, size, b.Op(ir.Or, size, sum, v), low)
	ones := b.Op(ir.Shr, size, top, b.Const(7))
	set(b, rd(word(in)), b.Op(ir.Mul, size, ones, b.Const(255)))
}

// choose gives the first operand if the condition holds, else the second.
func (w xlen) choose(c ir.Cond) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		x, y := get(b, rs1(word(in))), get(b, rs2(word(in)))
		set(b, rd(word(in)), b.Select(c, int(w), x, y, x, y))
	}
}

func (w xlen) rotateLeft(b *ir.Builder, in *isa.Inst) {
	count := b.Op(ir.Neg, int(w), get(b, rs2(word(in))))
	set(b, rd(word(in)), b.Op(ir.Rotr, int(w), get(b, rs1(word(in))), count))
}

func (w xlen) rotateLeftWord(b *ir.Builder, in *isa.Inst) {
	count := b.Op(ir.Neg, 4, get(b, rs2(word(in))))
	w.setWord(b, rd(word(in)), b.Op(ir.Rotr, 4, get(b, rs1(word(in))), count))
}

func (w xlen) singleBit(o ir.Op) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		bit := b.Op(ir.Shl, int(w), b.Const(1), get(b, rs2(word(in))))
		set(b, rd(word(in)), b.Op(o, int(w), get(b, rs1(word(in))), bit))
	}
}

func (w xlen) singleBitImmediate(o ir.Op) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		bit := w.imm(b, 1<<(word(in)>>20&63))
		set(b, rd(word(in)), b.Op(o, int(w), get(b, rs1(word(in))), bit))
	}
}

func (w xlen) extractBit(b *ir.Builder, in *isa.Inst) {
	v := b.Op(ir.Shr, int(w), get(b, rs1(word(in))), get(b, rs2(word(in))))
	set(b, rd(word(in)), b.Op(ir.And, int(w), v, b.Const(1)))
}

func (w xlen) extractBitImmediate(b *ir.Builder, in *isa.Inst) {
	v := b.Op(ir.Shr, int(w), get(b, rs1(word(in))), b.Const(uint64(word(in)>>20&63)))
	set(b, rd(word(in)), b.Op(ir.And, int(w), v, b.Const(1)))
}
