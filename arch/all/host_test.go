//go:build linux && amd64

package all

import (
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// TestHostLayouts compares x86_64 with the structures of golang.org/x/sys, which come from another source than the
// recorded facts.
func TestHostLayouts(t *testing.T) {
	var (
		stat    unix.Stat_t
		statfs  unix.Statfs_t
		statx   unix.Statx_t
		flock   unix.Flock_t
		info    unix.Sysinfo_t
		usage   unix.Rusage
		msg     unix.Msghdr
		epoll   unix.EpollEvent
		clone   unix.Timex
		termios unix.Termios
	)
	for _, tc := range []struct {
		name, field  string
		offset, size uintptr
	}{
		{"Stat", "Nlink", unsafe.Offsetof(stat.Nlink), unsafe.Sizeof(stat)},
		{"Stat", "Mode", unsafe.Offsetof(stat.Mode), unsafe.Sizeof(stat)},
		{"Stat", "Ctime", unsafe.Offsetof(stat.Ctim), unsafe.Sizeof(stat)},
		{"Statfs", "Bavail", unsafe.Offsetof(statfs.Bavail), unsafe.Sizeof(statfs)},
		{"Statfs", "Flags", unsafe.Offsetof(statfs.Flags), unsafe.Sizeof(statfs)},
		{"Statx", "Btime.Sec", unsafe.Offsetof(statx.Btime), unsafe.Sizeof(statx)},
		{"Statx", "DioOffsetAlign", unsafe.Offsetof(statx.Dio_offset_align), unsafe.Sizeof(statx)},
		{"Flock", "Pid", unsafe.Offsetof(flock.Pid), unsafe.Sizeof(flock)},
		{"Sysinfo", "MemUnit", unsafe.Offsetof(info.Unit), unsafe.Sizeof(info)},
		{"Rusage", "Nivcsw", unsafe.Offsetof(usage.Nivcsw), unsafe.Sizeof(usage)},
		{"Msghdr", "Controllen", unsafe.Offsetof(msg.Controllen), unsafe.Sizeof(msg)},
		{"Epoll", "Data", unsafe.Offsetof(epoll.Fd), unsafe.Sizeof(epoll)},
		{"Timex", "Tai", unsafe.Offsetof(clone.Tai), unsafe.Sizeof(clone)},
		{"Termios2", "Ospeed", unsafe.Offsetof(termios.Ospeed), unsafe.Sizeof(termios)},
	} {
		c := codecs(ByName("x86_64").Structs)[tc.name]
		if c.Size() != int(tc.size) {
			t.Errorf("%s: %d bytes, x/sys has %d", tc.name, c.Size(), tc.size)
		}
		for _, f := range c.Fields() {
			if f.Name == tc.field && f.Offset != int(tc.offset) {
				t.Errorf("%s.%s: at %d, x/sys has it at %d", tc.name, tc.field, f.Offset, tc.offset)
			}
		}
	}
}
