package guest

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/sock"
)

// syslog makes /dev/log, the socket to which syslog(3) sends. What comes is printed if somebody has asked for it.
func (m *machine) syslog() error {
	const name = "/dev/log"
	log := &systemLog{out: m.cfg.Syslog}
	s := m.network.local.Sink(log.take)
	c := m.kernel.Caller()
	_, errno := m.network.files.File(c, s, false)
	if errno == 0 {
		errno = s.Bind(c, m.ctx, sock.Address{Family: linux.AF_UNIX, Path: name})
	}
	var p fs.Path
	if errno == 0 {
		p, errno = m.ctx.Resolve(c, fs.Path{}, name, 0)
	}
	if errno == 0 {
		errno = p.Chmod(c, 0o666)
	}
	if errno != 0 {
		return fmt.Errorf("cannot make %s: %w", name, errno)
	}
	return nil
}

// systemLog prints messages, one a line.
type systemLog struct {
	mu  sync.Mutex
	out io.Writer // nil for nobody
}

// take prints a message of RFC 3164: its priority by name, and the text without what could confuse a terminal.
func (l *systemLog) take(message []byte) {
	if l.out == nil {
		return
	}
	priority, text := splitPriority(string(bytes.TrimRight(message, "\x00\n")))
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = fmt.Fprintf(l.out, "%s: %s\n", priority, strings.Map(visible, text))
}

func visible(r rune) rune {
	if r == '\t' || unicode.IsPrint(r) {
		return r
	}
	return '?'
}

// Names of facilities and levels (syslog(3)).
var (
	facilities = strings.Fields("kern user mail daemon auth syslog lpr news uucp cron authpriv ftp 12 13 14 15 " +
		"local0 local1 local2 local3 local4 local5 local6 local7")
	levels = strings.Fields("emerg alert crit err warning notice info debug")
)

// splitPriority names the number in angle brackets at the front of a message: user.notice if there is none.
func splitPriority(message string) (priority, text string) {
	const user, notice = 1, 5
	n := user<<3 | notice
	if number, rest, ok := strings.Cut(strings.TrimPrefix(message, "<"), ">"); ok && message[0] == '<' {
		if v, err := strconv.Atoi(number); err == nil && v >= 0 && v>>3 < len(facilities) {
			n, message = v, rest
		}
	}
	return facilities[n>>3] + "." + levels[n&7], message
}
