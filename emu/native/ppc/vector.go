package ppc

import "muslrun/emu/native/ir"

// Elements of vectors are numbered from the left. In a global, doubleword i is lane i, and smaller elements stand in the
// opposite order within each doubleword: word i is lane i^1, halfword i lane i^3, byte i lane i^7. Exchanging the two
// doublewords makes a number of 128 bits of it, in which all elements are in the opposite order.

// laneOf is the lane of element i of size bytes.
func laneOf(size, i int) int { return i ^ (8/size - 1) }

// exchanged has the doublewords in the other order.
func (g gen) exchanged(v ir.Value) ir.Value { return g.OpImm(ir.VExt, 1, 8, v, v) }

// element is element i of a vector in a helper.
func element(w ir.Word, size, i int) uint64 {
	half := w.Lo
	if i*size >= 8 {
		half = w.Hi
	}
	place := 8 * uint(laneOf(size, i)*size&7)
	return half >> place & (^uint64(0) >> (64 - 8*size))
}

func setElement(w *ir.Word, size, i int, v uint64) {
	half := &w.Lo
	if i*size >= 8 {
		half = &w.Hi
	}
	place, mask := 8*uint(laneOf(size, i)*size&7), ^uint64(0)>>(64-8*size)
	*half = *half&^(mask<<place) | v&mask<<place
}

func signedElement(w ir.Word, size, i int) int64 {
	return int64(element(w, size, i)<<(64-8*size)) >> (64 - 8*size)
}

// A vecHelper computes a vector of up to three.
type vecHelper func(s *ir.State, a, b, c ir.Word) ir.Word

// vecHelpers are numbered from helpVectors on, in the order in which rows have asked for them.
var vecHelpers []ir.HelperFunc

// helped makes the emitter of an instruction of the forms VX and VA that is left to a helper.
func helped(f vecHelper) func(g gen) {
	n := helpers0(f)
	return func(g gen) { g.setVR(g.Helper(ir.Vec, 0, n, 0, vr(g.ra()), vr(g.rb()), vr(g.fc()))) }
}

// helpers0 registers a helper and returns its number.
func helpers0(f vecHelper) int {
	vecHelpers = append(vecHelpers, func(s *ir.State, _ int64) (ir.ExitKind, int64) {
		s.Out[0] = f(s, s.In[0], s.In[1], s.In[2])
		return ir.ExitLookup, 0
	})
	return helpVectors + len(vecHelpers) - 1
}

// lanes makes a helper of a function on elements.
func lanes(size int, f func(x, y uint64) uint64) vecHelper {
	return func(_ *ir.State, a, b, _ ir.Word) (out ir.Word) {
		for i := range 16 / size {
			setElement(&out, size, i, f(element(a, size, i), element(b, size, i)))
		}
		return out
	}
}

// signedLanes is lanes of signed numbers.
func signedLanes(size int, f func(x, y int64) int64) vecHelper {
	return func(_ *ir.State, a, b, _ ir.Word) (out ir.Word) {
		for i := range 16 / size {
			setElement(&out, size, i, uint64(f(signedElement(a, size, i), signedElement(b, size, i))))
		}
		return out
	}
}

// Bits of VSCR.
const (
	vscrSAT = 1
	vscrNJ  = 1 << 16
)

// saturate cuts v to the range of a signed or unsigned number of size bytes, and sets SAT if that changes it.
func saturate(s *ir.State, v int64, size int, signed bool) uint64 {
	low, high := int64(0), int64(1)<<(8*size)-1
	if signed {
		low, high = -1<<(8*size-1), 1<<(8*size-1)-1
	}
	if v < low || v > high {
		*s.GlobalWord(vscr) |= vscrSAT
	}
	return uint64(max(low, min(high, v)))
}

// saturating makes a helper of a sum or difference of elements of up to 4 bytes.
func saturating(size int, signed bool, f func(x, y int64) int64) vecHelper {
	get := func(w ir.Word, i int) int64 { return int64(element(w, size, i)) }
	if signed {
		get = func(w ir.Word, i int) int64 { return signedElement(w, size, i) }
	}
	return func(s *ir.State, a, b, _ ir.Word) (out ir.Word) {
		for i := range 16 / size {
			setElement(&out, size, i, saturate(s, f(get(a, i), get(b, i)), size, signed))
		}
		return out
	}
}

func plus(x, y int64) int64  { return x + y }
func minus(x, y int64) int64 { return x - y }

// vx, va and vc are rows of the forms with primary opcode 4.
func vx(name string, extended int, emit func(g gen)) row {
	return row{Name: name, Bits: "000100 vrt:5 vra:5 vrb:5 " + digits(extended, 11), Emit: op{emit: emit}}
}

func va(name string, extended int, emit func(g gen)) row {
	return row{Name: name, Bits: "000100 vrt:5 vra:5 vrb:5 vrc:5 " + digits(extended, 6), Emit: op{emit: emit}}
}

func vc(name string, extended int, emit func(g gen)) row {
	return row{Name: name, Bits: "000100 vrt:5 vra:5 vrb:5 rc:1 " + digits(extended, 10), Emit: op{emit: emit}}
}

func (g gen) setVR(v ir.Value) { g.Set(vr(g.rt()), v) }

// both is an operation on the two operands, and swapped one with them in the other order.
func both(o ir.Op, size int) func(g gen) {
	return func(g gen) { g.setVR(g.Op(o, size, vr(g.ra()), vr(g.rb()))) }
}

func swapped(o ir.Op, size int) func(g gen) {
	return func(g gen) { g.setVR(g.Op(o, size, vr(g.rb()), vr(g.ra()))) }
}

// inverse is the complement of both.
func inverse(o ir.Op) func(g gen) {
	return func(g gen) { g.setVR(g.Op(ir.VNot, 8, g.Op(o, 8, vr(g.ra()), vr(g.rb())))) }
}

// summarize sets field 6 of the condition register by elements of ones or zeros: LT if all are ones, EQ if none is.
func (g gen) summarize(v ir.Value) {
	low, high := g.OpImm(ir.VExtract, 8, 0, v), g.OpImm(ir.VExtract, 8, 1, v)
	all := g.SetCond(ir.EQ, 8, g.Op(ir.And, 8, low, high), g.Const(^uint64(0)))
	none := g.SetCond(ir.EQ, 8, g.Op(ir.Or, 8, low, high), g.Const(0))
	g.setOrder(6, all, g.Const(0), none)
	g.Set(summary(6), g.Const(0))
}

// compareVectors is a row of the VC form.
func compareVectors(o ir.Op, size int) func(g gen) {
	return func(g gen) { g.compared(vr(g.rt()), g.Op(o, size, vr(g.ra()), vr(g.rb())), g.bit(21)) }
}

func (g gen) compared(to, v ir.Value, record bool) {
	g.Set(to, v)
	if record {
		g.summarize(to)
	}
}

// shiftLanes shifts each element by the low bits of another.
func shiftLanes(o ir.Op, size int) func(g gen) {
	return func(g gen) { g.setVR(g.Op(o, size, vr(g.ra()), g.counts(size))) }
}

// counts is the operand of a shift, modulo the bits of an element.
func (g gen) counts(size int) ir.Value {
	return g.Op(ir.VAnd, 8, vr(g.rb()), g.splat(size, uint64(8*size-1)))
}

// splat is a constant in every element.
func (g gen) splat(size int, v uint64) ir.Value {
	for n := 8 * size; n < 64; n *= 2 {
		v = v&(1<<n-1) | v<<n
	}
	return g.VecConst(v, v)
}

func rotateLanes(size int) func(g gen) {
	return func(g gen) {
		n := g.counts(size)
		rest := g.Op(ir.VSub, size, g.splat(size, uint64(8*size)), n)
		g.setVR(g.Op(ir.VOr, 8, g.Op(ir.VShl, size, vr(g.ra()), n), g.Op(ir.VShr, size, vr(g.ra()), rest)))
	}
}

// mergeHalves interleaves the elements of the left (ir.VZipLo) or right halves.
func mergeHalves(o ir.Op, size int) func(g gen) {
	return func(g gen) { g.setVR(g.exchanged(g.Op(o, size, vr(g.rb()), vr(g.ra())))) }
}

// pack cuts elements of twice the size.
func packLanes(size int) func(g gen) {
	return func(g gen) { g.setVR(g.Op(ir.VNarrow, size, g.exchanged(vr(g.ra())), g.exchanged(vr(g.rb())))) }
}

func packSaturating(size int, from, to bool) vecHelper {
	return func(s *ir.State, a, b, _ ir.Word) (out ir.Word) {
		n := 8 / size
		for i := range 2 * n {
			w := a
			if i >= n {
				w = b
			}
			v := signedElement(w, 2*size, i%n)
			if u := element(w, 2*size, i%n); !from && size < 4 {
				v = int64(u)
			} else if !from && v < 0 {
				v = 1<<63 - 1
			}
			setElement(&out, size, i, saturate(s, v, size, to))
		}
		return out
	}
}

func unpack(o ir.Op, size int) func(g gen) {
	return func(g gen) { g.setVR(g.exchanged(g.Op(o, size, vr(g.rb())))) }
}

// splatElement copies element UIM.
func splatElement(size int) func(g gen) {
	return func(g gen) {
		i := g.ra() & (16/size - 1)
		g.setVR(g.OpImm(ir.VDupL, size, int64(laneOf(size, i)), vr(g.rb())))
	}
}

// splatImmediate is SIM in every element.
func splatImmediate(size int) func(g gen) {
	return func(g gen) { g.setVR(g.splat(size, uint64(int64(g.ra())<<59>>59)&(^uint64(0)>>(64-8*size)))) }
}

// vperm picks bytes of the concatenated operands.
func vperm(g gen) {
	lanes := g.Op(ir.VXor, 8, g.Op(ir.VAnd, 8, vr(g.fc()), g.splat(1, 31)), g.splat(1, 7))
	left := g.Op(ir.VTbl, 1, vr(g.ra()), lanes)
	right := g.Op(ir.VTbl, 1, vr(g.rb()), g.Op(ir.VXor, 8, lanes, g.splat(1, 16)))
	g.setVR(g.Op(ir.VOr, 8, left, right))
}

// vsldoi shifts the concatenated operands left by bytes.
func vsldoi(g gen) { g.setVR(g.shiftedLeft(g.at(22, 25), vr(g.ra()), vr(g.rb()))) }

func (g gen) shiftedLeft(n int, a, b ir.Value) ir.Value {
	switch n {
	case 0:
		return g.Copy(a)
	case 8:
		return g.OpImm(ir.VExt, 1, 8, a, b)
	}
	return g.exchanged(g.OpImm(ir.VExt, 1, int64(16-n), g.exchanged(b), g.exchanged(a)))
}
