package arm64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// gen is an instruction on its way into IR.
type gen struct {
	*ir.Builder
	word
	in    *isa.Inst
	order ir.Aux // of accesses to memory: MemBig or 0
}

// zr is the number of the zero register, where it is not the stack pointer's.
const zr = 31

// reg is general register i to be read, or zero.
func (g gen) reg(i int) ir.Value {
	if i == zr {
		return g.Const(0)
	}
	return x(i)
}

// regSP is general register i, or the stack pointer.
func regSP(i int) ir.Value {
	if i == zr {
		return sp
	}
	return x(i)
}

// dst is where the result for register i goes: into nothing for the zero register.
func (g gen) dst(i int) ir.Value {
	if i == zr {
		return g.Temp(ir.Int)
	}
	return x(i)
}

// set assigns to register i unless it is the zero register.
func (g gen) set(i int, val ir.Value) {
	if i != zr {
		g.Set(x(i), val)
	}
}

// imm is a signed constant.
func (g gen) imm(i int64) ir.Value { return g.Const(uint64(i)) }

// low is the low half of a value, zero-extended, for size 4; else the value.
func (g gen) low(size int, val ir.Value) ir.Value {
	if size == 8 {
		return val
	}
	return g.OpImm(ir.Zext, 8, 32, val)
}

// flags appends op with flags as its second result. notBorrow is the carry of subtractions.
func (g gen) flags(op ir.Op, size int, dst ir.Value, args ...ir.Value) {
	g.flagsTo(op, size, dst, nzcv, args...)
}

func (g gen) flagsTo(op ir.Op, size int, dst, flags ir.Value, args ...ir.Value) {
	g.Emit(ir.Insn{Op: op, Size: uint8(size), Aux: borrow(op), Dst: [2]ir.Value{dst, flags}, Args: ir.Args(args...)})
}

func borrow(op ir.Op) ir.Aux {
	if op == ir.Sub || op == ir.Sbc {
		return ir.NotBorrow
	}
	return 0
}

// always is the first of the two conditions that hold always.
const always = 14

// cond makes ir's condition of one below always.
func cond(c int) ir.Cond { return ir.FlagEQ + ir.Cond(c) }

// selectF is yes if condition c holds, else no.
func (g gen) selectF(c int, yes, no ir.Value) ir.Value {
	if c >= always {
		return g.Copy(yes)
	}
	return g.SelectF(cond(c), nzcv, yes, no)
}
