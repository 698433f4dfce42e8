package emu

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// NewShared makes host memory of size bytes that can be mapped into several windows. The caller closes the descriptor.
func NewShared(size int64) (fd int, err error) {
	fd, err = unix.MemfdCreate("guest", unix.MFD_CLOEXEC)
	if err != nil {
		return -1, fmt.Errorf("cannot create shared guest memory: %w", err)
	}
	if err := unix.Ftruncate(fd, size); err != nil {
		_ = unix.Close(fd)
		return -1, fmt.Errorf("cannot size shared guest memory: %w", err)
	}
	return fd, nil
}

// PunchShared makes a range of what NewShared made zero, and gives its memory back.
func PunchShared(fd int, offset, size int64) error {
	return unix.Fallocate(fd, unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, offset, size)
}

// CloseShared frees what NewShared made.
func CloseShared(fd int) { _ = unix.Close(fd) }
