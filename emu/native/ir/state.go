package ir

import "unsafe"

// State is the CPU state of one guest task as executors know it. It lives outside the Go heap at a fixed place, holds no
// pointers, and generated code addresses it by the offsets below, so that the layout is part of the back-end's contract.
type State struct {
	Int [IntGlobals]uint64
	Vec [VecGlobals]Word

	PC     uint64 // of the guest, while no code runs
	Poll   uint32 // not 0: leave at the next loop head or region entry
	Exit   uint32 // ExitKind
	Code   int64  // of the exit
	Budget int64  // guest instructions left, where the region counts

	FaultAddr   uint64 // guest address of an access that failed; for ExitBusError too
	FaultAccess uint64 // emu.Access
	FaultHost   uint64 // host PC of the access that failed

	// Floating point.
	Rounding uint64 // RoundNearest ...; 0 counts as RoundNearest
	FPFlags  uint64 // raised by Eval and helpers; the back-end's own are in its control word until GetFPFlags joins them
	MXCSR    uint32 // of the amd64 back-end
	Tags     uint32 // not 0: the task has used an address with a tag, see isa.Frontend

	// An operation that generated code leaves to Go.
	Outcall uint64  // Op | Size<<8 | Cond<<16 | Aux<<24
	OutImm  int64   //
	In      [5]Word // operands
	Out     [2]Word // results
	Resume  uint64  // host address

	// Of the executor.
	WindowBase, WindowSize uint64
	Links, CodeBase        uint64
	Host                   [16]uint64
	Spill                  [256]Word

	Jumps [JumpEntries]JumpEntry
}

// JumpEntries is the size of the table of indirect jumps.
const JumpEntries = 1024

// JumpEntry is what is known of one target of indirect jumps.
type JumpEntry struct {
	PC   uint64 // of the guest; NoPC if empty
	Code uint64 // host address
}

// NoPC is no guest address.
const NoPC = ^uint64(0)

// StateSize is the size of a State in bytes.
const StateSize = unsafe.Sizeof(State{})

// GlobalWord is where a global lives.
func (s *State) GlobalWord(v Value) *uint64 {
	if class, i := v.Global(); class == Vec {
		return &s.Vec[i].Lo
	} else {
		return &s.Int[i]
	}
}

// GlobalOffset is where a global lives, in bytes from the beginning of State.
func GlobalOffset(v Value) uintptr {
	if class, i := v.Global(); class == Vec {
		return unsafe.Offsetof(State{}.Vec) + uintptr(i)*unsafe.Sizeof(Word{})
	} else {
		return unsafe.Offsetof(State{}.Int) + uintptr(i)*8
	}
}

// HelperFunc computes what a front-end does not express in operations: Args are in s.In, results go to s.Out. A kind other
// than ExitLookup leaves the region with code at the current guest instruction.
type HelperFunc func(s *State, imm int64) (kind ExitKind, code int64)
