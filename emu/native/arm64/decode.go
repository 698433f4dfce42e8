package arm64

import (
	"encoding/binary"
	"strings"
	"sync"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// op is what a row finds.
type op struct {
	emit   func(g gen)
	valid  func(w word) bool // whether the word exists; nil if every word of the row does
	flow   isa.Flow
	offset func(w word) int64 // of a direct jump or branch
}

// row is an instruction that the one behind it follows.
func row(name, bits string, emit func(g gen), valid ...func(w word) bool) isa.Row[op] {
	return flowRow(name, bits, isa.Next, emit, valid...)
}

// flowRow is an instruction that ends a block.
func flowRow(name, bits string, flow isa.Flow, emit func(g gen), valid ...func(w word) bool) isa.Row[op] {
	o := op{emit: emit, flow: flow}
	if len(valid) > 0 {
		o.valid = valid[0]
	}
	return isa.Row[op]{Name: name, Bits: bits, Emit: o}
}

// branchRow is a direct jump or branch.
func branchRow(name, bits string, flow isa.Flow, offset func(w word) int64, emit func(g gen)) isa.Row[op] {
	return isa.Row[op]{Name: name, Bits: bits, Emit: op{emit: emit, flow: flow, offset: offset}}
}

// undefined is a hole in what a more general row has.
func undefined(name, bits string) isa.Row[op] {
	return isa.Row[op]{Name: name, Bits: bits, Emit: op{flow: isa.Illegal}}
}

// fill puts fields into the places of a pattern that are marked %s.
func fill(pattern string, fields ...string) string {
	b := make([]byte, 0, 64)
	for _, f := range fields {
		before, behind, _ := strings.Cut(pattern, "%s")
		b, pattern = append(append(b, before...), f...), behind
	}
	return string(append(b, pattern...))
}

// table is A64. Making it takes a while, so that it waits for a guest that needs it.
var table = sync.OnceValue(func() *isa.Table[op] { return isa.NewTable(rows()) })

// misaligned is the Row of an instruction at an address that is no multiple of 4.
const misaligned = -1

func decode(in *isa.Inst) {
	if in.PC&3 != 0 {
		in.Row, in.Flow = misaligned, isa.Stops
		return
	}
	if in.Len < 4 {
		in.Flow = isa.Short
		return
	}
	in.Len = 4
	w := word(binary.LittleEndian.Uint32(in.Code[:]))
	i := table().Lookup(uint32(w))
	if i < 0 {
		in.Flow = isa.Illegal
		return
	}
	o := &table().Row(i).Emit
	if o.valid != nil && !o.valid(w) {
		in.Flow = isa.Illegal
		return
	}
	in.Row, in.Flow, in.Word = int16(i), o.flow, uint64(w)
	if o.offset != nil {
		in.Target = in.PC + uint64(o.offset(w))
	}
}

func emit(g gen) {
	if g.in.Row == misaligned {
		zero, pc := g.Const(0), g.Const(g.in.PC)
		g.Do(ir.Insn{Op: ir.ExitIf, Size: 8, Cond: ir.EQ, Imm: ir.ExitImm(ir.ExitBusError, 1)}, zero, zero, pc)
		g.Exit(ir.ExitBusError, 1, g.in.PC)
		return
	}
	table().Row(int(g.in.Row)).Emit.emit(g)
}
