package all

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"muslrun/arch"
	"muslrun/arch/linux"
)

// fakeRegisters keep what they are given.
type fakeRegisters struct {
	file   *arch.RegisterFile
	values [][]byte
}

func newFakeRegisters(file *arch.RegisterFile) *fakeRegisters {
	f := &fakeRegisters{file: file}
	for _, info := range file.Info {
		f.values = append(f.values, make([]byte, (info.Bits+7)/8))
	}
	return f
}

func (f *fakeRegisters) Reg(r arch.Reg) uint64 {
	var b [8]byte
	copy(b[:], f.values[r])
	return binary.LittleEndian.Uint64(b[:])
}

func (f *fakeRegisters) SetReg(r arch.Reg, v uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], v)
	copy(f.values[r], b[:])
}

func (f *fakeRegisters) RegBytes(r arch.Reg, dst []byte) bool {
	copy(dst, f.values[r])
	return true
}

func (f *fakeRegisters) SetRegBytes(r arch.Reg, src []byte) bool {
	copy(f.values[r], src)
	return true
}

func (f *fakeRegisters) scramble(rng *rand.Rand) {
	for _, v := range f.values {
		for i := range v {
			v[i] = byte(rng.Uint32())
		}
	}
}

// set writes registers by name, where the ISA has them.
func (f *fakeRegisters) set(values map[string]uint64) {
	for name, v := range values {
		if r := f.file.Lookup(name); r != arch.NoReg {
			f.SetReg(r, v)
		}
	}
}

// fakeMemory is a stack.
type fakeMemory struct {
	base  uint64
	bytes []byte
}

func (m *fakeMemory) span(addr uint64, n int) []byte {
	if addr < m.base || addr-m.base > uint64(len(m.bytes)) || uint64(n) > uint64(len(m.bytes))-(addr-m.base) {
		return nil
	}
	return m.bytes[addr-m.base:][:n]
}

func (m *fakeMemory) Read(addr uint64, dst []byte) linux.Errno {
	src := m.span(addr, len(dst))
	if src == nil {
		return linux.EFAULT
	}
	copy(dst, src)
	return 0
}

func (m *fakeMemory) Write(addr uint64, src []byte) linux.Errno {
	dst := m.span(addr, len(src))
	if dst == nil {
		return linux.EFAULT
	}
	copy(dst, src)
	return 0
}

// userState is what user mode has in status registers; frames that say otherwise are refused.
var userState = map[arch.Family]map[string]uint64{
	arch.X86: {"eflags": 0x202, "mxcsr": 0x1f80, "cs": 0x73, "ss": 0x7b, "ds": 0x7b, "es": 0x7b, "fs": 0, "gs": 0x33,
		"ftag": 0x000f, "tls0": 1, "fctrl": 0x37f, "fstat": 0x3800},
	arch.ARM:       {"cpsr": 0x60000010, "pc": 0x8000},
	arch.AArch64:   {"pstate": 0x60000000},
	arch.MIPS:      {"fcsr": 0x0100_0003, "status": 1 << 26},
	arch.S390:      {"pswm": 0x0705_2001_8000_0000, "fpc": 0},
	arch.LoongArch: {"fcsr": 0x00000300},
}

// notInFrames are registers that no frame of a family holds, or that a program cannot change by one.
var notInFrames = map[arch.Family][]string{
	arch.X86: {"cs", "ss", "ds", "es", "fs", "gs", "fs_base", "gs_base", "tls0", "tls1", "tls2", "mxcsr", "fiseg", "fioff",
		"foseg", "fooff", "fop", "eflags", "ftag"},
	arch.ARM:        {"tpidruro"},
	arch.AArch64:    {"tpidr_el0"},
	arch.MIPS:       {"r0", "status", "badvaddr", "cause", "fir", "userlocal"},
	arch.PowerPC:    {"msr"},
	arch.RISCV:      {"x0", "fflags", "frm"},
	arch.S390:       {"pswm"},
	arch.M68K:       {"sr"},
	arch.MicroBlaze: {"msr", "btr"},
	arch.OpenRISC:   {"ppc", "sr", "machi", "maclo", "fpcsr"},
	arch.SuperH:     {"sr"},
	arch.LoongArch:  {"r0", "badv"},
}

// notInOldFrames are registers that only frames of handlers with SA_SIGINFO hold.
var notInOldFrames = map[arch.Family][]string{
	arch.M68K: {"d2", "d3", "d4", "d5", "d6", "d7", "a2", "a3", "a4", "a5", "a6", "fp2", "fp3", "fp4", "fp5", "fp6", "fp7"},
}

// vectors are registers of which s390x frames without the vector facility hold nothing.
func absent(a *arch.ABI, name string, rt bool) bool {
	return slices.Contains(notInFrames[a.ISA.Family], name) || !rt && slices.Contains(notInOldFrames[a.ISA.Family], name) ||
		a.ISA.Family == arch.S390 && name[0] == 'v'
}

func TestFramesRoundTrip(t *testing.T) {
	for _, name := range Names() {
		a := ByName(name)
		t.Run(name, func(t *testing.T) {
			for _, flags := range []uint64{linux.SA_SIGINFO | linux.SA_RESTORER, linux.SA_RESTORER} {
				roundTrip(t, a, flags)
			}
		})
	}
}

func roundTrip(t *testing.T, a *arch.ABI, flags uint64) {
	if a.Frames == nil {
		t.Fatal("no frames")
	}
	rng := rand.New(rand.NewPCG(1, uint64(len(a.Name))))
	regs := newFakeRegisters(a.ISA.Regs)
	mem := &fakeMemory{base: 0x10000, bytes: make([]byte, 0x10000)}
	regs.scramble(rng)
	regs.set(userState[a.ISA.Family])
	top := mem.base + uint64(len(mem.bytes)) - 256
	regs.SetReg(a.ISA.Regs.SP, top)
	before := cloneValues(regs.values)
	d := &arch.Delivery{
		Signal: a.Consts.Signals.ToGuest(linux.SIGUSR1),
		Info:   &linux.Siginfo{Signo: linux.SIGUSR1, Code: linux.SI_TKILL, Pid: 7},
		Action: &linux.Sigaction{Handler: 0x10100, Flags: flags, Restorer: 0x10200},
		Mask:   signals(a), SP: top, Trampoline: 0x10300,
		Stack: linux.SigaltStack{SP: 0x123000, Flags: linux.SS_DISABLE, Size: 0x4000},
	}
	if errno := a.Frames.Push(regs, mem, d); errno != 0 {
		t.Fatalf("Push: %v", errno)
	}
	sp := regs.Reg(a.ISA.Regs.SP)
	if sp >= top || sp < mem.base {
		t.Fatalf("the frame is at %#x", sp)
	}
	rt := flags&linux.SA_SIGINFO != 0
	status := map[string]uint64{}
	for n := range userState[a.ISA.Family] {
		if r := a.ISA.Regs.Lookup(n); r != arch.NoReg {
			status[n] = regs.Reg(r)
		}
	}
	regs.scramble(rng)
	regs.set(status)
	regs.SetReg(a.ISA.Regs.SP, sp+popped(a, rt))
	got, errno := a.Frames.Pop(regs, mem, rt)
	if errno != 0 {
		t.Fatalf("Pop: %v", errno)
	}
	if got.Mask != d.Mask {
		t.Errorf("mask %#x, want %#x", got.Mask, d.Mask)
	}
	if got.HasStack && got.Stack != d.Stack || !got.HasStack && rt {
		t.Errorf("stack %+v, want %+v", got.Stack, d.Stack)
	}
	for r, info := range a.ISA.Regs.Info {
		if !absent(a, info.Name, rt) && !bytes.Equal(before[r], regs.values[r]) {
			t.Errorf("rt=%v: %s is %x, want %x", rt, info.Name, regs.values[r], before[r])
		}
	}
}

// popped is what the handler's return and the restorer take from the stack.
func popped(a *arch.ABI, rt bool) uint64 {
	set := a.Frames.(*arch.FrameSet)
	if !rt && set.Old != nil {
		return set.OldPopped
	}
	return set.Popped
}

func cloneValues(values [][]byte) (out [][]byte) {
	for _, v := range values {
		out = append(out, bytes.Clone(v))
	}
	return out
}

// TestFramesSurviveAnything reads frames of random bytes, as a guest may call sigreturn anywhere: they are refused, or they
// set registers.
func TestFramesSurviveAnything(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for _, name := range Names() {
		a := ByName(name)
		regs := newFakeRegisters(a.ISA.Regs)
		mem := &fakeMemory{base: 0x10000, bytes: make([]byte, 0x10000)}
		for range 50 {
			for i := range mem.bytes {
				mem.bytes[i] = byte(rng.Uint32())
			}
			regs.set(userState[a.ISA.Family])
			regs.SetReg(a.ISA.Regs.SP, mem.base+rng.Uint64N(0x10000)&^15)
			before := privileged(a, regs)
			if _, errno := a.Frames.Pop(regs, mem, rng.Uint32()&1 == 0); errno != 0 && errno != linux.EFAULT {
				t.Errorf("%s: Pop gives %v", name, errno)
			}
			if after := privileged(a, regs); after != before {
				t.Errorf("%s: the privileged bits of status became %#x, were %#x", name, after, before)
			}
		}
	}
}

// systemBits are those of status registers that user mode must not change.
var systemBits = map[arch.Family]struct {
	register string
	bits     uint64
}{
	arch.X86:      {"eflags", 0xffffffff &^ 0x50dd5},
	arch.ARM:      {"cpsr", 0x1df},
	arch.AArch64:  {"pstate", 0x3df},
	arch.S390:     {"pswm", 0xffff_00fe_7fff_ffff},
	arch.M68K:     {"sr", 0xff00},
	arch.SuperH:   {"sr", 0xffffffff &^ 0x303},
	arch.OpenRISC: {"sr", 0xffffffff &^ 0xe00},
	arch.MIPS:     {"status", 0xffffffff},
	arch.PowerPC:  {"msr", 0xffffffff},
}

func privileged(a *arch.ABI, regs *fakeRegisters) uint64 {
	s, ok := systemBits[a.ISA.Family]
	if !ok {
		return 0
	}
	return regs.Reg(a.ISA.Regs.Reg(s.register)) & s.bits
}

// signals is a mask with signals of every kind that an ABI has.
func signals(a *arch.ABI) linux.SigSet {
	set := linux.SigSetOf(linux.SIGCHLD, 40, 64)
	if a.Consts.NSig > 65 {
		set = set.With(65).With(100).With(128)
	}
	return set
}
