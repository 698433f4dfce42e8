package enginetest

import (
	"testing"

	"muslrun/arch"
	"muslrun/emu"
)

// Benchmark measures an engine on one ABI.
func Benchmark(b *testing.B, e emu.Engine, abi *arch.ABI) {
	if err := e.Support(abi); err != nil {
		b.Skip(err)
	}
	if _, ok := targets[abi.ISA.Name]; !ok {
		b.Skipf("no test code for %s", abi.ISA.Name)
	}
	for _, c := range benchmarks {
		b.Run(c.name, func(b *testing.B) {
			f := newFixture(b, e, abi)
			b.ReportAllocs()
			b.ResetTimer()
			c.run(f, b.N)
		})
	}
}

var benchmarks = []struct {
	name string
	run  func(f *fixture, n int)
}{
	{"syscall", benchSyscall},
	{"countdown", benchCountdown},
	{"fault", benchFault},
	{"mmap", benchMmap},
	{"mprotect", benchProtect},
	{"switch", benchSwitch},
	{"open", benchOpen},
}

// benchSyscall is a round trip: the kernel sets the PC and a result, and reads a number and six arguments.
func benchSyscall(f *fixture, n int) {
	f.load(codeAt, "syscall")
	r := arch.Reg(2)
	for range n {
		f.setPC(codeAt)
		f.cpu.SetReg(r, 1)
		f.cpu.Run(0)
		for range 7 {
			f.cpu.Reg(r)
		}
	}
}

// benchCountdown counts instructions: a decrement and a branch for each.
func benchCountdown(f *fixture, n int) {
	f.load(codeAt, "count")
	for ; n > 0; n -= 1 << 30 {
		f.setPC(codeAt)
		f.set("count", uint64(min(n, 1<<30)))
		f.run(emu.SystemCall)
	}
}

func benchFault(f *fixture, n int) {
	f.load(codeAt, "load")
	f.set("addr", holeAt)
	for range n {
		f.cpu.Run(0)
	}
}

// benchMmap maps a page, lets the guest store to it, and unmaps it.
func benchMmap(f *fixture, n int) {
	f.load(codeAt, "store")
	f.set("addr", holeAt)
	for range n {
		f.mapPage(holeAt, emu.ProtRead|emu.ProtWrite)
		f.setPC(codeAt)
		f.cpu.Run(0)
		_ = f.window.Unmap(holeAt, emu.PageSize)
		f.changed(holeAt)
	}
}

// benchProtect takes the right to write from a page that the guest stores to, and gives it back.
func benchProtect(f *fixture, n int) {
	f.load(codeAt, "store")
	for range n {
		f.setPC(codeAt)
		f.cpu.Run(0)
		f.protect(dataAt, emu.ProtRead)
		f.protect(dataAt, emu.ProtRead|emu.ProtWrite)
	}
}

// benchSwitch lets two tasks make system calls in turn.
func benchSwitch(f *fixture, n int) {
	f.load(codeAt, "syscall")
	tasks := []emu.CPU{f.cpu, f.newCPU()}
	for i := range n {
		f.cpu = tasks[i%2]
		f.setPC(codeAt)
		f.cpu.Run(0)
	}
}

func benchOpen(f *fixture, n int) {
	for range n {
		m, err := f.engine.NewMachine(f.abi, f.window)
		if err != nil {
			f.Fatal(err)
		}
		m.Close()
	}
}
