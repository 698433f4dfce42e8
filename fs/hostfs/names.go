package hostfs

import (
	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// Lookup finds a name in a directory.
func (n *node) Lookup(_ *fs.Caller, name string) (fs.Inode, linux.Errno) {
	var st unix.Statx_t
	child, errno := n.lookup(name, &st)
	if errno != 0 {
		return nil, errno
	}
	return child, 0
}

// lookup also tells what the host knows of the file.
func (n *node) lookup(name string, st *unix.Statx_t) (child *node, errno linux.Errno) {
	if !n.isDir() {
		return nil, linux.ENOTDIR
	}
	if err := checkName(name); err != nil {
		return nil, errnoOf(err)
	}
	errno = n.use(func(dir int) (err error) {
		child, err = n.childAt(dir, name, st)
		return err
	})
	return child, errno
}

// childAt takes the short way for a file that is known already: no descriptor is opened.
func (n *node) childAt(dir int, name string, st *unix.Statx_t) (*node, error) {
	if err := statAt(dir, name, st); err != nil {
		return nil, err
	}
	if n.sb.live(st) != nil {
		return n.sb.nodeOf(st, n, name), nil
	}
	fd, err := n.sb.openPath(dir, name, st)
	if err != nil {
		return nil, err
	}
	if !n.sb.admits(fd, devOf(st)) {
		_ = unix.Close(fd)
		return nil, unix.EACCES
	}
	child := n.sb.nodeOf(st, n, name)
	n.sb.handles.put(n.sb.handles.add(child.key, fd))
	return child, nil
}

// Create makes a file, a directory or a symbolic link, and the names of FIFOs and sockets if there is somebody to open them.
// Devices would be doors in the host's tree: EPERM, as on a file system that has none.
func (n *node) Create(_ *fs.Caller, name string, spec *fs.CreateSpec) (fs.Inode, linux.Errno) {
	if !n.isDir() {
		return nil, linux.ENOTDIR
	}
	if errno := n.sb.writable(); errno != 0 {
		return nil, errno
	}
	if err := checkName(name); err != nil {
		return nil, errnoOf(err)
	}
	if errno := n.use(func(dir int) error { return n.sb.make(dir, name, spec) }); errno != 0 {
		return nil, errno
	}
	var st unix.Statx_t
	child, errno := n.lookup(name, &st)
	if errno != 0 {
		return nil, errno
	}
	if child.isMeeting() {
		child.sb.mu.Lock()
		child.sb.made[child.id] = spec.Socket
		child.sb.mu.Unlock()
	}
	if errno := child.settle(&st, spec); errno != 0 {
		return nil, errno
	}
	return child, 0
}

// make creates the host's file. It leaves out set-id bits and may fall short of the mode, because of the host's umask.
func (sb *Superblock) make(dir int, name string, spec *fs.CreateSpec) error {
	perm := storedMode(spec.Mode)
	switch spec.Mode & linux.S_IFMT {
	case linux.S_IFREG, 0:
		fd, err := sb.relieved(func() (int, error) {
			return openBeneath(dir, name, unix.O_CREAT|unix.O_EXCL|unix.O_WRONLY, perm)
		})
		if err == nil {
			_ = unix.Close(fd)
		}
		return err
	case linux.S_IFDIR:
		return unix.Mkdirat(dir, name, perm)
	case linux.S_IFLNK:
		return unix.Symlinkat(spec.Target, dir, name)
	case linux.S_IFIFO, linux.S_IFSOCK:
		if sb.opts.Special != nil {
			return unix.Mknodat(dir, name, spec.Mode&linux.S_IFMT|perm, 0)
		}
	}
	return unix.EPERM
}

// settle gives a new file the mode and the owner that were asked for, where the host has not.
func (n *node) settle(st *unix.Statx_t, spec *fs.CreateSpec) linux.Errno {
	return n.use(func(fd int) error {
		want := storedMode(spec.Mode)
		if n.mode != linux.S_IFLNK && uint32(st.Mode)&0o1777 != want {
			if err := unix.Chmod(procFD(fd), want); err != nil {
				return err
			}
		}
		if n.sb.opts.KeepIDs && (st.Uid != spec.UID || st.Gid != spec.GID) {
			return unix.Fchownat(fd, "", int(spec.UID), int(spec.GID), unix.AT_EMPTY_PATH)
		}
		return nil
	})
}

// Link gives a file of this file system another name.
func (n *node) Link(_ *fs.Caller, name string, target fs.Inode) linux.Errno {
	t, ok := target.(*node)
	if !ok || t.sb != n.sb {
		return linux.EXDEV
	}
	if errno := n.sb.writable(); errno != 0 {
		return errno
	}
	if err := checkName(name); err != nil {
		return errnoOf(err)
	}
	errno := n.use(func(dir int) error {
		return retryable(t.use(func(fd int) error {
			return unix.Linkat(unix.AT_FDCWD, procFD(fd), dir, name, unix.AT_SYMLINK_FOLLOW)
		}))
	})
	if errno == 0 {
		t.moved(place{}, place{n, name})
	}
	return errno
}

// retryable carries an Errno through an inner use.
func retryable(errno linux.Errno) error {
	if errno == 0 {
		return nil
	}
	return unix.Errno(errno)
}

// Remove unlinks a name.
func (n *node) Remove(_ *fs.Caller, name string, dir bool) linux.Errno {
	if errno := n.sb.writable(); errno != 0 {
		return errno
	}
	if err := checkName(name); err != nil {
		return errnoOf(err)
	}
	flags := 0
	if dir {
		flags = unix.AT_REMOVEDIR
	}
	return n.use(func(fd int) error {
		loss := n.sb.watch(fd, name, place{n, name})
		defer loss.done()
		err := unix.Unlinkat(fd, name, flags)
		if err == nil {
			loss.happened(place{})
		}
		return err
	})
}

// Rename moves a name.
func (n *node) Rename(_ *fs.Caller, name string, to fs.Inode, toName string, flags uint32) linux.Errno {
	d, ok := to.(*node)
	if !ok || d.sb != n.sb {
		return linux.EXDEV
	}
	if errno := n.sb.writable(); errno != 0 {
		return errno
	}
	if checkName(name) != nil || checkName(toName) != nil || flags&^(linux.RENAME_NOREPLACE|linux.RENAME_EXCHANGE) != 0 {
		return linux.EINVAL
	}
	from, dest := place{n, name}, place{d, toName}
	return n.use(func(fromFD int) error {
		return retryable(d.use(func(toFD int) error {
			moving := n.sb.watch(fromFD, name, from)
			defer moving.done()
			replaced := n.sb.watch(toFD, toName, dest)
			defer replaced.done()
			if err := unix.Renameat2(fromFD, name, toFD, toName, uint(flags)); err != nil {
				return err
			}
			if moving.same(replaced) {
				return nil // two names of one file: rename(2) does nothing
			}
			moving.happened(dest)
			if flags&linux.RENAME_EXCHANGE != 0 {
				replaced.happened(from)
			} else {
				replaced.happened(place{})
			}
			return nil
		}))
	})
}

// Readlink gives the text of a symbolic link, which means something in the guest's name space only.
func (n *node) Readlink(*fs.Caller) (target string, errno linux.Errno) {
	if n.mode != linux.S_IFLNK {
		return "", linux.EINVAL
	}
	errno = n.use(func(fd int) error {
		var buf [linux.PATH_MAX]byte
		size, err := unix.Readlinkat(fd, "", buf[:])
		target = string(buf[:max(size, 0)])
		return err
	})
	return target, errno
}
