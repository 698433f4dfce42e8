package linux

// Flags of clone(2), from linux/sched.h.
const (
	CSIGNAL              = 0xff
	CLONE_VM             = 0x100
	CLONE_FS             = 0x200
	CLONE_FILES          = 0x400
	CLONE_SIGHAND        = 0x800
	CLONE_PIDFD          = 0x1000
	CLONE_PTRACE         = 0x2000
	CLONE_VFORK          = 0x4000
	CLONE_PARENT         = 0x8000
	CLONE_THREAD         = 0x10000
	CLONE_NEWNS          = 0x20000
	CLONE_SYSVSEM        = 0x40000
	CLONE_SETTLS         = 0x80000
	CLONE_PARENT_SETTID  = 0x100000
	CLONE_CHILD_CLEARTID = 0x200000
	CLONE_DETACHED       = 0x400000
	CLONE_UNTRACED       = 0x800000
	CLONE_CHILD_SETTID   = 0x1000000
	CLONE_NEWCGROUP      = 0x2000000
	CLONE_NEWUTS         = 0x4000000
	CLONE_NEWIPC         = 0x8000000
	CLONE_NEWUSER        = 0x10000000
	CLONE_NEWPID         = 0x20000000
	CLONE_NEWNET         = 0x40000000
	CLONE_IO             = 0x80000000
	CLONE_CLEAR_SIGHAND  = 0x100000000
	CLONE_INTO_CGROUP    = 0x200000000
	CLONE_NEWTIME        = 0x80
)

// Sizes of struct clone_args over time, from linux/sched.h.
const (
	CLONE_ARGS_SIZE_VER0 = 64
	CLONE_ARGS_SIZE_VER1 = 80
	CLONE_ARGS_SIZE_VER2 = 88
)

// Options and id types of wait4(2) and waitid(2), from linux/wait.h.
const (
	WNOHANG    = 0x1
	WUNTRACED  = 0x2
	WSTOPPED   = 0x2
	WEXITED    = 0x4
	WCONTINUED = 0x8
	WNOWAIT    = 0x1000000
	WNOTHREAD  = 0x20000000
	WALL       = 0x40000000
	WCLONE     = 0x80000000
	P_ALL      = 0x0
	P_PID      = 0x1
	P_PGID     = 0x2
	P_PIDFD    = 0x3
)

// Scheduling policies and flags, from linux/sched.h.
const (
	SCHED_NORMAL        = 0
	SCHED_FIFO          = 1
	SCHED_RR            = 2
	SCHED_BATCH         = 3
	SCHED_IDLE          = 5
	SCHED_DEADLINE      = 6
	SCHED_RESET_ON_FORK = 0x40000000
)

// Whose priority getpriority(2) tells, and whose usage getrusage(2), from linux/resource.h.
const (
	PRIO_MIN        = -20
	PRIO_MAX        = 20
	PRIO_PROCESS    = 0
	PRIO_PGRP       = 1
	PRIO_USER       = 2
	RUSAGE_SELF     = 0
	RUSAGE_CHILDREN = -1
	RUSAGE_BOTH     = -2
	RUSAGE_THREAD   = 1
)

// Resources of getrlimit(2), from asm-generic/resource.h (mips numbers NOFILE, AS, RSS, NPROC and MEMLOCK otherwise).
const (
	RLIMIT_CPU        = 0
	RLIMIT_FSIZE      = 1
	RLIMIT_DATA       = 2
	RLIMIT_STACK      = 3
	RLIMIT_CORE       = 4
	RLIMIT_RSS        = 5
	RLIMIT_NPROC      = 6
	RLIMIT_NOFILE     = 7
	RLIMIT_MEMLOCK    = 8
	RLIMIT_AS         = 9
	RLIMIT_LOCKS      = 10
	RLIMIT_SIGPENDING = 11
	RLIMIT_MSGQUEUE   = 12
	RLIMIT_NICE       = 13
	RLIMIT_RTPRIO     = 14
	RLIMIT_RTTIME     = 15
	RLIM_NLIMITS      = 16
)

// No limit, as the inner Linux and prlimit64(2) say it, from asm-generic/resource.h.
const (
	RLIM_INFINITY = 1<<64 - 1
)

// Operations of futex(2), from linux/futex.h.
const (
	FUTEX_WAIT            = 0
	FUTEX_WAKE            = 1
	FUTEX_FD              = 2
	FUTEX_REQUEUE         = 3
	FUTEX_CMP_REQUEUE     = 4
	FUTEX_WAKE_OP         = 5
	FUTEX_LOCK_PI         = 6
	FUTEX_UNLOCK_PI       = 7
	FUTEX_TRYLOCK_PI      = 8
	FUTEX_WAIT_BITSET     = 9
	FUTEX_WAKE_BITSET     = 10
	FUTEX_WAIT_REQUEUE_PI = 11
	FUTEX_CMP_REQUEUE_PI  = 12
	FUTEX_LOCK_PI2        = 13
	FUTEX_PRIVATE_FLAG    = 128
	FUTEX_CLOCK_REALTIME  = 256
)

// Bits of a futex word, from linux/futex.h.
const (
	FUTEX_WAITERS          = 0x80000000
	FUTEX_OWNER_DIED       = 0x40000000
	FUTEX_TID_MASK         = 0x3fffffff
	FUTEX_BITSET_MATCH_ANY = 0xffffffff
	ROBUST_LIST_LIMIT      = 2048
)

// Operations of FUTEX_WAKE_OP, from linux/futex.h.
const (
	FUTEX_OP_SET         = 0
	FUTEX_OP_ADD         = 1
	FUTEX_OP_OR          = 2
	FUTEX_OP_ANDN        = 3
	FUTEX_OP_XOR         = 4
	FUTEX_OP_OPARG_SHIFT = 8
	FUTEX_OP_CMP_EQ      = 0
	FUTEX_OP_CMP_NE      = 1
	FUTEX_OP_CMP_LT      = 2
	FUTEX_OP_CMP_LE      = 3
	FUTEX_OP_CMP_GT      = 4
	FUTEX_OP_CMP_GE      = 5
)

// Options of prctl(2), from linux/prctl.h.
const (
	PR_SET_PDEATHSIG            = 1
	PR_GET_PDEATHSIG            = 2
	PR_GET_DUMPABLE             = 3
	PR_SET_DUMPABLE             = 4
	PR_GET_UNALIGN              = 5
	PR_SET_UNALIGN              = 6
	PR_GET_KEEPCAPS             = 7
	PR_SET_KEEPCAPS             = 8
	PR_GET_FPEMU                = 9
	PR_SET_FPEMU                = 10
	PR_GET_FPEXC                = 11
	PR_SET_FPEXC                = 12
	PR_GET_TIMING               = 13
	PR_SET_TIMING               = 14
	PR_SET_NAME                 = 15
	PR_GET_NAME                 = 16
	PR_GET_ENDIAN               = 19
	PR_SET_ENDIAN               = 20
	PR_GET_SECCOMP              = 21
	PR_SET_SECCOMP              = 22
	PR_CAPBSET_READ             = 23
	PR_CAPBSET_DROP             = 24
	PR_GET_TSC                  = 25
	PR_SET_TSC                  = 26
	PR_GET_SECUREBITS           = 27
	PR_SET_SECUREBITS           = 28
	PR_SET_TIMERSLACK           = 29
	PR_GET_TIMERSLACK           = 30
	PR_TASK_PERF_EVENTS_DISABLE = 31
	PR_TASK_PERF_EVENTS_ENABLE  = 32
	PR_MCE_KILL                 = 33
	PR_MCE_KILL_GET             = 34
	PR_SET_MM                   = 35
	PR_SET_CHILD_SUBREAPER      = 36
	PR_GET_CHILD_SUBREAPER      = 37
	PR_SET_NO_NEW_PRIVS         = 38
	PR_GET_NO_NEW_PRIVS         = 39
	PR_GET_TID_ADDRESS          = 40
	PR_SET_THP_DISABLE          = 41
	PR_GET_THP_DISABLE          = 42
	PR_SET_FP_MODE              = 45
	PR_GET_FP_MODE              = 46
	PR_CAP_AMBIENT              = 47
	PR_GET_SPECULATION_CTRL     = 52
	PR_SET_SPECULATION_CTRL     = 53
	PR_SET_IO_FLUSHER           = 57
	PR_GET_IO_FLUSHER           = 58
	PR_SET_VMA                  = 0x53564d41
	PR_SET_VMA_ANON_NAME        = 0
	PR_SET_PTRACER              = 0x59616d61
)

// Modes of PR_SET_FP_MODE (mips), from linux/prctl.h.
const (
	PR_FP_MODE_FR  = 0x1
	PR_FP_MODE_FRE = 0x2
)

// Operations of PR_CAP_AMBIENT, from linux/prctl.h.
const (
	PR_CAP_AMBIENT_IS_SET    = 1
	PR_CAP_AMBIENT_RAISE     = 2
	PR_CAP_AMBIENT_LOWER     = 3
	PR_CAP_AMBIENT_CLEAR_ALL = 4
)

// Personalities, from linux/personality.h.
const (
	PER_LINUX          = 0x0
	PER_LINUX_FDPIC    = 0x80000
	PER_LINUX32        = 0x8
	PER_MASK           = 0xff
	ADDR_NO_RANDOMIZE  = 0x40000
	FDPIC_FUNCPTRS     = 0x80000
	MMAP_PAGE_ZERO     = 0x100000
	ADDR_COMPAT_LAYOUT = 0x200000
	READ_IMPLIES_EXEC  = 0x400000
	ADDR_LIMIT_32BIT   = 0x800000
	SHORT_INODE        = 0x1000000
	WHOLE_SECONDS      = 0x2000000
	STICKY_TIMEOUTS    = 0x4000000
	ADDR_LIMIT_3GB     = 0x8000000
	UNAME26            = 0x20000
)

// Commands of arch_prctl(2) on x86, from asm/prctl.h.
const (
	ARCH_SET_GS    = 0x1001
	ARCH_SET_FS    = 0x1002
	ARCH_GET_FS    = 0x1003
	ARCH_GET_GS    = 0x1004
	ARCH_GET_CPUID = 0x1011
	ARCH_SET_CPUID = 0x1012
)

// Magic numbers of reboot(2), from linux/reboot.h.
const (
	LINUX_REBOOT_MAGIC1        = 0xfee1dead
	LINUX_REBOOT_MAGIC2        = 0x28121969
	LINUX_REBOOT_CMD_RESTART   = 0x1234567
	LINUX_REBOOT_CMD_HALT      = 0xcdef0123
	LINUX_REBOOT_CMD_CAD_ON    = 0x89abcdef
	LINUX_REBOOT_CMD_CAD_OFF   = 0x0
	LINUX_REBOOT_CMD_POWER_OFF = 0x4321fedc
)

// Versions of struct __user_cap_header_struct, from linux/capability.h.
const (
	LINUX_CAPABILITY_VERSION_1 = 0x19980330
	LINUX_CAPABILITY_VERSION_2 = 0x20071026
	LINUX_CAPABILITY_VERSION_3 = 0x20080522
)
