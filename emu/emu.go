// Package emu is the seam between muslrun's kernel and the CPU engines that run guest code.
//
// The engine returns, the kernel loops: CPU.Run executes guest code until something happens that the kernel must know, and
// comes back with a Stop. No engine calls the kernel. Guest memory is a Window that belongs to the kernel; an engine is
// given it, shares it, and is told of changes.
//
//	Engine   a way to execute code (Unicorn, native); one per muslrun process
//	Machine  an engine at work on one guest address space
//	CPU      the registers of one task, on a Machine
//
// emu/enginetest is the contract in executable form.
package emu

import (
	"fmt"

	"muslrun/arch"
)

// Engine makes Machines.
type Engine interface {
	Name() string
	// Support returns nil if the engine can run programs of the ABI, and otherwise an error that says why not.
	Support(abi *arch.ABI) error
	NewMachine(abi *arch.ABI, w *Window) (Machine, error)
}

// Cacher is an Engine that can keep what it makes of guest code from one run of muslrun to the next.
type Cacher interface {
	// UseCache names the folder for it. It is called before the first NewMachine.
	UseCache(dir string)
	// SaveCache writes what is new, when no guest runs any more.
	SaveCache() error
}

// Machine executes code of one guest address space. Its methods are safe for concurrent use.
type Machine interface {
	NewCPU() (CPU, error)
	// Pause returns when no CPU of the machine executes guest code, and keeps it so until Resume. An engine may touch
	// memory that its CPUs may use without looking at the Window's page table each time, so whoever takes memory away
	// (munmap, mprotect, mremap, mmap over a mapping) pauses the machine first, changes the Window, calls MappingChanged,
	// and resumes. Calls do not nest.
	Pause()
	Resume()
	// MappingChanged says that mappings or protections of [addr, addr+size) changed in the Window, which is up to date.
	// No CPU of the machine relies on the old state once it has returned.
	MappingChanged(addr, size uint64)
	// CodeChanged says that bytes that may have been executed were written by someone other than the guest's own stores.
	CodeChanged(addr, size uint64)
	// Close frees the machine. All its CPUs must be closed before.
	Close()
}

// CPU is the state of one task. Its methods are not safe for concurrent use, except for Interrupt.
type CPU interface {
	arch.Registers
	// Run executes guest code until it stops. A budget above 0 is the number of instructions to run at most, exact or
	// not as the engine's Grain says; 0 means no limit.
	Run(budget uint64) Stop
	// Interrupt makes the current Run, or the next one, return soon with Interrupted.
	Interrupt()
	Close()
}

// Kind says why Run came back.
type Kind uint8

// The kinds of Stop.
const (
	SystemCall  Kind = iota // PC is after the trap, TrapSize bytes long; Code its immediate operand
	Fault                   // an access to Addr that the Window forbids; PC is at the instruction if Precise
	BusError                // an access that is Misaligned, or PastEnd of a mapped file that somebody else has cut
	IllegalInsn             // PC is at an instruction that does not exist or is privileged
	Breakpoint              // a breakpoint instruction; PC is at it
	Arithmetic              // an arithmetic trap; Code is SIGFPE's si_code
	Trap                    // any other trap instruction; PC is at it, Code is its number
	Interrupted             // Interrupt was called
	BudgetSpent             // the budget ran out
	EngineError             // the engine cannot go on; Err says why
)

// The codes of a BusError.
const (
	Misaligned = 1 // the PC is at the instruction
	PastEnd    = 2 // the PC is near the instruction, which may have done its work on zeros
)

var kindNames = [...]string{"system call", "fault", "bus error", "illegal instruction", "breakpoint", "arithmetic trap",
	"trap", "interrupted", "budget spent", "engine error"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// Access is what an instruction did to memory.
type Access uint8

// The accesses, as bits of a protection.
const (
	Read  Access = Access(ProtRead)
	Write Access = Access(ProtWrite)
	Fetch Access = Access(ProtExec)
)

// Stop says why Run came back. The program counter is in the CPU's registers.
type Stop struct {
	Kind     Kind
	Access   Access // of a Fault or BusError
	Precise  bool   // the PC of a Fault is exact
	TrapSize uint8  // of a SystemCall: its length in bytes, so that PC-TrapSize restarts it
	Code     int64
	Addr     uint64 // of a Fault or BusError
	Spent    uint64 // instructions that were executed of the budget; 0 without
	Err      error  // of an EngineError
}
