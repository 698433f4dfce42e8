package devfs

import (
	"fmt"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// nodes is what Populate makes, with the modes of devtmpfs and udev.
var nodes = []struct {
	name         string
	mode         uint32
	major, minor uint32
	target       string
}{
	{name: "null", mode: linux.S_IFCHR | 0o666, major: memMajor, minor: 3},
	{name: "zero", mode: linux.S_IFCHR | 0o666, major: memMajor, minor: 5},
	{name: "full", mode: linux.S_IFCHR | 0o666, major: memMajor, minor: 7},
	{name: "random", mode: linux.S_IFCHR | 0o666, major: memMajor, minor: 8},
	{name: "urandom", mode: linux.S_IFCHR | 0o666, major: memMajor, minor: 9},
	{name: "tty", mode: linux.S_IFCHR | 0o666, major: ttyMajor, minor: 0},
	{name: "console", mode: linux.S_IFCHR | 0o600, major: ttyMajor, minor: 1},
	{name: "ptmx", mode: linux.S_IFCHR | 0o666, major: ttyMajor, minor: 2},
	{name: "fd", mode: linux.S_IFLNK | 0o777, target: "/proc/self/fd"},
	{name: "stdin", mode: linux.S_IFLNK | 0o777, target: "/proc/self/fd/0"},
	{name: "stdout", mode: linux.S_IFLNK | 0o777, target: "/proc/self/fd/1"},
	{name: "stderr", mode: linux.S_IFLNK | 0o777, target: "/proc/self/fd/2"},
	{name: "pts", mode: linux.S_IFDIR | 0o755},
	{name: "shm", mode: linux.S_IFDIR | 0o1777},
}

// Populate makes the usual names in dir, which is to become /dev. /dev/pts and /dev/shm are left for mounting.
func Populate(c *fs.Caller, dir fs.Inode) error {
	for _, n := range nodes {
		spec := fs.CreateSpec{Mode: n.mode, Target: n.target}
		if n.mode&linux.S_IFMT == linux.S_IFCHR {
			spec.Rdev = linux.Makedev(n.major, n.minor)
		}
		if _, errno := dir.Create(c, n.name, &spec); errno != 0 {
			return fmt.Errorf("cannot make /dev/%s: %v", n.name, errno)
		}
	}
	return nil
}
