package memfs_test

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/fstest"
	"muslrun/fs/memfs"
)

// script runs lines with their answers on a file system.
func script(t *testing.T, g *fstest.Guest, text string) {
	t.Helper()
	s := fstest.NewSession(g)
	defer s.Close()
	for line := range strings.Lines(text) {
		op, want, found := strings.Cut(strings.TrimSpace(line), " = ")
		if !found {
			continue
		}
		if got := s.Do(op); got != want {
			t.Fatalf("%s\n  got  %s\n  want %s", op, got, want)
		}
	}
}

func TestFullByBytes(t *testing.T) {
	sb := memfs.New(memfs.Options{Mode: 0o777, MaxBytes: 10 * 4096})
	g := fstest.NewGuest(sb)
	script(t, g, `
		open f a rdwr,creat 0644 = ok
		fill f 100000 = 40960
		fill f 1 = ENOSPC
		fstat f = reg 0644 links=1 0:0 size=40960 rdev=0
		fallocate f 0 0 50000 = ENOSPC
		fallocate f keep,punch 0 8192 = ok
		open g b rdwr,creat 0644 = ok
		fill g 100000 = 8192
		setxattr b user.x v = ENOSPC
		symlink target l = ENOSPC
		ftruncate f 0 = ok
		symlink target l = ok
		setxattr b user.x v = ok
		unlink b = ok
		close g = ok
		fill f 40000 = 36864
	`)
	script(t, g, `
		unlink a = ok
		unlink l = ok
	`)
	if st, _ := sb.Statfs(); st.Bfree != 10 || st.Blocks != 10 {
		t.Errorf("emptied, it has %d of %d blocks free", st.Bfree, st.Blocks)
	}
}

// TestFullWithMemfd does the same with files that have moved to the host's memory.
func TestFullWithMemfd(t *testing.T) {
	sb := memfs.New(memfs.Options{Mode: 0o777, MaxBytes: 10 * 4096})
	g := fstest.NewGuest(sb)
	script(t, g, `
		open f a rdwr,creat 0644 = ok
		ftruncate f 100000000 = ok
		fill f 100000 = 40960
		pfill f 1 80000 = ENOSPC
		pfill f 5000 0 = 5000
		pwrite f over 40950 = 4
		pfill f 20 40950 = 10
		fallocate f 0 0 50000 = ENOSPC
		fallocate f keep 0 40960 = ok
		fallocate f 0 0 9000000000000000000 = ENOSPC
		fallocate f keep,punch 0 8192 = ok
		pfill f 1 80000 = 1
		blocks a = 72
		open g b rdwr,creat 0644 = ok
		fill g 100000 = 4096
		unlink b = ok
	`)
	script(t, g, `unlink a = ok`)
	if st, _ := sb.Statfs(); st.Bfree != 10 {
		t.Errorf("emptied, it has %d of %d blocks free", st.Bfree, st.Blocks)
	}
}

func TestFullByFiles(t *testing.T) {
	sb := memfs.New(memfs.Options{Mode: 0o777, MaxFiles: 4})
	g := fstest.NewGuest(sb)
	script(t, g, `
		mkdir d 0755 = ok
		open f d/a rdwr,creat 0644 = ok
		link d/a d/b = ok
		link d/a d/c = ENOSPC
		mkdir e 0755 = ENOSPC
		open g . rdwr,tmpfile 0644 = ENOSPC
		unlink d/a = ok
		open g . rdwr,tmpfile 0644 = ok
		mkdir e 0755 = ENOSPC
		close g = ok
		mkdir e 0755 = ok
		rmdir e = ok
		unlink d/b = ok
		mkdir e 0755 = ok
		mkdir x 0755 = ENOSPC
		close f = ok
		mkdir x 0755 = ok
		rmdir x = ok
		rmdir e = ok
		rmdir d = ok
	`)
	if st, _ := sb.Statfs(); st.Ffree != 3 {
		t.Errorf("emptied, it has %d of %d files free", st.Ffree, st.Files)
	}
}

// guestFile opens a file on a new file system.
func guestFile(t *testing.T) (*fstest.Guest, *fs.File) {
	g := fstest.NewGuest(newFS(t))
	fd, errno := g.Open("f", linux.O_CREAT|linux.O_RDWR, 0o644)
	if errno != 0 {
		t.Fatal(errno)
	}
	return g, g.File(fd)
}

// TestSharedMapping checks that what is written through a mapping is read from the file, and the other way round.
func TestSharedMapping(t *testing.T) {
	g, f := guestFile(t)
	f.Write(g.Caller, [][]byte{[]byte("before mapped!")})
	object, errno := f.Ops.(fs.Mapper).Map()
	if errno != 0 || object.Size() != 14 || !object.Writable {
		t.Fatal(errno, object)
	}
	m, err := unix.Mmap(object.FD, 0, 4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Munmap(m)
	if got := string(m[:14]); got != "before mapped!" {
		t.Errorf("the mapping has %q", got)
	}
	f.Pwrite(g.Caller, [][]byte{[]byte("AFTER  ")}, 0)
	copy(m[7:], "MAPPED!")
	b := make([]byte, 20)
	n, _ := f.Pread(g.Caller, [][]byte{b}, 0)
	if got := string(b[:n]); got != "AFTER  MAPPED!" {
		t.Errorf("the file has %q", got)
	}
	again, _ := f.Ops.(fs.Mapper).Map()
	if again != object {
		t.Error("a second mapping has another object")
	}
}

// TestObserversSeeResizing checks the order: told before a file shrinks and after it has grown, with Size true at
// once.
func TestObserversSeeResizing(t *testing.T) {
	g, f := guestFile(t)
	object, _ := f.Ops.(fs.Mapper).Map()
	var told []string
	object.Observe(t, func(size int64) {
		var st unix.Stat_t
		_ = unix.Fstat(object.FD, &st)
		told = append(told, fmt.Sprintf("%d:%v:%v", size, object.Size() == size, st.Size >= size))
	})
	f.Write(g.Caller, [][]byte{make([]byte, 5000)})
	f.Truncate(g.Caller, 100)
	f.Truncate(g.Caller, 8192)
	f.Pwrite(g.Caller, [][]byte{{1}}, 0)
	f.Allocate(g.Caller, 0, 0, 9000)
	want := "[5000:true:true 100:true:true 8192:true:true 9000:true:true]"
	if got := fmt.Sprint(told); got != want {
		t.Errorf("told %s, want %s", got, want)
	}
	object.Forget(t)
}

// TestRetiredMemory checks that the host descriptor goes with the last of inode and mapping.
func TestRetiredMemory(t *testing.T) {
	g, f := guestFile(t)
	f.Write(g.Caller, [][]byte{[]byte("x")})
	object, _ := f.Ops.(fs.Mapper).Map()
	object.Observe(t, func(int64) {})
	isOpen := func() bool {
		var st unix.Stat_t
		return unix.Fstat(object.FD, &st) == nil
	}
	g.Unlink("f")
	f.Unref(g.Caller)
	if !isOpen() {
		t.Fatal("the memory went while it was mapped")
	}
	object.Forget(t)
	if isOpen() {
		t.Error("the memory stayed")
	}
}

// TestManyMappedFiles checks that mapping many small files does not use up the host's descriptors.
func TestManyMappedFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	g := fstest.NewGuest(newFS(t))
	before := openFiles(t)
	for i := range 2500 {
		name := fmt.Sprint("f", i)
		fd, _ := g.Open(name, linux.O_CREAT|linux.O_RDWR, 0o644)
		g.Write(fd, []byte(name))
		if _, errno := g.File(fd).Ops.(fs.Mapper).Map(); errno != 0 {
			t.Fatal(i, errno)
		}
		g.Close(fd)
	}
	runtime.GC()
	if n := openFiles(t) - before; n > 2100 {
		t.Errorf("%d descriptors are open", n)
	}
	for i := range 2500 {
		name := fmt.Sprint("f", i)
		fd, _ := g.Open(name, linux.O_RDONLY, 0)
		b := make([]byte, 9)
		if n, _ := g.Read(fd, b); string(b[:n]) != name {
			t.Fatalf("%s has %q", name, b[:n])
		}
		g.Close(fd)
	}
}

func openFiles(t *testing.T) int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip(err)
	}
	return len(entries)
}

// TestAtomicReplacement checks that whoever opens a name that is being replaced sees the old or the new contents.
func TestAtomicReplacement(t *testing.T) {
	g := fstest.NewGuest(newFS(t))
	content := bytes.Repeat([]byte("content "), 1000)
	put := func(g *fstest.Guest, name string) {
		fd, _ := g.Open(name, linux.O_CREAT|linux.O_RDWR|linux.O_EXCL, 0o644)
		g.Write(fd, content)
		g.Close(fd)
	}
	put(g, "f")
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(done)
		w := g.Clone()
		for range 2000 {
			put(w, "new")
			w.Rename("new", "f", 0)
		}
	})
	wg.Go(func() {
		r := g.Clone()
		b := make([]byte, len(content)+1)
		for {
			select {
			case <-done:
				return
			default:
			}
			fd, errno := r.Open("f", linux.O_RDONLY, 0)
			if errno != 0 {
				t.Errorf("open: %v", errno)
				return
			}
			if n, _ := r.Read(fd, b); !bytes.Equal(b[:n], content) {
				t.Errorf("read %d bytes", n)
			}
			r.Close(fd)
		}
	})
	wg.Wait()
}

// TestListingsInOrder checks that a listing shows the order of making, that its cookies hold while others come and
// go, and that it ends though the reader makes files.
func TestListingsInOrder(t *testing.T) {
	g := fstest.NewGuest(newFS(t))
	create := func(name string) {
		fd, _ := g.Open(name, linux.O_CREAT, 0o644)
		g.Close(fd)
	}
	for i := range 100 {
		create(fmt.Sprintf("f%02d", i))
	}
	fd, _ := g.Open(".", linux.O_DIRECTORY, 0)
	var seen []string
	for range 1000 {
		n := 0
		g.File(fd).ReadDir(g.Caller, func(e fs.DirEntry) bool {
			if n++; n > 3 {
				return false
			}
			seen = append(seen, e.Name)
			return true
		})
		if n == 0 {
			break
		}
		last := seen[len(seen)-1]
		if last != ".." && last[0] == 'f' {
			g.Unlink(last)                                        // what was seen goes,
			g.Rename(seen[len(seen)-2], "g"+seen[len(seen)-2], 0) // is renamed,
			create("n" + last)                                    // and new ones come
		}
	}
	if len(seen) != 102 || seen[0] != "." || seen[1] != ".." || seen[2] != "f00" || seen[101] != "f99" {
		t.Errorf("%d names were seen: %v", len(seen), seen)
	}
}

// TestSpecialFilesAreOpenedByTheKernel checks the hook, and sockets' objects.
func TestSpecialFilesAreOpenedByTheKernel(t *testing.T) {
	opener := &opener{}
	g := fstest.NewGuest(memfs.New(memfs.Options{Mode: 0o777, Special: opener}))
	g.Mknod("null", linux.S_IFCHR|0o600, linux.Makedev(1, 3))
	g.Mknod("pipe", linux.S_IFIFO|0o600, 0)
	for _, name := range []string{"null", "pipe"} {
		fd, errno := g.Open(name, linux.O_RDWR|linux.O_NONBLOCK, 0)
		if errno != 0 {
			t.Fatal(errno)
		}
		g.Close(fd)
	}
	want := "[020600 103 04002 010600 0 04002]"
	if got := fmt.Sprint(opener.calls); got != want {
		t.Errorf("the opener was asked for %s, want %s", got, want)
	}
	g.Context.MknodSpec(g.Caller, fs.Path{}, "sock", fs.CreateSpec{Mode: linux.S_IFSOCK | 0o600, Socket: "the socket"})
	p, errno := g.Context.Resolve(g.Caller, fs.Path{}, "sock", 0)
	if errno != 0 || p.Inode().(fs.SocketName).Socket() != "the socket" {
		t.Errorf("a socket's name leads to %v %v", p, errno)
	}
}

type opener struct{ calls []string }

func (o *opener) OpenSpecial(_ *fs.Caller, _ fs.Inode, st *linux.Stat, flags uint32) (fs.FileOps, linux.Errno) {
	o.calls = append(o.calls, fmt.Sprintf("%#o %x %#o", st.Mode, st.Rdev, flags))
	return fs.UnsupportedFile{}, 0
}

// TestFaultingBuffers checks that a copy that panics leaves no lock behind.
func TestFaultingBuffers(t *testing.T) {
	g, f := guestFile(t)
	page, err := unix.Mmap(-1, 0, 4096, unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Munmap(page)
	f.Write(g.Caller, [][]byte{[]byte("hello")})
	for range 2 { // from pages, then from a memfd
		for _, op := range []func(){
			func() { f.Pread(g.Caller, [][]byte{page}, 0) },
			func() { f.Pwrite(g.Caller, [][]byte{page}, 0) },
			func() { f.Write(g.Caller, [][]byte{page}) },
		} {
			fault(op)
		}
		b := make([]byte, 5)
		if n, errno := f.Pread(g.Caller, [][]byte{b}, 0); n != 5 || errno != 0 || string(b) != "hello" {
			t.Fatalf("then read gives %d %v %q", n, errno, b)
		}
		f.Ops.(fs.Mapper).Map()
	}
}

// fault runs op, which may fault.
func fault(op func()) {
	defer func() { _ = recover() }()
	defer debugSetPanicOnFault()()
	op()
}

func debugSetPanicOnFault() func() {
	old := debug.SetPanicOnFault(true)
	return func() { debug.SetPanicOnFault(old) }
}
