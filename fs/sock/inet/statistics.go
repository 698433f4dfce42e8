package inet

import (
	"gvisor.dev/gvisor/pkg/tcpip"

	"muslrun/fs"
)

type (
	stats = tcpip.Stats
	count = tcpip.StatCounter
)

// counter is a counter of /proc/net/snmp: what it is called, and the counter of netstack, nil for what never happens here,
// whose value is fixed.
type counter struct {
	name  string
	of    func(*stats) *count
	fixed int64
}

// statistics are the lines of /proc/net/snmp (net/ipv4/proc.c).
var statistics = []struct {
	protocol string
	counters []counter
}{
	{"Ip", []counter{
		{name: "Forwarding", fixed: 2}, {name: "DefaultTTL", fixed: 64},
		{name: "InReceives", of: func(s *stats) *count { return s.IP.PacketsReceived }},
		{name: "InHdrErrors", of: func(s *stats) *count { return s.IP.MalformedPacketsReceived }},
		{name: "InAddrErrors", of: func(s *stats) *count {
			return s.IP.InvalidDestinationAddressesReceived
		}},
		{name: "ForwDatagrams"}, {name: "InUnknownProtos"}, {name: "InDiscards"},
		{name: "InDelivers", of: func(s *stats) *count { return s.IP.PacketsDelivered }},
		{name: "OutRequests", of: func(s *stats) *count { return s.IP.PacketsSent }},
		{name: "OutDiscards", of: func(s *stats) *count { return s.IP.OutgoingPacketErrors }},
		{name: "OutNoRoutes"}, {name: "ReasmTimeout"}, {name: "ReasmReqds"}, {name: "ReasmOKs"}, {name: "ReasmFails"},
		{name: "FragOKs"}, {name: "FragFails"}, {name: "FragCreates"},
	}},
	{"Icmp", []counter{
		{name: "InMsgs"}, {name: "InErrors", of: func(s *stats) *count {
			return s.ICMP.V4.PacketsReceived.Invalid
		}}, {name: "InCsumErrors"},
		{name: "InDestUnreachs", of: func(s *stats) *count {
			return s.ICMP.V4.PacketsReceived.DstUnreachable
		}},
		{name: "InTimeExcds"}, {name: "InParmProbs"}, {name: "InSrcQuenchs"}, {name: "InRedirects"},
		{name: "InEchos", of: func(s *stats) *count { return s.ICMP.V4.PacketsReceived.EchoRequest }},
		{name: "InEchoReps", of: func(s *stats) *count { return s.ICMP.V4.PacketsReceived.EchoReply }},
		{name: "InTimestamps"}, {name: "InTimestampReps"}, {name: "InAddrMasks"}, {name: "InAddrMaskReps"},
		{name: "OutMsgs"}, {name: "OutErrors"},
		{name: "OutDestUnreachs", of: func(s *stats) *count {
			return s.ICMP.V4.PacketsSent.DstUnreachable
		}},
		{name: "OutTimeExcds"}, {name: "OutParmProbs"}, {name: "OutSrcQuenchs"}, {name: "OutRedirects"},
		{name: "OutEchos", of: func(s *stats) *count { return s.ICMP.V4.PacketsSent.EchoRequest }},
		{name: "OutEchoReps", of: func(s *stats) *count { return s.ICMP.V4.PacketsSent.EchoReply }},
		{name: "OutTimestamps"}, {name: "OutTimestampReps"}, {name: "OutAddrMasks"}, {name: "OutAddrMaskReps"},
	}},
	{"Tcp", []counter{
		{name: "RtoAlgorithm", fixed: 1}, {name: "RtoMin", fixed: 200}, {name: "RtoMax", fixed: 120000},
		{name: "MaxConn", fixed: -1},
		{name: "ActiveOpens", of: func(s *stats) *count { return s.TCP.ActiveConnectionOpenings }},
		{name: "PassiveOpens", of: func(s *stats) *count { return s.TCP.PassiveConnectionOpenings }},
		{name: "AttemptFails", of: func(s *stats) *count { return s.TCP.FailedConnectionAttempts }},
		{name: "EstabResets", of: func(s *stats) *count { return s.TCP.EstablishedResets }},
		{name: "CurrEstab", of: func(s *stats) *count { return s.TCP.CurrentEstablished }},
		{name: "InSegs", of: func(s *stats) *count { return s.TCP.ValidSegmentsReceived }},
		{name: "OutSegs", of: func(s *stats) *count { return s.TCP.SegmentsSent }},
		{name: "RetransSegs", of: func(s *stats) *count { return s.TCP.Retransmits }},
		{name: "InErrs", of: func(s *stats) *count { return s.TCP.InvalidSegmentsReceived }},
		{name: "OutRsts", of: func(s *stats) *count { return s.TCP.ResetsSent }},
		{name: "InCsumErrors", of: func(s *stats) *count { return s.TCP.ChecksumErrors }},
	}},
	{"Udp", []counter{
		{name: "InDatagrams", of: func(s *stats) *count { return s.UDP.PacketsReceived }},
		{name: "NoPorts", of: func(s *stats) *count { return s.UDP.UnknownPortErrors }},
		{name: "InErrors", of: func(s *stats) *count { return s.UDP.MalformedPacketsReceived }},
		{name: "OutDatagrams", of: func(s *stats) *count { return s.UDP.PacketsSent }},
		{name: "RcvbufErrors", of: func(s *stats) *count { return s.UDP.ReceiveBufferErrors }},
		{name: "SndbufErrors", of: func(s *stats) *count { return s.UDP.PacketSendErrors }},
		{name: "InCsumErrors", of: func(s *stats) *count { return s.UDP.ChecksumErrors }},
		{name: "IgnoredMulti"}, {name: "MemErrors"},
	}},
}

// Statistics are the counters of all protocols, 0 while no socket was ever made.
func (s *Stack) Statistics() (out []fs.NetStatistic) {
	s.mu.Lock()
	n := s.net
	s.mu.Unlock()
	var all stats
	if n != nil {
		all = n.Stats()
	}
	for _, line := range statistics {
		st := fs.NetStatistic{Protocol: line.protocol}
		for _, c := range line.counters {
			v := c.fixed
			if c.of != nil && n != nil {
				v = int64(c.of(&all).Value())
			}
			st.Counters = append(st.Counters, fs.NetCounter{Name: c.name, Value: v})
		}
		out = append(out, st)
	}
	return out
}

// Traffic is Devices with what has gone through them.
func (s *Stack) Traffic() []fs.NetDevice {
	devices := s.Devices()
	s.mu.Lock()
	n := s.net
	s.mu.Unlock()
	if n == nil {
		return devices
	}
	info := n.NICInfo()
	for i := range devices {
		if nic, ok := info[tcpip.NICID(devices[i].Index)]; ok {
			devices[i].Received = fs.NetTraffic{Bytes: nic.Stats.Rx.Bytes.Value(), Packets: nic.Stats.Rx.Packets.Value()}
			devices[i].Sent = fs.NetTraffic{Bytes: nic.Stats.Tx.Bytes.Value(), Packets: nic.Stats.Tx.Packets.Value()}
		}
	}
	return devices
}
