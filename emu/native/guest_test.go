package native_test

import (
	"encoding/binary"
	"testing"

	"muslrun/arch"
	"muslrun/arch/all"
	"muslrun/emu"
)

// guest is a window with a CPU.
type guest struct {
	*testing.T
	abi *arch.ABI
	w   *emu.Window
	m   emu.Machine
	cpu emu.CPU
}

func newGuest(t *testing.T, e emu.Engine, abi string) *guest {
	t.Helper()
	g := &guest{T: t, abi: all.ByName(abi)}
	var err error
	if g.w, err = emu.NewWindow(1 << 39); err == nil {
		g.m, err = e.NewMachine(g.abi, g.w)
	}
	if err == nil {
		g.cpu, err = g.m.NewCPU()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		g.cpu.Close()
		g.m.Close()
		_ = g.w.Close()
	})
	return g
}

func (g *guest) page(addr uint64, prot emu.Prot) {
	g.Helper()
	if err := g.w.MapAnonymous(addr, emu.PageSize, prot); err != nil {
		g.Fatal(err)
	}
}

// code maps a page of instructions, and sets the PC to the first.
func (g *guest) code(addr uint64, words ...uint32) {
	g.Helper()
	g.page(addr, emu.ProtRead|emu.ProtWrite)
	for i, w := range words {
		binary.LittleEndian.PutUint32(g.w.Bytes(addr+uint64(4*i), 4), w)
	}
	if err := g.w.Protect(addr, emu.PageSize, emu.ProtRead|emu.ProtExec); err != nil {
		g.Fatal(err)
	}
	g.set("pc", addr)
}

// data maps a page that begins with v.
func (g *guest) data(addr, v uint64) {
	g.Helper()
	g.page(addr, emu.ProtRead|emu.ProtWrite)
	binary.LittleEndian.PutUint64(g.w.Bytes(addr, 8), v)
}

func (g *guest) set(name string, v uint64) { g.cpu.SetReg(g.abi.ISA.Regs.Lookup(name), v) }
func (g *guest) get(name string) uint64    { return g.cpu.Reg(g.abi.ISA.Regs.Lookup(name)) }

func (g *guest) run(want emu.Kind) emu.Stop {
	g.Helper()
	s := g.cpu.Run(0)
	if s.Kind != want {
		g.Fatalf("stopped by %v at %#x, not by %v: %+v", s.Kind, g.get("pc"), want, s)
	}
	return s
}
