package riscv

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// Fields of an instruction word.
func rd(w uint32) uint32  { return w >> 7 & 31 }
func rs1(w uint32) uint32 { return w >> 15 & 31 }
func rs2(w uint32) uint32 { return w >> 20 & 31 }
func rs3(w uint32) uint32 { return w >> 27 }
func rm(w uint32) uint32  { return w >> 12 & 7 }

// Immediates, sign-extended.
func immI(w uint32) uint64 { return uint64(int32(w) >> 20) }
func immU(w uint32) uint64 { return uint64(int32(w & 0xfffff000)) }
func immS(w uint32) uint64 { return uint64(int32(w&0xfe000000)>>20 | int32(w>>7&31)) }

func immB(w uint32) uint64 {
	return uint64(int32(w&0x80000000)>>19 | int32(w>>20&0x7e0|w>>7&0x1e|w<<4&0x800))
}

func immJ(w uint32) uint64 {
	return uint64(int32(w&0x80000000)>>11 | int32(w&0xff000|w>>9&0x800|w>>20&0x7fe))
}

func word(in *isa.Inst) uint32 { return uint32(in.Word) }

// get is an integer register as an operand.
func get(b *ir.Builder, n uint32) ir.Value {
	if n == 0 {
		return b.Const(0)
	}
	return x(n)
}

// set assigns an integer register.
func set(b *ir.Builder, n uint32, v ir.Value) {
	if n != 0 {
		b.Set(x(n), v)
	}
}

// setWord assigns the sign-extended low half of v, which is zero-extended.
func (w xlen) setWord(b *ir.Builder, n uint32, v ir.Value) {
	if w == 8 {
		v = b.OpImm(ir.Sext, 8, 32, v)
	}
	set(b, n, v)
}

// imm is an immediate as an operand.
func (w xlen) imm(b *ir.Builder, v uint64) ir.Value { return b.Const(w.wrap(v)) }
