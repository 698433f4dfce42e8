package arm64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// pairs of registers: opc, V, L and what each of the two moves.
var pairs = []struct {
	name, opc, v, l string
	access          access
}{
	{"stp", "00", "0", "0", access{bytes: 4, class: ir.Int, store: true}},
	{"ldp", "00", "0", "1", access{bytes: 4, class: ir.Int}},
	{"ldpsw", "01", "0", "1", access{bytes: 4, class: ir.Int, sign: ir.MemSigned}},
	{"stp", "10", "0", "0", access{bytes: 8, class: ir.Int, store: true}},
	{"ldp", "10", "0", "1", access{bytes: 8, class: ir.Int}},
	{"stp (s)", "00", "1", "0", access{bytes: 4, class: ir.Vec, store: true}},
	{"ldp (s)", "00", "1", "1", access{bytes: 4, class: ir.Vec}},
	{"stp (d)", "01", "1", "0", access{bytes: 8, class: ir.Vec, store: true}},
	{"ldp (d)", "01", "1", "1", access{bytes: 8, class: ir.Vec}},
	{"stp (q)", "10", "1", "0", access{bytes: 16, class: ir.Vec, store: true}},
	{"ldp (q)", "10", "1", "1", access{bytes: 16, class: ir.Vec}},
}

var pairAddressings = []struct {
	name, bits string
	emit       func(g gen, a access)
}{
	{"no-allocate", "%s 101 %s 000 %s imm:7 rt2:5 rn:5 rt:5", pairOffset},
	{"post-index", "%s 101 %s 001 %s imm:7 rt2:5 rn:5 rt:5", pairPostIndex},
	{"offset", "%s 101 %s 010 %s imm:7 rt2:5 rn:5 rt:5", pairOffset},
	{"pre-index", "%s 101 %s 011 %s imm:7 rt2:5 rn:5 rt:5", pairPreIndex},
}

// loadStorePairs is the loads and stores of two registers. There is no ldnpsw.
func loadStorePairs() []isa.Row[op] {
	var rows []isa.Row[op]
	for _, m := range pairAddressings {
		for _, p := range pairs {
			if p.name == "ldpsw" && m.name == "no-allocate" {
				continue
			}
			bits := fill(m.bits, p.opc, p.v, p.l)
			rows = append(rows, row(p.name+" ("+m.name+")", bits, func(g gen) { m.emit(g, p.access) }))
		}
	}
	return rows
}

func (g gen) at7(a access) int64 { return g.signed(15, 7) * int64(a.bytes) }

func pairOffset(g gen, a access) { g.movePair(a, g.base(), g.at7(a)) }

func pairPreIndex(g gen, a access) {
	base := g.base()
	g.writeBack(a.overwritesPair(g), base, g.at7(a), func() { g.movePair(a, base, g.at7(a)) })
}

func pairPostIndex(g gen, a access) {
	base := g.base()
	g.writeBack(a.overwritesPair(g), base, g.at7(a), func() { g.movePair(a, base, 0) })
}

func (a access) overwritesPair(g gen) bool {
	return a.overwrites(g, g.rt()) || a.overwrites(g, g.rt2())
}

// movePair loads or stores rt and rt2. Neither is set before both are loaded.
func (g gen) movePair(a access, base ir.Value, disp int64) {
	aux, second := g.aux(a, address{}), disp+int64(a.bytes)
	if a.store {
		g.Store(a.bytes, aux, base, disp, g.data(a, g.rt()))
		g.Store(a.bytes, aux, base, second, g.data(a, g.rt2()))
		return
	}
	first := g.Load(a.class, a.bytes, aux, base, disp)
	g.setData(a, g.rt2(), g.Load(a.class, a.bytes, aux, base, second))
	g.setData(a, g.rt(), first)
}
