package linux

// Events of poll(2), from asm-generic/poll.h.
const (
	POLLIN     = 0x1
	POLLPRI    = 0x2
	POLLOUT    = 0x4
	POLLERR    = 0x8
	POLLHUP    = 0x10
	POLLNVAL   = 0x20
	POLLRDNORM = 0x40
	POLLRDBAND = 0x80
	POLLWRNORM = 0x100
	POLLWRBAND = 0x200
	POLLMSG    = 0x400
	POLLREMOVE = 0x1000
	POLLRDHUP  = 0x2000
)

// Events, operations and flags of epoll(7), from linux/eventpoll.h.
const (
	EPOLLIN        = 0x1
	EPOLLPRI       = 0x2
	EPOLLOUT       = 0x4
	EPOLLERR       = 0x8
	EPOLLHUP       = 0x10
	EPOLLNVAL      = 0x20
	EPOLLRDNORM    = 0x40
	EPOLLRDBAND    = 0x80
	EPOLLWRNORM    = 0x100
	EPOLLWRBAND    = 0x200
	EPOLLMSG       = 0x400
	EPOLLRDHUP     = 0x2000
	EPOLLEXCLUSIVE = 0x10000000
	EPOLLWAKEUP    = 0x20000000
	EPOLLONESHOT   = 0x40000000
	EPOLLET        = 0x80000000
	EPOLL_CTL_ADD  = 0x1
	EPOLL_CTL_DEL  = 0x2
	EPOLL_CTL_MOD  = 0x3
	EPOLL_CLOEXEC  = 0x80000
)

// Flags of eventfd2(2), from include/linux/eventfd.h.
const (
	EFD_SEMAPHORE = 1
	EFD_CLOEXEC   = O_CLOEXEC
	EFD_NONBLOCK  = O_NONBLOCK
)

// Size of an fd_set in bits, from linux/posix_types.h.
const (
	FD_SETSIZE = 1024
)
