// Package procfs is proc(5): the guest's processes and system as files. Nothing in it comes from the host.
//
//	Kernel, Task   what the kernel side implements; procfs keeps no state of its own
//	entry          one name: its mode and how its contents, link or listing are made; the tables in root.go, task.go and
//	               sys.go are lists of them
//	node           an entry of a certain task, which is an Inode; a comparable value, so that two lookups of a name give
//	               equal inodes
//	textFile       an open file whose text is made when it is read from the start, as seq_file does: later reads go on in
//	               the same text, and reading from 0 again makes a new one
//
// A file of a process that is gone answers ESRCH, its names ENOENT. What only the owner or a tracer may see (links,
// memory, environment) goes by ptrace's rule for reading (ptrace(2), PTRACE_MODE_READ_FSCREDS).
package procfs
