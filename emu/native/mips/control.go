package mips

import (
	"fmt"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// Bits of Status and FCSR.
const (
	statusFR = 1 << 26

	fcsrRounding = 3
	fcsrFlags    = 31 << 2
	fcsrEnables  = 31 << 7
	fcsrCauses   = 31 << 12
	fcsrE        = 1 << 17 // unimplemented operation: traps always
	fcsr2008     = 3 << 18 // NAN2008 and ABS2008
	fcsrNaN2008  = 1 << 18
	fcsrFS       = 1 << 24 // flush to zero
	fcsrCodes    = 0xfe800000
	fcsrWritable = fcsrRounding | fcsrFlags | fcsrEnables | fcsrCauses | fcsrE | fcsrFS
)

// Modes: what translations depend on.
const (
	modeFR     = 1 << iota // floating-point registers are 32 of 64 bits
	modeTraps              // an exception is enabled in FCSR
	modeFlush              // FS
	modeLegacy             // NaNs are as before IEEE 754-2008
)

func mode(s *ir.State) uint32 {
	var m uint32
	if *s.GlobalWord(status)&statusFR != 0 {
		m |= modeFR
	}
	f := *s.GlobalWord(control)
	if f&fcsrEnables != 0 {
		m |= modeTraps
	}
	if f&fcsrFS != 0 {
		m |= modeFlush
	}
	if f&fcsrNaN2008 == 0 {
		m |= modeLegacy
	}
	return m
}

func nanPolicy(mode uint32) ir.NaNPolicy {
	policy := ir.NaNMips2008
	if mode&modeLegacy != 0 {
		policy = ir.NaNMipsLegacy
	}
	if mode&modeFlush != 0 {
		policy |= ir.FlushToZero
	}
	return policy
}

// implementation is FIR: W, L, S, D and registers of 64 bits; the identification is that of a 24Kf, a 5KEf, or none.
func (c *cpu) implementation() uint64 {
	const f64, has2008, frep = 0x730000, 1 << 23, 1 << 29
	switch {
	case c.r6 && c.size == 8:
		return frep | has2008 | f64 | 0x300
	case c.r6:
		return frep | has2008 | f64
	case c.size == 8:
		return f64 | 0x8900
	}
	return f64 | 0x9300
}

// roundings are ir's by FCSR.RM.
var roundings = [...]ir.Aux{ir.RoundNearest, ir.RoundZero, ir.RoundUp, ir.RoundDown}

func setRounding(s *ir.State) {
	s.Rounding = uint64(roundings[*s.GlobalWord(control)&fcsrRounding])
}

// readFCSR puts FCSR together. The causes are those of the last operation only while an exception is enabled; otherwise
// they read as none.
func readFCSR(s *ir.State) uint64 {
	v := *s.GlobalWord(control) | s.FPFlags&31<<2
	for i := range 8 {
		v |= *s.GlobalWord(cc(i)) & 1 << codeBit(i)
	}
	return v
}

// codeBit is where FCSR has condition code i.
func codeBit(i int) int {
	if i == 0 {
		return 23
	}
	return 24 + i
}

func writeFCSR(s *ir.State, v uint64) {
	f := v & (fcsrWritable | fcsr2008) &^ fcsrFlags
	if f&fcsrEnables == 0 {
		f &^= fcsrCauses | fcsrE
	}
	*s.GlobalWord(control), s.FPFlags = f, v>>2&31
	for i := range 8 {
		*s.GlobalWord(cc(i)) = v >> codeBit(i) & 1
	}
	setRounding(s)
}

// views are FCSR, FIR, and the floating-point registers as if there were 32 of 64 bits, of which the low halves count where
// FR is clear.
func (c *cpu) views() map[string]isa.View {
	views := map[string]isa.View{
		"fcsr": {Get: readFCSR, Set: func(s *ir.State, v uint64) {
			if c.r6 {
				v = v&^fcsrCodes | fcsr2008
			}
			writeFCSR(s, v)
		}},
		"fir": {Get: func(*ir.State) uint64 { return c.fir }, Set: func(*ir.State, uint64) {}},
	}
	for i := range 32 {
		views[fmt.Sprint("f", i)] = isa.View{
			Get: func(s *ir.State) uint64 { return readFloat(s, i) },
			Set: func(s *ir.State, v uint64) { writeFloat(s, i, v) },
		}
	}
	return views
}

func readFloat(s *ir.State, i int) uint64 {
	if *s.GlobalWord(status)&statusFR != 0 {
		return s.Vec[i].Lo
	}
	return s.Vec[i&^1].Lo >> (32 * (i & 1)) & (1<<32 - 1)
}

func writeFloat(s *ir.State, i int, v uint64) {
	if *s.GlobalWord(status)&statusFR != 0 {
		s.Vec[i].Lo = v
		return
	}
	pair, shift := &s.Vec[i&^1].Lo, 32*(i&1)
	*pair = *pair&^((1<<32-1)<<shift) | v&(1<<32-1)<<shift
}

// The coprocessor's control registers: FCSR, and parts of it.
const (
	controlFIR  = 0
	controlFCCR = 25 // condition codes
	controlFEXR = 26 // causes and flags
	controlFENR = 28 // enables, FS (bit 2), rounding
	controlFCSR = 31
)

// The helpers, by their numbers.
const (
	helpCounter = iota
	helpReadControl
	helpWriteControl
	helpRaise
	helpClass
	helpMagnitude
)

var helpers = []ir.HelperFunc{
	helpCounter: counter, helpReadControl: readControl, helpWriteControl: writeControl, helpRaise: raise,
	helpClass: classify, helpMagnitude: magnitude,
}

// readControl is CFC1 of the parts of FCSR.
func readControl(s *ir.State, number int64) (ir.ExitKind, int64) {
	v := readFCSR(s)
	switch number {
	case controlFCCR:
		v = v>>24&0xfe | v>>23&1
	case controlFEXR:
		v &= fcsrCauses | fcsrE | fcsrFlags
	case controlFENR:
		v = v&(fcsrEnables|fcsrRounding) | v>>22&4
	}
	s.Out[0] = ir.Word{Lo: v}
	return ir.ExitLookup, 0
}

// noCodes is joined to the register's number in release 6, which has no condition codes.
const noCodes = 32

// writeControl is CTC1. A cause that is enabled traps.
func writeControl(s *ir.State, number int64) (ir.ExitKind, int64) {
	old, v := readFCSR(s), s.In[0].Lo
	switch number &^ noCodes {
	case controlFCCR:
		v = old&^fcsrCodes | v&0xfe<<24 | v&1<<23
	case controlFEXR:
		v = old&^(fcsrCauses|fcsrE|fcsrFlags) | v&(fcsrCauses|fcsrE|fcsrFlags)
	case controlFENR:
		v = old&^(fcsrEnables|fcsrRounding|fcsrFS) | v&(fcsrEnables|fcsrRounding) | v&4<<22
	}
	if number&noCodes != 0 {
		v &^= fcsrCodes
	}
	writeFCSR(s, v&^fcsr2008|old&fcsr2008)
	s.Out[0] = ir.Word{}
	if causes := v >> 12 & (v>>7&31 | 32) & 63; causes != 0 {
		return ir.ExitArithmetic, floatCode(causes)
	}
	return ir.ExitLookup, 0
}

// raise ends an operation while exceptions are enabled: State.FPFlags has what it raised, In[0] what was raised before. It
// traps, without raising flags, if one of them is enabled.
func raise(s *ir.State, _ int64) (ir.ExitKind, int64) {
	raised, before, f := s.FPFlags&31, s.In[0].Lo, s.GlobalWord(control)
	*f = *f&^(fcsrCauses|fcsrE) | raised<<12
	s.Out[0] = ir.Word{}
	if enabled := raised & (*f >> 7); enabled != 0 {
		s.FPFlags = before
		return ir.ExitArithmetic, floatCode(enabled)
	}
	s.FPFlags = before | raised
	return ir.ExitLookup, 0
}

// floatCode is the code of SIGFPE for causes: the first that Linux looks for (force_fcr31_sig).
func floatCode(causes uint64) int64 {
	const fltDiv, fltOvf, fltUnd, fltRes, fltInv, fltUnknown = 3, 4, 5, 6, 7, 14
	for _, c := range []struct {
		flag uint64
		code int64
	}{{ir.FPInvalid, fltInv}, {ir.FPDivByZero, fltDiv}, {ir.FPOverflow, fltOvf}, {ir.FPUnderflow, fltUnd}, {ir.FPInexact, fltRes}} {
		if causes&c.flag != 0 {
			return c.code
		}
	}
	return fltUnknown
}
