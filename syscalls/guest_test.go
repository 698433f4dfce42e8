package syscalls

import (
	"bytes"
	"crypto/rand"
	"debug/elf"
	"encoding/binary"
	"testing"

	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/fs"
	counter "muslrun/fs/eventfd"
	"muslrun/fs/memfs"
	pipefs "muslrun/fs/pipe"
	"muslrun/syscalls/kernel"
)

// These tests run handlers in a whole kernel, without an engine: the guest's "program" is the test. guest.call puts a
// system call's number and arguments into registers as the ABI has them; the task's loop answers it; the result is what a
// program would find in its result register.

// guest is a process whose code is the test.
type guest struct {
	*testing.T
	abi    *arch.ABI
	kernel *kernel.Kernel
	task   *kernel.Task
	cpu    *scriptedCPU
	memory uint64 // bytes from here on are free
	pipes  *pipefs.FS
	files  *memfs.FS
}

// the ABIs that tests run on: 64-bit; 32-bit big-endian with aligned pairs; 32-bit big-endian with unaligned ones and
// 2-byte alignment; 32-bit little-endian with 16-bit ids.
var testABIs = []string{"x86_64", "armeb", "m68k", "i386"}

func eachABI(t *testing.T, test func(g *guest)) {
	for _, name := range testABIs {
		t.Run(name, func(t *testing.T) { test(newGuest(t, name)) })
	}
}

// testFlags are the e_flags by which files of the ABIs are known.
var testFlags = map[string]uint32{"armeb": 0x05800000}

func newGuest(t *testing.T, name string) *guest {
	t.Helper()
	g := &guest{T: t, files: memfs.New(memfs.Options{Dev: 1}), pipes: pipefs.NewFS(2)}
	ns := fs.NewNamespace(g.files)
	ctx := fs.NewContext(ns)
	k, err := kernel.New(kernel.Config{
		Calls: New(), Engine: func(*arch.ABI) (emu.Engine, error) { return scripted{g}, nil }, Clock: kernel.NewHostClock(),
		Random: rand.Reader, Anonymous: g, AnonFS: fs.NewAnonFS(3, linux.Timespec{}), Namespace: ns, Hostname: "test",
		CPUs: 2, Report: func(line string) { t.Error(line) },
	})
	if err != nil {
		t.Fatal(err)
	}
	g.kernel = k
	writeProgram(t, k.Caller(), ctx, name)
	group, err := k.Start(&kernel.Spec{
		Path: "/program", Args: []string{"program"}, FS: ctx, Cred: kernel.RootCredentials(), Limits: kernel.DefaultLimits(),
	})
	if err != nil {
		t.Fatal(err)
	}
	g.task = k.Task(group.PID)
	g.abi = g.task.ABI
	t.Cleanup(func() {
		k.Kill(linux.SIGKILL)
		k.Wait()
	})
	g.memory = g.must(g.call(g.mapCall(), 0, 1<<20, 3, 0x22, ^uint64(0), 0))
	return g
}

func (g *guest) mapCall() string {
	if g.abi.Is64() {
		return "mmap"
	}
	return "mmap2"
}

// writeProgram makes a file with nothing but headers that the loader takes for a program of the ABI.
func writeProgram(t *testing.T, c *fs.Caller, ctx *fs.Context, name string) {
	machines := map[string]elf.Machine{
		"x86_64": elf.EM_X86_64, "armeb": elf.EM_ARM, "m68k": elf.EM_68K, "i386": elf.EM_386,
	}
	var order binary.ByteOrder = binary.LittleEndian
	data := elf.ELFDATA2LSB
	if name == "armeb" || name == "m68k" {
		order, data = binary.BigEndian, elf.ELFDATA2MSB
	}
	ident := [elf.EI_NIDENT]byte{0: 0x7f, 1: 'E', 2: 'L', 3: 'F', elf.EI_DATA: byte(data), elf.EI_VERSION: 1}
	var b bytes.Buffer
	const base, size = 0x10000, 0x1000
	if name == "x86_64" {
		ident[elf.EI_CLASS] = byte(elf.ELFCLASS64)
		binary.Write(&b, order, elf.Header64{Ident: ident, Type: uint16(elf.ET_EXEC), Machine: uint16(machines[name]),
			Version: 1, Entry: base + 0x100, Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 1})
		binary.Write(&b, order, elf.Prog64{Type: uint32(elf.PT_LOAD), Flags: 5, Vaddr: base, Filesz: size, Memsz: size,
			Align: size})
	} else {
		ident[elf.EI_CLASS] = byte(elf.ELFCLASS32)
		binary.Write(&b, order, elf.Header32{Ident: ident, Type: uint16(elf.ET_EXEC), Machine: uint16(machines[name]),
			Version: 1, Entry: base + 0x100, Phoff: 52, Flags: testFlags[name], Ehsize: 52, Phentsize: 32, Phnum: 1})
		binary.Write(&b, order, elf.Prog32{Type: uint32(elf.PT_LOAD), Flags: 5, Vaddr: base, Filesz: size, Memsz: size,
			Align: size})
	}
	b.Write(make([]byte, size-b.Len()))
	f, errno := ctx.Open(c, fs.Path{}, "/program", linux.O_CREAT|linux.O_WRONLY, 0o755)
	if errno != 0 {
		t.Fatal(errno)
	}
	if _, errno := f.Write(c, [][]byte{b.Bytes()}); errno != 0 {
		t.Fatal(errno)
	}
	f.Unref(c)
}

// Memfd, Pipe and Eventfd implement kernel.Anonymous.
func (g *guest) Memfd(*fs.Caller, string, uint32, uint32) (*fs.File, linux.Errno) {
	return nil, linux.ENOSYS
}

func (g *guest) Pipe(c *fs.Caller, flags uint32) (read, write *fs.File, errno linux.Errno) {
	return g.pipes.Pipe(c, flags)
}

func (g *guest) Eventfd(_ *fs.Caller, order layout.Order, initial uint32, semaphore, nonblock bool) (
	*fs.File, linux.Errno) {
	flags := uint32(linux.O_RDWR)
	if nonblock {
		flags |= linux.O_NONBLOCK
	}
	return fs.NewFile(fs.Path{}, counter.New(initial, semaphore, order, 1), flags), 0
}

// call makes a system call with words as they are in registers, and waits for its result.
func (g *guest) call(name string, words ...uint64) (uint64, linux.Errno) {
	g.Helper()
	return g.finish(g.start(name, words...))
}

// start makes a system call that may block; finish waits for its result.
func (g *guest) start(name string, words ...uint64) chan uint64 {
	g.Helper()
	number, ok := g.abi.Calls.ByName[name]
	if g.abi != nil && !ok {
		g.Fatalf("%s has no call %s", g.abi, name)
	}
	done := make(chan uint64, 1)
	g.cpu.calls <- scriptedCall{number: number, words: words, done: done}
	return done
}

func (g *guest) finish(done chan uint64) (uint64, linux.Errno) {
	v := <-done
	if !g.abi.Is64() {
		v = uint64(int64(int32(v)))
	}
	if e := -int64(v); e > 0 && e < 4096 {
		return 0, linux.Errno(e)
	}
	if !g.abi.Is64() {
		v = uint64(uint32(v))
	}
	return v, 0
}

func (g *guest) must(v uint64, errno linux.Errno) uint64 {
	g.Helper()
	if errno != 0 {
		g.Fatal(errno.Name())
	}
	return v
}

// fails checks that a call fails with an error.
func (g *guest) fails(want linux.Errno, name string, words ...uint64) {
	g.Helper()
	if v, errno := g.call(name, words...); errno != want {
		g.Errorf("%s%x = %#x %v, want %v", name, words, v, errno.Name(), want.Name())
	}
}

// alloc takes guest memory, zeroed, and put takes some and fills it.
func (g *guest) alloc(size int) uint64 {
	at := g.memory
	g.memory += uint64(size+15) &^ 15
	return at
}

func (g *guest) put(b []byte) uint64 {
	g.Helper()
	at := g.alloc(len(b))
	if errno := g.task.Space().Write(at, b); errno != 0 {
		g.Fatal(errno)
	}
	return at
}

func (g *guest) str(s string) uint64 { return g.put(append([]byte(s), 0)) }

func (g *guest) bytes(at uint64, n int) []byte {
	g.Helper()
	b := make([]byte, n)
	if errno := g.task.Space().Read(at, b); errno != 0 {
		g.Fatal(errno)
	}
	return b
}

func (g *guest) word(at uint64, size int) uint64 {
	g.Helper()
	return g.abi.Data.Order.Uint(g.bytes(at, size))
}

// longs puts numbers of the ABI's long into memory.
func (g *guest) longs(list ...uint64) uint64 {
	size := g.abi.Data.LongSize
	b := make([]byte, size*len(list))
	for i, v := range list {
		g.abi.Data.Order.PutUint(b[i*size:(i+1)*size], v)
	}
	return g.put(b)
}

// wide is a 64-bit argument: a register, or a pair in memory order.
func (g *guest) wide(v uint64) []uint64 {
	switch {
	case g.abi.Convention.Wide:
		return []uint64{v}
	case g.abi.Data.Order == layout.Big:
		return []uint64{v >> 32, v & 0xffffffff}
	}
	return []uint64{v & 0xffffffff, v >> 32}
}

// args joins words and 64-bit arguments, padded as the ABI pads pairs.
func (g *guest) args(list ...any) (words []uint64) {
	for _, a := range list {
		switch a := a.(type) {
		case int:
			words = append(words, uint64(a))
		case uint64:
			words = append(words, a)
		case []uint64:
			if g.abi.Convention.Pairs == arch.PairsEven && len(a) == 2 && len(words)%2 == 1 {
				words = append(words, 0)
			}
			words = append(words, a...)
		}
	}
	return words
}

func (g *guest) open(name string, flags uint32) uint64 {
	g.Helper()
	guestFlags := g.abi.Consts.Open.ToGuest(uint64(flags))
	dir := int64(linux.AT_FDCWD)
	return g.must(g.call("openat", uint64(dir), g.str(name), guestFlags, 0o644))
}

// file is the open file behind a descriptor. It stays open as long as the descriptor.
func (g *guest) file(fd uint64) *fs.File {
	f := g.task.Files.Get(int32(fd))
	if f == nil {
		g.Fatalf("no descriptor %d", fd)
	}
	f.Unref(g.kernel.Caller())
	return f
}

// scripted is an engine whose CPU does the calls that it is told.
type scripted struct{ g *guest }

func (scripted) Name() string            { return "scripted" }
func (scripted) Support(*arch.ABI) error { return nil }
func (s scripted) NewMachine(abi *arch.ABI, _ *emu.Window) (emu.Machine, error) {
	return scriptedMachine{s.g, abi}, nil
}

type scriptedMachine struct {
	g   *guest
	abi *arch.ABI
}

func (scriptedMachine) Pause()                     {}
func (scriptedMachine) Resume()                    {}
func (scriptedMachine) MappingChanged(_, _ uint64) {}
func (scriptedMachine) CodeChanged(_, _ uint64)    {}
func (scriptedMachine) Close()                     {}
func (m scriptedMachine) NewCPU() (emu.CPU, error) {
	m.g.cpu = &scriptedCPU{
		abi: m.abi, regs: make([]uint64, len(m.abi.ISA.Regs.Info)), calls: make(chan scriptedCall), wake: make(chan struct{}, 1),
	}
	m.g.abi = m.abi
	return m.g.cpu, nil
}

type scriptedCall struct {
	number uint64
	words  []uint64
	done   chan uint64
}

// scriptedCPU "executes" one trap after the other.
type scriptedCPU struct {
	abi   *arch.ABI
	regs  []uint64
	calls chan scriptedCall
	wake  chan struct{}
	last  *scriptedCall // to be told the result
}

// trapPC is where every trap instruction is.
const trapPC = 0x10200

// Run implements emu.CPU. A PC that is back at the trap restarts the call with the registers as they are.
func (c *scriptedCPU) Run(uint64) emu.Stop {
	pc := c.abi.ISA.Regs.PC
	trap := emu.Stop{Kind: emu.SystemCall, TrapSize: c.abi.Convention.TrapSize, Code: -1}
	after := trapPC + uint64(trap.TrapSize)
	if c.last != nil {
		if c.regs[pc] == trapPC {
			c.regs[pc] = after
			return trap
		}
		c.last.done <- c.regs[c.abi.Convention.Result]
		c.last = nil
	}
	select {
	case call := <-c.calls:
		c.last = &call
		c.regs[c.abi.Convention.Number] = call.number
		for i, w := range call.words {
			c.regs[c.abi.Convention.Args[i].Reg] = w
		}
		c.regs[pc] = after
		return trap
	case <-c.wake:
		return emu.Stop{Kind: emu.Interrupted}
	}
}

// Interrupt implements emu.CPU.
func (c *scriptedCPU) Interrupt() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *scriptedCPU) Close()                            {}
func (c *scriptedCPU) Reg(r arch.Reg) uint64             { return c.regs[r] }
func (c *scriptedCPU) SetReg(r arch.Reg, v uint64)       { c.regs[r] = v }
func (c *scriptedCPU) RegBytes(arch.Reg, []byte) bool    { return false }
func (c *scriptedCPU) SetRegBytes(arch.Reg, []byte) bool { return false }
