package isa

import (
	"cmp"
	"slices"

	"muslrun/emu/native/ir"
)

// Memory is where code comes from.
type Memory interface {
	// Fetch copies executable bytes at addr and returns how many there are, at most len(buf).
	Fetch(addr uint64, buf []byte) int
}

// Limits of a region. A larger one keeps larger loops together, but code behind a call is translated again where the call
// returns to, and most of what a region holds besides its loop is never executed.
const (
	maxInsts = 80
	maxSpan  = 64 << 10 // bytes from the entry to the farthest instruction
)

// Translator makes regions. It is not safe for concurrent use; it keeps its room between regions.
type Translator struct {
	Front *Frontend
	Mem   Memory
	Limit int // instructions of a region at most; 0 for the usual limit

	entry   uint64
	insts   []Inst
	at      places   // in insts, by PC
	work    []uint64 // addresses to follow
	leaders places   // block, by PC of its first instruction; unknown until it is laid out
	starts  []int    // the first instruction of each block
	builder *ir.Builder
	missing uint64
}

// NewTranslator makes a translator for code in mem.
func NewTranslator(front *Frontend, mem Memory) *Translator {
	return &Translator{Front: front, Mem: mem, builder: ir.NewBuilder(nil)}
}

// Translate makes the region that begins at pc. It returns nil if not even the first instruction can be fetched; Missing
// tells which byte failed.
func (t *Translator) Translate(pc uint64, mode uint32) *ir.Region {
	t.discover(pc, mode)
	if len(t.insts) == 0 {
		return nil
	}
	r := &ir.Region{PC: pc, Mode: mode, Globals: t.Front.Globals, Address32: t.Front.Address32, NaN: t.Front.NaN(mode)}
	t.layOut(r)
	t.builder.Reset(r)
	for i, start := range t.starts {
		t.builder.Begin(i)
		t.emit(t.builder, start)
	}
	t.resolve(r)
	if mode&t.Front.TagMode != 0 {
		r.Untag(t.Front.TagBits)
	}
	r.Code = t.code()
	return r
}

// Missing is the address of the byte for want of which Translate returned nil.
func (t *Translator) Missing() uint64 { return t.missing }

// unknown is the block of a leader that has none.
const unknown = -1

// discover decodes what can be reached from pc by direct jumps, within the limits.
func (t *Translator) discover(pc uint64, mode uint32) {
	t.entry, t.insts, t.work = pc, t.insts[:0], append(t.work[:0], pc)
	t.at.clear()
	t.leaders.clear()
	t.leaders.put(pc, unknown)
	for len(t.work) > 0 {
		last := len(t.work) - 1
		next := t.work[last]
		t.work = t.work[:last]
		t.follow(next, mode)
	}
	slices.SortFunc(t.insts, func(a, b Inst) int { return cmp.Compare(a.PC, b.PC) })
	for i := range t.insts {
		t.at.put(t.insts[i].PC, i)
	}
}

// follow decodes straight on from pc until the flow ends or meets what is decoded already.
func (t *Translator) follow(pc uint64, mode uint32) {
	for len(t.insts) < t.limit() && pc-t.entry+maxSpan < 2*maxSpan {
		if t.at.has(pc) {
			t.leaders.put(pc, unknown)
			return
		}
		in := Inst{PC: pc, Mode: mode}
		if !t.decode(&in) {
			return
		}
		t.at.put(pc, len(t.insts))
		t.insts = append(t.insts, in)
		switch in.Flow {
		case Branch:
			t.lead(in.Target)
			t.leaders.put(in.Next(), unknown)
		case Jumps:
			t.lead(in.Target)
			return
		case Stops, Illegal:
			return
		}
		pc = in.Next()
	}
}

func (t *Translator) limit() int {
	if t.Limit > 0 {
		return t.Limit
	}
	return maxInsts
}

// lead makes pc the beginning of a block, to be followed.
func (t *Translator) lead(pc uint64) {
	t.leaders.put(pc, unknown)
	t.work = append(t.work, pc)
}

// decode reports false if the instruction's bytes cannot be had.
func (t *Translator) decode(in *Inst) bool {
	n := t.Mem.Fetch(in.PC, in.Code[:t.Front.MaxLen])
	in.Len = uint8(n)
	if n > 0 {
		t.Front.Decode(in)
	}
	if n == 0 || in.Flow == Short {
		t.missing = in.PC + uint64(n)
		return false
	}
	return true
}

// layOut makes an empty block for each leader, the entry first, the others by address.
func (t *Translator) layOut(r *ir.Region) {
	entry, _ := t.at.get(t.entry)
	t.starts = append(t.starts[:0], entry)
	for i := range t.insts {
		if i != entry && t.leaders.has(t.insts[i].PC) {
			t.starts = append(t.starts, i)
		}
	}
	r.Blocks = make([]ir.Block, len(t.starts), 2*len(t.starts))
	room := make([]ir.Insn, usual*len(t.insts)+usual*len(t.starts))
	for k, i := range t.starts {
		n := usual * (t.length(i) + 1)
		r.Blocks[k] = ir.Block{PC: t.insts[i].PC, Insns: room[:0:n]}
		room = room[n:]
		t.leaders.put(t.insts[i].PC, k)
	}
}

// usual is how many operations an instruction becomes, its Mark included.
const usual = 3

// length is the number of instructions from i on up to the next leader.
func (t *Translator) length(i int) int {
	n := 1
	for i+n < len(t.insts) && !t.leaders.has(t.insts[i+n].PC) {
		n++
	}
	return n
}

// emit translates a block, from instruction i on.
func (t *Translator) emit(b *ir.Builder, i int) {
	block := b.Here()
	for {
		in := &t.insts[i]
		b.Mark(in.PC)
		if in.Flow == Illegal {
			b.Exit(ir.ExitIllegal, 0, in.PC)
			return
		}
		t.Front.Emit(b, in)
		if in.Flow != Next {
			return
		}
		next, known := t.at.get(in.Next())
		if !known || t.leaders.has(in.Next()) {
			b.Goto(in.Next())
			return
		}
		if b.Here() != block {
			block = b.Continue(in.Next())
		}
		i = next
	}
}

// resolve finds the jumps that stay in the region, and the loops among them.
func (t *Translator) resolve(r *ir.Region) {
	for i := range r.Blocks {
		block := &r.Blocks[i]
		if last := block.Insns[len(block.Insns)-1].Op; last == ir.Exit {
			continue
		}
		from := lastMark(block)
		for k := range block.Succ {
			s := &block.Succ[k]
			if s.Block == ir.Outside {
				t.resolveTarget(r, s, from)
			}
		}
	}
}

func (t *Translator) resolveTarget(r *ir.Region, s *ir.Target, from uint64) {
	if k, ok := t.leaders.get(s.PC); ok && k != unknown {
		s.Block = k
		if s.PC <= from {
			r.Blocks[k].Loop = true
		}
	}
}

// lastMark is the PC of the block's last guest instruction.
func lastMark(block *ir.Block) uint64 {
	for i := len(block.Insns) - 1; i >= 0; i-- {
		if block.Insns[i].Op == ir.Mark {
			return uint64(block.Insns[i].Imm)
		}
	}
	return block.PC
}

// code is what was translated.
func (t *Translator) code() []ir.Snippet {
	var list []ir.Snippet
	end := uint64(0)
	for i := range t.insts {
		in := &t.insts[i]
		if len(list) == 0 || end != in.PC {
			list = append(list, ir.Snippet{Addr: in.PC})
		}
		last := &list[len(list)-1]
		last.Bytes = append(last.Bytes, in.Code[:in.Len]...)
		end = in.Next()
	}
	return list
}
