package syscalls

import (
	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// What makes a descriptor ready in each of the three sets of select(2).
var selectEvents = [3]fs.Events{
	linux.POLLRDNORM | linux.POLLRDBAND | linux.POLLIN | linux.POLLHUP | linux.POLLERR | linux.POLLNVAL,
	linux.POLLWRNORM | linux.POLLWRBAND | linux.POLLOUT | linux.POLLERR | linux.POLLNVAL,
	linux.POLLPRI | linux.POLLNVAL,
}

// selectCall is a select(2): three sets of descriptors, each an array of longs.
type selectCall struct {
	t      *kernel.Task
	count  int
	sets   [3]args.Addr
	in     [3][]byte // as the guest has them; nil for no set
	set    pollSet
	fds    []int // of the files in set
	wanted [][3]bool
}

// load reads the sets. EINVAL for a negative count, EBADF for a descriptor that is not open.
func (c *selectCall) load(count args.Int) linux.Errno {
	if count < 0 {
		return linux.EINVAL
	}
	c.count = int(min(uint64(count), c.t.Limit(linux.RLIMIT_NOFILE).Max))
	long := c.t.ABI.Data.LongSize
	size := (c.count + long*8 - 1) / (long * 8) * long
	for i, addr := range c.sets {
		if addr == 0 {
			continue
		}
		c.in[i] = make([]byte, size)
		if errno := c.t.Space().Read(uint64(addr), c.in[i]); errno != 0 {
			return errno
		}
	}
	return c.open()
}

// open takes the files of all descriptors that are in a set.
func (c *selectCall) open() linux.Errno {
	for fd := range c.count {
		var wanted [3]bool
		var events fs.Events
		for i := range c.in {
			if c.in[i] != nil && c.bit(c.in[i], fd) {
				wanted[i], events = true, events|selectEvents[i]
			}
		}
		if events == 0 {
			continue
		}
		c.fds, c.wanted = append(c.fds, fd), append(c.wanted, wanted)
		if !c.set.add(c.t, int32(fd), events) {
			return linux.EBADF
		}
	}
	return 0
}

// place is where the bit of a descriptor is: sets are arrays of longs in the guest's byte order.
func (c *selectCall) place(fd int) (index int, bit byte) {
	long := c.t.ABI.Data.LongSize
	within := fd / 8 % long
	if c.t.ABI.Data.Order == layout.Big {
		within = long - 1 - within
	}
	return fd/8/long*long + within, 1 << (fd % 8)
}

func (c *selectCall) bit(set []byte, fd int) bool {
	i, bit := c.place(fd)
	return set[i]&bit != 0
}

// store writes the sets of what is ready and counts it.
func (c *selectCall) store() (n int, errno linux.Errno) {
	for i := range c.in {
		clear(c.in[i])
	}
	for k := range c.set {
		for i := range c.in {
			if c.wanted[k][i] && c.set[k].ready&selectEvents[i] != 0 {
				at, bit := c.place(c.fds[k])
				c.in[i][at] |= bit
				n++
			}
		}
	}
	for i, addr := range c.sets {
		if c.in[i] == nil {
			continue
		}
		if errno := c.t.Space().Write(uint64(addr), c.in[i]); errno != 0 {
			return 0, errno
		}
	}
	return n, 0
}

func selectUntil(t *kernel.Task, count args.Int, in, out, except args.Addr, end int64) (result, linux.Errno) {
	c := &selectCall{t: t, sets: [3]args.Addr{in, out, except}}
	defer func() { c.set.release(t) }()
	if errno := c.load(count); errno != 0 {
		return 0, errno
	}
	if _, errno := c.set.wait(t, 0, end); errno != 0 {
		return 0, errno
	}
	n, errno := c.store()
	return result(n), errno
}

// selectFDs implements Linux system calls select(2) and _newselect.
func selectFDs(t *kernel.Task, count args.Int, in, out, except args.Addr,
	timeout args.InOut[linux.Timeval, args.TimevalLayout]) (result, linux.Errno) {
	end := kernel.NoDeadline
	if timeout.Addr != 0 {
		var tv linux.Timeval
		if errno := timeout.In().Get(t, &tv); errno != 0 {
			return 0, errno
		}
		if tv.Sec < 0 || tv.Usec < 0 {
			return 0, linux.EINVAL
		}
		tv.Sec, tv.Usec = tv.Sec+tv.Usec/1e6, tv.Usec%1e6
		if end = 0; tv != (linux.Timeval{}) {
			end = deadline(t, kernel.Nanoseconds(linux.Timespec{Sec: tv.Sec, Nsec: tv.Usec * 1000}))
		}
	}
	n, errno := selectUntil(t, count, in, out, except, end)
	return n, leftOver(t, errno, end, func(left int64) linux.Errno {
		tv := timeval(left)
		return timeout.Out().Put(t, &tv)
	})
}

// oldSelect implements Linux system call select(2) of old, whose arguments lie in memory, as five longs.
func oldSelect(t *kernel.Task, at args.Addr) (result, linux.Errno) {
	var w [5]uint64
	size := t.ABI.Data.LongSize
	for i := range w {
		v, errno := t.Space().Word(uint64(at)+uint64(i*size), size)
		if errno != 0 {
			return 0, errno
		}
		w[i] = v
	}
	return selectFDs(t, args.Int(w[0]), args.Addr(w[1]), args.Addr(w[2]), args.Addr(w[3]),
		args.InOut[linux.Timeval, args.TimevalLayout]{Addr: w[4]})
}

// pselect6 implements Linux system calls pselect6 (pselect(2)) and pselect6_time64. The last argument points to the address
// and the size of a signal set.
func pselect6[L timespecOf](t *kernel.Task, count args.Int, in, out, except args.Addr,
	timeout args.InOut[linux.Timespec, L], mask args.Addr) (result, linux.Errno) {
	end, errno := endAfter(t, timeout.In())
	if errno != 0 {
		return 0, errno
	}
	set, size, errno := packedMask(t, mask)
	if errno != 0 {
		return 0, errno
	}
	return withMask(t, set, size, func() (result, linux.Errno) {
		n, errno := selectUntil(t, count, in, out, except, end)
		return n, leftOver(t, errno, end, func(left int64) linux.Errno {
			ts := kernel.Timespec(left)
			return timeout.Out().Put(t, &ts)
		})
	})
}

func packedMask(t *kernel.Task, at args.Addr) (args.InSigSet, args.Size, linux.Errno) {
	if at == 0 {
		return args.InSigSet{}, 0, 0
	}
	word := max(t.ABI.Data.LongSize, t.ABI.Data.KernelLong) // x32's call is x86_64's
	set, errno := t.Space().Word(uint64(at), word)
	if errno != 0 {
		return args.InSigSet{}, 0, errno
	}
	size, errno := t.Space().Word(uint64(at)+uint64(word), word)
	return args.InSigSet{Addr: set}, args.Size(size), errno
}
