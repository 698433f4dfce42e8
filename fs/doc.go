// Package fs is the virtual file system: names, mounts, inodes and open files.
//
//	Path        a place in the name space: a Dentry on a Mount
//	Namespace   the tree of mounts
//	Context     a process's view of it: root, working directory, umask (fs_struct)
//	Inode       a file of some file system
//	File        an open file description; FileOps is the file system's part of it
//	Queue       those who wait for readiness
//
// A path walk (walk.go) turns a string into a Path; the operations (ops.go) do what system calls ask for with it. File
// systems live in sub-packages and know nothing of each other or of the kernel.
package fs
