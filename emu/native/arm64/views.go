package arm64

import (
	"math/bits"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// views are the registers of the register file that are made of others.
var views = map[string]isa.View{
	"pstate": {
		Get: func(s *ir.State) uint64 { return pstate(*s.GlobalWord(nzcv)) },
		Set: func(s *ir.State, v uint64) { *s.GlobalWord(nzcv) = packed(v) },
	},
	"fpcr": {
		Get: func(s *ir.State) uint64 { return *s.GlobalWord(fpcr) },
		Set: setFPCR,
	},
	"fpsr": {Get: fpsr, Set: setFPSR},
}

// Places of the flags in PSTATE and in the NZCV register.
const (
	psN, psZ, psC, psV = 31, 30, 29, 28
)

// pstate is the flags as PSTATE has them, of the packed form.
func pstate(flags uint64) uint64 {
	return flags>>15&1<<psN | flags>>14&1<<psZ | flags>>8&1<<psC | flags&1<<psV
}

// packed is the opposite of pstate.
func packed(ps uint64) uint64 { return packedNZCV(ps >> psV) }

// packedNZCV makes the packed form of the four flags as instructions hold them: N is bit 3, V bit 0.
func packedNZCV(nzcv uint64) uint64 {
	return nzcv>>3&1*ir.FlagN | nzcv>>2&1*ir.FlagZ | nzcv>>1&1*ir.FlagC | nzcv&1*ir.FlagV
}

// roundings gives ir's name of the rounding FPCR.RMode, four bits each.
const roundings = uint64(ir.RoundNearest) | uint64(ir.RoundUp)<<4 | uint64(ir.RoundDown)<<8 | uint64(ir.RoundZero)<<12

func setFPCR(s *ir.State, v uint64) {
	*s.GlobalWord(fpcr) = v & fpcrMask
	s.Rounding = roundings >> (v >> 22 & 3 * 4) & 15
}

// Bits of FPSR beside the five lowest.
const (
	fpsrQC  = 1 << 27
	fpsrIDC = 1 << 7
)

// denormalBit is the place of ir.FPDenormal, which is FPSR.IDC.
const denormalBit = 5

// fpsr is FPSR: five of ir's exception flags are its low bits in the opposite order.
func fpsr(s *ir.State) uint64 {
	v := bits.Reverse64(s.FPFlags&31)>>59 | s.FPFlags>>denormalBit&1*fpsrIDC
	if *s.GlobalWord(qc) != 0 {
		v |= fpsrQC
	}
	return v
}

func setFPSR(s *ir.State, v uint64) {
	s.FPFlags = bits.Reverse64(v&31)>>59 | v/fpsrIDC&1<<denormalBit
	*s.GlobalWord(qc) = v & fpsrQC
}
