package opt

import (
	"math/bits"

	"muslrun/emu/native/ir"
)

// fusions join shifts and masks to rotations and fields.
var fusions = map[ir.Op][]rule{
	ir.Or:   {rotate},
	ir.Add:  {rotate},
	ir.Xor:  {rotate},
	ir.And:  {shiftThenMask},
	ir.Shr:  {shiftThenShift},
	ir.Sar:  {shiftThenShift},
	ir.Zext: {shiftThenExtend},
	ir.Sext: {shiftThenExtend},
}

// shifted is a shift by a constant that made v, and by how much. Its operand is still available.
func (o *Optimizer) shifted(v ir.Value, op ir.Op, size uint8) (from ir.Value, n int64, ok bool) {
	in, j := o.made(v, op)
	if in == nil || in.Size != size || !o.available(in.Args[0], j) {
		return 0, 0, false
	}
	c, ok := o.r.ConstInt(in.Args[1])
	return in.Args[0], int64(c) & (8*int64(size) - 1), ok
}

// rotate is x<<n | x>>(size-n).
func rotate(o *Optimizer, in *ir.Insn) bool {
	if setsFlags(in) {
		return false
	}
	for k := range 2 {
		x, left, ok1 := o.shifted(in.Args[k], ir.Shl, in.Size)
		y, right, ok2 := o.shifted(in.Args[1-k], ir.Shr, in.Size)
		if ok1 && ok2 && x == y && left > 0 && left+right == 8*int64(in.Size) {
			return become(in, ir.Rotr, in.Size, 0, x, o.constant(uint64(right)))
		}
	}
	return false
}

// shiftThenMask is x>>n & (1<<width - 1).
func shiftThenMask(o *Optimizer, in *ir.Insn) bool {
	mask, ok := o.second(in)
	if !ok || setsFlags(in) || mask&(mask+1) != 0 {
		return false
	}
	x, n, ok := o.shifted(in.Args[0], ir.Shr, in.Size)
	if !ok || n == 0 {
		return false
	}
	width := min(int64(bits.Len64(mask)), 8*int64(in.Size)-n)
	return become(in, ir.Extract, in.Size, n|width<<8, x)
}

// shiftThenShift is x<<m>>n with n at least m.
func shiftThenShift(o *Optimizer, in *ir.Insn) bool {
	c, ok := o.r.ConstInt(in.Args[1])
	if !ok {
		return false
	}
	x, m, ok := o.shifted(in.Args[0], ir.Shl, in.Size)
	n := int64(c) & (8*int64(in.Size) - 1)
	if !ok || m == 0 {
		return false
	}
	if n < m {
		return shiftedIndex(o, in, x, m, n)
	}
	op := ir.Extract
	if in.Op == ir.Sar {
		op = ir.ExtractS
	}
	return become(in, op, in.Size, (n-m)|(8*int64(in.Size)-n)<<8, x)
}

// shiftedIndex is x<<32>>n with n below 32: the low half of x, scaled. A riscv64 compiler makes it of an unsigned index.
func shiftedIndex(o *Optimizer, in *ir.Insn, x ir.Value, m, n int64) bool {
	if in.Op != ir.Shr || in.Size != 8 || m != 32 || n == 0 {
		return false
	}
	return become(in, ir.Insert, 8, (m-n)|32<<8, o.constant(0), x)
}

// shiftThenExtend extends the low bits of x>>n.
func shiftThenExtend(o *Optimizer, in *ir.Insn) bool {
	x, n, ok := o.shifted(in.Args[0], ir.Shr, in.Size)
	if !ok || n == 0 || n+in.Imm > 8*int64(in.Size) {
		return false
	}
	op := ir.Extract
	if in.Op == ir.Sext {
		op = ir.ExtractS
	}
	return become(in, op, in.Size, n|in.Imm<<8, x)
}
