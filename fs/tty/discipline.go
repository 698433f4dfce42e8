package tty

import (
	"muslrun/arch/linux"
)

// queueSize is how many bytes wait for a reader at most (N_TTY_BUF_SIZE less one).
const queueSize = 4095

// disabled is a special character that is switched off (_POSIX_VDISABLE), and the mark of end of file in the queue.
const disabled = 0

// char is a byte in the queue; end marks the last one of a line, where a canonical read stops.
type char struct {
	b   byte
	end bool
}

// Discipline turns what is typed into what is read, and what is written into what is shown.
type Discipline struct {
	Termios linux.Termios

	queue []char // for the reader
	line  int    // where in queue the line being edited begins; complete lines are before it
	lnext bool   // the next byte is taken literally
	// erasing is inside \.../ of ECHOPRT.
	erasing bool
	stopped bool // by the stop character

	screen []byte // what the terminal is to show
	held   []byte // echo that waits for the start character
	cursor cursor
	// Before the input that is being worked on: the cursor, and how much of screen there was.
	before cursor
	shown  int

	signals []linux.Signal
}

// cursor is where the terminal writes next.
type cursor struct {
	column int
	start  int // the column at which the line being edited began
}

// NewDiscipline makes one with the modes that a terminal has at first (tty_std_termios).
func NewDiscipline() *Discipline {
	d := &Discipline{Termios: linux.Termios{
		Iflag: linux.ICRNL | linux.IXON, Oflag: linux.OPOST | linux.ONLCR,
		Cflag: linux.B38400 | linux.CS8 | linux.CREAD,
		Lflag: linux.ISIG | linux.ICANON | linux.ECHO | linux.ECHOE | linux.ECHOK | linux.ECHOCTL | linux.ECHOKE |
			linux.IEXTEN,
		Ispeed: 38400, Ospeed: 38400,
	}}
	copy(d.Termios.Cc[:], []byte{3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22})
	return d
}

func (d *Discipline) iflag(f uint32) bool { return d.Termios.Iflag&f != 0 }
func (d *Discipline) lflag(f uint32) bool { return d.Termios.Lflag&f != 0 }

// is reports whether c is the special character at index i of c_cc.
func (d *Discipline) is(c byte, i int) bool { return c != disabled && c == d.Termios.Cc[i] }

// extended is is for characters that IEXTEN enables.
func (d *Discipline) extended(c byte, i int) bool { return d.lflag(linux.IEXTEN) && d.is(c, i) }

// SetTermios changes the modes. What has been typed becomes readable when lines are switched off, and counts as a line
// when they are switched on.
func (d *Discipline) SetTermios(t *linux.Termios) {
	was := d.lflag(linux.ICANON)
	d.Termios = *t
	if !d.iflag(linux.IXON) {
		d.resume()
	}
	if now := d.lflag(linux.ICANON); now == was {
		return
	}
	for i := range d.queue {
		d.queue[i].end = false
	}
	d.line, d.erasing, d.lnext = 0, false, false
	if d.lflag(linux.ICANON) && len(d.queue) > 0 {
		d.queue[len(d.queue)-1].end = true
		d.line = len(d.queue)
	}
}

// Room is how many bytes Input takes now. A line being edited takes any number; those that do not fit are lost.
func (d *Discipline) Room() int {
	if d.lflag(linux.ICANON) && d.line == 0 {
		return queueSize
	}
	return max(queueSize-len(d.queue), 0)
}

// Input takes bytes as they are typed. The signals that they ask for are in Signals.
func (d *Discipline) Input(b []byte) {
	d.before, d.shown = d.cursor, len(d.screen)
	for _, c := range b {
		d.input(c)
	}
}

// Signals gives the signals that the input asked for, and forgets them.
func (d *Discipline) Signals() []linux.Signal {
	s := d.signals
	d.signals = nil
	return s
}

func (d *Discipline) input(c byte) {
	if d.iflag(linux.ISTRIP) {
		c &= 0x7f
	}
	if d.iflag(linux.IUCLC) && d.lflag(linux.IEXTEN) && 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	switch {
	case d.lnext:
		d.lnext = false
		d.ordinary(c, d.echo)
	case d.flow(c) || d.signal(c):
	default:
		d.typed(c)
	}
}

// flow handles the start and stop characters.
func (d *Discipline) flow(c byte) bool {
	switch {
	case !d.iflag(linux.IXON):
		return false
	case d.is(c, linux.VSTART):
		d.resume()
	case d.is(c, linux.VSTOP):
		d.stopped = true
	default:
		if d.iflag(linux.IXANY) && !d.isSignal(c) {
			d.resume()
		}
		return false
	}
	return true
}

// resume shows what was held back.
func (d *Discipline) resume() {
	d.stopped = false
	d.screen = append(d.screen, d.held...)
	d.held = nil
}

var signalChars = []struct {
	index  int
	signal linux.Signal
}{{linux.VINTR, linux.SIGINT}, {linux.VQUIT, linux.SIGQUIT}, {linux.VSUSP, linux.SIGTSTP}}

func (d *Discipline) isSignal(c byte) bool {
	for _, s := range signalChars {
		if d.lflag(linux.ISIG) && d.is(c, s.index) {
			return true
		}
	}
	return false
}

// signal handles the characters that send signals, which throw away what was typed unless NOFLSH, and the echo that has
// not reached the screen.
func (d *Discipline) signal(c byte) bool {
	if !d.isSignal(c) {
		return false
	}
	for _, s := range signalChars {
		if d.is(c, s.index) {
			d.signals = append(d.signals, s.signal)
			break
		}
	}
	if !d.lflag(linux.NOFLSH) {
		d.FlushInput()
		d.screen, d.held, d.cursor = d.screen[:d.shown], nil, d.before
	}
	if d.iflag(linux.IXON) {
		d.resume()
	}
	if d.lflag(linux.ECHO) {
		d.echo(c)
	}
	return true
}

// FlushInput throws away what has not been read.
func (d *Discipline) FlushInput() {
	d.queue, d.line, d.erasing, d.lnext = nil, 0, false, false
}

// typed handles a character that is no signal: translation, then editing. The line end that a return becomes is shown
// as such where lines are off, others are spelled ^J.
func (d *Discipline) typed(c byte) {
	show := d.echo
	switch {
	case c == '\r' && d.iflag(linux.IGNCR):
		return
	case c == '\r' && d.iflag(linux.ICRNL):
		c, show = '\n', d.echoRaw
	case c == '\n' && d.iflag(linux.INLCR):
		c = '\r'
	}
	if d.lflag(linux.ICANON) && d.edit(c) {
		return
	}
	d.ordinary(c, show)
}

// ordinary puts a character into the queue and shows it.
func (d *Discipline) ordinary(c byte, show func(byte)) {
	if d.lflag(linux.ECHO) {
		d.finishErasing()
		if len(d.queue) == d.line {
			d.cursor.start = d.cursor.column
		}
		show(c)
	}
	if c == 0xff && d.iflag(linux.PARMRK) {
		d.put(c, false)
	}
	d.put(c, false)
}

func (d *Discipline) put(c byte, end bool) {
	if len(d.queue) >= queueSize && !end {
		return
	}
	d.queue = append(d.queue, char{c, end})
}

// edit handles what is special in a line. It reports false for an ordinary character.
func (d *Discipline) edit(c byte) bool {
	switch {
	case d.is(c, linux.VERASE):
		d.erase(eraseChar)
	case d.is(c, linux.VKILL):
		d.erase(eraseLine)
	case d.extended(c, linux.VWERASE):
		d.erase(eraseWord)
	case d.extended(c, linux.VLNEXT):
		d.literalNext()
	case d.extended(c, linux.VREPRINT) && d.lflag(linux.ECHO):
		d.reprint(c)
	case c == '\n':
		if d.lflag(linux.ECHO | linux.ECHONL) {
			d.echoRaw(c)
		}
		d.endLine(c)
	case d.is(c, linux.VEOF):
		d.endLine(disabled)
	case d.is(c, linux.VEOL) || d.extended(c, linux.VEOL2):
		if d.lflag(linux.ECHO) {
			d.echo(c)
		}
		d.endLine(c)
	default:
		return false
	}
	return true
}

// endLine completes the line with its last character, or with the mark of end of file.
func (d *Discipline) endLine(c byte) {
	d.put(c, true)
	d.line = len(d.queue)
}

func (d *Discipline) literalNext() {
	d.lnext = true
	if !d.lflag(linux.ECHO) {
		return
	}
	d.finishErasing()
	if d.lflag(linux.ECHOCTL) {
		d.echoRaw('^')
		d.echoRaw('\b')
	}
}

func (d *Discipline) reprint(c byte) {
	d.finishErasing()
	d.echo(c)
	d.echoRaw('\n')
	for _, ch := range d.queue[d.line:] {
		if d.echoLost() {
			break
		}
		d.echo(ch.b)
	}
}

// Readable is how many bytes a read would give: in lines, those of complete ones (FIONREAD counts the marks of end of
// file out).
func (d *Discipline) Readable() int {
	if !d.lflag(linux.ICANON) {
		return len(d.queue)
	}
	n := 0
	for _, ch := range d.queue[:d.line] {
		if !ch.end || ch.b != disabled {
			n++
		}
	}
	return n
}

// Ready reports whether a read has something to give, which may be an end of file.
func (d *Discipline) Ready() bool {
	if d.lflag(linux.ICANON) {
		return d.line > 0
	}
	least := 1
	if d.Termios.Cc[linux.VTIME] == 0 {
		least = max(int(d.Termios.Cc[linux.VMIN]), 1)
	}
	return len(d.queue) >= least
}

// Take gives up to most bytes to a reader and says how many characters of the queue to Drop with them: one line at
// most, or whatever is there without lines.
func (d *Discipline) Take(most int) (out []byte, drop int) {
	if !d.lflag(linux.ICANON) {
		return d.plain(min(most, len(d.queue)))
	}
	for _, ch := range d.queue[:d.line] {
		mark := ch.end && ch.b == disabled
		if len(out) == most && !mark {
			break
		}
		drop++
		if mark {
			break
		}
		out = append(out, ch.b)
		if ch.end {
			break
		}
	}
	return out, drop
}

func (d *Discipline) plain(n int) ([]byte, int) {
	out := make([]byte, n)
	for i := range out {
		out[i] = d.queue[i].b
	}
	return out, n
}

// Drop takes characters that have been read out of the queue.
func (d *Discipline) Drop(n int) {
	d.queue = d.queue[:copy(d.queue, d.queue[n:])]
	d.line = max(d.line-n, 0)
}
