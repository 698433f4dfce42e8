package syscalls

import (
	"testing"
	"time"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/mm"
)

func (g *guest) pipe() (r, w uint64) {
	g.Helper()
	at := g.alloc(8)
	g.must(g.call("pipe2", at, 0))
	return g.word(at, 4), g.word(at+4, 4)
}

func (g *guest) pollfds(list ...linux.Pollfd) uint64 {
	codec := g.abi.Structs.Pollfd
	at := g.alloc(codec.Size() * len(list))
	for i := range list {
		if errno := mm.Store(g.task.Space(), codec, at+uint64(i*codec.Size()), &list[i]); errno != 0 {
			g.Fatal(errno)
		}
	}
	return at
}

// revents are the inner events that were found for entry i.
func (g *guest) revents(at uint64, i int) uint64 {
	var p linux.Pollfd
	codec := g.abi.Structs.Pollfd
	if errno := mm.Load(g.task.Space(), codec, at+uint64(i*codec.Size()), &p); errno != 0 {
		g.Fatal(errno)
	}
	return g.abi.Consts.Poll.ToInner(uint64(uint16(p.Revents)))
}

// feed writes to a pipe from outside after a while. The pipe stays open until then.
func (g *guest) feed(w uint64, after time.Duration) {
	f := g.file(w)
	time.AfterFunc(after, func() { f.Write(g.kernel.Caller(), [][]byte{[]byte("x")}) })
}

func TestPoll(t *testing.T) {
	eachABI(t, func(g *guest) {
		r, w := g.pipe()
		at := g.pollfds(linux.Pollfd{FD: int32(r), Events: linux.POLLIN}, linux.Pollfd{FD: -1, Events: -1})
		before := time.Now()
		if n := g.must(g.call("poll", at, 2, 30)); n != 0 || time.Since(before) < 30*time.Millisecond {
			g.Errorf("poll of an empty pipe: %d after %v", n, time.Since(before))
		}
		if n := g.must(g.call("poll", at, 2, 0)); n != 0 {
			g.Errorf("poll without waiting: %d", n)
		}
		g.feed(w, 10*time.Millisecond)
		if n := g.must(g.call("poll", at, 2, ^uint64(0))); n != 1 || g.revents(at, 0) != linux.POLLIN || g.revents(at, 1) != 0 {
			g.Errorf("poll: %d, %#x", n, g.revents(at, 0))
		}
		all := g.abi.Consts.Poll.ToGuest(linux.POLLIN | linux.POLLRDNORM | linux.POLLOUT | linux.POLLWRNORM)
		at = g.pollfds(linux.Pollfd{FD: int32(r), Events: int16(all)}, linux.Pollfd{FD: int32(w), Events: int16(all)},
			linux.Pollfd{FD: 99, Events: int16(all)}, linux.Pollfd{FD: int32(g.open("/program", linux.O_PATH)), Events: 1})
		if n := g.must(g.call("poll", at, 4, 0)); n != 4 {
			g.Errorf("poll of everything: %d", n)
		}
		const out = linux.POLLOUT | linux.POLLWRNORM
		for i, want := range []uint64{linux.POLLIN | linux.POLLRDNORM, out, linux.POLLNVAL, linux.POLLNVAL} {
			if got := g.revents(at, i); got != want {
				g.Errorf("revents of %d: %#x, want %#x", i, got, want)
			}
		}
		g.must(g.call("close", w))
		if n := g.must(g.call("poll", at, 1, 0)); n != 1 || g.revents(at, 0)&linux.POLLHUP == 0 {
			g.Errorf("hang-up: %d %#x", n, g.revents(at, 0))
		}
		g.fails(linux.EINVAL, "poll", at, 1<<20, 0)
		g.fails(linux.EFAULT, "poll", 8, 1, 0)
	})
}

func TestPpollTimeLeft(t *testing.T) {
	eachABI(t, func(g *guest) {
		r, w := g.pipe()
		at := g.pollfds(linux.Pollfd{FD: int32(r), Events: linux.POLLIN})
		span := g.longs(5, 0)
		size := uint64(g.abi.Consts.SigSetSize)
		g.feed(w, 20*time.Millisecond)
		if n := g.must(g.call("ppoll", at, 1, span, 0, size)); n != 1 {
			g.Errorf("ppoll: %d", n)
		}
		long := g.abi.Data.LongSize
		if sec, ns := g.word(span, long), g.word(span+uint64(long), long); sec != 4 || ns > 985_000_000 {
			g.Errorf("%d.%09d s left of 5", sec, ns)
		}
		g.fails(linux.EINVAL, "ppoll", at, 1, g.longs(0, 1_000_000_000), 0, size)
		g.fails(linux.EINVAL, "ppoll", at, 1, span, at, size+1)
		g.must(g.call("read", r, g.alloc(8), 8))
		if !g.abi.Is64() {
			wide := g.alloc(16)
			g.task.Space().SetWord(wide+8, 8, 1_000_000)
			if n := g.must(g.call("ppoll_time64", at, 1, wide, 0, size)); n != 0 || g.word(wide+8, 8) != 0 {
				g.Errorf("ppoll_time64: %d, %d ns left", n, g.word(wide+8, 8))
			}
		}
	})
}

// A temporary mask lets a blocked signal end the wait, and the old mask comes back.
func TestPpollMask(t *testing.T) {
	g := newGuest(t, "x86_64")
	r, w := g.pipe()
	at := g.pollfds(linux.Pollfd{FD: int32(r), Events: linux.POLLIN})
	block := g.longs(1 << (linux.SIGUSR1 - 1))
	g.must(g.call("rt_sigprocmask", linux.SIG_BLOCK, block, 0, 8))
	g.must(g.call("ppoll", at, 1, g.longs(0, 1000), g.longs(0), 8)) // nothing pending: the mask is back afterwards
	if got := g.task.Mask(); got != linux.SigSetOf(linux.SIGUSR1) {
		t.Errorf("mask after ppoll: %#x", got)
	}
	// What is ready counts more than a signal that only the temporary mask lets through: it stays pending.
	ready := g.pollfds(linux.Pollfd{FD: int32(w), Events: linux.POLLOUT})
	g.must(g.call("kill", uint64(g.task.Group.PID), linux.SIGUSR1))
	if n := g.must(g.call("ppoll", ready, 1, 0, g.longs(0), 8)); n != 1 || g.task.Pending() != linux.SigSetOf(linux.SIGUSR1) {
		t.Errorf("ppoll of what is ready: %d, pending %#x", n, g.task.Pending())
	}
	g.must(g.call("rt_sigtimedwait", block, 0, 0, 8))
	// SIGURG is ignored by default, so the wait goes on with what is left of the time.
	done := g.start("ppoll", at, 1, g.longs(0, 60_000_000), g.longs(0), 8)
	before := time.Now()
	time.Sleep(10 * time.Millisecond)
	g.task.Group.Send(&linux.Siginfo{Signo: linux.SIGURG})
	if n, errno := g.finish(done); n != 0 || errno != 0 || time.Since(before) < 55*time.Millisecond {
		t.Errorf("ppoll: %d %v after %v", n, errno, time.Since(before))
	}
}

func TestSelect(t *testing.T) {
	eachABI(t, func(g *guest) {
		call := "_newselect"
		if g.abi.Is64() {
			call = "select"
		}
		r, w := g.pipe()
		high := g.must(g.call("fcntl", r, linux.F_DUPFD, 70))
		long := g.abi.Data.LongSize
		bits := uint64(long * 8)
		set := func(fds ...uint64) uint64 {
			words := make([]uint64, 128/bits)
			for _, fd := range fds {
				words[fd/bits] |= 1 << (fd % bits)
			}
			return g.longs(words...)
		}
		has := func(set, fd uint64) bool { return g.word(set+fd/bits*uint64(long), long)>>(fd%bits)&1 != 0 }
		in, out := set(r, high), set(w)
		if n := g.must(g.call(call, 100, in, out, 0, 0)); n != 1 || has(in, r) || has(in, high) || !has(out, w) {
			g.Errorf("select of an empty pipe: %d", n)
		}
		g.feed(w, 10*time.Millisecond)
		in, span := set(r, high), g.longs(5, 0)
		if n := g.must(g.call(call, high+1, in, 0, 0, span)); n != 2 || !has(in, r) || !has(in, high) {
			g.Errorf("select: %d %v %v", n, has(in, r), has(in, high))
		}
		if sec := g.word(span, long); sec != 4 {
			g.Errorf("%d s left of 5", sec)
		}
		g.fails(linux.EBADF, call, 100, set(90), 0, 0, 0)
		g.fails(linux.EINVAL, call, ^uint64(0), 0, 0, 0, 0)
		g.fails(linux.EINVAL, call, 1, 0, 0, 0, g.longs(^uint64(0), 0))
		mask := g.longs(0, uint64(g.abi.Consts.SigSetSize))
		if n := g.must(g.call("pselect6", high+1, set(r), 0, 0, g.longs(0, 0), mask)); n != 1 {
			g.Errorf("pselect6: %d", n)
		}
	})
}

func TestEpollCalls(t *testing.T) {
	eachABI(t, func(g *guest) {
		r, w := g.pipe()
		ep := g.must(g.call("epoll_create1", g.abi.Consts.Open.ToGuest(linux.EPOLL_CLOEXEC)))
		codec := g.abi.Structs.Epoll
		event := func(events uint32, data uint64) uint64 {
			at := g.alloc(codec.Size())
			if errno := mm.Store(g.task.Space(), codec, at, &linux.EpollEvent{Events: events, Data: data}); errno != 0 {
				g.Fatal(errno)
			}
			return at
		}
		const data = 0x1122334455667788
		g.must(g.call("epoll_ctl", ep, linux.EPOLL_CTL_ADD, r, event(linux.EPOLLIN, data)))
		g.fails(linux.EEXIST, "epoll_ctl", ep, linux.EPOLL_CTL_ADD, r, event(linux.EPOLLIN, 0))
		g.fails(linux.EPERM, "epoll_ctl", ep, linux.EPOLL_CTL_ADD, g.open("/program", linux.O_RDONLY), event(1, 0))
		g.fails(linux.EINVAL, "epoll_ctl", ep, linux.EPOLL_CTL_ADD, ep, event(1, 0))
		g.fails(linux.ENOENT, "epoll_ctl", ep, linux.EPOLL_CTL_MOD, w, event(1, 0))
		g.fails(linux.EINVAL, "epoll_ctl", r, linux.EPOLL_CTL_ADD, w, event(1, 0))
		g.fails(linux.EINVAL, "epoll_ctl", ep, linux.EPOLL_CTL_ADD, w, event(linux.EPOLLEXCLUSIVE|linux.EPOLLONESHOT, 0))
		g.fails(linux.EFAULT, "epoll_ctl", ep, linux.EPOLL_CTL_MOD, r, 8)
		out := g.alloc(4 * codec.Size())
		g.fails(linux.EINVAL, "epoll_wait", ep, out, 0, 0)
		if n := g.must(g.call("epoll_wait", ep, out, 4, 10)); n != 0 {
			g.Errorf("epoll_wait of an empty pipe: %d", n)
		}
		g.feed(w, 10*time.Millisecond)
		if n := g.must(g.call("epoll_pwait", ep, out, 4, ^uint64(0), 0, 0)); n != 1 {
			g.Errorf("epoll_pwait: %d", n)
		}
		var ev linux.EpollEvent
		mm.Load(g.task.Space(), codec, out, &ev)
		if ev.Events != linux.EPOLLIN || ev.Data != data {
			g.Errorf("event %#x %#x", ev.Events, ev.Data)
		}
		g.must(g.call("epoll_ctl", ep, linux.EPOLL_CTL_DEL, r, 0))
		g.must(g.call("close", r))
		if n := g.must(g.call("epoll_wait", ep, out, 4, 0)); n != 0 {
			g.Errorf("after EPOLL_CTL_DEL: %d", n)
		}
	})
}

func TestSignalCalls(t *testing.T) {
	eachABI(t, func(g *guest) {
		codec := g.abi.Structs.Sigaction
		act, old := g.alloc(codec.Size()), g.alloc(codec.Size())
		flags := g.abi.Consts.SigFlags.ToGuest(linux.SA_RESTART | linux.SA_SIGINFO)
		want := linux.Sigaction{Handler: 0x12340, Flags: flags, Mask: linux.SigSet{1<<40 | 5}}
		mm.Store(g.task.Space(), codec, act, &want)
		usr1 := g.abi.Consts.Signals.ToGuest(linux.SIGUSR1)
		g.must(g.call("rt_sigaction", usr1, act, 0, 8))
		g.must(g.call("rt_sigaction", usr1, 0, old, 8))
		var got linux.Sigaction
		mm.Load(g.task.Space(), codec, old, &got)
		if got != want {
			g.Errorf("rt_sigaction gives back %+v, want %+v", got, want)
		}
		g.fails(linux.EINVAL, "rt_sigaction", usr1, act, 0, 4)
		g.fails(linux.EINVAL, "rt_sigaction", 0, act, 0, 8)
		g.fails(linux.EINVAL, "rt_sigaction", 65, 0, old, 8)
		g.fails(linux.EINVAL, "rt_sigaction", linux.SIGKILL, act, 0, 8)
		g.must(g.call("rt_sigaction", linux.SIGKILL, 0, old, 8))

		// Signal 42 is in the upper half of the set, which comes second whatever the byte order.
		set := g.alloc(8)
		if g.abi.Is64() {
			g.task.Space().SetWord(set, 8, 1<<41)
		} else {
			g.task.Space().SetWord(set+4, 4, 1<<9)
		}
		g.must(g.call("rt_sigprocmask", linux.SIG_BLOCK, set, 0, 8))
		if got := g.task.Mask(); got != linux.SigSetOf(42) {
			g.Errorf("mask %#x", got)
		}
		g.fails(linux.EINVAL, "rt_sigprocmask", 9, set, 0, 8)
		pid := uint64(g.task.Group.PID)
		g.must(g.call("tgkill", pid, pid, 42))
		g.must(g.call("tkill", pid, 42))
		pending := g.alloc(8)
		g.must(g.call("rt_sigpending", pending, 8))
		if string(g.bytes(pending, 8)) != string(g.bytes(set, 8)) {
			g.Errorf("rt_sigpending: %x", g.bytes(pending, 8))
		}
		info := g.alloc(128)
		for range 2 { // real-time signals are queued
			if sig := g.must(g.call("rt_sigtimedwait", set, info, 0, 8)); sig != 42 || g.word(info, 4) != 42 {
				g.Errorf("rt_sigtimedwait: %d", sig)
			}
		}
		g.fails(linux.EAGAIN, "rt_sigtimedwait", set, info, g.longs(0, 1000), 8)
		g.must(g.call("kill", pid, 0))
		g.fails(linux.ESRCH, "kill", 4000, 0)
		g.fails(linux.EINVAL, "kill", pid, 65)
		g.fails(linux.EINVAL, "tgkill", 0, pid, 0)
		g.fails(linux.ESRCH, "tgkill", pid+1, pid, 0)
	})
}

func TestOldSignalCalls(t *testing.T) {
	for _, name := range testABIs[1:] {
		t.Run(name, func(t *testing.T) {
			g := newGuest(t, name)
			act, out := g.longs(0x4444, 0x80000001, linux.SA_RESTART, 0), g.alloc(16)
			g.must(g.call("sigaction", linux.SIGUSR1, act, 0))
			if got := g.task.Action(linux.SIGUSR1); got.Handler != 0x4444 || got.Mask != linux.SigSetOf(1, 32) {
				g.Errorf("action %+v", got)
			}
			g.must(g.call("sigaction", linux.SIGUSR1, 0, out))
			if string(g.bytes(act, 16)) != string(g.bytes(out, 16)) {
				g.Errorf("sigaction gives back %x", g.bytes(out, 16))
			}
			g.fails(linux.EINVAL, "sigaction", linux.SIGSTOP, act, 0)
			g.task.SetMask(linux.SigSetOf(41, 2, 1))
			g.must(g.call("sigprocmask", linux.SIG_SETMASK, g.longs(1<<9), out))
			if got := g.task.Mask(); got != linux.SigSetOf(41, 10) || g.word(out, 4) != 3 {
				g.Errorf("sigprocmask: mask %#x, old %#x", got, g.word(out, 4))
			}
			g.must(g.call("tkill", uint64(g.task.TID), linux.SIGUSR1))
			g.must(g.call("sigpending", out))
			if g.word(out, 4) != 1<<9 {
				g.Errorf("sigpending: %#x", g.word(out, 4))
			}
		})
	}
}

func TestItimer(t *testing.T) {
	g := newGuest(t, "i386")
	set := g.alloc(8)
	g.task.Space().SetWord(set, 4, 1<<(linux.SIGALRM-1))
	g.must(g.call("rt_sigprocmask", linux.SIG_BLOCK, set, 0, 8))
	now := g.alloc(16)
	g.must(g.call("setitimer", linux.ITIMER_REAL, g.longs(0, 5000, 0, 5000), now))
	for range 3 {
		if sig := g.must(g.call("rt_sigtimedwait", set, 0, 0, 8)); sig != linux.SIGALRM {
			t.Errorf("signal %d", sig)
		}
	}
	g.must(g.call("getitimer", linux.ITIMER_REAL, now))
	if interval, left := g.word(now+4, 4), g.word(now+12, 4); interval != 5000 || left == 0 || left > 5000 {
		t.Errorf("interval %d, left %d", interval, left)
	}
	g.must(g.call("alarm", 0))
	g.call("rt_sigtimedwait", set, 0, g.longs(0, 0), 8) // one may be pending
	g.fails(linux.EAGAIN, "rt_sigtimedwait", set, 0, g.longs(0, 12_000_000), 8)
	for _, c := range []struct{ sec, usec, left uint64 }{{0, 300_000, 1}, {7, 300_000, 7}, {7, 900_000, 8}} {
		g.must(g.call("setitimer", linux.ITIMER_REAL, g.longs(0, 0, c.sec, c.usec), 0))
		if left := g.must(g.call("alarm", 0)); left != c.left {
			t.Errorf("alarm tells %d s of %d.%06d", left, c.sec, c.usec)
		}
	}
	g.fails(linux.EINVAL, "setitimer", 3, 0, 0)
	g.fails(linux.EINVAL, "setitimer", 0, g.longs(0, 0, 0, 1_000_000), 0)
}

func TestPollSetBands(t *testing.T) {
	for _, c := range []struct{ found, wanted, ready fs.Events }{
		{fs.EventIn, linux.POLLRDNORM, linux.POLLRDNORM},
		{fs.EventOut, linux.POLLIN, 0},
		{fs.EventHup, 0, fs.EventHup},
		{fs.EventIn | fs.EventOut, linux.POLLIN | linux.POLLWRNORM, linux.POLLIN | linux.POLLWRNORM},
	} {
		ready := withBands(c.found) & (c.wanted | fs.EventErr | fs.EventHup)
		if ready != c.ready {
			t.Errorf("%#x of %#x: %#x", c.wanted, c.found, ready)
		}
	}
}
