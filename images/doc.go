// Package images builds the root file systems of guests.
//
//	skeleton   /etc, /tmp and the other files of a bare root; the table skeleton/tree.tsv says which
//	directory  of the host, read-only under an overlay (or written through, if that is asked for)
//	tar        plain or compressed (gzip, zstd, bzip2), loaded into memory
//	OCI        an image layout, as a directory or as a tar archive: its layers, loaded into memory
//	runtime    musl's dynamic linker for an ABI, from the cache that `make runtimes` fills
//
// Images come from anywhere, so they are hostile. What is loaded goes through the VFS into a name space of its own, whose root
// is the new file system: a symbolic link in an archive leads into the image, whatever it says. Names with ".." are refused,
// devices are left out, and sizes and numbers are bounded before memory is used (Config.MaxBytes, Config.MaxFiles). A bad
// image is an error that says what is wrong with it; half of one is never run.
package images
