package kernel

import (
	"path"
	"slices"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/loader"
)

// Spec is the first program of a guest.
type Spec struct {
	Path   string // in the guest
	Args   []string
	Env    []string
	FS     *fs.Context
	Cred   *fs.Credentials
	Limits Limits
	Files  []*fs.File // become descriptors 0, 1, 2 ...; nil leaves one closed
	TTY    *TTY       // the controlling terminal, nil for none
}

// Start runs a program as a process of its own, leader of a new session. The error, if it is the program's fault, is a
// *loader.Error.
func (k *Kernel) Start(s *Spec) (*ThreadGroup, error) {
	if s.Path == "" {
		return nil, errNoProgram
	}
	caller := fs.Caller{Cred: s.Cred, Now: k.Now, FileSizeLimit: s.Limits[linux.RLIMIT_FSIZE].Cur}
	r := execRequest{kernel: k, caller: caller, fs: s.FS, limits: &s.Limits, path: s.Path, args: s.Args, env: s.Env}
	img, err := r.load()
	if err != nil {
		return nil, err
	}
	g := &ThreadGroup{Kernel: k, Start: k.Clock.Monotonic(), limits: s.Limits, done: make(chan struct{})}
	t := &Task{Kernel: k, Group: g, Caller: caller, FS: s.FS, Files: newFiles(s.Files).ref(), sig: &Sighand{},
		wake: make(chan struct{}, 1)}
	t.adopt(img, s.Path)
	if errno := k.beginSession(t, s.TTY); errno != 0 {
		return nil, errno
	}
	k.launch(t)
	return g, nil
}

// newFiles is a table with the given files.
func newFiles(files []*fs.File) *Files {
	t := &Files{}
	for _, f := range files {
		t.slots = append(t.slots, slot{file: f})
	}
	return t
}

// register gives a task its id, and a new process its own. If t.TID is set already, it is to be that one.
func (k *Kernel) register(t *Task) linux.Errno {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.TaskLimit > 0 && len(k.tasks) >= k.TaskLimit {
		return linux.EAGAIN
	}
	tid, errno := t.TID, k.mayHave(t.TID)
	if tid == 0 {
		tid, errno = k.allocPID()
	}
	if errno != 0 {
		return errno
	}
	t.TID = tid
	k.tasks[tid] = t
	k.total++
	if g := t.Group; g.Leader == nil {
		g.PID, g.Leader = tid, t
		k.groups[tid] = g
	}
	t.Caller.TID, t.Caller.PID, t.Caller.Task = tid, t.Group.PID, t
	t.Group.mu.Lock()
	defer t.Group.mu.Unlock()
	t.Group.tasks = append(t.Group.tasks, t)
	return 0
}

// launch starts a registered task's goroutine.
func (k *Kernel) launch(t *Task) {
	k.running.Add(1)
	if k.Turns != nil {
		t.turn = k.Turns.Add()
	}
	go t.run()
}

// Wait returns when every task has ended, and frees what was kept for further ones.
func (k *Kernel) Wait() {
	k.running.Wait()
	k.vms.Close()
}

// adopt makes an image the task's own.
func (t *Task) adopt(img *image, name string) {
	t.sigmu.Lock()
	t.CPU, t.Memory, t.ABI = img.cpu, img.memory, img.abi
	t.sigmu.Unlock()
	if img.secure {
		t.DeathSignal.Store(0)
	}
	t.Caller.Cred = img.cred
	t.SetName(path.Base(name))
	t.ClearChildTID, t.RobustList, t.TLS = 0, 0, 0
	t.AltStack = linux.SigaltStack{Flags: linux.SS_DISABLE}
	t.Group.applyLimits()
	t.Group.mu.Lock()
	defer t.Group.mu.Unlock()
	t.Group.execed = true
	t.Group.exitSignal = linux.SIGCHLD
	t.Group.undumpable = 0
	if img.secure {
		t.Group.undumpable = 1 // fs.suid_dumpable is 0
	}
}

// ExecSpec is the program that execve(2) and execveat(2) ask for.
type ExecSpec struct {
	Path      string
	File      *fs.File // executed instead of what Path leads to, by which it is still called; nil for none
	Vanishes  bool     // Path will lead nowhere once the program runs, so that File can be no script
	Args, Env []string
}

// Exec replaces the task's program (execve(2)). It returns NoResult when that was done: the registers are the new
// program's.
func (t *Task) Exec(s *ExecSpec) linux.Errno {
	limits := t.Group.Limits()
	r := execRequest{kernel: t.Kernel, abi: t.ABI, caller: t.Caller, fs: t.FS, limits: &limits, path: s.Path, file: s.File,
		vanishes: s.Vanishes, args: slices.Clone(s.Args), env: s.Env, noNewPrivs: t.NoNewPrivs}
	img, err := r.load()
	if err != nil {
		return loader.Errno(err)
	}
	t.beOnlyThread()
	t.Group.deleteTimers()
	cpu, memory := t.CPU, t.Memory
	t.releaseRobustList()
	t.clearChildTID()
	t.adopt(img, s.Path)
	cpu.Close()
	memory.unref()
	t.releaseVfork()
	t.unshareActions()
	t.sig.reset()
	t.UnshareFiles()
	for _, f := range t.Files.takeCloexec() {
		t.CloseFile(f)
	}
	return NoResult
}

// beOnlyThread ends the other tasks of the process (de_thread). If t is not the leader, it takes the leader's id.
func (t *Task) beOnlyThread() {
	g := t.Group
	for _, other := range g.Tasks() {
		if other != t {
			other.kill()
		}
	}
	for len(g.Tasks()) > 1 && !g.isExiting() {
		t.pause() // leave wakes the last one
	}
	if t.TID != g.PID {
		t.Kernel.takeID(t)
	}
}

// takeID gives a task its process's id.
func (k *Kernel) takeID(t *Task) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.tasks, t.TID)
	t.TID = t.Group.PID
	t.Caller.TID = t.TID
	t.Group.Leader = t
	k.tasks[t.TID] = t
}

func (g *ThreadGroup) isExiting() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.exiting
}

// unshareActions leaves the signal actions to other processes that share them (CLONE_SIGHAND without CLONE_THREAD).
func (t *Task) unshareActions() {
	if !t.sig.shared.Load() {
		return
	}
	own := t.sig.clone()
	t.sigmu.Lock()
	defer t.sigmu.Unlock()
	t.sig = own
}

// reset puts caught signals back to their default (execve).
func (s *Sighand) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.actions {
		if s.actions[i].Handler != linux.SIG_IGN {
			s.actions[i] = linux.Sigaction{}
		}
	}
}
