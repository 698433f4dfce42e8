package ppc

import (
	"fmt"
	"slices"
	"sync"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// The globals. r0 to r31 are Int 0 to 31.
var (
	lr     = ir.IntGlobal(32)
	ctr    = ir.IntGlobal(33)
	xerCA  = ir.IntGlobal(34) // 0 or 1, as the next two
	xerOV  = ir.IntGlobal(35)
	xerSO  = ir.IntGlobal(36)
	xerLow = ir.IntGlobal(37) // the rest of XER, with the byte count of string instructions
	// fpscrBits has the bits of FPSCR but those that operations have raised since they were collected in it.
	fpscrBits = ir.IntGlobal(38)
	tar       = ir.IntGlobal(39)
	vrsave    = ir.IntGlobal(40)
	vscr      = ir.IntGlobal(41)
	dscr      = ir.IntGlobal(42)
	// The reservation: an address, and what was loaded there.
	reserved  = ir.IntGlobal(43)
	expected  = ir.IntGlobal(44)
	expected2 = ir.IntGlobal(45)
	// scratch passes a value on within an instruction.
	scratch = ir.IntGlobal(46)
)

// order and summary are the two parts of a field of the condition register, see condition.go.
func order(field int) ir.Value   { return ir.IntGlobal(48 + field) }
func summary(field int) ir.Value { return ir.IntGlobal(56 + field) }

func gpr(n int) ir.Value { return ir.IntGlobal(n) }

// vsr is VSX register n: fpr n, or vr n-32.
func vsr(n int) ir.Value { return ir.VecGlobal(n) }
func fpr(n int) ir.Value { return ir.VecGlobal(n) }
func vr(n int) ir.Value  { return ir.VecGlobal(32 + n) }

// noReservation is no address that a load can reserve.
const noReservation = ^uint64(0)

// The front-ends.
var (
	PPC32   = sync.OnceValue(func() *isa.Frontend { return newFrontend("powerpc", &variant{size: 4, data: ir.MemBig}) })
	PPC64   = sync.OnceValue(func() *isa.Frontend { return newFrontend("powerpc64", &variant{size: 8, data: ir.MemBig}) })
	PPC64LE = sync.OnceValue(func() *isa.Frontend { return newFrontend("powerpc64le", &variant{size: 8}) })
)

// variant is what the instruction sets differ in.
type variant struct {
	size  int    // of a general register in bytes, 4 or 8
	data  ir.Aux // MemBig, or 0 for little-endian data and code
	table *isa.Table[op]
}

func (v *variant) little() bool { return v.data == 0 }

// op is what the tables hold for an instruction.
type op struct {
	emit  func(g gen)
	valid func(w word) bool // nil: always
	flow  flow
}

// flow says where an instruction leads.
type flow uint8

const (
	falls    flow = iota
	direct        // I and B form
	indirect      // to a register
	stops         // out of the region
)

type row = isa.Row[op]

func newFrontend(name string, v *variant) *isa.Frontend {
	v.table = isa.NewTable(v.rows()...)
	return &isa.Frontend{
		Name: name, Globals: v.globals(), Static: static(), Address32: v.size == 4, MaxLen: 4, Align: 4,
		NaN:    func(uint32) ir.NaNPolicy { return ir.NaNPower },
		Mode:   func(s *ir.State) uint32 { return uint32(*s.GlobalWord(xerSO)) },
		Decode: v.decode,
		Emit: func(b *ir.Builder, in *isa.Inst) {
			v.table.Row(int(in.Row)).Emit.emit(gen{Builder: b, word: word(in.Word), in: in, variant: v})
		},
		Helpers: slices.Concat(helpers, vecHelpers), Reset: v.reset, Views: v.views(),
	}
}

// rows are the instructions of a variant.
func (v *variant) rows() [][]row {
	lists := [][]row{arithmetic, logical, rotates, traps, branches, conditionRows, memory, system, reservations,
		floats, conversions, floatMemory, statusRows}
	if v.size == 8 {
		lists = append(lists, arithmetic64, logical64, rotates64, traps64, branches64, conditionRows64, memory64, reservations64, floats64, conversions64,
			floatMemory64, altivec, vectorMemory,
			vsxMemory, vsxLogical, vsxScalar, vsxVector)
	}
	return lists
}

func (v *variant) globals() []ir.Global {
	bits := 8 * v.size
	var list []ir.Global
	for i := range 32 {
		list = append(list, ir.Global{Value: gpr(i), Name: fmt.Sprint("r", i), Bits: bits})
	}
	for i := range 8 {
		list = append(list, ir.Global{Value: order(i), Name: fmt.Sprintf("cr%d order", i), Bits: 64, Lazy: true},
			ir.Global{Value: summary(i), Name: fmt.Sprintf("cr%d so", i), Bits: 32, Lazy: true})
	}
	for i := range 64 {
		list = append(list, ir.Global{Value: vsr(i), Name: vsrName(i), Bits: 128})
	}
	for i, v := range operands {
		list = append(list, ir.Global{Value: v, Name: fmt.Sprint("operand ", i), Bits: 128, Lazy: true})
	}
	return append(list, ir.Global{Value: lastOp, Name: "operation", Bits: 64, Lazy: true}, ir.Global{Value: lr, Name: "lr", Bits: bits}, ir.Global{Value: ctr, Name: "ctr", Bits: bits},
		ir.Global{Value: xerCA, Name: "ca", Bits: 32, Lazy: true}, ir.Global{Value: xerOV, Name: "ov", Bits: 32, Lazy: true},
		ir.Global{Value: xerSO, Name: "so", Bits: 32}, ir.Global{Value: xerLow, Name: "rest of xer", Bits: 32},
		ir.Global{Value: fpscrBits, Name: "fpscr bits", Bits: 64}, ir.Global{Value: tar, Name: "tar", Bits: bits},
		ir.Global{Value: vrsave, Name: "vrsave", Bits: 32}, ir.Global{Value: vscr, Name: "vscr", Bits: 32},
		ir.Global{Value: dscr, Name: "dscr", Bits: 64},
		ir.Global{Value: reserved, Name: "reservation", Bits: 64}, ir.Global{Value: expected, Name: "reserved value", Bits: 64},
		ir.Global{Value: expected2, Name: "second reserved value", Bits: 64}, ir.Global{Value: scratch, Name: "scratch", Bits: 64})
}

// vsrName: AltiVec's registers are the upper half of VSX's; of the lower half the register file names doublewords.
func vsrName(i int) string {
	if i < 32 {
		return fmt.Sprint("vs", i)
	}
	return fmt.Sprint("vr", i-32)
}

// static: what gcc hands out first, the stack pointer, the count register.
func static() []ir.Value {
	var list []ir.Value
	for _, n := range []int{9, 3, 10, 1, 4, 8, 5, 7, 6, 31, 30, 29, 28, 0, 11, 2, 27, 26} {
		list = append(list, gpr(n))
	}
	for _, n := range []int{0, 12, 11, 10, 1, 9, 8, 13, 32, 33, 2, 31, 3, 30, 4, 5} {
		list = append(list, vsr(n))
	}
	return list
}

func (v *variant) reset(s *ir.State) {
	*s.GlobalWord(reserved) = noReservation
	*s.GlobalWord(vscr) = vscrNJ // as Linux begins a program
	s.Rounding = uint64(ir.RoundNearest)
}

// decode implements isa.Frontend.
func (v *variant) decode(in *isa.Inst) {
	if in.Len < 4 {
		in.Flow = isa.Short
		return
	}
	in.Len = 4
	c := in.Code
	w := word(c[0])<<24 | word(c[1])<<16 | word(c[2])<<8 | word(c[3])
	if v.little() {
		w = word(c[3])<<24 | word(c[2])<<16 | word(c[1])<<8 | word(c[0])
	}
	i := v.table.Lookup(uint32(w))
	in.Row, in.Word = int16(i), uint64(w)
	if i < 0 {
		in.Flow = isa.Illegal
		return
	}
	if valid := v.table.Row(i).Emit.valid; valid != nil && !valid(w) {
		in.Flow = isa.Illegal
		return
	}
	v.follow(in, v.table.Row(i).Emit.flow, w)
}

func (v *variant) follow(in *isa.Inst, f flow, w word) {
	switch f {
	case direct:
		in.Flow, in.Target = isa.Branch, w.offset()
		if !w.absolute() {
			in.Target += in.PC
		}
		in.Target = v.wrap(in.Target)
		if w.at(0, 5) == 18 || w.unconditional() {
			in.Flow = isa.Jumps
		}
	case indirect:
		in.Flow, in.Target = isa.Branch, v.wrap(in.Next()) // where it leads if it does not branch
		if w.unconditional() {
			in.Flow = isa.Stops
		}
	case stops:
		in.Flow = isa.Stops
	}
}

// wrap cuts a number to the width of a register.
func (v *variant) wrap(n uint64) uint64 {
	if v.size == 4 {
		return uint64(uint32(n))
	}
	return n
}
