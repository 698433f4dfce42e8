package hosttty

import (
	"fmt"
	"sync"

	"golang.org/x/sys/unix"

	"muslrun/fs"
)

// poller asks the host about descriptors for which somebody waits. Its goroutine lives as long as there is anything to
// ask. A source that was reported is not asked about again until it is armed: by a new waiter, a try that did not
// succeed, or one that did and may be followed by another.
type poller struct {
	wake int // eventfd: makes the goroutine look at the sources again
	// quit is an eventfd that ends all waits of patient streams; -1 if none is patient.
	quit int

	mu      sync.Mutex
	sources []*source
	running bool
	closed  bool
	idle    sync.Cond // running became false
}

// source is one file's part of the poller.
type source struct {
	poller *poller
	queue  *fs.Queue
	in     int // descriptor to ask about EventIn and EventPri, -1 if none
	out    int // descriptor to ask about EventOut

	// Guarded by poller.mu.
	interest fs.Events // of all waiters
	armed    fs.Events
}

func newPoller() (*poller, error) {
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return nil, fmt.Errorf("cannot make an event descriptor for standard input and output: %w", err)
	}
	p := &poller{wake: fd, quit: -1}
	p.idle.L = &p.mu
	return p, nil
}

// add makes a source; its queue starts and stops the polling.
func (p *poller) add(in, out int) *source {
	s := &source{poller: p, in: in, out: out}
	s.queue = fs.NewQueue(s.watch)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sources = append(p.sources, s)
	return s
}

// watch is told what the waiters want.
func (s *source) watch(interest fs.Events) {
	s.poller.mu.Lock()
	defer s.poller.mu.Unlock()
	s.interest = interest
	s.armed = interest
	s.poller.kick()
}

// rearm asks for events once more, if anybody waits for them.
func (s *source) rearm(ev fs.Events) {
	s.poller.mu.Lock()
	defer s.poller.mu.Unlock()
	if add := ev & s.interest &^ s.armed; add != 0 {
		s.armed |= add
		s.poller.kick()
	}
}

// kick makes the goroutine notice a change, with mu held.
func (p *poller) kick() {
	switch {
	case p.closed:
	case p.running:
		_, _ = unix.Write(p.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0})
	case p.wanted():
		p.running = true
		go p.run()
	}
}

func (p *poller) wanted() bool {
	for _, s := range p.sources {
		if s.armed != 0 {
			return true
		}
	}
	return false
}

func (p *poller) run() {
	for {
		asked, fds := p.request()
		if fds == nil {
			return
		}
		if _, err := unix.Poll(fds, -1); err != nil && err != unix.EINTR {
			for i := range fds { // out of memory: let the waiters try
				fds[i].Revents = unix.POLLERR
			}
		}
		p.report(asked, fds)
	}
}

// request lists what to ask the host: the wake descriptor and then two for each armed source. nil ends the goroutine.
func (p *poller) request() (asked []*source, fds []unix.PollFd) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || !p.wanted() {
		p.running = false
		p.idle.Broadcast()
		return nil, nil
	}
	fds = append(fds, unix.PollFd{Fd: int32(p.wake), Events: unix.POLLIN})
	for _, s := range p.sources {
		if s.armed != 0 {
			asked = append(asked, s)
			fds = append(fds, s.pollIn(s.armed), s.pollOut(s.armed))
		}
	}
	return asked, fds
}

// pollIn and pollOut ask about a source. Errors and hang-ups are always reported.
func (s *source) pollIn(ev fs.Events) unix.PollFd {
	return unix.PollFd{Fd: int32(s.in), Events: int16(ev & (fs.EventIn | fs.EventPri | fs.EventRdHup))}
}

func (s *source) pollOut(ev fs.Events) unix.PollFd {
	return unix.PollFd{Fd: int32(s.out), Events: int16(ev & fs.EventOut)}
}

// report disarms what has happened and tells the waiters.
func (p *poller) report(asked []*source, fds []unix.PollFd) {
	if fds[0].Revents != 0 {
		var b [8]byte
		_, _ = unix.Read(p.wake, b[:])
	}
	for i, s := range asked {
		got := fs.Events(fds[1+2*i].Revents | fds[2+2*i].Revents)
		if got == 0 {
			continue
		}
		p.mu.Lock()
		if got&(fs.EventErr|fs.EventHup|fs.EventNval) != 0 {
			s.armed = 0
		}
		s.armed &^= got
		p.mu.Unlock()
		s.queue.Notify(got)
	}
}

// close ends the goroutine and waits for its end. Nobody is notified any more.
func (p *poller) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	if p.running {
		_, _ = unix.Write(p.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0})
	}
	p.closed = true
	for p.running {
		p.idle.Wait()
	}
	unix.Close(p.wake)
	if p.quit >= 0 {
		unix.Close(p.quit)
	}
}

// now asks the host without waiting.
func (s *source) now(want fs.Events) fs.Events {
	fds := []unix.PollFd{s.pollIn(want), s.pollOut(want)}
	for {
		if _, err := unix.Poll(fds, 0); err != unix.EINTR {
			return fs.Events(fds[0].Revents | fds[1].Revents)
		}
	}
}
