package kernel

import (
	"sync/atomic"

	"muslrun/arch"
	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/fs"
	"muslrun/syscalls/mm"
)

// namespaceFlags ask for what an unprivileged process may not have.
const namespaceFlags = linux.CLONE_NEWNS | linux.CLONE_NEWCGROUP | linux.CLONE_NEWUTS | linux.CLONE_NEWIPC |
	linux.CLONE_NEWUSER | linux.CLONE_NEWPID | linux.CLONE_NEWNET | linux.CLONE_NEWTIME

// Clone makes a task like t (clone(2), fork(2), vfork(2)) and returns its id. The child goes on after the same system call
// with result 0. With CLONE_VFORK it returns when the child has ended or called execve.
func (t *Task) Clone(a *linux.CloneArgs) (int, linux.Errno) {
	if errno := checkClone(t, a); errno != 0 {
		return 0, errno
	}
	seen := t.Kernel.jobs.signals.Load()
	child := &Task{
		Kernel: t.Kernel, Caller: t.Caller, ABI: t.ABI, TLS: t.TLS, Personality: t.Personality,
		NoNewPrivs: t.NoNewPrivs, mask: t.Mask(), wake: make(chan struct{}, 1),
	}
	child.SetName(t.Name())
	if errno := child.copyMemory(t, a); errno != 0 {
		return 0, errno
	}
	if errno := child.enterClone(t, a); errno != 0 {
		child.discard()
		return 0, errno
	}
	child.shareRest(t, a.Flags)
	child.Group = t.childGroup(a)
	fd, errno := t.clonePidfd(child.Group, a)
	if errno == 0 {
		errno = child.join(t, int(a.SetTid), seen)
	}
	if errno != 0 {
		t.closeFD(fd)
		child.discard()
		return 0, errno
	}
	tid := child.TID
	t.announce(child, a)
	if child.Group != t.Group {
		child.Group.watchCPU()
	}
	var wait *vforkWait
	if a.Flags&linux.CLONE_VFORK != 0 {
		wait = &vforkWait{parent: t}
		child.vfork = wait
	}
	t.Kernel.launch(child)
	if wait != nil {
		t.awaitVfork(wait)
	}
	return tid, 0
}

// checkClone refuses what makes no sense (copy_process).
func checkClone(t *Task, a *linux.CloneArgs) linux.Errno {
	has := func(flag uint64) bool { return a.Flags&flag != 0 }
	switch {
	case has(linux.CLONE_NEWNS) && has(linux.CLONE_FS),
		has(linux.CLONE_THREAD) && !has(linux.CLONE_SIGHAND),
		has(linux.CLONE_SIGHAND) && !has(linux.CLONE_VM),
		has(linux.CLONE_SIGHAND) && has(linux.CLONE_CLEAR_SIGHAND),
		has(linux.CLONE_NEWUSER) && has(linux.CLONE_FS),
		has(linux.CLONE_THREAD) && has(linux.CLONE_NEWUSER|linux.CLONE_NEWPID),
		has(linux.CLONE_PIDFD) && has(linux.CLONE_DETACHED):
		return linux.EINVAL
	case has(namespaceFlags) && !has(linux.CLONE_NEWUSER) && !t.Capable(linux.CAP_SYS_ADMIN),
		has(namespaceFlags):
		return linux.EPERM
	}
	return t.Kernel.mayAdd(t)
}

// mayAdd applies RLIMIT_NPROC.
func (k *Kernel) mayAdd(t *Task) linux.Errno {
	limit := t.Limit(linux.RLIMIT_NPROC).Cur
	if limit == unlimited || t.Capable(linux.CAP_SYS_RESOURCE) || t.Capable(linux.CAP_SYS_ADMIN) {
		return 0
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	var n uint64
	for _, other := range k.tasks {
		if other.Caller.Cred.UID == t.Caller.Cred.UID {
			n++
		}
	}
	if n >= limit {
		return linux.EAGAIN
	}
	return 0
}

// copyMemory gives the child t's memory, or a copy, and a CPU with t's registers.
func (t *Task) copyMemory(parent *Task, a *linux.CloneArgs) linux.Errno {
	if a.Flags&linux.CLONE_VM != 0 {
		t.Memory = parent.Memory.ref()
	} else {
		memory, errno := parent.Memory.fork(parent)
		if errno != 0 {
			return errno
		}
		t.Memory = memory
	}
	cpu, err := t.Memory.Machine.NewCPU()
	if err != nil {
		t.Memory.unref()
		return linux.ENOMEM
	}
	t.CPU = cpu
	copyRegisters(cpu, parent.CPU, t.ABI.ISA.Regs)
	return 0
}

// copyRegisters makes one CPU's state another's.
func copyRegisters(to, from emu.CPU, file *arch.RegisterFile) {
	for i := range file.Info {
		copyRegister(to, from, arch.Reg(i), file.Info[i].Bits)
	}
	for _, r := range file.Reload {
		to.SetReg(r, from.Reg(r))
	}
}

func copyRegister(to, from emu.CPU, r arch.Reg, bits int) {
	if bits <= 64 {
		to.SetReg(r, from.Reg(r))
		return
	}
	var buf [64]byte
	if b := buf[:bits/8]; from.RegBytes(r, b) {
		to.SetRegBytes(r, b)
	}
}

// fork makes a copy of memory with a machine of its own.
func (m *Memory) fork(t *Task) (*Memory, linux.Errno) {
	engine, err := t.Kernel.Engine(t.ABI)
	if err != nil {
		return nil, linux.ENOMEM
	}
	room := emu.Room{Want: m.Space.Window().Size(), Least: m.Space.LeastWindow()}
	vm, err := t.Kernel.vms.Take(engine, t.ABI, room, m.vm.Tenant())
	if err != nil {
		return nil, linux.ENOMEM
	}
	m.mu.Lock() // nobody borrows the memory meanwhile
	defer m.mu.Unlock()
	space, errno := m.Space.Fork(vm.Window, m.refs == 1)
	if errno != 0 {
		t.Kernel.vms.Leave(vm)
		return nil, errno
	}
	c := newMemory(t.Kernel, space, vm, m.memoryLayout)
	c.Membarrier.Store(m.Membarrier.Load())
	return c, 0
}

// enterClone sets the registers with which the child comes back.
func (t *Task) enterClone(parent *Task, a *linux.CloneArgs) linux.Errno {
	regs := t.ABI.ISA.Regs
	if a.Stack != 0 {
		t.CPU.SetReg(regs.SP, a.Stack+a.StackSize)
	}
	t.setResult(0, 0)
	if a.Flags&linux.CLONE_SETTLS == 0 {
		return 0
	}
	return t.setThreadPointer(parent, a.TLS)
}

// setThreadPointer does CLONE_SETTLS: tls is the pointer itself, or the address of a segment description.
func (t *Task) setThreadPointer(parent *Task, tls uint64) linux.Errno {
	switch {
	case t.ABI.ThreadArea != nil:
		return t.setThreadArea(parent.Memory.Space, tls)
	case t.ABI.SetTLS != nil:
		t.ABI.SetTLS(t.CPU, tls)
	default:
		t.TLS = tls
	}
	return 0
}

// setThreadArea reads a segment description and does what set_thread_area(2) does.
func (t *Task) setThreadArea(space *mm.Space, at uint64) linux.Errno {
	var d linux.UserDesc
	if errno := mm.Load(space, t.ABI.Structs.UserDesc, at, &d); errno != 0 {
		return errno
	}
	return t.ABI.ThreadArea(t.CPU, &d)
}

// shareRest gives the child t's files, directories and signal actions, or copies.
func (t *Task) shareRest(parent *Task, flags uint64) {
	t.Files, t.FS, t.sig = parent.Files, parent.FS, parent.sig
	if flags&linux.CLONE_FILES == 0 {
		t.Files = parent.Files.Clone()
	}
	t.Files.ref()
	if flags&linux.CLONE_FS == 0 {
		t.FS = parent.FS.Clone()
	}
	if flags&linux.CLONE_SYSVSEM != 0 {
		t.semUndo = parent.SemUndo().Share()
	}
	switch flags & (linux.CLONE_SIGHAND | linux.CLONE_THREAD) {
	case linux.CLONE_SIGHAND:
		t.sig.shared.Store(true)
	case 0:
		t.sig = parent.sig.clone()
	}
	if flags&linux.CLONE_CLEAR_SIGHAND != 0 {
		t.sig.reset()
	}
	t.inheritScheduling(parent)
	t.inheritSlack(parent)
	t.AltStack = parent.AltStack
	if flags&(linux.CLONE_VM|linux.CLONE_VFORK) == linux.CLONE_VM {
		t.AltStack = linux.SigaltStack{Flags: linux.SS_DISABLE}
	}
}

func (s *Sighand) clone() *Sighand {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &Sighand{actions: s.actions}
}

// childGroup is the process of a new child: t's own, or a new one.
func (t *Task) childGroup(a *linux.CloneArgs) *ThreadGroup {
	p := t.Group
	if a.Flags&linux.CLONE_THREAD != 0 {
		return p
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	g := &ThreadGroup{
		Kernel: p.Kernel, Start: p.Kernel.Clock.Monotonic(), limits: p.limits, parent: p,
		nice: p.nice, undumpable: p.undumpable, exitSignal: linux.Signal(a.ExitSignal), creator: t, done: make(chan struct{}),
	}
	if a.Flags&linux.CLONE_PARENT != 0 {
		g.parent, g.exitSignal, g.creator = p.parent, p.exitSignal, p.creator
	}
	g.OOMScoreAdj.Store(p.OOMScoreAdj.Load())
	g.fileSize.Store(p.fileSize.Load())
	return g
}

// clonePidfd gives t the descriptor that CLONE_PIDFD asks for; -1 without. It is closed if the child cannot be.
func (t *Task) clonePidfd(g *ThreadGroup, a *linux.CloneArgs) (int32, linux.Errno) {
	if a.Flags&linux.CLONE_PIDFD == 0 {
		return -1, 0
	}
	fd, errno := t.OpenPidfd(g, 0)
	if errno == 0 {
		errno = t.Memory.Space.SetWord(a.Pidfd, 4, uint64(fd))
	}
	return fd, errno
}

// closeFD closes a descriptor that the kernel has opened in vain; -1 is none.
func (t *Task) closeFD(fd int32) {
	if f := t.Files.Remove(fd); f != nil {
		t.CloseFile(f)
	}
}

// join makes the child part of its process, and gives it an id: tid, if that is not 0.
//
// seen is how many signals to process groups there were before.
func (t *Task) join(parent *Task, tid int, seen uint64) linux.Errno {
	t.TID = tid
	g := t.Group
	if g == parent.Group {
		return t.Kernel.register(t)
	}
	if errno := t.Kernel.joinJob(t, parent, seen); errno != 0 {
		return errno
	}
	if g.parent != nil {
		g.parent.mu.Lock()
		g.parent.children = append(g.parent.children, g)
		g.parent.mu.Unlock()
	}
	return 0
}

// announce writes the child's id where the flags say. Who gives a bad address never learns of it, as on Linux.
func (t *Task) announce(child *Task, a *linux.CloneArgs) {
	tid := uint64(child.TID)
	if a.Flags&linux.CLONE_PARENT_SETTID != 0 {
		_ = t.Memory.Space.SetWord(a.ParentTid, 4, tid)
	}
	if a.Flags&linux.CLONE_CHILD_SETTID != 0 {
		_ = child.Memory.Space.SetWord(a.ChildTid, 4, tid)
	}
	if a.Flags&linux.CLONE_CHILD_CLEARTID != 0 {
		child.ClearChildTID = a.ChildTid
	}
}

// discard undoes copyMemory and shareRest of a child that never ran.
func (t *Task) discard() {
	t.ReleaseSemUndo()
	t.closeCPU().unref()
	if t.Files != nil && t.Files.unref() {
		for _, f := range t.Files.takeAll() {
			t.CloseFile(f)
		}
	}
}

// vforkWait is a task's wait for its vfork child.
type vforkWait struct {
	parent   *Task
	released atomic.Bool
}

// awaitVfork waits until the child lets go of the memory. Only death ends it before.
func (t *Task) awaitVfork(w *vforkWait) {
	t.rest()
	defer t.resume()
	for !w.released.Load() && !t.killed.Load() {
		t.pause()
	}
}

// releaseVfork lets the parent of a vfork go on.
func (t *Task) releaseVfork() {
	if w := t.vfork; w != nil {
		t.vfork = nil
		w.released.Store(true)
		w.parent.Wake()
	}
}

var _ fs.FileOps = (*pidfd)(nil)
