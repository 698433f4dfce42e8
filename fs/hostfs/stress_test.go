package hostfs_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/fstest"
	"muslrun/fs/hostfs"
	"muslrun/fs/memfs"
	"muslrun/fs/overlay"
)

// Several tasks work in the same few names, with hardly any cached descriptors. What they get depends on the timing; the
// race detector watches, and nothing may answer what only a broken file system does.
func TestManyTasks(t *testing.T) {
	below := func(t *testing.T, readOnly bool) *hostfs.Superblock {
		sb, err := hostfs.New(populated(t), hostfs.Options{Dev: 1, Handles: 2, ReadOnly: readOnly})
		if err != nil {
			t.Fatal(err)
		}
		return sb
	}
	over := func(t *testing.T) *overlay.Superblock {
		sb, err := overlay.New(below(t, true), memfs.New(memfs.Options{Dev: 2}), 3)
		if err != nil {
			t.Fatal(err)
		}
		return sb
	}
	t.Run("hostfs", func(t *testing.T) { stress(t, below(t, false)) })
	t.Run("overlay", func(t *testing.T) { stress(t, over(t)) })
	t.Run("hostfs/replace", func(t *testing.T) { replace(t, below(t, false)) })
	t.Run("overlay/replace", func(t *testing.T) { replace(t, over(t)) })
}

// replace renames new files over a name that another task opens: the name is never missing, and always leads to a whole file.
func replace(t *testing.T, sb fs.Superblock) {
	ns := fs.NewNamespace(sb)
	newWorker := func() *worker {
		return &worker{ctx: fs.NewContext(ns), c: fstest.NewGuest(memfs.New(memfs.Options{})).Caller}
	}
	var writer sync.WaitGroup
	done := make(chan struct{})
	writer.Go(func() {
		defer close(done)
		w := newWorker()
		for range 300 {
			f, errno := w.ctx.Open(w.c, fs.Path{}, "b/new", linux.O_WRONLY|linux.O_CREAT|linux.O_EXCL, 0o666)
			if errno == 0 {
				_, errno = f.Write(w.c, [][]byte{[]byte("content")})
				f.Unref(w.c)
			}
			if errno == 0 {
				errno = w.ctx.Rename(w.c, fs.Path{}, "b/new", fs.Path{}, "a/f", 0)
			}
			if errno != 0 {
				t.Errorf("replace: %s", errno.Name())
				return
			}
		}
	})
	defer writer.Wait()
	r := newWorker()
	for reading := true; reading; {
		select {
		case <-done:
			reading = false
		default:
		}
		f, errno := r.ctx.Open(r.c, fs.Path{}, "a/f", linux.O_RDONLY, 0)
		if errno != 0 {
			t.Fatalf("open: %s", errno.Name())
		}
		buf := make([]byte, 10)
		if n, errno := f.Pread(r.c, [][]byte{buf}, 0); string(buf[:n]) != "content" {
			t.Fatalf("read %q %s", buf[:n], errno.Name())
		}
		if st, errno := f.Stat(); errno != 0 || st.Size != 7 {
			t.Fatalf("stat %+v %s", st, errno.Name())
		}
		f.Unref(r.c)
	}
}

func populated(t *testing.T) string {
	dir := t.TempDir()
	for _, d := range []string{"a", "b", "a/c"} {
		_ = os.Mkdir(dir+"/"+d, 0o777)
		_ = os.WriteFile(dir+"/"+d+"/f", []byte("content"), 0o666)
	}
	return dir
}

// stress runs tasks with a name space in common.
func stress(t *testing.T, sb fs.Superblock) {
	expected := map[linux.Errno]bool{
		0: true, linux.ENOENT: true, linux.EEXIST: true, linux.ENOTDIR: true, linux.EISDIR: true, linux.ENOTEMPTY: true,
		linux.EINVAL: true, linux.EBUSY: true, linux.EPERM: true,
	}
	ns := fs.NewNamespace(sb)
	var tasks sync.WaitGroup
	for id := range uint64(4) {
		tasks.Go(func() {
			w := worker{rng: rand.New(rand.NewPCG(id, 7)), ctx: fs.NewContext(ns), c: fstest.NewGuest(memfs.New(memfs.Options{})).Caller}
			for range 400 {
				if what, errno := w.step(); !expected[errno] {
					t.Errorf("%s: %s", what, errno.Name())
				}
			}
		})
	}
	tasks.Wait()
}

type worker struct {
	rng *rand.Rand
	ctx *fs.Context
	c   *fs.Caller
}

func (w *worker) name() string {
	names := []string{"a", "b", "a/c", "a/f", "b/f", "a/c/f", "b/d", "b/d/g", "x", "a/x", "b/c"}
	return names[w.rng.IntN(len(names))]
}

func (w *worker) step() (what string, errno linux.Errno) {
	a, b, at := w.name(), w.name(), fs.Path{}
	switch op := w.rng.IntN(9); op {
	case 0:
		return "mkdir " + a, w.ctx.Mkdir(w.c, at, a, 0o777)
	case 1:
		return "unlink " + a, w.ctx.Unlink(w.c, at, a)
	case 2:
		return "rmdir " + a, w.ctx.Rmdir(w.c, at, a)
	case 3:
		return fmt.Sprintf("rename %s %s", a, b), w.ctx.Rename(w.c, at, a, at, b, uint32(w.rng.IntN(2))*linux.RENAME_EXCHANGE)
	case 4:
		return fmt.Sprintf("link %s %s", a, b), w.ctx.Link(w.c, at, a, 0, at, b)
	case 5:
		_, errno := w.ctx.Stat(w.c, at, a, 0)
		return "stat " + a, errno
	case 6:
		return "list " + a, w.list(a)
	default:
		return "write " + a, w.write(a)
	}
}

func (w *worker) write(name string) linux.Errno {
	f, errno := w.ctx.Open(w.c, fs.Path{}, name, linux.O_RDWR|linux.O_CREAT, 0o666)
	if errno != 0 {
		return errno
	}
	defer f.Unref(w.c)
	buf := [][]byte{[]byte("some text")}
	if _, errno := f.Pwrite(w.c, buf, int64(w.rng.IntN(5000))); errno != 0 {
		return errno
	}
	if errno := f.Truncate(w.c, int64(w.rng.IntN(6000))); errno != 0 {
		return errno
	}
	_, errno = f.Pread(w.c, buf, 0)
	return errno
}

func (w *worker) list(name string) linux.Errno {
	f, errno := w.ctx.Open(w.c, fs.Path{}, name, linux.O_RDONLY, 0)
	if errno != 0 {
		return errno
	}
	defer f.Unref(w.c)
	errno = f.ReadDir(w.c, func(fs.DirEntry) bool { return true })
	return errno
}
