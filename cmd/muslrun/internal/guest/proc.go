package guest

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/fs"
	"muslrun/fs/procfs"
	"muslrun/syscalls/kernel"
	"muslrun/syscalls/mm"
)

// procKernel shows a kernel to procfs. The kernel is there before the first guest looks.
type procKernel struct{ m *machine }

func (p procKernel) kernel() *kernel.Kernel { return p.m.kernel }

// PIDs implements procfs.Kernel.
func (p procKernel) PIDs() []int {
	var pids []int
	for _, g := range p.kernel().Groups() {
		pids = append(pids, g.PID)
	}
	return pids
}

// Process implements procfs.Kernel.
func (p procKernel) Process(pid int) procfs.Task {
	if g := p.kernel().Group(pid); g != nil {
		return procTask{g.Leader}
	}
	return nil
}

// Task implements procfs.Kernel.
func (p procKernel) Task(tid int) procfs.Task {
	if t := p.kernel().Task(tid); t != nil {
		return procTask{t}
	}
	return nil
}

// Self implements procfs.Kernel.
func (p procKernel) Self(c *fs.Caller) procfs.Task {
	if t, ok := c.Task.(*kernel.Task); ok {
		return procTask{t}
	}
	return nil
}

// Net implements procfs.Kernel.
func (p procKernel) Net(c *fs.Caller) *procfs.Net { return p.m.network.describe(c) }

// System implements procfs.Kernel.
func (p procKernel) System() *procfs.System {
	k := p.kernel()
	total, free := k.RAM()
	live, ever := k.TaskCount()
	s := &procfs.System{
		OSRelease: kernel.OSRelease, OSVersion: kernel.OSVersion, Hostname: k.NodeName(), Domainname: k.DomainName(),
		BootID: uuid(k.BootID), Boot: kernel.Timespec(k.Clock.Realtime() - k.Clock.Monotonic()),
		Uptime: time.Duration(k.Clock.Monotonic()), CPUs: k.CPUs, Running: k.Runnable(), Threads: live, Created: ever,
		LastPID: k.LastPID(), MemTotal: total, MemFree: free, Committed: k.Memory.Used(), PIDMax: k.MaxPIDs,
		ThreadsMax: k.TaskLimit, MaxMaps: mm.MaxVMAs, MmapMin: mm.MinAddr, FilesMax: 1 << 20, DescriptorsMax: 1 << 20,
		PipeMaxSize: 1 << 20, Filesystems: []string{"sysfs", "tmpfs", "proc", "devtmpfs", "devpts"},
	}
	user, system := k.CPUTime()
	s.User, s.Kernel = time.Duration(user), time.Duration(system)
	s.Idle = max(s.Uptime*time.Duration(k.CPUs)-s.User-s.Kernel, 0)
	s.Load = p.m.load.at(s.Uptime, s.User+s.Kernel)
	return s
}

// CPUInfo implements procfs.Kernel.
func (p procKernel) CPUInfo(c *fs.Caller) string {
	t, ok := c.Task.(*kernel.Task)
	if !ok {
		return ""
	}
	return procfs.CPUInfo(t.ABI, p.kernel().CPUs)
}

// SetHostname implements procfs.Kernel.
func (p procKernel) SetHostname(name string) linux.Errno {
	p.kernel().SetNodeName(name)
	return 0
}

// SetDomainname implements procfs.Kernel.
func (p procKernel) SetDomainname(name string) linux.Errno {
	p.kernel().SetDomainName(name)
	return 0
}

// IPC implements procfs.Kernel.
func (p procKernel) IPC() procfs.IPC {
	n, c := p.kernel().IPC, p.kernel().Caller()
	_, msgs := n.MsgInfo(true)
	_, sems := n.SemInfo(true)
	_, shms := n.ShmUsage()
	return procfs.IPC{
		Messages:   objects(msgs, func(i int32) (int32, linux.MsqidDS, linux.Errno) { return n.MsgStat(c, i, true, true) }),
		Semaphores: objects(sems, func(i int32) (int32, linux.SemidDS, linux.Errno) { return n.SemStat(c, i, true, true) }),
		Memory:     objects(shms, func(i int32) (int32, linux.ShmidDS, linux.Errno) { return n.ShmStat(c, i, true, true) }),
	}
}

// objects asks for each place of a table, of which highest is the last in use.
func objects[T any](highest int, stat func(index int32) (int32, T, linux.Errno)) (out []procfs.IPCObject[T]) {
	for i := range int32(highest + 1) {
		if id, ds, errno := stat(i); errno == 0 {
			out = append(out, procfs.IPCObject[T]{ID: id, DS: ds})
		}
	}
	return out
}

// UUID implements procfs.Kernel.
func (p procKernel) UUID() string {
	var b [16]byte
	_, _ = io.ReadFull(p.m.random, b[:])
	return uuid(b)
}

// uuid prints random bytes as a version 4 identifier (RFC 9562).
func uuid(b [16]byte) string {
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// procTask shows a task to procfs.
type procTask struct{ t *kernel.Task }

// PID implements procfs.Task, as all methods below do.
func (p procTask) PID() int                { return p.t.Group.PID }
func (p procTask) TID() int                { return p.t.TID }
func (p procTask) Alive() bool             { return p.t.Kernel.Group(p.t.Group.PID) == p.t.Group }
func (p procTask) Children() []int         { return p.t.Group.Children() }
func (p procTask) SetComm(name string)     { p.t.SetName(name) }
func (p procTask) TimerSlack() uint64      { return p.t.TimerSlack() }
func (p procTask) SetTimerSlack(ns uint64) { p.t.SetTimerSlack(ns) }
func (p procTask) SetOOMScoreAdj(n int) {
	p.t.Group.OOMScoreAdj.Store(int32(n))
}

func (p procTask) Threads() []int {
	var tids []int
	for _, t := range p.t.Group.Tasks() {
		tids = append(tids, t.TID)
	}
	return tids
}

func (p procTask) Status() *procfs.Status {
	t, g := p.t, p.t.Group
	sig := t.SignalState()
	device, foreground := terminalOf(g)
	user, system := g.CPUTime()
	threadUser, threadSystem := t.CPUTime()
	policy := t.Scheduling()
	childUser, childSystem := g.ChildrenTime()
	return &procfs.Status{
		Comm: t.Name(), State: t.State(), PPID: g.PPID(), PGID: g.PGID(), SID: g.SID(), TTY: device, TTYGroup: foreground,
		Umask: t.FS.Umask(), Cred: t.Caller.Cred, Dumpable: g.Dumpable() == 1, Threads: len(g.Tasks()),
		FDSize: t.Files.Capacity(), NoNewPrivs: t.NoNewPrivs, Personality: t.Personality,
		OOMScoreAdj: int(g.OOMScoreAdj.Load()),
		Pending:     p.signals(sig.Pending), GroupPending: p.signals(sig.GroupPending), Blocked: p.signals(sig.Blocked),
		Ignored: p.signals(sig.Ignored), Caught: p.signals(sig.Caught), Queued: sig.Queued, QueueLimit: 4096,
		CPUs: t.Affinity(), Nice: g.Nice(), Policy: policy.Policy, RTPriority: int(policy.Priority),
		ThreadUser: time.Duration(threadUser), ThreadKernel: time.Duration(threadSystem), Voluntary: t.Sleeps(),
		Start: time.Duration(g.Start), User: time.Duration(user),
		Kernel: time.Duration(system), ChildUser: time.Duration(childUser), ChildKernel: time.Duration(childSystem),
		ExitSignal: linux.SIGCHLD, ExitCode: g.Status().Wait(),
	}
}

// signals is a set as the task's own ABI numbers it.
func (p procTask) signals(set linux.SigSet) procfs.SigSet {
	c := p.t.ABI.Consts
	return procfs.SigSet{Bits: c.SigSetToGuest(set), Wide: c.NSig > 65}
}

// terminalOf is the number of a process's controlling terminal and its foreground process group; 0 and -1 without.
func terminalOf(g *kernel.ThreadGroup) (device uint64, foreground int) {
	y, foreground := g.Terminal()
	if y != nil {
		device = y.Device
	}
	return device, foreground
}

func (p procTask) Memory() (shape *procfs.Memory) {
	p.withMemory(func(m *kernel.Memory) { shape = memoryOf(m) })
	return shape
}

// withMemory runs fn with the task's memory, unless the task has ended.
func (p procTask) withMemory(fn func(*kernel.Memory)) {
	if m := p.t.BorrowMemory(); m != nil {
		defer m.Return()
		fn(m)
	}
}

func memoryOf(m *kernel.Memory) *procfs.Memory {
	s := &procfs.Memory{
		Order: m.Space.ABI().Data.Order, PageSize: m.Space.ABI().PageSize, Top: m.Space.Size(), StartCode: m.CodeStart, EndCode: m.CodeEnd, StartData: m.DataStart,
		EndData: m.DataEnd, StBrk: m.Space.BrkStart(), StartStack: m.StackStart,
		ArgStart: m.ArgStart, ArgEnd: m.ArgEnd, EnvStart: m.EnvStart, EnvEnd: m.EnvEnd,
	}
	for _, v := range m.Space.VMAs() {
		addTo(s, &v, v.End-v.Start)
	}
	s.RSS = s.Anonymous + s.File + s.Shared
	s.Peak, s.PeakRSS = s.Size, s.RSS
	return s
}

// addTo counts a mapping of a size among the others.
func addTo(s *procfs.Memory, v *mm.VMA, size uint64) {
	s.Size += size
	if v.Locked() {
		s.Locked += size
	}
	if v.Prot == 0 { // a reservation
		return
	}
	switch {
	case v.Shared:
		s.Shared += size
	case v.File != nil:
		s.File += size
	default:
		s.Anonymous += size
	}
	switch {
	case v.Name == "[stack]":
		s.Stack += size
	case v.Prot&emu.ProtExec != 0 && v.Start >= s.StartCode && v.Start < s.EndCode:
		s.Code += size
	case v.Prot&emu.ProtExec != 0:
		s.Library += size
	case v.Prot&emu.ProtWrite != 0 && !v.Shared:
		s.Data += size
	}
}

func (p procTask) Root() fs.Path          { return p.t.FS.Root() }
func (p procTask) Cwd() fs.Path           { return p.t.FS.Cwd() }
func (p procTask) Mounts() []fs.MountInfo { return p.t.Kernel.Namespace.List(p.t.FS.Root()) }

func (p procTask) Exe() (exe fs.Path) {
	p.withMemory(func(m *kernel.Memory) { exe = m.Exe })
	return exe
}

func (p procTask) FDs() []int {
	var fds []int
	for _, fd := range p.t.Files.List() {
		fds = append(fds, int(fd))
	}
	return fds
}

func (p procTask) File(fd int) *fs.File { return p.t.Files.Get(int32(fd)) }

func (p procTask) Descriptor(fd int) (flags uint32, cloexec, open bool) {
	f := p.t.Files.Get(int32(fd))
	if f == nil {
		return 0, false, false
	}
	defer f.Unref(&p.t.Caller)
	cloexec, open = p.t.Files.Cloexec(int32(fd))
	return f.Flags(), cloexec, open
}

func (p procTask) Mappings() (out []procfs.Mapping) {
	p.withMemory(func(m *kernel.Memory) {
		for _, v := range m.Space.VMAs() {
			out = append(out, p.mapping(&v))
		}
	})
	return out
}

func (p procTask) mapping(v *mm.VMA) procfs.Mapping {
	m := procfs.Mapping{
		Start: v.Start, End: v.End, Read: v.Prot&emu.ProtRead != 0, Write: v.Prot&emu.ProtWrite != 0,
		Execute: v.Prot&emu.ProtExec != 0, Share: v.Shared, Name: v.Name,
		Locked: v.Locked(),
	}
	if v.File != nil {
		m.Offset = uint64(v.Offset)
		m.Name = p.t.FS.Name(v.File.Path)
		if st, errno := v.File.Stat(); errno == 0 {
			m.Dev, m.Ino = st.Dev, st.Ino
		}
	}
	return m
}

// Text gives what the loader has put into memory; a program may have changed its arguments since.
func (p procTask) Text(part procfs.Text) (text []byte, errno linux.Errno) {
	p.withMemory(func(m *kernel.Memory) {
		switch part {
		case procfs.Cmdline:
			text, errno = cmdline(m)
		case procfs.Environ:
			text, errno = between(m, m.EnvStart, m.EnvEnd)
		case procfs.Auxv:
			text = m.Auxv
		}
	})
	return text, errno
}

// cmdline is the arguments. A program that has written over the zero at their end has put one text in their place, which
// may go on where the environment was (setproctitle(3); get_mm_cmdline in fs/proc/base.c).
func cmdline(m *kernel.Memory) ([]byte, linux.Errno) {
	text, errno := between(m, m.ArgStart, m.ArgEnd)
	if errno != 0 || len(text) == 0 || text[len(text)-1] == 0 {
		return text, errno
	}
	if m.EnvStart == m.ArgEnd {
		text, errno = between(m, m.ArgStart, max(m.EnvEnd, m.ArgEnd))
	}
	if end := bytes.IndexByte(text, 0); end >= 0 {
		text = text[:end+1]
	}
	return text, errno
}

func between(m *kernel.Memory, start, end uint64) ([]byte, linux.Errno) {
	const most = 1 << 20
	text := make([]byte, min(end-start, most))
	return text, m.Space.Read(start, text)
}

// ReadMemory implements procfs.Task: what is mapped can be read, whatever its protection.
func (p procTask) ReadMemory(addr uint64, to []byte) (there bool, errno linux.Errno) {
	p.withMemory(func(m *kernel.Memory) { there, errno = true, m.Space.Peek(addr, to) })
	return there, errno
}

// WriteMemory implements procfs.Task: private memory can be written, whatever its protection.
func (p procTask) WriteMemory(addr uint64, from []byte) (there bool, errno linux.Errno) {
	p.withMemory(func(m *kernel.Memory) {
		there, errno = true, m.Space.Write(addr, from)
		if errno != 0 && m.Space.Private(addr) {
			errno = m.Space.Poke(addr, from)
		}
		if errno == 0 {
			m.Space.CodeWritten(addr, uint64(len(from)))
		}
	})
	return there, errno
}

// Timers implements procfs.Task.
func (p procTask) Timers() (out []procfs.Timer) {
	for _, t := range p.t.Group.Timers() {
		e := &t.Event
		target := p.PID()
		if e.Notify == linux.SIGEV_THREAD_ID {
			target = int(e.Tid)
		}
		out = append(out, procfs.Timer{ID: t.ID, Signal: e.Signo, Value: e.Value, Notify: e.Notify, Target: target, Clock: t.Clock})
	}
	return out
}

func (p procTask) Limits() []linux.Rlimit {
	l := p.t.Group.Limits()
	return l[:]
}
