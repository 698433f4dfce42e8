package codecache

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The layout of a file. Numbers are little-endian.
const (
	magic      = "muslcod1"
	atEnd      = 8  // where the records end, 8 bytes
	atCount    = 16 // number of records, 8 bytes
	atKey      = 24 // its length, 8 bytes; then the key
	headerSize = 4096
	maxKey     = 1024

	slots      = 1 << 16
	slotSize   = 8
	maxRecords = slots / 4 * 3
	indexSize  = slots * slotSize
	dataStart  = headerSize + indexSize

	recordHeader = 16 // length and checksum, 8 bytes each
	recordAlign  = 16
	maxProbes    = 512
)

// maxFile is the size at which a file is begun anew.
const maxFile = 64 << 20

// File is a cache.
type File struct {
	dir, path, key string
	limit          uint64 // maxFile, or less in tests
	fd             int    // -1 if there is no file yet, or none that fits
	misfit         bool   // there is one that does not fit
	mapped         []byte // what there was when it was opened
}

// Open opens the cache of a name in a folder, for code that the key describes completely. There may be no such file: Append
// makes it. It fails if the folder is not the user's own.
func Open(dir, name, key string) (*File, error) {
	if err := private(dir); err != nil {
		return nil, err
	}
	if len(key) > maxKey {
		return nil, errors.New("codecache: the key is too long")
	}
	path := filepath.Join(dir, fmt.Sprintf("%s-%016x%s", name, sum([]byte(key)), suffix))
	f := &File{dir: dir, path: path, key: key, limit: maxFile, fd: -1}
	if err := f.open(); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return f, nil
}

// open maps the file if it is a good one.
func (f *File) open() error {
	fd, err := unix.Open(f.path, unix.O_RDWR|unix.O_CLOEXEC|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	size, err := ownFile(fd)
	if err == nil && size > dataStart {
		f.mapped, err = unix.Mmap(fd, 0, int(min(size, maxFile)), unix.PROT_READ, unix.MAP_SHARED)
	}
	if f.misfit = err == nil && !f.fits(); err != nil || f.misfit {
		f.unmap()
		_ = unix.Close(fd)
		return err
	}
	f.fd = fd
	return nil
}

func (f *File) unmap() {
	if f.mapped != nil {
		_ = unix.Munmap(f.mapped)
		f.mapped = nil
	}
}

// fits reports whether the header is that of a cache with our key.
func (f *File) fits() (ok bool) {
	defer f.guard(&ok)()
	if len(f.mapped) <= dataStart || string(f.mapped[:len(magic)]) != magic {
		return false
	}
	n := binary.LittleEndian.Uint64(f.mapped[atKey:])
	return n == uint64(len(f.key)) && string(f.mapped[atKey+8:][:n]) == f.key
}

// Close gives the file back. What Find gave is not good any more.
func (f *File) Close() {
	f.unmap()
	if f.fd >= 0 {
		_ = unix.Close(f.fd)
		f.fd = -1
	}
}

// guard makes a fault in the mapping, which somebody has cut, a result of false. The caller defers what it returns.
func (f *File) guard(ok *bool) func() {
	before := debug.SetPanicOnFault(true)
	return func() {
		debug.SetPanicOnFault(before)
		r := recover()
		if r == nil {
			return
		}
		fault, is := r.(interface {
			runtime.Error
			Addr() uintptr
		})
		base := uintptr(unsafe.Pointer(unsafe.SliceData(f.mapped)))
		if !is || fault.Addr() < base || fault.Addr() >= base+uintptr(len(f.mapped)) {
			panic(r)
		}
		*ok = false
	}
}

// Find gives the records of a hash to take, one after the other, until it takes one. They must be copied to be kept.
func (f *File) Find(hash uint64, take func(data []byte) bool) (taken bool) {
	if f.mapped == nil {
		return false
	}
	defer f.guard(&taken)()
	f.probe(hash, func(offset uint64) bool {
		if data := f.record(offset); data != nil {
			taken = take(data)
		}
		return taken
	})
	return taken
}

// probe calls each with the offsets of records that may have a hash, until it returns true. Without that it returns the
// slot behind them, which is free; -1 if there is none near.
func (f *File) probe(hash uint64, each func(offset uint64) bool) int {
	for i := range maxProbes {
		slot := int((hash + uint64(i)) % slots)
		word := f.slot(slot)
		if word == 0 {
			return slot
		}
		if word>>32 == hash>>32 && each(word<<32>>32*recordAlign) {
			return -1
		}
	}
	return -1
}

// slot reads a slot that another process may just be filling.
func (f *File) slot(i int) uint64 {
	return atomic.LoadUint64((*uint64)(unsafe.Pointer(&f.mapped[headerSize+i*slotSize])))
}

// record is the data of a record that is whole.
func (f *File) record(offset uint64) []byte {
	all := uint64(len(f.mapped))
	if offset < dataStart || offset > all-recordHeader {
		return nil
	}
	head := f.mapped[offset:]
	n := binary.LittleEndian.Uint64(head)
	if n > all-recordHeader-offset {
		return nil
	}
	data := head[recordHeader:][:n]
	if binary.LittleEndian.Uint64(head[8:]) != sum(data) {
		return nil
	}
	return data
}

// sum is a checksum against damage; it does not resist intent.
func sum(b []byte) uint64 {
	const k = 0x9e3779b97f4a7c15
	x, y := uint64(len(b))*k, uint64(k)
	for ; len(b) >= 16; b = b[16:] {
		x = bits.RotateLeft64(x^binary.LittleEndian.Uint64(b), 29) * k
		y = bits.RotateLeft64(y^binary.LittleEndian.Uint64(b[8:]), 31) * k
	}
	for _, c := range b {
		x = bits.RotateLeft64(x^uint64(c), 29) * k
	}
	x = (x ^ bits.RotateLeft64(y, 32)) * k
	return x ^ x>>32
}
