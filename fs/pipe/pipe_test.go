package pipe

import (
	"bytes"
	"path/filepath"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// wait is what the kernel does with EAGAIN: it waits on the queue and tries again.
func wait(q *fs.Queue, interest fs.Events, try func() bool) {
	woken := make(chan struct{}, 1)
	w := &fs.Waiter{Interest: interest, Notify: func(fs.Events) {
		select {
		case woken <- struct{}{}:
		default:
		}
	}}
	q.Add(w)
	defer q.Remove(w)
	for !try() {
		<-woken
	}
}

// TestBlockingTransfer moves data through the pipe as a blocking kernel would, from two writers.
func TestBlockingTransfer(t *testing.T) {
	const total = 1 << 20
	r, w, _ := New(NewLimits(), 0)
	var writers sync.WaitGroup
	for i := range 2 {
		writers.Go(func() { writeAll(w, bytes.Repeat([]byte{byte(i)}, total)) })
	}
	go func() { writers.Wait(); w.Release(nil) }()
	var counts [2]int
	buf := make([]byte, 10000)
	for {
		n := -1
		wait(r.Queue(), fs.EventIn, func() bool {
			got, errno := r.ReadAt(nil, [][]byte{buf}, 0)
			if errno == 0 {
				n = got
			}
			return errno == 0
		})
		if n == 0 {
			break
		}
		counts[1] += bytes.Count(buf[:n], []byte{1})
		counts[0] += bytes.Count(buf[:n], []byte{0})
	}
	if counts != [2]int{total, total} {
		t.Errorf("read %v bytes, want %d of each", counts, total)
	}
}

func writeAll(w *End, data []byte) {
	wait(w.Queue(), fs.EventOut, func() bool {
		n, _ := w.WriteAt(nil, [][]byte{data}, 0)
		data = data[n:]
		return len(data) == 0
	})
}

func TestFIFOOpensLikeHost(t *testing.T) {
	open := func(p *Pipe, path string, mode Mode, flags int) (*End, int, linux.Errno, linux.Errno) {
		e, errno := p.Open(mode, true)
		fd, err := unix.Open(path, flags|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
		_, hostErrno := hostErrno(fd, err)
		return e, fd, errno, hostErrno
	}
	path := filepath.Join(t.TempDir(), "fifo")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	p := NewFIFO(NewLimits())
	_, _, got, want := open(p, path, Write, unix.O_WRONLY)
	if got != want || got != linux.ENXIO {
		t.Fatalf("writer without reader: %v, host %v", got, want)
	}
	r, rfd, got, want := open(p, path, Read, unix.O_RDONLY)
	if got != 0 || want != 0 {
		t.Fatal(got, want)
	}
	both := &pair{t: t, r: r, w: &End{pipe: p, mode: Write}, host: [2]int{rfd, -1}}
	both.state("open for reading")
	both.read(10)
	w, wfd, got, want := open(p, path, Write, unix.O_WRONLY)
	if got != 0 || want != 0 {
		t.Fatal(got, want)
	}
	both.w, both.host[1] = w, wfd
	both.state("open for writing")
	both.write(20)
	both.close(1)
	both.read(30)
	both.close(0)
	if p.limits.Used() != 0 {
		t.Errorf("%d slots held by nobody", p.limits.Used())
	}
}

func TestFIFORendezvous(t *testing.T) {
	p := NewFIFO(NewLimits())
	r, _ := p.Open(Read, false)
	if r.Opened() != linux.EAGAIN {
		t.Fatal("a reader does not wait for a writer")
	}
	opened := make(chan struct{})
	go func() {
		wait(r.Queue(), fs.EventIn, func() bool { return r.Opened() == 0 })
		close(opened)
	}()
	w, errno := p.Open(Write, false)
	if errno != 0 || w.Opened() != 0 {
		t.Fatal("a writer with a reader waits", errno)
	}
	w.Release(nil)
	<-opened // even though the writer is gone
	if both, _ := p.Open(Read|Write, false); both.Opened() != 0 {
		t.Error("O_RDWR waits")
	}
}

// TestFault has the copy fail in the middle: nothing may be lost, published or left locked.
func TestFault(t *testing.T) {
	r, w, _ := New(NewLimits(), 0)
	bad, err := unix.Mmap(-1, 0, 2*PageSize, unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Munmap(bad)
	data := bytes.Repeat([]byte("abcd"), 2000)
	w.WriteAt(nil, [][]byte{data[:100]}, 0)
	mustFault(t, func() { w.WriteAt(nil, [][]byte{data[:5000], bad}, 0) })
	mustFault(t, func() { w.WriteAt(nil, [][]byte{data[:10], bad[:10]}, 0) })
	mustFault(t, func() { r.ReadAt(nil, [][]byte{make([]byte, 50), bad}, 0) })
	got := make([]byte, 200)
	if n, errno := r.ReadAt(nil, [][]byte{got}, 0); n != 100 || errno != 0 || !bytes.Equal(got[:n], data[:n]) {
		t.Errorf("after faults: %d %v", n, errno)
	}
}

func TestAllocatesNothing(t *testing.T) {
	r, w, _ := New(NewLimits(), 0)
	buf := [][]byte{make([]byte, 6000)}
	if n := testing.AllocsPerRun(100, func() {
		w.WriteAt(nil, buf, 0)
		r.ReadAt(nil, buf, 0)
	}); n >= 1 { // the pool may be emptied by a collection
		t.Errorf("%v allocations", n)
	}
}

func TestLimits(t *testing.T) {
	l := &Limits{MaxSlots: 32, SoftSlots: 40, HardSlots: 50}
	pipes := make([]*End, 0, 10)
	sizes := []int{}
	for {
		r, w, errno := New(l, 0)
		if errno != 0 {
			if errno != linux.ENFILE {
				t.Fatal(errno)
			}
			break
		}
		pipes = append(pipes, r, w)
		sizes = append(sizes, r.Pipe().Size()/PageSize)
	}
	if len(sizes) != 11 || sizes[1] != 16 || sizes[2] != 2 {
		t.Errorf("slots of the pipes: %v", sizes)
	}
	if _, errno := pipes[0].Pipe().SetSize(64*PageSize, false); errno != linux.EPERM {
		t.Errorf("past the limits: %v", errno)
	}
	for _, e := range pipes {
		e.Release(nil)
	}
	if l.Used() != 0 {
		t.Errorf("%d slots leak", l.Used())
	}
	r, _, _ := New(l, 0)
	if _, errno := r.Pipe().SetSize(64*PageSize, true); errno != linux.EPERM {
		t.Errorf("past the hard limit: %v", errno)
	}
	if _, errno := r.Pipe().SetSize(32*PageSize, false); errno != 0 {
		t.Errorf("within the limits: %v", errno)
	}
}
