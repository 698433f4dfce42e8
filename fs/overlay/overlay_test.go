package overlay_test

import (
	"math"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"testing"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/hostfs"
	"muslrun/fs/memfs"
	"muslrun/fs/overlay"
)

var clock int64

var root = &fs.Caller{
	Cred:          &fs.Credentials{Effective: math.MaxUint64, Permitted: math.MaxUint64},
	Now:           func() linux.Timespec { clock++; return linux.Timespec{Sec: clock} },
	FileSizeLimit: math.MaxUint64,
}

// stack is an overlay and its layers, as the tests use them.
type stack struct {
	t            *testing.T
	lower, upper *memfs.FS
	sb           *overlay.Superblock
}

// over makes an overlay of a lower tree: names that end with a slash are directories, the others files with that content.
func over(t *testing.T, tree map[string]string) *stack {
	t.Helper()
	s := &stack{t: t, lower: memfs.New(memfs.Options{Dev: 1}), upper: memfs.New(memfs.Options{Dev: 2})}
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range tree {
			if !yield(name) {
				return
			}
		}
	}) {
		dir := s.find(s.lower.Root(), path.Dir(strings.TrimSuffix(name, "/")))
		if strings.HasSuffix(name, "/") {
			s.ok("mkdir", second(dir.Create(root, path.Base(name), &fs.CreateSpec{Mode: linux.S_IFDIR | 0o755})))
			continue
		}
		f, errno := dir.Create(root, path.Base(name), &fs.CreateSpec{Mode: linux.S_IFREG | 0o644, UID: 7})
		s.ok("create", errno)
		s.write(f, tree[name], 0)
	}
	var err error
	if s.sb, err = overlay.New(s.lower, s.upper, 77); err != nil {
		t.Fatal(err)
	}
	return s
}

func second[T any](_ T, errno linux.Errno) linux.Errno { return errno }

func (s *stack) ok(what string, errno linux.Errno) {
	s.t.Helper()
	if errno != 0 {
		s.t.Fatalf("%s: %s", what, errno.Name())
	}
}

func (s *stack) want(what string, got, wanted linux.Errno) {
	s.t.Helper()
	if got != wanted {
		s.t.Errorf("%s: got %q, want %q", what, got.Name(), wanted.Name())
	}
}

func (s *stack) find(n fs.Inode, name string) fs.Inode {
	s.t.Helper()
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." {
			continue
		}
		child, errno := n.Lookup(root, part)
		if errno != 0 {
			s.t.Fatalf("%s: lookup %s: %s", name, part, errno.Name())
		}
		n = child
	}
	return n
}

func (s *stack) at(name string) fs.Inode {
	s.t.Helper()
	return s.find(s.sb.Root(), name)
}

func (s *stack) missing(name string) {
	s.t.Helper()
	_, errno := s.at(path.Dir(name)).Lookup(root, path.Base(name))
	s.want(name, errno, linux.ENOENT)
}

func (s *stack) write(n fs.Inode, content string, off int64) {
	s.t.Helper()
	f, errno := n.Open(root, linux.O_WRONLY)
	s.ok("open for writing", errno)
	defer f.Release(root)
	_, errno = f.WriteAt(root, [][]byte{[]byte(content)}, off)
	s.ok("write", errno)
}

func (s *stack) read(n fs.Inode) string {
	s.t.Helper()
	f, errno := n.Open(root, linux.O_RDONLY)
	s.ok("open", errno)
	defer f.Release(root)
	return s.readOpen(f)
}

func (s *stack) readOpen(f fs.FileOps) string {
	s.t.Helper()
	buf := make([]byte, 1<<16)
	n, errno := f.ReadAt(root, [][]byte{buf}, 0)
	s.ok("read", errno)
	return string(buf[:n])
}

func (s *stack) stat(n fs.Inode) linux.Stat {
	s.t.Helper()
	st, errno := n.Stat()
	s.ok("stat", errno)
	return st
}

func (s *stack) names(name string) []string {
	s.t.Helper()
	f, errno := s.at(name).Open(root, linux.O_RDONLY)
	s.ok("open directory", errno)
	defer f.Release(root)
	var names []string
	s.ok("readdir", f.(fs.DirReader).ReadDir(root, 0, func(e fs.DirEntry) bool {
		if e.Name != "." && e.Name != ".." {
			child := s.stat(s.at(name + "/" + e.Name))
			if child.Ino != e.Ino || child.Mode>>12 != uint32(e.Type) {
				s.t.Errorf("%s: listed as %d type %d, is %d mode %o", e.Name, e.Ino, e.Type, child.Ino, child.Mode)
			}
		}
		names = append(names, e.Name)
		return true
	}))
	return names[2:]
}

func (s *stack) lists(name string, wanted ...string) {
	s.t.Helper()
	if got := s.names(name); !slices.Equal(got, wanted) {
		s.t.Errorf("%s has %q, want %q", name, got, wanted)
	}
}

// untouched checks that the lower layer is as it was made.
func (s *stack) untouched(tree map[string]string) {
	s.t.Helper()
	for name, content := range tree {
		n := s.find(s.lower.Root(), name)
		if !strings.HasSuffix(name, "/") && s.read(n) != content {
			s.t.Errorf("lower %s is %q, was %q", name, s.read(n), content)
		}
	}
}

func TestCopyUp(t *testing.T) {
	tree := map[string]string{"d/": "", "d/f": "lower content"}
	s := over(t, tree)
	lower := s.find(s.lower.Root(), "d/f")
	s.ok("setxattr", lower.Setxattr(root, "user.a", []byte("v"), 0))
	stamp := linux.Timespec{Sec: 5, Nsec: 6}
	s.ok("utimes", lower.SetAttr(root, &fs.SetAttr{Mask: fs.AttrMtime | fs.AttrMode, Mode: 0o640, Mtime: stamp}))
	before := s.stat(s.at("d/f"))
	reader, errno := s.at("d/f").Open(root, linux.O_RDONLY)
	s.ok("open", errno)

	s.ok("chmod", s.at("d/f").SetAttr(root, &fs.SetAttr{Mask: fs.AttrMode, Mode: 0o600, Ctime: root.Now()}))
	after := s.stat(s.at("d/f"))
	if after.Ino != before.Ino || after.Dev != 77 || after.Size != before.Size || after.UID != 7 ||
		after.Mtime != stamp || after.Mode != linux.S_IFREG|0o600 || after.Nlink != 1 {
		t.Errorf("before %+v\nafter %+v", before, after)
	}
	if v, errno := s.at("d/f").Getxattr(root, "user.a"); string(v) != "v" || errno != 0 {
		t.Errorf("attribute %q %v", v, errno)
	}
	s.write(s.at("d/f"), "UPPER", 0)
	if got := s.read(s.at("d/f")); got != "UPPER content" {
		t.Errorf("read %q", got)
	}
	if got := s.readOpen(reader); got != "UPPER content" {
		t.Errorf("a description from before the copy-up reads %q", got)
	}
	reader.Release(root)
	s.untouched(tree)
	if got := s.stat(lower).Mode; got != linux.S_IFREG|0o640 {
		t.Errorf("lower mode %o", got)
	}
}

func TestTruncationCopiesOnlyWhatIsLeft(t *testing.T) {
	s := over(t, map[string]string{"f": strings.Repeat("x", 40000)})
	s.ok("truncate", s.at("f").SetAttr(root, &fs.SetAttr{Mask: fs.AttrSize, Size: 3}))
	if got := s.read(s.at("f")); got != "xxx" {
		t.Errorf("read %q", got)
	}
	if st := s.stat(s.at("f")); st.Blocks > 8 {
		t.Errorf("%d blocks for three bytes", st.Blocks)
	}
}

func TestHolesStayHoles(t *testing.T) {
	s := over(t, map[string]string{"f": ""})
	s.write(s.find(s.lower.Root(), "f"), "end", 1<<30)
	s.write(s.at("f"), "x", 0)
	st := s.stat(s.at("f"))
	if st.Size != 1<<30+3 || st.Blocks > 64 {
		t.Errorf("size %d, %d blocks", st.Size, st.Blocks)
	}
}

func TestHardLinksSeeOneCopy(t *testing.T) {
	s := over(t, map[string]string{"a": "one"})
	s.ok("link", s.lower.Root().Link(root, "b", s.find(s.lower.Root(), "a")))
	s.write(s.at("a"), "two", 0)
	runtime.GC()
	if got := s.read(s.at("b")); got != "two" {
		t.Errorf("the other name reads %q", got)
	}
	if a, b := s.stat(s.at("a")), s.stat(s.at("b")); a.Ino != b.Ino || a.Nlink != 2 {
		t.Errorf("inodes %d and %d, %d links", a.Ino, b.Ino, a.Nlink)
	}
	s.ok("unlink", s.sb.Root().Remove(root, "a", false))
	s.ok("rename", s.sb.Root().Rename(root, "b", s.sb.Root(), "c", 0))
	if c := s.stat(s.at("c")); c.Nlink != 1 || s.read(s.at("c")) != "two" {
		t.Errorf("%d links, %q", c.Nlink, s.read(s.at("c")))
	}
}

// Links of a file that was never copied up are counted right, even if nobody holds it meanwhile.
func TestLinkCountsWithoutCopyUp(t *testing.T) {
	s := over(t, map[string]string{"a": "one"})
	s.ok("link", s.sb.Root().Link(root, "b", s.at("a")))
	runtime.GC()
	runtime.GC()
	if st := s.stat(s.at("a")); st.Nlink != 2 {
		t.Errorf("%d links", st.Nlink)
	}
	s.ok("unlink", s.sb.Root().Remove(root, "a", false))
	if st := s.stat(s.at("b")); st.Nlink != 1 {
		t.Errorf("%d links", st.Nlink)
	}
}

func TestWhiteoutsAndOpaqueDirectories(t *testing.T) {
	tree := map[string]string{"d/": "", "d/a": "A", "d/b": "B", "d/sub/": "", "d/sub/x": "X"}
	s := over(t, tree)
	d := s.at("d")
	s.ok("unlink", d.Remove(root, "a", false))
	s.missing("d/a")
	s.lists("d", "b", "sub")
	s.want("rmdir", d.Remove(root, "sub", true), linux.ENOTEMPTY)
	s.want("unlink", d.Remove(root, "sub", false), linux.EISDIR)
	s.want("rmdir", d.Remove(root, "b", true), linux.ENOTDIR)
	s.want("create", second(d.Create(root, "b", &fs.CreateSpec{Mode: linux.S_IFREG})), linux.EEXIST)
	// A file over a whiteout, and its whiteout again.
	f, errno := d.Create(root, "a", &fs.CreateSpec{Mode: linux.S_IFREG | 0o644})
	s.ok("create", errno)
	s.write(f, "new", 0)
	if got := s.read(s.at("d/a")); got != "new" {
		t.Errorf("read %q", got)
	}
	s.ok("unlink", d.Remove(root, "a", false))
	s.missing("d/a")
	// A new directory under the name of a lower one is empty.
	s.ok("unlink", s.at("d/sub").Remove(root, "x", false))
	s.ok("rmdir", d.Remove(root, "sub", true))
	s.ok("mkdir", second(d.Create(root, "sub", &fs.CreateSpec{Mode: linux.S_IFDIR | 0o755})))
	s.lists("d/sub")
	s.lists("d", "b", "sub")
	s.untouched(tree)
}

func TestRenameOfLowerDirectory(t *testing.T) {
	tree := map[string]string{"d/": "", "d/deep/": "", "d/deep/f": "F", "d/g": "G", "e/": ""}
	s := over(t, tree)
	before := s.stat(s.at("d/deep/f"))
	s.ok("rename", s.sb.Root().Rename(root, "d", s.at("e"), "moved", 0))
	runtime.GC()
	s.missing("d")
	s.lists("", "e")
	s.lists("e/moved", "deep", "g")
	if st := s.stat(s.at("e/moved/deep/f")); st.Ino != before.Ino || s.read(s.at("e/moved/deep/f")) != "F" {
		t.Errorf("inode %d, was %d", st.Ino, before.Ino)
	}
	s.write(s.at("e/moved/deep/f"), "changed", 0)
	if st := s.stat(s.at("e")); st.Nlink != 3 {
		t.Errorf("the new parent has %d links", st.Nlink)
	}
	// Back to where it was, over a directory made in the meantime.
	s.ok("mkdir", second(s.sb.Root().Create(root, "d", &fs.CreateSpec{Mode: linux.S_IFDIR | 0o755})))
	s.ok("rename back", s.at("e").Rename(root, "moved", s.sb.Root(), "d", 0))
	if got := s.read(s.at("d/deep/f")); got != "changed" {
		t.Errorf("read %q", got)
	}
	s.lists("e")
	s.untouched(tree)
}

func TestRenameRules(t *testing.T) {
	s := over(t, map[string]string{"f": "F", "g": "G", "d/": "", "d/x": "X", "empty/": ""})
	r := s.sb.Root()
	s.want("file over directory", r.Rename(root, "f", r, "empty", 0), linux.EISDIR)
	s.want("directory over file", r.Rename(root, "empty", r, "f", 0), linux.ENOTDIR)
	s.want("directory over a full one", r.Rename(root, "empty", r, "d", 0), linux.ENOTEMPTY)
	s.want("noreplace", r.Rename(root, "f", r, "g", linux.RENAME_NOREPLACE), linux.EEXIST)
	s.want("nothing", r.Rename(root, "no", r, "g", 0), linux.ENOENT)
	s.want("exchange with nothing", r.Rename(root, "f", r, "no", linux.RENAME_EXCHANGE), linux.ENOENT)
	s.want("onto itself", r.Rename(root, "f", r, "f", 0), 0)
	s.ok("exchange", r.Rename(root, "f", r, "d", linux.RENAME_EXCHANGE))
	if s.read(s.at("d")) != "F" || s.read(s.at("f/x")) != "X" {
		t.Error("the exchange went wrong")
	}
	s.ok("replace", r.Rename(root, "d", r, "g", 0))
	if got := s.read(s.at("g")); got != "F" {
		t.Errorf("read %q", got)
	}
	s.lists("", "empty", "f", "g")
}

func TestStorageIsGivenBack(t *testing.T) {
	s := over(t, map[string]string{"f": "lower"})
	held := s.at("f").(fs.Held)
	s.write(s.at("f"), strings.Repeat("y", 10000), 0)
	f := s.at("f")
	held.Hold()
	reader, errno := f.Open(root, linux.O_RDONLY)
	s.ok("open", errno)
	s.ok("unlink", s.sb.Root().Remove(root, "f", false))
	if st := s.stat(f); st.Nlink != 0 || len(s.readOpen(reader)) != 10000 {
		t.Errorf("after unlink: %+v", st)
	}
	reader.Release(root)
	held.Drop()
	left := func() (names []string) {
		d, _ := s.upper.Root().Open(root, linux.O_RDONLY)
		_ = d.(fs.DirReader).ReadDir(root, 0, func(e fs.DirEntry) bool { names = append(names, e.Name); return true })
		return names[2:]
	}
	if got := left(); len(got) != 1 { // the root directory's attributes
		t.Errorf("the store still has %q", got)
	}
	for range 10 {
		n, errno := s.sb.Root().Create(root, "tmp", &fs.CreateSpec{Mode: linux.S_IFREG | 0o600})
		s.ok("create", errno)
		s.write(n, "x", 0)
		s.ok("unlink", s.sb.Root().Remove(root, "tmp", false))
	}
	if got := left(); len(got) != 1 {
		t.Errorf("the store still has %q", got)
	}
}

func TestFullStore(t *testing.T) {
	lower := memfs.New(memfs.Options{Dev: 1})
	s := &stack{t: t, lower: lower}
	f, errno := lower.Root().Create(root, "big", &fs.CreateSpec{Mode: linux.S_IFREG | 0o644})
	s.ok("create", errno)
	s.write(f, strings.Repeat("z", 60000), 0)
	s.upper = memfs.New(memfs.Options{Dev: 2, MaxBytes: 16384})
	s.sb, _ = overlay.New(lower, s.upper, 77)
	_, errno = s.at("big").Open(root, linux.O_RDWR)
	s.want("copy-up into a full store", errno, linux.ENOSPC)
	if got := s.read(s.at("big")); len(got) != 60000 {
		t.Errorf("afterwards %d bytes", len(got))
	}
	st, _ := s.upper.Statfs()
	if st.Bfree != st.Blocks {
		t.Errorf("%d of %d blocks are free after the failure", st.Bfree, st.Blocks)
	}
}

func TestOverHostDirectory(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(dir+"/sub/deep", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "sub/b", "sub/deep/c"} {
		if err := os.WriteFile(dir+"/"+name, []byte("host "+name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	lower, err := hostfs.New(dir, hostfs.Options{ReadOnly: true, Dev: 1})
	if err != nil {
		t.Fatal(err)
	}
	s := &stack{t: t, upper: memfs.New(memfs.Options{Dev: 2})}
	if s.sb, err = overlay.New(lower, s.upper, 77); err != nil {
		t.Fatal(err)
	}
	s.write(s.at("a"), "cow!", 0)
	s.ok("unlink", s.at("sub").Remove(root, "b", false))
	s.ok("rename", s.at("sub").Rename(root, "deep", s.sb.Root(), "up", 0))
	s.write(s.at("up/c"), "COW!", 0)
	s.lists("", "a", "sub", "up")
	s.lists("sub")
	if got := s.read(s.at("a")) + s.read(s.at("up/c")); got != "cow! aCOW! sub/deep/c" {
		t.Errorf("read %q", got)
	}
	for _, name := range []string{"a", "sub/b", "sub/deep/c"} {
		if got, err := os.ReadFile(dir + "/" + name); string(got) != "host "+name || err != nil {
			t.Errorf("the host's %s is %q, %v", name, got, err)
		}
	}
}

func TestMappings(t *testing.T) {
	s := over(t, map[string]string{"f": "lower"})
	object := func() *fs.MapObject {
		f, errno := s.at("f").Open(root, linux.O_RDONLY)
		s.ok("open", errno)
		defer f.Release(root)
		o, errno := f.(fs.Mapper).Map()
		s.ok("map", errno)
		return o
	}
	before := object()
	if object() != before {
		t.Error("two objects for one lower file")
	}
	s.write(s.at("f"), "longer than before", 0)
	after := object()
	if after == before || after.Size() != 18 || before.Size() != 5 {
		t.Errorf("sizes %d and %d", before.Size(), after.Size())
	}
}

func TestTmpfile(t *testing.T) {
	s := over(t, nil)
	n, errno := s.sb.Root().(fs.TmpfileMaker).Tmpfile(root, &fs.CreateSpec{Mode: linux.S_IFREG | 0o600}, 0)
	s.ok("tmpfile", errno)
	n.(fs.Held).Hold()
	s.write(n, "data", 0)
	s.ok("link", s.sb.Root().Link(root, "named", n))
	n.(fs.Held).Drop()
	if st := s.stat(s.at("named")); st.Nlink != 1 || s.read(s.at("named")) != "data" {
		t.Errorf("%+v", st)
	}
}
