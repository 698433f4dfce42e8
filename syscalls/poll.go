package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// polled is one file that poll(2) or select(2) looks at; a nil file is never ready.
type polled struct {
	file   *fs.File
	wanted fs.Events
	ready  fs.Events
}

// The bands that poll(2) knows beside EventIn and EventOut. Files report both at once, so none of ours tells them apart.
const (
	readNormal  fs.Events = linux.POLLRDNORM
	writeNormal fs.Events = linux.POLLWRNORM
)

// withBands adds the normal bands to what a file reports.
func withBands(e fs.Events) fs.Events {
	if e&fs.EventIn != 0 {
		e |= readNormal
	}
	if e&fs.EventOut != 0 {
		e |= writeNormal
	}
	return e
}

// interest is what a queue is to tell of for the events that a guest wants.
func interest(wanted fs.Events) fs.Events {
	if wanted&readNormal != 0 {
		wanted |= fs.EventIn
	}
	if wanted&writeNormal != 0 {
		wanted |= fs.EventOut
	}
	return wanted
}

// pollSet is the files of one call. They are referenced until release.
type pollSet []polled

// add takes a descriptor; one that is not open is reported by ok.
func (s *pollSet) add(t *kernel.Task, fd int32, wanted fs.Events) (ok bool) {
	f := t.Files.Get(fd)
	*s = append(*s, polled{file: f, wanted: wanted})
	return f != nil
}

func (s pollSet) release(t *kernel.Task) {
	for i := range s {
		if s[i].file != nil {
			s[i].file.Unref(&t.Caller)
		}
	}
}

// look asks every file and says how many are ready.
func (s pollSet) look(t *kernel.Task) (n int) {
	for i := range s {
		p := &s[i]
		if p.file == nil {
			continue
		}
		p.ready = withBands(p.file.PollAs(&t.Caller)) & (p.wanted | fs.EventErr | fs.EventHup | fs.EventNval)
		if p.ready != 0 {
			n++
		}
	}
	return n
}

// wait waits until a file is ready or the deadline has come. ready counts what is ready without asking. It gives the number of
// ready files, 0 at the deadline, or ERESTARTSYS when a signal came first.
func (s pollSet) wait(t *kernel.Task, ready int, deadline int64) (int, linux.Errno) {
	n := ready + s.look(t)
	if n > 0 || deadline == 0 {
		return n, 0
	}
	waiters := make([]fs.Waiter, len(s))
	for i := range s {
		q := s.queue(i)
		if q == nil {
			continue
		}
		waiters[i] = fs.Waiter{Interest: interest(s[i].wanted), Notify: func(fs.Events) { t.Wake() }}
		q.Add(&waiters[i])
		defer q.Remove(&waiters[i])
	}
	for {
		if n = s.look(t); n > 0 {
			return n, 0
		}
		switch errno := t.Block(deadline); errno {
		case 0:
		case linux.ETIMEDOUT:
			return s.look(t), 0
		default:
			if n = s.look(t); n > 0 {
				return n, 0
			}
			return 0, errno
		}
	}
}

func (s pollSet) queue(i int) *fs.Queue {
	if s[i].file == nil {
		return nil
	}
	return s[i].file.Queue()
}

// withMask runs a call with another signal mask, if one is given. The old mask comes back at once if the call was not
// interrupted; otherwise a signal's handler has to run first.
func withMask(t *kernel.Task, set args.InSigSet, size args.Size, call func() (result, linux.Errno)) (result, linux.Errno) {
	if set.Null() {
		return call()
	}
	if !validSigSetSize(t, size) {
		return 0, linux.EINVAL
	}
	mask, errno := set.Get(t)
	if errno != 0 {
		return 0, errno
	}
	t.SetTemporaryMask(mask)
	value, errno := call()
	if errno != linux.EINTR && errno != linux.ERESTARTNOHAND {
		t.RestoreMask()
	}
	return value, errno
}
