// Package hostfs shows a directory (or one file) of the host as a file system of the guest. It is one of the few places
// that touch the host, and its whole design serves one sentence: the guest reaches nothing that is not below the root that
// it was given.
//
//	Superblock  one shared directory: its options, the inode numbers that were given out, the cache of descriptors
//	node        one host inode (device, number); there is one node for each, found again through a weak pointer
//	handle      an O_PATH descriptor of a node; a bounded cache keeps the recently used ones
//	file        an open file description; those of one node share one host descriptor for each access mode
//
// # Why it cannot be left
//
// No host path is ever built from what the guest says. Every operation takes the descriptor of a directory that is known to
// be below the root and one name, which is neither "." nor ".." and holds no slash. Descriptors are opened with O_PATH and
// O_NOFOLLOW (and openat2's RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS and RESOLVE_NO_MAGICLINKS where the host has it), so a
// symbolic link is opened as itself: its text goes to our own VFS, which walks it in the guest's name space. A name that is
// swapped under our feet yields another file below the root at worst, never one outside. When a cached descriptor has
// been closed, the node is found again by the names that led to it, one step at a time, and its identity is compared: a
// mismatch is ESTALE.
//
// The descriptor is then used through /proc/self/fd, which reaches exactly the file that was looked at. Devices, sockets and
// FIFOs of the host are names only (ENXIO; what the guest itself makes of the latter two meets in our kernel), and file systems whose files act on the host when they are touched (proc,
// sysfs, cgroup ...) are refused where they are mounted below the root (EACCES): /proc/self/mem would be our own memory.
//
// # What the guest sees of the host
//
// Device and inode numbers are ours: the root is 1, and the others are counted as they are first looked up or listed.
// Listings are sorted by name, so a guest that does the same things sees the same numbers on every host. Files of the user
// who runs muslrun belong to the guest's user, all others to nobody, unless Options.KeepIDs says otherwise. Set-id bits are
// neither shown nor stored. Times, sizes of files, permission bits and user.* attributes pass through; directories all have
// the same size. Devices cannot be made (EPERM).
package hostfs
