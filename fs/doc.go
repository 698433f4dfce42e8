// Package fs is the virtual file system: names, mounts, inodes and open files.
//
//	Path        a place in the name space: a Dentry on a Mount
//	Namespace   the tree of mounts
//	Context     a process's view of it: root, working directory, umask (fs_struct)
//	Inode       a file of some file system
//	File        an open file description; FileOps is the file system's part of it
//	Queue       those who wait for readiness
//
// A path walk (walk.go) turns a string into a Path. Operations on names (open.go, names.go, rename.go) are methods
// of Context, those on what was found (attr.go, xattr.go) of Path, those on descriptors (file*.go, lock.go) of File.
// They check permissions and all that Linux's own VFS checks; a file system is asked last. File systems live in
// sub-packages and know nothing of each other or of the kernel. Package fstest compares them, through the VFS, with
// the real Linux.
//
// # Dentries
//
// A file system that is Exclusive has names that change through the VFS only; what was found once is believed. Any
// other one is asked at each step, and a dentry stays as long as the same Inode is found. Dentries that nobody
// stands on are left to the garbage collector. There are no negative ones.
//
// # Locks
//
// Taken in this order; a file system's own come after those of the VFS that are held when it is called (tree.moving
// and Dentry.dir by those that change names, File.mu by reads and writes at the offset):
//
//	tree.moving     one rename across directories at a time
//	Dentry.dir      a directory's names: of an ancestor before a descendant's, of others by serial
//	File.mu         the offset
//	the file system's
//	Namespace.mu    mounts
//	tree.mu         parents, names and children of dentries
//	locks, busy     tables of advisory locks, and of running programs
//	Queue.mu        waiters; Notify runs under it
//
// Context.mu guards only the fields of a Context; nothing is called under it.
package fs
