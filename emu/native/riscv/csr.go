package riscv

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// The control and status registers that user code has. The counters are left to the kernel, which emulates them.
const (
	csrFflags = 1
	csrFrm    = 2
	csrFcsr   = 3
)

// csr is Zicsr.
func (w xlen) csr() []row {
	return []row{
		{Name: "csrrw", Bits: "csr:12 rs1:5 001 rd:5 1110011", Emit: op{w.access(write, false), control}},
		{Name: "csrrs", Bits: "csr:12 rs1:5 010 rd:5 1110011", Emit: op{w.access(setBits, false), control}},
		{Name: "csrrc", Bits: "csr:12 rs1:5 011 rd:5 1110011", Emit: op{w.access(clearBits, false), control}},
		{Name: "csrrwi", Bits: "csr:12 imm:5 101 rd:5 1110011", Emit: op{w.access(write, true), control}},
		{Name: "csrrsi", Bits: "csr:12 imm:5 110 rd:5 1110011", Emit: op{w.access(setBits, true), control}},
		{Name: "csrrci", Bits: "csr:12 imm:5 111 rd:5 1110011", Emit: op{w.access(clearBits, true), control}},
	}
}

func isCSR(word uint32) bool { return word&0x7f == 0x73 && word>>12&3 != 0 }

func csrNumber(word uint32) uint32 { return word >> 20 }

// csrWrites: csrrs and csrrc of x0 or 0 only read.
func csrWrites(word uint32) bool { return word>>12&3 == 1 || rs1(word) != 0 }

// csrFlow stops where the rounding may change, on which translations depend.
func csrFlow(word uint32) isa.Flow {
	if csrWrites(word) && csrNumber(word) != csrFflags {
		return isa.Stops
	}
	return isa.Next
}

// What an access does with its operand.
type change func(b *ir.Builder, old, v ir.Value) ir.Value

func write(_ *ir.Builder, _, v ir.Value) ir.Value       { return v }
func setBits(b *ir.Builder, old, v ir.Value) ir.Value   { return b.Op(ir.Or, 8, old, v) }
func clearBits(b *ir.Builder, old, v ir.Value) ir.Value { return b.Op(ir.AndNot, 8, old, v) }

func (w xlen) access(apply change, immediate bool) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		word := word(in)
		number := csrNumber(word)
		operand := get(b, rs1(word))
		if immediate {
			operand = b.Const(uint64(rs1(word)))
		}
		if !csrWrites(word) {
			set(b, rd(word), readCSR(b, number))
			return
		}
		old := readCSR(b, number)
		value := b.Copy(apply(b, old, operand))
		set(b, rd(word), b.Copy(old))
		writeCSR(b, number, value)
		if number != csrFflags {
			b.Do(ir.Insn{Op: ir.SwitchMode}, w.imm(b, in.Next()))
		}
	}
}

func readCSR(b *ir.Builder, number uint32) ir.Value {
	switch number {
	case csrFflags:
		return b.Op(ir.GetFPFlags, 8)
	case csrFrm:
		return b.Copy(frm)
	}
	return b.Op(ir.Or, 8, b.Op(ir.GetFPFlags, 8), b.Op(ir.Shl, 8, frm, b.Const(5)))
}

func writeCSR(b *ir.Builder, number uint32, v ir.Value) {
	if number != csrFrm {
		b.Do(ir.Insn{Op: ir.SetFPFlags, Size: 8}, b.Op(ir.And, 8, v, b.Const(31)))
	}
	switch number {
	case csrFrm:
		writeFrm(b, v)
	case csrFcsr:
		writeFrm(b, b.Op(ir.Shr, 8, v, b.Const(5)))
	}
}

// writeFrm sets the rounding too; of a reserved one it does not matter which.
func writeFrm(b *ir.Builder, v ir.Value) {
	b.Set(frm, b.Op(ir.And, 8, v, b.Const(7)))
	b.Do(ir.Insn{Op: ir.SetRounding, Size: 8}, b.Select(ir.LEU, 8, frm, b.Const(4), b.Op(ir.Add, 8, frm, b.Const(1)), b.Const(uint64(ir.RoundNearest))))
}

// rounding gives the direction that a value of frm, or of an rm field other than 7, stands for.
func rounding(frm uint32) ir.Aux {
	if frm > 4 {
		return ir.RoundNearest
	}
	return [...]ir.Aux{ir.RoundNearest, ir.RoundZero, ir.RoundDown, ir.RoundUp, ir.RoundAway}[frm]
}
