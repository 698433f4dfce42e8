package eventfd

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"regexp"
	"testing"

	"golang.org/x/sys/unix"

	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/fs"
)

// step is one call; its data are native, which is little-endian on every host we run on.
type step struct {
	write []byte // nil: a read
	room  int
}

func add(n uint64) step { return step{write: binary.LittleEndian.AppendUint64(nil, n)} }

var (
	take  = step{room: 8}
	steps = []step{
		take, add(0), take, add(1), add(2), take, take, add(3), take, take, take,
		add(math.MaxUint64), add(math.MaxUint64 - 1), take, add(math.MaxUint64 - 1), add(1), add(0), take,
		{room: 7}, {room: 0}, {room: 20}, add(5), {room: 7}, {room: 20},
		{write: make([]byte, 7)}, {write: make([]byte, 16)}, {write: []byte{}},
	}
)

// TestLikeHost makes the same calls on a counter of ours and on the host's.
func TestLikeHost(t *testing.T) {
	for _, semaphore := range []bool{false, true} {
		for _, initial := range []uint32{0, 2, math.MaxUint32} {
			t.Run(fmt.Sprint(semaphore, initial), func(t *testing.T) { compare(t, initial, semaphore) })
		}
	}
}

func compare(t *testing.T, initial uint32, semaphore bool) {
	flags := unix.EFD_NONBLOCK | unix.EFD_CLOEXEC
	if semaphore {
		flags |= unix.EFD_SEMAPHORE
	}
	fd, err := unix.Eventfd(uint(initial), flags)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	e := New(initial, semaphore, layout.Little, 0)
	for i, s := range steps {
		ours, theirs := make([]byte, s.room), make([]byte, s.room)
		var n, hostN int
		var errno linux.Errno
		if s.write != nil {
			n, errno = e.WriteAt(nil, [][]byte{s.write}, 0)
			hostN, err = unix.Write(fd, s.write)
		} else {
			n, errno = e.ReadAt(nil, [][]byte{ours[:s.room/3], ours[s.room/3:]}, 0)
			hostN, err = unix.Read(fd, theirs)
		}
		var hostErrno unix.Errno
		if err != nil {
			hostErrno, hostN = err.(unix.Errno), 0
		}
		if n != hostN || errno != linux.Errno(hostErrno) || !bytes.Equal(ours, theirs) {
			t.Fatalf("step %d: got %d %v %x, host %d %v %x", i, n, errno, ours, hostN, hostErrno, theirs)
		}
		p := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN | unix.POLLOUT}}
		if _, err := unix.Poll(p, 0); err != nil || e.Poll() != fs.Events(p[0].Revents) {
			t.Fatalf("step %d: poll %#x, host %#x", i, e.Poll(), p[0].Revents)
		}
	}
}

func TestGuestByteOrder(t *testing.T) {
	e := New(0x0102, false, layout.Big, 0)
	buf := make([]byte, 8)
	e.ReadAt(nil, [][]byte{buf}, 0)
	if !bytes.Equal(buf, []byte{0, 0, 0, 0, 0, 0, 1, 2}) {
		t.Errorf("big-endian guest reads % x", buf)
	}
}

func TestWakes(t *testing.T) {
	e := New(0, false, layout.Little, 0)
	var got []fs.Events
	w := &fs.Waiter{Interest: fs.EventIn | fs.EventOut, Notify: func(ev fs.Events) { got = append(got, ev) }}
	e.Queue().Add(w)
	e.WriteAt(nil, [][]byte{add(1).write}, 0)
	e.ReadAt(nil, [][]byte{make([]byte, 8)}, 0)
	e.ReadAt(nil, [][]byte{make([]byte, 8)}, 0)
	if len(got) != 2 || got[0] != fs.EventIn || got[1] != fs.EventOut {
		t.Errorf("notified of %#x", got)
	}
}

// TestFDInfo compares the form of the lines with the host's; the numbers are 0 on both sides, except the id.
func TestFDInfo(t *testing.T) {
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	host, err := os.ReadFile(fmt.Sprintf("/proc/self/fdinfo/%d", fd))
	if err != nil {
		t.Skip(err)
	}
	host = regexp.MustCompile(`eventfd-id: \d+`).ReplaceAll(host, []byte("eventfd-id: 0"))
	if ours := New(0, false, layout.Little, 0).FDInfo(); !bytes.HasSuffix(host, []byte(ours)) {
		t.Errorf("got %q, host %q", ours, host)
	}
}

// TestFileLikeHost compares fstat, F_GETFL and the name with the host's.
func TestFileLikeHost(t *testing.T) {
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	anon := fs.NewAnonFS(linux.Makedev(0, 9), linux.Timespec{})
	f, errno := anon.File("[eventfd]", New(0, false, layout.Little, 0), linux.O_RDWR|linux.O_NONBLOCK)
	if errno != 0 {
		t.Fatal(errno)
	}
	var host unix.Stat_t
	if err := unix.Fstat(fd, &host); err != nil {
		t.Fatal(err)
	}
	st, errno := f.Stat()
	if errno != 0 || st.Mode != host.Mode || uint64(st.Nlink) != host.Nlink || int64(st.Blksize) != host.Blksize {
		t.Errorf("stat %+v %v, host %+v", st, errno, host)
	}
	if flags, _ := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0); f.Flags() != uint32(flags) {
		t.Errorf("flags %#o, host %#o", f.Flags(), flags)
	}
	if name, _ := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd)); f.Path.Name(fs.Path{}) != name {
		t.Errorf("name %q, host %q", f.Path.Name(fs.Path{}), name)
	}
	if _, errno := f.Seek(nil, 0, linux.SEEK_SET); errno != linux.ESPIPE {
		t.Errorf("seek: %v", errno)
	}
}
