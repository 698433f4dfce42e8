// Package devfs is what is behind /dev: the drivers of character devices, the names that /dev holds, and devpts.
//
//	Devices   device number -> driver; serves nodes of any file system (fs.SpecialOpener)
//	Populate  makes the usual nodes, links and directories in an empty directory, as devtmpfs has them
//	PTS       the file system of /dev/pts: one node for each terminal that is there now
//
// /dev itself is a tmpfs that the kernel mounts and has populated, so a guest may add and remove names there. The
// memory devices are complete here; terminals are registered by the kernel, which knows sessions:
//
//	5:0 tty       the caller's controlling terminal, ENXIO without one
//	5:1 console   the first terminal
//	5:2 ptmx      a new pseudo terminal
//	136:N pts/N   registered by PTS
//
// /dev/log, the socket of syslog(3), is made by whoever has sockets.
package devfs
