package sock

import (
	"sync"
	"sync/atomic"
	"time"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// Base is what every socket has (struct sock): its kind, and the options of SOL_SOCKET. Its zero value with the kind set
// is ready for use after Init.
type Base struct {
	Family, Type, Protocol int
	Ino                    uint64 // its number in sockfs
	// Opened, if set, is told of the description that stands for the socket.
	Opened func(*fs.File)

	inode    *node
	file     atomic.Pointer[fs.File]
	devices  func() []fs.NetDevice
	queue    fs.Queue
	nonblock atomic.Bool
	passCred atomic.Bool
	sndBuf   atomic.Int32
	rcvBuf   atomic.Int32
	stamp    atomic.Int32 // the option that asked for time stamps: SO_TIMESTAMP_OLD and so on, 0 for none

	mu      sync.Mutex
	err     linux.Errno // SO_ERROR
	timeout [2]time.Duration
	linger  linux.Linger
	device  string
	ints    [numInts]int32
}

// Sizes of buffers in bytes, as Linux counts them: with the memory that bookkeeping takes (net/core/sock.c).
const (
	defaultBuffer = 212992 // net.core.wmem_default and wmem_max
	minSndBuf     = 4608
	minRcvBuf     = 2304
)

// Init sets the options to what they are at first.
func (b *Base) Init(family, kind, protocol int) {
	b.Family, b.Type, b.Protocol = family, kind, protocol
	b.sndBuf.Store(defaultBuffer)
	b.rcvBuf.Store(defaultBuffer)
	for _, f := range firsts {
		b.ints[f.slot] = f.value
	}
}

// SetBuffers sets the sizes of the buffers that a family begins with.
func (b *Base) SetBuffers(send, receive int) {
	b.sndBuf.Store(int32(send))
	b.rcvBuf.Store(int32(receive))
}

// Inherit takes over kind and options of the listener that a connection came from.
func (b *Base) Inherit(from *Base) {
	b.Init(from.Family, from.Type, from.Protocol)
	b.SetBuffers(from.SndBuf(), from.RcvBuf())
	b.passCred.Store(from.passCred.Load())
	from.mu.Lock()
	defer from.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.linger, b.ints, b.device, b.timeout = from.linger, from.ints, from.device, from.timeout
}

// Common implements Socket.
func (b *Base) Common() *Base { return b }

// Devices implements fs.NetDevices.
func (b *Base) Devices() []fs.NetDevice {
	if b.devices == nil {
		return nil
	}
	return b.devices()
}

// Seekable implements fs.FileOps.
func (*Base) Seekable() bool { return false }

// Queue implements fs.FileOps.
func (b *Base) Queue() *fs.Queue { return &b.queue }

// SetFlags implements fs.FlagSetter: some answers depend on O_NONBLOCK.
func (b *Base) SetFlags(flags uint32) linux.Errno {
	b.nonblock.Store(flags&linux.O_NONBLOCK != 0)
	return 0
}

// Nonblock reports O_NONBLOCK.
func (b *Base) Nonblock() bool { return b.nonblock.Load() }

// waitFlag is MSG_DONTWAIT for a socket that does not block.
func (b *Base) waitFlag() uint32 {
	if b.nonblock.Load() {
		return linux.MSG_DONTWAIT
	}
	return 0
}

// Timeout is how long a blocking operation waits: SO_RCVTIMEO for fs.EventIn, SO_SNDTIMEO for fs.EventOut; 0 is for
// ever, less than 0 not at all. It implements fs.IOTimer.
func (b *Base) Timeout(events fs.Events) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if events&fs.EventIn != 0 {
		return b.timeout[receiving]
	}
	return b.timeout[sending]
}

const (
	receiving = iota
	sending
)

// SetTimeout changes SO_RCVTIMEO or SO_SNDTIMEO. EDOM if the microseconds are not a part of a second.
func (b *Base) SetTimeout(send bool, tv linux.Timeval) linux.Errno {
	if tv.Usec < 0 || tv.Usec >= 1e6 {
		return linux.EDOM
	}
	d := time.Duration(tv.Usec) * time.Microsecond
	const most = int64(1<<63-1) / int64(time.Second)
	switch {
	case tv.Sec < 0:
		d = -1
	case tv.Sec >= most:
		d = 0
	default:
		d += time.Duration(tv.Sec) * time.Second
	}
	which := receiving
	if send {
		which = sending
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.timeout[which] = d
	return 0
}

// TimeoutValue is SO_RCVTIMEO or SO_SNDTIMEO as getsockopt(2) tells it.
func (b *Base) TimeoutValue(send bool) linux.Timeval {
	events := fs.EventIn
	if send {
		events = fs.EventOut
	}
	d := max(b.Timeout(events), 0)
	return linux.Timeval{Sec: int64(d / time.Second), Usec: int64(d % time.Second / time.Microsecond)}
}

// PassCred is SO_PASSCRED.
func (b *Base) PassCred() bool { return b.passCred.Load() }

// Stamps is the option by which the socket asked for time stamps: linux.SO_TIMESTAMP_OLD and so on; 0 if it did not.
func (b *Base) Stamps() int { return int(b.stamp.Load()) }

// SndBuf and RcvBuf are the sizes of the buffers.
func (b *Base) SndBuf() int { return int(b.sndBuf.Load()) }

// RcvBuf is SO_RCVBUF.
func (b *Base) RcvBuf() int { return int(b.rcvBuf.Load()) }

// Linger is SO_LINGER.
func (b *Base) Linger() linux.Linger {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.linger
}

// SetError makes an error pending: the next operation, or SO_ERROR, takes it.
func (b *Base) SetError(errno linux.Errno) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.err = errno
}

// TakeError gives the pending error and clears it.
func (b *Base) TakeError() linux.Errno {
	b.mu.Lock()
	defer b.mu.Unlock()
	errno := b.err
	b.err = 0
	return errno
}

// HasError reports whether an error is pending.
func (b *Base) HasError() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err != 0
}

// Mode is the permission bits of the socket's inode, which the name of an AF_UNIX socket gets.
func (b *Base) Mode() uint32 {
	if b.inode == nil {
		return 0o777
	}
	st, _ := b.inode.Stat()
	return st.Mode & 0o777
}

// describe tells what the socket has in common with others.
func (b *Base) describe() fs.SocketInfo {
	info := fs.SocketInfo{Family: b.Family, Type: b.Type, Protocol: b.Protocol, Inode: b.Ino}
	if b.inode != nil {
		st, _ := b.inode.Stat()
		info.UID = st.UID
	}
	return info
}

// SignalUrgent sends SIGURG to who owns the description (F_SETOWN): out-of-band data have come.
func (b *Base) SignalUrgent() {
	if f := b.file.Load(); f != nil {
		f.TellOwner(linux.SIGURG)
	}
}
