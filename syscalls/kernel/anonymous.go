package kernel

import (
	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/fs"
)

// Anonymous makes files that no name leads to. The file systems behind it are wired by whoever makes the Kernel.
type Anonymous interface {
	// Memfd is an empty file in memory (memfd_create(2)) with a mode and seals (F_SEAL_*).
	Memfd(c *fs.Caller, name string, mode, seals uint32) (*fs.File, linux.Errno)
	// Pipe is the two ends of a new pipe (pipe2(2)); flags are O_NONBLOCK and O_DIRECT.
	Pipe(c *fs.Caller, flags uint32) (read, write *fs.File, errno linux.Errno)
	// Eventfd is a counter (eventfd2(2)), read and written in the given byte order.
	Eventfd(c *fs.Caller, order layout.Order, initial uint32, semaphore, nonblock bool) (*fs.File, linux.Errno)
}
