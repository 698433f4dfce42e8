// Package pipe is pipe(2) and fifo(7): a bounded buffer between those who write and those who read.
//
// The buffer is a ring of slots, each a page that holds up to 4096 bytes, as in Linux, because programs see the
// slots: a write of at most PIPE_BUF bytes goes wholly into the last slot or into a new one, so that a pipe that got
// 3000-byte writes is full after 16 of them, and a full pipe becomes writable only when its first slot is drained. In
// packet mode (O_DIRECT) every write fills slots of its own, and a read takes one slot and forgets what it has no
// room for.
//
//	Pipe    the ring, and how many descriptions read and write it
//	End     one open file description of it: fs.FileOps
//	Limits  what all pipes of a guest may hold together (pipe(7), /proc/sys/fs/pipe-*)
//
// # Waiting
//
// Nothing here blocks. The kernel side does, with these rules:
//
//   - EAGAIN from a read or a write: wait on Queue, try again; with O_NONBLOCK give the EAGAIN to the guest.
//   - A write that took less than it was given: a blocking description waits for EventOut and writes the rest, and only
//     a signal or an error ends it early, with the count so far. With O_NONBLOCK the short count is the result.
//   - EPIPE from a write: the task also gets SIGPIPE.
//   - open(2) of a FIFO without O_NONBLOCK is complete when Opened returns 0. The End counts as reader or writer from
//     the start, so a partner that comes and goes in the meantime completes it, and giving up is Release.
//
// A fault while copying leaves the pipe as if the call had not happened: data are taken and published only when all has
// been copied.
package pipe
