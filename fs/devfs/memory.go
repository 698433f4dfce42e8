package devfs

import (
	"io"
	"sync"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// device is the base of the memory devices. They take offsets but have none: lseek(2) always gives 0.
type device struct{ fs.UnsupportedFile }

func (device) Seekable() bool { return true }

func (device) Seek(*fs.Caller, int64, int64, int) (int64, linux.Errno) { return 0, 0 }

// swallow is a write that goes nowhere.
func swallow(src [][]byte) (int, linux.Errno) { return fs.Size(src), 0 }

// zeros fills the buffers with zeros.
func zeros(dst [][]byte) (int, linux.Errno) {
	for _, b := range dst {
		clear(b)
	}
	return fs.Size(dst), 0
}

// null is /dev/null: always at its end, takes everything. It cannot be mapped (ENODEV).
type null struct{ device }

func (null) ReadAt(*fs.Caller, [][]byte, int64) (int, linux.Errno) { return 0, 0 }

func (null) WriteAt(_ *fs.Caller, src [][]byte, _ int64) (int, linux.Errno) { return swallow(src) }

// zero is /dev/zero.
type zero struct{ device }

func (zero) ReadAt(_ *fs.Caller, dst [][]byte, _ int64) (int, linux.Errno) { return zeros(dst) }

func (zero) WriteAt(_ *fs.Caller, src [][]byte, _ int64) (int, linux.Errno) { return swallow(src) }

// Map implements fs.Mapper: no object, which is anonymous memory.
func (zero) Map() (*fs.MapObject, linux.Errno) { return nil, 0 }

// full is /dev/full: zeros to read, no space to write.
type full struct{ device }

func (full) ReadAt(_ *fs.Caller, dst [][]byte, _ int64) (int, linux.Errno) { return zeros(dst) }

func (full) WriteAt(_ *fs.Caller, src [][]byte, _ int64) (int, linux.Errno) {
	return 0, linux.ENOSPC
}

// entropy is /dev/urandom. Reads never block. Writing adds nothing, so that a seeded run stays one.
type entropy struct {
	device
	mu     sync.Mutex
	source io.Reader
	chunk  [4096]byte
}

// maxEntropy bounds one read, which cannot be interrupted, to 32 MiB.
const maxEntropy = 32 << 20

// ReadAt implements fs.FileOps.
func (e *entropy) ReadAt(_ *fs.Caller, dst [][]byte, _ int64) (int, linux.Errno) {
	e.mu.Lock()
	defer e.mu.Unlock()
	left := min(fs.Size(dst), maxEntropy)
	out, n := fs.NewCursor(dst), 0
	for left > 0 {
		b := e.chunk[:min(left, len(e.chunk))]
		if _, err := io.ReadFull(e.source, b); err != nil {
			return n, linux.EIO
		}
		n, left = n+out.Put(b), left-len(b)
	}
	return n, 0
}

func (*entropy) WriteAt(_ *fs.Caller, src [][]byte, _ int64) (int, linux.Errno) { return swallow(src) }

// random is /dev/random: with enough entropy, which there always is, it does not ask for more.
type random struct{ *entropy }

func (random) Poll() fs.Events { return fs.EventIn }
