package linux

// Utsname is struct new_utsname (linux/utsname.h): strings that end with a zero byte.
type Utsname struct {
	Sysname, Nodename, Release, Version, Machine, Domainname [65]byte
}

// Sysinfo is struct sysinfo (linux/sysinfo.h).
type Sysinfo struct {
	Uptime                                                       int64
	Loads                                                        [3]uint64
	Totalram, Freeram, Sharedram, Bufferram, Totalswap, Freeswap uint64
	Procs                                                        uint16
	Totalhigh, Freehigh                                          uint64
	MemUnit                                                      uint32
}

// Rusage is struct rusage (linux/resource.h).
type Rusage struct {
	Utime, Stime                                                Timeval
	Maxrss, Ixrss, Idrss, Isrss, Minflt, Majflt, Nswap, Inblock int64
	Oublock, Msgsnd, Msgrcv, Nsignals, Nvcsw, Nivcsw            int64
}

// Rlimit is struct rlimit64 (linux/resource.h).
type Rlimit struct {
	Cur, Max uint64
}

// SchedParam is struct sched_param (include/uapi/linux/sched/types.h).
type SchedParam struct {
	Priority int32
}

// SchedAttr is struct sched_attr (linux/sched/types.h).
type SchedAttr struct {
	Size, Policy              uint32
	Flags                     uint64
	Nice                      int32
	Priority                  uint32
	Runtime, Deadline, Period uint64
	UtilMin, UtilMax          uint32
}

// RobustListHead is struct robust_list_head (linux/futex.h).
type RobustListHead struct {
	Next          uint64
	FutexOffset   int64
	ListOpPending uint64
}

// CloneArgs is struct clone_args (linux/sched.h).
type CloneArgs struct {
	Flags, Pidfd, ChildTid, ParentTid, ExitSignal, Stack, StackSize, TLS, SetTid, SetTidSize, Cgroup uint64
}

// CapHeader is struct __user_cap_header_struct (linux/capability.h).
type CapHeader struct {
	Version uint32
	Pid     int32
}

// CapData is struct __user_cap_data_struct (linux/capability.h).
type CapData struct {
	Effective, Permitted, Inheritable uint32
}

// UserDesc is struct user_desc of i386 and x86_64 (asm/ldt.h). Flags holds its bit-fields: seg_32bit is bit 0, contents
// bits 1 and 2, then read_exec_only, limit_in_pages, seg_not_present, useable and, on x86_64, lm.
type UserDesc struct {
	EntryNumber, BaseAddr, Limit, Flags uint32
}

// GetcpuCache is struct getcpu_cache (linux/getcpu.h), which the kernel no longer uses.
type GetcpuCache struct {
	Blob [128]byte
}
