package tty

import (
	"muslrun/arch/linux"
	"muslrun/fs"
)

// Master is the side of the terminal emulator.
type Master struct {
	stream
	pair *Pair
}

// Pair is the pseudo terminal; the modes and the size are asked of it.
func (m *Master) Pair() *Pair { return m.pair }

// Number implements fs.PTYMaster.
func (m *Master) Number() int { return m.pair.Number }

// SetLocked implements fs.PTYMaster.
func (m *Master) SetLocked(locked bool) { m.pair.SetLocked(locked) }

// Locked implements fs.PTYMaster.
func (m *Master) Locked() bool { return m.pair.Locked() }

// JobControl implements fs.Controlled.
func (m *Master) JobControl() fs.JobControl { return m.pair.Jobs }

// ReadAt implements fs.FileOps: what the terminal shows, in packet mode after a byte of events. EIO once all slaves have
// closed.
func (m *Master) ReadAt(_ *fs.Caller, dst [][]byte, _ int64) (int, linux.Errno) {
	n, errno := m.read(dst)
	if n > 0 {
		m.pair.slaveQueue.Notify(fs.EventOut)
	}
	return n, errno
}

func (m *Master) read(dst [][]byte) (int, linux.Errno) {
	p := m.pair
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case fs.Size(dst) == 0:
		return 0, 0
	case p.packet && p.events != 0:
		n := fs.CopyOut(dst, []byte{p.events})
		p.events = 0
		return n, 0
	case len(p.d.screen) > 0:
		head := 0
		if p.packet {
			head = fs.CopyOut(dst, []byte{linux.TIOCPKT_DATA})
			dst = fs.Tail(dst, head)
		}
		n := fs.CopyOut(dst, p.d.screen)
		p.d.screen = p.d.screen[:copy(p.d.screen, p.d.screen[n:])]
		return head + n, 0
	case p.opened && p.slaves == 0:
		return 0, linux.EIO
	}
	return 0, linux.EAGAIN
}

// WriteAt implements fs.FileOps: what is typed.
func (m *Master) WriteAt(_ *fs.Caller, src [][]byte, _ int64) (int, linux.Errno) {
	n, signals, errno := m.write(src)
	if n > 0 {
		m.pair.changed()
		m.pair.send(signals...)
	}
	return n, errno
}

func (m *Master) write(src [][]byte) (int, []linux.Signal, linux.Errno) {
	p := m.pair
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.take(src, p.room())
	if len(b) == 0 && fs.Size(src) > 0 {
		return 0, nil, linux.EAGAIN
	}
	defer p.tellFlow(p.d.stopped)
	p.d.Input(b)
	return len(b), p.d.Signals(), 0
}

// Poll implements fs.FileOps.
func (m *Master) Poll() (ev fs.Events) {
	p := m.pair
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.d.screen) > 0 {
		ev |= fs.EventIn
	}
	if p.packet && p.events != 0 {
		ev |= fs.EventIn | fs.EventPri
	}
	if p.room() > 0 {
		ev |= fs.EventOut
	}
	if p.opened && p.slaves == 0 {
		ev |= fs.EventHup
	}
	return ev
}

// Queue implements fs.FileOps.
func (m *Master) Queue() *fs.Queue { return &m.pair.masterQueue }

// Readable implements fs.BytesReadable.
func (m *Master) Readable() (int, linux.Errno) {
	m.pair.mu.Lock()
	defer m.pair.mu.Unlock()
	return len(m.pair.d.screen), 0
}

// Release implements fs.FileOps: the slaves see a hang-up.
func (m *Master) Release(*fs.Caller) {
	p := m.pair
	p.mu.Lock()
	p.hungUp = true
	last := p.over()
	p.mu.Unlock()
	p.tellHungUp()
	call(p.MasterClosed)
	if last {
		call(p.Closed)
	}
}

// Flush implements fs.TerminalFlow: a master's input is what the terminal shows and nobody has read. What was typed has
// reached the slave.
func (m *Master) Flush(which uint32) linux.Errno {
	if which > linux.TCIOFLUSH {
		return linux.EINVAL
	}
	if which != linux.TCOFLUSH {
		m.pair.dropScreen()
	}
	return 0
}

func (p *Pair) dropScreen() {
	p.mu.Lock()
	p.d.screen = nil
	p.mu.Unlock()
	p.slaveQueue.Notify(fs.EventOut)
}

// The characters by which a terminal stops and starts output if nobody has set others.
const (
	stopCharacter  = 's' & 0x1f
	startCharacter = 'q' & 0x1f
)

// Flow implements fs.TerminalFlow: typing stops and goes on, or the stop and start characters are typed.
func (m *Master) Flow(action uint32) linux.Errno {
	switch action {
	case linux.TCOOFF, linux.TCOON:
		m.pair.setQuiet(action == linux.TCOOFF)
	case linux.TCIOFF:
		m.typeIn(stopCharacter)
	case linux.TCION:
		m.typeIn(startCharacter)
	default:
		return linux.EINVAL
	}
	return 0
}

func (p *Pair) setQuiet(quiet bool) {
	p.mu.Lock()
	p.quiet = quiet
	p.mu.Unlock()
	p.masterQueue.Notify(fs.EventOut)
}

// typeIn types a character if there is room for it.
func (m *Master) typeIn(c byte) { _, _ = m.WriteAt(nil, [][]byte{{c}}, 0) }

// room is how many bytes can be typed.
func (p *Pair) room() int {
	if p.quiet {
		return 0
	}
	return p.d.Room()
}

// call calls a function that may be nil.
func call(fn func()) {
	if fn != nil {
		fn()
	}
}

// Termios and what follows make a Master a fs.Terminal, as requests to a master concern the slave.
func (m *Master) Termios() (linux.Termios, linux.Errno) { return m.pair.Termios() }

// SetTermios implements fs.Terminal.
func (m *Master) SetTermios(t *linux.Termios, action fs.TermiosAction) linux.Errno {
	return m.pair.SetTermios(t, action)
}

// Winsize implements fs.Terminal.
func (m *Master) Winsize() (linux.Winsize, linux.Errno) { return m.pair.Winsize() }

// SetWinsize implements fs.Terminal.
func (m *Master) SetWinsize(w linux.Winsize) linux.Errno { return m.pair.SetWinsize(w) }
