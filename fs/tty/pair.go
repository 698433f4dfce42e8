package tty

import (
	"sync"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// Pair is a pseudo terminal (pty(7)).
type Pair struct {
	// Jobs is who may use the slave, and who gets its signals. It may be nil.
	Jobs fs.JobControl
	// Number is N of /dev/pts/N.
	Number int
	// MasterClosed takes the name away, Closed frees the number once the slaves have closed too. They are called without
	// locks, and may be nil.
	MasterClosed, Closed func()

	masterQueue, slaveQueue fs.Queue

	mu     sync.Mutex
	d      *Discipline
	size   linux.Winsize
	locked bool
	slaves int  // open descriptions
	opened bool // a slave was open at some time since the last close of all
	hungUp bool // the master has closed
	// hangups counts the vhangup(2) calls so far: slaves that were open before are cut off.
	hangups int
	closed  bool // nobody has either side open
	quiet   bool // TCOOFF at the master: nothing can be typed
	packet  bool
	events  byte // TIOCPKT_*: for the next read in packet mode
	scratch []byte
}

// NewPair makes a pseudo terminal whose slave is locked, and the operations of its master.
func NewPair() (*Pair, *Master) {
	p := &Pair{d: NewDiscipline(), locked: true}
	return p, &Master{pair: p}
}

// SetLocked locks or unlocks the slave (TIOCSPTLCK).
func (p *Pair) SetLocked(locked bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.locked = locked
}

// Locked is whether the slave is locked (TIOCGPTLCK).
func (p *Pair) Locked() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.locked
}

// Open opens the slave, as a terminal of devpts is opened. EIO if it is locked or the master has closed.
func (p *Pair) Open(_ *fs.Caller, flags uint32) (fs.FileOps, linux.Errno) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.locked || p.hungUp {
		return nil, linux.EIO
	}
	p.slaves++
	p.opened = true
	return &Slave{pair: p, nonblock: flags&linux.O_NONBLOCK != 0, hangups: p.hangups}, 0
}

// Termios implements fs.Terminal, for both sides.
func (p *Pair) Termios() (linux.Termios, linux.Errno) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.d.Termios, 0
}

// SetTermios implements fs.Terminal.
func (p *Pair) SetTermios(t *linux.Termios, action fs.TermiosAction) linux.Errno {
	defer p.changed()
	p.mu.Lock()
	defer p.mu.Unlock()
	if action == fs.TermiosFlush {
		p.d.FlushInput()
	}
	p.tellModes(&p.d.Termios, t)
	p.d.SetTermios(t)
	return 0
}

// Winsize implements fs.Terminal.
func (p *Pair) Winsize() (linux.Winsize, linux.Errno) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.size, 0
}

// SetWinsize implements fs.Terminal; a change is SIGWINCH.
func (p *Pair) SetWinsize(w linux.Winsize) linux.Errno {
	p.mu.Lock()
	same := p.size == w
	p.size = w
	p.mu.Unlock()
	if !same {
		p.send(linux.SIGWINCH)
	}
	return 0
}

// Flush implements fs.TerminalFlow. What the slave wrote has reached the master: it is no output any more.
func (p *Pair) Flush(which uint32) linux.Errno {
	if which > linux.TCIOFLUSH {
		return linux.EINVAL
	}
	defer p.changed()
	p.mu.Lock()
	defer p.mu.Unlock()
	if which != linux.TCOFLUSH {
		p.d.FlushInput()
		p.tell(linux.TIOCPKT_FLUSHREAD, 0)
	}
	if which != linux.TCIFLUSH {
		p.tell(linux.TIOCPKT_FLUSHWRITE, 0)
	}
	return 0
}

// Flow implements fs.TerminalFlow.
func (p *Pair) Flow(action uint32) linux.Errno {
	defer p.changed()
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.tellFlow(p.d.stopped)
	switch action {
	case linux.TCOOFF:
		p.d.stopped = true
	case linux.TCOON:
		p.d.resume()
	case linux.TCIOFF:
		p.d.echoRaw(p.d.Termios.Cc[linux.VSTOP])
	case linux.TCION:
		p.d.echoRaw(p.d.Termios.Cc[linux.VSTART])
	default:
		return linux.EINVAL
	}
	return 0
}

// HangUp cuts off all slaves that are open now (vhangup(2)). It implements fs.HangUpper.
func (p *Pair) HangUp() {
	p.mu.Lock()
	p.hangups++
	p.slaves = 0
	p.d.FlushInput()
	p.mu.Unlock()
	p.masterQueue.Notify(fs.EventIn | fs.EventErr | fs.EventHup)
	p.tellHungUp()
}

// tellHungUp tells readers, writers and the session that slaves are of no use any more.
func (p *Pair) tellHungUp() {
	p.slaveQueue.Notify(fs.EventIn | fs.EventOut | fs.EventErr | fs.EventHup)
	if p.Jobs != nil {
		p.Jobs.Hangup()
	}
}

// over reports, once, that nobody has either side open any more. The pair is locked.
func (p *Pair) over() bool {
	if p.closed || !p.hungUp || p.slaves > 0 {
		return false
	}
	p.closed = true
	return true
}

// changed wakes everybody: much may have changed.
func (p *Pair) changed() {
	p.masterQueue.Notify(fs.EventIn | fs.EventOut)
	p.slaveQueue.Notify(fs.EventIn | fs.EventOut)
}

func (p *Pair) send(signals ...linux.Signal) {
	for _, s := range signals {
		if p.Jobs != nil {
			p.Jobs.Signal(s)
		}
	}
}

// take copies up to n bytes of src into the scratch buffer.
func (p *Pair) take(src [][]byte, n int) []byte {
	n = min(n, fs.Size(src))
	if cap(p.scratch) < n {
		p.scratch = make([]byte, max(n, screenSize))
	}
	b := p.scratch[:n]
	return b[:fs.CopyIn(b, src)]
}

// stream is the base of both sides.
type stream struct{ fs.UnsupportedFile }
