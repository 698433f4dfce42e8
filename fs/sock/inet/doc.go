// Package inet is AF_INET and AF_INET6: TCP, UDP and ICMP echo sockets over gVisor's netstack, which runs in this process
// and touches no network of the host.
//
//	Stack    the guest's network: devices, addresses, routes. Netstack is started when the first socket is made, so that
//	         programs without any do not pay for it
//	Socket   one socket: a netstack endpoint with Linux's rules around it
//	Link     what leads out of the guest (package gateway), if anything does
//
// Bytes pass through a buffer of ours between guest memory and netstack, because a guest's memory may go away while it is
// copied, and netstack holds locks then.
//
// Netstack has no urgent data: urgent.go does out-of-band bytes between sockets of the guest.
package inet
