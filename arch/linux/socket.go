package linux

// Types and flags of socket(2), from include/linux/net.h.
const (
	SOCK_STREAM    = 1
	SOCK_DGRAM     = 2
	SOCK_RAW       = 3
	SOCK_RDM       = 4
	SOCK_SEQPACKET = 5
	SOCK_DCCP      = 6
	SOCK_PACKET    = 10
	SOCK_TYPE_MASK = 0xf
	SOCK_CLOEXEC   = O_CLOEXEC
	SOCK_NONBLOCK  = O_NONBLOCK
)

// Address families, from include/linux/socket.h.
const (
	AF_UNSPEC  = 0
	AF_UNIX    = 1
	AF_LOCAL   = 1
	AF_INET    = 2
	AF_INET6   = 10
	AF_NETLINK = 16
	AF_PACKET  = 17
	AF_ALG     = 38
	AF_VSOCK   = 40
	AF_MAX     = 46
)

// Ends of shutdown(2), from include/linux/net.h.
const (
	SHUT_RD   = 0
	SHUT_WR   = 1
	SHUT_RDWR = 2
)

// Flags of the message calls, from include/linux/socket.h.
const (
	MSG_OOB          = 1
	MSG_PEEK         = 2
	MSG_DONTROUTE    = 4
	MSG_CTRUNC       = 8
	MSG_PROBE        = 0x10
	MSG_TRUNC        = 0x20
	MSG_DONTWAIT     = 0x40
	MSG_EOR          = 0x80
	MSG_WAITALL      = 0x100
	MSG_FIN          = 0x200
	MSG_SYN          = 0x400
	MSG_CONFIRM      = 0x800
	MSG_RST          = 0x1000
	MSG_ERRQUEUE     = 0x2000
	MSG_NOSIGNAL     = 0x4000
	MSG_MORE         = 0x8000
	MSG_WAITFORONE   = 0x10000
	MSG_BATCH        = 0x40000
	MSG_ZEROCOPY     = 0x4000000
	MSG_FASTOPEN     = 0x20000000
	MSG_CMSG_CLOEXEC = 0x40000000
)

// Kinds of control messages, from include/linux/socket.h.
const (
	SCM_RIGHTS      = 1
	SCM_CREDENTIALS = 2
)

// Levels of setsockopt(2), from asm-generic/socket.h and include/linux/socket.h.
const (
	SOL_SOCKET  = 1
	SOL_IP      = 0
	SOL_TCP     = 6
	SOL_UDP     = 17
	SOL_IPV6    = 41
	SOL_ICMPV6  = 58
	SOL_RAW     = 255
	SOL_PACKET  = 263
	SOL_NETLINK = 270
)

// Options of SOL_SOCKET, from asm-generic/socket.h.
const (
	SO_DEBUG                         = 1
	SO_REUSEADDR                     = 2
	SO_TYPE                          = 3
	SO_ERROR                         = 4
	SO_DONTROUTE                     = 5
	SO_BROADCAST                     = 6
	SO_SNDBUF                        = 7
	SO_RCVBUF                        = 8
	SO_KEEPALIVE                     = 9
	SO_OOBINLINE                     = 10
	SO_NO_CHECK                      = 11
	SO_PRIORITY                      = 12
	SO_LINGER                        = 13
	SO_BSDCOMPAT                     = 14
	SO_REUSEPORT                     = 15
	SO_PASSCRED                      = 16
	SO_PEERCRED                      = 17
	SO_RCVLOWAT                      = 18
	SO_SNDLOWAT                      = 19
	SO_RCVTIMEO_OLD                  = 20
	SO_SNDTIMEO_OLD                  = 21
	SO_SECURITY_AUTHENTICATION       = 22
	SO_SECURITY_ENCRYPTION_TRANSPORT = 23
	SO_SECURITY_ENCRYPTION_NETWORK   = 24
	SO_BINDTODEVICE                  = 25
	SO_ATTACH_FILTER                 = 26
	SO_DETACH_FILTER                 = 27
	SO_PEERNAME                      = 28
	SO_TIMESTAMP_OLD                 = 29
	SO_ACCEPTCONN                    = 30
	SO_PEERSEC                       = 31
	SO_SNDBUFFORCE                   = 32
	SO_RCVBUFFORCE                   = 33
	SO_PASSSEC                       = 34
	SO_TIMESTAMPNS_OLD               = 35
	SO_MARK                          = 36
	SO_TIMESTAMPING_OLD              = 37
	SO_PROTOCOL                      = 38
	SO_DOMAIN                        = 39
	SO_RXQ_OVFL                      = 40
	SO_WIFI_STATUS                   = 41
	SO_PEEK_OFF                      = 42
	SO_NOFCS                         = 43
	SO_LOCK_FILTER                   = 44
	SO_SELECT_ERR_QUEUE              = 45
	SO_BUSY_POLL                     = 46
	SO_MAX_PACING_RATE               = 47
	SO_BPF_EXTENSIONS                = 48
	SO_INCOMING_CPU                  = 49
	SO_ATTACH_BPF                    = 50
	SO_ATTACH_REUSEPORT_CBPF         = 51
	SO_ATTACH_REUSEPORT_EBPF         = 52
	SO_CNX_ADVICE                    = 53
	SO_MEMINFO                       = 55
	SO_INCOMING_NAPI_ID              = 56
	SO_COOKIE                        = 57
	SO_PEERGROUPS                    = 59
	SO_ZEROCOPY                      = 60
	SO_TXTIME                        = 61
	SO_BINDTOIFINDEX                 = 62
	SO_TIMESTAMP_NEW                 = 63
	SO_TIMESTAMPNS_NEW               = 64
	SO_TIMESTAMPING_NEW              = 65
	SO_RCVTIMEO_NEW                  = 66
	SO_SNDTIMEO_NEW                  = 67
	SO_DETACH_REUSEPORT_BPF          = 68
	SO_PREFER_BUSY_POLL              = 69
	SO_BUSY_POLL_BUDGET              = 70
	SO_NETNS_COOKIE                  = 71
	SO_BUF_LOCK                      = 72
	SO_RESERVE_MEM                   = 73
	SO_TXREHASH                      = 74
	SO_RCVMARK                       = 75
)

// Options of the IP, IPv6 and TCP levels that ordinary programs set, from linux/in.h, linux/in6.h and linux/tcp.h.
const (
	IP_TOS                  = 1
	IP_TTL                  = 2
	IP_HDRINCL              = 3
	IP_PKTINFO              = 8
	IP_MTU_DISCOVER         = 10
	IP_RECVERR              = 11
	IP_RECVTTL              = 12
	IP_MULTICAST_IF         = 32
	IP_MULTICAST_TTL        = 33
	IP_MULTICAST_LOOP       = 34
	IP_ADD_MEMBERSHIP       = 35
	IP_DROP_MEMBERSHIP      = 36
	IP_BIND_ADDRESS_NO_PORT = 24
	IPV6_UNICAST_HOPS       = 16
	IPV6_MULTICAST_IF       = 17
	IPV6_MULTICAST_HOPS     = 18
	IPV6_MULTICAST_LOOP     = 19
	IPV6_MTU_DISCOVER       = 23
	IPV6_V6ONLY             = 26
	IPV6_RECVPKTINFO        = 49
	IPV6_PKTINFO            = 50
	TCP_NODELAY             = 1
	TCP_MAXSEG              = 2
	TCP_CORK                = 3
	TCP_KEEPIDLE            = 4
	TCP_KEEPINTVL           = 5
	TCP_KEEPCNT             = 6
	TCP_SYNCNT              = 7
	TCP_LINGER2             = 8
	TCP_DEFER_ACCEPT        = 9
	TCP_WINDOW_CLAMP        = 10
	TCP_INFO                = 11
	TCP_QUICKACK            = 12
	TCP_CONGESTION          = 13
	TCP_USER_TIMEOUT        = 18
	TCP_FASTOPEN            = 23
)

// Protocols, from linux/in.h and linux/in6.h.
const (
	IPPROTO_IP     = 0
	IPPROTO_ICMP   = 1
	IPPROTO_TCP    = 6
	IPPROTO_UDP    = 17
	IPPROTO_IPV6   = 41
	IPPROTO_ICMPV6 = 58
	IPPROTO_RAW    = 255
)

// Subcalls of socketcall(2), from linux/net.h.
const (
	SYS_SOCKET      = 1
	SYS_BIND        = 2
	SYS_CONNECT     = 3
	SYS_LISTEN      = 4
	SYS_ACCEPT      = 5
	SYS_GETSOCKNAME = 6
	SYS_GETPEERNAME = 7
	SYS_SOCKETPAIR  = 8
	SYS_SEND        = 9
	SYS_RECV        = 10
	SYS_SENDTO      = 11
	SYS_RECVFROM    = 12
	SYS_SHUTDOWN    = 13
	SYS_SETSOCKOPT  = 14
	SYS_GETSOCKOPT  = 15
	SYS_SENDMSG     = 16
	SYS_RECVMSG     = 17
	SYS_ACCEPT4     = 18
	SYS_RECVMMSG    = 19
	SYS_SENDMMSG    = 20
)
