package opt

import (
	"math/bits"

	"muslrun/emu/native/ir"
)

// fact is what is known of an Int: bits that are zero, and from how many low bits it is sign-extended to 64 (64 if nothing is
// known).
type fact struct {
	zero uint64
	sign uint8
}

var unknown = fact{sign: 64}

// ofSign and ofZero make facts complete: each tells of the other.
func ofZero(zero uint64) fact {
	return fact{zero: zero, sign: uint8(min(64, 65-bits.LeadingZeros64(^zero)))}
}

func ofSign(n int) fact { return fact{sign: uint8(max(1, min(64, n)))} }

func ofConst(v uint64) fact {
	n := max(bits.LeadingZeros64(v), bits.LeadingZeros64(^v))
	return fact{zero: ^v, sign: uint8(min(64, 65-n))}
}

func (f fact) and(g fact) fact {
	return fact{zero: f.zero | g.zero, sign: min(f.sign, g.sign)}
}

// either is what holds for both.
func (f fact) either(g fact) fact { return fact{zero: f.zero & g.zero, sign: max(f.sign, g.sign)} }

// known is what is known of a value.
func (o *Optimizer) known(v ir.Value) fact {
	if v >= 0 {
		return o.facts[v]
	}
	if c, ok := o.r.ConstInt(v); ok {
		return ofConst(c)
	}
	return unknown
}

// result is what is known of an instruction's first result.
func (o *Optimizer) result(in *ir.Insn) fact {
	if o.r.Class(in.Dst[0]) != ir.Int {
		return unknown
	}
	f := o.resultOf(in)
	if in.Size == 4 && cuts[in.Op] {
		f = ofZero(f.zero | ^uint64(ones32))
	}
	return f.and(ofZero(f.zero))
}

// cuts has the operations whose result of Size 4 is zero-extended.
var cuts = func() (list [ir.NumOps]bool) {
	for op := ir.Add; op <= ir.CRC32; op++ {
		list[op] = op != ir.Select && op != ir.SelectF && op != ir.Compare && op != ir.FlagOrder
	}
	return list
}()

func (o *Optimizer) resultOf(in *ir.Insn) fact {
	a := in.Args
	switch in.Op {
	case ir.Mov:
		return o.known(a[0])
	case ir.And:
		x, y := o.known(a[0]), o.known(a[1])
		return fact{zero: x.zero | y.zero, sign: max(x.sign, y.sign)}
	case ir.Or, ir.Xor:
		return o.known(a[0]).either(o.known(a[1]))
	case ir.AndNot:
		return fact{zero: o.known(a[0]).zero, sign: max(o.known(a[0]).sign, o.known(a[1]).sign)}
	case ir.Not:
		return ofSign(int(o.known(a[0]).sign))
	case ir.Add:
		return o.sumFact(o.known(a[0]), o.known(a[1]))
	case ir.Sub:
		return ofSign(1 + int(max(o.known(a[0]).sign, o.known(a[1]).sign)))
	case ir.Shl, ir.Shr, ir.Sar:
		return o.shiftFact(in)
	case ir.Sext:
		return ofSign(int(in.Imm))
	case ir.Zext:
		return ofZero(o.known(a[0]).zero | ^uint64(0)<<uint(in.Imm))
	case ir.Extract:
		return ofZero(^uint64(0) << uint(in.Imm>>8&0xff))
	case ir.ExtractS:
		return ofSign(int(in.Imm >> 8 & 0xff))
	case ir.Select:
		return o.known(a[2]).either(o.known(a[3]))
	case ir.SelectF:
		return o.known(a[1]).either(o.known(a[2]))
	case ir.Compare:
		return ofSign(33)
	case ir.Load, ir.CmpXchg, ir.AtomicRMW, ir.VExtract, ir.VExtractS:
		return sizedFact(in)
	}
	return smallFact(in.Op)
}

func (o *Optimizer) sumFact(x, y fact) fact {
	lead := min(bits.LeadingZeros64(^x.zero), bits.LeadingZeros64(^y.zero))
	trail := min(bits.TrailingZeros64(^x.zero), bits.TrailingZeros64(^y.zero))
	f := ofSign(1 + int(max(x.sign, y.sign)))
	f.zero = 1<<trail - 1
	if lead > 1 {
		f.zero |= ^(^uint64(0) >> (lead - 1))
	}
	return f
}

func (o *Optimizer) shiftFact(in *ir.Insn) fact {
	count, ok := o.r.ConstInt(in.Args[1])
	if !ok {
		return unknown
	}
	x, n := o.known(in.Args[0]), uint(count)&(8*uint(in.Size)-1)
	if in.Size == 4 {
		x = unknown
		x.zero = o.known(in.Args[0]).zero&ones32 | ^uint64(ones32)
	}
	switch in.Op {
	case ir.Shl:
		return fact{zero: x.zero<<n | (1<<n - 1), sign: min(64, x.sign+uint8(n))}
	case ir.Shr:
		return ofZero(x.zero>>n | ^(^uint64(0) >> n))
	}
	if in.Size == 4 {
		return unknown
	}
	return ofSign(int(x.sign) - int(n))
}

const ones32 = 1<<32 - 1

// sizedFact is of operations that read Size bytes.
func sizedFact(in *ir.Insn) fact {
	n := 8 * int(in.Size)
	switch {
	case n >= 64:
		return unknown
	case in.Op == ir.VExtractS || in.Op == ir.Load && in.Aux&ir.MemSigned != 0:
		return ofSign(n)
	case in.Op == ir.Load && in.Aux&ir.MemSigned32 != 0:
		return ofZero(^uint64(ones32))
	}
	return ofZero(^uint64(0) << n)
}

// smallFact is of operations whose results are always small.
func smallFact(op ir.Op) fact {
	switch op {
	case ir.SetCond, ir.SetF, ir.SetFCmp:
		return ofZero(^uint64(1))
	case ir.Clz, ir.Ctz, ir.Popcnt:
		return ofZero(^uint64(0x7f))
	case ir.CRC32:
		return ofZero(^uint64(ones32))
	case ir.FCmp:
		return ofZero(^(ir.FlagN | ir.FlagZ | ir.FlagC | ir.FlagV))
	}
	return unknown
}
