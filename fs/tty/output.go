package tty

import "muslrun/arch/linux"

// screenSize is how many bytes wait for the master at most.
const screenSize = 8192

// maxEcho bounds echo that nobody reads; more of it is lost.
const maxEcho = 4096

func (d *Discipline) oflag(f uint32) bool { return d.Termios.Oflag&f != 0 }

// OutputRoom is how many bytes Output takes now: each may become eight.
func (d *Discipline) OutputRoom() int {
	if d.stopped {
		return 0
	}
	room := screenSize - len(d.screen)
	if d.oflag(linux.OPOST) {
		room /= 8
	}
	return max(room, 0)
}

// Output takes bytes that a program writes.
func (d *Discipline) Output(b []byte) {
	if !d.oflag(linux.OPOST) {
		d.screen = append(d.screen, b...)
		return
	}
	for _, c := range b {
		d.screen = d.process(d.screen, c)
	}
}

// process appends a byte as OPOST and its companions have it (do_output_char).
func (d *Discipline) process(out []byte, c byte) []byte {
	switch {
	case c == '\n':
		return d.newline(out)
	case c == '\r' && d.oflag(linux.ONOCR) && d.cursor.column == 0:
		return out
	case c == '\r' && d.oflag(linux.OCRNL):
		if d.oflag(linux.ONLRET) {
			d.cursor.column, d.cursor.start = 0, 0
		}
		return append(out, '\n')
	case c == '\r':
		d.cursor.column, d.cursor.start = 0, 0
	case c == '\t':
		return d.tab(out)
	case c == '\b':
		d.cursor.column = max(d.cursor.column-1, 0)
	case !isControl(c):
		if d.oflag(linux.OLCUC) && 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		if !d.continues(c) {
			d.cursor.column++
		}
	}
	return append(out, c)
}

func (d *Discipline) newline(out []byte) []byte {
	if d.oflag(linux.ONLRET) {
		d.cursor.column = 0
	}
	if d.oflag(linux.ONLCR) {
		d.cursor.column, d.cursor.start = 0, 0
		return append(out, '\r', '\n')
	}
	d.cursor.start = d.cursor.column
	return append(out, '\n')
}

func (d *Discipline) tab(out []byte) []byte {
	spaces := 8 - d.cursor.column%8
	d.cursor.column += spaces
	if d.Termios.Oflag&linux.TABDLY == linux.XTABS {
		return append(out, "        "[:spaces]...)
	}
	return append(out, '\t')
}

// echo shows a typed character, control characters as ^X if ECHOCTL.
func (d *Discipline) echo(c byte) {
	if d.lflag(linux.ECHOCTL) && isControl(c) && c != '\t' {
		d.show('^')
		d.show(c ^ 0o100)
		d.cursor.column += 2
		return
	}
	d.echoRaw(c)
}

// echoRaw shows a character as it is, but for the processing of output.
func (d *Discipline) echoRaw(c byte) {
	if !d.oflag(linux.OPOST) {
		d.show(c)
		return
	}
	for _, b := range d.process(nil, c) {
		d.show(b)
	}
}

// show puts a byte of echo on the screen, or keeps it while output is stopped.
func (d *Discipline) show(c byte) {
	switch {
	case d.echoLost():
	case d.stopped:
		d.held = append(d.held, c)
	default:
		d.screen = append(d.screen, c)
	}
}

// echoLost reports that there is no room for more echo.
func (d *Discipline) echoLost() bool {
	if d.stopped {
		return len(d.held) >= maxEcho
	}
	return len(d.screen) >= screenSize+maxEcho
}
