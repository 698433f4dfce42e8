package riscv

import (
	"fmt"
	"sync"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// The globals: x0 to x31 (x0 is never used), then the inner ones; f0 to f31.
var (
	frm          = ir.IntGlobal(32) // the frm field of fcsr
	reserveAddr  = ir.IntGlobal(33) // of the last lr, noReservation if there is none
	reserveValue = ir.IntGlobal(34) // what it loaded, zero-extended
)

// noReservation is no address that lr accepts.
const noReservation = ^uint64(0)

func x(n uint32) ir.Value { return ir.IntGlobal(int(n)) }
func f(n uint32) ir.Value { return ir.VecGlobal(int(n)) }

// The front-ends.
var (
	RV32 = sync.OnceValue(func() *isa.Frontend { return frontend("riscv32", 4) })
	RV64 = sync.OnceValue(func() *isa.Frontend { return frontend("riscv64", 8) })
)

// xlen is the size of an integer register in bytes, 4 or 8; instructions that depend on it are its methods.
type xlen int

// op is what the tables hold for an instruction.
type op struct {
	emit func(b *ir.Builder, in *isa.Inst)
	flow flow
}

// flow says how an instruction's target is coded.
type flow uint8

const (
	falls   flow = iota
	jumps        // J-type immediate
	branch       // B-type immediate
	stops        // indirect jump, exit
	control      // Zicsr: stops if it changes how instructions are translated
)

type row = isa.Row[op]

// decoder is the tables of one width.
type decoder struct {
	x    xlen
	full *isa.Table[op]
	half *isa.Table[expand]
}

func newDecoder(w xlen) *decoder {
	return &decoder{x: w,
		full: isa.NewTable(w.integer(), w.wide(), w.multiply(), w.atomics(), w.csr(), w.float(), w.floatConvert(), w.bits()),
		half: isa.NewTable(w.compressed())}
}

func frontend(name string, size int) *isa.Frontend {
	decoder := sync.OnceValue(func() *decoder { return newDecoder(xlen(size)) })
	return &isa.Frontend{
		Name: name, Globals: globals(size * 8), Static: static(), Address32: size == 4, MaxLen: 4, Align: 2,
		NaN:     func(uint32) ir.NaNPolicy { return ir.NaNCanonical },
		Mode:    mode,
		Decode:  func(in *isa.Inst) { decoder().decode(in) },
		Emit:    func(b *ir.Builder, in *isa.Inst) { decoder().full.Row(int(in.Row)).Emit.emit(b, in) },
		Helpers: []ir.HelperFunc{helperClass: classify},
		Reset: func(s *ir.State) {
			s.Rounding = uint64(ir.RoundNearest)
			s.Int[33] = noReservation
		},
		Views: views,
	}
}

func globals(bits int) []ir.Global {
	var list []ir.Global
	for i := range 32 {
		list = append(list, ir.Global{Value: x(uint32(i)), Name: fmt.Sprintf("x%d", i), Bits: bits},
			ir.Global{Value: f(uint32(i)), Name: fmt.Sprintf("f%d", i), Bits: 64})
	}
	return append(list, ir.Global{Value: frm, Name: "frm", Bits: 32},
		ir.Global{Value: reserveAddr, Name: "reservation", Bits: 64},
		ir.Global{Value: reserveValue, Name: "reserved value", Bits: 64})
}

// static: arguments first, then the stack pointer and what compilers save first.
func static() []ir.Value {
	var list []ir.Value
	for _, n := range []uint32{15, 14, 10, 13, 2, 11, 12, 8, 16, 17, 9, 18, 1, 19, 20, 28, 29, 30} {
		list = append(list, x(n))
	}
	for _, n := range []uint32{15, 14, 10, 11, 12, 13, 0, 1, 2, 3, 4, 5, 16, 8, 9, 17} {
		list = append(list, f(n))
	}
	return list
}

// The modes: what the translation of dynamic rounding depends on.
const (
	modeHost    = 0 // State.Rounding serves
	modeAway    = 1 // frm is RMM, for which executors want to be asked
	modeInvalid = 2 // frm is reserved: instructions that use it are illegal
)

func mode(s *ir.State) uint32 {
	switch v := s.Int[32]; {
	case v < 4:
		return modeHost
	case v == 4:
		return modeAway
	}
	return modeInvalid
}

var views = map[string]isa.View{
	"fflags": {Get: func(s *ir.State) uint64 { return s.FPFlags },
		Set: func(s *ir.State, v uint64) { s.FPFlags = v & 31 }},
	"frm": {Get: func(s *ir.State) uint64 { return s.Int[32] }, Set: setFrm},
	"fcsr": {Get: func(s *ir.State) uint64 { return s.Int[32]<<5 | s.FPFlags },
		Set: func(s *ir.State, v uint64) {
			s.FPFlags = v & 31
			setFrm(s, v>>5)
		}},
}

func setFrm(s *ir.State, v uint64) {
	s.Int[32] = v & 7
	s.Rounding = uint64(rounding(uint32(v & 7)))
}

// decode implements isa.Frontend.
func (d *decoder) decode(in *isa.Inst) {
	word := uint32(in.Code[0]) | uint32(in.Code[1])<<8 | uint32(in.Code[2])<<16 | uint32(in.Code[3])<<24
	have := in.Len
	full := word&3 == 3
	switch {
	case have < 2 || full && have < 4:
		in.Flow = isa.Short
		return
	case full:
		in.Len = 4
	default:
		in.Len = 2
		word = d.expand(uint16(word))
	}
	i := d.full.Lookup(word)
	in.Row, in.Word = int16(i), uint64(word)
	if i < 0 || !d.valid(word, in.Mode) {
		in.Flow = isa.Illegal
		return
	}
	d.follow(in, d.full.Row(i).Emit.flow, word)
}

func (d *decoder) follow(in *isa.Inst, f flow, word uint32) {
	switch f {
	case jumps:
		in.Flow, in.Target = isa.Jumps, d.x.wrap(in.PC+immJ(word))
	case branch:
		in.Flow, in.Target = isa.Branch, d.x.wrap(in.PC+immB(word))
	case stops:
		in.Flow = isa.Stops
	case control:
		in.Flow = csrFlow(word)
	}
}

// wrap cuts an address to the width of a register.
func (w xlen) wrap(v uint64) uint64 {
	if w == 4 {
		return uint64(uint32(v))
	}
	return v
}
