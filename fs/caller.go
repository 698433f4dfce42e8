package fs

import "muslrun/arch/linux"

// Credentials are the identities of a task (credentials(7)). They are immutable once shared: a change makes a copy.
type Credentials struct {
	UID, EUID, SUID, FSUID uint32
	GID, EGID, SGID, FSGID uint32
	Groups                 []uint32
	// Effective capabilities, one bit each (linux/capability.h).
	Effective, Permitted, Inheritable, Bounding, Ambient uint64
	Securebits                                           uint32 // SECBIT_* (linux/securebits.h)
}

// InGroup reports whether gid is the caller's file-system group or one of its supplementary groups.
func (c *Credentials) InGroup(gid uint32) bool {
	if c.FSGID == gid {
		return true
	}
	for _, g := range c.Groups {
		if g == gid {
			return true
		}
	}
	return false
}

// Caller is on whose behalf a file operation runs. One belongs to each task and is handed down by pointer.
type Caller struct {
	Cred *Credentials
	PID  int // thread group id, as the caller's pid namespace numbers it
	TID  int
	// Now is the guest's wall clock.
	Now func() linux.Timespec
	// FileSizeLimit is RLIMIT_FSIZE in bytes.
	FileSizeLimit uint64
	// Task is the kernel's task, for file systems that show tasks (/proc/self). File systems that do not know the kernel
	// ignore it.
	Task any
}
