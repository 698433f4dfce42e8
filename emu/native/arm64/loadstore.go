package arm64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// access is what a load or store of one register moves.
type access struct {
	name  string
	size  string // the bits size, V and opc
	v     string
	opc   string
	bytes int
	store bool
	class ir.Class // of the register; none for a prefetch
	sign  ir.Aux
}

var accesses = []access{
	{"strb", "00", "0", "00", 1, true, ir.Int, 0},
	{"ldrb", "00", "0", "01", 1, false, ir.Int, 0},
	{"ldrsb", "00", "0", "10", 1, false, ir.Int, ir.MemSigned},
	{"ldrsb", "00", "0", "11", 1, false, ir.Int, ir.MemSigned32},
	{"strh", "01", "0", "00", 2, true, ir.Int, 0},
	{"ldrh", "01", "0", "01", 2, false, ir.Int, 0},
	{"ldrsh", "01", "0", "10", 2, false, ir.Int, ir.MemSigned},
	{"ldrsh", "01", "0", "11", 2, false, ir.Int, ir.MemSigned32},
	{"str", "10", "0", "00", 4, true, ir.Int, 0},
	{"ldr", "10", "0", "01", 4, false, ir.Int, 0},
	{"ldrsw", "10", "0", "10", 4, false, ir.Int, ir.MemSigned},
	{"str", "11", "0", "00", 8, true, ir.Int, 0},
	{"ldr", "11", "0", "01", 8, false, ir.Int, 0},
	{"prfm", "11", "0", "10", 8, false, ir.NoClass, 0},
	{"str (b)", "00", "1", "00", 1, true, ir.Vec, 0},
	{"ldr (b)", "00", "1", "01", 1, false, ir.Vec, 0},
	{"str (q)", "00", "1", "10", 16, true, ir.Vec, 0},
	{"ldr (q)", "00", "1", "11", 16, false, ir.Vec, 0},
	{"str (h)", "01", "1", "00", 2, true, ir.Vec, 0},
	{"ldr (h)", "01", "1", "01", 2, false, ir.Vec, 0},
	{"str (s)", "10", "1", "00", 4, true, ir.Vec, 0},
	{"ldr (s)", "10", "1", "01", 4, false, ir.Vec, 0},
	{"str (d)", "11", "1", "00", 8, true, ir.Vec, 0},
	{"ldr (d)", "11", "1", "01", 8, false, ir.Vec, 0},
}

// addressing is a way to form the address of an access. Its bits hold size, V and opc as %s.
type addressing struct {
	name  string
	bits  string
	takes func(a access) bool
	emit  func(g gen, a access)
	valid func(w word) bool
}

var addressings = []addressing{
	{"unsigned offset", "%s 111 %s 01 %s imm:12 rn:5 rt:5", anyAccess, unsignedOffset, nil},
	{"unscaled", "%s 111 %s 00 %s 0 imm:9 00 rn:5 rt:5", anyAccess, unscaled, nil},
	{"unprivileged", "%s 111 %s 00 %s 0 imm:9 10 rn:5 rt:5", isGeneral, unscaled, nil},
	{"post-index", "%s 111 %s 00 %s 0 imm:9 01 rn:5 rt:5", notPrefetch, postIndex, nil},
	{"pre-index", "%s 111 %s 00 %s 0 imm:9 11 rn:5 rt:5", notPrefetch, preIndex, nil},
	{"register", "%s 111 %s 00 %s 1 rm:5 option:3 s:1 10 rn:5 rt:5", anyAccess, registerOffset, extendsWord},
}

func anyAccess(access) bool     { return true }
func isGeneral(a access) bool   { return a.class == ir.Int }
func notPrefetch(a access) bool { return a.class != ir.NoClass }

// extendsWord tells the extensions of an index: of a word or a doubleword.
func extendsWord(w word) bool { return w.at(14, 1) == 1 }

// loadStores is the loads and stores of one register.
func loadStores() []isa.Row[op] {
	var rows []isa.Row[op]
	for _, m := range addressings {
		for _, a := range accesses {
			if m.takes(a) {
				bits := fill(m.bits, a.size, a.v, a.opc)
				rows = append(rows, row(a.name+" ("+m.name+")", bits, func(g gen) { m.emit(g, a) }, m.valid))
			}
		}
	}
	return rows
}

// literals is "Load register (literal)".
func literals() []isa.Row[op] {
	return []isa.Row[op]{
		row("ldr (literal)", "00 011 0 00 imm:19 rt:5", literal(access{bytes: 4, class: ir.Int})),
		row("ldr (literal)", "01 011 0 00 imm:19 rt:5", literal(access{bytes: 8, class: ir.Int})),
		row("ldrsw (literal)", "10 011 0 00 imm:19 rt:5", literal(access{bytes: 4, class: ir.Int, sign: ir.MemSigned})),
		row("prfm (literal)", "11 011 0 00 imm:19 rt:5", nothing),
		row("ldr (literal, s)", "00 011 1 00 imm:19 rt:5", literal(access{bytes: 4, class: ir.Vec})),
		row("ldr (literal, d)", "01 011 1 00 imm:19 rt:5", literal(access{bytes: 8, class: ir.Vec})),
		row("ldr (literal, q)", "10 011 1 00 imm:19 rt:5", literal(access{bytes: 16, class: ir.Vec})),
	}
}

func literal(a access) func(g gen) {
	return func(g gen) {
		g.move(a, address{base: g.Const(g.in.PC + uint64(imm19(g.word))), index: ir.None})
	}
}

// address is an operand in memory.
type address struct {
	base, index ir.Value
	disp        int64
	scale       int
}

// base is rn as a base register. The stack pointer must be a multiple of 16.
func (g gen) base() ir.Value {
	if g.rn() == zr {
		g.checkSP()
	}
	return regSP(g.rn())
}

func (g gen) at9() int64 { return g.signed(12, 9) }

func unsignedOffset(g gen, a access) {
	g.move(a, address{base: g.base(), index: ir.None, disp: int64(g.at(10, 12) * a.bytes)})
}

func unscaled(g gen, a access) {
	g.move(a, address{base: g.base(), index: ir.None, disp: g.at9()})
}

func registerOffset(g gen, a access) {
	addr := address{base: g.base(), index: g.extended(g.at(13, 3))}
	if g.bit(12) {
		addr.scale = log2(a.bytes)
	}
	g.move(a, addr)
}

func preIndex(g gen, a access) {
	base := g.base()
	g.writeBack(a.overwrites(g, g.rt()), base, g.at9(), func() {
		g.move(a, address{base: base, index: ir.None, disp: g.at9()})
	})
}

func postIndex(g gen, a access) {
	base := g.base()
	g.writeBack(a.overwrites(g, g.rt()), base, g.at9(), func() {
		g.move(a, address{base: base, index: ir.None})
	})
}

// overwrites reports whether the access loads the base register. What such a load does is up to the implementation: this
// one writes the address back.
func (a access) overwrites(g gen, rt int) bool {
	return a.class == ir.Int && !a.store && rt == g.rn() && rt != zr
}

// writeBack adds disp to the base register after what does the accesses.
func (g gen) writeBack(overwritten bool, base ir.Value, disp int64, do func()) {
	if !overwritten {
		do()
		g.Set(base, g.Op(ir.Add, 8, base, g.imm(disp)))
		return
	}
	next := g.Op(ir.Add, 8, base, g.imm(disp))
	do()
	g.Set(base, next)
}

// move loads or stores rt.
func (g gen) move(a access, addr address) {
	switch {
	case a.class == ir.NoClass:
	case a.store:
		g.StoreX(a.bytes, g.aux(a, addr), addr.base, addr.index, addr.disp, g.data(a, g.rt()))
	default:
		g.setData(a, g.rt(), g.LoadX(a.class, a.bytes, g.aux(a, addr), addr.base, addr.index, addr.disp))
	}
}

// aux is the order, extension and scale of an access.
func (g gen) aux(a access, addr address) ir.Aux {
	aux := a.sign | ir.Scale(addr.scale)
	if g.order != 0 && a.bytes > 1 {
		aux |= g.order
		if a.class == ir.Vec {
			aux |= ir.Element(log2(a.bytes))
		}
	}
	return aux
}

// data is register i of the class.
func (g gen) data(a access, i int) ir.Value {
	if a.class == ir.Vec {
		return v(i)
	}
	return g.reg(i)
}

func (g gen) setData(a access, i int, val ir.Value) {
	if a.class == ir.Vec {
		g.Set(v(i), val)
		return
	}
	g.set(i, val)
}
