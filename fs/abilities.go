package fs

import (
	"time"

	"muslrun/arch/linux"
)

// More optional abilities of FileOps, for what is neither a regular file nor a directory.
type (
	// Rendezvous is a FIFO whose open(2) is not complete before the other end comes. Open has given the operations
	// already; unless O_NONBLOCK was asked for, the kernel waits on Queue until Opened is 0 (it is EAGAIN before), and
	// releases the description if a signal comes first.
	Rendezvous interface {
		Opened() linux.Errno
	}
	// FlagSetter is told when F_SETFL changes the status flags, before File keeps them. It may refuse.
	FlagSetter interface {
		SetFlags(flags uint32) linux.Errno
	}
	// PipeBuffer is a pipe's capacity in bytes (F_GETPIPE_SZ, F_SETPIPE_SZ). privileged is CAP_SYS_RESOURCE.
	PipeBuffer interface {
		PipeSize() int
		SetPipeSize(size uint32, privileged bool) (int, linux.Errno)
	}
	// Peeker is the reading end of a pipe: it copies what is there and takes nothing (tee(2)). EAGAIN as for a read.
	Peeker interface {
		Peek(dst [][]byte) (int, linux.Errno)
	}
	// OwnOffset is a seekable file whose offset is not the VFS's, because it is shared with others than the guest (a
	// host file description). read(2) and write(2) use these, lseek(2) Seek; pread(2) and pwrite(2) use ReadAt and
	// WriteAt.
	OwnOffset interface {
		Seeker
		Read(c *Caller, dst [][]byte) (int, linux.Errno)
		Write(c *Caller, src [][]byte) (int, linux.Errno)
	}
	// TerminalFlow is a Terminal's control of what is under way (tcflush(3), tcflow(3)). There is nothing to wait for
	// in tcdrain(3): no terminal of ours holds output back.
	TerminalFlow interface {
		Flush(which uint32) linux.Errno // linux.TCIFLUSH, TCOFLUSH, TCIOFLUSH
		Flow(action uint32) linux.Errno // linux.TCOOFF, TCOON, TCIOFF, TCION
	}
	// ReadTimer bounds how long a blocking read waits for its first byte: the read ends with 0 then (VTIME,
	// termios(3)).
	// 0 is no bound.
	ReadTimer interface {
		ReadTimeout() time.Duration
	}
	// PTYMaster is the master of a pseudo terminal (TIOCGPTN, TIOCSPTLCK, TIOCGPTLCK of ioctl_tty(2)). In packet mode each
	// read begins with a byte that says what has happened (TIOCPKT).
	PTYMaster interface {
		Number() int
		SetLocked(locked bool)
		Locked() bool
		SetPacket(on bool)
		Packet() bool
	}
	// CallerPoller is a file whose readiness depends on who asks (signalfd).
	CallerPoller interface {
		PollAs(c *Caller) Events
	}
	// Flusher is told when a process closes a descriptor of the file, although others may be left.
	Flusher interface {
		Flush(c *Caller)
	}
	// FDInfo gives the lines of /proc/PID/fdinfo/FD that only this kind of file has.
	FDInfo interface {
		FDInfo() string
	}
)

// ProcessDirectory is an Inode that stands for a process, as /proc/PID does (pidfd_send_signal(2)): its id, -1 once it is
// gone, 0 for others.
type ProcessDirectory interface {
	ProcessID() int
}
