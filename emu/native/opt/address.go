package opt

import "muslrun/emu/native/ir"

// addresses fold sums into the displacement and the index of an access.
var addresses = map[ir.Op][]rule{
	ir.Load:      {displacement, index, scale},
	ir.Store:     {displacement, index, scale},
	ir.CmpXchg:   {displacement},
	ir.AtomicRMW: {displacement},
}

// maxDisplacement is what a window's guards cover, by far.
const maxDisplacement = 1 << 30

// addressSize is the size of sums that may be folded: those of Size 4 wrap as addresses do only where addresses have 32 bits.
func (o *Optimizer) addsAddress(in *ir.Insn) bool {
	return in.Size == 8 || o.r.Address32 && in.Size == 4
}

// displacement folds a constant that was added to the base.
func displacement(o *Optimizer, in *ir.Insn) bool {
	sum, j := o.made(in.Args[0], ir.Add)
	if sum == nil || !o.addsAddress(sum) || !o.available(sum.Args[0], j) || sum.Args[0] == in.Args[0] {
		return false
	}
	c, ok := o.r.ConstInt(sum.Args[1])
	if !ok {
		return false
	}
	d := int64(c)
	if o.r.Address32 {
		d = int64(int32(c))
	}
	disp := in.Imm + d
	if d > maxDisplacement || d < -maxDisplacement || disp > maxDisplacement || disp < -maxDisplacement {
		return false
	}
	in.Args[0], in.Imm = sum.Args[0], disp
	return true
}

// index folds a sum that nobody else uses.
func index(o *Optimizer, in *ir.Insn) bool {
	base := in.Args[0]
	if in.Args[1] != ir.None || !base.IsTemp() || o.dead.temps[base.Temp()] > 1 {
		return false
	}
	sum, j := o.made(base, ir.Add)
	if sum == nil || setsFlags(sum) || !o.addsAddress(sum) {
		return false
	}
	x, y := sum.Args[0], sum.Args[1]
	if x.IsConst() || y.IsConst() || !o.available(x, j) || !o.available(y, j) {
		return false
	}
	if _, _, ok := o.shifted(x, ir.Shl, 8); ok {
		x, y = y, x
	}
	in.Args[0], in.Args[1] = x, y
	return true
}

// scale folds a shift of the index. A host's addressing has shifts up to 3.
func scale(o *Optimizer, in *ir.Insn) bool {
	if in.Args[1] == ir.None || in.Aux.Scale() != 0 {
		return false
	}
	x, n, ok := o.shifted(in.Args[1], ir.Shl, 8)
	if !ok && o.r.Address32 {
		x, n, ok = o.shifted(in.Args[1], ir.Shl, 4)
	}
	if !ok || n < 1 || n > 3 || x.IsConst() || x == in.Args[1] {
		return false
	}
	in.Args[1] = x
	in.Aux |= ir.Scale(int(n))
	return true
}
