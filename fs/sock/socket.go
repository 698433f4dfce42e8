package sock

import (
	"sync"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// Socket is the operations of a socket's description. Every family embeds Base, which has the part that is common.
type Socket interface {
	fs.FileOps
	Common() *Base

	// Bind gives the socket an address. names is where path names of AF_UNIX lead to.
	Bind(c *fs.Caller, names *fs.Context, a Address) linux.Errno
	// Connect begins to connect. EAGAIN: there is no room in the listener's backlog, wait for EventOut and call again.
	// EINPROGRESS: wait for EventOut, then Connected tells the outcome. AF_UNSPEC dissolves an association.
	Connect(c *fs.Caller, names *fs.Context, a Address) linux.Errno
	// Connected is the outcome of a connect that was in progress: EAGAIN while it is.
	Connected() linux.Errno
	Listen(c *fs.Caller, backlog int) linux.Errno
	// Accept takes a connection from the backlog.
	Accept(c *fs.Caller) (Socket, linux.Errno)
	// Name is the socket's own address, Peer that of the one that it is connected to.
	Name() (Address, linux.Errno)
	Peer() (Address, linux.Errno)
	// Shutdown implements shutdown(2); how is linux.SHUT_RD and so on, checked by the caller.
	Shutdown(how int) linux.Errno

	// Send sends the bytes of src with what else is in m. A stream may take a part. The files of m are the socket's if
	// it has taken anything.
	Send(c *fs.Caller, m *Message, src [][]byte) (int, linux.Errno)
	// Receive fills dst and m. It gives the number of bytes, of a datagram the full size if m asks with MSG_TRUNC.
	Receive(c *fs.Caller, m *Message, dst [][]byte) (int, linux.Errno)

	// Option and SetOption are options of any level, in the inner form; Base has those of SOL_SOCKET that are common. room
	// is how many bytes the caller has for the value.
	Option(c *fs.Caller, level, name, room int) ([]byte, linux.Errno)
	SetOption(c *fs.Caller, level, name int, value []byte) linux.Errno

	// Describe adds to what /proc/net tells of the socket what its family knows.
	Describe(info *fs.SocketInfo)
}

// Refused answers what a socket has that cannot do an operation. Families embed it for what they lack.
type Refused struct{}

// Bind refuses.
func (Refused) Bind(*fs.Caller, *fs.Context, Address) linux.Errno { return linux.EOPNOTSUPP }

// Connect refuses.
func (Refused) Connect(*fs.Caller, *fs.Context, Address) linux.Errno { return linux.EOPNOTSUPP }

// Connected has nothing in progress.
func (Refused) Connected() linux.Errno { return 0 }

// Listen refuses.
func (Refused) Listen(*fs.Caller, int) linux.Errno { return linux.EOPNOTSUPP }

// Accept refuses.
func (Refused) Accept(*fs.Caller) (Socket, linux.Errno) { return nil, linux.EOPNOTSUPP }

// Shutdown refuses.
func (Refused) Shutdown(int) linux.Errno { return linux.EOPNOTSUPP }

// Option has none.
func (Refused) Option(*fs.Caller, int, int, int) ([]byte, linux.Errno) { return nil, linux.ENOPROTOOPT }

// SetOption has none.
func (Refused) SetOption(*fs.Caller, int, int, []byte) linux.Errno { return linux.ENOPROTOOPT }

// messages are kept for use again by plain reads and writes.
var messages = sync.Pool{New: func() any { return new(Message) }}

// bare runs an operation with an empty message. What was received with it is dropped.
func bare(s Socket, c *fs.Caller, op func(Socket, *fs.Caller, *Message, [][]byte) (int, linux.Errno), bufs [][]byte) (
	int, linux.Errno) {
	m := messages.Get().(*Message)
	m.Flags = s.Common().waitFlag()
	n, errno := op(s, c, m, bufs)
	m.Drop(c)
	*m = Message{}
	messages.Put(m)
	return n, errno
}

// Read is fs.FileOps.ReadAt for a socket: a receive without flags.
func Read(s Socket, c *fs.Caller, dst [][]byte) (int, linux.Errno) {
	if fs.Size(dst) == 0 && s.Common().Type == linux.SOCK_STREAM {
		return 0, 0
	}
	return bare(s, c, Socket.Receive, dst)
}

// Write is fs.FileOps.WriteAt for a socket: a send without flags.
func Write(s Socket, c *fs.Caller, src [][]byte) (int, linux.Errno) {
	return bare(s, c, Socket.Send, src)
}
