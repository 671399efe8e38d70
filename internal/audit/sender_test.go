package audit_test

import (
	"context"
	"crypto/tls"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"liasse/internal/audit"
	"liasse/internal/audit/audittest"
)

// memory is a Spool of one chain.
type memory struct {
	mu      sync.Mutex
	records []audit.Record
	head    audit.Head
	sent    int64
	wake    chan struct{}
}

func newMemory() *memory { return &memory{head: audit.Head{Chain: 5}, wake: make(chan struct{}, 1)} }

func (m *memory) add(user string) { m.append(m.head.Append(audit.Used(source, moment, user, "list"))) }

// addPruned adds a record whose message is gone already.
func (m *memory) addPruned() {
	m.head.Seq++
	m.append(audit.Record{Chain: m.head.Chain, Seq: m.head.Seq, Pruned: true})
}

func (m *memory) append(r audit.Record) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.records = append(m.records, r)
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

func (m *memory) Unsent(_ context.Context, limit int) ([]audit.Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	rest := m.records[m.sent:]
	return slices.Clone(rest[:min(limit, len(rest))]), nil
}

func (m *memory) MarkSent(_ context.Context, heads []audit.Head) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, h := range heads {
		m.sent = max(m.sent, h.Seq)
	}
	return nil
}

func (m *memory) allSent() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sent == int64(len(m.records))
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it did not come to pass that %s", what)
		}
	}
}

var syslogHead = regexp.MustCompile(`^<8[45]>1 2026-03-01T11:30:45\.123Z registre\.example liasse 4711 IHE\+RFC-3881 - <AuditMessage>`)

var userOf = regexp.MustCompile(`UserID="(user [a-z0-9]+)"`)

func users(t *testing.T, messages []string) []string {
	t.Helper()
	var all []string
	for _, m := range messages {
		if !syslogHead.MatchString(m) || !strings.HasSuffix(m, "</AuditMessage>") {
			t.Fatalf("a syslog message is %.200q", m)
		}
		all = append(all, userOf.FindStringSubmatch(m)[1])
	}
	return all
}

// run has a sender run until the test ends.
func run(t *testing.T, s *audit.Sender) {
	ctx, stop := context.WithCancel(context.Background())
	var ended sync.WaitGroup
	ended.Go(func() { s.Run(ctx) })
	t.Cleanup(func() { stop(); ended.Wait() })
}

// TestSender lets the repository go away, break off what it took, and come back: every record arrives, in order, and what
// was confirmed does not come again.
func TestSender(t *testing.T) {
	collector := audittest.NewCollector(t)
	spool := newMemory()
	var failures sync.Map
	recovered := make(chan int, 100)
	run(t, &audit.Sender{Spool: spool, Source: source, Address: collector.Address, TLS: collector.Client, Wake: spool.wake, Batch: 3,
		Pause: time.Millisecond, MaxPause: 20 * time.Millisecond, Gather: time.Millisecond,
		Failed:    func(err error) { failures.Store(err.Error(), true) },
		Recovered: func(n int) { recovered <- n }})
	var want []string
	add := func(names ...string) {
		for _, n := range names {
			want = append(want, "user "+n)
			spool.add("user " + n)
		}
	}
	add("a1", "a2", "a3", "a4", "a5", "a6", "a7")
	eventually(t, "the first are sent", spool.allSent)
	if got := users(t, collector.Messages()); !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}

	spool.addPruned()
	eventually(t, "what was pruned is passed over", spool.allSent)
	if got := users(t, collector.Messages()); !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}

	collector.Stop()
	add("b1", "b2")
	failed := func() bool {
		some := false
		failures.Range(func(any, any) bool { some = true; return false })
		return some
	}
	eventually(t, "a failure is told", failed)
	collector.Start(t)
	eventually(t, "they are sent when it is back", spool.allSent)
	<-recovered
	if got := users(t, collector.Messages()); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}

	failures.Clear()
	collector.Reset(true)
	add("c1", "c2")
	eventually(t, "a connection broken off is a failure", failed)
	if spool.allSent() {
		t.Error("what was broken off counts as sent")
	}
	collector.Reset(false)
	eventually(t, "they are sent again", spool.allSent)
	got := users(t, collector.Messages())
	if compacted := slices.Compact(slices.Clone(got)); !slices.Equal(compacted, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestSenderNotLetIn: a repository that does not know us, and one that we do not know, has received nothing.
func TestSenderNotLetIn(t *testing.T) {
	collector := audittest.NewCollector(t)
	for name, change := range map[string]func(*tls.Config){
		"no certificate":    func(c *tls.Config) { c.Certificates = nil },
		"an unknown server": func(c *tls.Config) { c.RootCAs = nil },
		"another name":      func(c *tls.Config) { c.ServerName = "elsewhere.example" },
	} {
		t.Run(name, func(t *testing.T) {
			config := collector.Client.Clone()
			change(config)
			spool := newMemory()
			spool.add("user x")
			s := &audit.Sender{Spool: spool, Source: source, Address: collector.Address, TLS: config}
			if n, err := s.Deliver(t.Context()); err == nil || n != 0 || spool.allSent() {
				t.Errorf("delivered %d, %v", n, err)
			}
		})
	}
	if got := collector.Messages(); len(got) != 0 {
		t.Errorf("%d messages came", len(got))
	}
}

// TestSenderSilentReceiver: what a receiver took without ending the connection may be lost with it.
func TestSenderSilentReceiver(t *testing.T) {
	collector := audittest.NewCollector(t)
	collector.Hang(true)
	spool := newMemory()
	spool.add("user x")
	s := &audit.Sender{Spool: spool, Source: source, Address: collector.Address, TLS: collector.Client, Timeout: 100 * time.Millisecond}
	if _, err := s.Deliver(t.Context()); err == nil || !strings.Contains(err.Error(), "waiting for the receiver") || spool.allSent() {
		t.Errorf("got %v", err)
	}
	collector.Hang(false)
	if n, err := s.Deliver(t.Context()); n != 1 || err != nil {
		t.Errorf("delivered %d, %v", n, err)
	}
}
