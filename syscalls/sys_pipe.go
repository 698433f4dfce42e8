package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// newPipe makes a pipe and gives its ends descriptors. If one of them cannot have one, there is neither.
func newPipe(t *kernel.Task, flags args.OpenFlags) (r, w result, errno linux.Errno) {
	if flags&^(linux.O_CLOEXEC|linux.O_NONBLOCK|linux.O_DIRECT) != 0 {
		return 0, 0, linux.EINVAL
	}
	in, out, errno := t.Kernel.Anonymous.Pipe(&t.Caller, uint32(flags&^linux.O_CLOEXEC))
	if errno != 0 {
		return 0, 0, errno
	}
	cloexec := flags&linux.O_CLOEXEC != 0
	if r, errno = install(t, in, cloexec); errno != 0 {
		out.Unref(&t.Caller)
		return 0, 0, errno
	}
	if w, errno = install(t, out, cloexec); errno != 0 {
		closeBoth(t, r)
	}
	return r, w, errno
}

func closeBoth(t *kernel.Task, fds ...result) {
	for _, fd := range fds {
		if f := t.Files.Remove(int32(fd)); f != nil {
			t.CloseFile(f)
		}
	}
}

// pipe2 implements Linux system call pipe2(2).
func pipe2(t *kernel.Task, at args.Addr, flags args.OpenFlags) (result, linux.Errno) {
	r, w, errno := newPipe(t, flags)
	if errno != 0 {
		return 0, errno
	}
	if errno = t.Space().SetWord(uint64(at), 4, r); errno == 0 {
		errno = t.Space().SetWord(uint64(at)+4, 4, w)
	}
	if errno != 0 {
		closeBoth(t, r, w)
	}
	return 0, errno
}

// pipe implements Linux system call pipe(2).
func pipe(t *kernel.Task, at args.Addr) (result, linux.Errno) { return pipe2(t, at, 0) }

// pipePair implements Linux system call pipe(2) of mips and sh, whose results are both descriptors.
func pipePair(t *kernel.Task) (result, linux.Errno) {
	r, w, errno := newPipe(t, 0)
	if errno == 0 {
		t.SetResult2(w)
	}
	return r, errno
}

// eventfd2 implements Linux system call eventfd2 (eventfd(2)). Its flags are O_* by another name.
func eventfd2(t *kernel.Task, initial args.UInt, flags args.EventfdFlags) (result, linux.Errno) {
	if flags&^(linux.EFD_SEMAPHORE|linux.EFD_CLOEXEC|linux.EFD_NONBLOCK) != 0 {
		return 0, linux.EINVAL
	}
	f, errno := t.Kernel.Anonymous.Eventfd(&t.Caller, t.ABI.Data.Order, uint32(initial), flags&linux.EFD_SEMAPHORE != 0,
		flags&linux.EFD_NONBLOCK != 0)
	if errno != 0 {
		return 0, errno
	}
	return install(t, f, flags&linux.EFD_CLOEXEC != 0)
}

// eventfd implements Linux system call eventfd(2) without flags.
func eventfd(t *kernel.Task, initial args.UInt) (result, linux.Errno) { return eventfd2(t, initial, 0) }
