package mips

import (
	"encoding/binary"
	"fmt"
	"sync"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// The globals: r0 to r31 (r0 is never used), then these; the floating-point registers are vectors.
var (
	hi           = ir.IntGlobal(32)
	lo           = ir.IntGlobal(33)
	userLocal    = ir.IntGlobal(34) // what RDHWR $29 reads: the thread pointer
	status       = ir.IntGlobal(35) // only FR
	control      = ir.IntGlobal(36) // FCSR without its flags and condition codes
	reserveAddr  = ir.IntGlobal(37) // of the last LL, noReservation if there is none
	reserveValue = ir.IntGlobal(38) // what it loaded, zero-extended
	delayed      = ir.IntGlobal(39) // what a branch has found out before its delay slot, where the slot makes blocks of its own
	firstCode    = 40               // condition codes 0 to 7, each 0 or 1
)

// noReservation is no address that LL accepts.
const noReservation = ^uint64(0)

func r(n int) ir.Value  { return ir.IntGlobal(n) }
func fp(n int) ir.Value { return ir.VecGlobal(n) }
func cc(n int) ir.Value { return ir.IntGlobal(firstCode + n) }

// cpu is one of the instruction sets. Instructions that depend on it are methods of gen, which has it.
type cpu struct {
	name  string
	size  int // of a register in bytes, 4 or 8
	r6    bool
	order ir.Aux // of accesses to memory: MemBig or 0
	code  binary.ByteOrder
	fir   uint64
	table *isa.Table[op]
}

// New makes the front-end of MIPS32 (bits is 32) or MIPS64, of release 6 or of those before it.
func New(bits int, r6, big bool) *isa.Frontend { return newCPU(bits, r6, big).frontend() }

func newCPU(bits int, r6, big bool) *cpu {
	c := &cpu{name: fmt.Sprint("mips", bits), size: bits / 8, r6: r6, code: binary.LittleEndian}
	if r6 {
		c.name += "r6"
	}
	if big {
		c.order, c.code = ir.MemBig, binary.BigEndian
	} else {
		c.name += "el"
	}
	c.fir = c.implementation()
	c.table = isa.NewTable(c.lists()...)
	return c
}

// Of is New, once, when it is called.
func Of(bits int, r6, big bool) func() *isa.Frontend {
	return sync.OnceValue(func() *isa.Frontend { return New(bits, r6, big) })
}

func (c *cpu) frontend() *isa.Frontend {
	return &isa.Frontend{
		Name: c.name, Globals: c.globals(), Static: static(), Address32: c.size == 4, MaxLen: 8, Align: 4,
		NaN: nanPolicy, Mode: mode, Decode: c.decode,
		Emit:    func(b *ir.Builder, in *isa.Inst) { c.emit(b, in) },
		Helpers: helpers, Reset: c.reset, Views: c.views(),
	}
}

func (c *cpu) reset(s *ir.State) {
	*s.GlobalWord(reserveAddr), *s.GlobalWord(status) = noReservation, statusFR
	if c.r6 {
		*s.GlobalWord(control) = fcsr2008
	}
	setRounding(s)
}

func (c *cpu) globals() []ir.Global {
	var list []ir.Global
	for i := range 32 {
		list = append(list, ir.Global{Value: r(i), Name: fmt.Sprint("r", i), Bits: 8 * c.size},
			ir.Global{Value: fp(i), Name: fmt.Sprint("fp", i), Bits: 64})
	}
	for _, g := range []struct {
		v    ir.Value
		name string
	}{{hi, "hi"}, {lo, "lo"}, {userLocal, "userlocal"}} {
		list = append(list, ir.Global{Value: g.v, Name: g.name, Bits: 8 * c.size})
	}
	for i := range 8 {
		list = append(list, ir.Global{Value: cc(i), Name: fmt.Sprint("condition code ", i), Bits: 32})
	}
	return append(list, ir.Global{Value: status, Name: "status", Bits: 32},
		ir.Global{Value: control, Name: "floating-point control", Bits: 32},
		ir.Global{Value: reserveAddr, Name: "reservation", Bits: 64},
		ir.Global{Value: reserveValue, Name: "reserved value", Bits: 64},
		ir.Global{Value: delayed, Name: "delayed", Bits: 64})
}

// static: results and arguments first, then the stack pointer and what compilers save first.
func static() []ir.Value {
	var list []ir.Value
	for _, n := range []int{2, 4, 3, 29, 5, 16, 6, 17, 25, 28, 7, 18, 31, 19, 20, 8} {
		list = append(list, r(n))
	}
	for _, n := range []int{0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 1} {
		list = append(list, fp(n))
	}
	return list
}
