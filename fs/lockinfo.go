package fs

import (
	"cmp"
	"slices"

	"muslrun/arch/linux"
)

// LockInfo is an advisory lock as /proc/locks lists it.
type LockInfo struct {
	Lock
	Space       LockSpace
	Description *File // whose lock it is: flock(2)'s and F_OFD_SETLK's; nil of a process's
	Stat        linux.Stat
}

// Locks lists the locks in force on files with a name, by device, inode and range.
func Locks() []LockInfo {
	var out []LockInfo
	locks.Lock()
	for key, l := range locks.files {
		if inode, named := key.(Inode); named {
			out = l.list(out, inode)
		}
	}
	locks.Unlock()
	slices.SortFunc(out, func(a, b LockInfo) int {
		return cmp.Or(cmp.Compare(a.Stat.Dev, b.Stat.Dev), cmp.Compare(a.Stat.Ino, b.Stat.Ino),
			cmp.Compare(a.Space, b.Space), cmp.Compare(a.Start, b.Start), cmp.Compare(a.PID, b.PID))
	})
	return out
}

// LocksFor lists the locks on f's file that f itself has, or the process pid (fdinfo in proc(5)).
func (f *File) LocksFor(pid int) []LockInfo {
	locks.Lock()
	defer locks.Unlock()
	l := locks.files[f.lockKey()]
	if l == nil || f.Path.IsZero() {
		return nil
	}
	return slices.DeleteFunc(l.list(nil, f.Path.Inode()), func(i LockInfo) bool {
		return i.Description != f && (i.Description != nil || i.PID != pid)
	})
}

// list adds the locks of one file.
func (l *fileLocks) list(to []LockInfo, inode Inode) []LockInfo {
	st, _ := inode.Stat()
	for space := range l.held {
		for _, h := range l.held[space] {
			f, _ := h.owner.(*File)
			to = append(to, LockInfo{Lock: h.Lock, Space: LockSpace(space), Description: f, Stat: st})
		}
	}
	return to
}
