package devfs

import (
	"io"
	"sync"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// Driver opens a device.
type Driver func(c *fs.Caller, flags uint32) (fs.FileOps, linux.Errno)

// Devices are the drivers of character devices by number. There are no block devices.
type Devices struct {
	mu      sync.RWMutex
	drivers map[uint64]Driver
}

// NewDevices makes the table with the memory devices (mem(4), random(4)). source gives /dev/random and /dev/urandom
// their bytes; it is read by one goroutine at a time.
func NewDevices(source io.Reader) *Devices {
	d := &Devices{drivers: map[uint64]Driver{}}
	e := &entropy{source: source}
	for minor, ops := range map[uint32]fs.FileOps{3: null{}, 5: zero{}, 7: full{}, 8: random{e}, 9: e} {
		d.Register(memMajor, minor, func(*fs.Caller, uint32) (fs.FileOps, linux.Errno) { return ops, 0 })
	}
	return d
}

// Major numbers (Documentation/admin-guide/devices.txt of the kernel).
const (
	memMajor   = 1
	ttyMajor   = 5 // alternate terminal devices
	slaveMajor = 136
)

// Register puts a driver behind a number, or takes it away if open is nil.
func (d *Devices) Register(major, minor uint32, open Driver) {
	d.mu.Lock()
	defer d.mu.Unlock()
	rdev := linux.Makedev(major, minor)
	if open == nil {
		delete(d.drivers, rdev)
		return
	}
	d.drivers[rdev] = open
}

// Open opens the device that st is the node of. ENXIO if there is none.
func (d *Devices) Open(c *fs.Caller, st *linux.Stat, flags uint32) (fs.FileOps, linux.Errno) {
	d.mu.RLock()
	open := d.drivers[st.Rdev]
	d.mu.RUnlock()
	if open == nil || st.Mode&linux.S_IFMT != linux.S_IFCHR {
		return nil, linux.ENXIO
	}
	return open(c, flags)
}

// Terminal is something that can be opened as a tty any number of times.
type Terminal interface {
	Open(c *fs.Caller, flags uint32) (fs.FileOps, linux.Errno)
}

// RegisterTerminals puts the alternate terminal devices behind their numbers. controlling gives the terminal of the
// caller's session, console that of the system; nil from either is ENXIO. ptmx opens a new master, ENXIO if nil.
func (d *Devices) RegisterTerminals(controlling, console func(c *fs.Caller) Terminal, ptmx Driver) {
	d.Register(ttyMajor, 0, through(controlling))
	d.Register(ttyMajor, 1, through(console))
	d.Register(ttyMajor, 2, ptmx)
}

// through opens whichever terminal get finds for the caller.
func through(get func(c *fs.Caller) Terminal) Driver {
	return func(c *fs.Caller, flags uint32) (fs.FileOps, linux.Errno) {
		if t := get(c); t != nil {
			return t.Open(c, flags)
		}
		return nil, linux.ENXIO
	}
}
