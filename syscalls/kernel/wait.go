package kernel

import (
	"runtime"
	"time"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// NoDeadline is the deadline of a wait that only an event ends.
const NoDeadline int64 = -1

// Wake ends the task's current or next Block. Any goroutine may call it.
func (t *Task) Wake() {
	if t.turn != nil {
		t.turn.Wake()
		return
	}
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// Block waits until Wake is called, a signal can be delivered, or the monotonic clock reaches the deadline. It returns 0,
// ERESTARTSYS or ETIMEDOUT. Wake-ups can be spurious: callers look again at what they wait for.
func (t *Task) Block(deadline int64) linux.Errno {
	if t.Interrupted() {
		return linux.ERESTARTSYS
	}
	if deadline != NoDeadline {
		if deadline <= t.Kernel.Clock.Monotonic() {
			return linux.ETIMEDOUT
		}
		timer := t.Kernel.Clock.At(deadline, t.Wake)
		defer timer.Stop()
	}
	t.sleep()
	if t.Interrupted() {
		return linux.ERESTARTSYS
	}
	return 0
}

// sleep gives up the processor until Wake; the time does not count as the task's.
func (t *Task) sleep() {
	t.rest()
	t.blocked.Store(true)
	t.sleeps.Add(1)
	t.pause()
	t.blocked.Store(false)
	t.resume()
}

// pause waits for Wake, whatever it came for.
func (t *Task) pause() {
	if t.turn != nil {
		t.turn.Park()
		return
	}
	<-t.wake
}

// Yield lets other tasks run first (sched_yield(2)).
func (t *Task) Yield() {
	if t.turn != nil {
		t.turn.Yield()
		return
	}
	runtime.Gosched()
}

// BlockOn waits on a queue until ready reports true; it returns 0 then, or as Block. ready runs at least once, after the
// task has been put on the queue, so that no event is missed. What is ready wins over a signal or a time-out that has
// come meanwhile (___wait_event): wait(2) finds that a child has vanished before it sees the SIGCHLD of its end.
func (t *Task) BlockOn(q *fs.Queue, events fs.Events, deadline int64, ready func() bool) linux.Errno {
	w := fs.Waiter{Interest: events, Notify: func(fs.Events) { t.Wake() }}
	q.Add(&w)
	defer q.Remove(&w)
	for !ready() {
		if errno := t.Block(deadline); errno != 0 {
			if ready() {
				return 0
			}
			return errno
		}
	}
	return 0
}

// Sleep waits until the monotonic clock reaches the deadline: 0, or ERESTARTSYS when a signal came before.
func (t *Task) Sleep(deadline int64) linux.Errno {
	for {
		switch errno := t.Block(deadline); errno {
		case 0: // spurious
		case linux.ETIMEDOUT:
			return 0
		default:
			return errno
		}
	}
}

// Retry does a file operation, and where it answers EAGAIN waits for the events and does it again, unless the file is
// non-blocking. Reads and writes of every kind of file go through it.
func (t *Task) Retry(f *fs.File, events fs.Events, op func() (int, linux.Errno)) (int, linux.Errno) {
	n, errno := op()
	if errno != linux.EAGAIN || f.Flags()&linux.O_NONBLOCK != 0 {
		return n, errno
	}
	again := func() (errno linux.Errno) {
		n, errno = op()
		return errno
	}
	if r, ok := f.Ops.(fs.ReadTimer); ok && events == fs.EventIn {
		errno = t.waitUntil(f, r.ReadTimeout(), again)
	} else {
		errno = t.WaitFor(f, events, again)
	}
	if errno != 0 {
		n = 0
	}
	return n, errno
}

// waitUntil repeats a read until it does not answer EAGAIN, or its time is up, if that is not 0: it has read nothing then.
func (t *Task) waitUntil(f *fs.File, timeout time.Duration, read func() linux.Errno) (errno linux.Errno) {
	deadline := NoDeadline
	if timeout > 0 {
		deadline = t.after(timeout)
	}
	blocked := t.BlockOn(f.Ops.Queue(), fs.EventIn, deadline, func() bool {
		errno = read()
		return errno != linux.EAGAIN
	})
	switch blocked {
	case 0:
		return errno
	case linux.ETIMEDOUT:
		return 0
	}
	return blocked
}
