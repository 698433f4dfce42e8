package inet

import (
	"bytes"
	"sync"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/udp"
	"gvisor.dev/gvisor/pkg/waiter"
)

// resolver is the DNS server at 127.0.0.1, port 53, which the guest's /etc/resolv.conf names.
type resolver struct {
	ep    tcpip.Endpoint
	wq    waiter.Queue
	stop  chan struct{}
	ended chan struct{}
	busy  chan struct{} // holds one for each query that is being answered
	wg    sync.WaitGroup
}

// maxQueries is how many queries are answered at a time; the others wait.
const maxQueries = 16

const dnsPort = 53

func startResolver(n *stack.Stack, answer func([]byte) []byte) *resolver {
	r := &resolver{stop: make(chan struct{}), ended: make(chan struct{}), busy: make(chan struct{}, maxQueries)}
	ep, err := n.NewEndpoint(udp.ProtocolNumber, ipv4.ProtocolNumber, &r.wq)
	must(err)
	must(ep.Bind(tcpip.FullAddress{Addr: tcpip.AddrFrom4([4]byte{127, 0, 0, 1}), Port: dnsPort}))
	r.ep = ep
	go r.serve(answer)
	return r
}

// serve takes queries until the end.
func (r *resolver) serve(answer func([]byte) []byte) {
	defer close(r.ended)
	entry, ready := waiter.NewChannelEntry(waiter.ReadableEvents)
	r.wq.EventRegister(&entry)
	defer r.wq.EventUnregister(&entry)
	for {
		for r.one(answer) {
		}
		select {
		case <-ready:
		case <-r.stop:
			return
		}
	}
}

// one has a query answered, in its own time, and reports whether there was any.
func (r *resolver) one(answer func([]byte) []byte) bool {
	r.busy <- struct{}{} // before the query vanishes from the endpoint: see working
	var query bytes.Buffer
	res, err := r.ep.Read(&query, tcpip.ReadOptions{NeedRemoteAddr: true})
	if err != nil {
		<-r.busy
		return false
	}
	r.wg.Go(func() {
		defer func() { <-r.busy }()
		if reply := answer(query.Bytes()); reply != nil {
			_, _ = r.ep.Write(bytes.NewReader(reply), tcpip.WriteOptions{To: &res.RemoteAddr, Atomic: true})
		}
	})
	return true
}

// working reports whether a query has come that is not answered.
func (r *resolver) working() bool {
	return r.ep.Readiness(waiter.ReadableEvents) != 0 || len(r.busy) > 0
}

func (r *resolver) close() {
	close(r.stop)
	<-r.ended
	r.wg.Wait()
	r.ep.Close()
}
