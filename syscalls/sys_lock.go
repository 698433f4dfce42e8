package syscalls

import (
	"math"

	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
	"muslrun/syscalls/mm"
)

// lockOp is what a command of fcntl(2) does with a struct flock.
type lockOp struct {
	get, wait   bool
	description bool // the lock belongs to the open file description (F_OFD_)
	wide        bool // struct flock64
}

var lockOps = map[args.FcntlCmd]lockOp{
	linux.F_GETLK:      {get: true},
	linux.F_SETLK:      {},
	linux.F_SETLKW:     {wait: true},
	linux.F_GETLK64:    {get: true, wide: true},
	linux.F_SETLK64:    {wide: true},
	linux.F_SETLKW64:   {wide: true, wait: true},
	linux.F_OFD_GETLK:  {get: true, wide: true, description: true},
	linux.F_OFD_SETLK:  {wide: true, description: true},
	linux.F_OFD_SETLKW: {wide: true, description: true, wait: true},
}

// lockCommand does the commands that have a struct flock. wide says that those with 64-bit offsets exist here. The commands
// with 64 in their name are no commands of ABIs whose long has 64 bits.
func (c *fcntlCall) lockCommand(wide bool) linux.Errno {
	op, ok := lockOps[c.cmd]
	_, both := c.t.ABI.Calls.ByName["fcntl64"]
	if !ok || op.wide && !wide || op.wide && !op.description && !both {
		return linux.EINVAL
	}
	codec := c.t.ABI.Structs.Flock
	if op.wide {
		codec = c.t.ABI.Structs.Flock64
	}
	var fl linux.Flock
	if errno := mm.Load(c.t.Space(), codec, c.arg, &fl); errno != 0 {
		return errno
	}
	r, errno := c.request(op, &fl)
	switch {
	case errno != 0:
		return errno
	case op.get:
		return c.getLock(codec, both && !op.wide, &r)
	case op.wait:
		return awaitLock(c.t, c.file, r)
	}
	return c.file.SetLock(&r)
}

// request is the lock that a struct flock asks for.
func (c *fcntlCall) request(op lockOp, fl *linux.Flock) (r fs.LockRequest, errno linux.Errno) {
	r = fs.LockRequest{Space: fs.LockRange, Owner: c.t.Files, Lock: fs.Lock{PID: c.t.Group.PID}}
	if op.description {
		if fl.Pid != 0 {
			return r, linux.EINVAL
		}
		r.Owner, r.Lock.PID = c.file, -1
	}
	known := fl.Type == linux.F_RDLCK || fl.Type == linux.F_WRLCK || fl.Type == linux.F_UNLCK && !op.get
	if !known {
		return r, linux.EINVAL
	}
	r.Lock.Type = uint32(fl.Type)
	r.Lock.Start, r.Lock.End, errno = c.lockRange(fl)
	return r, errno
}

// lockRange gives first and last byte (flock64_to_posix_lock in fs/locks.c). A length of 0 is to the end of the file, a
// negative one lies before the start.
func (c *fcntlCall) lockRange(fl *linux.Flock) (start, end int64, errno linux.Errno) {
	base, errno := c.lockBase(fl.Whence)
	if errno != 0 {
		return 0, 0, errno
	}
	if fl.Start > math.MaxInt64-base {
		return 0, 0, linux.EOVERFLOW
	}
	start = base + fl.Start
	switch {
	case start < 0:
		return 0, 0, linux.EINVAL
	case fl.Len > 0 && fl.Len-1 > math.MaxInt64-start:
		return 0, 0, linux.EOVERFLOW
	case fl.Len > 0:
		return start, start + fl.Len - 1, 0
	case fl.Len == 0:
		return start, math.MaxInt64, 0
	case start+fl.Len < 0:
		return 0, 0, linux.EINVAL
	}
	return start + fl.Len, start - 1, 0
}

func (c *fcntlCall) lockBase(whence int16) (int64, linux.Errno) {
	switch whence {
	case linux.SEEK_SET:
		return 0, 0
	case linux.SEEK_CUR:
		return c.file.Offset(), 0
	case linux.SEEK_END:
		st, errno := c.file.Stat()
		return st.Size, errno
	}
	return 0, linux.EINVAL
}

// getLock writes the lock that is in the way, or F_UNLCK into the guest's own. narrow says that offsets have 32 bits.
func (c *fcntlCall) getLock(codec *layout.Codec[linux.Flock], narrow bool, r *fs.LockRequest) linux.Errno {
	var fl linux.Flock
	if errno := mm.Load(c.t.Space(), codec, c.arg, &fl); errno != 0 {
		return errno
	}
	l, ok := c.file.GetLock(r)
	if !ok {
		fl.Type = linux.F_UNLCK
		return mm.Store(c.t.Space(), codec, c.arg, &fl)
	}
	fl = linux.Flock{Type: int16(l.Type), Whence: linux.SEEK_SET, Start: l.Start, Pid: int32(l.PID)}
	if l.End != math.MaxInt64 {
		fl.Len = l.End - l.Start + 1
	}
	if narrow {
		if fl.Start > math.MaxInt32 {
			return linux.EOVERFLOW
		}
		fl.Len = min(fl.Len, math.MaxInt32)
	}
	return mm.Store(c.t.Space(), codec, c.arg, &fl)
}

// awaitLock waits for a lock; a signal that comes first restarts the call.
func awaitLock(t *kernel.Task, f *fs.File, r fs.LockRequest) linux.Errno {
	w := f.AwaitLock(r)
	defer w.Done()
	var errno linux.Errno
	blocked := t.BlockOn(w.Queue(), ^fs.Events(0), kernel.NoDeadline, func() bool {
		errno = w.Try()
		return errno != linux.EAGAIN
	})
	if blocked != 0 {
		return blocked
	}
	return errno
}

// flock implements Linux system call flock(2).
func flock(t *kernel.Task, fd args.FD, op args.Int) (result, linux.Errno) {
	kinds := map[args.Int]uint32{
		linux.LOCK_SH: linux.F_RDLCK, linux.LOCK_EX: linux.F_WRLCK, linux.LOCK_UN: linux.F_UNLCK,
	}
	kind, ok := kinds[op&^linux.LOCK_NB]
	return withFile(t, fd, func(f *fs.File) (result, linux.Errno) {
		switch {
		case f.IsPath():
			return 0, linux.EBADF
		case !ok:
			return 0, linux.EINVAL
		}
		r := fs.LockRequest{Space: fs.LockFlock, Owner: f, Lock: fs.WholeFile(kind)}
		if op&linux.LOCK_NB != 0 || kind == linux.F_UNLCK {
			return 0, f.SetLock(&r)
		}
		return 0, awaitLock(t, f, r)
	})
}
