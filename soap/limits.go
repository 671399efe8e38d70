package soap

import (
	"crypto/tls"
	"net/http"
	"time"
)

// Limits bounds what one request, and all requests together, may cost. A field left at zero takes its value of
// DefaultLimits. Sizes are in bytes.
type Limits struct {
	// Root bounds the SOAP envelope, inline documents left out.
	Root int
	// Request bounds the body of a request, Document one attachment or one inline document once decoded.
	Request, Document int64
	// Parts bounds the MIME parts of a message, the root among them; PartHeaders the header fields of one part,
	// PartHeaderBytes their size together.
	Parts, PartHeaders, PartHeaderBytes int
	// HeaderFields bounds the fields of the HTTP header, HeaderBytes their size.
	HeaderFields, HeaderBytes int
	// HeaderTimeout bounds the time for the HTTP header, IdleTimeout the wait for the next bytes of the body,
	// WriteTimeout the wait for the peer to take the next bytes of the answer, TotalTimeout the whole request.
	HeaderTimeout, IdleTimeout, WriteTimeout, TotalTimeout time.Duration
	// MinRate, in bytes per second, is the least average speed of a body once the wait for it has lasted MinRateAfter.
	MinRate      int64
	MinRateAfter time.Duration
	// Concurrent bounds the requests at work at once, PerClient those of one client certificate, Queued those that have
	// been read as far as their envelope and wait for a turn, QueueWait how long they do. A request that waits for bytes
	// of its sender is not at work. What is beyond these bounds and the next is answered 503 with Retry-After.
	Concurrent, PerClient, Queued int
	QueueWait                     time.Duration
	// Open bounds the requests that are there at all, Slow those of them whose sender keeps the server waiting, and
	// PerAddress the slow ones of one network address (IPv6: of one /64). Behind a proxy that does not read requests whole
	// before it passes them on, all come from one address. Open is at least Concurrent and Queued together. Roots bounds
	// the bytes of envelopes that all requests hold.
	Open, Slow, PerAddress int
	Roots                  int64
	// Drain bounds what is still read of a refused request so that its sender can read the answer.
	Drain int64
	// Buffered is the size up to which an answer's envelope is held so that its length can be announced.
	Buffered int
}

// DefaultLimits is derived from real traffic with a wide margin.
var DefaultLimits = Limits{
	Root: 4 << 20, Request: 2 << 30, Document: 1 << 30,
	Parts: 257, PartHeaders: 16, PartHeaderBytes: 8 << 10,
	HeaderFields: 200, HeaderBytes: 64 << 10,
	HeaderTimeout: 5 * time.Second, IdleTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, TotalTimeout: 10 * time.Minute,
	MinRate: 16 << 10, MinRateAfter: 30 * time.Second,
	Concurrent: 64, PerClient: 16, Queued: 128, QueueWait: 10 * time.Second,
	Open: 512, Slow: 256, PerAddress: 16, Roots: 256 << 20,
	Drain: 16 << 20, Buffered: 1 << 20,
}

// or gives a, or b when a is zero.
func or[T comparable](a, b T) T {
	var zero T
	if a == zero {
		return b
	}
	return a
}

// settled fills the fields left at zero.
func (l Limits) settled() Limits {
	d := &DefaultLimits
	l.Root = or(l.Root, d.Root)
	l.Request = or(l.Request, d.Request)
	l.Document = or(l.Document, d.Document)
	l.Parts = or(l.Parts, d.Parts)
	l.PartHeaders = or(l.PartHeaders, d.PartHeaders)
	l.PartHeaderBytes = or(l.PartHeaderBytes, d.PartHeaderBytes)
	l.HeaderFields = or(l.HeaderFields, d.HeaderFields)
	l.HeaderBytes = or(l.HeaderBytes, d.HeaderBytes)
	l.HeaderTimeout = or(l.HeaderTimeout, d.HeaderTimeout)
	l.IdleTimeout = or(l.IdleTimeout, d.IdleTimeout)
	l.WriteTimeout = or(l.WriteTimeout, d.WriteTimeout)
	l.TotalTimeout = or(l.TotalTimeout, d.TotalTimeout)
	l.MinRate = or(l.MinRate, d.MinRate)
	l.MinRateAfter = or(l.MinRateAfter, d.MinRateAfter)
	l.Concurrent = or(l.Concurrent, d.Concurrent)
	l.PerClient = or(l.PerClient, d.PerClient)
	l.Queued = or(l.Queued, d.Queued)
	l.QueueWait = or(l.QueueWait, d.QueueWait)
	l.Open = max(or(l.Open, d.Open), l.Concurrent+l.Queued)
	l.Slow = or(l.Slow, d.Slow)
	l.PerAddress = or(l.PerAddress, d.PerAddress)
	l.Roots = max(or(l.Roots, d.Roots), int64(l.Root))
	l.Drain = or(l.Drain, d.Drain)
	l.Buffered = or(l.Buffered, d.Buffered)
	return l
}

// Apply sets on a server what of the limits only the server can hold: the size of the header and the time for it, the
// wait for the next request, and HTTP/1.1 alone, which is all that SOAP software speaks.
func (l Limits) Apply(s *http.Server) {
	l = l.settled()
	// net/http allows 4096 bytes more than it is told.
	s.MaxHeaderBytes = max(l.HeaderBytes-4096, 1)
	s.ReadHeaderTimeout = l.HeaderTimeout
	s.IdleTimeout = 2 * time.Minute
	// The handler moves this deadline with its progress; what the server sets is for answers that are not the handler's.
	s.WriteTimeout = l.TotalTimeout + l.WriteTimeout
	s.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){}
}
