package opt

import "muslrun/emu/native/ir"

// Optimizer holds the room that its walks need. It is not safe for concurrent use.
type Optimizer struct {
	r     *ir.Region
	insns []ir.Insn // of the block
	at    int       // the instruction under work

	// By Value: globals, then temporaries.
	def   []int32 // the instruction of the block that set it last; none or unknown below 0
	facts []fact

	consts [64]ir.Value // some of the pool, by hash
	recent recent
	dead   liveness
	args   [5]ir.Word
	out    [2]ir.Word
	state  ir.State
}

// firstTemp is the number of values that are globals.
const firstTemp = ir.IntGlobals + ir.VecGlobals

// New makes an Optimizer.
func New() *Optimizer { return &Optimizer{} }

// Run optimizes a region in place.
func (o *Optimizer) Run(r *ir.Region) {
	o.begin(r)
	o.removeDead()
	for i := range r.Blocks {
		o.forward(&r.Blocks[i])
	}
	o.removeDead()
}

func (o *Optimizer) begin(r *ir.Region) {
	o.r = r
	n := firstTemp + len(r.Temps)
	if cap(o.def) < n {
		o.def, o.facts = make([]int32, n, 2*n), make([]fact, n, 2*n)
	}
	o.def, o.facts = o.def[:n], o.facts[:n]
	for i := range o.consts {
		o.consts[i] = ir.None
	}
}

// A rule rewrites an instruction in place and reports whether it did.
type rule func(o *Optimizer, in *ir.Insn) bool

// rules of each operation, in the order in which they are tried.
var rules [ir.NumOps][]rule

func init() {
	for _, table := range []map[ir.Op][]rule{folds, fusions, addresses, comparisons, boxes, sums} {
		for op, list := range table {
			rules[op] = append(rules[op], list...)
		}
	}
}

// rounds bounds how often an instruction is rewritten.
const rounds = 6

// forward is the second walk, through one block.
func (o *Optimizer) forward(b *ir.Block) {
	o.insns = b.Insns
	o.recent.clear()
	o.forget()
	for at := range o.insns {
		in := &o.insns[at]
		o.at = at
		for range rounds {
			if o.propagate(in); !o.rewrite(in) {
				break
			}
		}
		o.learn(in)
	}
	o.decide(b)
}

func (o *Optimizer) rewrite(in *ir.Insn) bool {
	if o.narrow(in) || o.foldConstants(in) {
		return true
	}
	for _, f := range rules[in.Op] {
		if f(o, in) {
			return true
		}
	}
	return false
}

// forget makes all globals unknown, at the beginning of a block.
func (o *Optimizer) forget() {
	for i := range firstTemp {
		o.def[i], o.facts[i] = -1, unknown
	}
	for _, g := range o.r.Globals {
		if class, _ := g.Value.Global(); class == ir.Int && g.Bits < 64 {
			o.facts[g.Value].zero = ^uint64(0) << g.Bits
		}
	}
}

// learn notes what an instruction sets.
func (o *Optimizer) learn(in *ir.Insn) {
	if in.Op == ir.Helper && in.Aux&ir.Pure == 0 {
		o.forget()
		for i := range firstTemp {
			o.def[i] = int32(o.at)
		}
	}
	if in.Dst[0] >= 0 {
		f := o.result(in)
		o.def[in.Dst[0]], o.facts[in.Dst[0]] = int32(o.at), f
	}
	if in.Dst[1] >= 0 {
		o.def[in.Dst[1]], o.facts[in.Dst[1]] = int32(o.at), unknown
	}
	o.recent.note(o, in)
}

// producer is the instruction of the block whose first result v is, and its place; nil if there is none.
func (o *Optimizer) producer(v ir.Value) (*ir.Insn, int) {
	if v < 0 || o.def[v] < 0 {
		return nil, 0
	}
	j := int(o.def[v])
	if in := &o.insns[j]; in.Dst[0] == v && j < o.at {
		return in, j
	}
	return nil, 0
}

// made is the producer of v if it is of the operation.
func (o *Optimizer) made(v ir.Value, op ir.Op) (*ir.Insn, int) {
	if in, j := o.producer(v); in != nil && in.Op == op {
		return in, j
	}
	return nil, 0
}

// available reports whether v is now what it was when instruction j read it.
func (o *Optimizer) available(v ir.Value, j int) bool {
	return v < 0 || v.IsTemp() || int(o.def[v]) < j
}

// constant is an integer of the pool.
func (o *Optimizer) constant(v uint64) ir.Value {
	slot := &o.consts[(v*0x9e3779b97f4a7c15)>>58]
	if known, ok := o.r.ConstInt(*slot); ok && known == v {
		return *slot
	}
	o.r.Consts = append(o.r.Consts, ir.Const{Class: ir.Int, Word: ir.Word{Lo: v}})
	*slot = ir.None - ir.Value(len(o.r.Consts))
	return *slot
}

// become makes in another operation with the same result.
func become(in *ir.Insn, op ir.Op, size uint8, imm int64, args ...ir.Value) bool {
	in.Op, in.Size, in.Imm, in.Cond, in.Aux, in.Args = op, size, imm, 0, 0, ir.NoArgs
	copy(in.Args[:], args)
	return true
}

// copyOf makes in a copy of v, cut to the low half if the size says so.
func (o *Optimizer) copyOf(in *ir.Insn, v ir.Value, size uint8) bool {
	if size == 4 && o.known(v).zero>>32 != 1<<32-1 {
		return become(in, ir.Zext, 8, 32, v)
	}
	return become(in, ir.Mov, 8, 0, v)
}

// setsFlags reports whether in has packed flags as its second result, so that it must stay what it is.
func setsFlags(in *ir.Insn) bool { return in.Dst[1] != ir.None }
