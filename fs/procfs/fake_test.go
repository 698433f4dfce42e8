package procfs

import (
	"slices"
	"time"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// fakeKernel has a few tasks.
type fakeKernel struct {
	tasks    map[int]*fakeTask
	hostname string
	net      Net
}

// fakeTask is comparable by its address, as Task wants.
type fakeTask struct {
	pid, tid int
	gone     bool
	status   Status
	memory   *Memory
	root     fs.Path
	exe      fs.Path
	files    map[int]*fs.File
	maps     []Mapping
	mounts   []fs.MountInfo
	limits   []linux.Rlimit
}

func (k *fakeKernel) PIDs() (out []int) {
	for _, t := range k.tasks {
		if t.pid == t.tid {
			out = append(out, t.pid)
		}
	}
	slices.Sort(out)
	return out
}

func (k *fakeKernel) Process(pid int) Task {
	if t := k.tasks[pid]; t != nil && t.pid == pid {
		return t
	}
	return nil
}

func (k *fakeKernel) Task(tid int) Task {
	if t := k.tasks[tid]; t != nil {
		return t
	}
	return nil
}

func (k *fakeKernel) Self(c *fs.Caller) Task { return k.Task(c.TID) }

func (k *fakeKernel) System() *System {
	return &System{
		OSRelease: "6.1.0-test", OSVersion: "#1 SMP", Hostname: k.hostname, Domainname: "(none)",
		BootID: "00000000-0000-4000-8000-000000000000", Boot: linux.Timespec{Sec: 1000}, Uptime: 12345 * time.Millisecond,
		Idle: 2 * time.Second, CPUs: 2, User: time.Second, Running: 1, Threads: 3, Created: 9, LastPID: 7,
		MemTotal: 1 << 30, MemFree: 1 << 29, PIDMax: 32768, ThreadsMax: 4096, MaxMaps: 65530, MmapMin: 65536,
		FilesOpen: 10, FilesMax: 1000, DescriptorsMax: 1 << 20, PipeMaxSize: 1 << 20,
		Filesystems: []string{"proc", "tmpfs"},
	}
}

func (k *fakeKernel) Net(*fs.Caller) *Net { return &k.net }

func (*fakeKernel) CPUInfo(*fs.Caller) string { return "processor\t: 0\n" }

func (k *fakeKernel) SetHostname(name string) linux.Errno {
	k.hostname = name
	return 0
}

func (*fakeKernel) SetDomainname(string) linux.Errno { return 0 }

func (*fakeKernel) IPC() IPC {
	return IPC{Memory: []IPCObject[linux.ShmidDS]{{ID: 3, DS: linux.ShmidDS{Segsz: 4096, Perm: linux.IpcPerm{Mode: 0o600}}}}}
}

func (*fakeKernel) UUID() string { return "11111111-1111-4111-8111-111111111111" }

func (t *fakeTask) PID() int               { return t.pid }
func (t *fakeTask) TID() int               { return t.tid }
func (t *fakeTask) Alive() bool            { return !t.gone }
func (t *fakeTask) Threads() []int         { return []int{t.pid, t.pid + 1} }
func (t *fakeTask) Children() []int        { return []int{50, 60} }
func (t *fakeTask) Status() *Status        { return &t.status }
func (t *fakeTask) Memory() *Memory        { return t.memory }
func (t *fakeTask) SetComm(name string)    { t.status.Comm = name }
func (t *fakeTask) SetOOMScoreAdj(n int)   { t.status.OOMScoreAdj = n }
func (t *fakeTask) TimerSlack() uint64     { return 50000 }
func (t *fakeTask) SetTimerSlack(uint64)   {}
func (t *fakeTask) Root() fs.Path          { return t.root }
func (t *fakeTask) Cwd() fs.Path           { return t.root }
func (t *fakeTask) Exe() fs.Path           { return t.exe }
func (t *fakeTask) Mounts() []fs.MountInfo { return t.mounts }
func (t *fakeTask) Mappings() []Mapping    { return t.maps }
func (t *fakeTask) Limits() []linux.Rlimit { return t.limits }

func (t *fakeTask) FDs() (out []int) {
	for fd := range t.files {
		out = append(out, fd)
	}
	slices.Sort(out)
	return out
}

func (t *fakeTask) File(fd int) *fs.File {
	if f := t.files[fd]; f != nil {
		return f.Ref()
	}
	return nil
}

func (t *fakeTask) Descriptor(fd int) (uint32, bool, bool) {
	if f := t.files[fd]; f != nil {
		return f.Flags(), fd == 3, true
	}
	return 0, false, false
}

func (t *fakeTask) ReadMemory(addr uint64, to []byte) (bool, linux.Errno) {
	if addr >= 1<<20 {
		return true, linux.EFAULT
	}
	for i := range to {
		to[i] = byte((addr + uint64(i)) >> 12)
	}
	return t.memory != nil, 0
}

func (t *fakeTask) WriteMemory(addr uint64, from []byte) (bool, linux.Errno) {
	return t.ReadMemory(addr, make([]byte, len(from)))
}

func (*fakeTask) Timers() []Timer { return []Timer{{ID: 1, Signal: 14, Target: 2}} }

func (t *fakeTask) Text(part Text) ([]byte, linux.Errno) {
	return [][]byte{[]byte("prog\x00arg\x00"), []byte("A=1\x00"), {6, 0, 0, 0}}[part], 0
}

func user(uid uint32) *fs.Credentials {
	return &fs.Credentials{UID: uid, EUID: uid, SUID: uid, FSUID: uid, GID: uid, EGID: uid, SGID: uid, FSGID: uid}
}

func newFakeTask(pid, tid int, uid uint32) *fakeTask {
	return &fakeTask{pid: pid, tid: tid, files: map[int]*fs.File{}, status: Status{
		Comm: "prog", State: 'S', PPID: 1, PGID: pid, SID: pid, TTYGroup: -1, Umask: 0o22, Cred: user(uid), Dumpable: true,
		Threads: 2, FDSize: 64, QueueLimit: 4096, CPUs: 3, Start: 3 * time.Second, ExitSignal: 17,
	}, maps: []Mapping{{Start: 0x1000, End: 0x3000, Read: true, Write: true}}, memory: &Memory{PageSize: 4096, Top: 1 << 32, Size: 8 << 20, RSS: 1 << 20, StartCode: 0x400000, EndCode: 0x500000}}
}

// testFS has process 2 with thread 3 of user 1000, process 5 of user 1001, and callers in each.
func testFS() (*FS, *fakeKernel) {
	k := &fakeKernel{hostname: "guest", tasks: map[int]*fakeTask{
		2: newFakeTask(2, 2, 1000), 3: newFakeTask(2, 3, 1000), 5: newFakeTask(5, 5, 1001),
	}}
	return New(k, linux.Makedev(0, 4)), k
}

func callerOf(pid, tid int, uid uint32) *fs.Caller {
	return &fs.Caller{PID: pid, TID: tid, Cred: user(uid), Now: func() linux.Timespec { return linux.Timespec{Sec: 1} }}
}
