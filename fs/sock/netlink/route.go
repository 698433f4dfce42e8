package netlink

import (
	"net/netip"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// Attributes and values (linux/if_link.h, linux/if_addr.h, linux/rtnetlink.h).
const (
	linkAddress   = 1
	linkBroadcast = 2
	linkName      = 3
	linkMTU       = 4
	linkQdisc     = 6
	linkQueueLen  = 13
	linkOperState = 16
	linkMode      = 17
	linkCarrier   = 33

	addrAddress   = 1
	addrLocal     = 2
	addrLabel     = 3
	addrBroadcast = 4
	addrFlags     = 8
	addrPermanent = 0x80

	routeDst     = 1
	routeOut     = 4
	routeGateway = 5
	routeSource  = 7
	routeTable   = 15

	tableMain       = 254
	protocolKernel  = 2
	protocolBoot    = 3
	scopeUniverse   = 0
	scopeLink       = 253
	scopeHost       = 254
	routeUnicast    = 1
	operUnknown     = 0
	operUp          = 6
	operDown        = 2
	ifinfoIndexAt   = 4 // of ifi_index in struct ifinfomsg
	ifinfoSize      = 16
	maxNameInLookup = 16
)

// dump writes the answer to a request for everything.
func (s *Socket) dump(w *writer, r *request) linux.Errno {
	family := byte(0)
	if len(r.body) > 0 {
		family = r.body[0]
	}
	h := header{flags: flagMulti, seq: r.seq, port: s.port()}
	for _, d := range s.Devices() {
		switch r.kind {
		case getLink:
			w.link(h, &d)
		case getAddr:
			w.addresses(h, &d, family)
		case getRoute:
			w.routes(h, &d, family)
		case getNeigh, getRule:
		default:
			return linux.EOPNOTSUPP
		}
	}
	h.kind = msgDone
	w.begin(h)
	w.u32(0)
	w.end()
	return 0
}

// one answers a request for one link.
func (s *Socket) one(w *writer, r *request) linux.Errno {
	if r.kind != getLink {
		return linux.EOPNOTSUPP
	}
	if len(r.body) < ifinfoSize {
		return linux.EINVAL
	}
	index := int(int32(w.order.Uint(r.body[ifinfoIndexAt : ifinfoIndexAt+4])))
	name := attribute(w, r.body[ifinfoSize:], linkName)
	for _, d := range s.Devices() {
		if d.Index == index || index == 0 && name != "" && d.Name == name {
			w.link(header{seq: r.seq, port: s.port()}, &d)
			return 0
		}
	}
	return linux.ENODEV
}

// attribute finds a string among attributes.
func attribute(w *writer, raw []byte, kind uint16) string {
	for len(raw) >= attrSize {
		size := int(w.order.Uint(raw[:2]))
		if size < attrSize || size > len(raw) {
			break
		}
		if uint16(w.order.Uint(raw[2:4])) == kind {
			value := raw[attrSize:size]
			for i, c := range value {
				if c == 0 {
					value = value[:i]
					break
				}
			}
			return string(value[:min(len(value), maxNameInLookup)])
		}
		raw = raw[min((size+3)&^3, len(raw)):]
	}
	return ""
}

// link writes an RTM_NEWLINK.
func (w *writer) link(h header, d *fs.NetDevice) {
	h.kind = newLink
	w.begin(h)
	w.u8(0, 0)
	w.u16(d.Hardware)
	w.u32(uint32(d.Index))
	flags, state := d.Flags, byte(operDown)
	if flags&fs.DeviceUp != 0 {
		flags |= fs.DeviceLowerUp
		if state = operUp; flags&fs.DeviceLoopback != 0 {
			state = operUnknown
		}
	}
	w.u32(flags)
	w.u32(0)
	w.attrString(linkName, d.Name)
	w.attr32(linkQueueLen, uint32(d.QueueLen))
	w.attr(linkOperState, []byte{state})
	w.attr(linkMode, []byte{0})
	w.attr32(linkMTU, uint32(d.MTU))
	w.attr(linkCarrier, []byte{1})
	w.attrString(linkQdisc, "noqueue")
	w.attr(linkAddress, d.Address[:])
	broadcast := [6]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	if d.Flags&fs.DeviceLoopback != 0 {
		broadcast = [6]byte{}
	}
	w.attr(linkBroadcast, broadcast[:])
	w.end()
}

func familyOf(a netip.Addr) byte {
	if a.Is4() {
		return linux.AF_INET
	}
	return linux.AF_INET6
}

// addresses writes an RTM_NEWADDR for each address.
func (w *writer) addresses(h header, d *fs.NetDevice, family byte) {
	h.kind = newAddr
	for _, p := range d.Addresses {
		own := familyOf(p.Addr())
		if family != linux.AF_UNSPEC && family != own {
			continue
		}
		scope := byte(scopeUniverse)
		if p.Addr().IsLoopback() {
			scope = scopeHost
		}
		ip := p.Addr().AsSlice()
		w.begin(h)
		w.u8(own, byte(p.Bits()), addrPermanent, scope)
		w.u32(uint32(d.Index))
		w.attr(addrAddress, ip)
		if own == linux.AF_INET {
			w.attr(addrLocal, ip)
			if d.Flags&fs.DeviceBroadcast != 0 {
				w.attr(addrBroadcast, last(p))
			}
			w.attrString(addrLabel, d.Name)
		}
		w.attr32(addrFlags, addrPermanent)
		w.end()
	}
}

// last is the last address of an IPv4 network.
func last(p netip.Prefix) []byte {
	b := p.Addr().As4()
	for bit := p.Bits(); bit < 32; bit++ {
		b[bit/8] |= 0x80 >> (bit % 8)
	}
	return b[:]
}

// routes writes an RTM_NEWROUTE for the default route and for each network but loopback's, which is in no main table.
func (w *writer) routes(h header, d *fs.NetDevice, family byte) {
	if d.Flags&fs.DeviceLoopback != 0 {
		return
	}
	if d.Gateway.IsValid() && (family == linux.AF_UNSPEC || family == familyOf(d.Gateway)) {
		w.route(h, d, netip.PrefixFrom(d.Gateway, 0), protocolBoot, scopeUniverse)
	}
	for _, p := range d.Addresses {
		if family == linux.AF_UNSPEC || family == familyOf(p.Addr()) {
			w.route(h, d, p, protocolKernel, scopeLink)
		}
	}
}

// route writes one route: to a network that the device is in or, with no bits, by way of the gateway p.
func (w *writer) route(h header, d *fs.NetDevice, p netip.Prefix, protocol, scope byte) {
	h.kind = newRoute
	w.begin(h)
	w.u8(familyOf(p.Addr()), byte(p.Bits()), 0, 0, tableMain, protocol, scope, routeUnicast)
	w.u32(0)
	w.attr32(routeTable, tableMain)
	if p.Bits() == 0 {
		w.attr(routeGateway, p.Addr().AsSlice())
	} else {
		w.attr(routeDst, p.Masked().Addr().AsSlice())
		w.attr(routeSource, p.Addr().AsSlice())
	}
	w.attr32(routeOut, uint32(d.Index))
	w.end()
}
