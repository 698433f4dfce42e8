package procfs

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"muslrun/arch/linux"
)

// isSelf reports whether the task looked at is the one that looks: some files are no business of the other threads either.
func (v *view) isSelf() bool {
	self := v.fs.kernel.Self(v.c)
	return self != nil && self.TID() == v.task.TID()
}

// maySlack is who may see and set a timer slack: the task itself, others with CAP_SYS_NICE.
func maySlack(v *view) linux.Errno {
	if !v.isSelf() && !v.c.Cred.Has(linux.CAP_SYS_NICE) {
		return linux.EPERM
	}
	return 0
}

// timerSlack is /proc/PID/timerslack_ns, in nanoseconds (proc_pid_timerslack_ns(5)).
func timerSlack(v *view, b *bytes.Buffer) linux.Errno {
	if errno := maySlack(v); errno != 0 {
		return errno
	}
	fmt.Fprintln(b, v.task.TimerSlack())
	return 0
}

// setTimerSlack takes a decimal number, with a plus sign or without, below 2^64.
func setTimerSlack(v *view, data string) linux.Errno {
	ns, err := strconv.ParseUint(strings.TrimPrefix(data, "+"), 10, 64)
	switch numeric, _ := err.(*strconv.NumError); {
	case numeric != nil && numeric.Err == strconv.ErrRange:
		return linux.ERANGE
	case err != nil:
		return linux.EINVAL
	}
	if errno := maySlack(v); errno != 0 {
		return errno
	}
	v.task.SetTimerSlack(ns)
	return 0
}

// attrEntry is /proc/PID/attr (proc_pid_attr(5)) of a kernel without a security module: there is no label to read or set.
func attrEntry() *entry {
	d := dir("attr", 0o555)
	for _, name := range []string{"current", "exec", "fscreate", "keycreate", "sockcreate"} {
		d.dir = append(d.dir, file(name, 0o666, noLabel).writable(setNoLabel))
	}
	d.dir = append(d.dir, file("prev", 0o444, noLabel))
	return d
}

func noLabel(*view, *bytes.Buffer) linux.Errno { return linux.EINVAL }

// setNoLabel tells first what a security module would not even be asked: whose label it is.
func setNoLabel(v *view, _ string) linux.Errno {
	switch self := v.fs.kernel.Self(v.c); {
	case self == nil || self.PID() != v.task.PID():
		return linux.EPERM
	case self.TID() != v.task.TID():
		return linux.EACCES
	}
	return linux.EINVAL
}
