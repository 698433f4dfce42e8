package opt

import "muslrun/emu/native/ir"

// boxes drop the unboxing of what has just been boxed.
var boxes = map[ir.Op][]rule{ir.Unbox: {unboxBoxed}, ir.Box: {boxUnboxed}}

// unboxBoxed is Unbox(Box(x)): x itself, if there is nothing but lane 0 in it.
func unboxBoxed(o *Optimizer, in *ir.Insn) bool {
	box, j := o.made(in.Args[0], ir.Box)
	if box == nil || box.Size != in.Size || !o.available(box.Args[0], j) {
		return false
	}
	return o.clean(box.Args[0], in.Size) && become(in, ir.Mov, 8, 0, box.Args[0])
}

// clean reports whether a vector has nothing above its lane 0 of size bytes.
func (o *Optimizer) clean(v ir.Value, size uint8) bool {
	in, _ := o.producer(v)
	if in == nil {
		return false
	}
	switch in.Op {
	case ir.FCvt:
		return in.Imm <= int64(size)
	case ir.Load:
		return in.Size <= size
	case ir.Unbox, ir.FAdd, ir.FSub, ir.FMul, ir.FDiv, ir.FSqrt, ir.FMulAdd, ir.FMin, ir.FMax, ir.FAbs, ir.FNeg,
		ir.FCopySign, ir.FRound, ir.IToF:
		return in.Size <= size
	}
	return false
}

// boxUnboxed reads lane 0 where it came from: Box looks at nothing else, and what was boxed unboxes to the same.
func boxUnboxed(o *Optimizer, in *ir.Insn) bool {
	unbox, j := o.made(in.Args[0], ir.Unbox)
	if unbox == nil || unbox.Size != in.Size || !o.available(unbox.Args[0], j) {
		return false
	}
	box, _ := o.made(unbox.Args[0], ir.Box)
	return box != nil && box.Size == in.Size && become(in, ir.Mov, 8, 0, unbox.Args[0])
}
