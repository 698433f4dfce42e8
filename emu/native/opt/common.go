package opt

import "muslrun/emu/native/ir"

// sums finds additions and shifts that were made shortly before: addresses are often computed twice.
var sums = map[ir.Op][]rule{ir.Add: {again}, ir.Shl: {again}, ir.Zext: {again}, ir.Sext: {again}}

// recent is the last few instructions of the block that sums may find.
type recent struct {
	at   [8]int32
	next int
}

func (r *recent) clear() { *r = recent{at: [8]int32{-1, -1, -1, -1, -1, -1, -1, -1}} }

func (r *recent) note(o *Optimizer, in *ir.Insn) {
	if !isSum[in.Op] {
		return
	}
	r.at[r.next&7] = int32(o.at)
	r.next++
}

// again makes in a copy of the same operation.
func again(o *Optimizer, in *ir.Insn) bool {
	if setsFlags(in) {
		return false
	}
	for _, at := range o.recent.at {
		if at < 0 {
			continue
		}
		old := &o.insns[at]
		if old.Op == in.Op && old.Size == in.Size && old.Imm == in.Imm && old.Args == in.Args && o.stillHolds(old, int(at)) {
			return become(in, ir.Mov, 8, 0, old.Dst[0])
		}
	}
	return false
}

// stillHolds reports whether an instruction's operands and result are what they were.
func (o *Optimizer) stillHolds(old *ir.Insn, at int) bool {
	return old.Dst[0] >= 0 && int(o.def[old.Dst[0]]) == at && o.available(old.Args[0], at) && o.available(old.Args[1], at)
}

var isSum = [ir.NumOps]bool{ir.Add: true, ir.Shl: true, ir.Zext: true, ir.Sext: true}
