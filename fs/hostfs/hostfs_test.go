package hostfs

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

func share(t *testing.T, dir string, opts Options) *Superblock {
	t.Helper()
	sb, err := New(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	return sb
}

// both runs a test with openat2(2) and without.
func both(t *testing.T, test func(t *testing.T)) {
	t.Run("openat2", test)
	t.Run("openat", func(t *testing.T) {
		noOpenat2.Store(true)
		defer noOpenat2.Store(false)
		test(t)
	})
}

// walk looks up names without following anything.
func walk(t *testing.T, sb *Superblock, path string) *node {
	t.Helper()
	n, errno := tryWalk(sb, path)
	if errno != 0 {
		t.Fatalf("walk %s: %v", path, errno)
	}
	return n
}

func tryWalk(sb *Superblock, path string) (*node, linux.Errno) {
	n := sb.root
	for name := range strings.SplitSeq(path, "/") {
		if name == "" {
			continue
		}
		child, errno := n.Lookup(nil, name)
		if errno != 0 {
			return nil, errno
		}
		n = child.(*node)
	}
	return n, 0
}

func want(t *testing.T, what string, got, wanted linux.Errno) {
	t.Helper()
	if got != wanted {
		t.Errorf("%s: got %v (%s), want %v (%s)", what, got, got.Name(), wanted, wanted.Name())
	}
}

func ok(t *testing.T, what string, errno linux.Errno) {
	t.Helper()
	if errno != 0 {
		t.Fatalf("%s: %v (%s)", what, errno, errno.Name())
	}
}

func readFile(n *node) (string, linux.Errno) {
	ops, errno := n.Open(nil, linux.O_RDONLY)
	if errno != 0 {
		return "", errno
	}
	defer ops.Release(nil)
	buf := make([]byte, 1<<16)
	size, errno := ops.ReadAt(nil, [][]byte{buf}, 0)
	return string(buf[:size]), errno
}

func entriesOf(t *testing.T, n *node) []fs.DirEntry {
	t.Helper()
	ops, errno := n.Open(nil, linux.O_RDONLY)
	ok(t, "open directory", errno)
	defer ops.Release(nil)
	var all []fs.DirEntry
	ok(t, "readdir", ops.(fs.DirReader).ReadDir(nil, 0, func(e fs.DirEntry) bool {
		all = append(all, e)
		return true
	}))
	return all
}

func names(entries []fs.DirEntry) (out []string) {
	for _, e := range entries {
		out = append(out, e.Name)
	}
	return out
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func openFDs(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func TestReadsTree(t *testing.T) {
	both(t, func(t *testing.T) {
		dir := t.TempDir()
		write(t, dir+"/a/b/c", "hello")
		sb := share(t, dir, Options{ReadOnly: true, Dev: 77, UID: 1000, GID: 1001})
		n := walk(t, sb, "a/b/c")
		got, errno := readFile(n)
		ok(t, "read", errno)
		if got != "hello" {
			t.Errorf("read %q", got)
		}
		st, errno := n.Stat()
		ok(t, "stat", errno)
		if st.Dev != 77 || st.UID != 1000 || st.GID != 1001 || st.Size != 5 || st.Mode != linux.S_IFREG|0o644 || st.Nlink != 1 {
			t.Errorf("stat %+v", st)
		}
		_, errno = tryWalk(sb, "a/x")
		want(t, "lookup of nothing", errno, linux.ENOENT)
		_, errno = tryWalk(sb, "a/b/c/d")
		want(t, "lookup in a file", errno, linux.ENOTDIR)
	})
}

func TestSingleFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/a.out", "program")
	if err := os.Symlink("a.out", dir+"/link"); err != nil {
		t.Fatal(err)
	}
	sb := share(t, dir+"/link", Options{ReadOnly: true})
	got, errno := readFile(sb.root)
	ok(t, "read", errno)
	if got != "program" {
		t.Errorf("read %q", got)
	}
	_, errno = sb.root.Lookup(nil, "x")
	want(t, "lookup in it", errno, linux.ENOTDIR)
}

func TestReadOnly(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/f", "x")
	sb := share(t, dir, Options{ReadOnly: true})
	f := walk(t, sb, "f")
	_, errno := f.Open(nil, linux.O_RDWR)
	want(t, "open for writing", errno, linux.EROFS)
	_, errno = sb.root.Create(nil, "g", &fs.CreateSpec{Mode: linux.S_IFREG | 0o644})
	want(t, "create", errno, linux.EROFS)
	want(t, "unlink", sb.root.Remove(nil, "f", false), linux.EROFS)
	want(t, "rename", sb.root.Rename(nil, "f", sb.root, "g", 0), linux.EROFS)
	want(t, "link", sb.root.Link(nil, "g", f), linux.EROFS)
	want(t, "chmod", f.SetAttr(nil, &fs.SetAttr{Mask: fs.AttrMode, Mode: 0o777}), linux.EROFS)
	want(t, "setxattr", f.Setxattr(nil, "user.a", nil, 0), linux.EROFS)
	o, errno := f.mapObject()
	ok(t, "map", errno)
	if o.Writable {
		t.Error("a read-only share gave a writable mapping")
	}
	if flags, err := unix.FcntlInt(uintptr(o.FD), unix.F_GETFL, 0); err != nil || flags&unix.O_ACCMODE != unix.O_RDONLY {
		t.Errorf("the mapping's descriptor has flags %#x, %v", flags, err)
	}
}

func TestChangesReachTheHost(t *testing.T) {
	both(t, func(t *testing.T) {
		dir := t.TempDir()
		sb := share(t, dir, Options{})
		d, errno := sb.root.Create(nil, "d", &fs.CreateSpec{Mode: linux.S_IFDIR | 0o1777})
		ok(t, "mkdir", errno)
		f, errno := d.Create(nil, "f", &fs.CreateSpec{Mode: linux.S_IFREG | 0o666})
		ok(t, "create", errno)
		_, errno = d.Create(nil, "f", &fs.CreateSpec{Mode: linux.S_IFREG | 0o666})
		want(t, "create again", errno, linux.EEXIST)
		_, errno = d.Create(nil, "l", &fs.CreateSpec{Mode: linux.S_IFLNK | 0o777, Target: "/etc/passwd"})
		ok(t, "symlink", errno)
		ops, errno := f.Open(nil, linux.O_RDWR)
		ok(t, "open", errno)
		n, errno := ops.WriteAt(nil, [][]byte{[]byte("abc"), nil, []byte("def")}, 2)
		if n != 6 || errno != 0 {
			t.Errorf("write: %d %v", n, errno)
		}
		n, end, errno := ops.(fs.Appender).Append(nil, [][]byte{[]byte("!")})
		if n != 1 || end != 9 || errno != 0 {
			t.Errorf("append: %d %d %v", n, end, errno)
		}
		ops.Release(nil)
		ok(t, "link", sb.root.Link(nil, "h", f))
		ok(t, "rename", sb.root.Rename(nil, "h", d, "h2", 0))
		if got, _ := os.ReadFile(dir + "/d/h2"); string(got) != "\x00\x00abcdef!" {
			t.Errorf("host has %q", got)
		}
		if st, _ := os.Stat(dir + "/d"); st.Mode() != os.ModeDir|os.ModeSticky|0o777 {
			t.Errorf("host's directory has mode %v (is the umask in the way?)", st.Mode())
		}
		if st, _ := os.Stat(dir + "/d/f"); st.Mode() != 0o666 {
			t.Errorf("host's file has mode %v", st.Mode())
		}
		if to, _ := os.Readlink(dir + "/d/l"); to != "/etc/passwd" {
			t.Errorf("host's link leads to %q", to)
		}
		want(t, "rmdir", sb.root.Remove(nil, "d", true), linux.ENOTEMPTY)
		want(t, "unlink of a directory", sb.root.Remove(nil, "d", false), linux.EISDIR)
	})
}

func TestListing(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"zeta", "alpha", "mid/x"} {
		write(t, dir+"/"+name, name)
	}
	sb := share(t, dir, Options{})
	entries := entriesOf(t, sb.root)
	if got := names(entries); !slices.Equal(got, []string{".", "..", "alpha", "mid", "zeta"}) {
		t.Errorf("listed %q", got)
	}
	for _, e := range entries[2:] {
		st, _ := walk(t, sb, e.Name).Stat()
		if st.Ino != e.Ino || uint8(st.Mode>>12) != e.Type {
			t.Errorf("%s: listed as %d type %d, stat says %d mode %o", e.Name, e.Ino, e.Type, st.Ino, st.Mode)
		}
	}
	ops, _ := sb.root.Open(nil, linux.O_RDONLY)
	defer ops.Release(nil)
	var seen []string
	var cookie int64
	for range 10 { // one entry at a time, while the directory changes
		ok(t, "readdir", ops.(fs.DirReader).ReadDir(nil, cookie, func(e fs.DirEntry) bool {
			seen, cookie = append(seen, e.Name), e.Cookie
			return false
		}))
		_ = os.Remove(dir + "/alpha")
	}
	if !slices.Equal(seen, []string{".", "..", "alpha", "mid", "zeta"}) {
		t.Errorf("one at a time: %q", seen)
	}
	if got := names(entriesOf(t, sb.root)); !slices.Equal(got, []string{".", "..", "mid", "zeta"}) {
		t.Errorf("afterwards: %q", got)
	}
}

// Two host directories with the same content, made in different orders, look the same.
func TestInodeNumbersAreOurs(t *testing.T) {
	files := []string{"a", "b/c", "b/d", "e"}
	var seen [2][]uint64
	for i := range seen {
		dir := t.TempDir()
		for _, f := range files {
			write(t, dir+"/"+f, f)
		}
		slices.Reverse(files)
		sb := share(t, dir, Options{})
		for _, e := range append(entriesOf(t, sb.root), entriesOf(t, walk(t, sb, "b"))...) {
			seen[i] = append(seen[i], e.Ino)
		}
	}
	if !slices.Equal(seen[0], seen[1]) {
		t.Errorf("inode numbers %v and %v", seen[0], seen[1])
	}
	if seen[0][0] != 1 {
		t.Errorf("the root is inode %d", seen[0][0])
	}
}

func TestHardLinksAreOneInode(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/a", "x")
	if err := os.Link(dir+"/a", dir+"/b"); err != nil {
		t.Fatal(err)
	}
	sb := share(t, dir, Options{})
	a, b := walk(t, sb, "a"), walk(t, sb, "b")
	if a != b {
		t.Error("two nodes for one inode")
	}
	// The name under which it was seen last goes; the other one still leads to it, without a cached descriptor.
	ok(t, "unlink", sb.root.Remove(nil, "b", false))
	sb.handles.clear()
	st, errno := a.Stat()
	if errno != 0 || st.Nlink != 1 {
		t.Errorf("stat: %+v %v", st, errno)
	}
}

func TestOwners(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root to give files away")
	}
	dir := t.TempDir()
	write(t, dir+"/mine", "")
	write(t, dir+"/theirs", "")
	if err := os.Chown(dir+"/theirs", 12345, 54321); err != nil {
		t.Fatal(err)
	}
	sb := share(t, dir, Options{UID: 1000, GID: 100})
	mine, theirs := walk(t, sb, "mine"), walk(t, sb, "theirs")
	if st, _ := mine.Stat(); st.UID != 1000 || st.GID != 100 {
		t.Errorf("mine belongs to %d:%d", st.UID, st.GID)
	}
	if st, _ := theirs.Stat(); st.UID != nobody || st.GID != nobody {
		t.Errorf("theirs belongs to %d:%d", st.UID, st.GID)
	}
	ids := func(uid, gid uint32) *fs.SetAttr {
		return &fs.SetAttr{Mask: fs.AttrUID | fs.AttrGID, UID: uid, GID: gid}
	}
	want(t, "chown to what it is", mine.SetAttr(nil, ids(1000, 100)), 0)
	want(t, "chown to root", mine.SetAttr(nil, ids(0, 0)), linux.EPERM)
	kept := share(t, dir, Options{KeepIDs: true})
	n := walk(t, kept, "theirs")
	if st, _ := n.Stat(); st.UID != 12345 || st.GID != 54321 {
		t.Errorf("with KeepIDs theirs belongs to %d:%d", st.UID, st.GID)
	}
	ok(t, "chown with KeepIDs", n.SetAttr(nil, ids(7, 8)))
	var host unix.Stat_t
	if err := unix.Stat(dir+"/theirs", &host); err != nil || host.Uid != 7 || host.Gid != 8 {
		t.Errorf("the host has %d:%d, %v", host.Uid, host.Gid, err)
	}
	f, errno := kept.root.Create(nil, "new", &fs.CreateSpec{Mode: linux.S_IFREG | 0o600, UID: 5, GID: 6})
	ok(t, "create", errno)
	if st, _ := f.Stat(); st.UID != 5 || st.GID != 6 {
		t.Errorf("new file belongs to %d:%d", st.UID, st.GID)
	}
}

func TestSetIDBitsStayOut(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/su", "")
	if err := unix.Chmod(dir+"/su", 0o6755); err != nil {
		t.Fatal(err)
	}
	sb := share(t, dir, Options{})
	su := walk(t, sb, "su")
	if st, _ := su.Stat(); st.Mode != linux.S_IFREG|0o755 {
		t.Errorf("the host's set-id bits are visible: %o", st.Mode)
	}
	ok(t, "chmod", su.SetAttr(nil, &fs.SetAttr{Mask: fs.AttrMode, Mode: 0o6711}))
	_, errno := sb.root.Create(nil, "new", &fs.CreateSpec{Mode: linux.S_IFREG | 0o4755})
	ok(t, "create", errno)
	for name, mode := range map[string]uint32{"su": 0o711, "new": 0o755} {
		var st unix.Stat_t
		if err := unix.Stat(dir+"/"+name, &st); err != nil || st.Mode&0o7777 != mode {
			t.Errorf("the host's %s has mode %o, %v", name, st.Mode, err)
		}
	}
}

// What a guest writes into does not keep the host's privileges, even if muslrun is root.
func TestWritingDisarms(t *testing.T) {
	dir := t.TempDir()
	sb := share(t, dir, Options{})
	for name, change := range map[string]func(n *node) linux.Errno{
		"write": func(n *node) linux.Errno {
			ops, errno := n.Open(nil, linux.O_WRONLY)
			if errno == 0 {
				_, errno = ops.WriteAt(nil, [][]byte{[]byte("guest")}, 0)
				ops.Release(nil)
			}
			return errno
		},
		"truncate": func(n *node) linux.Errno { return n.SetAttr(nil, &fs.SetAttr{Mask: fs.AttrSize, Size: 1}) },
	} {
		write(t, dir+"/"+name, "host")
		if err := unix.Chmod(dir+"/"+name, 0o4755); err != nil {
			t.Fatal(err)
		}
		ok(t, name, change(walk(t, sb, name)))
		var st unix.Stat_t
		if err := unix.Stat(dir+"/"+name, &st); err != nil || st.Mode&0o7777 != 0o755 {
			t.Errorf("after %s: mode %o, %v", name, st.Mode, err)
		}
	}
}

func TestTimesSizesAndAttributes(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/f", "0123456789")
	if err := os.Symlink("nowhere", dir+"/l"); err != nil {
		t.Fatal(err)
	}
	sb := share(t, dir, Options{})
	stamp := linux.Timespec{Sec: -5, Nsec: 123456789}
	for _, name := range []string{"f", "l"} {
		n := walk(t, sb, name)
		before, _ := n.Stat()
		ok(t, "utimens "+name, n.SetAttr(nil, &fs.SetAttr{Mask: fs.AttrMtime, Mtime: stamp}))
		after, _ := n.Stat()
		if after.Mtime != stamp || after.Atime != before.Atime {
			t.Errorf("%s: mtime %v, atime %v (was %v)", name, after.Mtime, after.Atime, before.Atime)
		}
	}
	f := walk(t, sb, "f")
	ok(t, "truncate", f.SetAttr(nil, &fs.SetAttr{Mask: fs.AttrSize, Size: 4}))
	if got, _ := readFile(f); got != "0123" {
		t.Errorf("after truncation: %q", got)
	}
	want(t, "truncate a directory", sb.root.SetAttr(nil, &fs.SetAttr{Mask: fs.AttrSize}), linux.EISDIR)
	long := strings.Repeat("v", 3000)
	ok(t, "setxattr", f.Setxattr(nil, "user.a", []byte(long), 0))
	value, errno := f.Getxattr(nil, "user.a")
	if errno != 0 || string(value) != long {
		t.Errorf("getxattr: %d bytes, %v", len(value), errno)
	}
	attrs, errno := f.Listxattr(nil)
	if errno != 0 || !slices.Equal(attrs, []string{"user.a"}) {
		t.Errorf("listxattr: %q, %v", attrs, errno)
	}
	want(t, "setxattr again", f.Setxattr(nil, "user.a", nil, linux.XATTR_CREATE), linux.EEXIST)
	ok(t, "removexattr", f.Removexattr(nil, "user.a"))
	_, errno = f.Getxattr(nil, "user.a")
	want(t, "getxattr of nothing", errno, linux.ENODATA)
	want(t, "security attribute", f.Setxattr(nil, "security.capability", []byte("x"), 0), linux.EOPNOTSUPP)
}

func TestSeekAndAllocate(t *testing.T) {
	dir := t.TempDir()
	sb := share(t, dir, Options{})
	n, errno := sb.root.Create(nil, "f", &fs.CreateSpec{Mode: linux.S_IFREG | 0o644})
	ok(t, "create", errno)
	ops, errno := n.Open(nil, linux.O_RDWR)
	ok(t, "open", errno)
	defer ops.Release(nil)
	_, errno = ops.WriteAt(nil, [][]byte{[]byte("x")}, 1<<20)
	ok(t, "write", errno)
	seek := ops.(fs.Seeker).Seek
	for _, c := range []struct {
		cur, off int64
		whence   int
		want     int64
		errno    linux.Errno
	}{
		{0, 5, linux.SEEK_SET, 5, 0},
		{7, -8, linux.SEEK_CUR, 0, linux.EINVAL},
		{0, -1, linux.SEEK_END, 1 << 20, 0},
		{0, 0, linux.SEEK_DATA, 1 << 20, 0},
		{0, 0, linux.SEEK_HOLE, 0, 0},
		{0, 1<<20 + 1, linux.SEEK_DATA, 0, linux.ENXIO},
		{0, 0, 9, 0, linux.EINVAL},
	} {
		got, errno := seek(nil, c.cur, c.off, c.whence)
		if errno != c.errno || errno == 0 && got != c.want {
			t.Errorf("seek %+v: %d %v", c, got, errno)
		}
	}
	allocate := ops.(fs.Allocator).Allocate
	ok(t, "fallocate", allocate(nil, 0, 0, 2<<20))
	if st, _ := n.Stat(); st.Size != 2<<20 {
		t.Errorf("size %d after fallocate", st.Size)
	}
	want(t, "collapse", allocate(nil, linux.FALLOC_FL_COLLAPSE_RANGE, 0, 4096), linux.EOPNOTSUPP)
}

func TestUnlinkedFileStaysUsable(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/f", "still here")
	sb := share(t, dir, Options{})
	f := walk(t, sb, "f")
	ops, errno := f.Open(nil, linux.O_RDWR)
	ok(t, "open", errno)
	ok(t, "unlink", sb.root.Remove(nil, "f", false))
	sb.handles.clear()
	st, errno := f.Stat()
	if errno != 0 || st.Nlink != 0 || st.Size != 10 {
		t.Errorf("stat: %+v %v", st, errno)
	}
	ok(t, "truncate", f.SetAttr(nil, &fs.SetAttr{Mask: fs.AttrSize, Size: 5}))
	buf := make([]byte, 20)
	n, errno := ops.ReadAt(nil, [][]byte{buf}, 0)
	if string(buf[:n]) != "still" || errno != 0 {
		t.Errorf("read %q %v", buf[:n], errno)
	}
	// A new file under the name, perhaps with the same host inode, is another file.
	g, errno := sb.root.Create(nil, "f", &fs.CreateSpec{Mode: linux.S_IFREG | 0o644})
	ok(t, "create", errno)
	if g == fs.Inode(f) {
		t.Error("the new file is the old node")
	}
	ops.Release(nil)
	st, errno = f.Stat()
	if errno != 0 || st.Nlink != 0 {
		t.Errorf("stat after the last close: %+v %v", st, errno)
	}
	_, errno = f.Open(nil, linux.O_RDONLY)
	want(t, "open after the last close", errno, linux.ESTALE)
}

func TestRemovedDirectory(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(dir+"/d", 0o755); err != nil {
		t.Fatal(err)
	}
	sb := share(t, dir, Options{})
	d := walk(t, sb, "d")
	ok(t, "rmdir", sb.root.Remove(nil, "d", true))
	st, errno := d.Stat()
	if errno != 0 || st.Nlink != 0 || st.Mode != linux.S_IFDIR|0o755 {
		t.Errorf("stat: %+v %v", st, errno)
	}
	_, errno = d.Lookup(nil, "x")
	want(t, "lookup", errno, linux.ENOENT)
	_, errno = d.Create(nil, "x", &fs.CreateSpec{Mode: linux.S_IFREG})
	want(t, "create", errno, linux.ENOENT)
}

func TestRenamesKeepNodesReachable(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/a/b/f", "f")
	write(t, dir+"/x/g", "g")
	sb := share(t, dir, Options{})
	f, g, a := walk(t, sb, "a/b/f"), walk(t, sb, "x/g"), walk(t, sb, "a")
	x := walk(t, sb, "x")
	ok(t, "rename", a.Rename(nil, "b", x, "moved", 0))
	sb.handles.clear()
	if got, errno := readFile(f); got != "f" {
		t.Errorf("f below a renamed directory: %q %v", got, errno)
	}
	ok(t, "exchange", walk(t, sb, "x/moved").Rename(nil, "f", x, "g", linux.RENAME_EXCHANGE))
	sb.handles.clear()
	gotF, _ := readFile(f)
	gotG, _ := readFile(g)
	if gotF != "f" || gotG != "g" || walk(t, sb, "x/g") != f {
		t.Errorf("after the exchange: f %q, g %q", gotF, gotG)
	}
	want(t, "noreplace", x.Rename(nil, "g", walk(t, sb, "x/moved"), "f", linux.RENAME_NOREPLACE), linux.EEXIST)
}
