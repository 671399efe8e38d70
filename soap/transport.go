package soap

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"liasse/internal/rule"
)

// body reads the body of a request within the limits of size, silence and speed. Its errors other than io.EOF are faults.
type body struct {
	src     io.Reader
	control *http.ResponseController
	limits  *Limits
	turn    *turn
	refuse  func(*rule.Rule) error

	began, moved time.Time
	waited       time.Duration
	read         int64
	err          error
}

// deadlineStep is how long a deadline is left alone before it is moved again.
const deadlineStep = time.Second

// Read waits for bytes no longer than the limits allow. Only the time spent waiting counts against the speed: what the
// server does with the bytes is not the sender's fault.
func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	now := time.Now()
	if now.Sub(b.moved) >= deadlineStep {
		deadline := now.Add(b.limits.IdleTimeout)
		if last := b.began.Add(b.limits.TotalTimeout); last.Before(deadline) {
			deadline = last
		}
		b.moved = now
		b.control.SetReadDeadline(deadline) // not every ResponseWriter has one; the size limits hold anyway
	}
	b.turn.await()
	n, err := b.src.Read(p)
	b.waited += time.Since(now)
	b.read += int64(n)
	slow := float64(b.read) < float64(b.limits.MinRate)*b.waited.Seconds()
	if !b.turn.awaited(slow && b.waited > patience, err != nil) {
		b.err = full()
		return 0, b.err
	}
	switch {
	case b.read > b.limits.Request:
		b.err = b.refuse(ruleRequestSize)
		return 0, b.err
	case err == io.EOF:
		// The server goes on watching the connection: that may last as long as the answer takes to make.
		b.control.SetReadDeadline(time.Time{})
		b.err = io.EOF
	case errors.Is(err, os.ErrDeadlineExceeded):
		b.err = b.refuse(ruleTimely)
	case err != nil:
		b.err = b.refuse(ruleBodyComplete)
	case slow && b.waited > b.limits.MinRateAfter:
		b.err = b.refuse(ruleTimely)
	}
	return n, b.err
}

// drain reads on so that the sender comes to read the answer, as far as the limit goes; false when more is left.
func (b *body) drain() bool {
	if b.err == nil {
		io.CopyN(io.Discard, struct{ io.Reader }{b}, b.limits.Drain)
	}
	return b.err == io.EOF
}

// steady writes an answer, and gives the peer a new delay with each piece of progress.
type steady struct {
	http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	moved   time.Time
	sent    int64
	err     error
}

func (s *steady) extend() {
	if now := time.Now(); now.Sub(s.moved) >= deadlineStep {
		s.moved = now
		s.control.SetWriteDeadline(now.Add(s.timeout))
	}
}

// Write sends bytes.
func (s *steady) Write(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	s.extend()
	n, err := s.ResponseWriter.Write(p)
	s.sent += int64(n)
	s.err = err
	return n, err
}

// copyStep is how much is sent before the delay begins anew.
const copyStep = 4 << 20

// copyAll sends what r gives up to limit bytes, or to its end when limit is negative. A file goes from the disk to the
// network without passing through the process.
func (s *steady) copyAll(r io.Reader, limit int64) (int64, error) {
	var total int64
	for limit < 0 || total < limit {
		step := int64(copyStep)
		if limit >= 0 {
			step = min(step, limit-total)
		}
		s.extend()
		n, err := io.CopyN(s.ResponseWriter, r, step)
		total += n
		s.sent += n
		if err == io.EOF {
			return total, nil
		}
		if err != nil {
			s.err = err
			return total, err
		}
	}
	return total, nil
}
