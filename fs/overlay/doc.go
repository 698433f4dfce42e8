// Package overlay shows a file system that stays as it is (the lower one) with changes that live in another (the upper one,
// in memory): copy on write.
//
// Names and contents are kept apart. Names live here, in memory: a directory node has the lower directory that it shows and
// a map of what differs from it. A name in that map leads to a node, or to nothing: then it is a whiteout. A directory made
// by the guest has no lower one, so nothing can shine through (what overlayfs(5) calls opaque), and a renamed lower directory
// is the same node under another name. Contents and attributes of what was made or changed live in the upper file system,
// which is used as a flat store: one entry in its root for each file, named by its inode number. The upper file system must
// be empty and nobody else's.
//
// A file is copied up when it is opened for writing, or its attributes change: data (holes stay holes), owner, mode, times
// and extended attributes. A directory is copied up without what is in it. Renaming, linking and unlinking copy nothing.
//
// What stays the same across a copy-up:
//
//   - The inode number. Lower files have twice their own number, files of the guest odd ones.
//   - Hard links: names of one lower inode lead to one node, so all of them see the copy.
//   - Open descriptions: those that were opened before read the copy from then on.
//
// Mappings do not: one that was made before the copy-up shows the lower file for as long as it lives, as with Linux's
// overlayfs. Mappings made later, and all mappings of descriptions that can write, show the copy.
//
// If the lower file system is changed from outside meanwhile, what is seen of it may be old or new, and nothing worse.
//
// Lock order: a node's copying lock before the superblock's lock, which guards names and links. Locks of the layers are
// innermost.
package overlay
