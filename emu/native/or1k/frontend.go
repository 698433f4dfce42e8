package or1k

import (
	"fmt"
	"sync"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// The globals: r0 (never used) to r31, then the flags of SR, as 0 or 1, and the inner ones.
var (
	flagF        = ir.IntGlobal(32)
	flagCY       = ir.IntGlobal(33)
	flagOV       = ir.IntGlobal(34)
	machi        = ir.IntGlobal(35)
	maclo        = ir.IntGlobal(36)
	reserveAddr  = ir.IntGlobal(37) // of the last l.lwa, noReservation if there is none
	reserveValue = ir.IntGlobal(38) // what it loaded
	held         = ir.IntGlobal(39) // a branch's target or condition, while its delay slot does what takes several blocks
)

const noReservation = ^uint64(0)

func r(n int) ir.Value { return ir.IntGlobal(n) }

// op is what the table holds for an instruction.
type op struct {
	emit func(g gen)
	flow flow
}

// flow says where an instruction leads.
type flow uint8

const (
	falls    flow = iota
	splits        // takes several blocks
	jumps         // l.j, l.jal
	branches      // l.bf, l.bnf
	indirect      // l.jr, l.jalr
	stops         // l.sys, l.trap
)

func (f flow) delayed() bool { return f == jumps || f == branches || f == indirect }

type row = isa.Row[op]

var table = sync.OnceValue(func() *isa.Table[op] { return isa.NewTable(control, memory, alu, compares()) })

// New makes the front-end.
var New = sync.OnceValue(func() *isa.Frontend {
	return &isa.Frontend{
		Name: "or1k", Globals: globals(), Static: static(), Address32: true, MaxLen: 8, Align: 4,
		NaN:    func(uint32) ir.NaNPolicy { return ir.NaNCanonical },
		Mode:   func(*ir.State) uint32 { return 0 },
		Decode: decode, Emit: emit,
		Reset: func(s *ir.State) {
			*s.GlobalWord(reserveAddr) = noReservation
			s.Rounding = uint64(ir.RoundNearest)
		},
		Views: views,
	}
})

func globals() []ir.Global {
	var list []ir.Global
	for i := range 32 {
		list = append(list, ir.Global{Value: r(i), Name: fmt.Sprint("r", i), Bits: 32})
	}
	return append(list,
		ir.Global{Value: flagF, Name: "f", Bits: 32, Lazy: true},
		ir.Global{Value: flagCY, Name: "cy", Bits: 32, Lazy: true},
		ir.Global{Value: flagOV, Name: "ov", Bits: 32, Lazy: true},
		ir.Global{Value: machi, Name: "machi", Bits: 32},
		ir.Global{Value: maclo, Name: "maclo", Bits: 32},
		ir.Global{Value: reserveAddr, Name: "reservation", Bits: 64},
		ir.Global{Value: reserveValue, Name: "reserved value", Bits: 32},
		ir.Global{Value: held, Name: "held", Bits: 32})
}

// static: results and temporaries, arguments, the stack, what is kept over calls.
func static() []ir.Value {
	list := []ir.Value{flagF}
	for _, n := range []int{17, 3, 1, 19, 4, 11, 21, 5, 2, 14, 16, 18, 23, 6, 20, 22, 9, 7, 8} {
		list = append(list, r(n))
	}
	return list
}

// Places of SR's bits.
const (
	srF, srCY, srOV = 9, 10, 11
	srFO            = 1 << 15 // always set
)

var views = map[string]isa.View{
	"sr": {
		Get: func(s *ir.State) uint64 {
			return srFO | *s.GlobalWord(flagF)<<srF | *s.GlobalWord(flagCY)<<srCY | *s.GlobalWord(flagOV)<<srOV
		},
		Set: func(s *ir.State, v uint64) {
			*s.GlobalWord(flagF), *s.GlobalWord(flagCY), *s.GlobalWord(flagOV) = v>>srF&1, v>>srCY&1, v>>srOV&1
		},
	},
	"ppc": {Get: func(s *ir.State) uint64 { return uint64(uint32(s.PC - 4)) }, Set: func(*ir.State, uint64) {}},
	// There is no floating-point unit.
	"fpcsr": {Get: func(*ir.State) uint64 { return 0 }, Set: func(*ir.State, uint64) {}},
}
