package gateway

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// Port is a port of the guest that the host's loopback shows.
type Port struct{ Host, Guest uint16 }

// ParsePort reads HOST:GUEST, or one number for both.
func ParsePort(text string) (p Port, err error) {
	host, guest, two := strings.Cut(text, ":")
	if !two {
		guest = host
	}
	for _, part := range []struct {
		text string
		to   *uint16
	}{{host, &p.Host}, {guest, &p.Guest}} {
		n, err := strconv.ParseUint(part.text, 10, 16)
		if err != nil || n == 0 {
			return p, fmt.Errorf("port %q: write HOST:GUEST, two numbers from 1 to 65535", text)
		}
		*part.to = uint16(n)
	}
	return p, nil
}

// Published shows ports of a guest at the host's loopback.
type Published struct {
	relays
	listeners []net.Listener
	dial      func(ctx context.Context, port uint16) (net.Conn, error)
}

// Publish listens at the host's ports. dial connects to a port of the guest.
func Publish(ports []Port, dial func(ctx context.Context, port uint16) (net.Conn, error)) (*Published, error) {
	p := &Published{relays: newRelays(), dial: dial}
	for _, port := range ports {
		l, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(port.Host))))
		if err != nil {
			p.Close()
			return nil, fmt.Errorf("cannot publish the guest's port %d: %w", port.Guest, err)
		}
		p.listeners = append(p.listeners, l)
		p.wg.Go(func() { p.accept(l, port.Guest) })
	}
	return p, nil
}

func (p *Published) accept(l net.Listener, port uint16) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		if !p.begin() {
			_ = c.Close()
			continue
		}
		go func() {
			defer p.done()
			p.connect(c, port)
		}()
	}
}

// connect carries one connection into the guest; one that the guest refuses is closed.
func (p *Published) connect(c net.Conn, port uint16) {
	ctx, cancel := context.WithTimeout(p.ctx, 10*time.Second)
	defer cancel()
	in, err := p.dial(ctx, port)
	if err != nil {
		_ = c.Close()
		return
	}
	p.splice(in, c)
}

// Close ends the listeners and all connections.
func (p *Published) Close() {
	for _, l := range p.listeners {
		_ = l.Close()
	}
	p.end()
}
