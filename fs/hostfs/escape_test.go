package hostfs

import (
	"net"
	"os"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// prison makes a directory to share and, beside it, a secret that must not be reached.
func prison(t *testing.T) (shared, outside string) {
	t.Helper()
	top := t.TempDir()
	write(t, top+"/outside/file", "secret")
	write(t, top+"/shared/inside/file", "public")
	return top + "/shared", top + "/outside"
}

func TestNamesCannotLeave(t *testing.T) {
	both(t, func(t *testing.T) {
		shared, _ := prison(t)
		sb := share(t, shared, Options{})
		inside := walk(t, sb, "inside")
		for _, name := range []string{"..", ".", "", "/", "../outside", "/etc", "inside/file", "a\x00b"} {
			_, errno := sb.root.Lookup(nil, name)
			want(t, "lookup "+name, errno, linux.EINVAL)
			_, errno = sb.root.Create(nil, name, &fs.CreateSpec{Mode: linux.S_IFREG | 0o644})
			want(t, "create "+name, errno, linux.EINVAL)
			want(t, "unlink "+name, sb.root.Remove(nil, name, false), linux.EINVAL)
			want(t, "rename from "+name, sb.root.Rename(nil, name, inside, "x", 0), linux.EINVAL)
			want(t, "rename to "+name, inside.Rename(nil, "file", sb.root, name, 0), linux.EINVAL)
			want(t, "link "+name, sb.root.Link(nil, name, walk(t, sb, "inside/file")), linux.EINVAL)
			if _, err := openBeneath(int(unix.AT_FDCWD), name, unix.O_PATH, 0); err != unix.EINVAL {
				t.Errorf("openBeneath %q: %v", name, err)
			}
		}
	})
}

func TestSymlinksAreText(t *testing.T) {
	both(t, func(t *testing.T) {
		shared, outside := prison(t)
		targets := map[string]string{
			"abs": outside + "/file", "rel": "../outside/file", "dir": "../outside", "root": "/",
			"magic": "/proc/self/root", "magicfd": "/proc/self/fd/0",
		}
		for name, target := range targets {
			if err := os.Symlink(target, shared+"/"+name); err != nil {
				t.Fatal(err)
			}
		}
		sb := share(t, shared, Options{})
		for name, target := range targets {
			n := walk(t, sb, name)
			if got, errno := n.Readlink(nil); got != target || errno != 0 {
				t.Errorf("readlink %s: %q %v", name, got, errno)
			}
			_, errno := n.Open(nil, linux.O_RDONLY)
			want(t, "open "+name, errno, linux.ELOOP)
			_, errno = n.Lookup(nil, "file")
			want(t, "lookup through "+name, errno, linux.ENOTDIR)
			_, errno = n.Create(nil, "new", &fs.CreateSpec{Mode: linux.S_IFREG | 0o644})
			want(t, "create through "+name, errno, linux.ENOTDIR)
			_, errno = sb.root.Create(nil, name, &fs.CreateSpec{Mode: linux.S_IFREG | 0o644})
			want(t, "create over "+name, errno, linux.EEXIST)
			want(t, "truncate "+name, n.SetAttr(nil, &fs.SetAttr{Mask: fs.AttrSize}), linux.EINVAL)
			want(t, "chmod "+name, n.SetAttr(nil, &fs.SetAttr{Mask: fs.AttrMode, Mode: 0o600}), linux.EOPNOTSUPP)
			want(t, "setxattr "+name, n.Setxattr(nil, "user.x", nil, 0), linux.EPERM)
			_ = n.Remove(nil, "file", false)
			ok(t, "hard link to "+name, sb.root.Link(nil, "hard-"+name, n))
			if walk(t, sb, "hard-"+name) != n {
				t.Errorf("the hard link to %s leads elsewhere", name)
			}
		}
		if got, _ := os.ReadFile(outside + "/file"); string(got) != "secret" {
			t.Errorf("the outside has changed: %q", got)
		}
		if list, _ := os.ReadDir(outside); len(list) != 1 {
			t.Errorf("the outside has changed: %v", list)
		}
	})
}

// A directory is swapped for a symbolic link to the outside, over and over, while a guest looks through it, without cached
// descriptors to save it.
func TestRaceWithSymlink(t *testing.T) {
	both(t, func(t *testing.T) {
		shared, outside := prison(t)
		if err := os.Symlink(outside, shared+"/trap"); err != nil {
			t.Fatal(err)
		}
		sb := share(t, shared, Options{Handles: 1})
		inside := walk(t, sb, "inside")
		stop := swapper(t, shared+"/inside", shared+"/trap")
		hits := 0
		for i := range 3000 {
			dir := inside
			if i%2 == 0 {
				n, errno := sb.root.Lookup(nil, "inside")
				if errno != 0 {
					continue
				}
				dir = n.(*node)
			}
			sb.handles.clear()
			if creep(t, dir) {
				hits++
			}
		}
		stop()
		if hits == 0 {
			t.Error("the race was never won by the honest side: nothing was tested")
		}
		if list, _ := os.ReadDir(outside); len(list) != 1 {
			t.Errorf("the outside has changed: %v", list)
		}
	})
}

// creep reads and writes below dir; it reports whether it read what is inside.
func creep(t *testing.T, dir *node) bool {
	t.Helper()
	if n, errno := dir.Create(nil, "new", &fs.CreateSpec{Mode: linux.S_IFREG | 0o600}); errno == 0 {
		_ = n.SetAttr(nil, &fs.SetAttr{Mask: fs.AttrMode, Mode: 0o640})
		_ = dir.Remove(nil, "new", false)
	}
	n, errno := dir.Lookup(nil, "file")
	if errno != 0 {
		return false
	}
	got, errno := readFile(n.(*node))
	if got == "secret" {
		t.Fatal("the guest has read the secret")
	}
	return errno == 0 && got == "public"
}

// swapper exchanges two host names until the function that it gives back is called.
func swapper(t *testing.T, a, b string) (stop func()) {
	t.Helper()
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				if err := unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE); err != nil {
					t.Error(err)
					return
				}
			}
		}
	})
	return func() { close(done); wg.Wait() }
}

// A file is swapped for a FIFO and for a device: opening those would hang, or act on the host.
func TestSpecialFilesAreNamesOnly(t *testing.T) {
	shared, _ := prison(t)
	if err := unix.Mkfifo(shared+"/fifo", 0o666); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", shared+"/socket")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	special := map[string]uint32{"fifo": linux.S_IFIFO, "socket": linux.S_IFSOCK}
	if os.Geteuid() == 0 && unix.Mknod(shared+"/null", unix.S_IFCHR|0o666, int(unix.Mkdev(1, 3))) == nil {
		special["null"] = linux.S_IFCHR
	}
	sb := share(t, shared, Options{})
	for name, kind := range special {
		n := walk(t, sb, name)
		if st, _ := n.Stat(); st.Mode&linux.S_IFMT != kind {
			t.Errorf("%s has mode %o", name, st.Mode)
		}
		for _, flags := range []uint32{linux.O_RDONLY, linux.O_WRONLY, linux.O_RDWR | linux.O_NONBLOCK} {
			_, errno := n.Open(nil, flags)
			want(t, "open "+name, errno, linux.ENXIO)
		}
	}
	for _, kind := range []uint32{linux.S_IFIFO, linux.S_IFSOCK, linux.S_IFCHR, linux.S_IFBLK} {
		_, errno := sb.root.Create(nil, "made", &fs.CreateSpec{Mode: kind | 0o666})
		want(t, "mknod", errno, linux.EPERM)
	}
}

func TestHostKernelIsOutOfReach(t *testing.T) {
	for _, path := range []string{"/proc", "/proc/self", "/proc/self/mem", "/sys"} {
		if _, err := New(path, Options{ReadOnly: true}); err == nil {
			t.Errorf("%s was shared", path)
		}
	}
	if _, err := New("/dev/null", Options{}); err == nil {
		t.Error("a device was shared")
	}
	sb := share(t, "/", Options{ReadOnly: true})
	_, errno := sb.root.Lookup(nil, "proc")
	want(t, "/proc below a shared /", errno, linux.EACCES)
}

// The host moves a directory that the guest stands in out of the shared tree.
func TestDirectoryMovedOut(t *testing.T) {
	shared, outside := prison(t)
	sb := share(t, shared, Options{})
	file := walk(t, sb, "inside/file")
	if err := os.Rename(shared+"/inside", outside+"/taken"); err != nil {
		t.Fatal(err)
	}
	sb.handles.clear()
	_, errno := file.Stat()
	want(t, "stat", errno, linux.ESTALE)
	_, errno = file.Open(nil, linux.O_RDONLY)
	want(t, "open", errno, linux.ESTALE)
}

// opener is a kernel that can open FIFOs.
type opener struct{ opened []fs.Inode }

func (o *opener) OpenSpecial(_ *fs.Caller, n fs.Inode, _ *linux.Stat, _ uint32) (fs.FileOps, linux.Errno) {
	o.opened = append(o.opened, n)
	return fs.UnsupportedFile{}, 0
}

// FIFOs and sockets that the guest makes are its own, those that were there are not.
func TestOwnFIFOsAndSockets(t *testing.T) {
	shared, _ := prison(t)
	if err := unix.Mkfifo(shared+"/theirs", 0o666); err != nil {
		t.Fatal(err)
	}
	kernel := &opener{}
	sb := share(t, shared, Options{Special: kernel})
	_, errno := walk(t, sb, "theirs").Open(nil, linux.O_RDONLY)
	want(t, "open of the host's FIFO", errno, linux.ENXIO)
	fifo, errno := sb.root.Create(nil, "fifo", &fs.CreateSpec{Mode: linux.S_IFIFO | 0o620})
	ok(t, "mkfifo", errno)
	_, errno = fifo.Open(nil, linux.O_RDONLY)
	ok(t, "open", errno)
	if len(kernel.opened) != 1 || kernel.opened[0] != fifo {
		t.Errorf("opened %v", kernel.opened)
	}
	sock, errno := sb.root.Create(nil, "sock", &fs.CreateSpec{Mode: linux.S_IFSOCK | 0o600, Socket: "bound"})
	ok(t, "bind", errno)
	if got := sock.(fs.SocketName).Socket(); got != "bound" {
		t.Errorf("the socket is %v", got)
	}
	_, errno = sb.root.Create(nil, "dev", &fs.CreateSpec{Mode: linux.S_IFCHR | 0o666, Rdev: linux.Makedev(1, 3)})
	want(t, "mknod", errno, linux.EPERM)
	ok(t, "unlink", sb.root.Remove(nil, "sock", false))
	ok(t, "unlink", sb.root.Remove(nil, "fifo", false))
	if len(sb.made) != 0 {
		t.Errorf("remembered: %v", sb.made)
	}
}
