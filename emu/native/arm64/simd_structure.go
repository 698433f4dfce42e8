package arm64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// multiples are the loads and stores of multiple structures: opcode, the registers, and the elements of a structure.
var multiples = []struct {
	name, opcode         string
	registers, structure int
}{
	{"4", "0000", 4, 4}, {"1 (four)", "0010", 4, 1}, {"3", "0100", 3, 3}, {"1 (three)", "0110", 3, 1},
	{"1 (one)", "0111", 1, 1}, {"2", "1000", 2, 2}, {"1 (two)", "1010", 2, 1},
}

// singles are those of a single structure: the bits from opcode to size, and the bytes of an element. Bit o is the upper one
// of the number of elements, bit r the lower.
var singles = []struct {
	name, bits string
	size       int
}{
	{"b", "00 o:1 s:1 size:2", 1}, {"h", "01 o:1 s:1 size:1 0", 2}, {"s", "10 o:1 s:1 00", 4}, {"d", "10 o:1 0 01", 8},
}

// structureForms are the two ways to address a structure.
var structureForms = []struct{ name, multiple, single string }{
	{"", "0 q:1 0011000 %s 000000 %s size:2 rn:5 rt:5", "0 q:1 0011010 %s r:1 00000 %s rn:5 rt:5"},
	{" (post-index)", "0 q:1 0011001 %s 0 rm:5 %s size:2 rn:5 rt:5", "0 q:1 0011011 %s r:1 rm:5 %s rn:5 rt:5"},
}

// directions are bit L.
var directions = []struct {
	name, l string
	load    bool
}{{"st", "0", false}, {"ld", "1", true}}

// structures is "Advanced SIMD load/store multiple structures" and "single structure".
func structures() []isa.Row[op] {
	var rows []isa.Row[op]
	for _, f := range structureForms {
		for _, way := range directions {
			for _, m := range multiples {
				rows = append(rows, row(way.name+m.name+f.name, fill(f.multiple, way.l, m.opcode),
					func(g gen) { g.multiple(way.load, m.registers, m.structure) },
					func(w word) bool { return m.structure == 1 || w.at(10, 2) < 3 || w.q() }))
			}
			for _, one := range singles {
				rows = append(rows, row(way.name+"n ("+one.name+")"+f.name, fill(f.single, way.l, one.bits),
					func(g gen) { g.single(way.load, one.size) }))
			}
		}
		rows = append(rows, row("ldnr"+f.name, fill(f.single, "1", "11 o:1 0 size:2"), replicate))
	}
	return rows
}

// index writes back the base register behind an access of n bytes, if the instruction does.
func (g gen) index(n int) {
	if !g.bit(23) {
		return
	}
	step := g.imm(int64(n))
	if g.rm() != zr {
		step = x(g.rm())
	}
	base := regSP(g.rn())
	g.Set(base, g.Op(ir.Add, 8, base, step))
}

// list is the registers from rt on.
func (g gen) list(n int) []ir.Value {
	all := make([]ir.Value, n)
	for i := range all {
		all[i] = v((g.rt() + i) % 32)
	}
	return all
}

// multiple loads or stores registers whose elements are interleaved in memory by structure.
func (g gen) multiple(load bool, registers, structure int) {
	base, size, bytes := g.base(), 1<<g.at(10, 2), 8<<g.at(30, 1)
	list := g.list(registers)
	if load {
		var loaded []ir.Value
		for _, p := range pieces(registers*bytes, registers, structure) {
			loaded = append(loaded, g.Load(ir.Vec, p.size, g.elements(size), base, int64(p.at)))
		}
		for i, val := range g.deinterleaved(size, structure, loaded) {
			if structure > 1 {
				val = g.half(val)
			}
			g.Set(list[i], val)
		}
	} else {
		out := g.interleaved(size, structure, list)
		for i, p := range pieces(registers*bytes, registers, structure) {
			g.Store(p.size, g.elements(size), base, int64(p.at), out[i])
		}
	}
	g.index(registers * bytes)
}

// half clears the upper half where bit q is clear.
func (g gen) half(val ir.Value) ir.Value {
	if g.q() {
		return val
	}
	return g.Op(ir.VZeroHi, 8, val)
}

// elements is the Aux of an access to vectors of elements.
func (g gen) elements(size int) ir.Aux {
	if g.order == 0 || size == 1 {
		return 0
	}
	return g.order | ir.Element(log2(size))
}

// piece is a part of what an instruction moves.
type piece struct{ at, size int }

// pieces cuts total bytes into accesses: registers where they are not interleaved, else as much as a register holds.
func pieces(total, registers, structure int) []piece {
	step := 16
	if structure == 1 {
		step = total / registers
	}
	var list []piece
	for at := 0; at < total; at += step {
		list = append(list, piece{at, min(step, total-at)})
	}
	return list
}

// deinterleaved makes registers of consecutive memory.
func (g gen) deinterleaved(size, structure int, mem []ir.Value) []ir.Value {
	switch {
	case structure == 1:
		return mem
	case structure == 3:
		return g.shuffled(mem, 3, func(register, i int) (int, int) {
			at := (i/size*3+register)*size + i%size
			return at / 16, at % 16
		})
	case !g.q() && structure == 2:
		mem = []ir.Value{mem[0], mem[0]}
	case !g.q():
		mem = []ir.Value{mem[0], mem[1], mem[0], mem[1]}
	}
	if structure == 2 {
		return g.unzipped(size, mem[0], mem[1])
	}
	first, second := g.unzipped(size, mem[0], mem[1]), g.unzipped(size, mem[2], mem[3])
	even, odd := g.unzipped(size, first[0], second[0]), g.unzipped(size, first[1], second[1])
	return []ir.Value{even[0], odd[0], even[1], odd[1]}
}

func (g gen) unzipped(size int, a, b ir.Value) []ir.Value {
	return []ir.Value{g.Op(ir.VUzpEven, size, a, b), g.Op(ir.VUzpOdd, size, a, b)}
}

// interleaved makes consecutive memory of registers.
func (g gen) interleaved(size, structure int, list []ir.Value) []ir.Value {
	switch structure {
	case 1:
		return list
	case 3:
		return g.shuffled(list, 3, func(piece, i int) (int, int) {
			element := (16*piece + i) / size
			return element % 3, element/3*size + i%size
		})
	case 2:
		return []ir.Value{g.Op(ir.VZipLo, size, list[0], list[1]), g.Op(ir.VZipHi, size, list[0], list[1])}
	}
	var out []ir.Value
	for _, zip := range []ir.Op{ir.VZipLo, ir.VZipHi} {
		even, odd := g.Op(zip, size, list[0], list[2]), g.Op(zip, size, list[1], list[3])
		out = append(out, g.Op(ir.VZipLo, size, even, odd), g.Op(ir.VZipHi, size, even, odd))
	}
	return out
}

// shuffled makes n vectors of bytes of others: from says of which vector and byte each one is.
func (g gen) shuffled(source []ir.Value, n int, from func(vector, i int) (which, at int)) []ir.Value {
	out := make([]ir.Value, n)
	for k := range out {
		out[k] = ir.None
		for which, val := range source {
			picked := g.Op(ir.VTbl, 1, val, g.pick(func(i int) int {
				if w, at := from(k, i); w == which {
					return at
				}
				return 0xff
			}))
			if out[k] != ir.None {
				picked = g.Op(ir.VOr, 8, out[k], picked)
			}
			out[k] = picked
		}
	}
	return out
}

// pick is the constant with byte i at(i).
func (g gen) pick(at func(i int) int) ir.Value {
	var half [2]uint64
	for i := range 16 {
		half[i/8] |= uint64(at(i)&0xff) << (i % 8 * 8)
	}
	return g.VecConst(half[0], half[1])
}

// elementCount is the number of elements of a single structure.
func (w word) elementCount() int { return w.at(13, 1)<<1 + w.at(21, 1) + 1 }

// single loads or stores one lane of each register.
func (g gen) single(load bool, size int) {
	base, n := g.base(), g.elementCount()
	lane := int64(g.at(30, 1)<<3|g.at(10, 3)) >> log2(size)
	list := g.list(n)
	loaded := make([]ir.Value, n)
	for i := range n {
		if load {
			loaded[i] = g.Load(ir.Int, size, g.ordered(size, 0), base, int64(i*size))
		} else {
			g.Store(size, g.ordered(size, 0), base, int64(i*size), g.OpImm(ir.VExtract, size, lane, list[i]))
		}
	}
	if load {
		for i, val := range loaded {
			g.Set(list[i], g.OpImm(ir.VInsert, size, lane, list[i], val))
		}
	}
	g.index(n * size)
}

// replicate is ld1r to ld4r.
func replicate(g gen) {
	base, n, size := g.base(), g.elementCount(), 1<<g.at(10, 2)
	loaded := make([]ir.Value, n)
	for i := range loaded {
		loaded[i] = g.Load(ir.Int, size, g.ordered(size, 0), base, int64(i*size))
	}
	for i, reg := range g.list(n) {
		g.Set(reg, g.half(g.Op(ir.VDup, size, loaded[i])))
	}
	g.index(n * size)
}
