package syscalls

import (
	"math"
	"testing"
	"time"

	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/mm"
)

// lockForm is a way to ask for locks: call, commands, layout.
type lockForm struct {
	call          string
	get, set, ofd uint64
	codec         *layout.Codec[linux.Flock]
}

func (g *guest) lockForms() []lockForm {
	s, guestCmd := g.abi.Structs, func(cmd uint64) uint64 { return g.abi.Consts.Fcntl.ToGuest(cmd) }
	plain := lockForm{"fcntl", guestCmd(linux.F_GETLK), guestCmd(linux.F_SETLK), 0, s.Flock}
	if g.abi.Is64() {
		plain.ofd = linux.F_OFD_SETLK
		return []lockForm{plain}
	}
	return []lockForm{plain,
		{"fcntl64", guestCmd(linux.F_GETLK64), guestCmd(linux.F_SETLK64), linux.F_OFD_SETLK, s.Flock64},
		{"fcntl64", guestCmd(linux.F_GETLK), guestCmd(linux.F_SETLK), 0, s.Flock},
	}
}

func (g *guest) flock(codec *layout.Codec[linux.Flock], fl linux.Flock) uint64 {
	g.Helper()
	at := g.alloc(codec.Size())
	if errno := mm.Store(g.task.Space(), codec, at, &fl); errno != 0 {
		g.Fatal(errno)
	}
	return at
}

func (g *guest) flockAt(codec *layout.Codec[linux.Flock], at uint64) (fl linux.Flock) {
	g.Helper()
	if errno := mm.Load(g.task.Space(), codec, at, &fl); errno != 0 {
		g.Fatal(errno)
	}
	return fl
}

func TestLocks(t *testing.T) {
	eachABI(t, func(g *guest) {
		for _, form := range g.lockForms() {
			fd := g.open("/locked", linux.O_CREAT|linux.O_RDWR)
			g.must(g.call("write", fd, g.put(make([]byte, 100)), 100))
			// Another owner holds bytes 40 to 59.
			other := g.open("/locked", linux.O_RDWR)
			theirs := fs.LockRequest{Owner: "other", Lock: fs.Lock{Type: linux.F_WRLCK, Start: 40, End: 59, PID: 77}}
			if errno := g.file(other).SetLock(&theirs); errno != 0 {
				g.Fatal(errno)
			}
			lock := func(kind, whence int16, start, length int64) uint64 {
				return g.flock(form.codec, linux.Flock{Type: kind, Whence: whence, Start: start, Len: length})
			}
			g.must(g.call(form.call, fd, form.set, lock(linux.F_WRLCK, linux.SEEK_SET, 0, 40)))
			g.fails(linux.EAGAIN, form.call, fd, form.set, lock(linux.F_RDLCK, linux.SEEK_SET, 0, 41))
			g.fails(linux.EAGAIN, form.call, fd, form.set, lock(linux.F_WRLCK, linux.SEEK_END, -41, 0))
			g.must(g.call(form.call, fd, form.set, lock(linux.F_WRLCK, linux.SEEK_END, -20, -20)))
			if l, ok := g.lockFrom("/locked", 60); !ok || l.Start != 60 || l.End != 79 {
				g.Errorf("%s: a lock with a negative length is %+v", form.call, l)
			}
			g.fails(linux.EINVAL, form.call, fd, form.set, lock(linux.F_WRLCK, linux.SEEK_SET, 5, -6))
			g.fails(linux.EINVAL, form.call, fd, form.set, lock(7, linux.SEEK_SET, 0, 0))
			g.fails(linux.EINVAL, form.call, fd, form.set, lock(linux.F_RDLCK, 9, 0, 0))
			at := lock(linux.F_RDLCK, linux.SEEK_SET, 30, 0)
			g.must(g.call(form.call, fd, form.get, at))
			want := linux.Flock{Type: linux.F_WRLCK, Start: 40, Len: 20, Pid: 77}
			if got := g.flockAt(form.codec, at); got != want {
				g.Errorf("%s: F_GETLK tells %+v", form.call, got)
			}
			at = lock(linux.F_WRLCK, linux.SEEK_SET, 70, 5) // our own is not in the way
			g.must(g.call(form.call, fd, form.get, at))
			if got := g.flockAt(form.codec, at); got.Type != linux.F_UNLCK || got.Start != 70 {
				g.Errorf("%s: F_GETLK without a conflict tells %+v", form.call, got)
			}
			if form.ofd != 0 {
				g.fails(linux.EAGAIN, form.call, other, form.ofd, lock(linux.F_RDLCK, linux.SEEK_SET, 0, 1))
			}
			g.must(g.call("close", other))
			g.must(g.call("close", fd)) // gives up the process's locks
			if l, ok := g.locks("/locked"); !ok || l.PID != 77 || l.Start != 40 {
				g.Errorf("after close: %+v", l)
			}
			g.unlock("/locked", "other")
		}
		if !g.abi.Is64() {
			fd := g.open("/locked", linux.O_RDWR)
			g.fails(linux.EINVAL, "fcntl", fd, g.abi.Consts.Fcntl.ToGuest(linux.F_SETLK64), g.alloc(64))
			g.fails(linux.EINVAL, "fcntl", fd, linux.F_OFD_SETLK, g.alloc(64))
		}
	})
}

// withLocked opens a file for a look at its locks from outside.
func (g *guest) withLocked(name string, fn func(f *fs.File)) {
	f, errno := g.task.FS.Open(g.kernel.Caller(), fs.Path{}, name, linux.O_RDWR, 0)
	if errno != 0 {
		g.Fatal(errno)
	}
	fn(f)
	f.Unref(g.kernel.Caller())
}

// locks is the first lock of a file, lockFrom the first that reaches past a byte.
func (g *guest) locks(name string) (l fs.Lock, ok bool) { return g.lockFrom(name, 0) }

func (g *guest) lockFrom(name string, start int64) (l fs.Lock, ok bool) {
	g.withLocked(name, func(f *fs.File) {
		whole := fs.WholeFile(linux.F_WRLCK)
		whole.Start = start
		l, ok = f.GetLock(&fs.LockRequest{Owner: "nobody", Lock: whole})
	})
	return l, ok
}

func (g *guest) unlock(name string, owner any) {
	g.withLocked(name, func(f *fs.File) { f.UnlockAll(owner) })
}

// A 32-bit struct flock cannot tell of a lock far out.
func TestLockTooFarToTell(t *testing.T) {
	g := newGuest(t, "armeb")
	fd := g.open("/f", linux.O_CREAT|linux.O_RDWR)
	far := fs.LockRequest{Owner: "other", Lock: fs.Lock{Type: linux.F_WRLCK, Start: 1 << 32, End: math.MaxInt64}}
	if errno := g.file(fd).SetLock(&far); errno != 0 {
		t.Fatal(errno)
	}
	at := g.flock(g.abi.Structs.Flock, linux.Flock{Type: linux.F_WRLCK})
	g.fails(linux.EOVERFLOW, "fcntl", fd, g.abi.Consts.Fcntl.ToGuest(linux.F_GETLK), at)
	g.unlock("/f", "other")
}

func TestLockWaits(t *testing.T) {
	g := newGuest(t, "x86_64")
	fd := g.open("/f", linux.O_CREAT|linux.O_RDWR)
	theirs := fs.LockRequest{Owner: "other", Lock: fs.WholeFile(linux.F_WRLCK)}
	if errno := g.file(fd).SetLock(&theirs); errno != 0 {
		t.Fatal(errno)
	}
	done := g.start("fcntl", fd, linux.F_SETLKW, g.flock(g.abi.Structs.Flock, linux.Flock{Type: linux.F_RDLCK}))
	select {
	case <-done:
		t.Fatal("F_SETLKW did not wait")
	case <-time.After(20 * time.Millisecond):
	}
	g.unlock("/f", "other")
	g.must(g.finish(done))
	if l, ok := g.locks("/f"); !ok || l.Type != linux.F_RDLCK {
		t.Errorf("the lock is not held: %+v", l)
	}
	// flock(2): the same on a description, which a signal that is ignored interrupts and restarts.
	second := g.open("/f", linux.O_RDWR)
	g.must(g.call("flock", fd, linux.LOCK_EX))
	g.fails(linux.EAGAIN, "flock", second, linux.LOCK_EX|linux.LOCK_NB)
	g.fails(linux.EINVAL, "flock", second, 77)
	done = g.start("flock", second, linux.LOCK_SH)
	time.Sleep(5 * time.Millisecond)
	g.task.Group.Send(&linux.Siginfo{Signo: linux.SIGWINCH})
	select {
	case v := <-done:
		t.Fatalf("flock did not wait: %#x", v)
	case <-time.After(20 * time.Millisecond):
	}
	whole := fs.LockRequest{Space: fs.LockFlock, Owner: g.file(fd), Lock: fs.WholeFile(linux.F_UNLCK)}
	g.file(fd).SetLock(&whole)
	g.must(g.finish(done))
}
