package sh

import (
	"fmt"
	"sync"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// The globals: r0 to r15, then what follows; fr0 to fr15, xf0 to xf15, and the operands of the last operation.
var (
	t            = ir.IntGlobal(16) // SR.T, here and below 0 or 1
	pr           = ir.IntGlobal(17)
	gbr          = ir.IntGlobal(18)
	mach         = ir.IntGlobal(19)
	macl         = ir.IntGlobal(20)
	fpul         = ir.IntGlobal(21)
	flagS        = ir.IntGlobal(22)
	flagQ        = ir.IntGlobal(23)
	flagM        = ir.IntGlobal(24)
	fpscr        = ir.IntGlobal(25) // without flags and causes
	lastOp       = ir.IntGlobal(26) // see cause.go
	reserveAddr  = ir.IntGlobal(27) // of the last movli, noReservation if there is none
	reserveValue = ir.IntGlobal(28) // what it loaded
	held         = ir.IntGlobal(29) // a branch's target or condition, while its delay slot does what takes several blocks
	lastA        = ir.VecGlobal(32)
	lastB        = ir.VecGlobal(33)
	lastC        = ir.VecGlobal(34)
)

const noReservation = ^uint64(0)

func r(n int) ir.Value { return ir.IntGlobal(n) }

// bank is register i of floating-point bank 0 (fr0 ...) or 1.
func bank(b, i int) ir.Value { return ir.VecGlobal(16*b + i) }

// The front-ends.
var (
	Little = sync.OnceValue(func() *isa.Frontend { return frontend("sh4", 0) })
	Big    = sync.OnceValue(func() *isa.Frontend { return frontend("sh4eb", ir.MemBig) })
)

// op is what the table holds for an instruction.
type op struct {
	emit func(g gen)
	flow flow
}

// flow says where an instruction leads, and what it may not be.
type flow uint8

const (
	falls    flow = iota
	splits        // takes several blocks
	relative      // reads or branches relative to the PC, so that it cannot be in a delay slot
	branch        // bt, bf: signed8
	delayedBranch
	delayedJump     // bra, bsr: signed12
	delayedIndirect // jmp, rts ...
	control         // may change the mode: ends a region
	stops           // trapa
)

func (f flow) delayed() bool {
	return f == delayedBranch || f == delayedJump || f == delayedIndirect
}

type row = isa.Row[op]

var table = sync.OnceValue(func() *isa.Table[op] {
	return isa.NewTable(moves, arithmetic, logic, branches, system, floating)
})

// decoder is the table and the byte order.
type decoder struct {
	table *isa.Table[op]
	order ir.Aux
}

func frontend(name string, order ir.Aux) *isa.Frontend {
	d := &decoder{table(), order}
	return &isa.Frontend{
		Name: name, Globals: globals(), Static: static(), Address32: true, MaxLen: isa.MaxCode, Align: 2,
		NaN: nanPolicy, Mode: mode, Decode: d.decode, Emit: d.emit, Helpers: helpers,
		Reset: func(s *ir.State) {
			*s.GlobalWord(reserveAddr) = noReservation
			setFPSCR(s, 0)
		},
		Views: views,
	}
}

func globals() []ir.Global {
	var list []ir.Global
	for i := range 16 {
		list = append(list, ir.Global{Value: r(i), Name: fmt.Sprint("r", i), Bits: 32},
			ir.Global{Value: bank(0, i), Name: fmt.Sprint("fr", i), Bits: 32},
			ir.Global{Value: bank(1, i), Name: fmt.Sprint("xf", i), Bits: 32})
	}
	list = append(list, ir.Global{Value: t, Name: "t", Bits: 32, Lazy: true})
	for _, g := range []struct {
		value ir.Value
		name  string
	}{{pr, "pr"}, {gbr, "gbr"}, {mach, "mach"}, {macl, "macl"}, {fpul, "fpul"}, {flagS, "s"}, {flagQ, "q"}, {flagM, "m"},
		{fpscr, "fpscr bits"}, {reserveValue, "reserved value"}, {held, "held"}} {
		list = append(list, ir.Global{Value: g.value, Name: g.name, Bits: 32})
	}
	return append(list,
		ir.Global{Value: reserveAddr, Name: "reservation", Bits: 64},
		ir.Global{Value: lastOp, Name: "last operation", Bits: 32, Lazy: true},
		ir.Global{Value: lastA, Name: "last a", Bits: 64, Lazy: true},
		ir.Global{Value: lastB, Name: "last b", Bits: 64, Lazy: true},
		ir.Global{Value: lastC, Name: "last c", Bits: 64, Lazy: true})
}

// static: gcc works in r0 to r7 and keeps in r8 to r14.
func static() []ir.Value {
	list := []ir.Value{t}
	for _, n := range []int{1, 0, 2, 15, 4, 8, 3, 5, 14, 9, 6, 7, 10, 11, 12, 13} {
		list = append(list, r(n))
	}
	for _, n := range []int{4, 5, 2, 3, 0, 1, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} {
		list = append(list, bank(0, n))
	}
	return list
}

// Bits of FPSCR.
const (
	fpscrFR     = 1 << 21
	fpscrSZ     = 1 << 20
	fpscrPR     = 1 << 19
	fpscrDN     = 1 << 18
	fpscrEnable = 31 << 7
	fpscrRM     = 3
	fpscrAll    = 0x003fffff
	// fpscrBits are those of the global.
	fpscrBits = fpscrFR | fpscrSZ | fpscrPR | fpscrDN | fpscrEnable | fpscrRM
	flagShift = 2
	causeAt   = 12
	causeBits = 0x3f

	// modeTraps is the bit of a mode in which operations may trap.
	modeTraps = 1
)

// mode is PR, SZ, FR and DN, and whether there are traps.
func mode(s *ir.State) uint32 {
	v := uint32(*s.GlobalWord(fpscr))
	m := v & (fpscrFR | fpscrSZ | fpscrPR | fpscrDN)
	if v&fpscrEnable != 0 {
		m |= modeTraps
	}
	return m
}

func nanPolicy(mode uint32) ir.NaNPolicy {
	if mode&fpscrDN != 0 {
		return ir.NaNSH | ir.FlushToZero
	}
	return ir.NaNSH
}

var views = map[string]isa.View{
	"sr":    {Get: getSR, Set: setSR},
	"fpscr": {Get: getFPSCR, Set: setFPSCR},
}

// Places of SR's bits.
const (
	srT, srS, srQ, srM = 0, 1, 8, 9
)

func getSR(s *ir.State) uint64 {
	return *s.GlobalWord(t)<<srT | *s.GlobalWord(flagS)<<srS | *s.GlobalWord(flagQ)<<srQ | *s.GlobalWord(flagM)<<srM
}

func setSR(s *ir.State, v uint64) {
	*s.GlobalWord(t), *s.GlobalWord(flagS) = v>>srT&1, v>>srS&1
	*s.GlobalWord(flagQ), *s.GlobalWord(flagM) = v>>srQ&1, v>>srM&1
}

func getFPSCR(s *ir.State) uint64 {
	return *s.GlobalWord(fpscr) | s.FPFlags&31<<flagShift | cause(s)<<causeAt
}

func setFPSCR(s *ir.State, v uint64) {
	*s.GlobalWord(fpscr) = v & fpscrBits
	s.FPFlags = v >> flagShift & 31
	*s.GlobalWord(lastOp) = v >> causeAt & causeBits
	s.Rounding = uint64(ir.RoundNearest)
	if v&fpscrRM == 1 {
		s.Rounding = uint64(ir.RoundZero)
	}
}
