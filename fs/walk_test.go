package fs_test

import (
	"strings"
	"sync"
	"testing"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/fstest"
	"muslrun/fs/memfs"
)

// tangle is a tree with every kind of link that a walk may meet.
func tangle(w *world) {
	w.mkdir("/a", "/a/b", "/a/b/c", "/m", "/jail", "/jail/x")
	w.mount("/m", 0)
	w.mkdir("/m/y")
	w.create("/f", "/a/f")
	for name, target := range map[string]string{
		"/a/up": "..", "/a/root": "/", "/a/self": "self", "/a/b/loop": "../b/loop/x", "/l": "a/b/", "/ll": "l/../up/m",
		"/jail/out": "../../a", "/jail/abs": "/jail/x", "/m/over": "../a/b",
		"/dots": "./././a/./b/../f", "/dangling": "no/thing",
	} {
		w.ok(w.Symlink(w.c, target, fs.Path{}, name))
	}
}

// FuzzResolve checks that every walk ends, stays below its root, and that the name of what it finds leads there.
func FuzzResolve(f *testing.F) {
	for _, seed := range []string{
		"", "/", "a", "/a/b/../../m/y", "a/root/a/root/f", "a/self", "a/b/loop", "ll/y", "dots", "dangling", "jail/out/f",
		"a//b///c/", "./.././..", strings.Repeat("a/up/", 100), strings.Repeat("x", 300), "f/", "l/", "m/over/../..",
	} {
		f.Add(seed, uint32(0))
		f.Add(seed, uint32(fs.WalkInRoot))
		f.Add(seed, uint32(fs.WalkBeneath|fs.WalkNoXdev))
	}
	f.Fuzz(func(t *testing.T, name string, bits uint32) {
		w := newWorld(t)
		tangle(w)
		flags := fs.WalkFlags(bits) & (fs.WalkNoXdev<<1 - 1) // those that are for users
		start := w.Root()
		if flags&(fs.WalkInRoot|fs.WalkBeneath) != 0 {
			start = w.at("/jail")
		}
		p, errno := w.Resolve(w.c, start, name, flags)
		if errno != 0 {
			return
		}
		full := w.Name(p)
		if start != w.Root() && full != "/jail" && !strings.HasPrefix(full, "/jail/") {
			t.Fatalf("%q with %#x leads out, to %q", name, bits, full)
		}
		if again := w.at(full); again != p {
			t.Fatalf("%q leads to %q, which is another place", name, full)
		}
	})
}

// doubted is a file system whose names the VFS does not believe.
type doubted struct{ *memfs.FS }

func (doubted) Exclusive() bool { return false }

// TestConcurrentOperations runs processes at random in one file system, and checks that what is left is consistent.
func TestConcurrentOperations(t *testing.T) {
	t.Run("exclusive", func(t *testing.T) { concurrently(t, func(sb *memfs.FS) fs.Superblock { return sb }) })
	t.Run("not", func(t *testing.T) { concurrently(t, func(sb *memfs.FS) fs.Superblock { return doubted{sb} }) })
}

func concurrently(t *testing.T, wrap func(sb *memfs.FS) fs.Superblock) {
	const processes, steps = 4, 3000
	sb := memfs.New(memfs.Options{Mode: 0o777, MaxFiles: 1 << 20, MaxBytes: 1 << 34})
	first := fstest.NewGuest(wrap(sb))
	var wg sync.WaitGroup
	for i := range processes {
		wg.Go(func() {
			s := fstest.NewSession(first.Clone())
			defer s.Close()
			for _, line := range fstest.Lines(uint64(i), steps) {
				s.Do(line)
			}
		})
	}
	wg.Wait()
	a := audit{t: t, guest: first, names: map[uint64]uint32{}, links: map[uint64]uint32{}}
	a.dir(first.Context.Root(), "")
	t.Logf("%d files, %d bytes", a.files, a.bytes)
	for ino, n := range a.links {
		if a.names[ino] != n {
			t.Errorf("inode %d has %d names and %d links", ino, a.names[ino], n)
		}
	}
	st, _ := sb.Statfs()
	if used := st.Files - st.Ffree; used != uint64(a.files) {
		t.Errorf("%d files are counted, %d are there", used, a.files)
	}
	if used := int64(st.Blocks-st.Bfree) * 4096; used < a.bytes || used > a.bytes+8192 {
		t.Errorf("%d bytes are counted, %d are in use", used, a.bytes)
	}
}

// audit walks a tree and counts.
type audit struct {
	t            *testing.T
	guest        *fstest.Guest
	names, links map[uint64]uint32
	files        int
	bytes        int64
}

func (a *audit) dir(p fs.Path, name string) {
	st, _ := p.Stat()
	subdirs := uint32(0)
	f, errno := a.guest.Context.OpenPath(a.guest.Caller, p, linux.O_DIRECTORY)
	if errno != 0 {
		a.t.Fatalf("%s: %v", name, errno)
	}
	defer f.Unref(a.guest.Caller)
	a.files++
	var entries []fs.DirEntry
	f.ReadDir(a.guest.Caller, func(e fs.DirEntry) bool {
		entries = append(entries, e)
		return true
	})
	for _, e := range entries[2:] {
		subdirs += a.entry(p, e, name+"/"+e.Name)
	}
	if st.Nlink != 2+subdirs {
		a.t.Errorf("%s has %d links and %d directories", name, st.Nlink, subdirs)
	}
}

// entry checks one name, and that the VFS and the file system agree about it: 1 for a directory.
func (a *audit) entry(dir fs.Path, e fs.DirEntry, name string) uint32 {
	p, errno := a.guest.Context.Resolve(a.guest.Caller, dir, e.Name, fs.WalkNoFollow)
	inode, below := dir.Inode().Lookup(a.guest.Caller, e.Name)
	if errno != 0 || below != 0 || p.Inode() != inode {
		a.t.Fatalf("%s is %v, %v in the VFS and %v, %v below", name, p, errno, inode, below)
	}
	if got := a.guest.Context.Name(p); got != name {
		a.t.Errorf("%s calls itself %s", name, got)
	}
	st, _ := p.Stat()
	if p.IsDir() {
		a.dir(p, name)
		return 1
	}
	a.files++
	if a.names[st.Ino]++; a.names[st.Ino] == 1 {
		a.bytes += st.Blocks * 512
		if p.Kind() == linux.S_IFLNK {
			a.bytes += st.Size
		}
		xattrs, _ := p.Listxattr(a.guest.Caller)
		for _, x := range xattrs {
			value, _ := p.Getxattr(a.guest.Caller, x)
			a.bytes += int64(len(x) + len(value))
		}
	}
	a.links[st.Ino] = st.Nlink
	return 0
}
