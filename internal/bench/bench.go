// Package bench measures the program on the machine it runs on: a server of its own on a scratch folder, the parts of a
// request calibrated in the same run, then ITI-41, ITI-18 and ITI-43 with 1, 8 and 32 clients. Figures are given with the
// floor made of the calibrated parts, because machines are shared and only the ratio carries over.
package bench

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Options says what to measure.
type Options struct {
	// Dir is the scratch folder; empty for a new one under the system's, removed at the end.
	Dir string
	// Quick does a tenth of the requests.
	Quick bool
	// Profile is that of the server measured: xds (also when empty) or dmp, where every request comes by mutual TLS with a
	// token, and every lot is signed.
	Profile string
	// Only measures the transactions whose name begins so: "ITI-18".
	Only string
	// Entries, when above zero, fills the registry with that many entries and compares the cost of FindDocuments at ten
	// thousand with it.
	Entries int
	// Logs takes the server's log lines.
	Logs io.Writer
	// Progress takes a line for each step.
	Progress io.Writer
}

// Report is everything that one run measured.
type Report struct {
	Ready         time.Duration // from start to ready on an empty folder
	IdleKiB       int64         // resident memory of the idle server
	Calibration   Calibration
	Loads         []*Load
	Scale         []ScalePoint
	DocumentBytes int
	EntryBytes    int
}

const (
	lotDocuments   = 2
	lotBytes       = 30 << 10
	retrievedBytes = 200 << 10
)

// Run measures. Everything it starts has ended when it returns.
func Run(ctx context.Context, opt Options) (report *Report, err error) {
	if opt.Dir == "" {
		if opt.Dir, err = os.MkdirTemp("", "liasse-bench-"); err != nil {
			return nil, fmt.Errorf("making a scratch folder: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(opt.Dir)) }()
	}
	if err := os.MkdirAll(opt.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the scratch folder: %w", err)
	}
	b := &run{opt: opt, as: nobody(), id: strconv.FormatInt(time.Now().Unix(), 10), report: &Report{DocumentBytes: lotBytes}}
	for i := range b.documents {
		b.documents[i] = document(i, lotBytes)
	}
	if err := b.calibrate(ctx); err != nil {
		return nil, err
	}
	if err := b.transactions(ctx); err != nil {
		return nil, err
	}
	if opt.Entries > 0 {
		if err := b.scale(ctx); err != nil {
			return nil, err
		}
	}
	return b.report, nil
}

// run is one run under way.
type run struct {
	opt       Options
	id        string
	serial    int
	documents [lotDocuments][]byte
	server    *process
	as        *speaker
	report    *Report
}

func (b *run) say(format string, args ...any) { fmt.Fprintf(b.opt.Progress, format+"\n", args...) }

// document is a CDA-like text of the length asked for.
func document(n, length int) []byte {
	var d bytes.Buffer
	fmt.Fprintf(&d, `<?xml version="1.0" encoding="UTF-8"?><ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1.3.6.1.4.1.21367.13.53.%d"/><recordTarget><patientRole><id extension="`+noINS+`" root="`+insTestAuthority+`"/></patientRole></recordTarget><component><structuredBody>`, n)
	for d.Len() < length-400 {
		fmt.Fprintf(&d, `<component><section><title>Synthèse %d</title><text><paragraph>Suites simples, reprise de la marche dès le lendemain.</paragraph></text></section></component>`, d.Len())
	}
	d.WriteString(`</structuredBody></component></ClinicalDocument>`)
	for d.Len() < length {
		d.WriteByte('\n')
	}
	return d.Bytes()
}

// start runs a server on a folder of its own.
func (b *run) start(ctx context.Context, name string) (*process, error) {
	dir := filepath.Join(b.opt.Dir, name)
	return startProcess(ctx, b.opt.Logs, "serve", "--dir", dir, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--profile", b.profile(), "--dev", "--log-level", "warn")
}

func (b *run) profile() string { return cmp.Or(b.opt.Profile, "xds") }

// trusted tells whether the server wants certificates, tokens and signatures.
func (b *run) trusted() bool { return b.profile() != "xds" }

// goal chooses what the project holds itself to.
func (b *run) goal(plain, trusted time.Duration) time.Duration {
	if b.trusted() {
		return trusted
	}
	return plain
}

func (b *run) calibrate(ctx context.Context) error {
	b.say("calibrating this machine…")
	null, err := startProcess(ctx, b.opt.Logs, "bench", "--null-server")
	if err != nil {
		return err
	}
	c, err := Calibrate(ctx, b.opt.Dir, null)
	if err := errors.Join(err, null.stop()); err != nil {
		return err
	}
	b.report.Calibration = *c
	return nil
}

// transactions measures the three transactions with each number of clients.
func (b *run) transactions(ctx context.Context) (err error) {
	if b.server, err = b.start(ctx, "transactions"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.server.stop()) }()
	b.report.Ready = b.server.readyAfter
	if b.trusted() {
		if b.as, err = somebody(b.server.identities); err != nil {
			return err
		}
	}
	time.Sleep(300 * time.Millisecond) // let the start's garbage settle: the figure is the idle server's
	if b.report.IdleKiB, err = b.server.residentKiB(); err != nil {
		return err
	}
	count := func(n int) int {
		if b.opt.Quick {
			return max(n/10, 32)
		}
		return n
	}
	for _, clients := range []int{1, 8, 32} {
		if err := b.measure(ctx, "ITI-41, 2 × 30 KB", clients, count(1500), b.submitFloor(), b.goal(1200*time.Microsecond, 1900*time.Microsecond), b.submission); err != nil {
			return err
		}
	}
	large, err := b.fill(ctx)
	if err != nil {
		return err
	}
	for _, q := range []struct {
		entries, count int
		goal           time.Duration
	}{{10, 6000, b.goal(450*time.Microsecond, 600*time.Microsecond)}, {100, 1500, b.goal(2*time.Millisecond, 0)}} {
		for _, clients := range []int{1, 8, 32} {
			find := func(n int) (request, error) {
				body, err := b.as.query(n, q.entries)
				return request{url: b.server.registry, contentType: simpleContentType, body: body,
					want: []byte(success), bytes: q.entries * b.report.EntryBytes / 2}, err
			}
			if err := b.measure(ctx, fmt.Sprintf("ITI-18, %d entries", q.entries), clients, count(q.count), b.queryFloor(q.entries), q.goal, find); err != nil {
				return err
			}
		}
	}
	repository, err := repositoryID(ctx, b.server)
	if err != nil {
		return err
	}
	for _, clients := range []int{1, 8, 32} {
		get := func(n int) (request, error) {
			body, err := b.as.retrieve(n, 1, repository, large)
			return request{url: b.server.repository, contentType: mtomContentType, body: body, want: []byte(success), bytes: retrievedBytes}, err
		}
		if err := b.measure(ctx, "ITI-43, 200 KB", clients, count(4000), b.retrieveFloor(), b.goal(400*time.Microsecond, 600*time.Microsecond), get); err != nil {
			return err
		}
	}
	return nil
}

func (b *run) measure(ctx context.Context, name string, clients, count int, floor, goal time.Duration, next func(int) (request, error)) error {
	if !strings.HasPrefix(name, b.opt.Only) {
		return nil
	}
	b.say("%s with %d clients…", name, clients)
	load, err := drive(ctx, b.server, b.as, clients, count, next)
	if err != nil {
		return fmt.Errorf("%s with %d clients: %w", name, clients, err)
	}
	load.Name, load.Floor, load.Goal = name, floor, goal
	b.report.Loads = append(b.report.Loads, load)
	return nil
}

// submission is a lot of two documents of 30 KB, new bytes each time, for one of a thousand patients.
func (b *run) submission(n int) (request, error) {
	documents := make([][]byte, lotDocuments)
	for i := range documents {
		documents[i] = bytes.Clone(b.documents[i])
		copy(documents[i][len(documents[i])-25:], fmt.Sprintf("<!-- %015d%d -->", b.report.submitted(n), i))
	}
	body, err := b.as.lot(b.id+"1", b.report.submitted(n), 1000+n%1000, documents)
	return request{url: b.server.repository, contentType: mtomContentType, body: body, want: []byte(success)}, err
}

// submitted makes serial numbers distinct between the rounds of clients.
func (r *Report) submitted(n int) int { return len(r.Loads)*1_000_000 + n }

// fill registers 10 and 100 entries for the patients of those numbers, and one document of 200 KB whose uniqueId it gives.
func (b *run) fill(ctx context.Context) (uniqueID string, err error) {
	client := b.as.connect(1)
	defer client.CloseIdleConnections()
	buffer := make([]byte, 64<<10)
	serial := 0
	for _, entries := range []int{10, 100} {
		for range entries / lotDocuments {
			serial++
			body, err := b.as.lot(b.id+"2", serial, entries, b.documents[:])
			if err != nil {
				return "", err
			}
			if err := send(ctx, client, request{url: b.server.repository, contentType: mtomContentType, body: body, want: []byte(success)}, buffer); err != nil {
				return "", fmt.Errorf("filling: %w", err)
			}
		}
	}
	b.report.EntryBytes = len(b.as.extrinsicObject("Document01", b.as.patientID(1), "1.3.6.1.4.1.21367.13.53.1", ""))
	serial++
	body, err := b.as.lot(b.id+"2", serial, 1, [][]byte{document(1, retrievedBytes)})
	if err != nil {
		return "", err
	}
	if err := send(ctx, client, request{url: b.server.repository, contentType: mtomContentType, body: body, want: []byte(success)}, buffer); err != nil {
		return "", fmt.Errorf("filling: %w", err)
	}
	return fmt.Sprintf("1.3.6.1.4.1.21367.13.53.%s2.%d.1", b.id, serial), nil
}

// repositoryID asks the admin interface for the repositoryUniqueId, which retrievals must name.
func repositoryID(ctx context.Context, server *process) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.admin+"/health", nil)
	if err != nil {
		return "", fmt.Errorf("asking for the repositoryUniqueId: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", fmt.Errorf("asking for the repositoryUniqueId: %w", err)
	}
	defer resp.Body.Close()
	var health struct {
		RepositoryUniqueID string `json:"repositoryUniqueId"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&health); err != nil {
		return "", fmt.Errorf("reading the health answer: %w", err)
	}
	if health.RepositoryUniqueID == "" {
		return "", errors.New("the health answer names no repositoryUniqueId")
	}
	return health.RepositoryUniqueID, nil
}

// The floors: what a request cannot do without, from the calibrated parts.

func (b *run) submitFloor() time.Duration {
	c, kib := &b.report.Calibration, time.Duration(lotDocuments*lotBytes>>10)
	floor := c.NullHTTP + (c.SHA1+c.SHA256)*kib/1024 + c.HTTPIn*(kib+24)/1024 + lotDocuments*c.DurableFile + (lotDocuments+1+lotDocuments)*c.GroupedInsert
	if b.trusted() { // one document more, its entry and two associations, two signatures, every document's own digest
		floor += b.trustFloor(lotDocuments*lotBytes+(32<<10)) + c.RSAVerify + c.SHA256*kib/1024 + c.DurableFile + 3*c.GroupedInsert
	}
	return floor
}

// trustFloor is what a certificate, a token and an audit record cost at least: the bytes that are encrypted, one
// signature, one row.
func (b *run) trustFloor(encrypted int) time.Duration {
	c := &b.report.Calibration
	return c.AESGCM*time.Duration(encrypted)/(1<<20) + c.RSAVerify + c.GroupedInsert
}

func (b *run) queryFloor(entries int) time.Duration {
	c := &b.report.Calibration
	out := time.Duration(entries * len(b.as.extrinsicObject("Document01", b.as.patientID(1), "1.3.6.1.4.1.21367.13.53.1", "")))
	floor := c.NullHTTP + c.HTTPOut*out/(1<<20) + c.Select + c.SelectRow*time.Duration(entries)
	if b.trusted() {
		floor += b.trustFloor(int(out))
	}
	return floor
}

func (b *run) retrieveFloor() time.Duration {
	c := &b.report.Calibration
	floor := c.NullHTTP + (c.HTTPOut+c.SHA256)*retrievedBytes/(1<<20) + c.Select
	if b.trusted() {
		floor += b.trustFloor(retrievedBytes)
	}
	return floor
}

// Print writes the report for people.
func (r *Report) Print(w io.Writer) error {
	c := &r.Calibration
	var t bytes.Buffer
	fmt.Fprintf(&t, "start      ready after %d ms on an empty folder, idle at %.1f MiB\n", r.Ready.Milliseconds(), float64(r.IdleKiB)/1024)
	fmt.Fprintf(&t, "calibrated RSA-2048 verify %s, AES-128-GCM %s/MiB, SHA-1 %s/MiB, SHA-256 %s/MiB,\n           durable file of 30 KB %s (elapsed %s),\n", µs(c.RSAVerify), µs(c.AESGCM), µs(c.SHA1), µs(c.SHA256), µs(c.DurableFile), µs(c.DurableWait))
	fmt.Fprintf(&t, "           null HTTP exchange %s, +%s/MiB in, +%s/MiB out, grouped durable insert %s,\n           select %s, +%s a row of 6 KB\n\n",
		µs(c.NullHTTP), µs(c.HTTPIn), µs(c.HTTPOut), µs(c.GroupedInsert), µs(c.Select), µs(c.SelectRow))
	fmt.Fprintf(&t, "%-20s %7s %9s %9s %9s %10s %10s %6s %10s\n", "transaction", "clients", "req/s", "p50", "p99", "CPU/req", "floor", "ratio", "goal")
	for _, l := range r.Loads {
		fmt.Fprintf(&t, "%-20s %7d %9.0f %9s %9s %10s %10s %6.2f %10s\n", l.Name, l.Clients, l.Throughput, ms(l.P50), ms(l.P99), ms(l.CPU), ms(l.Floor), l.Ratio(), ms(l.Goal))
	}
	for _, s := range r.Scale {
		fmt.Fprintf(&t, "\nFindDocuments of %d entries among %s entries: CPU %s, p50 %s", entriesPerPatient, thousands(s.Entries), ms(s.CPU), ms(s.P50))
	}
	if len(r.Scale) == 2 {
		fmt.Fprintf(&t, "\nratio %.2f\n", float64(r.Scale[1].CPU)/float64(r.Scale[0].CPU))
	}
	_, err := t.WriteTo(w)
	return err
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond)) }
func µs(d time.Duration) string {
	return fmt.Sprintf("%.1f µs", float64(d)/float64(time.Microsecond))
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	var parts []string
	for len(s) > 3 {
		parts = append([]string{s[len(s)-3:]}, parts...)
		s = s[:len(s)-3]
	}
	return strings.Join(append([]string{s}, parts...), " ")
}
