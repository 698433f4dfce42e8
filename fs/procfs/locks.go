package procfs

import (
	"bytes"
	"fmt"
	"math"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// locks is /proc/locks: the advisory locks of all files.
func locks(_ *view, b *bytes.Buffer) linux.Errno {
	for i, l := range fs.Locks() {
		lockLine(b, i+1, &l)
	}
	return 0
}

// lockLine prints a lock as lock_get_status (fs/locks.c) does.
func lockLine(b *bytes.Buffer, number int, l *fs.LockInfo) {
	kind, access, end := "POSIX ", "WRITE", "EOF"
	switch {
	case l.Space == fs.LockFlock:
		kind = "FLOCK "
	case l.Description != nil:
		kind = "OFDLCK"
	}
	if l.Type == linux.F_RDLCK {
		access = "READ"
	}
	if l.End != math.MaxInt64 {
		end = fmt.Sprint(l.End)
	}
	fmt.Fprintf(b, "%d: %s ADVISORY  %s %d %02x:%02x:%d %d %s\n", number, kind, access, l.PID,
		linux.Major(l.Stat.Dev), linux.Minor(l.Stat.Dev), l.Stat.Ino, l.Start, end)
}
