package enginetest

import (
	"math"
	"runtime"
	"sync"
	"testing"
	"time"

	"muslrun/arch"
	"muslrun/emu"
)

func interrupt(f *fixture) {
	f.load(codeAt, "loop")
	for range 20 {
		go func() {
			time.Sleep(time.Millisecond)
			f.cpu.Interrupt()
		}()
		f.run(emu.Interrupted)
	}
	if f.get("count") == 0 {
		f.Error("the loop did not run")
	}
}

func interruptBefore(f *fixture) {
	f.load(codeAt, "loop")
	f.cpu.Interrupt()
	f.run(emu.Interrupted)
	f.want("count", 0)
	f.wantPC(codeAt)
}

func budget(f *fixture) {
	f.load(codeAt, "loop")
	last := uint64(0)
	for range 3 {
		if s := f.cpu.Run(1000); s.Kind != emu.BudgetSpent {
			f.Fatalf("stopped by %v: %+v", s.Kind, s)
		}
		if n := f.get("count"); n <= last || n > last+2000 {
			f.Errorf("a budget of 1000 instructions ran the loop %d times", n-last)
		}
		last = f.get("count")
	}
	f.load(codeAt, "count")
	f.set("count", 100)
	s := f.cpu.Run(1 << 20)
	if s.Kind != emu.SystemCall {
		f.Errorf("stopped by %v within the budget", s.Kind)
	}
	if s.Spent < 50 || s.Spent > 1000 {
		f.Errorf("counting to 100 took %d instructions of the budget", s.Spent)
	}
}

func budgetDeterministic(f *fixture) {
	var first uint64
	for i := range 3 {
		f.load(codeAt, "loop")
		f.cpu.Run(12345)
		if i == 0 {
			first = f.get("count")
		}
		f.want("count", first)
	}
}

func twoTasks(f *fixture) {
	f.load(codeAt, "loop")
	a, b := f.cpu, f.newCPU()
	f.cpu = b
	f.load(codeAt, "loop")
	f.set("count", 1<<20)
	for range 5 {
		f.cpu = a
		a.Run(100)
		f.cpu = b
		b.Run(100)
	}
	f.cpu = a
	if n := f.get("count"); n == 0 || n > 5000 {
		f.Errorf("the first task counted %d", n)
	}
	f.cpu = b
	if n := f.get("count"); n <= 1<<20 || n > 1<<20+5000 {
		f.Errorf("the second task counted %d", n)
	}
}

// twoTasksAtOnce: one loops for ever, others count down. Their goroutines must all get ahead.
func twoTasksAtOnce(f *fixture) {
	f.put(otherAt, "loop")
	f.mapPage(otherAt, emu.ProtRead|emu.ProtExec)
	f.put(otherAt, "loop")
	forever := f.cpu
	forever.SetReg(f.abi.ISA.Regs.PC, otherAt)
	ended := make(chan emu.Stop)
	go func() { ended <- forever.Run(0) }()
	var wg sync.WaitGroup
	f.put(codeAt, "count")
	for range 3 {
		c := f.newCPU()
		c.SetReg(f.abi.ISA.Regs.PC, codeAt)
		c.SetReg(f.reg("count"), 1e6)
		wg.Go(func() {
			if s := c.Run(0); s.Kind != emu.SystemCall || c.Reg(f.reg("count")) != 0 {
				f.Errorf("%v with count %d", s.Kind, c.Reg(f.reg("count")))
			}
		})
	}
	wg.Wait()
	forever.Interrupt()
	if s := <-ended; s.Kind != emu.Interrupted {
		f.Errorf("the loop was stopped by %v", s.Kind)
	}
}

// changeWhileRunning takes memory away from a task that uses it all the time.
func changeWhileRunning(f *fixture) {
	f.load(codeAt, "store")
	done := make(chan emu.Stop)
	go func() {
		for {
			f.setPC(codeAt)
			if s := f.cpu.Run(0); s.Kind != emu.SystemCall {
				done <- s
				return
			}
		}
	}()
	time.Sleep(5 * time.Millisecond)
	f.machine.Pause()
	err := f.window.Unmap(dataAt, emu.PageSize)
	f.machine.MappingChanged(dataAt, emu.PageSize)
	f.machine.Resume()
	if err != nil {
		f.Fatal(err)
	}
	if s := <-done; s.Kind != emu.Fault || s.Addr != dataAt {
		f.Errorf("stopped by %v: %+v", s.Kind, s)
	}
}

func floatAdd(f *fixture) {
	f.load(codeAt, "fadd")
	if f.abi.ISA.Family == arch.MIPS {
		f.set("status", 1<<26) // FR: registers of 64 bits
	}
	a, b := f.abi.ISA.Regs.Lookup(f.target.float[0]), f.abi.ISA.Regs.Lookup(f.target.float[1])
	if !f.setFloat(a, 1.5) || !f.setFloat(b, 2.25) {
		f.Skip("no access to floating-point registers")
	}
	if s := f.cpu.Run(0); s.Kind == emu.IllegalInsn {
		f.Skip("no floating point")
	}
	if got := f.float(a); got != 3.75 {
		f.Errorf("1.5 + 2.25 = %v", got)
	}
}

// setFloat writes a number to a register, in the format that its width tells.
func (f *fixture) setFloat(r arch.Reg, v float64) bool {
	bits := math.Float64bits(v)
	b := make([]byte, (f.abi.ISA.Regs.Info[r].Bits+7)/8)
	if f.abi.ISA.Regs.Info[r].Bits != 96 {
		putLittle(b[:8], bits)
		return f.cpu.SetRegBytes(r, b)
	}
	// m68k's extended format, without the 16 unused bits between exponent and fraction
	putLittle(b[:8], bits<<11|1<<63)
	putLittle(b[10:], bits>>52&0x7ff+0x3c00)
	return f.cpu.SetRegBytes(r, b)
}

func (f *fixture) float(r arch.Reg) float64 {
	b := make([]byte, (f.abi.ISA.Regs.Info[r].Bits+7)/8)
	f.cpu.RegBytes(r, b)
	if len(b) != 12 {
		return math.Float64frombits(little(b[:8]))
	}
	return math.Float64frombits(little(b[:8])<<1>>12 | (little(b[10:])-0x3c00)<<52)
}

func putLittle(b []byte, v uint64) {
	for i := range b {
		b[i] = byte(v >> (8 * i))
	}
}

func little(b []byte) (v uint64) {
	for i, x := range b {
		v |= uint64(x) << (8 * i)
	}
	return v
}

func threadPointer(f *fixture) {
	f.load(codeAt, "tls")
	switch f.abi.ISA.Name {
	case "i386": // entry 6 of the GDT: base 0x20000, read and write, 4 GiB
		f.set("tls0", 0x00cf_f202_0000_ffff)
		f.set("gs", 6<<3|3)
		putLittle(f.window.Bytes(dataAt, 4), 0x12345678)
	case "arm":
		f.set("tpidruro", 0x12345678)
	case "s390x":
		f.set("a0", 0x12345678)
	default:
		f.set("userlocal", 0x12345678)
	}
	f.run(emu.SystemCall)
	f.want("val", 0x12345678)
}

// noAllocation: a system call is served thousands of times a second.
func noAllocation(f *fixture) {
	f.load(codeAt, "syscall")
	n := testing.AllocsPerRun(100, func() {
		f.cpu.SetReg(f.abi.ISA.Regs.PC, codeAt)
		f.cpu.Run(0)
	})
	if n > 0 {
		f.Errorf("a system call allocates %v times", n)
	}
}

// comeAndGo: memory of closed machines is free again.
func comeAndGo(f *fixture) {
	for range 50 {
		m, err := f.engine.NewMachine(f.abi, f.window)
		if err != nil {
			f.Fatal(err)
		}
		c, err := m.NewCPU()
		if err != nil {
			f.Fatal(err)
		}
		c.Close()
		m.Close()
	}
	runtime.GC()
}
