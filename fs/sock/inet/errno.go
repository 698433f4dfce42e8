package inet

import (
	"gvisor.dev/gvisor/pkg/tcpip"

	"muslrun/arch/linux"
)

// errnoOf gives Linux's number for an error of netstack.
func errnoOf(err tcpip.Error) linux.Errno {
	switch err.(type) {
	case nil:
		return 0
	case *tcpip.ErrWouldBlock:
		return linux.EAGAIN
	case *tcpip.ErrConnectStarted:
		return linux.EINPROGRESS
	case *tcpip.ErrAlreadyConnecting:
		return linux.EALREADY
	case *tcpip.ErrAlreadyConnected:
		return linux.EISCONN
	case *tcpip.ErrNotConnected:
		return linux.ENOTCONN
	case *tcpip.ErrClosedForSend:
		return linux.EPIPE
	}
	if errno, ok := bindErrno(err); ok {
		return errno
	}
	if errno, ok := reachErrno(err); ok {
		return errno
	}
	return otherErrno(err)
}

// bindErrno is for what is wrong with an address or a name.
func bindErrno(err tcpip.Error) (linux.Errno, bool) {
	switch err.(type) {
	case *tcpip.ErrPortInUse, *tcpip.ErrDuplicateAddress:
		return linux.EADDRINUSE, true
	case *tcpip.ErrBadLocalAddress:
		return linux.EADDRNOTAVAIL, true
	case *tcpip.ErrNoPortAvailable:
		return linux.EAGAIN, true
	case *tcpip.ErrAddressFamilyNotSupported:
		return linux.EAFNOSUPPORT, true
	case *tcpip.ErrDestinationRequired:
		return linux.EDESTADDRREQ, true
	case *tcpip.ErrUnknownNICID, *tcpip.ErrUnknownDevice, *tcpip.ErrInvalidNICID:
		return linux.ENODEV, true
	}
	return 0, false
}

// reachErrno is for what is wrong with the network or the peer.
func reachErrno(err tcpip.Error) (linux.Errno, bool) {
	switch err.(type) {
	case *tcpip.ErrConnectionRefused:
		return linux.ECONNREFUSED, true
	case *tcpip.ErrConnectionReset:
		return linux.ECONNRESET, true
	case *tcpip.ErrConnectionAborted, *tcpip.ErrAborted:
		return linux.ECONNABORTED, true
	case *tcpip.ErrNetworkUnreachable, *tcpip.ErrNoNet:
		return linux.ENETUNREACH, true
	case *tcpip.ErrHostUnreachable:
		return linux.EHOSTUNREACH, true
	case *tcpip.ErrHostDown:
		return linux.EHOSTDOWN, true
	case *tcpip.ErrTimeout:
		return linux.ETIMEDOUT, true
	}
	return 0, false
}

func otherErrno(err tcpip.Error) linux.Errno {
	switch err.(type) {
	case *tcpip.ErrBroadcastDisabled:
		return linux.EACCES
	case *tcpip.ErrMessageTooLong:
		return linux.EMSGSIZE
	case *tcpip.ErrNoBufferSpace:
		return linux.ENOBUFS
	case *tcpip.ErrNotPermitted:
		return linux.EPERM
	case *tcpip.ErrNotSupported:
		return linux.EOPNOTSUPP
	case *tcpip.ErrUnknownProtocolOption:
		return linux.ENOPROTOOPT
	case *tcpip.ErrUnknownProtocol:
		return linux.EPROTONOSUPPORT
	case *tcpip.ErrBadAddress, *tcpip.ErrBadBuffer:
		return linux.EFAULT
	}
	return linux.EINVAL
}
