package enginetest

import (
	"muslrun/arch"
	"muslrun/emu"
)

func kernelWritesCode(f *fixture) {
	f.load(codeAt, "one")
	f.run(emu.SystemCall)
	f.want("val", 1)
	f.load(codeAt, "two")
	f.run(emu.SystemCall)
	f.want("val", 2)
}

func mmapOverCode(f *fixture) {
	f.load(codeAt, "one")
	f.run(emu.SystemCall)
	f.mapPage(codeAt, emu.ProtRead|emu.ProtExec)
	f.put(codeAt, "two") // changed after the fact, but never run since
	f.setPC(codeAt)
	f.run(emu.SystemCall)
	f.want("val", 2)
}

// patch lets the guest, by the code at from, turn what is at target into name, and run it.
func (f *fixture) patch(from, target uint64, name string) {
	f.Helper()
	f.set("addr", target)
	f.set("val", word(f.abi.ISA, f.has(name).bytes(f.abi.ISA)))
	f.set("jump", target)
	f.setPC(from)
	f.run(emu.SystemCall)
}

func guestWritesCode(f *fixture) {
	f.load(codeAt, "patch")
	f.mapPage(otherAt, emu.ProtAll)
	f.put(otherAt, "one")
	f.setPC(otherAt)
	f.run(emu.SystemCall)
	f.want("val", 1)
	f.patch(codeAt, otherAt, "two")
	f.want("val", 2)
}

// guestWritesCodeTwice writes elsewhere on the page of code before it writes the code, again and again.
func guestWritesCodeTwice(f *fixture) {
	f.load(codeAt, "patch")
	f.mapPage(otherAt, emu.ProtAll)
	f.put(otherAt, "one")
	f.put(otherAt+0x80, "one")
	f.setPC(otherAt)
	f.run(emu.SystemCall)
	for i := range 8 {
		f.patch(codeAt, otherAt+0x80, []string{"one", "two"}[i%2])
		f.patch(codeAt, otherAt, []string{"two", "one"}[i%2])
		f.want("val", uint64(2-i%2))
	}
}

// guestWritesOwnPage has the store and what it writes on one page, and the store at an odd address where there are such.
func guestWritesOwnPage(f *fixture) {
	from := uint64(codeAt)
	if f.abi.ISA.Family == arch.X86 {
		from++
	}
	f.mapPage(codeAt, emu.ProtAll)
	f.load(from, "patch")
	f.put(codeAt+0x100, "one")
	f.setPC(codeAt + 0x100)
	f.run(emu.SystemCall)
	for i := range 4 {
		f.patch(from, codeAt+0x100, []string{"two", "one"}[i%2])
		f.want("val", uint64(2-i%2))
	}
}

func windowEnds(f *fixture) {
	// 32-bit kernels keep the last pages for themselves, and engines may.
	top := f.window.Size() - emu.PageSize
	if f.abi.ISA.Bits == 32 {
		top -= 16 * emu.PageSize
	}
	for _, addr := range []uint64{0, top} {
		f.mapPage(addr, emu.ProtRead|emu.ProtWrite)
		f.load(codeAt, "store")
		f.set("addr", addr+emu.PageSize-4)
		f.set("val", 0x11223344)
		f.run(emu.SystemCall)
		f.load(codeAt, "load")
		f.set("addr", addr+emu.PageSize-4)
		f.run(emu.SystemCall)
		f.want("val", 0x11223344)
	}
	f.mapPage(top, emu.ProtRead|emu.ProtWrite|emu.ProtExec)
	f.load(top, "one")
	f.cpu.SetReg(f.abi.ISA.Regs.SP, dataAt+emu.PageSize)
	f.run(emu.SystemCall)
	f.want("val", 1)
}
