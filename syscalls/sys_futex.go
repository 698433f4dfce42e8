package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/syscalls/args"
	"muslrun/syscalls/futex"
	"muslrun/syscalls/kernel"
)

// futexCall is one futex(2), decoded.
type futexCall struct {
	t        *kernel.Task
	op       args.Int // without flags
	private  bool
	addr     uint64
	val      uint32
	val2     uint32 // the fourth argument where it is a number
	addr2    uint64
	val3     uint32
	deadline int64 // monotonic
	relative bool
	restart  func() (uint64, linux.Errno)
}

// futexOps are the operations by number.
var futexOps = [...]func(*futexCall) (result, linux.Errno){
	linux.FUTEX_WAIT:        func(c *futexCall) (result, linux.Errno) { return c.wait(futex.Any) },
	linux.FUTEX_WAKE:        func(c *futexCall) (result, linux.Errno) { return c.wake(futex.Any) },
	linux.FUTEX_REQUEUE:     func(c *futexCall) (result, linux.Errno) { return c.requeue(false) },
	linux.FUTEX_CMP_REQUEUE: func(c *futexCall) (result, linux.Errno) { return c.requeue(true) },
	linux.FUTEX_WAKE_OP:     (*futexCall).wakeOp,
	linux.FUTEX_LOCK_PI:     func(c *futexCall) (result, linux.Errno) { return c.lockPI(true) },
	linux.FUTEX_LOCK_PI2:    func(c *futexCall) (result, linux.Errno) { return c.lockPI(true) },
	linux.FUTEX_TRYLOCK_PI:  func(c *futexCall) (result, linux.Errno) { return c.lockPI(false) },
	linux.FUTEX_UNLOCK_PI:   (*futexCall).unlockPI,
	linux.FUTEX_WAIT_BITSET: func(c *futexCall) (result, linux.Errno) { return c.wait(c.val3) },
	linux.FUTEX_WAKE_BITSET: func(c *futexCall) (result, linux.Errno) { return c.wake(c.val3) },
}

// futexTimed says which operations take a time in the fourth argument.
const futexTimed = 1<<linux.FUTEX_WAIT | 1<<linux.FUTEX_LOCK_PI | 1<<linux.FUTEX_LOCK_PI2 | 1<<linux.FUTEX_WAIT_BITSET

// futexSys implements Linux system calls futex(2) and futex_time64.
func futexSys[L timespecOf](t *kernel.Task, addr args.Addr, op args.Int, val args.UInt, time args.In[linux.Timespec, L],
	addr2 args.Addr, val3 args.UInt) (result, linux.Errno) {
	c := &futexCall{
		t: t, op: op &^ (linux.FUTEX_PRIVATE_FLAG | linux.FUTEX_CLOCK_REALTIME), private: op&linux.FUTEX_PRIVATE_FLAG != 0, addr: uint64(addr),
		val: uint32(val), val2: uint32(time.Addr), addr2: uint64(addr2), val3: uint32(val3), deadline: kernel.NoDeadline,
	}
	if int(c.op) >= len(futexOps) || c.op < 0 || futexOps[c.op] == nil {
		return 0, linux.ENOSYS
	}
	if 1<<c.op&futexTimed != 0 && !time.Null() {
		var ts linux.Timespec
		if errno := time.Get(t, &ts); errno != 0 {
			return 0, errno
		}
		if !validTime(&ts) {
			return 0, linux.EINVAL
		}
		c.setDeadline(kernel.Nanoseconds(ts), op&linux.FUTEX_CLOCK_REALTIME != 0)
	}
	return futexOps[c.op](c)
}

// setDeadline turns a time into a monotonic deadline: FUTEX_WAIT's is a span, LOCK_PI's is wall-clock time.
func (c *futexCall) setDeadline(ns int64, realtime bool) {
	clock := c.t.Kernel.Clock
	switch {
	case c.op == linux.FUTEX_WAIT:
		c.deadline, c.relative = deadline(c.t, ns), true
	case realtime || c.op == linux.FUTEX_LOCK_PI:
		c.deadline = deadline(c.t, ns-clock.Realtime())
	default:
		c.deadline = ns
	}
	c.deadline = max(c.deadline, 0)
}

func (c *futexCall) key(addr uint64) (futex.Key, linux.Errno) { return c.t.FutexKey(addr, c.private) }

func (c *futexCall) word(addr uint64) kernel.FutexWord {
	return kernel.FutexWord{Memory: c.t.Memory, Addr: addr}
}

// expect is a check that a word still has the value that the caller saw: EAGAIN if not.
func (c *futexCall) expect(val uint32) func() linux.Errno {
	return func() linux.Errno {
		v, errno := c.word(c.addr).Load()
		if errno == 0 && v != val {
			return linux.EAGAIN
		}
		return errno
	}
}

func (c *futexCall) wait(bits uint32) (result, linux.Errno) {
	if bits == 0 {
		return 0, linux.EINVAL
	}
	key, errno := c.key(c.addr)
	if errno != 0 {
		return 0, errno
	}
	w := &futex.Waiter{Bits: bits, Wake: c.t.Wake}
	if errno := c.t.Kernel.Futexes.Wait(w, key, c.expect(c.val)); errno != 0 {
		return 0, errno
	}
	errno = c.t.FutexWait(w, c.deadline)
	if errno == linux.ERESTARTSYS && c.relative { // the rest of the span, not all of it again
		c.t.Restart = func() (uint64, linux.Errno) { return c.wait(bits) }
		return 0, linux.ERESTART_RESTARTBLOCK
	}
	return 0, errno
}

func (c *futexCall) wake(bits uint32) (result, linux.Errno) {
	if bits == 0 {
		return 0, linux.EINVAL
	}
	key, errno := c.key(c.addr)
	if errno != 0 {
		return 0, errno
	}
	return result(c.t.Kernel.Futexes.Wake(key, atLeastOne(c.val), bits)), 0
}

// atLeastOne is a number of tasks to wake: Linux wakes one even when asked for none.
func atLeastOne(n uint32) int { return max(int(int32(n)), 1) }

func (c *futexCall) requeue(compare bool) (result, linux.Errno) {
	if int32(c.val) < 0 || int32(c.val2) < 0 {
		return 0, linux.EINVAL
	}
	from, errno := c.key(c.addr)
	if errno != 0 {
		return 0, errno
	}
	to, errno := c.key(c.addr2)
	if errno != 0 {
		return 0, errno
	}
	check := func() linux.Errno { return 0 }
	if compare {
		check = c.expect(c.val3)
	}
	woken, moved, errno := c.t.Kernel.Futexes.Requeue(from, to, int(c.val), int(c.val2), check)
	if !compare {
		moved = 0 // FUTEX_REQUEUE tells only of the woken
	}
	return result(woken + moved), errno
}

// wakeOp implements FUTEX_WAKE_OP: the encoding of val3 is in linux/futex.h.
func (c *futexCall) wakeOp() (result, linux.Errno) {
	k1, errno := c.key(c.addr)
	if errno != 0 {
		return 0, errno
	}
	k2, errno := c.key(c.addr2)
	if errno != 0 {
		return 0, errno
	}
	if len(c.t.Space().View(c.addr2, 4, emu.Write)) < 4 {
		return 0, linux.EFAULT
	}
	n, errno := c.t.Kernel.Futexes.WakeOp(k1, k2, atLeastOne(c.val), atLeastOne(c.val2), c.changeWord)
	return result(n), errno
}

// changeWord applies val3's operation to the second word, and compares its old value.
func (c *futexCall) changeWord() (bool, linux.Errno) {
	op, cmp := c.val3>>28&15, c.val3>>24&15
	operand := uint32(int32(c.val3<<8) >> 20)
	comparand := int32(c.val3<<20) >> 20
	if op&8 != 0 {
		operand = 1 << (operand & 31)
	}
	word := c.word(c.addr2)
	for {
		old, errno := word.Load()
		if errno != 0 {
			return false, errno
		}
		next, ok := futexOperation(op&7, old, operand)
		if !ok || cmp > linux.FUTEX_OP_CMP_GE {
			return false, linux.ENOSYS
		}
		if swapped, errno := word.Swap(old, next); errno != 0 {
			return false, errno
		} else if swapped {
			return futexCompare(cmp, int32(old), comparand), 0
		}
	}
}

func futexOperation(op, old, operand uint32) (uint32, bool) {
	switch op {
	case linux.FUTEX_OP_SET:
		return operand, true
	case linux.FUTEX_OP_ADD:
		return old + operand, true
	case linux.FUTEX_OP_OR:
		return old | operand, true
	case linux.FUTEX_OP_ANDN:
		return old &^ operand, true
	case linux.FUTEX_OP_XOR:
		return old ^ operand, true
	}
	return 0, false
}

func futexCompare(cmp uint32, old, to int32) bool {
	switch cmp {
	case linux.FUTEX_OP_CMP_EQ:
		return old == to
	case linux.FUTEX_OP_CMP_NE:
		return old != to
	case linux.FUTEX_OP_CMP_LT:
		return old < to
	case linux.FUTEX_OP_CMP_LE:
		return old <= to
	case linux.FUTEX_OP_CMP_GT:
		return old > to
	}
	return old >= to
}

func (c *futexCall) lockPI(wait bool) (result, linux.Errno) {
	key, errno := c.key(c.addr)
	if errno != 0 {
		return 0, errno
	}
	w := &futex.Waiter{Bits: futex.Any, Wake: c.t.Wake, PI: &futex.Heir{TID: uint32(c.t.TID)}}
	alive := func(tid uint32) bool { return c.t.Kernel.Task(int(tid)) != nil }
	got, errno := c.t.Kernel.Futexes.Lock(w, key, c.word(c.addr), wait, alive)
	if errno != 0 || got {
		return 0, errno
	}
	errno = c.t.FutexWait(w, c.deadline)
	if errno == linux.ERESTARTSYS {
		errno = linux.ERESTARTNOINTR
	}
	return 0, errno
}

func (c *futexCall) unlockPI() (result, linux.Errno) {
	key, errno := c.key(c.addr)
	if errno != 0 {
		return 0, errno
	}
	return 0, c.t.Kernel.Futexes.Unlock(key, c.word(c.addr), uint32(c.t.TID))
}
