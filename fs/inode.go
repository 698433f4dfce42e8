package fs

import "muslrun/arch/linux"

// Inode is a file of some file system: what a name refers to. The VFS (walk.go, ops.go) has resolved paths, followed
// symbolic links and mounts and checked permissions before it calls an Inode; an Inode checks only what it alone can know.
//
// Methods are safe for concurrent use. A file system embeds Unsupported and overrides what it has.
type Inode interface {
	Stat() (linux.Stat, linux.Errno)
	SetAttr(c *Caller, set *SetAttr) linux.Errno

	// Directories. Names are single components, never "." or "..", at most NAME_MAX bytes.
	Lookup(c *Caller, name string) (Inode, linux.Errno)
	Create(c *Caller, name string, spec *CreateSpec) (Inode, linux.Errno)
	Link(c *Caller, name string, target Inode) linux.Errno
	// Remove unlinks a name; dir says that rmdir was asked for.
	Remove(c *Caller, name string, dir bool) linux.Errno
	// Rename moves a name of this directory to a name of another one of the same file system, which it replaces unless
	// flags (RENAME_NOREPLACE, RENAME_EXCHANGE) say otherwise. The VFS has excluded moving a directory below itself.
	Rename(c *Caller, name string, to Inode, toName string, flags uint32) linux.Errno

	// Readlink gives the target of a symbolic link.
	Readlink(c *Caller) (string, linux.Errno)

	// Open makes the operations of one open file description. flags are O_*, without O_CREAT, O_EXCL and O_TRUNC,
	// which the VFS has dealt with.
	Open(c *Caller, flags uint32) (FileOps, linux.Errno)

	// Extended attributes (xattr(7)). Getxattr of an attribute that is not there is ENODATA.
	Getxattr(c *Caller, name string) ([]byte, linux.Errno)
	Setxattr(c *Caller, name string, value []byte, flags uint32) linux.Errno
	Listxattr(c *Caller) ([]string, linux.Errno)
	Removexattr(c *Caller, name string) linux.Errno
}

// MagicLink is an Inode that looks like a symbolic link but leads straight to an object (proc(5): /proc/PID/fd/N, exe, cwd).
type MagicLink interface {
	Inode
	// Follow gives the place it leads to. The place need not be reachable by any name.
	Follow(c *Caller) (Path, linux.Errno)
}

// Superblock is what statfs(2) reports of a file system, and its identity. Every Inode of one file system reports the
// same Stat().Dev.
type Superblock interface {
	Statfs() (linux.Statfs, linux.Errno)
	Root() Inode
	// Type is the name in /proc/mounts and /proc/filesystems, such as "tmpfs".
	Type() string
}

// CreateSpec says what Create makes. The file type is in Mode; the umask has been applied.
type CreateSpec struct {
	Mode     uint32
	UID, GID uint32
	Rdev     uint64 // of S_IFCHR and S_IFBLK
	Target   string // of S_IFLNK
	// Socket is the kernel's socket object that an S_IFSOCK name stands for.
	Socket any
}

// SetAttr is a set of attribute changes; only those in Mask apply. The VFS has checked permissions and worked out times.
type SetAttr struct {
	Mask         AttrMask
	Mode         uint32 // permission bits only
	UID, GID     uint32
	Size         int64
	Atime, Mtime linux.Timespec
	Ctime        linux.Timespec // always applied, except by host file systems, which have their own
}

// AttrMask says which fields of a SetAttr apply.
type AttrMask uint8

// The bits of an AttrMask.
const (
	AttrMode AttrMask = 1 << iota
	AttrUID
	AttrGID
	AttrSize
	AttrAtime
	AttrMtime
)
