package mm

import (
	"runtime"

	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/fs"
)

// NewShared makes the object behind a shared anonymous mapping. It is freed when nothing refers to it any more.
func NewShared(size uint64) (*fs.MapObject, linux.Errno) {
	fd, err := emu.NewShared(int64(size))
	if err != nil {
		return nil, linux.ENOMEM
	}
	o := &fs.MapObject{FD: fd, Size: func() int64 { return int64(size) }, Writable: true}
	runtime.AddCleanup(o, emu.CloseShared, fd)
	return o, 0
}
