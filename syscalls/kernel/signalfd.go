package kernel

import (
	"fmt"
	"sync/atomic"

	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/fs"
)

// signalfd is a file whose reads take signals of a set (signalfd(2)). Reads, as on Linux, take those of the task that
// reads, whoever made the file.
type signalfd struct {
	fs.UnsupportedFile
	home *Task // made it
	set  atomic.Pointer[linux.SigSet]
}

// OpenSignalfd makes a file that reads the signals of a set. flags may have O_NONBLOCK.
func (t *Task) OpenSignalfd(set linux.SigSet, flags uint32) (*fs.File, linux.Errno) {
	s := &signalfd{home: t}
	s.choose(set)
	return t.Kernel.AnonFS.File("[signalfd]", s, linux.O_RDWR|flags)
}

// SetSignalfd replaces the set of a file; EINVAL if it is no signalfd.
func SetSignalfd(f *fs.File, set linux.SigSet) linux.Errno {
	s, ok := f.Ops.(*signalfd)
	if !ok {
		return linux.EINVAL
	}
	s.choose(set)
	s.Queue().Notify(fs.EventIn)
	return 0
}

func (s *signalfd) choose(set linux.SigSet) {
	set = set.Minus(unblockable)
	s.set.Store(&set)
}

// caller is the task that asks; the one that made the file if it is not known.
func (s *signalfd) caller(c *fs.Caller) *Task {
	if t, ok := c.Task.(*Task); ok {
		return t
	}
	return s.home
}

// ReadAt implements fs.FileOps: as many struct signalfd_siginfo as there are signals and room for. EINVAL if there
// is no room for one.
func (s *signalfd) ReadAt(c *fs.Caller, dst [][]byte, _ int64) (n int, errno linux.Errno) {
	t := s.caller(c)
	codec := t.ABI.Structs.SignalfdSiginfo
	size := codec.Size()
	if fs.Size(dst) < size {
		return 0, linux.EINVAL
	}
	var buf [128]byte
	for n+size <= fs.Size(dst) {
		info, ok := t.TakeSignal(*s.set.Load())
		if !ok {
			break
		}
		clear(buf[:])
		out := t.signalfdInfo(&info)
		codec.Encode(buf[:size], &out)
		fs.CopyOut(fs.Tail(dst, n), buf[:size])
		n += size
	}
	if n == 0 {
		return 0, linux.EAGAIN
	}
	return n, 0
}

// signalfdInfo is a signal as signalfd tells it, in the guest's numbers (signalfd_copyinfo).
func (t *Task) signalfdInfo(in *linux.Siginfo) linux.SignalfdSiginfo {
	codecs, guest := &t.ABI.Structs.Siginfo, t.ABI.GuestSiginfo(in)
	out := linux.SignalfdSiginfo{Signo: uint32(guest.Signo), Errno: guest.Errno, Code: guest.Code}
	value, number := t.sigval(in.Value)
	switch codecs.For(linux.Signal(in.Signo), in.Code) {
	case codecs.Timer:
		out.Tid, out.Overrun, out.Ptr, out.Int = uint32(in.TimerID), uint32(in.Overrun), value, number
	case codecs.Poll:
		out.Band, out.FD = uint32(in.Band), in.FD
	case codecs.Child:
		out.Pid, out.UID, out.Status = uint32(in.Pid), in.UID, guest.Status
		out.Utime, out.Stime = uint64(in.Utime), uint64(in.Stime)
	case codecs.Queue:
		out.Pid, out.UID, out.Ptr, out.Int = uint32(in.Pid), in.UID, value, number
	case codecs.Sys:
		out.CallAddr, out.Syscall, out.Arch = in.CallAddr, in.Syscall, in.Arch
	case codecs.Kill:
		out.Pid, out.UID = uint32(in.Pid), in.UID
	default:
		out.Addr, out.Trapno, out.AddrLsb = in.Addr, uint32(in.Trapno), uint16(in.AddrLsb)
	}
	return out
}

// sigval takes a union sigval apart: the pointer, whose sign is extended, and the int, which is its first four bytes.
func (t *Task) sigval(v uint64) (ptr uint64, number int32) {
	switch {
	case t.ABI.Data.PtrSize == 4:
		return uint64(int64(int32(v))), int32(v)
	case t.ABI.Data.Order == layout.Big:
		return v, int32(v >> 32)
	}
	return v, int32(v)
}

// Poll implements fs.FileOps, for the task that made the file.
func (s *signalfd) Poll() fs.Events { return s.PollAs(&s.home.Caller) }

// PollAs implements fs.CallerPoller.
func (s *signalfd) PollAs(c *fs.Caller) fs.Events {
	if !s.caller(c).Pending().And(*s.set.Load()).Empty() {
		return fs.EventIn
	}
	return 0
}

// Queue implements fs.FileOps, for the process that made the file.
func (s *signalfd) Queue() *fs.Queue { return &s.home.Group.signalled }

// FDInfo gives the line of /proc/PID/fdinfo/FD that is a signalfd's own (proc(5)).
func (s *signalfd) FDInfo() string {
	consts := s.home.ABI.Consts
	set := consts.SigSetToGuest(*s.set.Load())
	if consts.NSig > 65 {
		return fmt.Sprintf("sigmask:\t%016x%016x\n", set[1], set[0])
	}
	return fmt.Sprintf("sigmask:\t%016x\n", set[0])
}
