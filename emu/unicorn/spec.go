//go:build unicorn

package unicorn

import (
	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/emu"
	"muslrun/emu/unicorn/uc"
)

// spec is what the engine must know of an ISA: data, and hooks where data cannot say it.
type spec struct {
	arch, mode int
	model      int // of the CPU; defaultModel for libunicorn's own choice
	pc         int
	cpsr       int  // of arm, for the Thumb bit; 0 elsewhere
	syscall    bool // x86's syscall instruction has a hook of its own
	blockShift int  // log2 of the bytes that count as one instruction in a budget

	regs  map[string]int // registers that libunicorn knows, by name
	forms map[string]form
	hot   []string          // registers worth having at hand besides PC, SP and those of the calling convention
	mask  map[string]uint64 // the bits that a write may change
	alone map[string]bool   // registers of which a write changes others
	boot  func(*machine) error

	exceptions  map[int]exception
	other       exception      // for numbers that are not in exceptions
	invalid     exception      // for what libunicorn itself calls invalid
	bank        *bank          // registers that only guest code can reach
	descriptors map[string]int // entries of x86's descriptor table that a task has for itself: where, in the private page

	delay  bool // a stop can be in a delay slot
	chains bool // libunicorn jumps from page to page without asking

	notes []string // for limits.md: what does not work
}

const defaultModel = -1

// form is how libunicorn hands out a register that is not a plain number of at most 64 bits.
type form uint8

const (
	plain form = iota
	wide       // little-endian bytes, as many as the register has
)

// exception is what an exception number of the CPU means.
type exception struct {
	kind   emu.Kind
	code   int64
	adjust int64 // added to the PC that libunicorn shows
	size   uint8 // of a system call's instruction
	access emu.Access
	refine func(*cpu, emu.Stop) emu.Stop // looks closer, at the instruction perhaps
}

// key tells the specs apart.
type key struct {
	name  string
	order layout.Order // of data
	code  layout.Order
}

func keyOf(isa *arch.ISA) key { return key{isa.Name, isa.Order, isa.CodeOrder} }

// specs is every ISA that the engine runs.
func specs() map[key]*spec {
	le, be := layout.Little, layout.Big
	return map[key]*spec{
		{"x86_64", le, le}:   x86_64(),
		{"i386", le, le}:     i386(),
		{"aarch64", le, le}:  aarch64(uc.MODE_LITTLE_ENDIAN),
		{"aarch64", be, le}:  aarch64(uc.MODE_BIG_ENDIAN),
		{"arm", le, le}:      arm(uc.MODE_LITTLE_ENDIAN),
		{"arm", be, le}:      arm(uc.MODE_ARMBE8),
		{"arm", be, be}:      arm(uc.MODE_BIG_ENDIAN),
		{"riscv64", le, le}:  riscv(64),
		{"riscv32", le, le}:  riscv(32),
		{"mips32", be, be}:   mips(uc.MODE_BIG_ENDIAN, uc.CPU_MIPS32_74KF),
		{"mips32", le, le}:   mips(uc.MODE_LITTLE_ENDIAN, uc.CPU_MIPS32_74KF),
		{"mips32r6", be, be}: mips(uc.MODE_BIG_ENDIAN, uc.CPU_MIPS32_MIPS32R6_GENERIC),
		{"mips32r6", le, le}: mips(uc.MODE_LITTLE_ENDIAN, uc.CPU_MIPS32_MIPS32R6_GENERIC),
		{"powerpc", be, be}:  powerpc(),
		{"s390x", be, be}:    s390x(),
		{"m68k", be, be}:     m68k(),
	}
}

// names builds a register table: bank(prefix, first, count) entries and single names.
type names map[string]int

func (n names) bank(prefix string, first, count int) names {
	for i := range count {
		n[prefix+itoa(i)] = first + i
	}
	return n
}
