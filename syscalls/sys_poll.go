package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// pollCall is the array of a poll(2).
type pollCall struct {
	t    *kernel.Task
	addr uint64
	list []linux.Pollfd
	set  pollSet
	bad  int // descriptors that are not open
}

// loadPoll reads the array; EINVAL if it is longer than there may be descriptors.
func loadPoll(t *kernel.Task, fds args.Pollfds) (*pollCall, linux.Errno) {
	if fds.Count > t.Limit(linux.RLIMIT_NOFILE).Cur {
		return nil, linux.EINVAL
	}
	list, errno := fds.Get(t)
	if errno != 0 {
		return nil, errno
	}
	return &pollCall{t: t, addr: fds.Addr, list: list}, 0
}

// run polls until the deadline.
func (c *pollCall) run(deadline int64) (int, linux.Errno) {
	defer func() { c.set.release(c.t) }()
	flags := c.t.ABI.Consts.Poll
	for i := range c.list {
		p := &c.list[i]
		p.Revents = 0
		if p.FD < 0 {
			c.set = append(c.set, polled{})
			continue
		}
		wanted := fs.Events(flags.ToInner(uint64(uint16(p.Events))))
		if !c.set.add(c.t, p.FD, wanted) {
			p.Revents = int16(flags.ToGuest(linux.POLLNVAL))
			c.bad++
		}
	}
	n, errno := c.set.wait(c.t, c.bad, deadline)
	for i := range c.list {
		c.list[i].Revents |= int16(flags.ToGuest(uint64(c.set[i].ready)))
	}
	return n, errno
}

// store writes the events that were found back.
func (c *pollCall) store() linux.Errno {
	out := args.Out[linux.Pollfd, args.PollfdLayout]{Addr: c.addr}
	for i := range c.list {
		if errno := out.PutAt(c.t, i, &c.list[i]); errno != 0 {
			return errno
		}
	}
	return 0
}

func pollUntil(t *kernel.Task, fds args.Pollfds, deadline int64) (result, linux.Errno) {
	c, errno := loadPoll(t, fds)
	if errno != 0 {
		return 0, errno
	}
	n, errno := c.run(deadline)
	if stored := c.store(); stored != 0 {
		return 0, stored
	}
	return result(n), errno
}

// poll implements Linux system call poll(2). A restart goes on to the same end.
func poll(t *kernel.Task, fds args.Pollfds, ms args.Int) (result, linux.Errno) {
	return pollAgain(t, fds, endAfterMillis(t, int64(ms)))
}

func pollAgain(t *kernel.Task, fds args.Pollfds, end int64) (result, linux.Errno) {
	n, errno := pollUntil(t, fds, end)
	if errno != linux.ERESTARTSYS {
		return n, errno
	}
	t.Restart = func() (uint64, linux.Errno) { return pollAgain(t, fds, end) }
	return 0, linux.ERESTART_RESTARTBLOCK
}

// endAfterMillis is the deadline for a time-out in milliseconds: 0 does not wait, a negative one waits for ever.
func endAfterMillis(t *kernel.Task, ms int64) int64 {
	switch {
	case ms < 0:
		return kernel.NoDeadline
	case ms == 0:
		return 0
	}
	return deadline(t, ms*1e6)
}

// ppoll implements Linux system calls ppoll(2) and ppoll_time64.
func ppoll[L timespecOf](t *kernel.Task, fds args.Pollfds, timeout args.InOut[linux.Timespec, L], set args.InSigSet,
	size args.Size) (result, linux.Errno) {
	end, errno := endAfter(t, timeout.In())
	if errno != 0 {
		return 0, errno
	}
	return withMask(t, set, size, func() (result, linux.Errno) {
		n, errno := pollUntil(t, fds, end)
		return n, leftOver(t, errno, end, func(left int64) linux.Errno {
			ts := kernel.Timespec(left)
			return timeout.Out().Put(t, &ts)
		})
	})
}

// endAfter is the deadline for a span in memory: no span waits for ever, one of 0 does not wait.
func endAfter[L timespecOf](t *kernel.Task, span args.In[linux.Timespec, L]) (int64, linux.Errno) {
	if span.Null() {
		return kernel.NoDeadline, 0
	}
	var ts linux.Timespec
	if errno := span.Get(t, &ts); errno != 0 {
		return 0, errno
	}
	if !validTime(&ts) {
		return 0, linux.EINVAL
	}
	if ts == (linux.Timespec{}) {
		return 0, 0
	}
	return deadline(t, kernel.Nanoseconds(ts)), 0
}

// leftOver tells the guest how much of its time-out is left, as Linux does (poll_select_finish in fs/select.c), and gives
// the call's error: one that was interrupted can start again with what is left, but only if that could be told.
func leftOver(t *kernel.Task, errno linux.Errno, end int64, put func(left int64) linux.Errno) linux.Errno {
	if errno == linux.ERESTARTSYS {
		errno = linux.ERESTARTNOHAND
	}
	if end == kernel.NoDeadline || end == 0 || errno != 0 && errno != linux.ERESTARTNOHAND {
		return errno
	}
	sticky := t.Personality&linux.STICKY_TIMEOUTS != 0
	if !sticky && put(max(end-t.Kernel.Clock.Monotonic(), 0)) == 0 {
		return errno
	}
	if errno == linux.ERESTARTNOHAND {
		return linux.EINTR
	}
	return errno
}
