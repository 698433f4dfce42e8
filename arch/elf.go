package arch

import (
	"debug/elf"

	"muslrun/arch/layout"
)

// ELF is how an ABI's files identify themselves.
type ELF struct {
	Machine elf.Machine
	Class   elf.Class
	Data    elf.Data
	// Match tells ABIs that share Machine, Class and Data apart, from e_flags and what Features found. Nil matches all.
	// Among several matches the most specific (the later one in the list of all ABIs) is taken.
	Match func(*ELFFacts) bool
}

// ELFFacts is what a loader knows of a file when it chooses the ABI.
type ELFFacts struct {
	Machine elf.Machine
	Class   elf.Class
	Data    elf.Data
	Flags   uint32 // e_flags
	Interp  string // PT_INTERP, "" if none: its name settles what the flags leave open
	// MIPSABIFlags is the raw PT_MIPS_ABIFLAGS segment, nil if none.
	MIPSABIFlags []byte
	// ARMAttributes is the raw .ARM.attributes or .gnu.attributes section, nil if none or stripped.
	Attributes []byte
}

// Order is the byte order of the file and of the guest's data.
func (e ELF) Order() layout.Order {
	if e.Data == elf.ELFDATA2MSB {
		return layout.Big
	}
	return layout.Little
}
