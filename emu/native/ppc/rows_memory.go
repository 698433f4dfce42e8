package ppc

import "muslrun/emu/native/ir"

// address is a place in memory: the sum of a register, or 0, and of an index or displacement.
type address struct {
	base, index ir.Value
	disp        int64
}

// dAddress, dsAddress and xAddress are the addresses of the forms.
func (g gen) dAddress() address  { return g.displaced(g.si()) }
func (g gen) dsAddress() address { return g.displaced(g.ds()) }

func (g gen) displaced(disp int64) address {
	if g.ra() == 0 {
		return address{g.imm(uint64(disp)), ir.None, 0}
	}
	return address{gpr(g.ra()), ir.None, disp}
}

func (g gen) xAddress() address {
	if g.ra() == 0 {
		return address{gpr(g.rb()), ir.None, 0}
	}
	return address{gpr(g.ra()), gpr(g.rb()), 0}
}

// value is the address as a number.
func (g gen) value(a address) ir.Value {
	switch {
	case a.index != ir.None:
		return g.Op(ir.Add, g.size, a.base, a.index)
	case a.disp == 0:
		return a.base
	}
	return g.Op(ir.Add, g.size, a.base, g.imm(uint64(a.disp)))
}

// form is how an instruction gives its address, and whether it leaves it in ra.
type form struct {
	of     func(g gen) address
	update bool
}

var (
	dPlain   = form{gen.dAddress, false}
	dUpdate  = form{gen.dAddress, true}
	dsPlain  = form{gen.dsAddress, false}
	dsUpdate = form{gen.dsAddress, true}
	xPlain   = form{gen.xAddress, false}
	xUpdate  = form{gen.xAddress, true}
)

// at is the address, as a sum that is kept if ra is to be updated.
func (f form) at(g gen) address {
	a := f.of(g)
	if f.update && a.index != ir.None {
		return address{g.value(a), ir.None, 0}
	}
	return a
}

// updated leaves the address in ra.
func (f form) updated(g gen, a address) {
	if f.update {
		v := g.value(a)
		if v != gpr(g.ra()) {
			g.Set(gpr(g.ra()), v)
		}
	}
}

// A load with update must have a base that is not its target, and a store with update a base.
func updatesApart(w word) bool { return w.ra() != 0 && w.ra() != w.rt() }
func updates(w word) bool      { return w.ra() != 0 }

// bytes is the byte order of an access of size bytes.
func (g gen) bytes(size int) ir.Aux {
	if size == 1 {
		return 0
	}
	return g.data
}

// signed is how loads extend the sign to a register.
func (v *variant) signed() ir.Aux {
	if v.size == 4 {
		return ir.MemSigned32
	}
	return ir.MemSigned
}

func load(f form, size int) func(g gen)       { return loadAs(f, size, false) }
func loadSigned(f form, size int) func(g gen) { return loadAs(f, size, true) }

func loadAs(f form, size int, signed bool) func(g gen) {
	return func(g gen) {
		aux := g.bytes(size)
		if signed {
			aux |= g.signed()
		}
		a := f.at(g)
		v := g.LoadX(ir.Int, size, aux, a.base, a.index, a.disp)
		if !f.update {
			g.Set(gpr(g.rt()), v)
			return
		}
		g.Set(gpr(g.rt()), v)
		f.updated(g, a)
	}
}

func store(f form, size int) func(g gen) {
	return func(g gen) {
		a := f.at(g)
		g.StoreX(size, g.bytes(size), a.base, a.index, a.disp, gpr(g.rs()))
		f.updated(g, a)
	}
}

// reversed accesses have the opposite byte order.
func loadReversed(size int) func(g gen) {
	return func(g gen) {
		a := g.xAddress()
		g.Set(gpr(g.rt()), g.LoadX(ir.Int, size, g.data^ir.MemBig, a.base, a.index, 0))
	}
}

func storeReversed(size int) func(g gen) {
	return func(g gen) {
		a := g.xAddress()
		g.StoreX(size, g.data^ir.MemBig, a.base, a.index, 0, gpr(g.rs()))
	}
}

// memory is "Fixed-Point Load and Store Instructions", and memory64 those of doublewords.
var (
	memory = []row{
		dForm("lbz", 34, load(dPlain, 1)), dForm("lbzu", 35, load(dUpdate, 1), updatesApart),
		dForm("lhz", 40, load(dPlain, 2)), dForm("lhzu", 41, load(dUpdate, 2), updatesApart),
		dForm("lha", 42, loadSigned(dPlain, 2)), dForm("lhau", 43, loadSigned(dUpdate, 2), updatesApart),
		dForm("lwz", 32, load(dPlain, 4)), dForm("lwzu", 33, load(dUpdate, 4), updatesApart),
		dForm("stb", 38, store(dPlain, 1)), dForm("stbu", 39, store(dUpdate, 1), updates),
		dForm("sth", 44, store(dPlain, 2)), dForm("sthu", 45, store(dUpdate, 2), updates),
		dForm("stw", 36, store(dPlain, 4)), dForm("stwu", 37, store(dUpdate, 4), updates),
		x31("lbzx", 87, load(xPlain, 1)), x31("lbzux", 119, load(xUpdate, 1), updatesApart),
		x31("lhzx", 279, load(xPlain, 2)), x31("lhzux", 311, load(xUpdate, 2), updatesApart),
		x31("lhax", 343, loadSigned(xPlain, 2)), x31("lhaux", 375, loadSigned(xUpdate, 2), updatesApart),
		x31("lwzx", 23, load(xPlain, 4)), x31("lwzux", 55, load(xUpdate, 4), updatesApart),
		x31("stbx", 215, store(xPlain, 1)), x31("stbux", 247, store(xUpdate, 1), updates),
		x31("sthx", 407, store(xPlain, 2)), x31("sthux", 439, store(xUpdate, 2), updates),
		x31("stwx", 151, store(xPlain, 4)), x31("stwux", 183, store(xUpdate, 4), updates),
		x31("lhbrx", 790, loadReversed(2)), x31("lwbrx", 534, loadReversed(4)),
		x31("sthbrx", 918, storeReversed(2)), x31("stwbrx", 662, storeReversed(4)),
		dForm("lmw", 46, loadMultiple, multipleApart), dForm("stmw", 47, storeMultiple),
		x31("lswi", 597, loadString, stringApart), x31("stswi", 725, storeString),
		x31("lswx", 533, loadStringIndexed, stringIndexedApart), x31("stswx", 661, storeStringIndexed),
	}
	memory64 = []row{
		dsForm("lwa", 58, 2, loadSigned(dsPlain, 4)), dsForm("ld", 58, 0, load(dsPlain, 8)),
		dsForm("ldu", 58, 1, load(dsUpdate, 8), updatesApart),
		dsForm("std", 62, 0, store(dsPlain, 8)), dsForm("stdu", 62, 1, store(dsUpdate, 8), updates),
		x31("lwax", 341, loadSigned(xPlain, 4)), x31("lwaux", 373, loadSigned(xUpdate, 4), updatesApart),
		x31("ldx", 21, load(xPlain, 8)), x31("ldux", 53, load(xUpdate, 8), updatesApart),
		x31("stdx", 149, store(xPlain, 8)), x31("stdux", 181, store(xUpdate, 8), updates),
		x31("ldbrx", 532, loadReversed(8)), x31("stdbrx", 660, storeReversed(8)),
		{Name: "lq", Bits: "111000 rt:5 ra:5 dq:12 any:4", Emit: op{emit: loadQuad, valid: quadApart}},
		dsForm("stq", 62, 2, storeQuad, evenPair),
	}
)

// Instructions that load several registers: the base must not be among them. In little-endian mode they do not exist.

func multipleApart(w word) bool { return w.ra() < w.rt() || w.ra() == 0 && w.rt() > 0 }

func (w word) stringBytes() int {
	if n := w.rb(); n > 0 {
		return n
	}
	return 32
}

// loads reports whether a list of n registers from rt on, which goes on with r0 behind r31, has register r.
func (w word) loads(n, r int) bool { return (r-w.rt())&31 < n }

func stringApart(w word) bool {
	return w.ra() == 0 || !w.loads((w.stringBytes()+3)/4, w.ra())
}

func stringIndexedApart(w word) bool { return w.rt() != w.ra() && w.rt() != w.rb() }

// bigOnly ends an instruction that little-endian mode has not: a bus error.
func (g gen) bigOnly(a address) bool {
	if g.little() {
		g.misaligned(g.value(a))
	}
	return !g.little()
}

// misaligned raises a bus error at an address.
func (g gen) misaligned(at ir.Value) {
	zero := g.Const(0)
	g.Do(ir.Insn{Op: ir.ExitIf, Size: 8, Cond: ir.EQ, Imm: ir.ExitImm(ir.ExitBusError, 1)}, zero, zero, at)
}

func loadMultiple(g gen) {
	a := g.dAddress()
	if !g.bigOnly(a) {
		return
	}
	for i := g.rt(); i < 32; i++ {
		g.Set(gpr(i), g.Load(ir.Int, 4, g.data, a.base, a.disp+int64(4*(i-g.rt()))))
	}
}

func storeMultiple(g gen) {
	a := g.dAddress()
	if !g.bigOnly(a) {
		return
	}
	for i := g.rs(); i < 32; i++ {
		g.Store(4, g.data, a.base, a.disp+int64(4*(i-g.rs())), gpr(i))
	}
}

// loadBytes sets a register to n bytes of memory, 1 to 4, from the left.
func (g gen) loadBytes(register int, at ir.Value, disp int64, n int) {
	if n == 4 {
		g.Set(gpr(register), g.Load(ir.Int, 4, g.data, at, disp))
		return
	}
	v := g.Const(0)
	for i := range n {
		b := g.Load(ir.Int, 1, 0, at, disp+int64(i))
		v = g.Op(ir.Or, 8, v, g.Op(ir.Shl, 8, b, g.Const(uint64(24-8*i))))
	}
	g.Set(gpr(register), v)
}

func (g gen) storeByte(register int, at ir.Value, disp int64, i int) {
	g.Store(1, 0, at, disp, g.Op(ir.Shr, 4, gpr(register), g.Const(uint64(24-8*i))))
}

func loadString(g gen) {
	at := g.base(g.ra())
	if !g.bigOnly(address{at, ir.None, 0}) {
		return
	}
	for n, done := g.stringBytes(), 0; done < n; done += 4 {
		g.loadBytes((g.rt()+done/4)&31, at, int64(done), min(4, n-done))
	}
}

func storeString(g gen) {
	at := g.base(g.ra())
	if !g.bigOnly(address{at, ir.None, 0}) {
		return
	}
	for i := range g.stringBytes() {
		g.storeByte((g.rs()+i/4)&31, at, int64(i), i&3)
	}
}

// stringLoop emits body for each byte that XER counts.
func (g gen) stringLoop(body func(i int)) {
	done := g.NewBlock()
	for i := range stringCount {
		more := g.NewBlock()
		g.Branch(ir.GTU, 8, g.Op(ir.And, 8, xerLow, g.Const(stringCount)), g.Const(uint64(i)), g.Inner(more), g.Inner(done))
		g.Begin(more)
		body(i)
	}
	g.Jump(g.Inner(done))
	g.Begin(done)
}

func loadStringIndexed(g gen) {
	a := g.xAddress()
	if !g.bigOnly(a) {
		return
	}
	g.Set(scratch, g.Copy(g.value(a)))
	g.stringLoop(func(i int) {
		register := gpr((g.rt() + i/4) & 31)
		b := g.Op(ir.Shl, 8, g.Load(ir.Int, 1, 0, scratch, int64(i)), g.Const(uint64(24-8*(i&3))))
		if i&3 != 0 {
			b = g.Op(ir.Or, 8, register, b)
		}
		g.Set(register, b)
	})
}

func storeStringIndexed(g gen) {
	a := g.xAddress()
	if !g.bigOnly(a) {
		return
	}
	g.Set(scratch, g.Copy(g.value(a)))
	g.stringLoop(func(i int) { g.storeByte((g.rs()+i/4)&31, scratch, int64(i), i&3) })
}

// Quadwords are in a register with an even number and the next one, the more significant half first.

func evenPair(w word) bool  { return w.rt()&1 == 0 }
func quadApart(w word) bool { return evenPair(w) && w.ra() != w.rt() }

// halves are the displacements of the two registers of a pair.
func (g gen) halves() (first, second int64) {
	if g.little() {
		return 8, 0
	}
	return 0, 8
}

func loadQuad(g gen) {
	a := g.displaced(g.si() &^ 15)
	at := g.value(a)
	g.CheckAlign(at, 0, 16)
	first, second := g.halves()
	high := g.Load(ir.Int, 8, g.data, at, first)
	low := g.Load(ir.Int, 8, g.data, at, second)
	g.Set(gpr(g.rt()+1), low)
	g.Set(gpr(g.rt()), high)
}

func storeQuad(g gen) {
	at := g.value(g.dsAddress())
	g.CheckAlign(at, 0, 16)
	first, second := g.halves()
	g.Store(8, g.data, at, first, gpr(g.rs()))
	g.Store(8, g.data, at, second, gpr(g.rs()+1))
}
