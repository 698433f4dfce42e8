package hosttty

import (
	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// stream is a host descriptor without an offset: the file operations of pipes and sockets, and the base of terminals.
type stream struct {
	*source
	// nonblocking says that the descriptor's own description has O_NONBLOCK.
	nonblocking bool
	patient     bool // see Stdio.BePatient
}

// carefully is how many bytes are written at once to a descriptor that might block: as many as a pipe that poll(2)
// calls writable has room for.
const carefully = 4096

// ReadAt implements fs.FileOps.
func (s *stream) ReadAt(_ *fs.Caller, dst [][]byte, _ int64) (int, linux.Errno) {
	if s.in < 0 {
		return 0, linux.EBADF
	}
	if fs.Size(dst) == 0 {
		return 0, 0
	}
	n, err := s.read(dst)
	if err == unix.EAGAIN && s.await(fs.EventIn) {
		n, err = s.read(dst)
	}
	s.rearm(fs.EventIn)
	return result(n, err)
}

func (s *stream) read(dst [][]byte) (int, error) {
	if !s.nonblocking {
		n, err := again(func() (int, error) { return unix.Preadv2(s.in, dst, -1, unix.RWF_NOWAIT) })
		if err != unix.EOPNOTSUPP {
			return n, err
		}
		if s.now(fs.EventIn) == 0 {
			return 0, unix.EAGAIN
		}
	}
	return again(func() (int, error) { return unix.Readv(s.in, dst) })
}

// WriteAt implements fs.FileOps. EPIPE leaves SIGPIPE to the kernel; the host's is caught by the Go runtime.
func (s *stream) WriteAt(_ *fs.Caller, src [][]byte, _ int64) (int, linux.Errno) {
	if s.out < 0 {
		return 0, linux.EBADF
	}
	n, err := s.write(src)
	for rest := fs.Size(src) - n; (err == nil && rest > 0 || err == unix.EAGAIN) && s.await(fs.EventOut); {
		more := 0
		if more, err = s.write(fs.Tail(src, n)); err == nil {
			n, rest = n+more, rest-more
		}
	}
	if n > 0 {
		err = nil
	}
	s.rearm(fs.EventOut)
	return result(n, err)
}

func (s *stream) write(src [][]byte) (int, error) {
	if !s.nonblocking {
		n, err := again(func() (int, error) { return unix.Pwritev2(s.out, src, -1, unix.RWF_NOWAIT) })
		if err != unix.EOPNOTSUPP {
			return n, err
		}
		if s.now(fs.EventOut) == 0 {
			return 0, unix.EAGAIN
		}
		some := fs.NewCursor(src)
		b := some.Next()
		b = b[:min(len(b), carefully)]
		return again(func() (int, error) { return unix.Write(s.out, b) })
	}
	return again(func() (int, error) { return unix.Writev(s.out, src) })
}

// again repeats a call that a signal for muslrun itself has interrupted.
func again(call func() (int, error)) (int, error) {
	for {
		if n, err := call(); err != unix.EINTR {
			return n, err
		}
	}
}

// result gives a host call's result as the guest's: error numbers are the same.
func result(n int, err error) (int, linux.Errno) {
	if err == nil {
		return n, 0
	}
	if errno, ok := err.(unix.Errno); ok {
		return 0, linux.Errno(errno)
	}
	return 0, linux.EIO
}

// Seekable implements fs.FileOps.
func (s *stream) Seekable() bool { return false }

// Poll implements fs.FileOps. What is not pending is asked for again, for the sake of a waiter that was told once.
func (s *stream) Poll() fs.Events {
	const all = fs.EventIn | fs.EventPri | fs.EventOut | fs.EventRdHup
	ev := s.now(all)
	if ev&fs.EventIn == 0 && s.in >= 0 && s.await(fs.EventIn) {
		ev = s.now(all)
	}
	s.rearm(all &^ ev)
	return ev
}

// Queue implements fs.FileOps.
func (s *stream) Queue() *fs.Queue { return s.queue }

// Readable implements fs.BytesReadable.
func (s *stream) Readable() (int, linux.Errno) {
	return result(unix.IoctlGetInt(max(s.in, s.out), unix.TIOCINQ))
}

// await waits until the host has one of the events, if the stream is patient. It reports whether the host has one.
func (s *stream) await(want fs.Events) bool {
	if !s.patient {
		return false
	}
	fds := []unix.PollFd{s.pollIn(want), s.pollOut(want), {Fd: int32(s.poller.quit), Events: unix.POLLIN}}
	for {
		if _, err := unix.Poll(fds, -1); err != unix.EINTR {
			return fds[2].Revents == 0
		}
	}
}
