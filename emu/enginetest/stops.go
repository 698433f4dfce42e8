package enginetest

import (
	"bytes"
	"maps"

	"muslrun/arch"
	"muslrun/emu"
)

// pattern is a value that is different for every register.
func pattern(r arch.Reg) uint64 { return 0x0101010101010101 * uint64(r+3) &^ 0x8080808080808080 }

func generalRegisters(f *fixture) {
	info := f.abi.ISA.Regs.Info
	for r := range info {
		if info[r].Class == arch.General {
			f.cpu.SetReg(arch.Reg(r), pattern(arch.Reg(r)))
		}
	}
	for r := range info {
		if info[r].Class != arch.General {
			continue
		}
		got, want := f.cpu.Reg(arch.Reg(r)), pattern(arch.Reg(r))&(1<<(info[r].Bits-1)<<1-1)
		if got != want && !(got == 0 && isZero(f.abi.ISA, info[r].Name)) {
			f.Errorf("%s is %#x after %#x was written", info[r].Name, got, want)
		}
	}
}

// isZero knows the registers that are always 0.
func isZero(isa *arch.ISA, name string) bool {
	return isa.Family == arch.RISCV && name == "x0" || isa.Family == arch.MIPS && name == "r0"
}

// floats is what the floating-point and vector registers hold.
func (f *fixture) floats() map[string]string {
	held := map[string]string{}
	for r, info := range f.abi.ISA.Regs.Info {
		b := make([]byte, (info.Bits+7)/8)
		if (info.Class == arch.Float || info.Class == arch.Vector) && f.cpu.RegBytes(arch.Reg(r), b) {
			held[info.Name] = string(b)
		}
	}
	return held
}

func (f *fixture) fillFloats(first int) {
	for r, info := range f.abi.ISA.Regs.Info {
		if info.Class == arch.Float || info.Class == arch.Vector {
			b := bytes.Repeat([]byte{byte(first + r)}, (info.Bits+7)/8)
			if info.Bits == 96 { // m68k: 16 bits are not there
				b[8], b[9] = 0, 0
			}
			f.cpu.SetRegBytes(arch.Reg(r), b)
		}
	}
}

// floatRegistersStay has two tasks, of which each finds what was written for it when the other one has run, and so has itself.
func floatRegistersStay(f *fixture) {
	tasks := []emu.CPU{f.cpu, f.newCPU()}
	want := make([]map[string]string, len(tasks))
	for i := range tasks {
		f.cpu = tasks[i]
		f.load(codeAt, "syscall")
		f.fillFloats(1 + 100*i)
		want[i] = f.floats()
	}
	for i := range 4 {
		f.cpu = tasks[i%2]
		f.setPC(codeAt)
		f.run(emu.SystemCall)
		if got := f.floats(); !maps.Equal(got, want[i%2]) {
			f.Errorf("task %d holds %x, want %x", i%2, got, want[i%2])
		}
	}
}

func floatRegisters(f *fixture) {
	info := f.abi.ISA.Regs.Info
	for r := range info {
		if info[r].Class != arch.Float && info[r].Class != arch.Vector {
			continue
		}
		want := make([]byte, (info[r].Bits+7)/8)
		for i := range want {
			want[i] = byte(r + i + 1)
		}
		got := make([]byte, len(want))
		if !f.cpu.SetRegBytes(arch.Reg(r), want) {
			f.Logf("%s cannot be written", info[r].Name)
			continue
		}
		if !f.cpu.RegBytes(arch.Reg(r), got) || !bytes.Equal(got, want) {
			f.Errorf("%s is %x after %x was written", info[r].Name, got, want)
		}
	}
}

func systemCall(f *fixture) {
	f.load(codeAt, "syscall")
	for _, role := range []string{"addr", "val", "count", "jump"} {
		f.set(role, pattern(f.reg(role))&0xffffffff)
	}
	s := f.run(emu.SystemCall)
	f.wantPC(codeAt + uint64(s.TrapSize))
	if size := len(f.has("one").bytes(f.abi.ISA)) - lastInsn(f, "one"); int(s.TrapSize) != size {
		f.Errorf("the trap has %d bytes, not %d", s.TrapSize, size)
	}
	for _, role := range []string{"addr", "val", "count", "jump"} {
		f.want(role, pattern(f.reg(role))&0xffffffff)
	}
}

// lastInsn is the offset of the last instruction of a snippet.
func lastInsn(f *fixture, name string) int {
	text := bytes.TrimSpace([]byte(f.has(name).text))
	last := text[bytes.LastIndexByte(text, '\n')+1:]
	return len(f.has(name).bytes(f.abi.ISA)) - bytes.IndexByte(last, ' ')/2
}

func load(f *fixture) {
	f.load(codeAt, "load")
	copy(f.window.Bytes(dataAt, 4), []byte{1, 2, 3, 4})
	f.run(emu.SystemCall)
	f.want("val", word(f.abi.ISA, []byte{1, 2, 3, 4}))
	f.want("count", 2)
}

func store(f *fixture) {
	f.load(codeAt, "store")
	f.set("val", 0x01020304)
	f.run(emu.SystemCall)
	if got := word(f.abi.ISA, f.window.Bytes(dataAt, 4)); got != 0x01020304 {
		f.Errorf("stored %#x", got)
	}
}

// checkFault checks a fault of the instruction at pc, the one between the two counts.
func (f *fixture) checkFault(s emu.Stop, access emu.Access, addr, pc uint64) {
	f.Helper()
	if s.Access != access || s.Addr != addr {
		f.Errorf("fault of access %d at %#x, not of %d at %#x", s.Access, s.Addr, access, addr)
	}
	if s.Precise {
		f.wantPC(pc)
	}
	if s.Precise && access != emu.Fetch {
		f.want("count", 1)
	}
}

func loadFault(f *fixture) {
	s := f.load(codeAt, "load")
	f.set("addr", holeAt+8)
	f.checkFault(f.run(emu.Fault), emu.Read, holeAt+8, codeAt+s.at)
}

func storeFault(f *fixture) {
	s := f.load(codeAt, "store")
	f.mapPage(holeAt, emu.ProtRead)
	f.set("addr", holeAt+16)
	f.set("val", 5)
	f.checkFault(f.run(emu.Fault), emu.Write, holeAt+16, codeAt+s.at)
	if f.window.Bytes(holeAt+16, 1)[0] != 0 {
		f.Error("the store was done")
	}
}

func fetchFault(f *fixture) {
	for _, target := range []uint64{holeAt, holeAt + 8, dataAt + 4, 0} {
		f.load(codeAt, "jump")
		f.set("jump", target)
		f.checkFault(f.run(emu.Fault), emu.Fetch, target, target)
	}
}

// fetchOffEnd runs off the end of a page, between two instructions and, where they can lie so, within one.
func fetchOffEnd(f *fixture) {
	const page2 = otherAt + emu.PageSize
	step := map[arch.Family]uint64{arch.X86: 1, arch.RISCV: 2, arch.S390: 2}[f.abi.ISA.Family]
	for _, into := range []uint64{0, step} {
		f.mapPage(otherAt, emu.ProtRead|emu.ProtExec)
		s := f.has("load")
		start := page2 - s.at - into
		f.mapPage(page2, emu.ProtRead|emu.ProtExec)
		code := s.bytes(f.abi.ISA)
		for _, at := range []uint64{otherAt, page2} {
			f.protect(at, emu.ProtRead|emu.ProtWrite)
		}
		copy(f.window.Bytes(start, uint64(len(code))), code)
		f.protect(otherAt, emu.ProtRead|emu.ProtExec)
		f.protect(page2, emu.ProtRead)
		f.set("addr", dataAt)
		f.set("count", 0)
		f.setPC(start)
		stop := f.run(emu.Fault)
		if stop.Access != emu.Fetch || stop.Addr != page2 {
			f.Errorf("%+v, not a fetch from %#x", stop, page2)
		}
		if stop.Precise {
			f.wantPC(page2 - into)
			f.want("count", 1)
		}
		f.protect(page2, emu.ProtRead|emu.ProtExec)
		f.run(emu.SystemCall)
		f.want("count", 2)
	}
}

func repairedFault(f *fixture) {
	f.load(codeAt, "load")
	f.set("addr", holeAt)
	f.run(emu.Fault)
	f.mapPage(holeAt, emu.ProtRead|emu.ProtWrite)
	copy(f.window.Bytes(holeAt, 4), []byte{7, 7, 7, 7})
	f.run(emu.SystemCall)
	f.want("val", 0x07070707)
	f.want("count", 2)
}

func crossingFault(f *fixture) {
	for _, name := range []string{"load", "store"} {
		s := f.load(codeAt, name)
		const addr = dataAt + emu.PageSize - 2
		f.set("addr", addr)
		f.set("val", 0x55555555)
		stop := f.cpu.Run(0)
		if stop.Kind == emu.BusError {
			f.Logf("%s: misaligned accesses trap", name)
			continue
		}
		if stop.Kind != emu.Fault || stop.Addr < addr || stop.Addr >= addr+4 {
			f.Errorf("%s: %+v", name, stop)
		}
		if stop.Precise {
			f.wantPC(codeAt + s.at)
		}
		if f.window.Bytes(addr, 1)[0] != 0 {
			f.Errorf("%s: half of the store was done", name)
		}
	}
}

func pastWindow(f *fixture) {
	if f.abi.ISA.Bits == 32 {
		f.Skip("the window is the whole address space")
	}
	s := f.load(codeAt, "load")
	for _, addr := range []uint64{f.window.Size() + emu.PageSize, 1 << 46, 1 << 52} {
		f.setPC(codeAt)
		f.set("count", 0)
		f.set("addr", addr)
		f.checkFault(f.run(emu.Fault), emu.Read, addr, codeAt+s.at)
	}
}

// delaySlot: the PC of a fault in a delay slot is the jump's, so that running on takes the jump.
func delaySlot(f *fixture) {
	s := f.load(codeAt, "delay")
	f.put(codeAt+0x100, "one")
	f.set("addr", holeAt)
	f.set("jump", codeAt+0x100)
	f.checkFault(f.run(emu.Fault), emu.Read, holeAt, codeAt+s.at)
	f.mapPage(holeAt, emu.ProtRead)
	f.run(emu.SystemCall)
	f.want("val", 1)
}

func protectionTaken(f *fixture) {
	s := f.load(codeAt, "store")
	f.run(emu.SystemCall)
	f.protect(dataAt, emu.ProtRead)
	f.setPC(codeAt)
	f.set("count", 0)
	f.checkFault(f.run(emu.Fault), emu.Write, dataAt, codeAt+s.at)
	s = f.load(codeAt, "load")
	f.run(emu.SystemCall)
	f.protect(dataAt, emu.ProtNone)
	f.setPC(codeAt)
	f.set("count", 0)
	f.checkFault(f.run(emu.Fault), emu.Read, dataAt, codeAt+s.at)
}

func execTaken(f *fixture) {
	f.load(codeAt, "one")
	f.run(emu.SystemCall)
	f.protect(codeAt, emu.ProtRead)
	f.setPC(codeAt)
	f.checkFault(f.run(emu.Fault), emu.Fetch, codeAt, codeAt)
	f.protect(codeAt, emu.ProtRead|emu.ProtExec)
	f.run(emu.SystemCall)
	f.want("val", 1)
}

// trap runs a snippet whose interesting instruction traps.
func (f *fixture) trap(name string, want emu.Kind) emu.Stop {
	f.Helper()
	s := f.load(codeAt, name)
	stop := f.run(want)
	f.wantPC(codeAt + s.at)
	return stop
}

func illegal(f *fixture) { f.trap("illegal", emu.IllegalInsn) }

// privileged: x86 answers with its general protection exception.
func privileged(f *fixture) {
	if f.abi.ISA.Family == arch.X86 {
		if s := f.trap("privileged", emu.Trap); s.Code != 13 {
			f.Errorf("trap %d, not 13", s.Code)
		}
		return
	}
	f.trap("privileged", emu.IllegalInsn)
}

func breakpoint(f *fixture) { f.trap("break", emu.Breakpoint) }

func divide(f *fixture) {
	if s := f.trap("divide", emu.Arithmetic); s.Code != 1 {
		f.Errorf("code %d, not FPE_INTDIV", s.Code)
	}
}

func overflow(f *fixture) {
	if s := f.trap("overflow", emu.Arithmetic); s.Code != 2 {
		f.Errorf("code %d, not FPE_INTOVF", s.Code)
	}
}
