package isa

import "muslrun/emu/native/ir"

// Frontend describes an instruction set to the engine.
type Frontend struct {
	Name    string
	Globals []ir.Global // named as in the architecture's register file where it has them
	// Static lists globals by how often code uses them, most often first. A back-end keeps as many as it can in registers.
	Static    []ir.Value
	Address32 bool // see ir.Region
	MaxLen    int  // bytes of the longest instruction, a delay slot included; at most MaxCode
	Align     int  // instructions begin at multiples of this
	// TagBits is how many upper bits of an address do not count (arm's TBI); those below are sign-extended. Accesses ignore
	// them in translations for a mode with TagMode, which Mode gives if State.Tags is not 0.
	TagBits int
	TagMode uint32
	// NaN is the rule in a mode.
	NaN func(mode uint32) ir.NaNPolicy
	// Mode is the part of the state that translations depend on (rounding that no executor has, byte order, instruction
	// set ...). A region is translated for one mode; code that changes it ends the region (ir.SwitchMode).
	Mode func(s *ir.State) uint32
	// Decode finds out what the instruction at the beginning of in.Code is, of which in.Len bytes are there, and sets
	// Len, Flow, Target and what it keeps for Emit. An instruction that is cut off gets Flow Short.
	Decode func(in *Inst)
	// Emit says what the instruction does. One whose Flow is not Next ends the block.
	Emit func(b *ir.Builder, in *Inst)
	// Helpers by their number (ir.Builder.Helper).
	Helpers []ir.HelperFunc
	// Reset sets what is not zero in a new task.
	Reset func(s *ir.State)
	// Views are the registers of the architecture's register file that are no globals.
	Views map[string]View
}

// Untag is addr without its tag.
func (f *Frontend) Untag(addr uint64) uint64 { return uint64(int64(addr<<f.TagBits) >> f.TagBits) }

// View is a register that is made of state.
type View struct {
	Get func(s *ir.State) uint64
	Set func(s *ir.State, v uint64)
}

// MaxCode bounds Frontend.MaxLen.
const MaxCode = 16

// Inst is a decoded instruction.
type Inst struct {
	PC     uint64
	Mode   uint32
	Len    uint8
	Flow   Flow
	Row    int16  // the front-end's: usually the row of a Table
	Target uint64 // of a direct jump or branch
	Word   uint64 // the front-end's: usually the bits of the instruction
	Code   [MaxCode]byte
}

// Next is the address behind the instruction.
func (in *Inst) Next() uint64 { return in.PC + uint64(in.Len) }

// Flow says where an instruction leads.
type Flow uint8

// The flows.
const (
	Next    Flow = iota // to the instruction behind it
	Jumps               // to Target
	Branch              // to Target or to the instruction behind it
	Stops               // to a place that is not known, or out of the region
	Illegal             // it does not exist
	Short               // its end is missing
)
