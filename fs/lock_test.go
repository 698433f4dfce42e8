package fs_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

func request(space fs.LockSpace, owner any, kind uint32, start, end int64) *fs.LockRequest {
	return &fs.LockRequest{Space: space, Owner: owner, Lock: fs.Lock{Type: kind, Start: start, End: end}}
}

// TestLocksAgainstHost compares random locks of three open file descriptions with the host's F_OFD_SETLK and
// F_OFD_GETLK.
func TestLocksAgainstHost(t *testing.T) {
	const files = 3
	w := newWorld(t)
	name := t.TempDir() + "/f"
	var host [files]*os.File
	var guest [files]*fs.File
	for i := range files {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		host[i], guest[i] = f, w.open("/f", linux.O_CREAT|linux.O_RDWR)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	kinds := map[uint32]int16{linux.F_RDLCK: unix.F_RDLCK, linux.F_WRLCK: unix.F_WRLCK, linux.F_UNLCK: unix.F_UNLCK}
	for step := range 20000 {
		i, kind := rng.IntN(files), uint32(rng.IntN(3))
		start := int64(rng.IntN(40))
		size := int64(rng.IntN(20)) // 0: to the end
		end := start + size - 1
		if size == 0 {
			end = math.MaxInt64
		}
		flock := unix.Flock_t{Type: kinds[kind], Start: start, Len: size}
		r := request(fs.LockRange, guest[i], kind, start, end)
		if rng.IntN(3) == 0 && kind != linux.F_UNLCK {
			err := unix.FcntlFlock(host[i].Fd(), unix.F_OFD_GETLK, &flock)
			_, blocked := guest[i].GetLock(r)
			if err != nil || blocked != (flock.Type != unix.F_UNLCK) {
				t.Fatalf("step %d: GETLK %+v: blocked is %v, host %+v %v", step, r.Lock, blocked, flock, err)
			}
			continue
		}
		err := unix.FcntlFlock(host[i].Fd(), unix.F_OFD_SETLK, &flock)
		errno := guest[i].SetLock(r)
		if (err == nil) != (errno == 0) {
			t.Fatalf("step %d: SETLK %+v by %d: %v, host %v", step, r.Lock, i, errno, err)
		}
	}
}

func TestFlock(t *testing.T) {
	w := newWorld(t)
	a, b := w.open("/f", linux.O_CREAT|linux.O_RDONLY), w.open("/f", linux.O_RDONLY)
	lock := func(f *fs.File, kind uint32) linux.Errno {
		return f.SetLock(&fs.LockRequest{Space: fs.LockFlock, Owner: f, Lock: fs.WholeFile(kind)})
	}
	w.ok(lock(a, linux.F_RDLCK))
	w.ok(lock(b, linux.F_RDLCK))
	w.want(linux.EAGAIN, lock(b, linux.F_WRLCK))
	w.ok(b.SetLock(request(fs.LockRange, "process", linux.F_RDLCK, 0, 9))) // the other kind does not matter
	a.Ref().Unref(w.c)
	w.want(linux.EAGAIN, lock(b, linux.F_WRLCK))
	a.Unref(w.c) // the last reference gives the lock up
	w.ok(lock(b, linux.F_WRLCK))
}

func TestRangeLocksNeedTheAccessMode(t *testing.T) {
	w := newWorld(t)
	r, wr := w.open("/f", linux.O_CREAT|linux.O_RDONLY), w.open("/f", linux.O_WRONLY)
	path := w.open("/f", linux.O_PATH)
	w.want(linux.EBADF, r.SetLock(request(fs.LockRange, "p", linux.F_WRLCK, 0, 0)))
	w.want(linux.EBADF, wr.SetLock(request(fs.LockRange, "p", linux.F_RDLCK, 0, 0)))
	w.want(linux.EBADF, path.SetLock(request(fs.LockRange, "p", linux.F_UNLCK, 0, 0)))
	w.ok(r.SetLock(request(fs.LockRange, "p", linux.F_RDLCK, 0, 0)))
}

func TestClosingDropsTheProcessesLocks(t *testing.T) {
	w := newWorld(t)
	a, b := w.open("/f", linux.O_CREAT|linux.O_RDWR), w.open("/f", linux.O_RDWR)
	w.ok(a.SetLock(request(fs.LockRange, "p", linux.F_WRLCK, 0, 9)))
	w.want(linux.EAGAIN, b.SetLock(request(fs.LockRange, "q", linux.F_RDLCK, 5, 5)))
	l, held := b.GetLock(request(fs.LockRange, "q", linux.F_RDLCK, 5, 5))
	if !held || l.Start != 0 || l.End != 9 || l.Type != linux.F_WRLCK {
		t.Errorf("GETLK gives %+v %v", l, held)
	}
	b.UnlockAll("p") // through any description of the file
	w.ok(b.SetLock(request(fs.LockRange, "q", linux.F_RDLCK, 5, 5)))
}

func TestLockWaits(t *testing.T) {
	w := newWorld(t)
	f := w.open("/f", linux.O_CREAT|linux.O_RDWR)
	w.ok(f.SetLock(request(fs.LockRange, "p", linux.F_WRLCK, 0, 9)))
	wait := f.AwaitLock(*request(fs.LockRange, "q", linux.F_WRLCK, 5, 20))
	defer wait.Done()
	told := make(chan struct{}, 9)
	waiter := fs.Waiter{Interest: fs.EventOut, Notify: func(fs.Events) { told <- struct{}{} }}
	wait.Queue().Add(&waiter)
	defer wait.Queue().Remove(&waiter)
	w.want(linux.EAGAIN, wait.Try())
	w.ok(f.SetLock(request(fs.LockRange, "p", linux.F_UNLCK, 0, 4)))
	<-told
	w.want(linux.EAGAIN, wait.Try())
	w.ok(f.SetLock(request(fs.LockRange, "p", linux.F_RDLCK, 0, 9))) // a downgrade is a chance too
	<-told
	w.want(linux.EAGAIN, wait.Try())
	f.UnlockAll("p")
	<-told
	w.ok(wait.Try())
}

func TestDeadlock(t *testing.T) {
	w := newWorld(t)
	const circle = 5
	var files [circle]*fs.File
	for i := range files {
		files[i] = w.open(fmt.Sprintf("/f%d", i), linux.O_CREAT|linux.O_RDWR)
		w.ok(files[i].SetLock(request(fs.LockRange, i, linux.F_WRLCK, 0, 0)))
	}
	for i := range circle - 1 { // i waits for i+1
		wait := files[i+1].AwaitLock(*request(fs.LockRange, i, linux.F_WRLCK, 0, 0))
		defer wait.Done()
		w.want(linux.EAGAIN, wait.Try())
	}
	wait := files[0].AwaitLock(*request(fs.LockRange, circle-1, linux.F_RDLCK, 0, 0))
	w.want(linux.EDEADLK, wait.Try())
	wait.Done()
	other := files[0].AwaitLock(*request(fs.LockRange, "other", linux.F_RDLCK, 0, 0))
	w.want(linux.EAGAIN, other.Try())
	other.Done()
}

// TestManyLocksAreBounded checks that one file's locks are neither unlimited nor slow.
func TestManyLocksAreBounded(t *testing.T) {
	w := newWorld(t)
	f := w.open("/f", linux.O_CREAT|linux.O_RDWR)
	begin := time.Now()
	for i := int64(0); ; i += 2 {
		errno := f.SetLock(request(fs.LockRange, "p", linux.F_WRLCK, i, i))
		if errno == linux.ENOLCK {
			break
		}
		w.ok(errno)
		if time.Since(begin) > 20*time.Second {
			t.Fatalf("only %d locks in 20 seconds", i/2)
		}
	}
	f.UnlockAll("p")
}
