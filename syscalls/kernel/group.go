package kernel

import (
	"sync"
	"sync/atomic"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// ThreadGroup is a process (signal_struct): what the tasks that were cloned with CLONE_THREAD share.
type ThreadGroup struct {
	Kernel *Kernel
	PID    int
	Leader *Task
	Start  int64 // monotonic, when the process was made

	job atomic.Pointer[processGroup] // replaced with the lock of Kernel.jobs held
	// Guarded by the lock of Kernel.jobs.
	tty    *TTY // the controlling terminal, nil without
	hungUp int  // the foreground process group of a leader's session when its terminal was hung up
	first  bool // the first program, which whoever runs muslrun can continue (Config.Stopped)

	mu       sync.Mutex
	tasks    []*Task
	limits   Limits
	parent   *ThreadGroup // nil for the children of init
	creator  *Task        // the parent's task whose death PR_SET_PDEATHSIG tells of
	children []*ThreadGroup
	pending  pendingSignals
	exiting  bool
	status   ExitStatus
	dead     bool // a zombie: all tasks have ended
	stop     stopState
	deadUser int64 // processor time of tasks that have ended
	deadSys  int64
	uid      uint32 // real user id, as its parent is told
	// exitSignal is what the parent gets when the process ends.
	exitSignal linux.Signal
	exited     fs.Queue // told when dead
	// processor time of waited-for children
	childUser, childSys int64
	execed              bool          // has called execve since it was made
	done                chan struct{} // closed when dead

	timers    timerTable
	signalled fs.Queue // told when a signal becomes pending (signalfd)

	intervals intervalTimers
	fileSize  atomic.Uint64 // RLIMIT_FSIZE

	// ChildEvents is told when a child changes state (wait4).
	ChildEvents fs.Queue
	nice        int
	subreap     bool
	undumpable  int // 1 less PR_GET_DUMPABLE
	// OOMScoreAdj is kept for /proc/PID/oom_score_adj.
	OOMScoreAdj atomic.Int32
}

// ExitStatus is how a process ended.
type ExitStatus struct {
	Code   int          // exit(2)'s argument, 0 to 255
	Signal linux.Signal // that killed it, 0 if none
}

// Wait encodes the status as wait4(2) reports it. No core is ever dumped, so none is announced.
func (s ExitStatus) Wait() uint32 {
	if s.Signal != 0 {
		return uint32(s.Signal)
	}
	return uint32(s.Code) << 8
}

// Tasks is the live tasks in the order in which they were made.
func (g *ThreadGroup) Tasks() []*Task {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]*Task(nil), g.tasks...)
}

// PPID is the parent's id; 1 for orphans and for the first program.
func (g *ThreadGroup) PPID() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.parent == nil {
		return 1
	}
	return g.parent.PID
}

// CPUTime is the processor time of all tasks, dead ones included, in nanoseconds.
func (g *ThreadGroup) CPUTime() (user, system int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	user, system = g.deadUser, g.deadSys
	for _, t := range g.tasks {
		u, s := t.CPUTime()
		user, system = user+u, system+s
	}
	return user, system
}

// Nice is the nice value (getpriority(2)).
func (g *ThreadGroup) Nice() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.nice
}

// SetNice changes the nice value, cut to [-20, 19].
func (g *ThreadGroup) SetNice(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.nice = min(max(n, -20), 19)
}

// Dumpable is prctl's PR_GET_DUMPABLE: 1 unless SetDumpable said otherwise.
func (g *ThreadGroup) Dumpable() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return 1 - g.undumpable
}

// SetDumpable is PR_SET_DUMPABLE: 0 or 1.
func (g *ThreadGroup) SetDumpable(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.undumpable = 1 - n
}

// Limits is a copy of the resource limits.
func (g *ThreadGroup) Limits() Limits {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.limits
}

// Dead reports whether the process is a zombie.
func (g *ThreadGroup) Dead() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.dead
}

// Done is closed when the last task has ended; Status is final then.
func (g *ThreadGroup) Done() <-chan struct{} { return g.done }

// Status is how the process ended.
func (g *ThreadGroup) Status() ExitStatus {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.status
}

// UID is the real user id of the process's first task; 0 once it is a zombie.
func (g *ThreadGroup) UID() uint32 {
	tasks := g.Tasks()
	if len(tasks) == 0 {
		return 0
	}
	return tasks[0].Caller.Cred.UID
}

// ChildrenTime is the processor time of waited-for children, in nanoseconds.
func (g *ThreadGroup) ChildrenTime() (user, system int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.childUser, g.childSys
}
