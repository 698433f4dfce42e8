package opt

import (
	"math/bits"

	"muslrun/emu/native/ir"
)

// narrow replaces an operand that an extension or a mask made, where the operation reads only bits that it left alone.
func (o *Optimizer) narrow(in *ir.Insn) bool {
	changed := false
	for k, a := range in.Args {
		if a < 0 {
			continue
		}
		n := o.demanded(in, k)
		if n >= 64 {
			continue
		}
		if from, ok := o.untouched(a, n); ok {
			in.Args[k], changed = from, true
		}
	}
	return changed
}

// demanded is how many of operand k's low bits the operation reads.
func (o *Optimizer) demanded(in *ir.Insn, k int) uint {
	switch in.Op {
	case ir.Sext, ir.Zext:
		return min(uint(in.Imm), 8*uint(in.Size))
	case ir.Extract, ir.ExtractS:
		return min(uint(in.Imm&0xff+in.Imm>>8), 8*uint(in.Size))
	case ir.And:
		if mask, ok := o.r.ConstInt(in.Args[1-k]); ok {
			return min(uint(bits.Len64(mask)), 8*uint(in.Size))
		}
	case ir.Shl, ir.Shr, ir.Sar, ir.Rotr:
		if k == 1 {
			return uint(bits.Len(8*uint(in.Size) - 1))
		}
	case ir.CRC32:
		if k == 0 {
			return 32
		}
	case ir.Select:
		if k > 1 {
			return 64
		}
	case ir.Insert:
		if k == 1 {
			return uint(in.Imm >> 8)
		}
	case ir.Store:
		return o.demandedByStore(in, k)
	case ir.Load:
		return o.demandedByAddress()
	case ir.VDup, ir.VInsert:
		return 8 * uint(in.Size)
	}
	if cuts[in.Op] || in.Op == ir.Compare || in.Op == ir.Branch || in.Op == ir.ExitIf && k < 2 || in.Op == ir.Select {
		return 8 * uint(in.Size)
	}
	return 64
}

func (o *Optimizer) demandedByStore(in *ir.Insn, k int) uint {
	if k == 2 {
		return 8 * uint(in.Size)
	}
	return o.demandedByAddress()
}

func (o *Optimizer) demandedByAddress() uint {
	if o.r.Address32 {
		return 32
	}
	return 64
}

// untouched is a value with the same low n bits as a, from which a was made.
func (o *Optimizer) untouched(a ir.Value, n uint) (ir.Value, bool) {
	in, j := o.producer(a)
	if in == nil || o.r.Class(a) != ir.Int {
		return a, false
	}
	same := false
	switch in.Op {
	case ir.Sext, ir.Zext:
		same = uint(in.Imm) >= n && 8*uint(in.Size) >= n
	case ir.And:
		if mask, ok := o.r.ConstInt(in.Args[1]); ok && !setsFlags(in) {
			same = ^mask<<(64-n) == 0 && 8*uint(in.Size) >= n
		}
	}
	if same && o.available(in.Args[0], j) {
		return in.Args[0], true
	}
	return a, false
}
