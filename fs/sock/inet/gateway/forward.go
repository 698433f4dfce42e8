package gateway

import (
	"bufio"
	"context"
	"net"
	"os"
	"strings"
	"time"
)

// maxAnswer is the largest answer of a name server in bytes.
const maxAnswer = 4096

// Ask passes a DNS query to the host's name server and gives its answer, nil if there is none.
func (g *Gateway) Ask(query []byte) []byte {
	ctx, cancel := context.WithTimeout(g.ctx, 3*time.Second)
	defer cancel()
	for _, server := range servers() {
		c, err := g.dial(ctx, "udp", net.JoinHostPort(server, "53"))
		if err != nil {
			continue
		}
		if answer := g.exchange(ctx, c, query); answer != nil {
			return answer
		}
	}
	return nil
}

func (g *Gateway) exchange(ctx context.Context, c net.Conn, query []byte) []byte {
	defer g.drop(c)
	if !g.keep(c) {
		return nil
	}
	if deadline, ok := ctx.Deadline(); ok {
		_ = c.SetDeadline(deadline)
	}
	if _, err := c.Write(query); err != nil {
		return nil
	}
	buf := make([]byte, maxAnswer)
	n, err := c.Read(buf)
	if err != nil {
		return nil
	}
	return buf[:n]
}

// servers are the host's name servers (resolv.conf(5)).
func servers() (list []string) {
	f, err := os.Open("/etc/resolv.conf")
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) >= 2 && fields[0] == "nameserver" {
			list = append(list, fields[1])
		}
	}
	return list
}
