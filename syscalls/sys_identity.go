package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// keep is the id that leaves one as it is in setresuid(2) and its like.
const keep = ^uint32(0)

func getpid(t *kernel.Task) (result, linux.Errno)  { return result(t.Group.PID), 0 }
func getppid(t *kernel.Task) (result, linux.Errno) { return result(t.Group.PPID()), 0 }
func gettid(t *kernel.Task) (result, linux.Errno)  { return result(t.TID), 0 }

// oldID gives an id as calls that have a twin with 32 in its name do: one that does not fit is the overflow id.
func oldID(t *kernel.Task, id uint32) uint32 {
	const overflow = 65534
	if t.ABI.UID16 && id > 0xffff {
		return overflow
	}
	return id
}

func getuid(t *kernel.Task) (result, linux.Errno)  { return result(oldID(t, t.Caller.Cred.UID)), 0 }
func geteuid(t *kernel.Task) (result, linux.Errno) { return result(oldID(t, t.Caller.Cred.EUID)), 0 }
func getgid(t *kernel.Task) (result, linux.Errno)  { return result(oldID(t, t.Caller.Cred.GID)), 0 }
func getegid(t *kernel.Task) (result, linux.Errno) { return result(oldID(t, t.Caller.Cred.EGID)), 0 }

func getuid32(t *kernel.Task) (result, linux.Errno)  { return result(t.Caller.Cred.UID), 0 }
func geteuid32(t *kernel.Task) (result, linux.Errno) { return result(t.Caller.Cred.EUID), 0 }
func getgid32(t *kernel.Task) (result, linux.Errno)  { return result(t.Caller.Cred.GID), 0 }
func getegid32(t *kernel.Task) (result, linux.Errno) { return result(t.Caller.Cred.EGID), 0 }

// changeIDs replaces the task's credentials by a changed copy.
func changeIDs(t *kernel.Task, change func(c *fs.Credentials) linux.Errno) (result, linux.Errno) {
	c := *t.Caller.Cred
	if errno := change(&c); errno != 0 {
		return 0, errno
	}
	dropCapabilities(t.Caller.Cred, &c)
	t.Caller.Cred = &c
	return 0, 0
}

// dropCapabilities does what a change of user ids does to capabilities (capabilities(7)).
func dropCapabilities(old, c *fs.Credentials) {
	if old.Securebits&linux.SECBIT_NO_SETUID_FIXUP != 0 {
		return
	}
	hadRoot := old.UID == 0 || old.EUID == 0 || old.SUID == 0
	if hadRoot && c.UID != 0 && c.EUID != 0 && c.SUID != 0 {
		if old.Securebits&linux.SECBIT_KEEP_CAPS == 0 {
			c.Permitted, c.Effective = 0, 0
		}
		c.Ambient = 0
	}
	switch {
	case old.EUID == 0 && c.EUID != 0:
		c.Effective = 0
	case old.EUID != 0 && c.EUID == 0:
		c.Effective = c.Permitted
	}
}

// may reports whether an unprivileged change to id is allowed: to one that the task has already.
func may(id uint32, have ...uint32) bool {
	for _, h := range have {
		if id == h {
			return true
		}
	}
	return id == keep
}

// choose gives id, or the old value where id says to keep it.
func choose(id, old uint32) uint32 {
	if id == keep {
		return old
	}
	return id
}

// setuid implements Linux system calls setuid(2) and setuid32.
func setuid[I idArg](t *kernel.Task, uid I) (result, linux.Errno) {
	id := uid.ID()
	if id == keep {
		return 0, linux.EINVAL
	}
	return changeIDs(t, func(c *fs.Credentials) linux.Errno {
		switch {
		case c.Has(linux.CAP_SETUID):
			c.UID, c.SUID = id, id
		case !may(id, c.UID, c.SUID):
			return linux.EPERM
		}
		c.EUID, c.FSUID = id, id
		return 0
	})
}

// setgid implements Linux system calls setgid(2) and setgid32.
func setgid[I idArg](t *kernel.Task, gid I) (result, linux.Errno) {
	id := gid.ID()
	if id == keep {
		return 0, linux.EINVAL
	}
	return changeIDs(t, func(c *fs.Credentials) linux.Errno {
		switch {
		case c.Has(linux.CAP_SETGID):
			c.GID, c.SGID = id, id
		case !may(id, c.GID, c.SGID):
			return linux.EPERM
		}
		c.EGID, c.FSGID = id, id
		return 0
	})
}

// setresuid implements Linux system calls setresuid(2) and setresuid32.
func setresuid[I idArg](t *kernel.Task, ruid, euid, suid I) (result, linux.Errno) {
	r, e, s := ruid.ID(), euid.ID(), suid.ID()
	return changeIDs(t, func(c *fs.Credentials) linux.Errno {
		if !c.Has(linux.CAP_SETUID) && !allMay(c.UID, c.EUID, c.SUID, r, e, s) {
			return linux.EPERM
		}
		c.UID, c.EUID, c.SUID = choose(r, c.UID), choose(e, c.EUID), choose(s, c.SUID)
		c.FSUID = c.EUID
		return 0
	})
}

// setresgid implements Linux system calls setresgid(2) and setresgid32.
func setresgid[I idArg](t *kernel.Task, rgid, egid, sgid I) (result, linux.Errno) {
	r, e, s := rgid.ID(), egid.ID(), sgid.ID()
	return changeIDs(t, func(c *fs.Credentials) linux.Errno {
		if !c.Has(linux.CAP_SETGID) && !allMay(c.GID, c.EGID, c.SGID, r, e, s) {
			return linux.EPERM
		}
		c.GID, c.EGID, c.SGID = choose(r, c.GID), choose(e, c.EGID), choose(s, c.SGID)
		c.FSGID = c.EGID
		return 0
	})
}

func allMay(a, b, c uint32, ids ...uint32) bool {
	for _, id := range ids {
		if !may(id, a, b, c) {
			return false
		}
	}
	return true
}

// setreuid implements Linux system calls setreuid(2) and setreuid32.
func setreuid[I idArg](t *kernel.Task, ruid, euid I) (result, linux.Errno) {
	r, e := ruid.ID(), euid.ID()
	return changeIDs(t, func(c *fs.Credentials) linux.Errno {
		if !c.Has(linux.CAP_SETUID) && (!may(r, c.UID, c.EUID) || !may(e, c.UID, c.EUID, c.SUID)) {
			return linux.EPERM
		}
		saved := r != keep || e != keep && e != c.UID
		c.UID, c.EUID = choose(r, c.UID), choose(e, c.EUID)
		if saved {
			c.SUID = c.EUID
		}
		c.FSUID = c.EUID
		return 0
	})
}

// setregid implements Linux system calls setregid(2) and setregid32.
func setregid[I idArg](t *kernel.Task, rgid, egid I) (result, linux.Errno) {
	r, e := rgid.ID(), egid.ID()
	return changeIDs(t, func(c *fs.Credentials) linux.Errno {
		if !c.Has(linux.CAP_SETGID) && (!may(r, c.GID, c.EGID) || !may(e, c.GID, c.EGID, c.SGID)) {
			return linux.EPERM
		}
		saved := r != keep || e != keep && e != c.GID
		c.GID, c.EGID = choose(r, c.GID), choose(e, c.EGID)
		if saved {
			c.SGID = c.EGID
		}
		c.FSGID = c.EGID
		return 0
	})
}

// setfsuid implements Linux system calls setfsuid(2) and setfsuid32: it gives the old id, whether or not that changed.
func setfsuid[I idArg](t *kernel.Task, uid I) (result, linux.Errno) {
	old, id := t.Caller.Cred.FSUID, uid.ID()
	_, _ = changeIDs(t, func(c *fs.Credentials) linux.Errno {
		if id != keep && (c.Has(linux.CAP_SETUID) || may(id, c.UID, c.EUID, c.SUID, c.FSUID)) {
			c.FSUID = id
		}
		return 0
	})
	return result(old), 0
}

// setfsgid implements Linux system calls setfsgid(2) and setfsgid32: it gives the old id, whether or not that changed.
func setfsgid[I idArg](t *kernel.Task, gid I) (result, linux.Errno) {
	old, id := t.Caller.Cred.FSGID, gid.ID()
	_, _ = changeIDs(t, func(c *fs.Credentials) linux.Errno {
		if id != keep && (c.Has(linux.CAP_SETGID) || may(id, c.GID, c.EGID, c.SGID, c.FSGID)) {
			c.FSGID = id
		}
		return 0
	})
	return result(old), 0
}

// putID writes an id as wide as calls with arguments of type I have it.
func putID[I idArg](t *kernel.Task, at uint64, id uint32) linux.Errno {
	if idSize[I](t) == 2 {
		id = oldID(t, id)
	}
	return t.Space().SetWord(at, idSize[I](t), uint64(id))
}

// idSize is the size of an id in memory.
func idSize[I idArg](t *kernel.Task) int {
	var id any = I(0)
	if _, old := id.(args.OldID); old && t.ABI.UID16 {
		return 2
	}
	return 4
}

func putIDs[I idArg](t *kernel.Task, at [3]args.Addr, ids [3]uint32) (result, linux.Errno) {
	for i := range at {
		if errno := putID[I](t, uint64(at[i]), ids[i]); errno != 0 {
			return 0, errno
		}
	}
	return 0, 0
}

// getresuid implements Linux system calls getresuid(2) and getresuid32.
func getresuid[I idArg](t *kernel.Task, r, e, s args.Addr) (result, linux.Errno) {
	c := t.Caller.Cred
	return putIDs[I](t, [3]args.Addr{r, e, s}, [3]uint32{c.UID, c.EUID, c.SUID})
}

// getresgid implements Linux system calls getresgid(2) and getresgid32.
func getresgid[I idArg](t *kernel.Task, r, e, s args.Addr) (result, linux.Errno) {
	c := t.Caller.Cred
	return putIDs[I](t, [3]args.Addr{r, e, s}, [3]uint32{c.GID, c.EGID, c.SGID})
}

// getgroups implements Linux system calls getgroups(2) and getgroups32.
func getgroups[I idArg](t *kernel.Task, size args.Int, list args.Addr) (result, linux.Errno) {
	groups := t.Caller.Cred.Groups
	switch {
	case size < 0 || size != 0 && int(size) < len(groups):
		return 0, linux.EINVAL
	case size == 0:
		return result(len(groups)), 0
	}
	for i, g := range groups {
		if errno := putID[I](t, uint64(list)+uint64(i*idSize[I](t)), g); errno != 0 {
			return 0, errno
		}
	}
	return result(len(groups)), 0
}

// ngroupsMax is NGROUPS_MAX (linux/limits.h).
const ngroupsMax = 65536

// setgroups implements Linux system calls setgroups(2) and setgroups32.
func setgroups[I idArg](t *kernel.Task, size args.Int, list args.Addr) (result, linux.Errno) {
	switch {
	case !t.Capable(linux.CAP_SETGID):
		return 0, linux.EPERM
	case size < 0 || size > ngroupsMax:
		return 0, linux.EINVAL
	}
	groups := make([]uint32, size)
	for i := range groups {
		v, errno := t.Space().Word(uint64(list)+uint64(i*idSize[I](t)), idSize[I](t))
		if errno != 0 {
			return 0, errno
		}
		groups[i] = uint32(v)
	}
	return changeIDs(t, func(c *fs.Credentials) linux.Errno {
		c.Groups = groups
		return 0
	})
}

// Sessions and process groups.

// groupOf is the process that a pid, or the id of one of its threads, names, 0 being the caller's own; ESRCH if there is
// none.
func groupOf(t *kernel.Task, pid args.PID) (*kernel.ThreadGroup, linux.Errno) {
	if pid == 0 {
		return t.Group, 0
	}
	if g := t.Kernel.Group(int(pid)); g != nil {
		return g, 0
	}
	if other := t.Kernel.Task(int(pid)); other != nil {
		return other.Group, 0
	}
	return nil, linux.ESRCH
}

// getpgid implements Linux system call getpgid(2).
func getpgid(t *kernel.Task, pid args.PID) (result, linux.Errno) {
	g, errno := groupOf(t, pid)
	if errno != 0 {
		return 0, errno
	}
	return result(g.PGID()), 0
}

func getpgrp(t *kernel.Task) (result, linux.Errno) { return result(t.Group.PGID()), 0 }

// getsid implements Linux system call getsid(2).
func getsid(t *kernel.Task, pid args.PID) (result, linux.Errno) {
	g, errno := groupOf(t, pid)
	if errno != 0 {
		return 0, errno
	}
	return result(g.SID()), 0
}

// setpgid implements Linux system call setpgid(2).
func setpgid(t *kernel.Task, pid, pgid args.PID) (result, linux.Errno) {
	if pgid < 0 {
		return 0, linux.EINVAL
	}
	g, errno := groupOf(t, pid)
	if errno != 0 {
		return 0, errno
	}
	if pid != 0 && g.PID != int(pid) {
		return 0, linux.EINVAL // a thread that leads no process
	}
	return 0, t.Group.SetPGID(g, int(pgid))
}

// setsid implements Linux system call setsid(2).
func setsid(t *kernel.Task) (result, linux.Errno) {
	sid, errno := t.Group.NewSession()
	return result(sid), errno
}
