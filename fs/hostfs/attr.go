package hostfs

import (
	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

const (
	blockSize = 4096
	// dirSize is what every directory measures: the real size tells which file system the host has.
	dirSize = 4096
)

// storedMode is what of a guest's mode reaches the host: no set-id bits, which would give a host user privileges.
func storedMode(mode uint32) uint32 { return mode & 0o1777 }

// Stat tells what the host knows of a file, in the guest's terms.
func (n *node) Stat() (linux.Stat, linux.Errno) {
	var st unix.Statx_t
	errno := n.use(func(fd int) error { return statAt(fd, "", &st) })
	if errno == 0 {
		return n.guestStat(&st), 0
	}
	if gone := n.grave(); gone != nil {
		return *gone, 0
	}
	return linux.Stat{}, errno
}

func (n *node) guestStat(st *unix.Statx_t) linux.Stat {
	uid, gid := n.sb.owner(st)
	out := linux.Stat{
		Dev: n.sb.opts.Dev, Ino: n.ino,
		Mode: n.mode | storedMode(uint32(st.Mode)), Nlink: st.Nlink, UID: uid, GID: gid,
		Size: int64(st.Size), Blksize: blockSize, Blocks: int64(st.Blocks),
		Atime: timespec(st.Atime), Mtime: timespec(st.Mtime), Ctime: timespec(st.Ctime), Btime: timespec(st.Btime),
	}
	switch n.mode {
	case linux.S_IFDIR:
		out.Size, out.Blocks = dirSize, dirSize/512
	case linux.S_IFCHR, linux.S_IFBLK:
		out.Rdev = linux.Makedev(st.Rdev_major, st.Rdev_minor)
	}
	return out
}

func timespec(t unix.StatxTimestamp) linux.Timespec {
	return linux.Timespec{Sec: t.Sec, Nsec: int64(t.Nsec)}
}

// owner gives a host file's owner as the guest knows users.
func (sb *Superblock) owner(st *unix.Statx_t) (uid, gid uint32) {
	if sb.opts.KeepIDs {
		return st.Uid, st.Gid
	}
	uid, gid = nobody, nobody
	if st.Uid == sb.hostUID {
		uid = sb.opts.UID
	}
	if st.Gid == sb.hostGID {
		gid = sb.opts.GID
	}
	return uid, gid
}

// SetAttr changes attributes; a change that fails leaves the later ones undone.
func (n *node) SetAttr(_ *fs.Caller, set *fs.SetAttr) linux.Errno {
	if errno := n.sb.writable(); errno != 0 {
		return errno
	}
	for _, change := range [...]func(*fs.SetAttr) linux.Errno{n.setSize, n.setOwner, n.setMode, n.setTimes} {
		if errno := change(set); errno != 0 {
			return errno
		}
	}
	return 0
}

func (n *node) setMode(set *fs.SetAttr) linux.Errno {
	if set.Mask&fs.AttrMode == 0 {
		return 0
	}
	if n.mode == linux.S_IFLNK {
		return linux.EOPNOTSUPP
	}
	return n.use(func(fd int) error { return unix.Chmod(procFD(fd), storedMode(set.Mode)) })
}

// setOwner stores owners only where host and guest number them alike; elsewhere it accepts what is so already.
func (n *node) setOwner(set *fs.SetAttr) linux.Errno {
	if set.Mask&(fs.AttrUID|fs.AttrGID) == 0 {
		return 0
	}
	uid, gid := -1, -1
	if set.Mask&fs.AttrUID != 0 {
		uid = int(set.UID)
	}
	if set.Mask&fs.AttrGID != 0 {
		gid = int(set.GID)
	}
	if n.sb.opts.KeepIDs {
		return n.use(func(fd int) error { return unix.Fchownat(fd, "", uid, gid, unix.AT_EMPTY_PATH) })
	}
	st, errno := n.Stat()
	if errno != 0 {
		return errno
	}
	if uid >= 0 && st.UID != set.UID || gid >= 0 && st.GID != set.GID {
		return linux.EPERM
	}
	return 0
}

// setTimes leaves the time of a truncation to the host: whoever may write need not be the owner, who alone may set times.
func (n *node) setTimes(set *fs.SetAttr) linux.Errno {
	if set.Mask&(fs.AttrAtime|fs.AttrMtime) == 0 || set.Mask&fs.AttrSize != 0 {
		return 0
	}
	times := []unix.Timespec{{Nsec: unix.UTIME_OMIT}, {Nsec: unix.UTIME_OMIT}}
	if set.Mask&fs.AttrAtime != 0 {
		times[0] = unix.Timespec{Sec: set.Atime.Sec, Nsec: set.Atime.Nsec}
	}
	if set.Mask&fs.AttrMtime != 0 {
		times[1] = unix.Timespec{Sec: set.Mtime.Sec, Nsec: set.Mtime.Nsec}
	}
	return n.use(func(fd int) error { return unix.UtimesNanoAt(unix.AT_FDCWD, procFD(fd), times, 0) })
}

// setSize truncates or extends. A descriptor that is open for writing is preferred: it works even if the mode has been
// changed since (ftruncate(2)).
func (n *node) setSize(set *fs.SetAttr) linux.Errno {
	if set.Mask&fs.AttrSize == 0 {
		return 0
	}
	switch {
	case n.isDir():
		return linux.EISDIR
	case n.mode != linux.S_IFREG || set.Size < 0:
		return linux.EINVAL
	}
	n.sizing.Lock()
	defer n.sizing.Unlock()
	return n.resize(set.Size, func() linux.Errno {
		if s := n.writer(); s != nil {
			defer n.unshare(s)
			return errnoOf(unix.Ftruncate(s.fd, set.Size))
		}
		return n.use(func(fd int) error {
			if err := n.disarm(fd); err != nil {
				return err
			}
			return unix.Truncate(procFD(fd), set.Size)
		})
	})
}

// disarm takes set-id bits off a host file before a guest changes what is in it. The host does that by itself unless
// muslrun is root.
func (n *node) disarm(fd int) error {
	if n.sb.hostUID != 0 {
		return nil
	}
	var st unix.Statx_t
	if err := statAt(fd, "", &st); err != nil || st.Mode&(linux.S_ISUID|linux.S_ISGID) == 0 {
		return err
	}
	return unix.Chmod(procFD(fd), storedMode(uint32(st.Mode)))
}
