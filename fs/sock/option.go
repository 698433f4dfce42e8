package sock

import (
	"encoding/binary"
	"math"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// The options of SOL_SOCKET that are kept as a number.
const (
	intDebug = iota
	intReuseAddr
	intReusePort
	intDontRoute
	intBroadcast
	intKeepAlive
	intOOBInline
	intNoCheck
	intPriority
	intRcvLowat
	intMark
	intRxqOvfl
	intSelectErrQueue
	intLockFilter
	intBusyPoll
	intWifiStatus
	intNoFCS
	intZeroCopy
	intTxRehash
	intPassSec
	intTimestamping
	intRcvMark
	intMaxPacing
	intIncomingCPU
	intBufLock
	numInts
)

// plain describes an option whose value is kept and given back. flag says that any value but 0 is 1. privilege is what it
// takes to set it at all, or with a value above free.
type plain struct {
	slot      int
	flag      bool
	guarded   bool
	privilege linux.Capability
	free      int32
	denied    linux.Errno
}

var plains = map[int]plain{
	linux.SO_DEBUG: {slot: intDebug, flag: true, guarded: true, privilege: linux.CAP_NET_ADMIN, denied: linux.EACCES},
	linux.SO_MARK:  {slot: intMark, guarded: true, free: -1, privilege: linux.CAP_NET_ADMIN, denied: linux.EPERM},
	linux.SO_PRIORITY: {slot: intPriority, guarded: true, free: 6, privilege: linux.CAP_NET_ADMIN,
		denied: linux.EPERM},
	linux.SO_BUSY_POLL: {slot: intBusyPoll, guarded: true, privilege: linux.CAP_NET_ADMIN, denied: linux.EPERM},

	linux.SO_REUSEADDR:        {slot: intReuseAddr, flag: true},
	linux.SO_REUSEPORT:        {slot: intReusePort, flag: true},
	linux.SO_DONTROUTE:        {slot: intDontRoute, flag: true},
	linux.SO_BROADCAST:        {slot: intBroadcast, flag: true},
	linux.SO_KEEPALIVE:        {slot: intKeepAlive, flag: true},
	linux.SO_OOBINLINE:        {slot: intOOBInline, flag: true},
	linux.SO_NO_CHECK:         {slot: intNoCheck, flag: true},
	linux.SO_RXQ_OVFL:         {slot: intRxqOvfl, flag: true},
	linux.SO_SELECT_ERR_QUEUE: {slot: intSelectErrQueue, flag: true},
	linux.SO_LOCK_FILTER:      {slot: intLockFilter, flag: true},
	linux.SO_WIFI_STATUS:      {slot: intWifiStatus, flag: true},
	linux.SO_NOFCS:            {slot: intNoFCS, flag: true},
	linux.SO_TIMESTAMPING_OLD: {slot: intTimestamping},
	linux.SO_TIMESTAMPING_NEW: {slot: intTimestamping},
	linux.SO_RCVMARK:          {slot: intRcvMark, flag: true},
	linux.SO_MAX_PACING_RATE:  {slot: intMaxPacing},
	linux.SO_INCOMING_CPU:     {slot: intIncomingCPU},
}

// firsts are the numbers that are not 0 at first.
var firsts = [...]struct {
	slot  int
	value int32
}{{intRcvLowat, 1}, {intMaxPacing, -1}, {intIncomingCPU, -1}}

// Flag reports whether an option of SOL_SOCKET that is on or off is on.
func (b *Base) Flag(name int) bool { return b.IntOption(name) != 0 }

// IntOption is the value of an option that is kept as it was set.
func (b *Base) IntOption(name int) int32 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ints[plains[name].slot]
}

// Int makes the inner form of a number.
func Int(v int) []byte { return binary.LittleEndian.AppendUint32(nil, uint32(v)) }

// ParseInt reads the inner form of a number; EINVAL if it is too short.
func ParseInt(value []byte) (int, linux.Errno) {
	if len(value) < 4 {
		return 0, linux.EINVAL
	}
	return int(int32(binary.LittleEndian.Uint32(value))), 0
}

func ints(values ...int) (out []byte) {
	for _, v := range values {
		out = append(out, Int(v)...)
	}
	return out
}

// SetSocketOption sets an option of SOL_SOCKET. ENOPROTOOPT: it is not one that all sockets have.
func (b *Base) SetSocketOption(c *fs.Caller, name int, value []byte) linux.Errno {
	switch name {
	case linux.SO_LINGER:
		return b.setLinger(value)
	case linux.SO_BINDTODEVICE:
		return b.setDevice(c, value)
	case linux.SO_TYPE, linux.SO_PROTOCOL, linux.SO_DOMAIN, linux.SO_ERROR:
		return linux.ENOPROTOOPT
	}
	v, errno := ParseInt(value)
	if errno != 0 {
		return errno
	}
	if p, ok := plains[name]; ok {
		return b.setPlain(c, p, v)
	}
	return b.setNumber(c, name, v)
}

func (b *Base) setPlain(c *fs.Caller, p plain, v int) linux.Errno {
	if p.guarded && (v < 0 || v > int(p.free)) && !c.Cred.Has(p.privilege) {
		return p.denied
	}
	if p.flag && v != 0 {
		v = 1
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ints[p.slot] = int32(v)
	return 0
}

// setNumber sets the options that have rules of their own.
func (b *Base) setNumber(c *fs.Caller, name, v int) linux.Errno {
	force := name == linux.SO_SNDBUFFORCE || name == linux.SO_RCVBUFFORCE
	if force && !c.Cred.Has(linux.CAP_NET_ADMIN) {
		return linux.EPERM
	}
	switch name {
	case linux.SO_SNDBUF, linux.SO_SNDBUFFORCE:
		b.sndBuf.Store(bufferSize(v, force, minSndBuf))
		b.lockBuffers(sndBufLock)
		b.queue.Notify(fs.EventOut)
	case linux.SO_RCVBUF, linux.SO_RCVBUFFORCE:
		b.rcvBuf.Store(bufferSize(v, force, minRcvBuf))
		b.lockBuffers(rcvBufLock)
	case linux.SO_PASSCRED:
		b.passCred.Store(v != 0)
	case linux.SO_RCVLOWAT:
		b.setLowat(v)
	case linux.SO_TIMESTAMP_OLD, linux.SO_TIMESTAMP_NEW, linux.SO_TIMESTAMPNS_OLD, linux.SO_TIMESTAMPNS_NEW:
		if b.stamp.Store(0); v != 0 {
			b.stamp.Store(int32(name))
		}
	case linux.SO_BUF_LOCK:
		return b.setBufLock(v)
	case linux.SO_DETACH_FILTER:
		return linux.ENOENT // there is none
	case linux.SO_BSDCOMPAT:
	default:
		return linux.ENOPROTOOPT
	}
	return 0
}

// bufferSize doubles what was asked for, as socket(7) says, within the limits.
func bufferSize(v int, force bool, least int32) int32 {
	const most = math.MaxInt32 / 2
	if !force && uint32(v) > defaultBuffer {
		v = defaultBuffer
	}
	return max(int32(min(max(v, 0), most))*2, least)
}

// The bits of SO_BUF_LOCK: the size of a buffer was set, so that the kernel leaves it.
const (
	sndBufLock = 1
	rcvBufLock = 2
)

func (b *Base) lockBuffers(bit int32) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ints[intBufLock] |= bit
}

func (b *Base) setBufLock(v int) linux.Errno {
	if v&^(sndBufLock|rcvBufLock) != 0 {
		return linux.EINVAL
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ints[intBufLock] = int32(v)
	return 0
}

func (b *Base) setLowat(v int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case v < 0:
		v = math.MaxInt32
	case v == 0:
		v = 1
	}
	b.ints[intRcvLowat] = int32(v)
}

// RcvLowat is SO_RCVLOWAT: how many bytes a stream's receive waits for.
func (b *Base) RcvLowat() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return int(b.ints[intRcvLowat])
}

func (b *Base) setLinger(value []byte) linux.Errno {
	if len(value) < 8 {
		return linux.EINVAL
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	onoff := int32(binary.LittleEndian.Uint32(value))
	if b.linger.Onoff = 0; onoff != 0 {
		b.linger = linux.Linger{Onoff: 1, Linger: int32(binary.LittleEndian.Uint32(value[4:]))}
	}
	return 0
}

// ifNameSize is IFNAMSIZ (linux/if.h).
const ifNameSize = 16

func (b *Base) setDevice(c *fs.Caller, value []byte) linux.Errno {
	name := value[:min(len(value), ifNameSize-1)]
	for i, ch := range name {
		if ch == 0 {
			name = name[:i]
			break
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.device != "" && !c.Cred.Has(linux.CAP_NET_RAW):
		return linux.EPERM
	case len(name) > 0 && string(name) != "lo":
		return linux.ENODEV
	}
	b.device = string(name)
	return 0
}

// SocketOption reads an option of SOL_SOCKET. ENOPROTOOPT: it is not one that all sockets have.
func (b *Base) SocketOption(_ *fs.Caller, name, room int) ([]byte, linux.Errno) {
	switch name {
	case linux.SO_BINDTODEVICE:
		return b.deviceName(room)
	case linux.SO_PEERCRED: // of a family that knows none
		return ints(0, -1, -1), 0
	case linux.SO_COOKIE:
		if room < 8 {
			return nil, linux.EINVAL
		}
		return binary.LittleEndian.AppendUint64(nil, b.Ino), 0
	case linux.SO_LINGER:
		l := b.Linger()
		return ints(int(l.Onoff), int(l.Linger)), 0
	}
	if p, ok := plains[name]; ok {
		b.mu.Lock()
		defer b.mu.Unlock()
		return Int(int(b.ints[p.slot])), 0
	}
	v, errno := b.number(name)
	return Int(v), errno
}

// number reads the options that have rules of their own.
func (b *Base) number(name int) (int, linux.Errno) {
	switch name {
	case linux.SO_TYPE:
		return b.Type, 0
	case linux.SO_PROTOCOL:
		return b.Protocol, 0
	case linux.SO_DOMAIN:
		return b.Family, 0
	case linux.SO_ERROR:
		return int(b.TakeError()), 0
	case linux.SO_SNDBUF:
		return b.SndBuf(), 0
	case linux.SO_RCVBUF:
		return b.RcvBuf(), 0
	case linux.SO_PASSCRED:
		return one(b.PassCred()), 0
	case linux.SO_RCVLOWAT:
		return b.RcvLowat(), 0
	case linux.SO_SNDLOWAT:
		return 1, 0
	case linux.SO_BUF_LOCK:
		b.mu.Lock()
		defer b.mu.Unlock()
		return int(b.ints[intBufLock]), 0
	case linux.SO_BPF_EXTENSIONS:
		return bpfExtensions, 0
	case linux.SO_BSDCOMPAT, linux.SO_PEEK_OFF, linux.SO_INCOMING_NAPI_ID, linux.SO_PREFER_BUSY_POLL:
		return unset[name], 0
	case linux.SO_TIMESTAMP_OLD, linux.SO_TIMESTAMP_NEW, linux.SO_TIMESTAMPNS_OLD, linux.SO_TIMESTAMPNS_NEW:
		return one(b.Stamps() == name), 0
	}
	return 0, linux.ENOPROTOOPT
}

// bpfExtensions is SKF_AD_MAX (linux/filter.h), which every kernel tells, filters or not.
const bpfExtensions = 64

// unset are options that tell of something that sockets do not have, unless their family says otherwise.
var unset = map[int]int{linux.SO_PEEK_OFF: -1}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (b *Base) deviceName(room int) ([]byte, linux.Errno) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.device == "":
		return nil, 0
	case room < ifNameSize:
		return nil, linux.EINVAL
	}
	return append([]byte(b.device), 0), 0
}
