package kernel

import (
	"sync"
	"sync/atomic"

	"muslrun/arch"
	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/fs"
	"muslrun/syscalls/ipc"
	"muslrun/syscalls/mm"
	"muslrun/syscalls/turns"
)

// Task is a thread (task_struct). Its fields belong to its own goroutine unless they say otherwise.
type Task struct {
	Kernel *Kernel
	Group  *ThreadGroup
	TID    int
	Caller fs.Caller // who file systems see; Caller.Cred is replaced, never changed

	ABI    *arch.ABI
	CPU    emu.CPU
	Memory *Memory
	Files  *Files
	FS     *fs.Context
	sig    *Sighand

	// ClearChildTID is zeroed and woken as a futex when the task ends (set_tid_address).
	ClearChildTID uint64
	// RobustList is the head of the list of robust futexes (set_robust_list), RobustListLen its size as given.
	RobustList, RobustListLen uint64
	// TLS is the thread pointer of ABIs whose kernel keeps it (m68k).
	TLS uint64
	// Personality is that of personality(2).
	Personality uint32

	// IOPriority is that of ioprio_set(2); 0 if it was not set. Any goroutine may ask.
	IOPriority atomic.Uint32

	// NoNewPrivs and DeathSignal are prctl's PR_SET_NO_NEW_PRIVS and PR_SET_PDEATHSIG.
	NoNewPrivs  bool
	DeathSignal atomic.Int32 // a linux.Signal; any goroutine may ask

	// timerSlack and defaultSlack are prctl's PR_SET_TIMERSLACK, less the kernel's default, in nanoseconds. Nothing here
	// waits longer than it must, so they are only told.
	timerSlack, defaultSlack atomic.Int64

	sched Scheduling // guarded by sigmu

	comm atomic.Pointer[string]

	sigmu     sync.Mutex // guards mask, pending and Sighand; taken after Group.mu
	mask      linux.SigSet
	savedMask *linux.SigSet // to be restored after a handler (sigsuspend)
	pending   pendingSignals
	AltStack  linux.SigaltStack
	delivery  delivery
	fault     *arch.Fault // the last one that this task's own instructions caused
	deliver   atomic.Bool // a signal may be deliverable: look
	killed    atomic.Bool // the group is exiting: leave at once
	wake      chan struct{}
	turn      *turns.Turn // nil but in deterministic mode; Wake and pause use it instead of wake
	blocked   atomic.Bool // in Block
	sleeps    atomic.Uint64
	// An interrupted call: its restart code, the length of its trap, and what restart_syscall does.
	restartCode linux.Errno
	restartTrap uint64
	Restart     func() (uint64, linux.Errno)
	cpu         cpuMeter

	// vfork is released when the task lets go of its parent's memory.
	vfork *vforkWait

	semUndo *ipc.UndoList // nil until SemUndo; shared with CLONE_SYSVSEM

	// Scratch belongs to the Calls: what it wants to keep between calls of one task.
	Scratch any

	words   Words // of the present call
	result2 struct {
		value uint64
		set   bool
	}
	view  [1][]byte // for single-buffer reads and writes
	views [][]byte  // for vectors
}

// Name is the task's name (prctl PR_SET_NAME, /proc/PID/comm), at most 15 bytes. Any goroutine may ask.
func (t *Task) Name() string { return *t.comm.Load() }

// SetName changes the task's name; it is cut at 15 bytes.
func (t *Task) SetName(name string) {
	name = name[:min(len(name), 15)]
	t.comm.Store(&name)
}

// firstSlack is the timer slack of the first program, in nanoseconds (init_task of Linux).
const firstSlack = 50_000

// TimerSlack is the timer slack in nanoseconds. Any goroutine may ask.
func (t *Task) TimerSlack() uint64 { return uint64(t.timerSlack.Load()) + firstSlack }

// SetTimerSlack changes the timer slack; 0 makes it what it was when the task began.
func (t *Task) SetTimerSlack(ns uint64) {
	if ns == 0 {
		t.timerSlack.Store(t.defaultSlack.Load())
		return
	}
	t.timerSlack.Store(int64(ns - firstSlack))
}

// inheritSlack gives a child its parent's slack, which is its default too.
func (t *Task) inheritSlack(parent *Task) {
	t.timerSlack.Store(parent.timerSlack.Load())
	t.defaultSlack.Store(parent.timerSlack.Load())
}

// Space is the task's address space.
func (t *Task) Space() *mm.Space { return t.Memory.Space }

// SetResult2 gives the second result of a call that has two (pipe on mips and sh).
func (t *Task) SetResult2(v uint64) {
	t.result2.value, t.result2.set = v, true
}

// View is one buffer of guest memory as a list, for file operations; it is valid until the next call of View or Views. It
// is as long as the guest may access from the start. EFAULT if that is nothing although n is not 0.
func (t *Task) View(addr, n uint64, access emu.Access) ([][]byte, linux.Errno) {
	t.view[0] = t.Memory.Space.View(addr, n, access)
	if n != 0 && len(t.view[0]) == 0 {
		return nil, linux.EFAULT
	}
	return t.view[:], 0
}

// Views is View for a vector: it ends at the first byte that cannot be accessed.
func (t *Task) Views(vec []linux.Iovec, access emu.Access) ([][]byte, linux.Errno) {
	t.views = t.views[:0]
	var want, got uint64
	for _, v := range vec {
		if v.Len == 0 {
			continue
		}
		b := t.Memory.Space.View(v.Base, v.Len, access)
		want, got = want+v.Len, got+uint64(len(b))
		if len(b) > 0 {
			t.views = append(t.views, b)
		}
		if want != got {
			break
		}
	}
	if want != 0 && got == 0 {
		return nil, linux.EFAULT
	}
	return t.views, 0
}

// CatchFault is deferred around handlers: a fault on guest memory that went away meanwhile becomes EFAULT.
func CatchFault(errno *linux.Errno) { mm.Recovered(recover(), errno) }
