package fs

import "muslrun/arch/linux"

// IOEvent is what has happened to a file, as the signal of F_SETSIG tells it (si_code, si_band and si_fd of sigaction(2)).
type IOEvent struct {
	Code int32 // linux.POLL_IN and so on
	Band int64
	FD   int32
}

// ioEvents are the events that an owner is told of, each with what it is called (kernel/signal.c, fs/fcntl.c: band_table).
var ioEvents = []struct {
	events Events
	code   int32
	band   int64
}{
	{EventIn, linux.POLL_IN, linux.POLLIN | linux.POLLRDNORM},
	{EventOut, linux.POLL_OUT, linux.POLLOUT | linux.POLLWRNORM | linux.POLLWRBAND},
	{EventPri, linux.POLL_PRI, linux.POLLPRI | linux.POLLRDBAND},
	{EventHup | EventRdHup, linux.POLL_HUP, linux.POLLHUP | linux.POLLERR},
	{EventErr, linux.POLL_ERR, linux.POLLERR},
}

// CanSignal reports whether the file tells its owner of events (O_ASYNC): pipes, sockets and terminals do.
func (f *File) CanSignal() bool {
	if f.Ops == nil {
		return false
	}
	st, errno := f.Stat()
	if errno != 0 {
		return false
	}
	switch st.Mode & linux.S_IFMT {
	case linux.S_IFIFO, linux.S_IFSOCK, linux.S_IFCHR:
		return f.Ops.Queue() != nil
	}
	return false
}

// SetAsync begins or ends telling the owner of events, as the flag O_ASYNC says. fd is the descriptor by which it was asked
// for.
func (f *File) SetAsync(on bool, fd int32) {
	f.asyncMu.Lock()
	defer f.asyncMu.Unlock()
	if f.async != nil {
		f.Ops.Queue().Remove(f.async)
		f.async = nil
	}
	if !on {
		return
	}
	st, _ := f.Stat()
	pipe := st.Mode&linux.S_IFMT == linux.S_IFIFO
	f.async = &Waiter{Interest: f.asyncInterest(), Notify: func(e Events) { f.tellEvents(asyncEvents(e, pipe), fd) }}
	f.Ops.Queue().Add(f.async)
}

// asyncInterest is what the description's side of a file hears of.
func (f *File) asyncInterest() (interest Events) {
	if f.Readable() {
		interest |= EventIn | EventPri | EventRdHup
	}
	if f.Writable() {
		interest |= EventOut
	}
	return interest
}

// asyncEvents are the events as owners hear of them: the end of a pipe's other side makes it readable or writable.
func asyncEvents(e Events, pipe bool) Events {
	if !pipe {
		return e
	}
	out := e & (EventIn | EventOut)
	if e&EventHup != 0 {
		out |= EventIn
	}
	if e&EventErr != 0 {
		out |= EventOut
	}
	return out
}

func (f *File) tellEvents(e Events, fd int32) {
	e &= f.asyncInterest() | EventHup | EventErr
	o := f.owner.Load()
	if o == nil || o.ID == 0 || o.Tell == nil {
		return
	}
	for _, known := range ioEvents {
		switch {
		case e&known.events == 0:
		case o.Signal == 0:
			o.Tell(linux.SIGIO, nil)
		default:
			o.Tell(linux.Signal(o.Signal), &IOEvent{Code: known.code, Band: known.band, FD: fd})
		}
	}
}

// endAsync ends what SetAsync has begun, when the description goes.
func (f *File) endAsync() {
	f.asyncMu.Lock()
	defer f.asyncMu.Unlock()
	if f.async != nil {
		f.Ops.Queue().Remove(f.async)
		f.async = nil
	}
}
