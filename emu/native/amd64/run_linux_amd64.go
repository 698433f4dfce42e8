package amd64

import (
	"golang.org/x/sys/cpu"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
	"muslrun/emu/native/softfloat"
)

// enter runs code at a host address until it leaves. The processor that Go code needs is given up meanwhile, so that
// neither garbage collection nor other goroutines wait for the guest.
//
//go:noescape
func enter(s *ir.State, code, thunk uintptr)

// Run executes the code at offset, as Install gave it, until it leaves with a kind other than ExitOutcall; then s.Exit,
// s.Code and s.PC say why. s must not be in the Go heap. s.WindowBase, WindowSize, Links and CodeBase must be set.
//
// s.FPFlags holds all exception flags when Run returns and when eval is called. Behind ExitFault, s.Code is 0, or the
// si_code of a SIGBUS.
func (a *Arena) Run(s *ir.State, offset uint32, eval Evaluator) {
	s.Host[hostExit], s.Host[hostFault] = uint64(a.exitAddress()), uint64(a.exitAddress())
	code := a.base + uintptr(offset)
	for {
		s.MXCSR = control(s.Rounding)
		enter(s, code, a.enterAddress())
		if raised := s.MXCSR & 0x3f; raised != 0 {
			s.FPFlags |= hostRaised[raised&^distrusted(s)]
		}
		switch ir.ExitKind(s.Exit) {
		case ir.ExitOutcall:
		case ir.ExitFault:
			s.FaultAddr &= a.mask
			return
		default:
			return
		}
		if kind, number := eval.Outcall(s); kind != ir.ExitLookup {
			s.Exit, s.Code = uint32(kind), number
			return
		}
		code = uintptr(s.Resume)
	}
}

// distrusted is the flags of MXCSR that mean nothing when s is left: the host's signaling NaNs may be the guest's quiet ones,
// and what it calls invalid is computed again.
func distrusted(s *ir.State) uint32 {
	const invalid = 1
	if _, nan := Outcall(s); ir.ExitKind(s.Exit) == ir.ExitOutcall && softfloat.Inverted(nan) {
		return invalid
	}
	return 0
}

// controls are MXCSR by State.Rounding, with all exceptions masked. What the host cannot do counts as nearest.
var controls = [...]uint32{
	ir.RoundDynamic: 0x1f80, ir.RoundNearest: 0x1f80, ir.RoundZero: 0x7f80, ir.RoundDown: 0x3f80, ir.RoundUp: 0x5f80,
	ir.RoundAway: 0x1f80, ir.RoundOdd: 0x1f80, 7: 0x1f80,
}

func control(rounding uint64) uint32 { return controls[rounding&7] }

// Executes reports whether the host's processor has the instructions that generated code uses.
func Executes() bool {
	x := &cpu.X86
	return x.HasAVX2 && x.HasBMI1 && x.HasBMI2 && x.HasFMA && x.HasPOPCNT && x.HasSSE42 && x.HasPCLMULQDQ && x.HasAES &&
		x.HasOSXSAVE && hasMovbeLzcnt()
}

// Supported reports why this host cannot execute generated code; nil if it can.
func Supported() error {
	if !Executes() {
		return errProcessor
	}
	probe, err := NewArena(&isa.Frontend{}, pageSize)
	if err != nil {
		return err
	}
	return probe.Close()
}

// cpuid executes the instruction of this name.
func cpuid(leaf, sub uint32) (eax, ebx, ecx, edx uint32)

// serialize makes the processor forget the instructions that it has fetched ahead. Processors need it between writing code
// by one address and executing it by another, where the same address was executed before (Intel SDM volume 3, 9.1.3).
func serialize()

// hasSerialize is whether there is an instruction for it; cpuid does it too, but virtual machines take long over it.
var hasSerialize = serializeBit()

func serializeBit() bool {
	highest, _, _, _ := cpuid(0, 0)
	if highest < 7 {
		return false
	}
	_, _, _, features := cpuid(7, 0)
	return features&(1<<14) != 0
}

// hasMovbeLzcnt looks for the two features that package cpu does not know.
func hasMovbeLzcnt() bool {
	_, _, basic, _ := cpuid(1, 0)
	_, _, extended, _ := cpuid(0x80000001, 0)
	const movbe, cx16, lzcnt = 1 << 22, 1 << 13, 1 << 5
	return basic&movbe != 0 && basic&cx16 != 0 && extended&lzcnt != 0
}
