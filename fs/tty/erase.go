package tty

import "muslrun/arch/linux"

// What an erasing character takes away.
type eraseKind uint8

const (
	eraseChar eraseKind = iota
	eraseWord
	eraseLine
)

// continues reports a byte of a UTF-8 sequence that is not its first.
func (d *Discipline) continues(c byte) bool { return d.iflag(linux.IUTF8) && c&0xc0 == 0x80 }

func isControl(c byte) bool { return c < ' ' || c == 0x7f }

func isWord(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' ||
		c >= 0xc0 && c != 0xd7 && c != 0xf7 // letters of Latin-1, as the kernel's ctype has them
}

// erase takes characters off the end of the line being edited (eraser of n_tty).
func (d *Discipline) erase(kind eraseKind) {
	if len(d.queue) == d.line {
		return
	}
	if kind == eraseLine && d.eraseAtOnce() {
		return
	}
	word := false
	for len(d.queue) > d.line {
		at := len(d.queue) - 1
		for d.continues(d.queue[at].b) && at > d.line {
			at--
		}
		c := d.queue[at].b
		if d.continues(c) {
			break
		}
		if kind == eraseWord {
			if isWord(c) {
				word = true
			} else if word {
				break
			}
		}
		tail := d.queue[at+1:]
		d.queue = d.queue[:at]
		d.echoErased(c, tail, kind)
		if kind == eraseChar {
			break
		}
	}
	if len(d.queue) == d.line && d.lflag(linux.ECHO) {
		d.finishErasing()
	}
}

// eraseAtOnce forgets the line where the modes do not ask for its characters to vanish one by one.
func (d *Discipline) eraseAtOnce() bool {
	const visual = linux.ECHOK | linux.ECHOKE | linux.ECHOE
	if d.lflag(linux.ECHO) && d.Termios.Lflag&visual == visual {
		return false
	}
	d.queue = d.queue[:d.line]
	if d.lflag(linux.ECHO) {
		d.finishErasing()
		d.echo(d.Termios.Cc[linux.VKILL])
		if d.lflag(linux.ECHOK) {
			d.echoRaw('\n')
		}
	}
	return true
}

// echoErased shows that c, and the rest of its UTF-8 sequence, is gone.
func (d *Discipline) echoErased(c byte, tail []char, kind eraseKind) {
	switch {
	case !d.lflag(linux.ECHO):
	case d.lflag(linux.ECHOPRT):
		if !d.erasing {
			d.echoRaw('\\')
			d.erasing = true
		}
		d.echo(c)
		for _, ch := range tail {
			d.echoRaw(ch.b)
		}
	case kind == eraseChar && !d.lflag(linux.ECHOE):
		d.echo(d.Termios.Cc[linux.VERASE])
	case c == '\t':
		d.echoUntab()
	default:
		if isControl(c) && d.lflag(linux.ECHOCTL) {
			d.rubout()
		}
		if !isControl(c) || d.lflag(linux.ECHOCTL) {
			d.rubout()
		}
	}
}

func (d *Discipline) rubout() {
	d.echoRaw('\b')
	d.echoRaw(' ')
	d.echoRaw('\b')
}

// echoUntab moves back over a tab: as far as the characters before it in the line say.
func (d *Discipline) echoUntab() {
	columns, tab := 0, false
	for i := len(d.queue) - 1; i >= d.line && !tab; i-- {
		switch c := d.queue[i].b; {
		case c == '\t':
			tab = true
		case isControl(c):
			if d.lflag(linux.ECHOCTL) {
				columns += 2
			}
		case !d.continues(c):
			columns++
		}
	}
	if !tab {
		columns += d.cursor.start
	}
	for range 8 - columns%8 {
		d.show('\b')
		d.cursor.column = max(d.cursor.column-1, 0)
	}
}

func (d *Discipline) finishErasing() {
	if d.erasing {
		d.echoRaw('/')
		d.erasing = false
	}
}
