// Package dns answers the queries that a guest's C library sends to the server in /etc/resolv.conf: from /etc/hosts and,
// if there is a way out, by asking another server.
package dns

import (
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// Server answers queries.
type Server struct {
	// Hosts is the text of the guest's /etc/hosts.
	Hosts func() string
	// Ask passes a query on and gives the answer, nil if there is none. It is nil where nothing leads out.
	Ask func(query []byte) []byte
}

// ttl is how long an answer holds, in seconds: /etc/hosts may change.
const ttl = 0

// Answer answers a query; nil for what is none.
func (s *Server) Answer(query []byte) []byte {
	var p dnsmessage.Parser
	head, err := p.Start(query)
	if err != nil || head.Response {
		return nil
	}
	q, err := p.Question()
	if err != nil {
		return reply(head, nil, nil, dnsmessage.RCodeFormatError)
	}
	addrs, known := s.lookup(strings.TrimSuffix(strings.ToLower(q.Name.String()), "."))
	switch {
	case known:
		return reply(head, &q, addrs, dnsmessage.RCodeSuccess)
	case s.Ask == nil:
		return reply(head, &q, nil, dnsmessage.RCodeNameError)
	}
	if answer := s.Ask(query); answer != nil {
		return answer
	}
	return reply(head, &q, nil, dnsmessage.RCodeServerFailure)
}

// lookup finds a name's addresses. Names below localhost are this machine's (RFC 6761).
func (s *Server) lookup(name string) (addrs []netip.Addr, known bool) {
	for line := range strings.Lines(s.Hosts()) {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		ip, err := netip.ParseAddr(fields[0])
		if err != nil {
			continue
		}
		for _, alias := range fields[1:] {
			if strings.EqualFold(alias, name) {
				addrs = append(addrs, ip)
			}
		}
	}
	if len(addrs) == 0 && (name == "localhost" || strings.HasSuffix(name, ".localhost")) {
		addrs = []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}
	}
	return addrs, len(addrs) > 0
}

// reply writes an answer to one question, with those of the addresses that are of its type.
func reply(head dnsmessage.Header, q *dnsmessage.Question, addrs []netip.Addr, code dnsmessage.RCode) []byte {
	b := dnsmessage.NewBuilder(nil, dnsmessage.Header{
		ID: head.ID, Response: true, Authoritative: true, RecursionDesired: head.RecursionDesired, RecursionAvailable: true,
		RCode: code,
	})
	if q != nil {
		if b.StartQuestions() != nil || b.Question(*q) != nil || b.StartAnswers() != nil {
			return nil
		}
		for _, a := range addrs {
			add(&b, q, a)
		}
	}
	out, err := b.Finish()
	if err != nil {
		return nil
	}
	return out
}

// add adds an address if the question asks for its type. The builder refuses only what does not fit; that is left out.
func add(b *dnsmessage.Builder, q *dnsmessage.Question, a netip.Addr) {
	h := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: ttl}
	switch {
	case q.Type == dnsmessage.TypeA && a.Is4():
		_ = b.AResource(h, dnsmessage.AResource{A: a.As4()})
	case q.Type == dnsmessage.TypeAAAA && a.Is6():
		_ = b.AAAAResource(h, dnsmessage.AAAAResource{AAAA: a.As16()})
	}
}
