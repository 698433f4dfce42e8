// Package isatest compares front-ends with qemu-user. It makes cases: a few random instructions with random registers and
// memory; runs them in a small Linux program (testdata/driver.c) under qemu-user and by an executor of ours; and compares
// registers, flags, memory, and the signal that ended each: the breakpoint behind the instructions, or a fault.
//
// A front-end's test fills an ISA and calls Compare; what is peculiar to the instruction set is in there: the names and order
// of the registers as the driver has them, and functions that choose instructions and aim their operands.
package isatest

import (
	"encoding/binary"
	"math/rand/v2"

	"muslrun/emu/native/isa"
)

// ISA is what the harness must know of an instruction set.
type ISA struct {
	ABI   string   // musl's name: chooses the compiler
	Flags []string // of the compiler, for the driver
	Qemu  []string
	Front *isa.Frontend
	Order binary.ByteOrder // of data
	Code  binary.ByteOrder
	Slots []Slot // the registers, as the driver orders them
	Trap  []byte // a breakpoint instruction
	// Insn appends a random instruction to c.Code, its name to c.Name, and sets what registers it needs.
	Insn func(r *rand.Rand, c *Case)
	// Used names the registers that a report on a case should show.
	Used func(c *Case) []string
	// Ignore, if any, makes equal what the architecture leaves open, or what is known to be another way.
	Ignore func(c *Case, want, have *Result)
}

// Slot is a register: a global or view of the front-end, of Words times 64 bits, the lowest first.
type Slot struct {
	Name  string
	Words int
	// Unlike is bits that are not compared: qemu has them wrong.
	Unlike uint64
}

// Where the driver has code and data.
const (
	CodeAt   = 0x30000000
	DataAt   = 0x20001000
	PageSize = 4096
	Memory   = 512 // the page repeats so many bytes
	Stride   = 64  // bytes of code for each case
)

// Case is what is run.
type Case struct {
	Name   string
	Code   []byte
	Regs   []uint64 // by Slots
	Memory [Memory]byte
}

// Result is what came of a case.
type Result struct {
	Signal, Code, Addr, PC uint64
	Regs                   []uint64
	Page                   []byte
}

// words is the number of Regs of a case.
func (i *ISA) words() int {
	n := 0
	for _, s := range i.Slots {
		n += s.Words
	}
	return n
}

// Slot is the index in Regs of a register.
func (i *ISA) Slot(name string) int {
	n := 0
	for _, s := range i.Slots {
		if s.Name == name {
			return n
		}
		n += s.Words
	}
	panic("isatest: no register " + name)
}

// Random makes a case of n instructions.
func (i *ISA) Random(r *rand.Rand, n int) *Case {
	c := &Case{Regs: make([]uint64, i.words())}
	for k := range c.Regs {
		c.Regs[k] = Number(r)
	}
	for k := range c.Memory {
		c.Memory[k] = byte(r.Uint32())
	}
	for at := 0; at < Memory; at += 8 {
		if r.IntN(2) == 0 {
			i.Order.PutUint64(c.Memory[at:], Number(r))
		}
	}
	for range n {
		i.Insn(r, c)
	}
	c.Code = append(c.Code, i.Trap...)
	return c
}
