package pipe

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// pair is a pipe of ours and one of the host that get the same calls.
type pair struct {
	t    *testing.T
	r, w *End
	host [2]int
	next byte
}

func newPair(t *testing.T, packet bool) *pair {
	t.Helper()
	flags := uint32(linux.O_NONBLOCK)
	if packet {
		flags |= linux.O_DIRECT
	}
	r, w, errno := New(NewLimits(), flags)
	if errno != 0 {
		t.Fatal(errno)
	}
	p := &pair{t: t, r: r, w: w}
	if err := unix.Pipe2(p.host[:], int(flags)|unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(p.host[0]); unix.Close(p.host[1]) })
	return p
}

func hostErrno(n int, err error) (int, linux.Errno) {
	if err != nil {
		return 0, linux.Errno(err.(unix.Errno))
	}
	return n, 0
}

func (p *pair) write(n int) string {
	data := make([]byte, n)
	for i := range data {
		p.next++
		data[i] = p.next
	}
	got, errno := p.w.WriteAt(nil, [][]byte{data[:n/3], nil, data[n/3:]}, 0)
	want, wantErrno := hostErrno(unix.Write(p.host[1], data))
	return p.compare(fmt.Sprintf("write %d", n), got, want, errno, wantErrno)
}

func (p *pair) read(n int) string {
	ours, theirs := make([]byte, n), make([]byte, n)
	got, errno := p.r.ReadAt(nil, [][]byte{ours[:n/2], ours[n/2:]}, 0)
	want, wantErrno := hostErrno(unix.Read(p.host[0], theirs))
	if !bytes.Equal(ours, theirs) {
		p.t.Fatalf("read %d: other bytes than the host's", n)
	}
	return p.compare(fmt.Sprintf("read %d", n), got, want, errno, wantErrno)
}

func (p *pair) resize(n int) string {
	got, errno := p.w.Pipe().SetSize(uint32(n), true)
	want, wantErrno := hostErrno(unix.FcntlInt(uintptr(p.host[1]), unix.F_SETPIPE_SZ, n))
	return p.compare(fmt.Sprintf("resize %d", n), got, want, errno, wantErrno)
}

func (p *pair) compare(what string, got, want int, errno, wantErrno linux.Errno) string {
	p.t.Helper()
	if got != want || errno != wantErrno {
		p.t.Fatalf("%s: got %d %v, host %d %v", what, got, errno, want, wantErrno)
	}
	p.state(what)
	return what
}

// state compares what poll(2), FIONREAD and F_GETPIPE_SZ say.
func (p *pair) state(after string) {
	p.t.Helper()
	fds := []unix.PollFd{
		{Fd: int32(p.host[0]), Events: unix.POLLIN | unix.POLLOUT},
		{Fd: int32(p.host[1]), Events: unix.POLLIN | unix.POLLOUT},
	}
	if _, err := unix.Poll(fds, 0); err != nil {
		p.t.Fatal(err)
	}
	if got, want := p.r.Poll(), fs.Events(fds[0].Revents); p.host[0] >= 0 && got != want {
		p.t.Fatalf("after %s: reader polls %#x, host %#x", after, got, want)
	}
	if got, want := p.w.Poll(), fs.Events(fds[1].Revents); p.host[1] >= 0 && got != want {
		p.t.Fatalf("after %s: writer polls %#x, host %#x", after, got, want)
	}
	open := max(p.host[0], p.host[1])
	if open < 0 {
		return
	}
	if got, _ := p.r.Readable(); got != ioctlInt(p.t, open) {
		p.t.Fatalf("after %s: FIONREAD %d, host %d", after, got, ioctlInt(p.t, open))
	}
	if want, _ := unix.FcntlInt(uintptr(open), unix.F_GETPIPE_SZ, 0); p.r.Pipe().Size() != want {
		p.t.Fatalf("after %s: size %d, host %d", after, p.r.Pipe().Size(), want)
	}
}

func ioctlInt(t *testing.T, fd int) int {
	n, err := unix.IoctlGetInt(fd, unix.TIOCINQ)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (p *pair) close(end int) {
	unix.Close(p.host[end])
	p.host[end] = -1
	[]*End{p.r, p.w}[end].Release(nil)
	p.state("close")
}

// TestLikeHost runs random calls on a pipe of ours and on one of the host.
func TestLikeHost(t *testing.T) {
	sizes := []int{0, 1, 10, 1000, 3000, 4095, 4096, 4097, 5000, 9000, 65535, 65536, 70000, 200000}
	for seed := range uint64(16) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 1))
			p := newPair(t, seed%4 == 3)
			for range 150 {
				n := sizes[rnd.IntN(len(sizes))]
				switch rnd.IntN(9) {
				case 0:
					p.resize(n)
				case 1, 2, 3, 4:
					p.read(n)
				default:
					p.write(n)
				}
			}
		})
	}
}

func TestEndOfFileLikeHost(t *testing.T) {
	p := newPair(t, false)
	p.write(100)
	p.close(1)
	p.read(60)
	p.read(60)
	p.read(60)
}

func TestBrokenPipeLikeHost(t *testing.T) {
	p := newPair(t, false)
	p.write(100)
	p.close(0)
	p.write(100)
	p.write(0)
}

func TestSizesLikeHost(t *testing.T) {
	p := newPair(t, false)
	for _, n := range []int{0, 1, 4096, 4097, 8193, 1 << 20} {
		p.resize(n)
	}
	if _, errno := p.w.Pipe().SetSize(1<<31+1, true); errno != linux.EINVAL {
		t.Errorf("past 2 GiB: %v", errno)
	}
}
