package fstest

import (
	"math"
	"sync/atomic"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// Guest is a System of ours: a file system mounted as the root of a name space.
type Guest struct {
	Context *fs.Context
	Caller  *fs.Caller
	files   map[int]*fs.File
	lastFD  int
}

// NewGuest mounts sb. The caller is root, with a clock that a millisecond passes on at each look.
func NewGuest(sb fs.Superblock) *Guest {
	g := &Guest{Context: fs.NewContext(fs.NewNamespace(sb)), files: map[int]*fs.File{}}
	g.Caller = &fs.Caller{Cred: credentials(0, 0, nil), PID: 1, TID: 1, Now: Clock(), FileSizeLimit: math.MaxUint64}
	return g
}

// Clone makes another process in the same name space, with the same clock.
func (g *Guest) Clone() *Guest {
	c := *g.Caller
	return &Guest{Context: g.Context.Clone(), Caller: &c, files: map[int]*fs.File{}}
}

// Clock makes a clock that a millisecond passes on at each look. It is safe for concurrent use.
func Clock() func() linux.Timespec {
	var now atomic.Int64
	return func() linux.Timespec {
		ms := now.Add(1)
		return linux.Timespec{Sec: 1_000_000_000 + ms/1000, Nsec: ms % 1000 * 1e6}
	}
}

// fileCaps are the capabilities that setfsuid(2) takes away with uid 0.
const fileCaps = 1<<linux.CAP_CHOWN | 1<<linux.CAP_DAC_OVERRIDE | 1<<linux.CAP_DAC_READ_SEARCH | 1<<linux.CAP_FOWNER |
	1<<linux.CAP_FSETID | 1<<linux.CAP_LINUX_IMMUTABLE | 1<<linux.CAP_MKNOD | 1<<linux.CAP_MAC_OVERRIDE

func credentials(uid, gid uint32, groups []uint32) *fs.Credentials {
	c := &fs.Credentials{FSUID: uid, FSGID: gid, Groups: groups, Effective: linux.CapsAll, Permitted: linux.CapsAll}
	if uid != 0 {
		c.Effective &^= fileCaps
	}
	return c
}

// As implements System.
func (g *Guest) As(uid, gid uint32, groups []uint32) { g.Caller.Cred = credentials(uid, gid, groups) }

// Umask implements System.
func (g *Guest) Umask(mask uint32) { g.Context.SetUmask(mask) }

// Tick implements System.
func (*Guest) Tick() {}

// File gives the description of a descriptor.
func (g *Guest) File(fd int) *fs.File { return g.files[fd] }

// Open implements System.
func (g *Guest) Open(path string, flags, mode uint32) (int, linux.Errno) {
	f, errno := g.Context.Open(g.Caller, fs.Path{}, path, flags, mode)
	if errno != 0 {
		return -1, errno
	}
	g.lastFD++
	g.files[g.lastFD] = f
	return g.lastFD, 0
}

// Close implements System.
func (g *Guest) Close(fd int) linux.Errno {
	g.files[fd].Unref(g.Caller)
	delete(g.files, fd)
	return 0
}

// Read implements System.
func (g *Guest) Read(fd int, b []byte) (int, linux.Errno) {
	return g.files[fd].Read(g.Caller, [][]byte{b})
}

// Write implements System.
func (g *Guest) Write(fd int, b []byte) (int, linux.Errno) {
	return g.files[fd].Write(g.Caller, [][]byte{b})
}

// Pread implements System.
func (g *Guest) Pread(fd int, b []byte, off int64) (int, linux.Errno) {
	return g.files[fd].Pread(g.Caller, [][]byte{b}, off)
}

// Pwrite implements System.
func (g *Guest) Pwrite(fd int, b []byte, off int64) (int, linux.Errno) {
	return g.files[fd].Pwrite(g.Caller, [][]byte{b}, off)
}

// Seek implements System.
func (g *Guest) Seek(fd int, off int64, whence int) (int64, linux.Errno) {
	return g.files[fd].Seek(g.Caller, off, whence)
}

// Ftruncate implements System.
func (g *Guest) Ftruncate(fd int, size int64) linux.Errno {
	return g.files[fd].Truncate(g.Caller, size)
}

// Fallocate implements System.
func (g *Guest) Fallocate(fd int, mode uint32, off, length int64) linux.Errno {
	return g.files[fd].Allocate(g.Caller, mode, off, length)
}

// Fstat implements System.
func (g *Guest) Fstat(fd int) (linux.Stat, linux.Errno) { return g.files[fd].Stat() }

// Fchmod implements System.
func (g *Guest) Fchmod(fd int, mode uint32) linux.Errno {
	if g.files[fd].IsPath() {
		return linux.EBADF
	}
	return g.files[fd].Path.Chmod(g.Caller, mode)
}

// ReadDir implements System.
func (g *Guest) ReadDir(fd int) (names []string, errno linux.Errno) {
	errno = g.files[fd].ReadDir(g.Caller, func(e fs.DirEntry) bool {
		names = append(names, e.Name)
		return true
	})
	return names, errno
}

// Stat implements System.
func (g *Guest) Stat(path string, follow bool) (linux.Stat, linux.Errno) {
	return g.Context.Stat(g.Caller, fs.Path{}, path, walkFlags(follow))
}

func walkFlags(follow bool) fs.WalkFlags {
	if follow {
		return 0
	}
	return fs.WalkNoFollow
}

// Access implements System.
func (g *Guest) Access(path string, mode uint32) linux.Errno {
	return g.Context.Access(g.Caller, fs.Path{}, path, mode, linux.AT_EACCESS)
}

// Mkdir implements System.
func (g *Guest) Mkdir(path string, mode uint32) linux.Errno {
	return g.Context.Mkdir(g.Caller, fs.Path{}, path, mode)
}

// Mknod implements System.
func (g *Guest) Mknod(path string, mode uint32, dev uint64) linux.Errno {
	return g.Context.Mknod(g.Caller, fs.Path{}, path, mode, dev)
}

// Symlink implements System.
func (g *Guest) Symlink(target, path string) linux.Errno {
	return g.Context.Symlink(g.Caller, target, fs.Path{}, path)
}

// Link implements System.
func (g *Guest) Link(path, to string, follow bool) linux.Errno {
	return g.Context.Link(g.Caller, fs.Path{}, path, walkFlags(follow), fs.Path{}, to)
}

// Unlink implements System.
func (g *Guest) Unlink(path string) linux.Errno { return g.Context.Unlink(g.Caller, fs.Path{}, path) }

// Rmdir implements System.
func (g *Guest) Rmdir(path string) linux.Errno { return g.Context.Rmdir(g.Caller, fs.Path{}, path) }

// Rename implements System.
func (g *Guest) Rename(path, to string, flags uint32) linux.Errno {
	return g.Context.Rename(g.Caller, fs.Path{}, path, fs.Path{}, to, flags)
}

// Readlink implements System.
func (g *Guest) Readlink(path string) (string, linux.Errno) {
	return g.Context.Readlink(g.Caller, fs.Path{}, path)
}

// at finds a place and does something with it.
func (g *Guest) at(path string, follow bool, do func(p fs.Path) linux.Errno) linux.Errno {
	p, errno := g.Context.Resolve(g.Caller, fs.Path{}, path, walkFlags(follow))
	if errno != 0 {
		return errno
	}
	return do(p)
}

// Chmod implements System.
func (g *Guest) Chmod(path string, mode uint32) linux.Errno {
	return g.at(path, true, func(p fs.Path) linux.Errno { return p.Chmod(g.Caller, mode) })
}

// Chown implements System.
func (g *Guest) Chown(path string, uid, gid uint32, follow bool) linux.Errno {
	return g.at(path, follow, func(p fs.Path) linux.Errno { return p.Chown(g.Caller, uid, gid) })
}

// Utimes implements System.
func (g *Guest) Utimes(path string, times *[2]linux.Timespec) linux.Errno {
	return g.at(path, true, func(p fs.Path) linux.Errno { return p.Utimes(g.Caller, times) })
}

// Truncate implements System.
func (g *Guest) Truncate(path string, size int64) linux.Errno {
	return g.Context.Truncate(g.Caller, fs.Path{}, path, size)
}

// Getxattr implements System.
func (g *Guest) Getxattr(path, name string) (value []byte, errno linux.Errno) {
	errno = g.at(path, true, func(p fs.Path) (errno linux.Errno) {
		value, errno = p.Getxattr(g.Caller, name)
		return errno
	})
	return value, errno
}

// Setxattr implements System.
func (g *Guest) Setxattr(path, name string, value []byte, flags uint32) linux.Errno {
	return g.at(path, true, func(p fs.Path) linux.Errno { return p.Setxattr(g.Caller, name, value, flags) })
}

// Listxattr implements System.
func (g *Guest) Listxattr(path string) (names []string, errno linux.Errno) {
	errno = g.at(path, true, func(p fs.Path) (errno linux.Errno) {
		names, errno = p.Listxattr(g.Caller)
		return errno
	})
	return names, errno
}

// Removexattr implements System.
func (g *Guest) Removexattr(path, name string) linux.Errno {
	return g.at(path, true, func(p fs.Path) linux.Errno { return p.Removexattr(g.Caller, name) })
}
