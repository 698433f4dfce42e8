// Package netlink is AF_NETLINK with the protocol NETLINK_ROUTE (netlink(7), rtnetlink(7)), as far as programs ask for the
// network that they have: links, addresses and routes, which getifaddrs(3), if_nameindex(3) and ip(8) read. Changing
// anything is EPERM.
//
// Messages are in the guest's byte order; their layout has no long, so that is all that differs between ABIs.
package netlink
