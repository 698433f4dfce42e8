package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// fcntlCall is one fcntl(2).
type fcntlCall struct {
	t    *kernel.Task
	fd   args.FD
	file *fs.File
	cmd  args.FcntlCmd
	arg  uint64
}

// fcntlCommands are the commands that need no struct flock; see lockCommand for the others.
var fcntlCommands = map[args.FcntlCmd]func(c *fcntlCall) (result, linux.Errno){
	linux.F_DUPFD:         func(c *fcntlCall) (result, linux.Errno) { return dupFrom(c.t, c.fd, int32(c.arg), false) },
	linux.F_DUPFD_CLOEXEC: func(c *fcntlCall) (result, linux.Errno) { return dupFrom(c.t, c.fd, int32(c.arg), true) },
	linux.F_GETFD:         (*fcntlCall).getFD,
	linux.F_SETFD:         (*fcntlCall).setFD,
	linux.F_GETFL:         (*fcntlCall).getFlags,
	linux.F_SETFL:         (*fcntlCall).setFlags,
	linux.F_GETOWN:        (*fcntlCall).getOwner,
	linux.F_SETOWN:        (*fcntlCall).setOwner,
	linux.F_GETOWN_EX:     (*fcntlCall).getOwnerEx,
	linux.F_SETOWN_EX:     (*fcntlCall).setOwnerEx,
	linux.F_GETSIG:        (*fcntlCall).getSignal,
	linux.F_SETSIG:        (*fcntlCall).setSignal,
	linux.F_GETLEASE:      func(*fcntlCall) (result, linux.Errno) { return linux.F_UNLCK, 0 },
	linux.F_GETPIPE_SZ:    (*fcntlCall).getPipeSize,
	linux.F_SETPIPE_SZ:    (*fcntlCall).setPipeSize,
	linux.F_GET_SEALS:     (*fcntlCall).getSeals,
	linux.F_ADD_SEALS:     (*fcntlCall).addSeals,
}

// onPath says which commands a descriptor of O_PATH takes (check_fcntl_cmd in fs/fcntl.c).
func onPath(cmd args.FcntlCmd) bool {
	switch cmd {
	case linux.F_DUPFD, linux.F_DUPFD_CLOEXEC, linux.F_GETFD, linux.F_SETFD, linux.F_GETFL:
		return true
	}
	return false
}

// fcntl implements Linux system call fcntl(2). Where there is fcntl64 too, this one knows only locks with offsets of a long.
func fcntl(t *kernel.Task, fd args.FD, cmd args.FcntlCmd, arg args.Hex) (result, linux.Errno) {
	_, narrow := t.ABI.Calls.ByName["fcntl64"]
	return fcntlWith(t, fd, cmd, arg, !narrow)
}

// fcntl64 implements Linux system call fcntl64 (fcntl(2)).
func fcntl64(t *kernel.Task, fd args.FD, cmd args.FcntlCmd, arg args.Hex) (result, linux.Errno) {
	return fcntlWith(t, fd, cmd, arg, true)
}

func fcntlWith(t *kernel.Task, fd args.FD, cmd args.FcntlCmd, arg args.Hex, wide bool) (result, linux.Errno) {
	return withFile(t, fd, func(f *fs.File) (result, linux.Errno) {
		c := &fcntlCall{t, fd, f, cmd, uint64(arg)}
		if f.IsPath() && !onPath(cmd) {
			return 0, linux.EBADF
		}
		if op := fcntlCommands[cmd]; op != nil {
			return op(c)
		}
		return 0, c.lockCommand(wide)
	})
}

func (c *fcntlCall) getFD() (result, linux.Errno) {
	cloexec, isOpen := c.t.Files.Cloexec(int32(c.fd))
	if !isOpen {
		return 0, linux.EBADF
	}
	return boolean(cloexec), 0
}

func (c *fcntlCall) setFD() (result, linux.Errno) {
	if !c.t.Files.SetCloexec(int32(c.fd), c.arg&linux.FD_CLOEXEC != 0) {
		return 0, linux.EBADF
	}
	return 0, 0
}

func (c *fcntlCall) getFlags() (result, linux.Errno) {
	const notStatus = linux.O_CREAT | linux.O_EXCL | linux.O_NOCTTY | linux.O_TRUNC | linux.O_CLOEXEC
	return c.t.ABI.Consts.Open.ToGuest(uint64(c.file.Flags() &^ notStatus)), 0
}

// setFlags changes the flags that can be changed and ignores the others, as Linux does.
func (c *fcntlCall) setFlags() (result, linux.Errno) {
	const changeable = linux.O_APPEND | linux.O_NONBLOCK | linux.O_DIRECT | linux.O_NOATIME | linux.FASYNC
	old := c.file.Flags()
	flags := uint32(c.t.ABI.Consts.Open.ToInner(c.arg&0xffffffff))&changeable | old&^changeable
	if flags&^old&linux.O_NOATIME != 0 && !c.ownsFile() {
		return 0, linux.EPERM
	}
	if (flags^old)&linux.FASYNC != 0 && !c.file.CanSignal() {
		flags ^= linux.FASYNC
	}
	return 0, changeFlags(c.file, flags, int32(c.fd))
}

// changeFlags replaces the status flags of the file behind a descriptor, and does what O_ASYNC asks for.
func changeFlags(f *fs.File, flags uint32, fd int32) linux.Errno {
	changed := f.Flags() ^ flags
	if errno := f.ChangeFlags(flags); errno != 0 {
		return errno
	}
	if changed&linux.FASYNC != 0 {
		f.SetAsync(flags&linux.FASYNC != 0, fd)
	}
	return 0
}

// ownsFile is Linux's inode_owner_or_capable.
func (c *fcntlCall) ownsFile() bool {
	st, errno := c.file.Stat()
	return errno == 0 && st.UID == c.t.Caller.Cred.FSUID || c.t.Capable(linux.CAP_FOWNER)
}

// getOwner tells a process group as a negative number.
func (c *fcntlCall) getOwner() (result, linux.Errno) {
	o := c.file.Owner()
	if o.Type == linux.F_OWNER_PGRP {
		return result(-int64(o.ID)), 0
	}
	return result(o.ID), 0
}

func (c *fcntlCall) setOwner() (result, linux.Errno) {
	id := int32(c.arg)
	switch {
	case id == -1<<31:
		return 0, linux.EINVAL
	case id < 0:
		return 0, c.own(linux.F_OWNER_PGRP, -id)
	}
	return 0, c.own(linux.F_OWNER_PID, id)
}

func (c *fcntlCall) getOwnerEx() (result, linux.Errno) {
	o := c.file.Owner()
	out := args.Out[linux.FOwnerEx, args.FOwnerExLayout]{Addr: c.arg}
	return 0, out.Put(c.t, &linux.FOwnerEx{Type: o.Type, Pid: o.ID})
}

func (c *fcntlCall) setOwnerEx() (result, linux.Errno) {
	var o linux.FOwnerEx
	if errno := (args.In[linux.FOwnerEx, args.FOwnerExLayout]{Addr: c.arg}).Get(c.t, &o); errno != 0 {
		return 0, errno
	}
	if o.Type < linux.F_OWNER_TID || o.Type > linux.F_OWNER_PGRP {
		return 0, linux.EINVAL
	}
	return 0, c.own(o.Type, o.Pid)
}

// own replaces the owner, which must exist; 0 is nobody.
func (c *fcntlCall) own(kind, id int32) linux.Errno {
	o := fs.Owner{Type: kind, ID: id, Signal: c.file.Owner().Signal}
	if id != 0 {
		if len(owners(c.t.Kernel, &o)) == 0 {
			return linux.ESRCH
		}
		o.Tell = tellOwner(c.t.Kernel, *c.t.Caller.Cred, o)
	}
	c.file.SetOwner(o)
	return 0
}

// owners are the tasks that stand for the owner of a file: the thread itself, or one of each process.
func owners(k *kernel.Kernel, o *fs.Owner) (out []*kernel.Task) {
	id := int(o.ID)
	for _, g := range k.Groups() {
		if o.Type == linux.F_OWNER_PGRP && g.PGID() == id || o.Type == linux.F_OWNER_PID && g.PID == id {
			out = append(out, g.Leader)
		}
	}
	if t := k.Task(id); t != nil && len(out) == 0 && o.Type != linux.F_OWNER_PGRP {
		out = append(out, t)
	}
	return out
}

// tellOwner makes the function that signals an owner, as far as who has set it may (sigio_perm). It outlives that task.
func tellOwner(k *kernel.Kernel, by fs.Credentials, o fs.Owner) func(linux.Signal, *fs.IOEvent) {
	return func(sig linux.Signal, what *fs.IOEvent) {
		info := &linux.Siginfo{Signo: int32(sig), Code: linux.SI_KERNEL}
		if what != nil {
			info.Code, info.Band, info.FD = what.Code, what.Band, what.FD
		}
		for _, to := range owners(k, &o) {
			cred := to.Caller.Cred
			switch {
			case by.EUID != 0 && by.EUID != cred.SUID && by.EUID != cred.UID && by.UID != cred.SUID && by.UID != cred.UID:
			case sendOwner(to, o.Type, info) != 0: // no room for more: all that is left to say is that there is something
				sendOwner(to, o.Type, &linux.Siginfo{Signo: linux.SIGIO, Code: linux.SI_KERNEL})
			}
		}
	}
}

func sendOwner(to *kernel.Task, kind int32, info *linux.Siginfo) linux.Errno {
	if kind == linux.F_OWNER_TID {
		return to.Send(info)
	}
	return to.Group.Send(info)
}

func (c *fcntlCall) getSignal() (result, linux.Errno) {
	return c.t.ABI.Consts.Signals.ToGuest(uint64(c.file.Owner().Signal)), 0
}

func (c *fcntlCall) setSignal() (result, linux.Errno) {
	sig := c.t.ABI.Consts.Signals.ToInner(c.arg)
	if sig >= uint64(c.t.ABI.Consts.NSig) {
		return 0, linux.EINVAL
	}
	o := c.file.Owner()
	o.Signal = int32(sig)
	c.file.SetOwner(o)
	return 0, 0
}

func (c *fcntlCall) getPipeSize() (result, linux.Errno) {
	p, ok := c.file.Ops.(fs.PipeBuffer)
	if !ok {
		return 0, linux.EBADF
	}
	return result(p.PipeSize()), 0
}

func (c *fcntlCall) setPipeSize() (result, linux.Errno) {
	p, ok := c.file.Ops.(fs.PipeBuffer)
	if !ok {
		return 0, linux.EBADF
	}
	size, errno := p.SetPipeSize(uint32(c.arg), c.t.Capable(linux.CAP_SYS_RESOURCE))
	return result(size), errno
}

func (c *fcntlCall) getSeals() (result, linux.Errno) {
	seals, errno := c.file.Seals()
	return result(seals), errno
}

func (c *fcntlCall) addSeals() (result, linux.Errno) {
	if c.arg>>32 != 0 {
		return 0, linux.EINVAL
	}
	return 0, c.file.AddSeals(uint32(c.arg))
}
