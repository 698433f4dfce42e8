package pipe

import (
	"sync/atomic"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// End is one open file description of a pipe.
type End struct {
	pipe   *Pipe
	mode   Mode
	packet atomic.Bool

	// What an open waits for: a partner after so many.
	awaitReaders, awaitWriters bool
	readersThen, writersThen   uint64
	// quiet is one more than the count of writers at which end of file is no hang-up yet: of a FIFO that was opened
	// without blocking before any writer came. Otherwise it is 0.
	quiet uint64
}

// Pipe is the pipe that e is an end of.
func (e *End) Pipe() *Pipe { return e.pipe }

// SetFlags implements fs.FlagSetter: O_DIRECT is packet mode, which matters to writes.
func (e *End) SetFlags(flags uint32) linux.Errno {
	e.packet.Store(flags&linux.O_DIRECT != 0)
	return 0
}

// PipeSize implements fs.PipeBuffer.
func (e *End) PipeSize() int { return e.pipe.Size() }

// SetPipeSize implements fs.PipeBuffer.
func (e *End) SetPipeSize(size uint32, privileged bool) (int, linux.Errno) {
	return e.pipe.SetSize(size, privileged)
}

// awaitPartner notes what the open of a FIFO waits for. The caller holds the pipe's mu.
func (e *End) awaitPartner(nonblock bool) {
	p := e.pipe
	e.readersThen, e.writersThen = p.everReaders, p.everWriters
	switch {
	case e.mode == Read && p.writers == 0 && nonblock:
		e.quiet = p.everWriters + 1
	case e.mode == Read && p.writers == 0:
		e.awaitWriters = true
	case e.mode == Write && p.readers == 0:
		e.awaitReaders = true
	}
}

// Opened reports whether the open of a FIFO is complete: EAGAIN while it waits for a partner. Wait on Queue.
func (e *End) Opened() linux.Errno {
	p := e.pipe
	p.mu.Lock()
	defer p.mu.Unlock()
	if e.awaitWriters && p.everWriters == e.writersThen || e.awaitReaders && p.everReaders == e.readersThen {
		return linux.EAGAIN
	}
	return 0
}

// ReadAt implements fs.FileOps. 0 without an error is end of file: the pipe is empty and nobody writes.
func (e *End) ReadAt(_ *fs.Caller, dst [][]byte, _ int64) (int, linux.Errno) {
	if e.mode&Read == 0 {
		return 0, linux.EBADF
	}
	n, wasFull, errno := e.pipe.read(dst)
	if wasFull && n > 0 {
		e.pipe.queue.Notify(fs.EventOut)
	}
	return n, errno
}

func (p *Pipe) read(dst [][]byte) (n int, wasFull bool, errno linux.Errno) {
	if fs.Size(dst) == 0 {
		return 0, false, 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ring.empty() {
		if p.writers > 0 {
			return 0, false, linux.EAGAIN
		}
		return 0, false, 0
	}
	wasFull = p.ring.full()
	n = p.ring.read(fs.NewCursor(dst))
	return n, wasFull && !p.ring.full(), 0
}

// WriteAt implements fs.FileOps. EPIPE means that nobody reads: the task gets SIGPIPE too.
func (e *End) WriteAt(_ *fs.Caller, src [][]byte, _ int64) (int, linux.Errno) {
	if e.mode&Write == 0 {
		return 0, linux.EBADF
	}
	n, errno := e.pipe.write(src, e.packet.Load())
	if n > 0 {
		e.pipe.queue.Notify(fs.EventIn)
	}
	return n, errno
}

func (p *Pipe) write(src [][]byte, packet bool) (int, linux.Errno) {
	total := fs.Size(src)
	if total == 0 {
		return 0, 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.readers == 0 {
		return 0, linux.EPIPE
	}
	if n := p.ring.write(fs.NewCursor(src), total, packet); n > 0 {
		return n, 0
	}
	return 0, linux.EAGAIN
}

// Seekable implements fs.FileOps.
func (e *End) Seekable() bool { return false }

// Poll implements fs.FileOps.
func (e *End) Poll() fs.Events {
	p := e.pipe
	p.mu.Lock()
	defer p.mu.Unlock()
	var ev fs.Events
	if e.mode&Read != 0 {
		ev |= when(fs.EventIn, !p.ring.empty())
		ev |= when(fs.EventHup, p.writers == 0 && e.quiet != p.everWriters+1)
	}
	if e.mode&Write != 0 {
		ev |= when(fs.EventOut, !p.ring.full())
		ev |= when(fs.EventErr, p.readers == 0)
	}
	return ev
}

func when(ev fs.Events, cond bool) fs.Events {
	if cond {
		return ev
	}
	return 0
}

// Queue implements fs.FileOps; all ends share it.
func (e *End) Queue() *fs.Queue { return &e.pipe.queue }

// Release implements fs.FileOps.
func (e *End) Release(*fs.Caller) { e.pipe.detach(e.mode) }

// Readable implements fs.BytesReadable (FIONREAD works on both ends).
func (e *End) Readable() (int, linux.Errno) {
	e.pipe.mu.Lock()
	defer e.pipe.mu.Unlock()
	return e.pipe.ring.readable(), 0
}
