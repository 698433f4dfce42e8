// Package unix is AF_UNIX (unix(7)): stream, datagram and seqpacket sockets, their names, and the files and credentials
// that travel with messages.
//
//	Domain   the sockets of one guest: the abstract names, and what is under way between sockets
//	Socket   one socket; a datagram lies in the receiver's queue and is paid for by the sender's buffer
//	packet   a datagram, or a part of a stream
//
// # Locks
//
//	Domain.topology   one connection or name is made or ended at a time
//	Domain.flight     which sockets are in messages
//	Socket.mu         a socket's state and queue; never two at a time
//	Domain.trash      files that are to be closed
//
// Queues are notified, and files closed, with none of them held. The name of a socket is set once and read without a
// lock.
//
// # Files in messages
//
// A socket can be sent through itself, so that nobody can ever receive it again. When a socket closes while sockets are
// under way, collect (flight.go) finds those that only messages in their own queues refer to, and empties the queues, as
// Linux does (net/unix/garbage.c).
package unix
