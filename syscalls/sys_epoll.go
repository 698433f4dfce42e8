package syscalls

import (
	"slices"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/epoll"
	"muslrun/syscalls/kernel"
)

// epollCreate1 implements Linux system call epoll_create1(2). EPOLL_CLOEXEC is O_CLOEXEC by another name.
func epollCreate1(t *kernel.Task, flags args.OpenFlags) (result, linux.Errno) {
	if flags&^linux.EPOLL_CLOEXEC != 0 {
		return 0, linux.EINVAL
	}
	f, errno := t.Kernel.AnonFS.File("[eventpoll]", epoll.New(), linux.O_RDWR)
	if errno != 0 {
		return 0, errno
	}
	return install(t, f, flags != 0)
}

// epollCreate implements Linux system call epoll_create(2): the size has to be positive, and that is all.
func epollCreate(t *kernel.Task, size args.Int) (result, linux.Errno) {
	if size <= 0 {
		return 0, linux.EINVAL
	}
	return epollCreate1(t, 0)
}

type (
	epollIn  = args.In[linux.EpollEvent, args.EpollLayout]
	epollOut = args.Out[linux.EpollEvent, args.EpollLayout]
)

// epollCtl implements Linux system call epoll_ctl(2).
func epollCtl(t *kernel.Task, epfd args.FD, op args.EpollOp, fd args.FD, in epollIn) (result, linux.Errno) {
	var ev linux.EpollEvent
	if op != linux.EPOLL_CTL_DEL {
		if errno := in.Get(t, &ev); errno != 0 {
			return 0, errno
		}
	}
	return withFile(t, epfd, func(f *fs.File) (result, linux.Errno) {
		return withFile(t, fd, func(target *fs.File) (result, linux.Errno) {
			if target.IsPath() {
				return 0, linux.EBADF
			}
			if target.Queue() == nil {
				return 0, linux.EPERM
			}
			ep, ok := f.Ops.(*epoll.Epoll)
			if !ok || f == target {
				return 0, linux.EINVAL
			}
			want := epoll.Event{Events: fs.Events(ev.Events), Data: ev.Data}
			return 0, epollChange(ep, op, epoll.Key{File: target, FD: int32(fd)}, want)
		})
	})
}

func epollChange(ep *epoll.Epoll, op args.EpollOp, k epoll.Key, ev epoll.Event) linux.Errno {
	if op != linux.EPOLL_CTL_DEL && !mayBeExclusive(op, k, ev.Events) {
		return linux.EINVAL
	}
	switch op {
	case linux.EPOLL_CTL_ADD:
		return ep.Add(k, ev)
	case linux.EPOLL_CTL_MOD:
		return ep.Modify(k, ev)
	case linux.EPOLL_CTL_DEL:
		return ep.Delete(k)
	}
	return linux.EINVAL
}

// mayBeExclusive checks what goes together with EPOLLEXCLUSIVE: only a new interest, in nothing else than these, and not in
// another epoll.
func mayBeExclusive(op args.EpollOp, k epoll.Key, events fs.Events) bool {
	const allowed = linux.EPOLLIN | linux.EPOLLOUT | linux.EPOLLERR | linux.EPOLLHUP | linux.EPOLLWAKEUP | linux.EPOLLET |
		linux.EPOLLEXCLUSIVE
	if events&epoll.Exclusive == 0 {
		return true
	}
	_, nested := k.File.Ops.(*epoll.Epoll)
	return op == linux.EPOLL_CTL_ADD && !nested && events&^allowed == 0
}

// maxEpollEvents bounds one wait: more are not asked for by anybody who has not made an error (EP_MAX_EVENTS).
const maxEpollEvents = 1<<31/16 - 1

func epollUntil(t *kernel.Task, epfd args.FD, out epollOut, count args.Int, end int64) (result, linux.Errno) {
	if count <= 0 || count > maxEpollEvents {
		return 0, linux.EINVAL
	}
	return withFile(t, epfd, func(f *fs.File) (result, linux.Errno) {
		ep, ok := f.Ops.(*epoll.Epoll)
		if !ok {
			return 0, linux.EINVAL
		}
		var events []epoll.Event
		ready := func() bool {
			room := min(int(count), ep.Interests())
			events = slices.Grow(events[:0], room)[:room]
			events = events[:ep.Wait(events)]
			return len(events) > 0
		}
		if !ready() && end != 0 {
			errno := t.BlockOn(ep.Queue(), fs.EventIn, end, ready)
			if errno != 0 && errno != linux.ETIMEDOUT {
				return 0, linux.EINTR // never restarted
			}
		}
		return putEvents(t, out, events)
	})
}

func putEvents(t *kernel.Task, out epollOut, events []epoll.Event) (result, linux.Errno) {
	for i, ev := range events {
		if errno := out.PutAt(t, i, &linux.EpollEvent{Events: uint32(ev.Events), Data: ev.Data}); errno != 0 {
			return 0, errno
		}
	}
	return result(len(events)), 0
}

// epollWait implements Linux system call epoll_wait(2).
func epollWait(t *kernel.Task, epfd args.FD, out epollOut, count, ms args.Int) (result, linux.Errno) {
	return epollUntil(t, epfd, out, count, endAfterMillis(t, int64(ms)))
}

// epollPwait implements Linux system call epoll_pwait(2).
func epollPwait(t *kernel.Task, epfd args.FD, out epollOut, count, ms args.Int, set args.InSigSet, size args.Size) (
	result, linux.Errno) {
	return withMask(t, set, size, func() (result, linux.Errno) { return epollWait(t, epfd, out, count, ms) })
}

// epollPwait2 implements Linux system call epoll_pwait2(2), whose time is 64-bit on every ABI.
func epollPwait2(t *kernel.Task, epfd args.FD, out epollOut, count args.Int,
	timeout args.In[linux.Timespec, args.Timespec64Layout], set args.InSigSet, size args.Size) (result, linux.Errno) {
	end, errno := endAfter(t, timeout)
	if errno != 0 {
		return 0, errno
	}
	return withMask(t, set, size, func() (result, linux.Errno) { return epollUntil(t, epfd, out, count, end) })
}
