// Package sock is what all sockets share: the interface that system calls use, addresses, messages, the options of
// SOL_SOCKET, and the file system that gives sockets their inodes (sockfs). The families are packages below it, which
// do not know each other:
//
//	unix     AF_UNIX
//	netlink  AF_NETLINK, as far as getifaddrs(3) needs it
//	inet     AF_INET and AF_INET6, over gVisor's netstack
//
// Nothing here knows a guest's byte layout. Socket addresses are Go structures; options and control messages are bytes
// in the inner form: as on x86_64, so integers are little-endian. The system calls translate both.
//
// As with every fs.FileOps nothing blocks: what would have to wait answers EAGAIN (connect: EINPROGRESS), and the kernel
// waits on Queue and does it again.
package sock
