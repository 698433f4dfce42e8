package unix

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/sock"
)

// guest has sockets of ours only, with their descriptions.
type guest struct {
	t      *testing.T
	domain *Domain
	fs     *sock.FS
	caller *fs.Caller
}

func newGuest(t *testing.T) *guest {
	c := &fs.Caller{Cred: &fs.Credentials{}, Now: func() linux.Timespec { return linux.Timespec{} }}
	return &guest{t: t, domain: New(), fs: sock.NewFS(1), caller: c}
}

func (g *guest) file(s sock.Socket) *fs.File {
	f, errno := g.fs.File(g.caller, s, true)
	if errno != 0 {
		g.t.Fatal(errno)
	}
	return f
}

func (g *guest) pair(kind int) (a, b *fs.File) {
	x, y := g.domain.Pair(g.caller, kind, 0)
	return g.file(x), g.file(y)
}

// give sends files from a socket to its peer.
func (g *guest) give(from *fs.File, files ...*fs.File) linux.Errno {
	m := &sock.Message{FileLimit: 1024, Flags: linux.MSG_DONTWAIT}
	for _, f := range files {
		m.Files = append(m.Files, f.Ref())
	}
	_, errno := from.Ops.(sock.Socket).Send(g.caller, m, [][]byte{{1}})
	m.Drop(g.caller)
	return errno
}

func (g *guest) close(files ...*fs.File) {
	for _, f := range files {
		f.Unref(g.caller)
	}
}

// nothingLeft checks that no file is under way and nothing is buffered.
func (g *guest) nothingLeft() {
	g.t.Helper()
	if n := g.domain.aloft.Load(); n != 0 || len(g.domain.flying) != 0 {
		g.t.Errorf("%d files, %d sockets in messages", n, len(g.domain.flying))
	}
	if n := g.domain.buffered.Load(); n != 0 {
		g.t.Errorf("%d bytes buffered", n)
	}
}

// watched is a file that tells when it is closed.
type watched struct {
	fs.UnsupportedFile
	closed *int
}

func (w watched) Release(*fs.Caller) { *w.closed++ }

func TestCyclesAreCollected(t *testing.T) {
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			g := newGuest(t)
			closed := 0
			token := fs.NewFile(fs.Path{}, watched{closed: &closed}, 0)
			a, b := g.pair(kind)
			g.give(a, b, token) // b in its own queue
			g.close(b, a, token)
			if closed != 1 {
				t.Error("the file with the cycle was not closed")
			}
			g.nothingLeft()

			a, b = g.pair(kind)
			c, d := g.pair(kind)
			g.give(a, d) // d waits at b
			g.give(c, b) // b waits at d
			g.close(b, d, a)
			if n := g.domain.aloft.Load(); n != 0 {
				t.Errorf("%d files under way after the last outside reference has gone", n)
			}
			g.close(c)
			g.nothingLeft()
		})
	}
}

func TestReachableIsKept(t *testing.T) {
	g := newGuest(t)
	a, b := g.pair(linux.SOCK_STREAM)
	c, d := g.pair(linux.SOCK_STREAM)
	g.give(a, d) // only b's queue has d, whose queue has c
	g.give(c, c)
	g.close(c, d)
	x, y := g.pair(linux.SOCK_STREAM)
	g.close(x, y) // looks for garbage
	m := &sock.Message{Flags: linux.MSG_DONTWAIT}
	if n, errno := b.Ops.(sock.Socket).Receive(g.caller, m, [][]byte{make([]byte, 1)}); n != 1 || errno != 0 || len(m.Files) != 1 {
		t.Fatal(n, errno, len(m.Files))
	}
	got := m.Files[0]
	m = &sock.Message{Flags: linux.MSG_DONTWAIT}
	if _, errno := got.Ops.(sock.Socket).Receive(g.caller, m, [][]byte{make([]byte, 1)}); errno != 0 || len(m.Files) != 1 {
		t.Fatal(errno, len(m.Files))
	}
	g.close(got, m.Files[0], a, b)
	g.nothingLeft()
}

func TestBacklogIsSearched(t *testing.T) {
	g := newGuest(t)
	l := g.file(g.domain.Socket(linux.SOCK_STREAM, 0))
	addr := sock.Address{Family: linux.AF_UNIX, Path: "\x00l"}
	ls := l.Ops.(sock.Socket)
	ls.Bind(g.caller, nil, addr)
	ls.Listen(g.caller, 1)
	c := g.file(g.domain.Socket(linux.SOCK_STREAM, 0))
	if errno := c.Ops.(sock.Socket).Connect(g.caller, nil, addr); errno != 0 {
		t.Fatal(errno)
	}
	g.give(c, l, c) // in the queue of a socket that nobody has accepted
	g.close(l, c)
	g.close(g.file(g.domain.Socket(linux.SOCK_STREAM, 0))) // looks for garbage
	g.nothingLeft()
	if len(g.domain.abstract) != 0 {
		t.Error("the name is still there")
	}
}

// TestLongChain has each socket wait in the queue of the next one.
func TestLongChain(t *testing.T) {
	g := newGuest(t)
	a, b := g.pair(linux.SOCK_DGRAM)
	for range 5000 {
		c, d := g.pair(linux.SOCK_DGRAM)
		g.caller.Cred.Effective = ^uint64(0) // past RLIMIT_NOFILE
		if errno := g.give(c, b); errno != 0 {
			t.Fatal(errno)
		}
		g.close(a, b)
		a, b = c, d
	}
	g.close(a, b)
	g.nothingLeft()
}

func TestLimitOfFilesUnderWay(t *testing.T) {
	g := newGuest(t)
	a, b := g.pair(linux.SOCK_STREAM)
	x, y := g.pair(linux.SOCK_STREAM)
	sent := 0
	var errno linux.Errno
	for errno == 0 && sent < 100000 {
		if errno = g.give(a, x, x, x, x, x, x, x, x); errno == linux.EAGAIN {
			break
		}
		sent += 8
	}
	if errno != linux.ETOOMANYREFS {
		t.Errorf("%v after %d files", errno, sent)
	}
	g.close(a, b, x, y)
	g.nothingLeft()
}

// TestConcurrent has sockets sent, received, peeked at and closed at once.
func TestConcurrent(t *testing.T) {
	before := runtime.NumGoroutine()
	g := newGuest(t)
	var wg sync.WaitGroup
	a, b := g.pair(linux.SOCK_STREAM)
	for range 3 {
		wg.Go(func() {
			for range 200 {
				x, y := g.pair(linux.SOCK_DGRAM)
				g.give(x, y)
				g.give(a, x)
				g.close(x, y)
			}
		})
		wg.Go(func() {
			for i := range 300 {
				m := &sock.Message{Flags: linux.MSG_DONTWAIT}
				if i%5 == 0 {
					m.Flags |= linux.MSG_PEEK
				}
				_, _ = b.Ops.(sock.Socket).Receive(g.caller, m, [][]byte{make([]byte, 3)})
				b.Ops.Poll()
				m.Drop(g.caller)
			}
		})
	}
	wg.Wait()
	g.close(a, b)
	g.domain.collect(g.caller)
	g.nothingLeft()
	for i := 0; runtime.NumGoroutine() > before && i < 50; i++ {
		time.Sleep(time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines more", n-before)
	}
}

// TestWaiters has a writer wait for room as the kernel does.
func TestWaiters(t *testing.T) {
	g := newGuest(t)
	a, b := g.pair(linux.SOCK_STREAM)
	const total = 4 << 20
	woken := make(chan struct{}, 1)
	w := &fs.Waiter{Interest: fs.EventOut, Notify: func(fs.Events) {
		select {
		case woken <- struct{}{}:
		default:
		}
	}}
	a.Ops.Queue().Add(w)
	go func() {
		for sent := 0; sent < total; {
			n, errno := a.Ops.WriteAt(g.caller, [][]byte{make([]byte, min(50000, total-sent))}, 0)
			if sent += n; errno == linux.EAGAIN {
				<-woken
			}
		}
		a.Ops.(sock.Socket).Shutdown(linux.SHUT_WR)
	}()
	got, buf := 0, [][]byte{make([]byte, 7000)}
	for {
		n, errno := b.Ops.ReadAt(g.caller, buf, 0)
		if errno == linux.EAGAIN {
			runtime.Gosched()
			continue
		}
		if n == 0 {
			break
		}
		got += n
	}
	if got != total {
		t.Errorf("%d bytes of %d", got, total)
	}
	a.Ops.Queue().Remove(w)
	g.close(a, b)
	g.nothingLeft()
}

func TestNamesAreForgotten(t *testing.T) {
	g := newGuest(t)
	for i := range 3 {
		s := g.domain.Socket(linux.SOCK_DGRAM, 0)
		f := g.file(s)
		if errno := s.Bind(g.caller, nil, sock.Address{Family: linux.AF_UNIX}); errno != 0 {
			t.Fatal(errno)
		}
		if a, _ := s.Name(); a.Path != fmt.Sprintf("\x00%05x", i+1) {
			t.Errorf("name %q", a.Path)
		}
		g.close(f)
	}
	if len(g.domain.abstract) != 0 {
		t.Errorf("%d names left", len(g.domain.abstract))
	}
}

func BenchmarkPingPong(b *testing.B) {
	g := newGuest(nil)
	x, y := g.pair(linux.SOCK_STREAM)
	buf := [][]byte{make([]byte, 64)}
	b.ReportAllocs()
	for b.Loop() {
		x.Ops.WriteAt(g.caller, buf, 0)
		y.Ops.ReadAt(g.caller, buf, 0)
	}
}
