package tty

import (
	"time"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// Slave is an open description of the terminal that programs use.
type Slave struct {
	stream
	pair     *Pair
	nonblock bool // guarded by pair.mu
	hangups  int  // pair.hangups when it was opened
}

// Pair is the pseudo terminal.
func (s *Slave) Pair() *Pair { return s.pair }

// JobControl implements fs.Controlled.
func (s *Slave) JobControl() fs.JobControl { return s.pair.Jobs }

// gone reports that it was hung up. The pair is locked.
func (s *Slave) gone() bool { return s.pair.hungUp || s.hangups != s.pair.hangups }

// SetFlags implements fs.FlagSetter: VMIN counts only for reads that may wait.
func (s *Slave) SetFlags(flags uint32) linux.Errno {
	s.pair.mu.Lock()
	defer s.pair.mu.Unlock()
	s.nonblock = flags&linux.O_NONBLOCK != 0
	return 0
}

// ReadAt implements fs.FileOps: a line, or in raw mode what has been typed. After a hang-up it is at its end.
func (s *Slave) ReadAt(c *fs.Caller, dst [][]byte, _ int64) (int, linux.Errno) {
	if s.pair.Jobs != nil {
		if errno := s.pair.Jobs.Check(c, linux.SIGTTIN); errno != 0 {
			return 0, errno
		}
	}
	n, errno := s.read(dst)
	if errno == 0 {
		s.pair.masterQueue.Notify(fs.EventOut)
	}
	return n, errno
}

func (s *Slave) read(dst [][]byte) (int, linux.Errno) {
	p := s.pair
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.gone() || fs.Size(dst) == 0 {
		return 0, 0
	}
	if !s.ready(fs.Size(dst)) {
		if p.d.immediate() {
			return 0, 0
		}
		return 0, linux.EAGAIN
	}
	b, drop := p.d.Take(fs.Size(dst))
	n := fs.CopyOut(dst, b)
	p.d.Drop(drop)
	return n, 0
}

// ready is Discipline.Ready for a read of size bytes: one that cannot wait takes what there is, and none asks for
// more than it has room for.
func (s *Slave) ready(size int) bool {
	d := s.pair.d
	if d.lflag(linux.ICANON) || len(d.queue) == 0 {
		return d.Ready()
	}
	return s.nonblock || len(d.queue) >= size || d.Ready()
}

// immediate reports raw mode in which reads do not wait at all: VMIN and VTIME are 0.
func (d *Discipline) immediate() bool {
	return !d.lflag(linux.ICANON) && d.Termios.Cc[linux.VMIN] == 0 && d.Termios.Cc[linux.VTIME] == 0
}

// ReadTimeout implements fs.ReadTimer.
func (s *Slave) ReadTimeout() time.Duration {
	s.pair.mu.Lock()
	defer s.pair.mu.Unlock()
	return fs.ReadTimeout(&s.pair.d.Termios)
}

// WriteAt implements fs.FileOps: what the terminal is to show. EIO after a hang-up.
func (s *Slave) WriteAt(c *fs.Caller, src [][]byte, _ int64) (int, linux.Errno) {
	if s.stopsWriters() {
		if errno := s.pair.Jobs.Check(c, linux.SIGTTOU); errno != 0 {
			return 0, errno
		}
	}
	n, errno := s.write(src)
	if n > 0 {
		s.pair.masterQueue.Notify(fs.EventIn)
	}
	return n, errno
}

// stopsWriters reports whether TOSTOP keeps those in the background from writing.
func (s *Slave) stopsWriters() bool {
	s.pair.mu.Lock()
	defer s.pair.mu.Unlock()
	return s.pair.Jobs != nil && s.pair.d.lflag(linux.TOSTOP)
}

func (s *Slave) write(src [][]byte) (int, linux.Errno) {
	p := s.pair
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.gone() {
		return 0, linux.EIO
	}
	b := p.take(src, p.d.OutputRoom())
	if len(b) == 0 && fs.Size(src) > 0 {
		return 0, linux.EAGAIN
	}
	p.d.Output(b)
	return len(b), 0
}

// Poll implements fs.FileOps.
func (s *Slave) Poll() (ev fs.Events) {
	p := s.pair
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.gone() {
		return fs.EventIn | fs.EventOut | fs.EventErr | fs.EventHup
	}
	if p.d.Ready() {
		ev |= fs.EventIn
	}
	if p.d.OutputRoom() > 0 {
		ev |= fs.EventOut
	}
	return ev
}

// Queue implements fs.FileOps.
func (s *Slave) Queue() *fs.Queue { return &s.pair.slaveQueue }

// Readable implements fs.BytesReadable.
func (s *Slave) Readable() (int, linux.Errno) {
	s.pair.mu.Lock()
	defer s.pair.mu.Unlock()
	return s.pair.d.Readable(), 0
}

// Release implements fs.FileOps: after the last one, the master reads EIO.
func (s *Slave) Release(*fs.Caller) {
	p := s.pair
	p.mu.Lock()
	if s.hangups == p.hangups {
		p.slaves--
	}
	last := p.over()
	p.mu.Unlock()
	p.masterQueue.Notify(fs.EventIn | fs.EventErr | fs.EventHup)
	if last {
		call(p.Closed)
	}
}

// Termios implements fs.Terminal. EIO after a hang-up.
func (s *Slave) Termios() (linux.Termios, linux.Errno) {
	t, _ := s.pair.Termios()
	return t, s.alive()
}

// SetTermios implements fs.Terminal.
func (s *Slave) SetTermios(t *linux.Termios, action fs.TermiosAction) linux.Errno {
	if errno := s.alive(); errno != 0 {
		return errno
	}
	return s.pair.SetTermios(t, action)
}

// Winsize implements fs.Terminal.
func (s *Slave) Winsize() (linux.Winsize, linux.Errno) {
	w, _ := s.pair.Winsize()
	return w, s.alive()
}

// SetWinsize implements fs.Terminal.
func (s *Slave) SetWinsize(w linux.Winsize) linux.Errno {
	if errno := s.alive(); errno != 0 {
		return errno
	}
	return s.pair.SetWinsize(w)
}

// Flush implements fs.TerminalFlow.
func (s *Slave) Flush(which uint32) linux.Errno { return s.pair.Flush(which) }

// Flow implements fs.TerminalFlow.
func (s *Slave) Flow(action uint32) linux.Errno { return s.pair.Flow(action) }

func (s *Slave) alive() linux.Errno {
	s.pair.mu.Lock()
	defer s.pair.mu.Unlock()
	if s.gone() {
		return linux.EIO
	}
	return 0
}
