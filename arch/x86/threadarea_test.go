package x86

import (
	"testing"

	"muslrun/arch"
	"muslrun/arch/linux"
)

type registers map[arch.Reg]uint64

func (r registers) Reg(n arch.Reg) uint64           { return r[n] }
func (r registers) SetReg(n arch.Reg, v uint64)     { r[n] = v }
func (registers) RegBytes(arch.Reg, []byte) bool    { return false }
func (registers) SetRegBytes(arch.Reg, []byte) bool { return false }

// flat is what musl asks for: base, the whole of memory in pages, 32-bit, usable.
func flat(base uint32) linux.UserDesc {
	return linux.UserDesc{EntryNumber: 1<<32 - 1, BaseAddr: base, Limit: 0xfffff, Flags: seg32Bit | limitInPages | useable}
}

func TestDescriptor(t *testing.T) {
	d := flat(0x12345678)
	// Base and limit spread over the word; type 3 (read, write, accessed), S, DPL 3, P; G, D/B, AVL.
	if got := Descriptor(&d); got != 0x12dff3345678ffff {
		t.Errorf("%#x", got)
	}
	empty := linux.UserDesc{EntryNumber: 6, Flags: readExecOnly | segNotPresent}
	if got := Descriptor(&empty); got != 0 {
		t.Errorf("empty: %#x", got)
	}
}

func TestDescribe(t *testing.T) {
	for _, flags := range []uint32{seg32Bit | limitInPages | useable, readExecOnly, contents, seg32Bit | 1<<1} {
		d := linux.UserDesc{EntryNumber: 7, BaseAddr: 0x89abcdef, Limit: 0x54321, Flags: flags}
		if got := describe(7, Descriptor(&d)); got != d {
			t.Errorf("%+v became %+v", d, got)
		}
	}
}

func TestThreadArea(t *testing.T) {
	file := I386().Regs
	set, regs := threadArea(file), registers{}
	for want := uint32(6); want <= 8; want++ {
		d := flat(0x1000 * want)
		if errno := set(regs, &d); errno != 0 || d.EntryNumber != want {
			t.Errorf("entry %d, %v; want %d", d.EntryNumber, errno, want)
		}
	}
	d := flat(1)
	if errno := set(regs, &d); errno != linux.ESRCH {
		t.Errorf("with all entries taken: %v", errno)
	}
	for number, want := range map[uint32]linux.Errno{5: linux.EINVAL, 9: linux.EINVAL, 7: 0} {
		d.EntryNumber = number
		if errno := set(regs, &d); errno != want {
			t.Errorf("entry %d: %v, want %v", number, errno, want)
		}
	}
}
