package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// withFile runs fn on an open file and drops the reference afterwards; EBADF if the descriptor is not open.
func withFile(t *kernel.Task, fd args.FD, fn func(*fs.File) (result, linux.Errno)) (result, linux.Errno) {
	f := t.Files.Get(int32(fd))
	if f == nil {
		return 0, linux.EBADF
	}
	defer f.Unref(&t.Caller)
	return fn(f)
}

// vec is an argument that names guest memory for a file operation: args.InBuf, OutBuf, InVec, OutVec.
type vec interface {
	View(t *kernel.Task) ([][]byte, linux.Errno)
}

// ioKind is how a read or write uses the file's offset.
type ioKind uint8

const (
	atOffset ioKind = iota // the description's own offset
	atPos                  // a given position
)

// transfer is one read or write, of any form. It holds what the handlers differ in, so that waiting, partial results and
// signals are dealt with once.
type transfer struct {
	write bool
	kind  ioKind
	pos   int64
	flags uint32 // RWF_*
}

// move moves bytes between the guest's buffers and a file. It is generic so that no buffer escapes to the heap.
func move[V vec](x transfer, t *kernel.Task, fd args.FD, v V) (result, linux.Errno) {
	f := t.Files.Get(int32(fd))
	if f == nil {
		return 0, linux.EBADF
	}
	defer f.Unref(&t.Caller)
	if errno := x.check(f); errno != 0 {
		return 0, errno
	}
	bufs, errno := v.View(t)
	if errno != 0 {
		return 0, errno
	}
	return x.do(t, f, bufs)
}

// do moves bytes between buffers and an open file, with all that follows from it.
func (x transfer) do(t *kernel.Task, f *fs.File, bufs [][]byte) (result, linux.Errno) {
	n, errno := x.once(t, f, bufs)
	if errno == linux.EAGAIN && x.flags&linux.RWF_NOWAIT == 0 {
		n, errno = x.wait(t, f, bufs)
	} else if x.write && errno == 0 && n < fs.Size(bufs) && x.mayContinue(f) {
		n, errno = x.rest(t, f, bufs, n)
	}
	return x.finish(t, f, n, errno)
}

// check answers EBADF before the buffer is looked at, as Linux does.
func (x transfer) check(f *fs.File) linux.Errno {
	switch {
	case x.write && !f.Writable(), !x.write && !f.Readable():
		return linux.EBADF
	case x.flags&^(linux.RWF_HIPRI|linux.RWF_DSYNC|linux.RWF_SYNC|linux.RWF_NOWAIT|linux.RWF_APPEND|rwfNoAppend) != 0:
		return linux.EOPNOTSUPP
	}
	return 0
}

// rwfNoAppend is RWF_NOAPPEND (linux/fs.h since 6.9), which musl's pwrite tries first.
const rwfNoAppend = 0x20

func (x transfer) once(t *kernel.Task, f *fs.File, bufs [][]byte) (int, linux.Errno) {
	switch {
	case x.write && x.kind == atOffset:
		return f.Write(&t.Caller, bufs)
	case x.write:
		appending := f.Flags()&linux.O_APPEND != 0 && x.flags&rwfNoAppend == 0 || x.flags&linux.RWF_APPEND != 0
		return f.PwriteAs(&t.Caller, bufs, x.pos, appending)
	case x.kind == atOffset:
		return f.Read(&t.Caller, bufs)
	}
	return f.Pread(&t.Caller, bufs, x.pos)
}

// wait blocks until the transfer can be done. A blocking write goes on until all is written, or a signal comes.
func (x transfer) wait(t *kernel.Task, f *fs.File, bufs [][]byte) (int, linux.Errno) {
	events := fs.EventIn
	if x.write {
		events = fs.EventOut
	}
	n, errno := t.Retry(f, events, func() (int, linux.Errno) { return x.once(t, f, bufs) })
	if x.write && errno == 0 && n < fs.Size(bufs) && x.mayContinue(f) {
		return x.rest(t, f, bufs, n)
	}
	return n, errno
}

// mayContinue reports whether a partial write is to be completed: on streams that block. A regular file that takes less is
// full.
func (x transfer) mayContinue(f *fs.File) bool {
	return !f.Ops.Seekable() && f.Flags()&linux.O_NONBLOCK == 0 && x.flags&linux.RWF_NOWAIT == 0
}

// rest writes what is left after the first n bytes. What was written counts more than the error that ends it.
func (x transfer) rest(t *kernel.Task, f *fs.File, bufs [][]byte, n int) (int, linux.Errno) {
	total := fs.Size(bufs)
	for n < total {
		left := fs.Tail(bufs, n)
		m, errno := t.Retry(f, fs.EventOut, func() (int, linux.Errno) { return x.once(t, f, left) })
		if errno != 0 || m == 0 {
			break
		}
		n += m
	}
	return n, 0
}

// tooLarge reports that a file would have become too large, and sends SIGXFSZ if RLIMIT_FSIZE is to blame.
func tooLarge(t *kernel.Task, errno linux.Errno) bool {
	if errno == linux.EFBIG && t.Caller.FileSizeLimit != linux.RLIM_INFINITY {
		t.SendSelf(linux.SIGXFSZ)
	}
	return errno == linux.EFBIG
}

// finish sends the signals that failed writes are due.
func (x transfer) finish(t *kernel.Task, f *fs.File, n int, errno linux.Errno) (result, linux.Errno) {
	switch {
	case errno == linux.EPIPE && x.write && breaksPipe(f):
		t.SendSelf(linux.SIGPIPE)
	case x.write && tooLarge(t, errno):
	case errno == 0 && x.write && x.flags&(linux.RWF_DSYNC|linux.RWF_SYNC) != 0:
		errno = f.Sync(&t.Caller, x.flags&linux.RWF_SYNC == 0)
	}
	if errno != 0 {
		return 0, errno
	}
	return result(n), 0
}

// read implements Linux system call read(2).
func read(t *kernel.Task, fd args.FD, buf args.OutBuf) (result, linux.Errno) {
	return move(transfer{}, t, fd, buf)
}

// write implements Linux system call write(2).
func write(t *kernel.Task, fd args.FD, buf args.InBuf) (result, linux.Errno) {
	return move(transfer{write: true}, t, fd, buf)
}

// readv implements Linux system call readv(2).
func readv(t *kernel.Task, fd args.FD, v args.OutVec) (result, linux.Errno) {
	return move(transfer{}, t, fd, v)
}

// writev implements Linux system call writev(2).
func writev(t *kernel.Task, fd args.FD, v args.InVec) (result, linux.Errno) {
	return move(transfer{write: true}, t, fd, v)
}

// pread64 implements Linux system call pread64(2).
func pread64(t *kernel.Task, fd args.FD, buf args.OutBuf, off args.OffPRW) (result, linux.Errno) {
	return move(at(false, int64(off), 0), t, fd, buf)
}

// pwrite64 implements Linux system call pwrite64(2).
func pwrite64(t *kernel.Task, fd args.FD, buf args.InBuf, off args.OffPRW) (result, linux.Errno) {
	return move(at(true, int64(off), 0), t, fd, buf)
}

// preadv implements Linux system call preadv(2).
func preadv(t *kernel.Task, fd args.FD, v args.OutVec, off args.OffLoHi) (result, linux.Errno) {
	return move(at(false, int64(off), 0), t, fd, v)
}

// pwritev implements Linux system call pwritev(2).
func pwritev(t *kernel.Task, fd args.FD, v args.InVec, off args.OffLoHi) (result, linux.Errno) {
	return move(at(true, int64(off), 0), t, fd, v)
}

// preadv2 implements Linux system call preadv2(2): offset -1 is the description's own.
func preadv2(t *kernel.Task, fd args.FD, v args.OutVec, off args.OffLoHi, flags args.RWFlags) (result, linux.Errno) {
	return move(atOrCurrent(false, int64(off), uint32(flags)), t, fd, v)
}

// pwritev2 implements Linux system call pwritev2(2): offset -1 is the description's own.
func pwritev2(t *kernel.Task, fd args.FD, v args.InVec, off args.OffLoHi, flags args.RWFlags) (result, linux.Errno) {
	return move(atOrCurrent(true, int64(off), uint32(flags)), t, fd, v)
}

func at(write bool, pos int64, flags uint32) transfer {
	return transfer{write: write, kind: atPos, pos: pos, flags: flags}
}

func atOrCurrent(write bool, pos int64, flags uint32) transfer {
	if pos == -1 {
		return transfer{write: write, flags: flags}
	}
	return at(write, pos, flags)
}

// lseek implements Linux system call lseek(2).
func lseek(t *kernel.Task, fd args.FD, off args.Off, whence args.Whence) (result, linux.Errno) {
	return withFile(t, fd, func(f *fs.File) (result, linux.Errno) {
		pos, errno := f.Seek(&t.Caller, int64(off), int(int32(whence)))
		if errno == 0 && !t.ABI.Convention.Wide && pos != int64(int32(pos)) {
			return 0, linux.EOVERFLOW
		}
		return result(pos), errno
	})
}

// llseek implements Linux system call _llseek(2): the offset is two words, the result goes to memory.
func llseek(t *kernel.Task, fd args.FD, high, low args.UInt, res args.Addr, whence args.Whence) (result, linux.Errno) {
	return withFile(t, fd, func(f *fs.File) (result, linux.Errno) {
		pos, errno := f.Seek(&t.Caller, int64(uint64(high)<<32|uint64(low)), int(int32(whence)))
		if errno != 0 {
			return 0, errno
		}
		return 0, t.Space().SetWord(uint64(res), 8, uint64(pos))
	})
}
