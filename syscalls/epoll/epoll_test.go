package epoll

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/pipe"
)

// device is a file whose readiness the test sets.
type device struct {
	fs.UnsupportedFile
	queue fs.Queue
	mu    sync.Mutex
	now   fs.Events
}

func (d *device) Queue() *fs.Queue { return &d.queue }

func (d *device) Poll() fs.Events {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

// set changes the readiness and announces it, as every write to a pipe does.
func (d *device) set(e fs.Events) {
	d.mu.Lock()
	d.now = e
	d.mu.Unlock()
	d.queue.Notify(e)
}

func newDevice() (*device, Key) {
	d := &device{}
	return d, Key{File: fs.NewFile(fs.Path{}, d, linux.O_RDWR), FD: 3}
}

func waitFor(t *testing.T, e *Epoll, want ...Event) {
	t.Helper()
	var out [8]Event
	n := e.Wait(out[:])
	if n != len(want) {
		t.Errorf("%d events, want %d: %+v", n, len(want), out[:n])
		return
	}
	for i := range want {
		if out[i] != want[i] {
			t.Errorf("event %d is %+v, want %+v", i, out[i], want[i])
		}
	}
	if readable := e.Poll() == fs.EventIn; readable != (n > 0 && e.Wait(out[:]) > 0) {
		t.Errorf("Poll says %v", readable)
	}
}

func TestLevelTriggered(t *testing.T) {
	e, in := New(), Event{fs.EventIn, 7}
	d, k := newDevice()
	if errno := e.Add(k, Event{fs.EventIn, 7}); errno != 0 {
		t.Fatal(errno)
	}
	waitFor(t, e)
	d.set(fs.EventOut)
	waitFor(t, e)
	d.set(fs.EventIn)
	waitFor(t, e, in)
	waitFor(t, e, in)
	d.set(0)
	waitFor(t, e)
	d.set(fs.EventHup) // always told
	waitFor(t, e, Event{fs.EventHup, 7})
}

func TestEdgeTriggered(t *testing.T) {
	e := New()
	d, k := newDevice()
	d.set(fs.EventIn) // before it is added: that counts too
	in := Event{fs.EventIn, 1}
	if errno := e.Add(k, Event{fs.EventIn | EdgeTriggered, 1}); errno != 0 {
		t.Fatal(errno)
	}
	waitFor(t, e, in)
	waitFor(t, e)
	d.set(fs.EventIn)
	waitFor(t, e, in)
	waitFor(t, e)
	if errno := e.Modify(k, Event{fs.EventIn | EdgeTriggered, 2}); errno != 0 {
		t.Fatal(errno)
	}
	waitFor(t, e, Event{fs.EventIn, 2})
	waitFor(t, e)
}

func TestOneShot(t *testing.T) {
	e := New()
	d, k := newDevice()
	e.Add(k, Event{fs.EventIn | OneShot, 1})
	d.set(fs.EventIn)
	waitFor(t, e, Event{fs.EventIn, 1})
	d.set(fs.EventIn | fs.EventErr)
	waitFor(t, e)
	e.Modify(k, Event{fs.EventIn | OneShot, 1})
	waitFor(t, e, Event{fs.EventIn | fs.EventErr, 1})
	waitFor(t, e)
}

// More files are ready than fit: all get their turn.
func TestTurns(t *testing.T) {
	e := New()
	for i := range 5 {
		d, k := newDevice()
		d.set(fs.EventIn)
		e.Add(k, Event{fs.EventIn, uint64(i)})
	}
	seen := map[uint64]int{}
	for range 5 {
		var out [2]Event
		for i := range e.Wait(out[:]) {
			seen[out[i].Data]++
		}
	}
	for i := range uint64(5) {
		if seen[i] != 2 {
			t.Errorf("file %d had %d turns of 10", i, seen[i])
		}
	}
}

func TestErrors(t *testing.T) {
	e := New()
	_, k := newDevice()
	plain := Key{File: fs.NewFile(fs.Path{}, &fs.BytesFile{}, 0)}
	for _, c := range []struct {
		what string
		got  linux.Errno
		want linux.Errno
	}{
		{"a file that is always ready", e.Add(plain, Event{}), linux.EPERM},
		{"modify what is not there", e.Modify(k, Event{}), linux.ENOENT},
		{"delete what is not there", e.Delete(k), linux.ENOENT},
		{"add", e.Add(k, Event{fs.EventIn | Exclusive, 0}), 0},
		{"add again", e.Add(k, Event{}), linux.EEXIST},
		{"the same file by another descriptor", e.Add(Key{k.File, 4}, Event{}), 0},
		{"modify an exclusive one", e.Modify(k, Event{}), linux.EINVAL},
		{"delete", e.Delete(k), 0},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", c.what, c.got, c.want)
		}
	}
}

func epollKey(e *Epoll) Key { return Key{File: fs.NewFile(fs.Path{}, e, linux.O_RDWR), FD: 9} }

func TestNested(t *testing.T) {
	inner, outer := New(), New()
	d, k := newDevice()
	inner.Add(k, Event{fs.EventIn, 1})
	if errno := outer.Add(epollKey(inner), Event{fs.EventIn, 2}); errno != 0 {
		t.Fatal(errno)
	}
	waitFor(t, outer)
	d.set(fs.EventIn)
	waitFor(t, outer, Event{fs.EventIn, 2})
	waitFor(t, inner, Event{fs.EventIn, 1})
	if errno := inner.Add(epollKey(outer), Event{fs.EventIn, 0}); errno != linux.ELOOP {
		t.Errorf("a circle: %v", errno)
	}
	if errno := outer.Add(epollKey(outer), Event{}); errno != linux.ELOOP {
		t.Errorf("itself: %v", errno)
	}
}

// Chains are bounded from whichever end they grow.
func TestNestingDepth(t *testing.T) {
	for _, grow := range []string{"from the top", "from the bottom"} {
		end := New()
		var links int
		for ; links < 20; links++ {
			next := New()
			above, below := end, next
			if grow == "from the bottom" {
				above, below = next, end
			}
			if errno := above.Add(epollKey(below), Event{fs.EventIn, 0}); errno != 0 {
				if errno != linux.ELOOP {
					t.Errorf("%s: %v", grow, errno)
				}
				break
			}
			end = next
		}
		if links != maxDepth {
			t.Errorf("%s: %d links", grow, links)
		}
	}
	wide := New()
	for i := 0; ; i++ {
		if errno := wide.Add(epollKey(New()), Event{}); errno != 0 {
			if errno != linux.EINVAL || i != maxWidth {
				t.Errorf("%d Epolls in one: %v", i, errno)
			}
			break
		}
	}
}

// A file that is closed leaves by itself, and so may be watched anew when its memory is used again.
func TestClosedFileLeaves(t *testing.T) {
	e := New()
	d, k := newDevice()
	e.Add(k, Event{fs.EventIn, 1})
	inner := epollKey(New())
	e.Add(inner, Event{fs.EventIn, 2})
	d.set(fs.EventIn)
	k.File.Unref(nil)
	inner.File.Unref(nil)
	waitFor(t, e)
	if len(e.items) != 0 || len(e.inner) != 0 {
		t.Errorf("%d items, %d nested", len(e.items), len(e.inner))
	}
}

// Many goroutines at once: no deadlock, no lost event.
func TestConcurrency(t *testing.T) {
	e, outer := New(), New()
	outer.Add(epollKey(e), Event{fs.EventIn, 0})
	_, w, errno := pipe.New(pipe.NewLimits(), 0)
	if errno != 0 {
		t.Fatal(errno)
	}
	var wg sync.WaitGroup
	stop := time.Now().Add(100 * time.Millisecond)
	for i := range 4 {
		d, k := newDevice()
		wg.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(i)))
			for time.Now().Before(stop) {
				switch random.IntN(5) {
				case 0:
					e.Add(k, Event{fs.EventIn | EdgeTriggered, uint64(i)})
				case 1:
					e.Delete(k)
				case 2:
					d.set(fs.EventIn)
				case 3:
					var out [2]Event
					outer.Wait(out[:])
					e.Wait(out[:])
				case 4:
					e.Modify(k, Event{fs.EventIn, uint64(i)})
				}
			}
			e.Delete(k)
			k.File.Unref(nil)
		})
	}
	wg.Wait()
	k := Key{File: fs.NewFile(fs.Path{}, w, linux.O_WRONLY), FD: 1}
	e.Add(k, Event{fs.EventOut, 5})
	waitFor(t, e, Event{fs.EventOut, 5})
}
