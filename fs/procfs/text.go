package procfs

import (
	"sync"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// lockedText is the text of an open file, made when it is first needed and whenever a read starts at 0.
type lockedText struct {
	mu   sync.Mutex
	made bool
	text []byte
}

func (t *lockedText) read(dst [][]byte, off int64, generate func() ([]byte, linux.Errno)) (int, linux.Errno) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if off == 0 || !t.made {
		text, errno := generate()
		if errno != 0 {
			return 0, errno
		}
		t.text, t.made = text, true
	}
	if off >= int64(len(t.text)) {
		return 0, 0
	}
	return fs.CopyOut(dst, t.text[off:]), 0
}
