package riscv

import "muslrun/emu/native/isa"

// expand makes the word of the full instruction that a compressed one stands for, 0 (which is illegal) for a reserved one.
type expand func(h uint32) uint32

type halfRow = isa.Row[expand]

// expand gives the full instruction for a compressed one; 0 if there is none.
func (d *decoder) expand(h uint16) uint32 {
	i := d.half.Lookup(uint32(h))
	if i < 0 {
		return 0
	}
	return d.half.Row(i).Emit(uint32(h))
}

// compressed is the C extension.
func (w xlen) compressed() []halfRow {
	rows := []halfRow{
		{Name: "c.addi4spn", Bits: "000 imm:8 rd:3 00", Emit: addi4spn},
		{Name: "c.fld", Bits: "001 imm:3 rs1:3 imm:2 rd:3 00", Emit: cLoad(0x07, 3, offset8)},
		{Name: "c.lw", Bits: "010 imm:3 rs1:3 imm:2 rd:3 00", Emit: cLoad(0x03, 2, offset4)},
		{Name: "c.fsd", Bits: "101 imm:3 rs1:3 imm:2 rs2:3 00", Emit: cStore(0x27, 3, offset8)},
		{Name: "c.sw", Bits: "110 imm:3 rs1:3 imm:2 rs2:3 00", Emit: cStore(0x23, 2, offset4)},

		{Name: "c.addi", Bits: "000 imm:1 rd:5 imm:5 01", Emit: func(h uint32) uint32 { return addi(rd(h), rd(h), imm6(h)) }},
		{Name: "c.li", Bits: "010 imm:1 rd:5 imm:5 01", Emit: func(h uint32) uint32 { return addi(rd(h), 0, imm6(h)) }},
		{Name: "c.lui", Bits: "011 imm:1 rd:5 imm:5 01", Emit: cLui},
		{Name: "c.addi16sp", Bits: "011 imm:1 00010 imm:5 01", Emit: addi16sp},
		{Name: "c.srli", Bits: "100 imm:1 00 rd:3 imm:5 01", Emit: w.cShift(0x5013)},
		{Name: "c.srai", Bits: "100 imm:1 01 rd:3 imm:5 01", Emit: w.cShift(0x40005013)},
		{Name: "c.andi", Bits: "100 imm:1 10 rd:3 imm:5 01",
			Emit: func(h uint32) uint32 { return encodeI(0x13, 7, rdLow(h), rdLow(h), imm6(h)) }},
		{Name: "c.sub", Bits: "100 0 11 rd:3 00 rs2:3 01", Emit: cArith(0x40000033)},
		{Name: "c.xor", Bits: "100 0 11 rd:3 01 rs2:3 01", Emit: cArith(0x4033)},
		{Name: "c.or", Bits: "100 0 11 rd:3 10 rs2:3 01", Emit: cArith(0x6033)},
		{Name: "c.and", Bits: "100 0 11 rd:3 11 rs2:3 01", Emit: cArith(0x7033)},
		{Name: "c.j", Bits: "101 imm:11 01", Emit: func(h uint32) uint32 { return encodeJ(0, immCJ(h)) }},
		{Name: "c.beqz", Bits: "110 imm:3 rs1:3 imm:5 01", Emit: func(h uint32) uint32 { return encodeB(0, rs1Low(h), immCB(h)) }},
		{Name: "c.bnez", Bits: "111 imm:3 rs1:3 imm:5 01", Emit: func(h uint32) uint32 { return encodeB(1, rs1Low(h), immCB(h)) }},

		{Name: "c.slli", Bits: "000 imm:1 rd:5 imm:5 10", Emit: w.cShiftLeft},
		{Name: "c.fldsp", Bits: "001 imm:1 rd:5 imm:5 10",
			Emit: func(h uint32) uint32 { return encodeI(0x07, 3, rd(h), 2, offset8sp(h)) }},
		{Name: "c.lwsp", Bits: "010 imm:1 rd:5 imm:5 10", Emit: loadSP(2, offset4sp)},
		{Name: "c.jr", Bits: "100 0 rs1:5 00000 10", Emit: cJumpReg(0)},
		{Name: "c.mv", Bits: "100 0 rd:5 rs2:5 10", Emit: func(h uint32) uint32 { return 0x33 | rd(h)<<7 | h>>2&31<<20 }},
		{Name: "c.ebreak", Bits: "100 1 00000 00000 10", Emit: func(uint32) uint32 { return 0x00100073 }},
		{Name: "c.jalr", Bits: "100 1 rs1:5 00000 10", Emit: cJumpReg(1)},
		{Name: "c.add", Bits: "100 1 rd:5 rs2:5 10",
			Emit: func(h uint32) uint32 { return 0x33 | rd(h)<<7 | rd(h)<<15 | h>>2&31<<20 }},
		{Name: "c.fsdsp", Bits: "101 imm:6 rs2:5 10",
			Emit: func(h uint32) uint32 { return encodeS(0x27, 3, 2, h>>2&31, store8sp(h)) }},
		{Name: "c.swsp", Bits: "110 imm:6 rs2:5 10",
			Emit: func(h uint32) uint32 { return encodeS(0x23, 2, 2, h>>2&31, store4sp(h)) }},
	}
	if w == 4 {
		return append(rows, compressed32...)
	}
	return append(rows, compressed64...)
}

// compressed32 is what stands in RV32 where RV64 has others.
var compressed32 = []halfRow{
	{Name: "c.flw", Bits: "011 imm:3 rs1:3 imm:2 rd:3 00", Emit: cLoad(0x07, 2, offset4)},
	{Name: "c.fsw", Bits: "111 imm:3 rs1:3 imm:2 rs2:3 00", Emit: cStore(0x27, 2, offset4)},
	{Name: "c.jal", Bits: "001 imm:11 01", Emit: func(h uint32) uint32 { return encodeJ(1, immCJ(h)) }},
	{Name: "c.flwsp", Bits: "011 imm:1 rd:5 imm:5 10",
		Emit: func(h uint32) uint32 { return encodeI(0x07, 2, rd(h), 2, offset4sp(h)) }},
	{Name: "c.fswsp", Bits: "111 imm:6 rs2:5 10",
		Emit: func(h uint32) uint32 { return encodeS(0x27, 2, 2, h>>2&31, store4sp(h)) }},
}

var compressed64 = []halfRow{
	{Name: "c.ld", Bits: "011 imm:3 rs1:3 imm:2 rd:3 00", Emit: cLoad(0x03, 3, offset8)},
	{Name: "c.sd", Bits: "111 imm:3 rs1:3 imm:2 rs2:3 00", Emit: cStore(0x23, 3, offset8)},
	{Name: "c.addiw", Bits: "001 imm:1 rd:5 imm:5 01", Emit: addiw},
	{Name: "c.subw", Bits: "100 1 11 rd:3 00 rs2:3 01", Emit: cArith(0x4000003b)},
	{Name: "c.addw", Bits: "100 1 11 rd:3 01 rs2:3 01", Emit: cArith(0x3b)},
	{Name: "c.ldsp", Bits: "011 imm:1 rd:5 imm:5 10", Emit: loadSP(3, offset8sp)},
	{Name: "c.sdsp", Bits: "111 imm:6 rs2:5 10",
		Emit: func(h uint32) uint32 { return encodeS(0x23, 3, 2, h>>2&31, store8sp(h)) }},
}

// Encodings of full instructions.
func encodeI(opcode, funct3, rd, rs1, imm uint32) uint32 {
	return opcode | rd<<7 | funct3<<12 | rs1<<15 | imm<<20
}

func encodeS(opcode, funct3, rs1, rs2, imm uint32) uint32 {
	return opcode | imm&31<<7 | funct3<<12 | rs1<<15 | rs2<<20 | imm>>5<<25
}

func encodeB(funct3, rs1, imm uint32) uint32 {
	return 0x63 | imm>>11&1<<7 | imm>>1&15<<8 | funct3<<12 | rs1<<15 | imm>>5&63<<25 | imm>>12&1<<31
}

func encodeJ(rd, imm uint32) uint32 {
	return 0x6f | rd<<7 | imm>>12&255<<12 | imm>>11&1<<20 | imm>>1&1023<<21 | imm>>20&1<<31
}

func addi(rd, rs1, imm uint32) uint32 { return encodeI(0x13, 0, rd, rs1, imm) }

// Registers of three bits, x8 to x15.
func rdLow(h uint32) uint32  { return h>>7&7 + 8 } // also rs1 of most forms
func rs1Low(h uint32) uint32 { return h>>7&7 + 8 }
func low2(h uint32) uint32   { return h>>2&7 + 8 }

// Immediates.
func imm6(h uint32) uint32 { return uint32(int32(h>>12&1<<31)>>26 | int32(h>>2&31)) }

func offset4(h uint32) uint32   { return h>>10&7<<3 | h>>6&1<<2 | h>>5&1<<6 }
func offset8(h uint32) uint32   { return h>>10&7<<3 | h>>5&3<<6 }
func offset4sp(h uint32) uint32 { return h>>12&1<<5 | h>>4&7<<2 | h>>2&3<<6 }
func offset8sp(h uint32) uint32 { return h>>12&1<<5 | h>>5&3<<3 | h>>2&7<<6 }
func store4sp(h uint32) uint32  { return h>>9&15<<2 | h>>7&3<<6 }
func store8sp(h uint32) uint32  { return h>>10&7<<3 | h>>7&7<<6 }

func immCJ(h uint32) uint32 {
	v := h>>12&1<<11 | h>>11&1<<4 | h>>9&3<<8 | h>>8&1<<10 | h>>7&1<<6 | h>>6&1<<7 | h>>3&7<<1 | h>>2&1<<5
	return uint32(int32(v<<20) >> 20)
}

func immCB(h uint32) uint32 {
	v := h>>12&1<<8 | h>>10&3<<3 | h>>5&3<<6 | h>>3&3<<1 | h>>2&1<<5
	return uint32(int32(v<<23) >> 23)
}

func addi4spn(h uint32) uint32 {
	imm := h>>11&3<<4 | h>>7&15<<6 | h>>6&1<<2 | h>>5&1<<3
	if imm == 0 {
		return 0
	}
	return addi(low2(h), 2, imm)
}

func addi16sp(h uint32) uint32 {
	v := h>>12&1<<9 | h>>6&1<<4 | h>>5&1<<6 | h>>3&3<<7 | h>>2&1<<5
	if v == 0 {
		return 0
	}
	return addi(2, 2, uint32(int32(v<<22)>>22))
}

func cLui(h uint32) uint32 {
	if imm6(h) == 0 {
		return 0
	}
	return 0x37 | rd(h)<<7 | imm6(h)<<12
}

func addiw(h uint32) uint32 {
	if rd(h) == 0 {
		return 0
	}
	return encodeI(0x1b, 0, rd(h), rd(h), imm6(h))
}

func cLoad(opcode, funct3 uint32, offset func(uint32) uint32) expand {
	return func(h uint32) uint32 { return encodeI(opcode, funct3, low2(h), rs1Low(h), offset(h)) }
}

func cStore(opcode, funct3 uint32, offset func(uint32) uint32) expand {
	return func(h uint32) uint32 { return encodeS(opcode, funct3, rs1Low(h), low2(h), offset(h)) }
}

func loadSP(funct3 uint32, offset func(uint32) uint32) expand {
	return func(h uint32) uint32 {
		if rd(h) == 0 {
			return 0
		}
		return encodeI(0x03, funct3, rd(h), 2, offset(h))
	}
}

// cShift is a right shift; RV32 has no sixth bit of the amount.
func (w xlen) cShift(word uint32) expand {
	return func(h uint32) uint32 {
		if w == 4 && h>>12&1 != 0 {
			return 0
		}
		return word | rdLow(h)<<7 | rdLow(h)<<15 | imm6(h)&63<<20
	}
}

func (w xlen) cShiftLeft(h uint32) uint32 {
	if w == 4 && h>>12&1 != 0 {
		return 0
	}
	return encodeI(0x13, 1, rd(h), rd(h), imm6(h)&63)
}

func cArith(word uint32) expand {
	return func(h uint32) uint32 { return word | rdLow(h)<<7 | rdLow(h)<<15 | low2(h)<<20 }
}

func cJumpReg(link uint32) expand {
	return func(h uint32) uint32 {
		if rd(h) == 0 {
			return 0
		}
		return encodeI(0x67, 0, link, rd(h), 0)
	}
}
