package devfs

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

var caller = &fs.Caller{
	Cred: &fs.Credentials{FSUID: 1000},
	Now:  func() linux.Timespec { return linux.Timespec{Sec: 7} },
}

func testDevices() *Devices { return NewDevices(rand.NewChaCha8([32]byte{1})) }

func open(t *testing.T, d *Devices, major, minor uint32) fs.FileOps {
	t.Helper()
	ops, errno := d.Open(caller, &linux.Stat{Mode: linux.S_IFCHR, Rdev: linux.Makedev(major, minor)}, linux.O_RDWR)
	if errno != 0 {
		t.Fatal(major, minor, errno)
	}
	return ops
}

func errnoOf(err error) linux.Errno {
	if err == nil {
		return 0
	}
	return linux.Errno(err.(unix.Errno))
}

// TestLikeHost makes the same calls on our device and on the host's of the same number.
func TestLikeHost(t *testing.T) {
	devices := testDevices()
	for name, minor := range map[string]uint32{"null": 3, "zero": 5, "full": 7, "random": 8, "urandom": 9} {
		t.Run(name, func(t *testing.T) {
			fd, err := unix.Open("/dev/"+name, unix.O_RDWR|unix.O_CLOEXEC, 0)
			if err != nil {
				t.Skip(err)
			}
			defer unix.Close(fd)
			f := fs.NewFile(fs.Path{}, open(t, devices, memMajor, minor), linux.O_RDWR)
			compareReads(t, f, fd, minor >= 8)
			compareOthers(t, f, fd)
		})
	}
}

func compareReads(t *testing.T, f *fs.File, fd int, random bool) {
	for _, size := range []int{0, 1, 100, 5000, 100000} {
		ours, theirs := bytes.Repeat([]byte{7}, size), bytes.Repeat([]byte{7}, size)
		n, errno := f.Read(caller, [][]byte{ours[:size/2], ours[size/2:]})
		want, err := unix.Read(fd, theirs)
		if n != want || errno != errnoOf(err) || !random && !bytes.Equal(ours, theirs) {
			t.Errorf("read %d: %d %v, host %d %v", size, n, errno, want, err)
		}
		if random && size == 5000 && bytes.Count(ours, []byte{7}) > 100 {
			t.Error("not random")
		}
		n, errno = f.Pread(caller, [][]byte{ours}, 50)
		want, err = unix.Pread(fd, theirs, 50)
		if n != want || errno != errnoOf(err) {
			t.Errorf("pread %d: %d %v, host %d %v", size, n, errno, want, err)
		}
	}
}

func compareOthers(t *testing.T, f *fs.File, fd int) {
	for _, size := range []int{1, 5000} {
		n, errno := f.Write(caller, [][]byte{make([]byte, size)})
		want, err := unix.Write(fd, make([]byte, size))
		if n != max(want, 0) || errno != errnoOf(err) {
			t.Errorf("write %d: %d %v, host %d %v", size, n, errno, want, err)
		}
	}
	for whence := range 4 {
		off, errno := f.Seek(caller, 10, whence)
		want, err := unix.Seek(fd, 10, whence)
		if off != max(want, 0) || errno != errnoOf(err) {
			t.Errorf("seek %d: %d %v, host %d %v", whence, off, errno, want, err)
		}
	}
	p := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN | unix.POLLOUT}}
	if _, err := unix.Poll(p, 0); err != nil || f.Poll() != fs.Events(p[0].Revents) {
		t.Errorf("poll %#x, host %#x %v", f.Poll(), p[0].Revents, err)
	}
	_, ours := f.Ops.(fs.Mapper)
	mem, err := unix.Mmap(fd, 0, 4096, unix.PROT_READ, unix.MAP_PRIVATE)
	if ours != (err == nil) || err != nil && err != unix.ENODEV {
		t.Errorf("can be mapped: %v, host %v", ours, err)
	}
	if err == nil {
		unix.Munmap(mem)
	}
}

func TestSeededRandomRepeats(t *testing.T) {
	read := func() []byte {
		d, b := testDevices(), make([]byte, 9000)
		open(t, d, 1, 8).ReadAt(nil, [][]byte{b[:10]}, 0)
		open(t, d, 1, 9).WriteAt(nil, [][]byte{b[:10]}, 0)
		open(t, d, 1, 9).ReadAt(nil, [][]byte{b[10:]}, 0)
		return b
	}
	if !bytes.Equal(read(), read()) {
		t.Error("the same seed gives other bytes")
	}
}

// recorder is a directory that keeps what is made in it.
type recorder struct {
	fs.Attributes
	made map[string]fs.CreateSpec
}

func (r *recorder) Create(_ *fs.Caller, name string, spec *fs.CreateSpec) (fs.Inode, linux.Errno) {
	r.made[name] = *spec
	return r, 0
}

// TestPopulate compares the nodes with the host's /dev: type and number always, the mode of devices that all may use.
func TestPopulate(t *testing.T) {
	r := &recorder{made: map[string]fs.CreateSpec{}}
	if err := Populate(caller, r); err != nil {
		t.Fatal(err)
	}
	for name, spec := range r.made {
		var st unix.Stat_t
		if err := unix.Lstat(filepath.Join("/dev", name), &st); err != nil {
			t.Logf("%s: %v", name, err)
			continue
		}
		if st.Mode&unix.S_IFMT == unix.S_IFLNK && name != "ptmx" {
			if target, _ := os.Readlink("/dev/" + name); target != spec.Target {
				t.Errorf("%s leads to %q, on the host to %q", name, spec.Target, target)
			}
		} else if spec.Rdev != st.Rdev && name != "ptmx" && name != "console" {
			t.Errorf("%s has number %#x, on the host %#x", name, spec.Rdev, st.Rdev)
		}
	}
	if spec := r.made["null"]; spec.Mode != linux.S_IFCHR|0o666 || spec.Rdev != 0x103 {
		t.Errorf("null: %+v", spec)
	}
}

// tty is a terminal that counts how often it was opened.
type tty struct{ opened int }

func (t *tty) Open(*fs.Caller, uint32) (fs.FileOps, linux.Errno) {
	t.opened++
	return fs.UnsupportedFile{}, 0
}

func list(t *testing.T, p *PTS) (names []string) {
	t.Helper()
	ops, _ := p.Root().Open(caller, 0)
	ops.(fs.DirReader).ReadDir(caller, 2, func(e fs.DirEntry) bool {
		names = append(names, e.Name)
		return true
	})
	return names
}

func TestPTS(t *testing.T) {
	d := testDevices()
	p := NewPTS(linux.Makedev(0, 20), d, linux.Timespec{})
	terms := []*tty{{}, {}, {}}
	for i, term := range terms {
		if n, errno := p.Add(caller, term); n != i || errno != 0 {
			t.Fatal(n, errno)
		}
	}
	p.Remove(1)
	if got := list(t, p); len(got) != 3 || got[1] != "0" || got[2] != "2" {
		t.Errorf("listed %q", got)
	}
	for _, name := range []string{"1", "02", "+0", "", "x", "-1"} {
		if _, errno := p.Root().Lookup(caller, name); errno != linux.ENOENT {
			t.Errorf("%q: %v", name, errno)
		}
	}
	node, errno := p.Root().Lookup(caller, "2")
	if errno != 0 {
		t.Fatal(errno)
	}
	st, _ := node.Stat()
	if st.Mode != linux.S_IFCHR|0o620 || st.UID != 1000 || st.GID != 5 || st.Rdev != linux.Makedev(136, 2) || st.Ino != 5 {
		t.Errorf("%+v", st)
	}
	node.Open(caller, 0)
	open(t, d, 136, 2)
	if terms[2].opened != 2 {
		t.Errorf("opened %d times", terms[2].opened)
	}
	if _, errno := d.Open(caller, &linux.Stat{Mode: linux.S_IFCHR, Rdev: linux.Makedev(136, 1)}, 0); errno != linux.ENXIO {
		t.Errorf("removed terminal: %v", errno)
	}
	if n, _ := p.Add(caller, terms[1]); n != 3 {
		t.Errorf("number %d, while 1 is not free", n)
	}
	p.Free(1)
	if n, _ := p.Add(caller, terms[1]); n != 1 {
		t.Errorf("number %d is not used again", n)
	}
}

func TestAlternateTerminals(t *testing.T) {
	d, term := testDevices(), &tty{}
	var controlling Terminal
	get := func(*fs.Caller) Terminal { return controlling }
	d.RegisterTerminals(get, get, nil)
	st := &linux.Stat{Mode: linux.S_IFCHR, Rdev: linux.Makedev(5, 0)}
	if _, errno := d.Open(caller, st, 0); errno != linux.ENXIO {
		t.Errorf("no controlling terminal: %v", errno)
	}
	controlling = term
	open(t, d, 5, 0)
	open(t, d, 5, 1)
	if term.opened != 2 {
		t.Errorf("opened %d times", term.opened)
	}
	st.Rdev = linux.Makedev(5, 2)
	if _, errno := d.Open(caller, st, 0); errno != linux.ENXIO {
		t.Errorf("no ptmx: %v", errno)
	}
	block := &linux.Stat{Mode: linux.S_IFBLK, Rdev: linux.Makedev(1, 3)}
	if _, errno := d.Open(caller, block, 0); errno != linux.ENXIO {
		t.Errorf("block device: %v", errno)
	}
}
