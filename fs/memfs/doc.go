// Package memfs is an in-memory file system that behaves as tmpfs(5).
//
//	FS       the file system: limits and what is in use
//	node     what all files have: attributes, links, extended attributes
//	dir      names, in the order of their making
//	file     a regular file: pages in Go memory while it is small, a memfd once it is large or mapped
//	symlink, special
//
// Locks, in this order: FS.names (all directories' entries), file.data (one file's contents), node.mu (attributes),
// FS.mapped (the list of memfds). Contents may be copied from and to guest memory while file.data is held; the copy
// may panic, so it is released by defer.
//
// A directory gives each entry a number that only grows. The number is the cookie of a listing, so entries that come
// and go do not disturb the others, and a loop of readdir and unlink misses nothing.
package memfs
