package syscalls

import (
	"math"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// fileFlow is a copy between two files without the guest's memory: sendfile(2), copy_file_range(2), splice(2).
type fileFlow struct {
	t        *kernel.Task
	in, out  *fs.File
	src, dst transfer
	once     bool // stops at the first pause instead of going on to the full count: splice
}

// flowBuffer is how much is moved at a time.
const flowBuffer = 64 << 10

// run moves up to count bytes. What was moved before an error counts more than the error.
func (f *fileFlow) run(count uint64) (total result, errno linux.Errno) {
	buf := make([]byte, min(count, flowBuffer))
	for left := min(count, math.MaxInt32&^4095); left > 0; {
		n, errno := f.step(buf[:min(left, uint64(len(buf)))])
		if errno != 0 && total == 0 {
			return 0, errno
		}
		total, left = total+n, left-n
		if errno != 0 || n == 0 || f.t.Interrupted() {
			break
		}
		if f.once { // what follows must not wait
			f.src.flags |= linux.RWF_NOWAIT
			f.dst.flags |= linux.RWF_NOWAIT
		}
	}
	return total, 0
}

// step moves one buffer. What the other file did not take stays in the first: it is looked at without being taken if it is
// a pipe, and the offset goes back otherwise.
func (f *fileFlow) step(buf []byte) (result, linux.Errno) {
	n, errno := f.fetch(buf)
	if errno != 0 || n == 0 {
		return 0, errno
	}
	w, errno := f.dst.do(f.t, f.out, [][]byte{buf[:n]})
	if errno != 0 {
		w = 0
	}
	f.taken(buf, n, w)
	f.src.pos, f.dst.pos = f.src.pos+int64(w), f.dst.pos+int64(w)
	return w, errno
}

func (f *fileFlow) fetch(buf []byte) (result, linux.Errno) {
	p, ok := f.in.Ops.(fs.Peeker)
	if !ok {
		return f.src.do(f.t, f.in, [][]byte{buf})
	}
	return peek(f.t, f.in, p, f.src.flags&linux.RWF_NOWAIT == 0, buf)
}

// peek looks at what is in a pipe, and waits for something if wait says so.
func peek(t *kernel.Task, f *fs.File, p fs.Peeker, wait bool, buf []byte) (result, linux.Errno) {
	look := func() (int, linux.Errno) { return p.Peek([][]byte{buf}) }
	n, errno := look()
	if errno == linux.EAGAIN && wait {
		n, errno = t.Retry(f, fs.EventIn, look)
	}
	return result(n), errno
}

// taken takes w of the n bytes that were fetched out of the first file.
func (f *fileFlow) taken(buf []byte, n, w result) {
	if _, ok := f.in.Ops.(fs.Peeker); ok {
		_, _ = f.in.Read(&f.t.Caller, [][]byte{buf[:w]})
		return
	}
	if f.src.kind == atOffset && w < n {
		_, _ = f.in.Seek(&f.t.Caller, int64(w)-int64(n), linux.SEEK_CUR)
	}
}

// both runs fn on two open files.
func both(t *kernel.Task, a, b args.FD, fn func(a, b *fs.File) (result, linux.Errno)) (result, linux.Errno) {
	return withFile(t, a, func(fa *fs.File) (result, linux.Errno) {
		return withFile(t, b, func(fb *fs.File) (result, linux.Errno) { return fn(fa, fb) })
	})
}

// position is an offset in guest memory that a call reads and advances, or none: the description's own is used then.
type position struct {
	addr  uint64
	bytes int
	start int64
}

// load reads the offset; EINVAL if it is negative.
func (p *position) load(t *kernel.Task) linux.Errno {
	if p.addr == 0 {
		return 0
	}
	v, errno := t.Space().Word(p.addr, p.bytes)
	if p.start = int64(v); p.bytes == 4 {
		p.start = int64(int32(v))
	}
	if errno == 0 && p.start < 0 {
		return linux.EINVAL
	}
	return errno
}

// use makes a transfer go by the offset.
func (p *position) use(x *transfer) {
	if p.addr != 0 {
		x.kind, x.pos = atPos, p.start
	}
}

// advance writes the offset back.
func (p *position) advance(t *kernel.Task, n result) linux.Errno {
	if p.addr == 0 {
		return 0
	}
	return t.Space().SetWord(p.addr, p.bytes, uint64(p.start)+n)
}

// sendfile64 implements Linux system call sendfile64 (sendfile(2)).
func sendfile64(t *kernel.Task, out, in args.FD, at args.Addr, count args.Size) (result, linux.Errno) {
	return sendFile(t, out, in, position{addr: uint64(at), bytes: 8}, uint64(count))
}

// sendfile implements Linux system call sendfile(2): the offset is a long.
func sendfile(t *kernel.Task, out, in args.FD, at args.Addr, count args.Size) (result, linux.Errno) {
	return sendFile(t, out, in, position{addr: uint64(at), bytes: t.ABI.Data.LongSize}, uint64(count))
}

func sendFile(t *kernel.Task, out, in args.FD, pos position, count uint64) (result, linux.Errno) {
	if errno := pos.load(t); errno != 0 {
		return 0, errno
	}
	return both(t, in, out, func(in, out *fs.File) (result, linux.Errno) {
		switch {
		case !in.Readable() || !out.Writable():
			return 0, linux.EBADF
		case pos.addr != 0 && !in.Ops.Seekable():
			return 0, linux.ESPIPE
		case !in.Ops.Seekable(), out.Flags()&linux.O_APPEND != 0, !in.Path.IsZero() && in.Path.IsDir():
			return 0, linux.EINVAL
		}
		f := &fileFlow{t: t, in: in, out: out, dst: transfer{write: true}}
		pos.use(&f.src)
		n, errno := f.run(count)
		if errno != 0 {
			return 0, errno
		}
		return n, pos.advance(t, n)
	})
}

// copyFileRange implements Linux system call copy_file_range(2).
func copyFileRange(t *kernel.Task, in args.FD, inAt args.Addr, out args.FD, outAt args.Addr, count args.Size,
	flags args.UInt) (result, linux.Errno) {
	inPos, outPos := position{addr: uint64(inAt), bytes: 8}, position{addr: uint64(outAt), bytes: 8}
	return both(t, in, out, func(in, out *fs.File) (result, linux.Errno) {
		if errno := inPos.load(t); errno != 0 {
			return 0, errno
		}
		if errno := outPos.load(t); errno != 0 {
			return 0, errno
		}
		f := &fileFlow{t: t, in: in, out: out, dst: transfer{write: true}}
		inPos.use(&f.src)
		outPos.use(&f.dst)
		if errno := f.mayCopy(uint64(flags), uint64(count)); errno != 0 {
			return 0, errno
		}
		n, errno := f.run(uint64(count))
		if errno != 0 {
			return 0, errno
		}
		if errno := inPos.advance(t, n); errno != 0 {
			return 0, errno
		}
		return n, outPos.advance(t, n)
	})
}

// mayCopy makes the checks of copy_file_range(2): regular files, and no overlap within one.
func (f *fileFlow) mayCopy(flags, count uint64) linux.Errno {
	from, errno := f.in.Stat()
	if errno != 0 {
		return errno
	}
	to, errno := f.out.Stat()
	if errno != 0 {
		return errno
	}
	const dir, regular = linux.S_IFDIR, linux.S_IFREG
	switch {
	case flags != 0:
		return linux.EINVAL
	case from.Mode&linux.S_IFMT == dir || to.Mode&linux.S_IFMT == dir:
		return linux.EISDIR
	case from.Mode&linux.S_IFMT != regular || to.Mode&linux.S_IFMT != regular:
		return linux.EINVAL
	case !f.in.Readable() || !f.out.Writable() || f.out.Flags()&linux.O_APPEND != 0:
		return linux.EBADF
	}
	if from.Dev != to.Dev || from.Ino != to.Ino {
		return 0
	}
	start, end := f.startOf(f.in, &f.src), f.startOf(f.out, &f.dst)
	if uint64(max(start, end)-min(start, end)) < count {
		return linux.EINVAL
	}
	return 0
}

func (f *fileFlow) startOf(file *fs.File, x *transfer) int64 {
	if x.kind == atPos {
		return x.pos
	}
	return file.Offset()
}

// spliceFlags are the flags of splice(2), tee(2) and vmsplice(2); only SPLICE_F_NONBLOCK has an effect.
const spliceFlags = linux.SPLICE_F_MOVE | linux.SPLICE_F_NONBLOCK | linux.SPLICE_F_MORE | linux.SPLICE_F_GIFT

func isPipe(f *fs.File) bool {
	_, ok := f.Ops.(fs.PipeBuffer)
	return ok
}

// samePipe reports whether two files are ends of one pipe: ends share the queue.
func samePipe(a, b *fs.File) bool { return isPipe(a) && isPipe(b) && a.Queue() == b.Queue() }

// splice implements Linux system call splice(2).
func splice(t *kernel.Task, in args.FD, inAt args.Addr, out args.FD, outAt args.Addr, count args.Size, flags args.UInt) (
	result, linux.Errno) {
	if flags&^spliceFlags != 0 {
		return 0, linux.EINVAL
	}
	if count == 0 {
		return 0, 0
	}
	inPos, outPos := position{addr: uint64(inAt), bytes: 8}, position{addr: uint64(outAt), bytes: 8}
	return both(t, in, out, func(in, out *fs.File) (result, linux.Errno) {
		if errno := maySplice(in, out, inAt != 0, outAt != 0); errno != 0 {
			return 0, errno
		}
		if errno := inPos.load(t); errno != 0 {
			return 0, errno
		}
		if errno := outPos.load(t); errno != 0 {
			return 0, errno
		}
		f := &fileFlow{t: t, in: in, out: out, dst: transfer{write: true}, once: true}
		inPos.use(&f.src)
		outPos.use(&f.dst)
		f.nonblock(flags&linux.SPLICE_F_NONBLOCK != 0)
		n, errno := f.run(uint64(count))
		if errno != 0 {
			return 0, errno
		}
		if errno := inPos.advance(t, n); errno != 0 {
			return 0, errno
		}
		return n, outPos.advance(t, n)
	})
}

// nonblock is SPLICE_F_NONBLOCK, which is for the pipes only.
func (f *fileFlow) nonblock(on bool) {
	if on && isPipe(f.in) {
		f.src.flags |= linux.RWF_NOWAIT
	}
	if on && isPipe(f.out) {
		f.dst.flags |= linux.RWF_NOWAIT
	}
}

func maySplice(in, out *fs.File, inAt, outAt bool) linux.Errno {
	switch {
	case !in.Readable() || !out.Writable():
		return linux.EBADF
	case isPipe(in) && inAt, isPipe(out) && outAt:
		return linux.ESPIPE
	case !isPipe(in) && !isPipe(out), samePipe(in, out):
		return linux.EINVAL
	case !isPipe(in) && inAt && !in.Ops.Seekable(), !isPipe(out) && outAt && !out.Ops.Seekable():
		return linux.EINVAL
	case out.Flags()&linux.O_APPEND != 0 && !isPipe(out):
		return linux.EINVAL
	case !in.Path.IsZero() && in.Path.IsDir():
		return linux.EINVAL
	}
	return 0
}

// tee implements Linux system call tee(2): the data stay in the first pipe.
func tee(t *kernel.Task, in, out args.FD, count args.Size, flags args.UInt) (result, linux.Errno) {
	if flags&^spliceFlags != 0 {
		return 0, linux.EINVAL
	}
	return both(t, in, out, func(in, out *fs.File) (result, linux.Errno) {
		from, ok := in.Ops.(fs.Peeker)
		switch {
		case !in.Readable() || !out.Writable():
			return 0, linux.EBADF
		case !ok || !isPipe(out) || samePipe(in, out):
			return 0, linux.EINVAL
		case count == 0:
			return 0, 0
		}
		wait := flags&linux.SPLICE_F_NONBLOCK == 0
		buf := make([]byte, min(uint64(count), 1<<20))
		n, errno := peek(t, in, from, wait, buf)
		if errno != 0 || n == 0 {
			return 0, errno
		}
		return writeSome(t, out, buf[:n], wait)
	})
}

// writeSome writes what has room and waits for the first room only.
func writeSome(t *kernel.Task, f *fs.File, b []byte, wait bool) (result, linux.Errno) {
	x := transfer{write: true, flags: linux.RWF_NOWAIT}
	n, errno := x.do(t, f, [][]byte{b})
	if errno != linux.EAGAIN || !wait {
		return n, errno
	}
	m, errno := t.Retry(f, fs.EventOut, func() (int, linux.Errno) { return x.once(t, f, [][]byte{b}) })
	return x.finish(t, f, m, errno)
}

// vmsplice implements Linux system call vmsplice(2): the pages are copied, not moved.
func vmsplice(t *kernel.Task, fd args.FD, v args.InVec, flags args.UInt) (result, linux.Errno) {
	if flags&^spliceFlags != 0 {
		return 0, linux.EINVAL
	}
	var x transfer
	errno := linux.Errno(0)
	_, found := withFile(t, fd, func(f *fs.File) (result, linux.Errno) {
		if !isPipe(f) {
			errno = linux.EBADF
		}
		x.write = f.Writable()
		return 0, errno
	})
	if found != 0 {
		return 0, found
	}
	if flags&linux.SPLICE_F_NONBLOCK != 0 {
		x.flags = linux.RWF_NOWAIT
	}
	if x.write {
		return move(x, t, fd, v)
	}
	return move(x, t, fd, args.OutVec(v))
}
