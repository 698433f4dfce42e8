package tty

import (
	"slices"
	"testing"
	"time"

	"muslrun/arch/linux"
	"muslrun/fs"
)

func openPair(t *testing.T, flags uint32) (*Pair, *Master, *Slave) {
	t.Helper()
	p, m := NewPair()
	if _, errno := p.Open(nil, flags); errno != linux.EIO {
		t.Fatalf("a locked slave opens: %v", errno)
	}
	p.SetLocked(false)
	s, errno := p.Open(nil, flags)
	if errno != 0 {
		t.Fatal(errno)
	}
	return p, m, s.(*Slave)
}

func read(ops fs.FileOps) (string, linux.Errno) {
	buf := make([]byte, 100)
	n, errno := ops.ReadAt(nil, [][]byte{buf}, 0)
	return string(buf[:n]), errno
}

func write(ops fs.FileOps, text string) (int, linux.Errno) {
	return ops.WriteAt(nil, [][]byte{[]byte(text)}, 0)
}

func TestHangUp(t *testing.T) {
	p, m, s := openPair(t, 0)
	j := &jobs{}
	p.Jobs = j
	closed := 0
	p.Closed = func() { closed++ }
	m.Release(nil)
	if _, errno := read(s); errno != 0 || j.hangups != 1 {
		t.Errorf("read: %v, told: %v", errno, j.hangups)
	}
	if _, errno := write(s, "x"); errno != linux.EIO {
		t.Errorf("write: %v", errno)
	}
	if _, errno := s.Termios(); errno != linux.EIO {
		t.Errorf("modes: %v", errno)
	}
	if _, errno := p.Open(nil, 0); errno != linux.EIO {
		t.Errorf("open: %v", errno)
	}
	if s.Poll() != fs.EventIn|fs.EventOut|fs.EventErr|fs.EventHup {
		t.Errorf("poll %#x", s.Poll())
	}
	if s.Release(nil); closed != 1 {
		t.Errorf("closed %d times", closed)
	}
}

// jobs records what a terminal asks of its job control.
type jobs struct {
	signals []linux.Signal
	asked   []linux.Signal
	answer  linux.Errno
	hangups int
}

func (j *jobs) Background(*fs.Caller) bool { return j.answer != 0 }
func (j *jobs) Signal(s linux.Signal)      { j.signals = append(j.signals, s) }
func (j *jobs) Hangup()                    { j.hangups++ }
func (j *jobs) Check(_ *fs.Caller, s linux.Signal) linux.Errno {
	j.asked = append(j.asked, s)
	return j.answer
}

// TestBackground has reads always ask for permission, and writes where TOSTOP is set.
func TestBackground(t *testing.T) {
	p, m, s := openPair(t, 0)
	j := &jobs{answer: linux.ERESTARTSYS}
	p.Jobs = j
	write(m, "line\n")
	if _, errno := read(s); errno != linux.ERESTARTSYS {
		t.Errorf("read: %v", errno)
	}
	if n, errno := write(s, "x"); n != 1 || errno != 0 {
		t.Errorf("write: %d %v", n, errno)
	}
	modes, _ := s.Termios()
	modes.Lflag |= linux.TOSTOP
	s.SetTermios(&modes, fs.TermiosNow)
	if _, errno := write(s, "x"); errno != linux.ERESTARTSYS {
		t.Errorf("write with TOSTOP: %v", errno)
	}
	if want := []linux.Signal{linux.SIGTTIN, linux.SIGTTOU}; !slices.Equal(j.asked, want) {
		t.Errorf("asked about %v", j.asked)
	}
}

// TestForcedHangUp cuts off who has the slave open, and lets others open it again.
func TestForcedHangUp(t *testing.T) {
	p, m, old := openPair(t, 0)
	p.HangUp()
	if n, errno := write(old, "x"); n != 0 || errno != linux.EIO {
		t.Errorf("cut off, but writes %d %v", n, errno)
	}
	if _, errno := read(m); errno != linux.EIO {
		t.Errorf("the master reads %v", errno)
	}
	ops, errno := p.Open(nil, 0)
	if errno != 0 {
		t.Fatal(errno)
	}
	old.Release(nil)
	write(ops, "new")
	if text, errno := read(m); text != "new" || errno != 0 {
		t.Errorf("the master reads %q %v", text, errno)
	}
}

// TestPacket has the bytes of events in the order of pty(7), each in a read of its own.
func TestPacket(t *testing.T) {
	_, m, s := openPair(t, 0)
	m.SetPacket(true)
	write(s, "text")
	write(m, "\x13")
	steps := []struct {
		do   func()
		want string
	}{
		{func() {}, "\x04"}, // TIOCPKT_STOP comes before the text
		{func() {}, "\x00text"},
		{func() { write(m, "\x11") }, "\x08"},
		{func() { s.Flush(linux.TCIFLUSH) }, "\x01"},
		{func() { s.Flush(linux.TCIOFLUSH) }, "\x03"},
		{func() {
			modes, _ := s.Termios()
			modes.Iflag &^= linux.IXON
			s.SetTermios(&modes, fs.TermiosNow)
		}, "\x10"},
	}
	for i, step := range steps {
		step.do()
		if m.Poll()&fs.EventIn == 0 {
			t.Errorf("step %d: nothing to read", i)
		}
		if text, errno := read(m); text != step.want || errno != 0 {
			t.Errorf("step %d: %q %v, want %q", i, text, errno, step.want)
		}
	}
	if _, errno := read(m); errno != linux.EAGAIN {
		t.Errorf("at the end: %v", errno)
	}
}

func TestLastSlaveCloses(t *testing.T) {
	p, m := NewPair()
	if _, errno := read(m); errno != linux.EAGAIN {
		t.Errorf("before any slave: %v", errno)
	}
	p.SetLocked(false)
	s, _ := p.Open(nil, 0)
	write(s, "last words")
	s.Release(nil)
	if text, _ := read(m); text != "last words" {
		t.Errorf("read %q", text)
	}
	if _, errno := read(m); errno != linux.EIO || m.Poll()&fs.EventHup == 0 {
		t.Errorf("read: %v, poll %#x", errno, m.Poll())
	}
	p.Open(nil, 0)
	if _, errno := read(m); errno != linux.EAGAIN {
		t.Errorf("after another open: %v", errno)
	}
}

func TestSignals(t *testing.T) {
	p, m, s := openPair(t, 0)
	j := &jobs{}
	p.Jobs = j
	write(m, "\x03\x1c\x1a")
	s.SetWinsize(linux.Winsize{Row: 5})
	m.SetWinsize(linux.Winsize{Row: 5})
	if want := []linux.Signal{linux.SIGINT, linux.SIGQUIT, linux.SIGTSTP, linux.SIGWINCH}; !slices.Equal(j.signals, want) {
		t.Errorf("signals %v", j.signals)
	}
}

// TestLeast has blocking and other reads in raw mode wait for VMIN bytes.
func TestLeast(t *testing.T) {
	_, m, s := openPair(t, 0)
	modes, _ := s.Termios()
	modes.Lflag &^= linux.ICANON
	modes.Cc[linux.VMIN] = 3
	s.SetTermios(&modes, fs.TermiosNow)
	write(m, "ab")
	if _, errno := read(s); errno != linux.EAGAIN {
		t.Errorf("2 of 3 bytes: %v", errno)
	}
	if n, _ := s.ReadAt(nil, [][]byte{make([]byte, 1)}, 0); n != 1 {
		t.Errorf("1 byte of 2: %d", n)
	}
	s.SetFlags(linux.O_NONBLOCK)
	if text, errno := read(s); text != "b" || errno != 0 {
		t.Errorf("without waiting: %q %v", text, errno)
	}
	modes.Cc[linux.VMIN], modes.Cc[linux.VTIME] = 0, 5
	s.SetTermios(&modes, fs.TermiosNow)
	if _, errno := read(s); errno != linux.EAGAIN || s.ReadTimeout() != 500*time.Millisecond {
		t.Errorf("VTIME: %v %v", errno, s.ReadTimeout())
	}
}

func TestFullAndFlushed(t *testing.T) {
	_, m, s := openPair(t, 0)
	for {
		if _, errno := write(s, "some text\n"); errno == linux.EAGAIN {
			break
		}
	}
	woken := false
	s.Queue().Add(&fs.Waiter{Interest: fs.EventOut, Notify: func(fs.Events) { woken = true }})
	read(m)
	if !woken || s.Poll()&fs.EventOut == 0 {
		t.Errorf("a reader makes no room: %v %#x", woken, s.Poll())
	}
	m.Flush(linux.TCIFLUSH)
	if _, errno := read(m); errno != linux.EAGAIN {
		t.Errorf("after the flush: %v", errno)
	}
	for range 100 { // lines that nobody reads fill the queue
		write(m, "0123456789012345678901234567890123456789012345678901234567890123456789\n")
	}
	if n, errno := write(m, "x"); n != 0 || errno != linux.EAGAIN || m.Poll()&fs.EventOut != 0 {
		t.Errorf("full: %d %v %#x", n, errno, m.Poll())
	}
	s.Flush(linux.TCIFLUSH)
	if n, _ := s.Readable(); n != 0 {
		t.Errorf("%d bytes after the flush", n)
	}
}

// FuzzDiscipline has no input and modes make the queues grow without bound, or panic.
func FuzzDiscipline(f *testing.F) {
	f.Add([]byte("abc\x7f\x15\x03\n\t\x16"), uint32(linux.ICRNL), uint32(linux.OPOST), uint32(linux.ICANON|linux.ECHO))
	f.Fuzz(func(t *testing.T, text []byte, iflag, oflag, lflag uint32) {
		d := NewDiscipline()
		for range 4 {
			d.Input(text[:min(len(text), d.Room())])
			d.Output(text[:min(len(text), d.OutputRoom())])
			modes := d.Termios
			modes.Iflag, modes.Oflag, modes.Lflag = modes.Iflag^iflag, modes.Oflag^oflag, modes.Lflag^lflag
			d.SetTermios(&modes)
			b, drop := d.Take(10)
			d.Drop(drop)
			if len(b) > 10 || len(d.queue) > 2*queueSize+1 || len(d.screen) > screenSize+2*maxEcho || d.line > len(d.queue) {
				t.Fatalf("took %d, queue %d, line %d, screen %d", len(b), len(d.queue), d.line, len(d.screen))
			}
		}
	})
}
