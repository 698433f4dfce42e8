package linux

// Capability is the number of a capability (capabilities(7), linux/capability.h).
type Capability uint

// The capabilities.
const (
	CAP_CHOWN Capability = iota
	CAP_DAC_OVERRIDE
	CAP_DAC_READ_SEARCH
	CAP_FOWNER
	CAP_FSETID
	CAP_KILL
	CAP_SETGID
	CAP_SETUID
	CAP_SETPCAP
	CAP_LINUX_IMMUTABLE
	CAP_NET_BIND_SERVICE
	CAP_NET_BROADCAST
	CAP_NET_ADMIN
	CAP_NET_RAW
	CAP_IPC_LOCK
	CAP_IPC_OWNER
	CAP_SYS_MODULE
	CAP_SYS_RAWIO
	CAP_SYS_CHROOT
	CAP_SYS_PTRACE
	CAP_SYS_PACCT
	CAP_SYS_ADMIN
	CAP_SYS_BOOT
	CAP_SYS_NICE
	CAP_SYS_RESOURCE
	CAP_SYS_TIME
	CAP_SYS_TTY_CONFIG
	CAP_MKNOD
	CAP_LEASE
	CAP_AUDIT_WRITE
	CAP_AUDIT_CONTROL
	CAP_SETFCAP
	CAP_MAC_OVERRIDE
	CAP_MAC_ADMIN
	CAP_SYSLOG
	CAP_WAKE_ALARM
	CAP_BLOCK_SUSPEND
	CAP_AUDIT_READ
	CAP_PERFMON
	CAP_BPF
	CAP_CHECKPOINT_RESTORE
	// CAP_LAST is one past the highest.
	CAP_LAST
)

// CapsAll is the set of all capabilities, as root has them.
const CapsAll = 1<<CAP_LAST - 1

// The bits of Credentials.Securebits (linux/securebits.h); the lock of each is the next one.
const (
	SECBIT_NOROOT               = 1 << 0
	SECBIT_NO_SETUID_FIXUP      = 1 << 2
	SECBIT_KEEP_CAPS            = 1 << 4
	SECBIT_KEEP_CAPS_LOCKED     = 1 << 5
	SECBIT_NO_CAP_AMBIENT_RAISE = 1 << 6

	SECURE_ALL_BITS  = 0x55
	SECURE_ALL_LOCKS = SECURE_ALL_BITS << 1
)
