package hostfs

import (
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// userAttr is the one name space that passes: the others belong to the host's security modules and administrators.
const userAttr = "user."

// attrName checks that a name is in the space of user attributes, and that the file may have such (xattr(7)).
func (n *node) attrName(name string, absent linux.Errno) linux.Errno {
	switch {
	case !strings.HasPrefix(name, userAttr):
		return linux.EOPNOTSUPP
	case n.mode != linux.S_IFREG && n.mode != linux.S_IFDIR:
		return absent
	}
	return 0
}

// Getxattr gives the value of a user attribute.
func (n *node) Getxattr(_ *fs.Caller, name string) (value []byte, errno linux.Errno) {
	if errno := n.attrName(name, linux.ENODATA); errno != 0 {
		return nil, errno
	}
	errno = n.use(func(fd int) (err error) {
		value, err = grow(func(b []byte) (int, error) { return unix.Getxattr(procFD(fd), name, b) })
		return err
	})
	return value, errno
}

// grow calls get with larger buffers until its result fits; the host's limit is 64 KiB.
func grow(get func([]byte) (int, error)) ([]byte, error) {
	for size := 256; ; size *= 16 {
		buf := make([]byte, min(size, linux.XATTR_SIZE_MAX))
		n, err := get(buf)
		if err == unix.ERANGE && size < linux.XATTR_SIZE_MAX {
			continue
		}
		if err != nil {
			return nil, err
		}
		return buf[:n], nil
	}
}

// Setxattr sets a user attribute.
func (n *node) Setxattr(_ *fs.Caller, name string, value []byte, flags uint32) linux.Errno {
	if errno := n.sb.writable(); errno != 0 {
		return errno
	}
	if errno := n.attrName(name, linux.EPERM); errno != 0 {
		return errno
	}
	return n.use(func(fd int) error { return unix.Setxattr(procFD(fd), name, value, int(flags)) })
}

// Listxattr lists the user attributes, sorted.
func (n *node) Listxattr(*fs.Caller) (names []string, errno linux.Errno) {
	if n.mode == linux.S_IFLNK {
		return nil, 0
	}
	errno = n.use(func(fd int) error {
		list, err := grow(func(b []byte) (int, error) { return unix.Listxattr(procFD(fd), b) })
		for name := range strings.SplitSeq(string(list), "\x00") {
			if strings.HasPrefix(name, userAttr) {
				names = append(names, name)
			}
		}
		return err
	})
	if errno == linux.EOPNOTSUPP {
		return nil, 0
	}
	slices.Sort(names) // the order is the host file system's
	return names, errno
}

// Removexattr removes a user attribute.
func (n *node) Removexattr(_ *fs.Caller, name string) linux.Errno {
	if errno := n.sb.writable(); errno != 0 {
		return errno
	}
	if errno := n.attrName(name, linux.EPERM); errno != 0 {
		return errno
	}
	return n.use(func(fd int) error { return unix.Removexattr(procFD(fd), name) })
}
