package kernel

import (
	"io"
	"sync"
	"sync/atomic"

	"muslrun/arch"
	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/fs"
	"muslrun/syscalls/futex"
	"muslrun/syscalls/ipc"
	"muslrun/syscalls/mm"
	"muslrun/syscalls/turns"
)

// Calls answers system calls. Package syscalls implements it, so that this package knows none of them.
type Calls interface {
	// Call runs the call with the guest's number and argument words, and returns its value or error. Restart codes are
	// for the task loop.
	Call(t *Task, number uint64, words *Words) (uint64, linux.Errno)
}

// Words are the argument words of a system call as the guest's registers and stack hold them.
type Words [7]uint64

// Config is what a Kernel is made from.
type Config struct {
	Calls     Calls
	Engine    func(*arch.ABI) (emu.Engine, error) // chooses the engine for an ABI
	Clock     Clock
	Turns     *turns.Turns // runs one task at a time, by Clock then; nil lets the host schedule
	Random    io.Reader    // /dev/urandom, AT_RANDOM
	Anonymous Anonymous    // makes pipes and the like
	Network   Network      // makes sockets; nil if there are none
	AnonFS    *fs.AnonFS   // names eventfds and the like
	Namespace *fs.Namespace
	Hostname  string
	// Provide is asked for a missing program or dynamic linker, and reports whether it has put it there. abi is that of the
	// program that asks, nil at first.
	Provide     func(path string, abi *arch.ABI) bool
	MemoryLimit uint64 // bytes that all guests together may make their own
	TaskLimit   int    // tasks alive at one time
	CPUs        int    // that sched_getaffinity and /proc tell of
	// CPUTime is the processor time that muslrun has used, in nanoseconds; nil if nobody knows.
	CPUTime func() int64
	// Report prints a line for the person who runs muslrun.
	Report func(line string)
	// Disassemble writes the instruction at the start of code, which lies at pc, and tells its size in bytes. It may be nil.
	Disassemble func(isa *arch.ISA, code []byte, pc uint64) (text string, size int)
	// Stopped is told when a signal has stopped the first program, which is then to be continued by SIGCONT. Without it
	// nobody could do that, and what is typed at a terminal does not stop it.
	Stopped func(sig linux.Signal)
}

// FirstPID is the id of the first program. Process 1 is the kernel's own init, which adopts orphans.
const FirstPID = 2

// Kernel is one running Linux.
type Kernel struct {
	Config
	Memory  *Account
	BootID  [16]byte
	Futexes *futex.Table
	IPC     *ipc.Namespace
	MaxPIDs int
	// Inotifies counts the instances of inotify(7).
	Inotifies atomic.Int32

	jobs jobTable
	vms  emu.Pool
	load *loadMeter

	caller fs.Caller // the kernel itself: root with every capability

	mu                   sync.Mutex
	tasks                map[int]*Task
	groups               map[int]*ThreadGroup
	nextPID              int
	hostname             string
	domain               string
	running              sync.WaitGroup // task goroutines
	total                uint64         // tasks ever made
	goneUser, goneSystem int64          // processor time of processes that are no more
	goneSeeming          int64          // see cpuMeter, of tasks that are no more
	failure              error
	reserved             map[int]int // ids of process groups and sessions, how often each is used
}

// New makes a kernel with no task.
func New(cfg Config) (*Kernel, error) {
	k := &Kernel{
		Config: cfg, Memory: NewAccount(cfg.MemoryLimit), Futexes: futex.New(), MaxPIDs: 32768,
		tasks: map[int]*Task{}, groups: map[int]*ThreadGroup{}, reserved: map[int]int{}, nextPID: FirstPID,
		hostname: cfg.Hostname, domain: "(none)",
	}
	k.load = newLoadMeter(cfg.CPUTime)
	k.jobs.groups = map[int]*processGroup{}
	k.caller = fs.Caller{Cred: RootCredentials(), Now: k.Now, FileSizeLimit: unlimited}
	k.IPC = ipc.New(k.Memory)
	if _, err := io.ReadFull(cfg.Random, k.BootID[:]); err != nil {
		return nil, err
	}
	return k, nil
}

// Caller is the kernel itself as file systems see it: root with every capability.
func (k *Kernel) Caller() *fs.Caller { return &k.caller }

// NodeName is the host name that uname(2) tells (sethostname), DomainName the NIS domain.
func (k *Kernel) NodeName() string { return k.locked(&k.hostname) }

// DomainName is the NIS domain name.
func (k *Kernel) DomainName() string { return k.locked(&k.domain) }

// SetNodeName changes the host name.
func (k *Kernel) SetNodeName(name string) { k.set(&k.hostname, name) }

// SetDomainName changes the NIS domain name.
func (k *Kernel) SetDomainName(name string) { k.set(&k.domain, name) }

func (k *Kernel) locked(s *string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return *s
}

func (k *Kernel) set(s *string, v string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	*s = v
}

// allocPID takes the next free id. The kernel is locked.
func (k *Kernel) allocPID() (int, linux.Errno) {
	for range k.MaxPIDs {
		pid := k.nextPID
		if k.nextPID++; k.nextPID >= k.MaxPIDs {
			k.nextPID = FirstPID
		}
		if k.mayHave(pid) == 0 {
			return pid, 0
		}
	}
	return 0, linux.EAGAIN
}

// mayHave says EEXIST if an id is in use. The kernel is locked.
func (k *Kernel) mayHave(pid int) linux.Errno {
	if pid == 1 || k.tasks[pid] != nil || k.groups[pid] != nil || k.reserved[pid] != 0 {
		return linux.EEXIST
	}
	return 0
}

// Task finds a live task by its id; nil if there is none.
func (k *Kernel) Task(tid int) *Task {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.tasks[tid]
}

// Group finds a process by its id, zombies included; nil if there is none.
func (k *Kernel) Group(pid int) *ThreadGroup {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.groups[pid]
}

// Groups is all processes in ascending order of id.
func (k *Kernel) Groups() []*ThreadGroup {
	k.mu.Lock()
	defer k.mu.Unlock()
	out := make([]*ThreadGroup, 0, len(k.groups))
	for _, pid := range sortedKeys(k.groups) {
		out = append(out, k.groups[pid])
	}
	return out
}

// TaskCount is the number of live tasks, TasksEver that of all there have been.
func (k *Kernel) TaskCount() (live int, ever uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.tasks), k.total
}

// CPUTime is the processor time of all tasks ever, in nanoseconds.
func (k *Kernel) CPUTime() (user, system int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	user, system = k.goneUser, k.goneSystem
	for _, g := range k.groups {
		u, s := g.CPUTime()
		user, system = user+u, system+s
	}
	return user, system
}

// Runnable is the number of tasks that run or could.
func (k *Kernel) Runnable() (n int) {
	for _, g := range k.Groups() {
		for _, t := range g.Tasks() {
			if t.State() == 'R' {
				n++
			}
		}
	}
	return n
}

// LastPID is the id that was given last.
func (k *Kernel) LastPID() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.nextPID - 1
}

// Now is the wall clock as files are stamped with it.
func (k *Kernel) Now() linux.Timespec { return Timespec(k.Clock.Realtime()) }

// Memory is an address space with the engine that runs in it (mm_struct), shared by tasks that were cloned with CLONE_VM.
type Memory struct {
	Space   *mm.Space
	Machine emu.Machine
	Engine  string

	kernel *Kernel
	vm     *emu.VM

	// Membarrier is the commands that membarrier(2) has registered.
	Membarrier atomic.Uint32

	mu   sync.Mutex
	refs int
	memoryLayout
	allowWrite func() // ends what keeps Exe from being written (ETXTBSY)
}

// newMemory is a Space in a VM of the kernel's, with one user.
func newMemory(k *Kernel, space *mm.Space, vm *emu.VM, layout memoryLayout) *Memory {
	space.SetMachine(vm.Machine)
	m := &Memory{Space: space, Machine: vm.Machine, Engine: vm.Engine(), kernel: k, vm: vm, refs: 1, memoryLayout: layout}
	if !m.Exe.IsZero() {
		m.allowWrite, _ = m.Exe.DenyWrite() // somebody else has it still denied: the loader, or the parent
	}
	return m
}

// memoryLayout is where the loader has put things; fork copies it.
type memoryLayout struct {
	Exe fs.Path // what /proc/PID/exe leads to
	// Where the arguments and the environment lie, and the auxiliary vector (/proc/PID/cmdline, environ, auxv).
	ArgStart, ArgEnd, EnvStart, EnvEnd uint64
	StackStart                         uint64
	CodeStart, CodeEnd                 uint64
	DataStart, DataEnd                 uint64
	Auxv                               []byte
	Trampoline                         uint64 // code that calls sigreturn (arch.Frames); 0 without
}

// ref adds a user.
func (m *Memory) ref() *Memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refs++
	return m
}

// unref drops a user; the last one frees the memory. The user's CPU is closed already.
func (m *Memory) unref() {
	m.mu.Lock()
	m.refs--
	last := m.refs == 0
	m.mu.Unlock()
	if last {
		if m.allowWrite != nil {
			m.allowWrite()
		}
		m.Space.SetMachine(nil)
		_ = m.Space.Close()
		m.kernel.vms.Leave(m.vm)
	}
}
