package arch

import (
	"debug/elf"
	"strings"

	"muslrun/arch/layout"
)

// ELF is how an ABI's files identify themselves.
type ELF struct {
	Machine elf.Machine
	Class   elf.Class
	Data    elf.Data
	// Match tells ABIs that share Machine, Class and Data apart, from e_flags and what else is known. Nil matches all.
	// Among several matches the most specific, the later one in the list of all ABIs, is taken.
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
	// Attributes is the raw .ARM.attributes or .gnu.attributes section, nil if none or stripped.
	Attributes []byte
}

// Order is the byte order of the file and of the guest's data.
func (e ELF) Order() layout.Order {
	if e.Data == elf.ELFDATA2MSB {
		return layout.Big
	}
	return layout.Little
}

// Fits reports whether a file can be one of the ABI.
func (e ELF) Fits(f *ELFFacts) bool {
	return e.Machine == f.Machine && e.Class == f.Class && e.Data == f.Data && (e.Match == nil || e.Match(f))
}

// MuslName is the ABI that the file's interpreter is for, if it is musl's: NAME of /lib/ld-musl-NAME.so.1.
func (f *ELFFacts) MuslName() string {
	name, isMusl := strings.CutPrefix(f.Interp[strings.LastIndexByte(f.Interp, '/')+1:], "ld-musl-")
	if !isMusl {
		return ""
	}
	name, _, _ = strings.Cut(name, ".")
	return name
}

// MuslVariant reports whether the interpreter's name ends as that of a variant ("-sf", "hf"), and whether it is known.
func (f *ELFFacts) MuslVariant(suffix string) (is, known bool) {
	name := f.MuslName()
	return strings.HasSuffix(name, suffix), name != ""
}

// Entry is an ABI in a list: its name, how its files look, and how to build its value when it is wanted.
type Entry struct {
	Name  string
	ELF   ELF
	Build func(Entry) *ABI
}

// Data is the byte order of ELF files for a byte order.
func Data(o layout.Order) elf.Data {
	if o == layout.Big {
		return elf.ELFDATA2MSB
	}
	return elf.ELFDATA2LSB
}
