package fs_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/fstest"
	"muslrun/fs/memfs"
)

// world is a name space with a file system in memory as its root, and root as the caller.
type world struct {
	t *testing.T
	*fs.Context
	c *fs.Caller
}

func newWorld(t *testing.T) *world {
	g := fstest.NewGuest(memfs.New(memfs.Options{Mode: 0o755, Dev: linux.Makedev(0, 1)}))
	return &world{t, g.Context, g.Caller}
}

func (w *world) ok(errno linux.Errno) { w.want(0, errno) }

func (w *world) want(want, errno linux.Errno) {
	w.t.Helper()
	if errno != want {
		w.t.Fatalf("errno is %d %v, want %d %v", errno, errno, want, want)
	}
}

func (w *world) mkdir(names ...string) {
	w.t.Helper()
	for _, name := range names {
		w.ok(w.Mkdir(w.c, fs.Path{}, name, 0o755))
	}
}

func (w *world) create(names ...string) {
	w.t.Helper()
	for _, name := range names {
		w.open(name, linux.O_CREAT|linux.O_RDWR).Unref(w.c)
	}
}

func (w *world) open(name string, flags uint32) *fs.File {
	w.t.Helper()
	f, errno := w.Open(w.c, fs.Path{}, name, flags, 0o644)
	w.ok(errno)
	return f
}

func (w *world) at(name string) fs.Path {
	w.t.Helper()
	p, errno := w.Resolve(w.c, fs.Path{}, name, fs.WalkNoFollow)
	w.ok(errno)
	return p
}

func (w *world) mount(name string, flags fs.MountFlags) *fs.Mount {
	w.t.Helper()
	sb := memfs.New(memfs.Options{Dev: linux.Makedev(0, 2)})
	m, errno := w.NS.Mount(w.at(name), sb, flags, "tmp")
	w.ok(errno)
	return m
}

func (w *world) equal(want, got string) {
	w.t.Helper()
	if got != want {
		w.t.Fatalf("got %q, want %q", got, want)
	}
}

func TestMountsAreCrossed(t *testing.T) {
	w := newWorld(t)
	w.mkdir("/a", "/a/m", "/a/m/hidden")
	w.mount("/a/m", 0)
	w.mkdir("/a/m/x")
	if _, errno := w.Resolve(w.c, fs.Path{}, "/a/m/hidden", 0); errno != linux.ENOENT {
		t.Fatalf("what is below a mount shows: %v", errno)
	}
	w.ok(w.Chdir(w.c, "/a/m/x"))
	w.ok(w.Chdir(w.c, "../.."))
	cwd, errno := w.Getcwd()
	w.ok(errno)
	w.equal("/a", cwd)
	w.equal("/a/m/x", w.Name(w.at("m/x")))
	w.want(linux.EBUSY, w.Rmdir(w.c, fs.Path{}, "/a/m"))
	w.want(linux.EBUSY, w.Rename(w.c, fs.Path{}, "/a/m", fs.Path{}, "/b", 0))
	w.want(linux.EXDEV, w.Rename(w.c, fs.Path{}, "/a/m/x", fs.Path{}, "/a/y", 0))
	w.create("/a/m/f")
	w.want(linux.EXDEV, w.Link(w.c, fs.Path{}, "/a/m/f", 0, fs.Path{}, "/a/f"))
	w.ok(w.Rename(w.c, fs.Path{}, "/a", fs.Path{}, "/b", 0))
	w.equal("/b/m/x", w.Name(w.at("/b/m/x")))
}

func TestUnmount(t *testing.T) {
	w := newWorld(t)
	w.mkdir("/m")
	w.mount("/m", 0)
	w.mkdir("/m/n")
	w.mount("/m/n", 0)
	w.want(linux.EINVAL, w.NS.Unmount(w.at("/"), false))
	w.want(linux.EBUSY, w.NS.Unmount(w.at("/m"), false))
	w.ok(w.NS.Unmount(w.at("/m/n"), false))
	w.want(linux.EINVAL, w.NS.Unmount(w.at("/m/n"), false))
	f := w.open("/m/f", linux.O_CREAT|linux.O_RDWR)
	w.want(linux.EBUSY, w.NS.Unmount(w.at("/m"), false))
	w.ok(w.Chdir(w.c, "/m/n"))
	w.ok(w.NS.Unmount(w.at("/m"), true))
	w.equal("/f", w.Name(f.Path))
	cwd, errno := w.Getcwd()
	w.ok(errno)
	w.equal("(unreachable)/n", cwd)
	f.Unref(w.c)
	w.equal("/m", w.Name(w.at("/m")))
}

func TestMountTableIsStable(t *testing.T) {
	w := newWorld(t)
	w.mkdir("/m", "/d", "/d/e", "/bound")
	w.create("/file", "/other")
	w.mount("/m", fs.MountReadOnly|fs.MountNoDev)
	_, errno := w.NS.Bind(w.at("/bound"), w.at("/d"), 0)
	w.ok(errno)
	_, errno = w.NS.Bind(w.at("/file"), w.at("/other"), 0)
	w.ok(errno)
	_, errno = w.NS.Bind(w.at("/file"), w.at("/d"), 0)
	w.want(linux.ENOTDIR, errno)
	want := []fs.MountInfo{
		{ID: 1, Parent: 1, Dev: 1, Root: "/", Point: "/", Type: "tmpfs", Source: "tmpfs"},
		{
			ID: 2, Parent: 1, Dev: 2, Root: "/", Point: "/m", Flags: fs.MountReadOnly | fs.MountNoDev, Type: "tmpfs",
			Source: "tmp",
		},
		{ID: 3, Parent: 1, Dev: 1, Root: "/d", Point: "/bound", Type: "tmpfs", Source: "tmpfs"},
		{ID: 4, Parent: 1, Dev: 1, Root: "/other", Point: "/file", Type: "tmpfs", Source: "tmpfs"},
	}
	if got := w.NS.List(w.Root()); !slices.Equal(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
	w.equal("/bound/e", w.Name(w.at("/bound/e")))
	w.ok(w.Chroot(w.c, "/bound"))
	if got := w.NS.List(w.Root()); len(got) != 1 || got[0].Point != "/" {
		t.Errorf("from inside: %+v", got)
	}
}

func TestReadOnlyMount(t *testing.T) {
	w := newWorld(t)
	w.mkdir("/m")
	m := w.mount("/m", 0)
	w.create("/m/f")
	w.mkdir("/m/d")
	w.ok(w.NS.Remount(w.at("/m"), fs.MountReadOnly))
	if !m.Has(fs.MountReadOnly) {
		t.Fatal("the option is not in force")
	}
	none := fs.Path{}
	p := w.at("/m/f")
	for i, errno := range []linux.Errno{
		w.Mkdir(w.c, none, "/m/x", 0o755), w.Rmdir(w.c, none, "/m/d"), w.Unlink(w.c, none, "/m/f"),
		w.Unlink(w.c, none, "/m/none"), w.Symlink(w.c, "x", none, "/m/l"), w.Rename(w.c, none, "/m/f", none, "/m/g", 0),
		w.Link(w.c, none, "/m/f", 0, none, "/m/g"), p.Chmod(w.c, 0), p.Chown(w.c, 1, 1), p.Utimes(w.c, nil),
		p.Truncate(w.c, 0), p.Setxattr(w.c, "user.x", nil, 0), p.Removexattr(w.c, "user.x"), p.Access(w.c, linux.W_OK),
	} {
		if errno != linux.EROFS {
			t.Errorf("change %d answers %v", i, errno)
		}
	}
	w.want(linux.EEXIST, w.Mkdir(w.c, none, "/m/d", 0o755))
	for _, flags := range []uint32{linux.O_RDWR, linux.O_WRONLY, linux.O_TRUNC, linux.O_RDWR | linux.O_CREAT} {
		_, errno := w.Open(w.c, none, "/m/f", flags, 0o644)
		w.want(linux.EROFS, errno)
	}
	_, errno := w.Open(w.c, none, "/m/new", linux.O_CREAT, 0o644)
	w.want(linux.EROFS, errno)
	w.open("/m/f", linux.O_CREAT).Unref(w.c)
	st, errno := w.at("/m").Statfs()
	w.ok(errno)
	if st.Flags&linux.ST_RDONLY == 0 || st.Type != linux.TMPFS_MAGIC {
		t.Errorf("statfs: %+v", st)
	}
}

func TestNoDevAndNoExec(t *testing.T) {
	w := newWorld(t)
	w.mkdir("/m")
	w.mount("/m", fs.MountNoDev|fs.MountNoExec)
	w.ok(w.Mknod(w.c, fs.Path{}, "/m/null", linux.S_IFCHR|0o666, linux.Makedev(1, 3)))
	_, errno := w.Open(w.c, fs.Path{}, "/m/null", linux.O_RDONLY, 0)
	w.want(linux.EACCES, errno)
	w.ok(w.Mknod(w.c, fs.Path{}, "/m/x", linux.S_IFREG|0o755, 0))
	w.want(linux.EACCES, w.Access(w.c, fs.Path{}, "/m/x", linux.X_OK, 0))
}

func TestNamesOfDeletedFiles(t *testing.T) {
	w := newWorld(t)
	w.mkdir("/d", "/d/e")
	f := w.open("/d/f", linux.O_CREAT)
	w.ok(w.Rename(w.c, fs.Path{}, "/d/f", fs.Path{}, "/d/g", 0))
	w.equal("/d/g", w.Name(f.Path))
	w.ok(w.Unlink(w.c, fs.Path{}, "/d/g"))
	w.equal("/d/g (deleted)", w.Name(f.Path))
	w.ok(w.Chdir(w.c, "/d/e"))
	w.ok(w.Rmdir(w.c, fs.Path{}, "/d/e"))
	_, errno := w.Getcwd()
	w.want(linux.ENOENT, errno)
	w.want(linux.ENOENT, w.Mkdir(w.c, fs.Path{}, "x", 0o755))
	_, errno = w.Open(w.c, fs.Path{}, "x", linux.O_CREAT, 0o644)
	w.want(linux.ENOENT, errno)
	w.ok(w.Chdir(w.c, ".."))
	cwd, errno := w.Getcwd()
	w.ok(errno)
	w.equal("/d", cwd)
	tmp := w.open(".", linux.O_TMPFILE|linux.O_RDWR)
	st, errno := tmp.Stat()
	w.ok(errno)
	w.equal("/#5 (deleted)", w.Name(tmp.Path))
	w.ok(w.Link(w.c, tmp.Path, "", fs.WalkEmptyPath, fs.Path{}, "/d/named"))
	named, errno := w.at("/d/named").Stat()
	w.ok(errno)
	if named.Ino != st.Ino || named.Nlink != 1 {
		t.Errorf("linked file is %+v", named)
	}
}

func TestTooDeepForAName(t *testing.T) {
	w := newWorld(t)
	name := strings.Repeat("d", linux.NAME_MAX)
	for range 20 {
		w.mkdir(name)
		w.ok(w.Chdir(w.c, name))
	}
	_, errno := w.Getcwd()
	w.want(linux.ENAMETOOLONG, errno)
	if n := len(w.Name(w.Cwd())); n > 2*linux.PATH_MAX {
		t.Errorf("the name has %d bytes", n)
	}
}

func TestChroot(t *testing.T) {
	w := newWorld(t)
	w.mkdir("/jail", "/jail/d")
	w.ok(w.Symlink(w.c, "/d", fs.Path{}, "/jail/abs"))
	w.ok(w.Symlink(w.c, "../../../..", fs.Path{}, "/jail/up"))
	outside := w.Clone()
	w.ok(w.Chroot(w.c, "/jail"))
	cwd, errno := w.Getcwd() // chroot leaves the working directory where it is
	w.ok(errno)
	w.equal("(unreachable)/", cwd)
	w.ok(w.Chdir(w.c, "/"))
	for _, name := range []string{"/..", "../..", "up", "abs/..", "d/../.."} {
		if p, errno := w.Resolve(w.c, fs.Path{}, name, 0); errno != 0 || p != w.Root() {
			t.Errorf("%s leads out of the root", name)
		}
	}
	w.equal("/d", w.Name(w.at("d")))
	w.equal("/jail/d", outside.Name(w.at("d")))
	w.c.Cred = &fs.Credentials{FSUID: 1}
	w.want(linux.EPERM, w.Chroot(w.c, "/d"))
}

func TestResolveFlags(t *testing.T) {
	w := newWorld(t)
	w.mkdir("/d", "/d/e", "/d/m")
	w.mount("/d/m", 0)
	w.create("/f", "/d/f")
	for name, target := range map[string]string{"abs": "/f", "up": "../f", "in": "e/../f", "far": "e/../../f"} {
		w.ok(w.Symlink(w.c, target, fs.Path{}, "/d/"+name))
	}
	d := w.at("/d")
	for _, test := range []struct {
		name  string
		flags fs.WalkFlags
		want  linux.Errno
		place string
	}{
		{"e/..", fs.WalkBeneath, 0, "/d"},
		{"in", fs.WalkBeneath, 0, "/d/f"},
		{"..", fs.WalkBeneath, linux.EXDEV, ""},
		{"/d/f", fs.WalkBeneath, linux.EXDEV, ""},
		{"abs", fs.WalkBeneath, linux.EXDEV, ""},
		{"up", fs.WalkBeneath, linux.EXDEV, ""},
		{"far", fs.WalkBeneath, linux.EXDEV, ""},
		{"/f", fs.WalkInRoot, 0, "/d/f"},
		{"abs", fs.WalkInRoot, 0, "/d/f"},
		{"up", fs.WalkInRoot, 0, "/d/f"},
		{"../../..", fs.WalkInRoot, 0, "/d"},
		{"in", fs.WalkNoSymlinks, linux.ELOOP, ""},
		{"in", fs.WalkNoSymlinks | fs.WalkNoFollow, 0, "/d/in"},
		{"f", fs.WalkNoSymlinks, 0, "/d/f"},
		{"m", fs.WalkNoXdev, linux.EXDEV, ""},
		{"e", fs.WalkNoXdev, 0, "/d/e"},
		{"", fs.WalkEmptyPath, 0, "/d"},
		{"", 0, linux.ENOENT, ""},
		{"f", fs.WalkDirectory, linux.ENOTDIR, ""},
		{"m", 0, 0, "/d/m"},
	} {
		p, errno := w.Resolve(w.c, d, test.name, test.flags)
		if errno != test.want || errno == 0 && w.Name(p) != test.place {
			t.Errorf("%q with %#x gives %v; want %v %s", test.name, test.flags, errno, test.want, test.place)
		}
	}
	if _, errno := w.Resolve(w.c, w.at("/d/m"), "..", fs.WalkNoXdev); errno != linux.EXDEV {
		t.Errorf("leaving a mount upwards with NO_XDEV: %v", errno)
	}
	if _, errno := w.Resolve(w.c, w.at("/f"), "x", 0); errno != linux.ENOTDIR {
		t.Errorf("a file as the start: %v", errno)
	}
}

// jump is a magic link.
type jump struct {
	fs.Unsupported
	to fs.Path
}

func (*jump) Stat() (linux.Stat, linux.Errno) {
	return linux.Stat{Mode: linux.S_IFLNK | 0o777, Ino: 2, Nlink: 1}, 0
}

func (*jump) Readlink(*fs.Caller) (string, linux.Errno) { return "/nowhere", 0 }

func (j *jump) Follow(*fs.Caller) (fs.Path, linux.Errno) { return j.to, 0 }

// jumps is a file system with one directory, which holds magic links.
type jumps struct {
	fs.Unsupported
	links map[string]*jump
}

func (*jumps) Type() string                        { return "jumps" }
func (*jumps) Statfs() (linux.Statfs, linux.Errno) { return linux.Statfs{}, 0 }
func (s *jumps) Root() fs.Inode                    { return s }
func (*jumps) Stat() (linux.Stat, linux.Errno) {
	return linux.Stat{Mode: linux.S_IFDIR | 0o555, Ino: 1, Nlink: 2}, 0
}
func (s *jumps) Lookup(_ *fs.Caller, name string) (fs.Inode, linux.Errno) {
	if l := s.links[name]; l != nil {
		return l, 0
	}
	return nil, linux.ENOENT
}

func TestMagicLinks(t *testing.T) {
	w := newWorld(t)
	w.mkdir("/proc", "/d")
	f := w.open("/d/f", linux.O_CREAT|linux.O_RDWR)
	sb := &jumps{links: map[string]*jump{"fd": {to: f.Path}, "dir": {to: w.at("/d")}}}
	_, errno := w.NS.Mount(w.at("/proc"), sb, 0, "proc")
	w.ok(errno)
	if n, errno := f.Write(w.c, [][]byte{[]byte("still here")}); n != 10 || errno != 0 {
		t.Fatal(n, errno)
	}
	w.ok(w.Unlink(w.c, fs.Path{}, "/d/f"))
	again := w.open("/proc/fd", linux.O_RDONLY|linux.O_CREAT)
	b := make([]byte, 20)
	n, errno := again.Read(w.c, [][]byte{b})
	w.ok(errno)
	w.equal("still here", string(b[:n]))
	w.equal("/d/f (deleted)", w.Name(again.Path))
	w.create("/d/g")
	w.equal("/d/g", w.Name(w.at("/proc/dir/g")))
	w.equal("/", w.Name(w.at("/proc/dir/..")))
	for flags, want := range map[fs.WalkFlags]linux.Errno{
		fs.WalkNoMagicLinks: linux.ELOOP, fs.WalkBeneath: linux.EXDEV, fs.WalkInRoot: linux.EXDEV, fs.WalkNoXdev: linux.EXDEV,
	} {
		_, errno := w.Resolve(w.c, w.at("/proc"), "dir", flags)
		w.want(want, errno)
	}
	target, errno := w.Readlink(w.c, fs.Path{}, "/proc/fd")
	w.ok(errno)
	w.equal("/nowhere", target)
	_, errno = w.Open(w.c, fs.Path{}, "/proc/new", linux.O_CREAT, 0o644)
	w.want(linux.ENOENT, errno)
}

func TestAnonymousFiles(t *testing.T) {
	w := newWorld(t)
	shm := memfs.New(memfs.Options{})
	m := fs.NewInternalMount(shm)
	inode, errno := shm.Memfd(w.c, 0o777, 0)
	w.ok(errno)
	p, errno := m.Anonymous("/memfd:x (deleted)", inode)
	w.ok(errno)
	f, errno := w.OpenPath(w.c, p, linux.O_RDWR)
	w.ok(errno)
	w.equal("/memfd:x (deleted)", w.Name(f.Path))
	if _, errno := f.Write(w.c, [][]byte{[]byte("abc")}); errno != 0 {
		t.Fatal(errno)
	}
	w.ok(f.AddSeals(linux.F_SEAL_WRITE | linux.F_SEAL_SHRINK))
	w.want(linux.EPERM, f.Truncate(w.c, 1))
	_, errno = f.Write(w.c, [][]byte{[]byte("abc")})
	w.want(linux.EPERM, errno)
	w.ok(f.AddSeals(linux.F_SEAL_SEAL))
	w.want(linux.EPERM, f.AddSeals(linux.F_SEAL_GROW))
	f.Unref(w.c)
	if st, _ := shm.Statfs(); st.Bfree != 0 {
		t.Errorf("statfs: %+v", st)
	}
}

func TestFileSizeLimit(t *testing.T) {
	w := newWorld(t)
	f := w.open("/f", linux.O_CREAT|linux.O_RDWR)
	w.c.FileSizeLimit = 10
	n, errno := f.Write(w.c, [][]byte{[]byte("12345"), []byte("67890abc")})
	if n != 10 || errno != 0 {
		t.Errorf("a write over the limit gives %d %v", n, errno)
	}
	for _, try := range []func() (int, linux.Errno){
		func() (int, linux.Errno) { return f.Write(w.c, [][]byte{[]byte("x")}) },
		func() (int, linux.Errno) { return f.Pwrite(w.c, [][]byte{[]byte("x")}, 10) },
		func() (int, linux.Errno) { return f.PwriteAs(w.c, [][]byte{[]byte("x")}, 0, true) },
		func() (int, linux.Errno) { return 0, f.Truncate(w.c, 11) },
		func() (int, linux.Errno) { return 0, f.Allocate(w.c, 0, 0, 11) },
	} {
		_, errno := try()
		w.want(linux.EFBIG, errno)
	}
	w.c.FileSizeLimit = math.MaxUint64
	if st, _ := f.Stat(); st.Size != 10 {
		t.Errorf("size is %d", st.Size)
	}
}

func TestRunningProgramsAreNotWritten(t *testing.T) {
	w := newWorld(t)
	w.create("/prog")
	allow, errno := w.at("/prog").DenyWrite()
	w.ok(errno)
	_, errno = w.Open(w.c, fs.Path{}, "/prog", linux.O_WRONLY, 0)
	w.want(linux.ETXTBSY, errno)
	w.want(linux.ETXTBSY, w.Truncate(w.c, fs.Path{}, "/prog", 0))
	allow()
	f := w.open("/prog", linux.O_WRONLY)
	_, errno = w.at("/prog").DenyWrite()
	w.want(linux.ETXTBSY, errno)
	f.Unref(w.c)
	allow, errno = w.at("/prog").DenyWrite()
	w.ok(errno)
	allow()
}

func TestHotPathsDoNotAllocate(t *testing.T) {
	w := newWorld(t)
	f := w.open("/f", linux.O_CREAT|linux.O_RDWR)
	buf := [][]byte{make([]byte, 512)}
	allocs := testing.AllocsPerRun(200, func() {
		f.Write(w.c, buf)
		f.Seek(w.c, 0, linux.SEEK_SET)
		f.Read(w.c, buf)
		f.Seek(w.c, 0, linux.SEEK_SET)
	})
	if allocs != 0 {
		t.Errorf("write, seek and read allocate %v times", allocs)
	}
	w.mkdir("/a", "/a/b")
	w.create("/a/b/c")
	keep := w.at("/a/b/c")
	if allocs := testing.AllocsPerRun(200, func() { w.Resolve(w.c, fs.Path{}, "/a/b/c", 0) }); allocs > 1 {
		t.Errorf("a walk allocates %v times", allocs)
	}
	_ = keep
}
