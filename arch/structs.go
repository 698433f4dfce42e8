package arch

import (
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// Structs holds an ABI's structure layouts. A nil codec is a structure that the ABI does not have; none of its calls uses
// it. Layouts are compiled when they are first used.
type Structs struct {
	Files
	Times
	Processes
	Signals
	Sockets
	IPC
}

// Files are the structures of file system, polling and terminal calls.
type Files struct {
	Stat     *layout.Codec[linux.Stat]   // stat, lstat, fstat; newfstatat where it exists
	Stat64   *layout.Codec[linux.Stat]   // stat64, lstat64, fstat64, fstatat64; as Stat on 64-bit ABIs
	Statx    *layout.Codec[linux.Statx]  // statx
	Statfs   *layout.Codec[linux.Statfs] // statfs, fstatfs
	Statfs64 *layout.Codec[linux.Statfs] // statfs64, fstatfs64
	Flock    *layout.Codec[linux.Flock]  // fcntl F_GETLK, F_SETLK, F_SETLKW
	Flock64  *layout.Codec[linux.Flock]  // fcntl64 F_GETLK64, F_SETLK64, F_SETLKW64 and the F_OFD_ commands
	FOwnerEx *layout.Codec[linux.FOwnerEx]
	Dirent   *layout.Codec[linux.Dirent] // the head of an entry of getdents: its size is where the name starts
	Dirent64 *layout.Codec[linux.Dirent] // the same of getdents64
	OpenHow  *layout.Codec[linux.OpenHow]
	Handle   *layout.Codec[linux.FileHandle]
	Inotify  *layout.Codec[linux.InotifyEvent]
	Iovec    *layout.Codec[linux.Iovec]
	Pollfd   *layout.Codec[linux.Pollfd]
	Epoll    *layout.Codec[linux.EpollEvent]
	Termios  *layout.Codec[linux.Termios] // TCGETS, TCSETS
	Termios2 *layout.Codec[linux.Termios] // TCGETS2, TCSETS2
	Winsize  *layout.Codec[linux.Winsize]
}

// Times are the structures of clocks and timers. The plain names are in the ABI's own long; 64 marks the types that the
// time64 calls brought.
type Times struct {
	Timespec     *layout.Codec[linux.Timespec]
	Timespec64   *layout.Codec[linux.Timespec]
	Timeval      *layout.Codec[linux.Timeval]
	Timeval64    *layout.Codec[linux.Timeval] // SO_RCVTIMEO_NEW
	Itimerspec   *layout.Codec[linux.Itimerspec]
	Itimerspec64 *layout.Codec[linux.Itimerspec]
	Itimerval    *layout.Codec[linux.Itimerval]
	Timezone     *layout.Codec[linux.Timezone]
	Tms          *layout.Codec[linux.Tms]
	Timex        *layout.Codec[linux.Timex]
	Timex64      *layout.Codec[linux.Timex]
}

// Processes are the structures of process, scheduling and system calls.
type Processes struct {
	Utsname    *layout.Codec[linux.Utsname]
	Sysinfo    *layout.Codec[linux.Sysinfo]
	Rusage     *layout.Codec[linux.Rusage]
	Rlimit     *layout.Codec[linux.Rlimit] // getrlimit, setrlimit: Consts.RLimInfinity means none
	Rlimit64   *layout.Codec[linux.Rlimit] // prlimit64
	SchedParam *layout.Codec[linux.SchedParam]
	SchedAttr  *layout.Codec[linux.SchedAttr]
	RobustList *layout.Codec[linux.RobustListHead]
	CloneArgs  *layout.Codec[linux.CloneArgs]
	CapHeader  *layout.Codec[linux.CapHeader]
	CapData    *layout.Codec[linux.CapData]
	UserDesc   *layout.Codec[linux.UserDesc] // x86 only
}

// Signals are the structures of signal calls. Signal frames are not among them.
type Signals struct {
	Sigaction       *layout.Codec[linux.Sigaction] // rt_sigaction
	SigaltStack     *layout.Codec[linux.SigaltStack]
	Sigevent        *layout.Codec[linux.Sigevent]
	Siginfo         Siginfo
	SignalfdSiginfo *layout.Codec[linux.SignalfdSiginfo]
}

// Sockets are the structures of socket calls.
type Sockets struct {
	Msghdr  *layout.Codec[linux.Msghdr]
	Mmsghdr *layout.Codec[linux.Mmsghdr]
	Cmsghdr *layout.Codec[linux.Cmsghdr]
	Ucred   *layout.Codec[linux.Ucred]
	Linger  *layout.Codec[linux.Linger]
	Ifreq   *layout.Codec[linux.Ifreq]
}

// IPC are the structures of System V IPC, always the ones that IPC_64 asks for, and of POSIX message queues.
type IPC struct {
	SemidDS *layout.Codec[linux.SemidDS]
	ShmidDS *layout.Codec[linux.ShmidDS]
	MsqidDS *layout.Codec[linux.MsqidDS]
	Sembuf  *layout.Codec[linux.Sembuf]
	Seminfo *layout.Codec[linux.Seminfo]
	Msginfo *layout.Codec[linux.Msginfo]
	Shminfo *layout.Codec[linux.Shminfo]
	ShmInfo *layout.Codec[linux.ShmInfo]
	MqAttr  *layout.Codec[linux.MqAttr]
}

// GenericStructs are the layouts that the kernel's asm-generic headers give under an ABI's rules. A family's package
// replaces those that differ.
func GenericStructs(r layout.Rules) *Structs {
	return &Structs{
		Files: genericFiles(r), Times: genericTimes(r), Processes: genericProcesses(r), Signals: genericSignals(r),
		Sockets: genericSockets(r), IPC: NewIPC[IpcPerm](r),
	}
}
