package tty

import "muslrun/arch/linux"

// Packet mode (TIOCPKT of ioctl_tty(2)): the master learns what happens to the terminal besides its output.

// SetPacket implements fs.PTYMaster.
func (m *Master) SetPacket(on bool) {
	p := m.pair
	p.mu.Lock()
	defer p.mu.Unlock()
	if on && !p.packet {
		p.events = 0
	}
	p.packet = on
}

// Packet implements fs.PTYMaster.
func (m *Master) Packet() bool {
	m.pair.mu.Lock()
	defer m.pair.mu.Unlock()
	return m.pair.packet
}

// tell notes events for the master, in place of earlier ones that they contradict. The pair is locked, and the master is
// woken afterwards.
func (p *Pair) tell(events, instead byte) {
	if p.packet {
		p.events = p.events&^instead | events
	}
}

// tellFlow notes that output was stopped or goes on, if it did not so before.
func (p *Pair) tellFlow(before bool) {
	switch {
	case p.d.stopped == before:
	case p.d.stopped:
		p.tell(linux.TIOCPKT_STOP, linux.TIOCPKT_START)
	default:
		p.tell(linux.TIOCPKT_START, linux.TIOCPKT_STOP)
	}
}

// tellModes notes whether a change of modes makes Ctrl-S and Ctrl-Q stop and start output, so that the master can do it
// where the keyboard is.
func (p *Pair) tellModes(from, to *linux.Termios) {
	const both = linux.TIOCPKT_DOSTOP | linux.TIOCPKT_NOSTOP
	switch is := usualFlow(to); {
	case is == usualFlow(from):
	case is:
		p.tell(linux.TIOCPKT_DOSTOP, both)
	default:
		p.tell(linux.TIOCPKT_NOSTOP, both)
	}
}

func usualFlow(t *linux.Termios) bool {
	const ctrlQ, ctrlS = 17, 19
	return t.Iflag&linux.IXON != 0 && t.Cc[linux.VSTOP] == ctrlS && t.Cc[linux.VSTART] == ctrlQ
}
