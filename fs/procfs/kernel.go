package procfs

import (
	"time"

	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/fs"
)

// Kernel is what the file system shows.
type Kernel interface {
	// PIDs are the processes in ascending order, zombies included.
	PIDs() []int
	// Process is the leader of a process, nil if there is none with that id.
	Process(pid int) Task
	// Task is a thread by its id, nil if there is none.
	Task(tid int) Task
	// Self is the caller's own task, nil if the caller is not one of this kernel.
	Self(c *fs.Caller) Task
	System() *System
	// Net is the network as the caller sees it.
	Net(c *fs.Caller) *Net
	// CPUInfo is the text of /proc/cpuinfo for the caller's ABI (see the function CPUInfo).
	CPUInfo(c *fs.Caller) string
	// SetHostname and SetDomainname change what sethostname(2) and setdomainname(2) do.
	SetHostname(name string) linux.Errno
	SetDomainname(name string) linux.Errno
	// IPC lists the objects of sysvipc(7).
	IPC() IPC
	// UUID makes a new random identifier in its usual form of 36 characters.
	UUID() string
}

// Task is one thread. Values are comparable: equal ones are the same thread. Methods may be called from any
// goroutine, at any time; after the end of the task they give nothing.
type Task interface {
	PID() int
	TID() int
	// Alive is false once the task has been waited for.
	Alive() bool
	// Threads are the ids of its process's threads in ascending order, Children those of its child processes.
	Threads() []int
	Children() []int
	// Status is a snapshot, never nil; it is asked for at every step of a walk. Memory is nil of a zombie.
	Status() *Status
	Memory() *Memory
	SetComm(name string)
	SetOOMScoreAdj(n int)
	// TimerSlack is in nanoseconds; setting 0 makes it the task's default.
	TimerSlack() uint64
	SetTimerSlack(ns uint64)

	// Root, Cwd and Exe are the zero Path where there is none, as of a zombie.
	Root() fs.Path
	Cwd() fs.Path
	Exe() fs.Path
	Mounts() []fs.MountInfo
	// FDs are the open descriptors in ascending order. File gives one with a reference, nil if it is not open.
	FDs() []int
	File(fd int) *fs.File
	// Descriptor tells of one: the description's flags (F_GETFL) and FD_CLOEXEC.
	Descriptor(fd int) (flags uint32, cloexec, open bool)

	// Mappings are in ascending order.
	Mappings() []Mapping
	// Text reads a part of the task's memory: the arguments or the environment with their zeros, or the auxiliary
	// vector.
	Text(part Text) ([]byte, linux.Errno)
	// ReadMemory and WriteMemory copy between a piece of one page and the task's memory, as a debugger does: EIO where that
	// cannot be. there is false of a task without memory.
	ReadMemory(addr uint64, to []byte) (there bool, errno linux.Errno)
	WriteMemory(addr uint64, from []byte) (there bool, errno linux.Errno)
	Timers() []Timer
	// Limits are by RLIMIT number.
	Limits() []linux.Rlimit
}

// Text is a part of memory that the loader has laid out.
type Text uint8

// The parts.
const (
	Cmdline Text = iota
	Environ
	Auxv
)

// System is a snapshot of the whole.
type System struct {
	OSRelease, OSVersion string // as uname(2) tells them
	Hostname, Domainname string
	BootID               string // 36 characters

	Boot         linux.Timespec // wall clock when the kernel started
	Uptime, Idle time.Duration
	CPUs         int
	User, Kernel time.Duration // processor time of all tasks ever
	Load         [3]float64
	Running      int // tasks
	Threads      int // tasks
	Created      uint64
	LastPID      int
	Switches     uint64

	MemTotal, MemFree uint64 // bytes
	Committed         uint64
	PIDMax            int
	ThreadsMax        int
	MaxMaps           int    // mappings of one process
	MmapMin           uint64 // lowest address that can be mapped
	FilesOpen         int
	FilesMax          int
	DescriptorsMax    int // the most that RLIMIT_NOFILE can be
	PipeMaxSize       int
	Filesystems       []string // types that can be mounted
}

// Status is a snapshot of a task.
type Status struct {
	Comm     string
	State    byte // R, S, D, T, t, Z or X
	PPID     int
	PGID     int
	SID      int
	TTY      uint64 // device number of the controlling terminal, 0 without
	TTYGroup int    // its foreground process group, -1 without
	Umask    uint32
	Cred     *fs.Credentials
	Dumpable bool
	Threads  int
	FDSize   int

	NoNewPrivs  bool
	Seccomp     int
	Personality uint32
	OOMScoreAdj int

	Pending, GroupPending, Blocked, Ignored, Caught SigSet
	Queued, QueueLimit                              int

	CPUs                   uint64 // that it may run on, one bit each
	CPU                    int
	Nice                   int
	Start                  time.Duration // since boot
	User, Kernel           time.Duration // of the process
	ThreadUser             time.Duration
	ThreadKernel           time.Duration
	Policy                 int32 // of sched(7)
	RTPriority             int
	ChildUser, ChildKernel time.Duration
	Voluntary, Involuntary uint64 // context switches
	MinorFaults            uint64
	MajorFaults            uint64
	ExitSignal             int
	ExitCode               uint32 // as wait(2) reports it
	IO                     IO
}

// IO is what /proc/PID/io counts.
type IO struct {
	ReadChars, WriteChars, ReadCalls, WriteCalls, ReadBytes, WriteBytes, Cancelled uint64
}

// Memory is the shape of an address space: sizes in bytes, places as guest addresses.
type Memory struct {
	Order                                         layout.Order
	PageSize                                      uint64
	Top                                           uint64 // end of the address space
	Size, Peak, Locked, RSS, PeakRSS              uint64
	Anonymous, File, Shared                       uint64 // parts of RSS
	Data, Stack, Code, Library, PageTables        uint64
	StartCode, EndCode, StartData, EndData, StBrk uint64
	StartStack, SP, PC                            uint64
	ArgStart, ArgEnd, EnvStart, EnvEnd            uint64
}

// Mapping is one line of /proc/PID/maps.
type Mapping struct {
	Start, End                  uint64
	Read, Write, Execute, Share bool
	Locked                      bool // mlock(2)
	Offset                      uint64
	Dev, Ino                    uint64
	Name                        string // "" without
}
