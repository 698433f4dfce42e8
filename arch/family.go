package arch

import (
	"maps"

	"muslrun/arch/linux"
)

// PlainEntry is Entry for ABIs whose programs want nothing in registers but PC and SP, and zero elsewhere.
func PlainEntry(Registers, *EntryState) {}

// TLSRegister is SetTLS for ABIs whose thread pointer is one register.
func TLSRegister(r Reg) func(Registers, uint64) {
	return func(regs Registers, v uint64) { regs.SetReg(r, v) }
}

// OpenFlagsARM are the O_* that arm, aarch64 and m68k share (asm/fcntl.h).
func OpenFlagsARM() map[uint64]uint64 {
	return map[uint64]uint64{
		linux.O_DIRECTORY: 0o40000,
		linux.O_NOFOLLOW:  0o100000,
		linux.O_DIRECT:    0o200000,
		linux.O_LARGEFILE: 0o400000,
	}
}

// With is a copy of exceptions and more of them, in pairs.
func With(base map[uint64]uint64, pairs ...uint64) map[uint64]uint64 {
	out := make(map[uint64]uint64, len(base)+len(pairs)/2)
	maps.Copy(out, base)
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}
