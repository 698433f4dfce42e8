package fs

import (
	"time"

	"muslrun/arch/linux"
)

// ReadTimeout is how long a read of a terminal waits for its first byte: VTIME in raw mode if VMIN is 0, otherwise
// for ever (0).
func ReadTimeout(t *linux.Termios) time.Duration {
	if t.Lflag&linux.ICANON != 0 || t.Cc[linux.VMIN] != 0 {
		return 0
	}
	return time.Duration(t.Cc[linux.VTIME]) * (time.Second / 10)
}
