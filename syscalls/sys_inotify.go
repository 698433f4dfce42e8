package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/inotify"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// maxInotify is how many instances there may be (/proc/sys/fs/inotify/max_user_instances).
const maxInotify = 128

// inotifyInit1 implements Linux system call inotify_init1 (inotify_init(2)).
func inotifyInit1(t *kernel.Task, flags args.OpenFlags) (result, linux.Errno) {
	if flags&^(linux.O_CLOEXEC|linux.O_NONBLOCK) != 0 {
		return 0, linux.EINVAL
	}
	count := &t.Kernel.Inotifies
	if count.Add(1) > maxInotify {
		count.Add(-1)
		return 0, linux.EMFILE
	}
	ops := inotify.New(t.ABI.Data.Order, func() { count.Add(-1) })
	f, errno := t.Kernel.AnonFS.File("inotify", ops, linux.O_RDONLY|uint32(flags)&linux.O_NONBLOCK)
	if errno != 0 {
		count.Add(-1)
		return 0, errno
	}
	return install(t, f, flags&linux.O_CLOEXEC != 0)
}

// inotifyInit implements Linux system call inotify_init(2).
func inotifyInit(t *kernel.Task) (result, linux.Errno) { return inotifyInit1(t, 0) }

// withInotify runs fn on an instance: EBADF if the descriptor is not open, EINVAL if it is something else.
func withInotify(t *kernel.Task, fd args.FD, fn func(*inotify.Inotify) (result, linux.Errno)) (result, linux.Errno) {
	return withFile(t, fd, func(f *fs.File) (result, linux.Errno) {
		if f.IsPath() {
			return 0, linux.EBADF
		}
		n, ok := f.Ops.(*inotify.Inotify)
		if !ok {
			return 0, linux.EINVAL
		}
		return fn(n)
	})
}

// inotifyAddWatch implements Linux system call inotify_add_watch(2).
func inotifyAddWatch(t *kernel.Task, fd args.FD, name args.Path, mask args.InotifyMask) (result, linux.Errno) {
	const exclusive = linux.IN_MASK_ADD | linux.IN_MASK_CREATE
	if mask&^inotify.Valid != 0 || mask == 0 {
		return 0, linux.EINVAL
	}
	return withInotify(t, fd, func(n *inotify.Inotify) (result, linux.Errno) {
		if mask&exclusive == exclusive {
			return 0, linux.EINVAL
		}
		var flags fs.WalkFlags
		if mask&linux.IN_DONT_FOLLOW != 0 {
			flags |= fs.WalkNoFollow
		}
		if mask&linux.IN_ONLYDIR != 0 {
			flags |= fs.WalkDirectory
		}
		p, errno := t.FS.Resolve(&t.Caller, fs.Path{}, string(name), flags)
		if errno == 0 {
			errno = p.Access(&t.Caller, linux.R_OK)
		}
		if errno != 0 {
			return 0, errno
		}
		wd, errno := n.Add(p, uint32(mask))
		return result(wd), errno
	})
}

// inotifyRmWatch implements Linux system call inotify_rm_watch(2).
func inotifyRmWatch(t *kernel.Task, fd args.FD, wd args.Int) (result, linux.Errno) {
	return withInotify(t, fd, func(n *inotify.Inotify) (result, linux.Errno) { return 0, n.Remove(int32(wd)) })
}
