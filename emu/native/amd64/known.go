package amd64

import "muslrun/emu/native/ir"

// knownBits is what is known within a block of the upper bits of values: an integer below 1<<32, a vector with a clear upper
// half, or one with only the lowest four bytes not clear.
type knownBits struct {
	globals [ir.IntGlobals + ir.VecGlobals]knownWidth
	temps   []knownWidth
}

// knownWidth is the number of low bytes that may be other than zero: 4 or 8; 0 if all.
type knownWidth uint8

func (k *knownBits) reset(temps int) {
	k.temps = append(k.temps[:0], make([]knownWidth, temps)...)
}

func (k *knownBits) clear() { clear(k.globals[:]) }

func (k *knownBits) forget(v ir.Value) { k.note(v, 0) }

func (k *knownBits) note(v ir.Value, w knownWidth) {
	switch {
	case v.IsTemp():
		k.temps[v.Temp()] = w
	case v.IsGlobal():
		k.globals[v] = w
	}
}

// width is the number of low bytes of v that may be other than zero.
func (c *Compiler) width(v ir.Value) uint8 {
	full := uint8(8)
	if c.class(v) == ir.Vec {
		full = 16
	}
	var w knownWidth
	switch {
	case v.IsTemp():
		w = c.known.temps[v.Temp()]
	case v.IsConst():
		return constWidth(c.region.Consts[v.Const()].Word)
	case v.IsGlobal():
		w = c.known.globals[v]
		if !c.wide[v] {
			full /= 2
		}
	}
	if w != 0 {
		full = min(full, uint8(w))
	}
	return full
}

func constWidth(w ir.Word) uint8 {
	switch {
	case w.Hi != 0:
		return 16
	case w.Lo>>32 != 0:
		return 8
	}
	return 4
}
