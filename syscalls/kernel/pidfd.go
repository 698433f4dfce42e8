package kernel

import (
	"fmt"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// pidfd is a file that stands for a process (pidfd_open(2)): it is readable, for poll, once the process has ended.
type pidfd struct {
	fs.UnsupportedFile
	group *ThreadGroup
}

// OpenPidfd gives the task a descriptor for a process, close-on-exec. flags may have O_NONBLOCK.
func (t *Task) OpenPidfd(g *ThreadGroup, flags uint32) (int32, linux.Errno) {
	f, errno := t.Kernel.AnonFS.File("[pidfd]", &pidfd{group: g}, linux.O_RDWR|flags)
	if errno != 0 {
		return -1, errno
	}
	fd, errno := t.Files.Add(f, 0, t.Limit(linux.RLIMIT_NOFILE).Cur, true)
	if errno != 0 {
		f.Unref(&t.Caller)
	}
	return fd, errno
}

// PidfdGroup is the process that a file stands for; EBADF if it is no pidfd.
func PidfdGroup(f *fs.File) (*ThreadGroup, linux.Errno) {
	if p, ok := f.Ops.(*pidfd); ok {
		return p.group, 0
	}
	return nil, linux.EBADF
}

// Poll implements fs.FileOps.
func (p *pidfd) Poll() fs.Events {
	if p.group.Dead() {
		return fs.EventIn
	}
	return 0
}

// Queue implements fs.FileOps.
func (p *pidfd) Queue() *fs.Queue { return &p.group.exited }

// FDInfo implements fs.FDInfo.
func (p *pidfd) FDInfo() string { return fmt.Sprintf("Pid:\t%d\nNSpid:\t%[1]d\n", p.group.PID) }
