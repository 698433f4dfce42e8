package images

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// guest looks at a root as a program in it would.
type guest struct {
	t   *testing.T
	ctx *fs.Context
	c   *fs.Caller
}

func enter(t *testing.T, r *Root) *guest {
	return &guest{t, fs.NewContext(fs.NewNamespace(r.Superblock)), r.tree.c}
}

func build(t *testing.T, c Config) *guest {
	t.Helper()
	r, err := Build(c)
	if err != nil {
		t.Fatal(err)
	}
	return enter(t, r)
}

func (g *guest) read(name string) string {
	g.t.Helper()
	f, errno := g.ctx.Open(g.c, fs.Path{}, name, linux.O_RDONLY, 0)
	if errno != 0 {
		g.t.Fatalf("open %s: %s", name, errno.Name())
	}
	defer f.Unref(g.c)
	buf := make([]byte, 1<<20)
	n, errno := f.Pread(g.c, [][]byte{buf}, 0)
	if errno != 0 {
		g.t.Fatalf("read %s: %s", name, errno.Name())
	}
	return string(buf[:n])
}

func (g *guest) lstat(name string) linux.Stat {
	g.t.Helper()
	st, errno := g.ctx.Stat(g.c, fs.Path{}, name, fs.WalkNoFollow)
	if errno != 0 {
		g.t.Fatalf("stat %s: %s", name, errno.Name())
	}
	return st
}

func (g *guest) exists(name string) bool {
	_, errno := g.ctx.Stat(g.c, fs.Path{}, name, fs.WalkNoFollow)
	return errno == 0
}

func (g *guest) holds(name, content string) {
	g.t.Helper()
	if got := g.read(name); got != content {
		g.t.Errorf("%s holds %q, want %q", name, got, content)
	}
}

// member is one member of an archive that a test makes.
type member struct {
	tar.Header
	body string
}

func file(name, body string) member {
	return member{tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644}, body}
}

func dir(name string) member {
	return member{tar.Header{Typeflag: tar.TypeDir, Name: name, Mode: 0o755}, ""}
}

func link(kind byte, name, target string) member {
	return member{tar.Header{Typeflag: kind, Name: name, Linkname: target, Mode: 0o777}, ""}
}

func archive(t testing.TB, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range members {
		m.Size = int64(len(m.body))
		if err := w.WriteHeader(&m.Header); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, m.body); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func save(t *testing.T, content []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "image.tar")
	if err := os.WriteFile(name, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestBareRoot(t *testing.T) {
	g := build(t, Config{UID: 1000, GID: 100, Hostname: "box", Time: linux.Timespec{Sec: 42}})
	g.holds("/etc/hostname", "box\n")
	if got := g.read("/etc/hosts"); !strings.Contains(got, "127.0.1.1\tbox\n") {
		t.Errorf("/etc/hosts: %q", got)
	}
	if got := g.read("/etc/passwd"); !strings.Contains(got, "\nuser:x:1000:100:user:/home/user:/bin/sh\n") {
		t.Errorf("/etc/passwd: %q", got)
	}
	if got := g.read("/etc/group"); !strings.Contains(got, "\nuser:x:100:\n") || strings.Contains(got, "@") {
		t.Errorf("/etc/group: %q", got)
	}
	if got := g.read("/etc/localtime"); !strings.HasPrefix(got, "TZif2") || !strings.HasSuffix(got, "\nUTC0\n") {
		t.Errorf("/etc/localtime: %q", got)
	}
	for name, mode := range map[string]uint32{
		"/tmp": linux.S_IFDIR | 0o1777, "/root": linux.S_IFDIR | 0o755, "/etc/shadow": linux.S_IFREG | 0o600,
		"/": linux.S_IFDIR | 0o755, "/proc": linux.S_IFDIR | 0o555, "/var/run": linux.S_IFLNK | 0o777,
		"/dev": linux.S_IFDIR | 0o755, "/lib": linux.S_IFDIR | 0o755, "/usr/bin": linux.S_IFDIR | 0o755,
	} {
		if st := g.lstat(name); st.Mode != mode || st.UID != 0 || st.Mtime.Sec != 42 {
			t.Errorf("%s: mode %o, owner %d, made at %d", name, st.Mode, st.UID, st.Mtime.Sec)
		}
	}
	if st := g.lstat("/home/user"); st.UID != 1000 || st.GID != 100 {
		t.Errorf("/home/user belongs to %d:%d", st.UID, st.GID)
	}
}

// Every line of the skeleton's tables has the fields that C libraries want, whoever the guest's user is.
func TestSkeletonTables(t *testing.T) {
	for _, uid := range []uint32{0, 5, 1000, 65534} {
		g := build(t, Config{UID: uid, GID: uid})
		for name, fields := range map[string]int{"/etc/passwd": 7, "/etc/group": 4, "/etc/shadow": 9} {
			seen := map[string]bool{}
			for line := range strings.Lines(g.read(name)) {
				row := strings.Split(strings.TrimSuffix(line, "\n"), ":")
				if len(row) != fields || seen[row[0]] || name != "/etc/shadow" && seen[row[2]] {
					t.Errorf("uid %d: %s: %q", uid, name, line)
				}
				seen[row[0]] = true
				if name != "/etc/shadow" {
					seen[row[2]] = true
				}
			}
		}
		for line := range strings.Lines(g.read("/etc/services")) {
			if f := strings.Fields(line); line[0] != '#' && (len(f) < 2 || !strings.Contains(f[1], "/")) {
				t.Errorf("/etc/services: %q", line)
			}
		}
		if uid == 0 && (g.exists("/home/user") || strings.Contains(g.read("/etc/passwd"), "user:")) {
			t.Error("root has a user besides")
		}
	}
}

func TestTarRoot(t *testing.T) {
	withAttrs := file("d/attrs", "x")
	withAttrs.PAXRecords = map[string]string{"SCHILY.xattr.user.note": "hello", "SCHILY.xattr.security.capability": "no"}
	withAttrs.Uid, withAttrs.Gid, withAttrs.Mode = 12, 34, 0o4711
	plain := archive(t,
		dir("./"), dir("d/"), withAttrs, file("deep/er/file", "no directory members above"),
		link(tar.TypeSymlink, "abs", "/d/attrs"), link(tar.TypeLink, "hard", "d/attrs"),
		link(tar.TypeChar, "dev/zero", ""), link(tar.TypeFifo, "pipe", ""),
		file("twice", "old"), file("twice", "new"), file("etc/hostname", "from the image\n"), file("/absolute", "a"),
	)
	var gz, zst bytes.Buffer
	zw := gzip.NewWriter(&gz)
	_, _ = zw.Write(plain)
	zw.Close()
	sw, _ := zstd.NewWriter(&zst)
	_, _ = sw.Write(plain)
	sw.Close()
	for packing, content := range map[string][]byte{"plain": plain, "gzip": gz.Bytes(), "zstd": zst.Bytes()} {
		t.Run(packing, func(t *testing.T) {
			g := build(t, Config{Source: save(t, content), UID: 1000})
			g.holds("/abs", "x")
			g.holds("/deep/er/file", "no directory members above")
			g.holds("/twice", "new")
			g.holds("/absolute", "a")
			g.holds("/etc/hostname", "from the image\n")
			if st := g.lstat("/hard"); st.Nlink != 2 || st.UID != 12 || st.GID != 34 || st.Mode != linux.S_IFREG|0o4711 {
				t.Errorf("/hard: %+v", st)
			}
			p, _ := g.ctx.Resolve(g.c, fs.Path{}, "/d/attrs", 0)
			if v, errno := p.Inode().Getxattr(g.c, "user.note"); string(v) != "hello" || errno != 0 {
				t.Errorf("attribute %q %v", v, errno)
			}
			if names, _ := p.Inode().Listxattr(g.c); len(names) != 1 {
				t.Errorf("attributes %q", names)
			}
			if g.exists("/dev/zero") || g.lstat("/pipe").Mode&linux.S_IFMT != linux.S_IFIFO {
				t.Error("devices are in, or FIFOs are not")
			}
			// What a guest cannot do without is added, and no more.
			if !g.exists("/etc/resolv.conf") || !g.exists("/tmp") || g.exists("/etc/profile") {
				t.Error("the image was not completed as it should be")
			}
		})
	}
}

func TestHostileArchives(t *testing.T) {
	long := strings.Repeat("n", 300)
	for name, c := range map[string]struct {
		members []member
		wrong   string // part of the error; "" if the archive is to be loaded
	}{
		"dotdot":             {[]member{file("../evil", "x")}, "leads out"},
		"dotdot inside":      {[]member{file("a/../../evil", "x")}, "leads out"},
		"dotdot hard link":   {[]member{link(tar.TypeLink, "l", "../../etc/passwd")}, "leads out"},
		"hard link nowhere":  {[]member{link(tar.TypeLink, "l", "no/such")}, "hard link"},
		"hard link to dir":   {[]member{dir("d"), link(tar.TypeLink, "l", "d")}, "hard link"},
		"hard link to root":  {[]member{link(tar.TypeLink, "l", "/")}, "hard link to the root"},
		"hard link to self":  {[]member{file("f", "x"), link(tar.TypeLink, "f", "f")}, ""},
		"link loop":          {[]member{link(tar.TypeSymlink, "a", "b"), link(tar.TypeSymlink, "b", "a"), file("a/f", "x")}, "symbolic links"},
		"file as directory":  {[]member{file("f", "x"), file("f/g", "x")}, "directory"},
		"dangling directory": {[]member{link(tar.TypeSymlink, "a", "nowhere"), file("a/f", "x")}, "directory"},
		"long name":          {[]member{file(long, "x")}, "more than 255"},
		"long path":          {[]member{file(strings.Repeat("d/", 3000)+"f", "x")}, "too long"},
		"empty link":         {[]member{link(tar.TypeSymlink, "l", "")}, "bad target"},
		"root is a file":     {[]member{file("./.", "x")}, "root of the image"},
		"too large":          {[]member{file("f", strings.Repeat("x", 3<<20))}, "limit"},
		"dir over file":      {[]member{file("x", "x"), dir("x"), file("x/y", "y")}, ""},
		"file over dir":      {[]member{dir("x"), file("x/y/z", "y"), file("x", "x")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Build(Config{Source: save(t, archive(t, c.members...)), MaxBytes: 1 << 20})
			switch {
			case c.wrong == "" && err != nil:
				t.Error(err)
			case c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)):
				t.Errorf("error %v, want one with %q", err, c.wrong)
			}
		})
	}
}

// A link in an archive that points out of it leads into the image.
func TestLinksStayInside(t *testing.T) {
	outside := t.TempDir()
	image := save(t, archive(t,
		link(tar.TypeSymlink, "abs", outside), link(tar.TypeSymlink, "up", "../../../.."+outside),
		dir(outside[1:]), file("abs/one", "1"), file("up/two", "2"),
		link(tar.TypeSymlink, "passwd", "/etc/passwd"), file("passwd", "replaced"),
	))
	g := build(t, Config{Source: image})
	g.holds(outside+"/one", "1")
	g.holds(outside+"/two", "2")
	g.holds("/passwd", "replaced")
	if left, _ := os.ReadDir(outside); len(left) != 0 {
		t.Errorf("the host has got %v", left)
	}
	if got := g.read("/etc/passwd"); !strings.HasPrefix(got, "root:") {
		t.Errorf("the guest's /etc/passwd: %q", got)
	}
}

func TestBombs(t *testing.T) {
	var many []member
	for i := range 300 {
		many = append(many, file("f"+strings.Repeat("x", i%50)+string(rune('a'+i%26)), ""))
	}
	if _, err := Build(Config{Source: save(t, archive(t, many...)), MaxFiles: 100}); err == nil {
		t.Error("300 files fit into 100")
	}
	var zeros bytes.Buffer
	zw := gzip.NewWriter(&zeros)
	chunk := make([]byte, 1<<20)
	for range 64 { // after the end of the archive
		_, _ = zw.Write(chunk)
	}
	zw.Close()
	if _, err := Build(Config{Source: save(t, zeros.Bytes()), MaxBytes: 1 << 20, MaxFiles: 10}); err == nil {
		t.Error("64 MiB of padding went through a limit of 1 MiB")
	}
	for name, content := range map[string]string{
		"empty gzip": "\x1f\x8b", "xz": "\xfd7zXZ\x00 and so on", "text": "this is not an archive\n",
	} {
		if _, err := Build(Config{Source: save(t, []byte(content))}); err == nil {
			t.Errorf("%s was loaded", name)
		}
	}
}

func TestSparseFilesStaySparse(t *testing.T) {
	body := strings.Repeat("\x00", 4<<20) + "end"
	g := build(t, Config{Source: save(t, archive(t, file("f", body)))})
	if st := g.lstat("/f"); st.Size != int64(len(body)) || st.Blocks > 1024 {
		t.Errorf("size %d, %d blocks", st.Size, st.Blocks)
	}
}

func TestDirectoryRoot(t *testing.T) {
	host := t.TempDir()
	if err := os.MkdirAll(host+"/usr/lib", 0o755); err != nil {
		t.Fatal(err)
	}
	_ = os.WriteFile(host+"/usr/lib/x", []byte("host"), 0o644)
	_ = os.Symlink("usr/lib", host+"/lib")
	r, err := Build(Config{Source: host, UID: 7, GID: 8})
	if err != nil {
		t.Fatal(err)
	}
	g := enter(t, r)
	g.holds("/lib/x", "host")
	if st := g.lstat("/usr/lib/x"); st.UID != 7 || st.GID != 8 {
		t.Errorf("belongs to %d:%d", st.UID, st.GID)
	}
	f, errno := g.ctx.Open(g.c, fs.Path{}, "/lib/x", linux.O_RDWR|linux.O_TRUNC, 0)
	if errno != 0 {
		t.Fatal(errno)
	}
	_, _ = f.Write(g.c, [][]byte{[]byte("guest")})
	f.Unref(g.c)
	g.holds("/usr/lib/x", "guest")
	if got, _ := os.ReadFile(host + "/usr/lib/x"); string(got) != "host" {
		t.Errorf("the host's file is %q", got)
	}
	if list, _ := os.ReadDir(host); len(list) != 2 || !g.exists("/etc/passwd") {
		t.Errorf("the host has %v", list)
	}
}

func TestWriteThrough(t *testing.T) {
	host := t.TempDir()
	r, err := Build(Config{Source: host, WriteThrough: true})
	if err != nil {
		t.Fatal(err)
	}
	g := enter(t, r)
	if errno := g.ctx.Mkdir(g.c, fs.Path{}, "/made", 0o755); errno != 0 {
		t.Fatal(errno)
	}
	if list, _ := os.ReadDir(host); len(list) != 1 || list[0].Name() != "made" {
		t.Errorf("the host has %v", list)
	}
}

func TestRuntime(t *testing.T) {
	cache := t.TempDir()
	lib := cache + "/runtime/aarch64/lib"
	if err := os.MkdirAll(lib, 0o755); err != nil {
		t.Fatal(err)
	}
	_ = os.WriteFile(lib+"/ld-musl-aarch64.so.1", []byte("musl"), 0o644)
	_ = os.WriteFile(lib+"/notes.txt", nil, 0o644)
	_ = os.Symlink("ld-musl-aarch64.so.1", lib+"/libc.so")
	r, err := Build(Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.AddRuntime(cache, "aarch64"); err != nil {
		t.Fatal(err)
	}
	g := enter(t, r)
	g.holds("/lib/ld-musl-aarch64.so.1", "musl")
	g.holds("/lib/libc.so", "musl")
	if st := g.lstat("/lib/ld-musl-aarch64.so.1"); st.Mode != linux.S_IFREG|0o755 || g.exists("/lib/notes.txt") {
		t.Errorf("mode %o", st.Mode)
	}
	err = r.AddRuntime(cache, "mips")
	if err == nil || !strings.Contains(err.Error(), "make runtimes") {
		t.Errorf("a missing runtime: %v", err)
	}
	for _, abi := range []string{"", "../x", ".", "a/b"} {
		if err := r.AddRuntime(cache, abi); err == nil {
			t.Errorf("%q is an ABI", abi)
		}
	}
}

// The root's own dynamic linker is left alone, also behind a link.
func TestRuntimeOfTheImage(t *testing.T) {
	r, err := Build(Config{Source: save(t, archive(t,
		dir("usr/lib"), link(tar.TypeSymlink, "lib", "usr/lib"), file("usr/lib/ld-musl-aarch64.so.1", "the image's"),
	))})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.AddRuntime(t.TempDir(), "aarch64"); err != nil {
		t.Fatal(err)
	}
	enter(t, r).holds("/lib/ld-musl-aarch64.so.1", "the image's")
}

func TestErrorsSayWhat(t *testing.T) {
	_, err := Build(Config{Source: "/no/such/root"})
	if err == nil || !strings.Contains(err.Error(), "/no/such/root") {
		t.Errorf("%v", err)
	}
}

// FuzzTar loads whatever comes: an error is fine, a panic or a file outside the limits is not.
func FuzzTar(f *testing.F) {
	f.Add(archive(f, dir("d"), file("d/f", "content"), link(tar.TypeSymlink, "l", "/d"), link(tar.TypeLink, "h", "d/f")), false)
	f.Add(archive(f, file("d/f", "x"), file("d/.wh..wh..opq", ""), file(".wh.d", ""), link(tar.TypeFifo, "p", "")), true)
	f.Add([]byte("\x1f\x8b\x08\x00"), false)
	f.Add([]byte("\x28\xb5\x2f\xfd\x04\x00"), false)
	f.Fuzz(func(t *testing.T, content []byte, layers bool) {
		c := Config{MaxBytes: 1 << 20, MaxFiles: 500}
		c.setDefaults()
		r := c.memoryRoot()
		l := &loader{tree: r.tree, bytes: c.MaxBytes, files: c.MaxFiles, whiteouts: layers}
		err := l.load(bytes.NewReader(content))
		if err == nil && layers {
			_ = l.load(bytes.NewReader(content))
		}
		st, _ := r.Superblock.Statfs()
		if st.Bfree > st.Blocks || st.Ffree > st.Files {
			t.Errorf("more is used than there is: %+v", st)
		}
	})
}

// A bare root is made at every start of a guest.
func BenchmarkBareRoot(b *testing.B) {
	for b.Loop() {
		if _, err := Build(Config{UID: 1000, GID: 1000}); err != nil {
			b.Fatal(err)
		}
	}
}
