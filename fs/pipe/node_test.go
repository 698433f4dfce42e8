package pipe

import (
	"testing"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

func testCaller() *fs.Caller {
	return &fs.Caller{
		Cred: &fs.Credentials{FSUID: 1000, FSGID: 100},
		Now:  func() linux.Timespec { return linux.Timespec{Sec: 7} },
	}
}

// TestPipeFiles compares fstat and F_GETFL of both ends with the host's, where they do not depend on the machine.
func TestPipeFiles(t *testing.T) {
	f := NewFS(linux.Makedev(0, 13))
	r, w, errno := f.Pipe(testCaller(), linux.O_NONBLOCK)
	if errno != 0 {
		t.Fatal(errno)
	}
	var host [2]int
	if err := unix.Pipe2(host[:], unix.O_NONBLOCK); err != nil {
		t.Fatal(err)
	}
	for i, file := range []*fs.File{r, w} {
		defer unix.Close(host[i])
		var want unix.Stat_t
		if err := unix.Fstat(host[i], &want); err != nil {
			t.Fatal(err)
		}
		got, _ := file.Stat()
		if got.Mode != want.Mode || uint64(got.Nlink) != want.Nlink || got.Size != want.Size ||
			int64(got.Blksize) != want.Blksize || got.Blocks != want.Blocks || got.Rdev != want.Rdev {
			t.Errorf("stat %+v, host %+v", got, want)
		}
		flags, _ := unix.FcntlInt(uintptr(host[i]), unix.F_GETFL, 0)
		if file.Flags() != uint32(flags) {
			t.Errorf("flags %#o, host %#o", file.Flags(), flags)
		}
	}
	if name := r.Path.Name(fs.Path{}); name != "pipe:[1]" {
		t.Errorf("name %q", name)
	}
	if st, _ := r.Stat(); st.UID != 1000 || st.GID != 100 || st.Mtime.Sec != 7 {
		t.Errorf("not the caller's: %+v", st)
	}
	again, errno := r.Path.Inode().Open(nil, linux.O_RDWR)
	if errno != 0 {
		t.Fatal(errno)
	}
	for _, ops := range []fs.FileOps{r.Ops, w.Ops, again} {
		ops.Release(nil)
	}
	if f.Limits.Used() != 0 {
		t.Error("slots leak")
	}
}

func TestFIFOsAreForgotten(t *testing.T) {
	f := NewFS(1)
	st := &linux.Stat{Dev: 5, Ino: 6}
	if _, errno := f.OpenFIFO(st, linux.O_WRONLY|linux.O_NONBLOCK); errno != linux.ENXIO || len(f.fifos) != 0 {
		t.Fatalf("%v, %d known", errno, len(f.fifos))
	}
	r, _ := f.OpenFIFO(st, linux.O_RDONLY)
	w, _ := f.OpenFIFO(&linux.Stat{Dev: 5, Ino: 6}, linux.O_WRONLY)
	if r.(fs.Rendezvous).Opened() != 0 || w.(fs.Rendezvous).Opened() != 0 {
		t.Error("the two ends do not meet")
	}
	r.Release(nil)
	w.Release(nil)
	if len(f.fifos) != 0 || f.Limits.Used() != 0 {
		t.Errorf("%d FIFOs, %d slots left", len(f.fifos), f.Limits.Used())
	}
}
