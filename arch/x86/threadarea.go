package x86

import (
	"muslrun/arch"
	"muslrun/arch/linux"
)

// firstTLS is the number of the first GDT entry that set_thread_area(2) may fill (GDT_ENTRY_TLS_MIN), and tlsEntries how many.
const (
	firstTLS   = 6
	tlsEntries = 3
)

// threadArea does set_thread_area(2). gs is loaded again, since a processor looks at a descriptor only then.
func threadArea(file *arch.RegisterFile) func(arch.Registers, *linux.UserDesc) linux.Errno {
	entries, gs := file.Regs("tls0", "tls1", "tls2"), file.Reg("gs")
	return func(regs arch.Registers, d *linux.UserDesc) linux.Errno {
		if d.EntryNumber == 1<<32-1 {
			free := freeEntry(regs, entries)
			if free < 0 {
				return linux.ESRCH
			}
			d.EntryNumber = uint32(firstTLS + free)
		}
		slot := d.EntryNumber - firstTLS
		if slot >= tlsEntries {
			return linux.EINVAL
		}
		regs.SetReg(entries[slot], Descriptor(d))
		regs.SetReg(gs, regs.Reg(gs))
		return 0
	}
}

// freeEntry finds an entry that is not in use; -1 if there is none.
func freeEntry(regs arch.Registers, entries []arch.Reg) int {
	for i, r := range entries {
		if regs.Reg(r) == 0 {
			return i
		}
	}
	return -1
}

// The bits of linux.UserDesc.Flags.
const (
	seg32Bit      = 1 << 0
	contents      = 3 << 1
	readExecOnly  = 1 << 3
	limitInPages  = 1 << 4
	segNotPresent = 1 << 5
	useable       = 1 << 6
)

// Descriptor is the segment descriptor of a struct user_desc (fill_ldt in arch/x86/include/asm/desc.h): the processor's
// 8 bytes, or 0 for the empty description that clears an entry.
func Descriptor(d *linux.UserDesc) uint64 {
	if d.BaseAddr == 0 && d.Limit == 0 && (d.Flags == 0 || d.Flags&0x7f == readExecOnly|segNotPresent) {
		return 0
	}
	bit := func(flag uint32) uint64 {
		if d.Flags&flag != 0 {
			return 1
		}
		return 0
	}
	kind := (1-bit(readExecOnly))<<1 | uint64(d.Flags&contents)>>1<<2 | 1
	base, limit := uint64(d.BaseAddr), uint64(d.Limit)
	return limit&0xffff | base&0xffffff<<16 | kind<<40 |
		1<<44 | // a code or data segment
		3<<45 | // privilege level 3
		(1-bit(segNotPresent))<<47 | limit>>16&0xf<<48 |
		bit(useable)<<52 | bit(seg32Bit)<<54 | bit(limitInPages)<<55 | base>>24<<56
}

// threadAreaOf does get_thread_area(2).
func threadAreaOf(file *arch.RegisterFile) func(arch.Registers, *linux.UserDesc) linux.Errno {
	entries := file.Regs("tls0", "tls1", "tls2")
	return func(regs arch.Registers, d *linux.UserDesc) linux.Errno {
		slot := d.EntryNumber - firstTLS
		if slot >= tlsEntries {
			return linux.EINVAL
		}
		*d = describe(d.EntryNumber, regs.Reg(entries[slot]))
		return 0
	}
}

// describe is the inverse of Descriptor (fill_user_desc in arch/x86/kernel/tls.c).
func describe(entry uint32, desc uint64) linux.UserDesc {
	flag := func(shift int, bit uint32) uint32 { return uint32(desc>>shift&1) * bit }
	kind := uint32(desc >> 40 & 0xf)
	flags := flag(54, seg32Bit) | kind>>2<<1&contents | flag(55, limitInPages) | flag(52, useable)
	if kind&2 == 0 {
		flags |= readExecOnly
	}
	if desc>>47&1 == 0 {
		flags |= segNotPresent
	}
	return linux.UserDesc{
		EntryNumber: entry, BaseAddr: uint32(desc>>16&0xffffff | desc>>56<<24),
		Limit: uint32(desc&0xffff | desc>>48&0xf<<16), Flags: flags,
	}
}
