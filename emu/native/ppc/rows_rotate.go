package ppc

import "muslrun/emu/native/ir"

// rotates is "Fixed-Point Rotate Instructions" on words, and rotates64 on doublewords.
var (
	rotates = []row{
		{Name: "rlwinm", Bits: "010101 rs:5 ra:5 sh:5 mb:5 me:5 rc:1", Emit: op{emit: rlwinm}},
		{Name: "rlwnm", Bits: "010111 rs:5 ra:5 rb:5 mb:5 me:5 rc:1", Emit: op{emit: rlwnm}},
		{Name: "rlwimi", Bits: "010100 rs:5 ra:5 sh:5 mb:5 me:5 rc:1", Emit: op{emit: rlwimi}},
	}
	rotates64 = []row{
		{Name: "rldicl", Bits: "011110 rs:5 ra:5 sh:5 mb:6 000 sh:1 rc:1", Emit: op{emit: rldicl}},
		{Name: "rldicr", Bits: "011110 rs:5 ra:5 sh:5 me:6 001 sh:1 rc:1", Emit: op{emit: rldicr}},
		{Name: "rldic", Bits: "011110 rs:5 ra:5 sh:5 mb:6 010 sh:1 rc:1", Emit: op{emit: rldic}},
		{Name: "rldimi", Bits: "011110 rs:5 ra:5 sh:5 mb:6 011 sh:1 rc:1", Emit: op{emit: rldimi}},
		{Name: "rldcl", Bits: "011110 rs:5 ra:5 rb:5 mb:6 1000 rc:1",
			Emit: op{emit: func(g gen) { g.setRA(g.masked(g.rotatedBy(8, gpr(g.rb())), mask(g.mb6(), 63))) }}},
		{Name: "rldcr", Bits: "011110 rs:5 ra:5 rb:5 me:6 1001 rc:1",
			Emit: op{emit: func(g gen) { g.setRA(g.masked(g.rotatedBy(8, gpr(g.rb())), mask(0, g.mb6()))) }}},
	}
)

// mask has ones from bit mb to bit me of 64, around the ends if mb is greater.
func mask(mb, me int) uint64 {
	from, to := ^uint64(0)>>mb, ^uint64(0)<<(63-me)
	if mb <= me {
		return from & to
	}
	return from | to
}

// wordMask is the mask of word instructions; it has the upper word too if it goes around the ends.
func (g gen) wordMask() uint64 { return g.wrap(mask(g.at(21, 25)+32, g.at(26, 30)+32)) }

func (g gen) masked(v ir.Value, mask uint64) ir.Value {
	if mask == ^uint64(0) {
		return g.Copy(v)
	}
	return g.Op(ir.And, 8, v, g.Const(mask))
}

// rotated is rs rotated left by n.
func (g gen) rotated(size, n int) ir.Value {
	if n == 0 && size == 8 {
		return gpr(g.rs())
	}
	return g.Op(ir.Rotr, size, gpr(g.rs()), g.Const(uint64(8*size-n)&uint64(8*size-1)))
}

// rotatedBy is rs rotated left by the low bits of v.
func (g gen) rotatedBy(size int, v ir.Value) ir.Value {
	return g.Op(ir.Rotr, size, gpr(g.rs()), g.Op(ir.Neg, 4, v))
}

// doubled has the low word of v in both halves if a mask wants the upper one.
func (g gen) doubled(v ir.Value, mask uint64) ir.Value {
	if mask>>32 == 0 {
		return v
	}
	return g.Op(ir.Or, 8, v, g.Op(ir.Shl, 8, v, g.Const(32)))
}

func rlwinm(g gen) {
	sh, mb, me := g.at(16, 20), g.at(21, 25), g.at(26, 30)
	rs, m := gpr(g.rs()), g.wordMask()
	place, width := (32-sh)&31, 32-mb
	switch {
	case sh == 0 && m>>32 == 0:
		g.setRA(g.Op(ir.And, 4, rs, g.Const(m)))
	case mb == 0 && me == 31-sh:
		g.setRA(g.Op(ir.Shl, 4, rs, g.Const(uint64(sh))))
	case mb <= me && me == 31 && place+width <= 32:
		g.setRA(g.OpImm(ir.Extract, 4, int64(place|width<<8), rs))
	case mb <= me && me <= 31-sh:
		g.setRA(g.Op(ir.And, 4, g.Op(ir.Shl, 4, rs, g.Const(uint64(sh))), g.Const(m)))
	default:
		g.setRA(g.masked(g.doubled(g.rotated(4, sh), m), m))
	}
}

func rlwnm(g gen) {
	m := g.wordMask()
	g.setRA(g.masked(g.doubled(g.rotatedBy(4, gpr(g.rb())), m), m))
}

func rlwimi(g gen) {
	sh, mb, me := g.at(16, 20), g.at(21, 25), g.at(26, 30)
	m := g.wordMask()
	if mb <= me && sh == 31-me {
		g.setRA(g.OpImm(ir.Insert, g.size, int64(31-me|(me-mb+1)<<8), gpr(g.ra()), gpr(g.rs())))
		return
	}
	g.insert(g.doubled(g.rotated(4, sh), m), m)
}

// insert sets the bits of ra in the mask to those of v.
func (g gen) insert(v ir.Value, mask uint64) {
	kept := g.Op(ir.And, 8, gpr(g.ra()), g.Const(g.wrap(^mask)))
	g.setRA(g.Op(ir.Or, 8, g.Op(ir.And, 8, v, g.Const(mask)), kept))
}

func rldicl(g gen) {
	sh, mb := g.sh6(), g.mb6()
	place, width := (64-sh)&63, 64-mb
	switch {
	case mb > 0 && place+width <= 64:
		g.setRA(g.OpImm(ir.Extract, 8, int64(place|width<<8), gpr(g.rs())))
	default:
		g.setRA(g.masked(g.rotated(8, sh), mask(mb, 63)))
	}
}

func rldicr(g gen) {
	sh, me := g.sh6(), g.mb6()
	if me == 63-sh {
		g.setRA(g.Op(ir.Shl, 8, gpr(g.rs()), g.Const(uint64(sh))))
		return
	}
	g.setRA(g.masked(g.rotated(8, sh), mask(0, me)))
}

// rldic clears on both sides: what is left was shifted.
func rldic(g gen) {
	sh, mb := g.sh6(), g.mb6()
	if m := mask(mb, 63-sh); mb <= 63-sh {
		g.setRA(g.masked(g.Op(ir.Shl, 8, gpr(g.rs()), g.Const(uint64(sh))), m))
	} else {
		g.setRA(g.masked(g.rotated(8, sh), m))
	}
}

func rldimi(g gen) {
	sh, mb := g.sh6(), g.mb6()
	if mb <= 63-sh {
		g.setRA(g.OpImm(ir.Insert, 8, int64(sh|(64-sh-mb)<<8), gpr(g.ra()), gpr(g.rs())))
		return
	}
	g.insert(g.rotated(8, sh), mask(mb, 63-sh))
}
