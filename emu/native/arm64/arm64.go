package arm64

import (
	"fmt"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// The globals. x0 to x30 are Int 0 to 30.
var (
	sp        = ir.IntGlobal(31)
	nzcv      = ir.IntGlobal(32)
	tpidr     = ir.IntGlobal(33)
	fpcr      = ir.IntGlobal(34)
	qc        = ir.IntGlobal(35)
	exclusive = ir.IntGlobal(36)
	expected  = ir.IntGlobal(37)
	expected2 = ir.IntGlobal(38)
)

// x is general register i, 0 to 30; v is vector register i.
func x(i int) ir.Value { return ir.IntGlobal(i) }
func v(i int) ir.Value { return ir.VecGlobal(i) }

func globals() []ir.Global {
	var list []ir.Global
	for i := range 31 {
		list = append(list, ir.Global{Value: x(i), Name: fmt.Sprint("x", i), Bits: 64})
	}
	list = append(list,
		ir.Global{Value: sp, Name: "sp", Bits: 64},
		ir.Global{Value: nzcv, Name: "nzcv", Bits: 64, Lazy: true},
		ir.Global{Value: tpidr, Name: "tpidr_el0", Bits: 64},
		ir.Global{Value: fpcr, Name: "fpcr bits", Bits: 32},
		ir.Global{Value: qc, Name: "qc", Bits: 64},
		ir.Global{Value: exclusive, Name: "exclusive", Bits: 64},
		ir.Global{Value: expected, Name: "expected", Bits: 64},
		ir.Global{Value: expected2, Name: "expected2", Bits: 64},
	)
	for i := range 32 {
		list = append(list, ir.Global{Value: v(i), Name: fmt.Sprint("v", i), Bits: 128})
	}
	return list
}

// static is the order in which code uses the registers: counted in busybox, lua and the benchmark, loops six times for each
// level of nesting. x0 has a fifth of all uses, the first ten two thirds. Of the vector registers the order is guessed from
// the procedure call standard and from how gcc hands them out.
func static() []ir.Value {
	list := []ir.Value{x(0), x(1), sp}
	for _, i := range []int{2, 19, 3, 20, 4, 30, 21, 5, 22, 23, 24, 6, 7} {
		list = append(list, x(i))
	}
	for _, i := range []int{0, 1, 2, 3, 4, 5, 6, 7, 31, 30, 29, 28, 16, 17, 18, 19} {
		list = append(list, v(i))
	}
	return list
}

// New makes the front-end of aarch64, or of aarch64_be, which differs in the order of data.
func New(bigEndian bool) *isa.Frontend {
	name, order := "aarch64", ir.Aux(0)
	if bigEndian {
		name, order = "aarch64_be", ir.MemBig
	}
	return &isa.Frontend{
		Name: name, Globals: globals(), Static: static(), MaxLen: 4, Align: 4, TagBits: 8, TagMode: modeTags,
		NaN: nanPolicy, Mode: mode, Decode: decode,
		Emit:    func(b *ir.Builder, in *isa.Inst) { emit(gen{Builder: b, in: in, word: word(in.Word), order: order}) },
		Helpers: helpers, Reset: reset, Views: views,
	}
}

func reset(s *ir.State) {
	*s.GlobalWord(exclusive) = noMonitor
	s.Rounding = uint64(ir.RoundNearest)
}

// Bits of FPCR. Those that change how code is translated are the mode.
const (
	fpcrAHP  = 1 << 26 // alternative half precision
	fpcrDN   = 1 << 25 // default NaN
	fpcrFZ   = 1 << 24 // flush to zero
	fpcrFZ16 = 1 << 19 // flush half precision to zero
	fpcrMode = fpcrAHP | fpcrDN | fpcrFZ | fpcrFZ16
	// fpcrMask is what can be set; there are no traps (IDE, IXE ...).
	fpcrMask = fpcrMode | 3<<22
)

// modeTags is the bit of a mode in which accesses ignore the top byte of addresses. It is none of FPCR's.
const modeTags = 1

func mode(s *ir.State) uint32 { return uint32(*s.GlobalWord(fpcr))&fpcrMode | s.Tags }

func nanPolicy(mode uint32) ir.NaNPolicy {
	policy := ir.NaNArm
	if mode&fpcrDN != 0 {
		policy = ir.NaNArmDefault
	}
	if mode&fpcrFZ != 0 {
		policy |= ir.FlushToZero
	}
	if mode&fpcrFZ16 != 0 {
		policy |= ir.FlushHalf
	}
	return policy
}
