package enginetest

import (
	"testing"

	"muslrun/arch"
	"muslrun/emu"
)

// Where things are in the guest.
const (
	codeAt  = 0x10000
	otherAt = 0x18000 // more code
	dataAt  = 0x20000
	holeAt  = 0x30000 // never mapped by the fixture
)

// fixture is a small guest.
type fixture struct {
	testing.TB
	engine  emu.Engine
	abi     *arch.ABI
	target  target
	window  *emu.Window
	machine emu.Machine
	cpu     emu.CPU
	live    *emu.CPU // the one of the machine's first CPU that is to be closed at the end
}

// windowSize is what guests get: everything a 32-bit pointer reaches, or 2^39 bytes.
func windowSize(abi *arch.ABI) uint64 {
	if abi.ISA.Bits == 32 {
		return 1 << 32
	}
	return 1 << 39
}

func newFixture(t testing.TB, e emu.Engine, abi *arch.ABI) *fixture {
	t.Helper()
	f := &fixture{TB: t, engine: e, abi: abi, target: targets[abi.ISA.Name]}
	var err error
	if f.window, err = emu.NewWindow(windowSize(abi)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.window.Close() })
	f.mapPage(codeAt, emu.ProtRead|emu.ProtExec)
	f.mapPage(dataAt, emu.ProtRead|emu.ProtWrite)
	if f.machine, err = e.NewMachine(abi, f.window); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.machine.Close)
	if f.cpu, err = f.machine.NewCPU(); err != nil {
		t.Fatal(err)
	}
	first := f.cpu
	f.live = &first
	t.Cleanup(func() { (*f.live).Close() })
	return f
}

func (f *fixture) newCPU() emu.CPU {
	f.Helper()
	c, err := f.machine.NewCPU()
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(c.Close)
	return c
}

func (f *fixture) mapPage(addr uint64, prot emu.Prot) {
	f.Helper()
	if err := f.window.MapAnonymous(addr, emu.PageSize, prot); err != nil {
		f.Fatal(err)
	}
	f.changed(addr)
}

func (f *fixture) protect(addr uint64, prot emu.Prot) {
	f.Helper()
	if err := f.window.Protect(addr, emu.PageSize, prot); err != nil {
		f.Fatal(err)
	}
	f.changed(addr)
}

func (f *fixture) changed(addr uint64) {
	if f.machine != nil {
		f.machine.MappingChanged(addr, emu.PageSize)
	}
}

// has skips the test if the ISA has no such story.
func (f *fixture) has(name string) snippet {
	s, ok := f.target.code[name]
	if !ok {
		f.Skipf("no %q on %s", name, f.abi.ISA.Name)
	}
	return s
}

// put writes a snippet to memory, and tells no one.
func (f *fixture) put(addr uint64, name string) snippet {
	f.Helper()
	s := f.has(name)
	page := addr &^ (emu.PageSize - 1)
	old := f.window.Prot(page)
	if err := f.window.Protect(page, emu.PageSize, emu.ProtRead|emu.ProtWrite); err != nil {
		f.Fatal(err)
	}
	code := s.bytes(f.abi.ISA)
	copy(f.window.Bytes(addr, uint64(len(code))), code)
	if err := f.window.Protect(page, emu.PageSize, old&emu.ProtAll); err != nil {
		f.Fatal(err)
	}
	return s
}

// load makes the CPU ready to run a snippet at addr.
func (f *fixture) load(addr uint64, name string) snippet {
	f.Helper()
	s := f.put(addr, name)
	f.machine.CodeChanged(addr, emu.PageSize)
	f.set("addr", dataAt)
	f.set("val", 0)
	f.set("count", 0)
	f.setPC(addr)
	f.cpu.SetReg(f.abi.ISA.Regs.SP, dataAt+emu.PageSize)
	return s
}

// reg finds a register by the part it plays, or else by name.
func (f *fixture) reg(role string) arch.Reg {
	f.Helper()
	name := role
	if n, ok := map[string]string{"addr": f.target.addr, "val": f.target.val, "count": f.target.count,
		"jump": f.target.jump}[role]; ok {
		name = n
	}
	r := f.abi.ISA.Regs.Lookup(name)
	if r == arch.NoReg {
		f.Fatalf("no register %q", name)
	}
	return r
}

func (f *fixture) set(role string, v uint64) { f.cpu.SetReg(f.reg(role), v) }

func (f *fixture) get(role string) uint64 { return f.cpu.Reg(f.reg(role)) }

func (f *fixture) setPC(pc uint64) { f.cpu.SetReg(f.abi.ISA.Regs.PC, pc) }

func (f *fixture) pc() uint64 { return f.cpu.Reg(f.abi.ISA.Regs.PC) }

// run runs until a Stop of the kind expected.
func (f *fixture) run(want emu.Kind) emu.Stop {
	f.Helper()
	s := f.cpu.Run(0)
	if s.Kind != want {
		f.Fatalf("stopped by %v at %#x, not by %v: %+v", s.Kind, f.pc(), want, s)
	}
	return s
}

// wantPC checks where a Stop left the PC.
func (f *fixture) wantPC(want uint64) {
	f.Helper()
	if f.pc() != want {
		f.Errorf("PC is %#x, not %#x", f.pc(), want)
	}
}

func (f *fixture) want(role string, want uint64) {
	f.Helper()
	if got := f.get(role); got != want {
		f.Errorf("%s (%s) is %#x, not %#x", role, f.abi.ISA.Regs.Info[f.reg(role)].Name, got, want)
	}
}
