package repository_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"liasse/registry"
	"liasse/repository"
	"liasse/repository/blobtest"
	"liasse/soap"
)

// serverDir, set in the environment, makes the test binary a server on that folder instead of a test.
const serverDir = "LIASSE_REPOSITORY_TEST_SERVER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(serverDir); dir != "" {
		if err := serveFolder(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// serveFolder serves until standard input ends, and says its address on standard output.
func serveFolder(dir string) error {
	w, err := openWorld(dir, options{limits: soap.Limits{Concurrent: 256, PerClient: 256, Queued: 256}})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // lives as long as the process
	if err != nil {
		return err
	}
	server := &http.Server{Handler: w.handler, ReadHeaderTimeout: 5 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	fmt.Println("http://" + listener.Addr().String())
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	if err := server.Close(); err != nil {
		return err
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return w.close()
}

// process is a server in a process of its own.
type process struct {
	*exec.Cmd
	url   string
	stdin io.Closer
}

func startProcess(t testing.TB, dir string) *process {
	t.Helper()
	p := &process{Cmd: exec.CommandContext(t.Context(), os.Args[0])}
	p.Env = append(os.Environ(), serverDir+"="+dir)
	p.Stderr = os.Stderr
	stdin, err := p.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdin = stdin
	stdout, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("the server does not start: %v", err)
	}
	p.url = strings.TrimSpace(line)
	return p
}

// memory reads a line of /proc/PID/status, in bytes.
func (p *process) memory(t *testing.T, name string) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	if err != nil {
		t.Skipf("the memory of a process cannot be read here: %v", err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, found := strings.CutPrefix(line, name+":"); found {
			kilobytes, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return kilobytes << 10
		}
	}
	t.Fatalf("%s is not in the status of the process", name)
	return 0
}

// generated is a content of any size made while it is read: numbers that count up.
type generated struct{ at, size int64 }

func (g *generated) Read(p []byte) (int, error) {
	if g.at == g.size {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), g.size-g.at)]
	n := 0
	for ; n+8 <= len(p) && g.at%8 == 0; n += 8 {
		binary.LittleEndian.PutUint64(p[n:], uint64(g.at)*0x9E3779B97F4A7C15)
		g.at += 8
	}
	for ; n < len(p); n++ {
		p[n] = byte(g.at)
		g.at++
	}
	return n, nil
}

// TestGibibyte: a document of 1 GiB goes in and out, each byte the same, and the process never has 64 MiB more than when
// it was idle.
func TestGibibyte(t *testing.T) {
	if testing.Short() {
		t.Skip("a gibibyte in and out takes half a minute")
	}
	const size = 1 << 30
	p := startProcess(t, t.TempDir())
	if r := post(t, p.url, mtomType, bytes.NewReader(two().mtom())); r.outcome != "Success" {
		t.Fatal(r)
	}
	time.Sleep(200 * time.Millisecond)
	idle := p.memory(t, "VmRSS")

	sent := sha256.New()
	m := &message{set: "1.2.3.300", docs: []doc{{id: "doc1", uniqueID: "1.2.3.31", slots: slot("size", strconv.Itoa(size))}}}
	began := time.Now()
	if r := post(t, p.url, mtomType, m.streamed(io.TeeReader(&generated{size: size}, sent))); r.outcome != "Success" {
		t.Fatal(r)
	}
	in, peakIn := time.Since(began), p.memory(t, "VmHWM")

	began = time.Now()
	received := retrieveLarge(t, p.url, "1.2.3.31", size)
	out, peak := time.Since(began), p.memory(t, "VmHWM")
	if !bytes.Equal(received.Sum(nil), sent.Sum(nil)) {
		t.Error("the document that came back is not the one that was sent")
	}
	if above := peak - idle; above >= 64<<20 {
		t.Errorf("the process took %d MiB more than idle", above>>20)
	}
	t.Logf("in %v, out %v; idle %.1f MiB, at most %.1f MiB above it on the way in, %.1f in all", in.Round(time.Millisecond), out.Round(time.Millisecond),
		float64(idle)/(1<<20), float64(peakIn-idle)/(1<<20), float64(peak-idle)/(1<<20))
	if err := errors.Join(p.stdin.Close(), p.Wait()); err != nil {
		t.Error(err)
	}
}

func retrieveLarge(t *testing.T, url, uniqueID string, size int64) hash.Hash {
	t.Helper()
	client := soap.Client{}
	answer, err := client.Post(t.Context(), url, mtomType, strings.NewReader(rootPart(retrieval(request("", repositoryOID, uniqueID)))+end), -1)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Close()
	if length := answer.HTTPHeader.Get("Content-Length"); len(length) < 10 {
		t.Errorf("the Content-Length is %q", length)
	}
	part, err := answer.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	n, err := io.Copy(h, part)
	if err != nil || n != size {
		t.Fatalf("%d bytes came: %v", n, err)
	}
	return h
}

// TestKill kills the server in the middle of 200 concurrent submissions, again and again: every acknowledged lot is there
// whole, none is there half.
func TestKill(t *testing.T) {
	rounds := 20
	if testing.Short() {
		rounds = 3
	}
	dir := t.TempDir()
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 1))
	var acknowledged []int
	acknowledgedInAll, killedBusy := 0, 0
	for round := range rounds {
		p := startProcess(t, dir)
		got := make(chan int, 200)
		var wait sync.WaitGroup
		client := &soap.Client{HTTP: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 200}}}
		for i := range 200 {
			wait.Go(func() {
				lot := round*200 + i
				answer, err := client.Post(t.Context(), p.url, mtomType, bytes.NewReader(killLot(lot).mtom()), -1)
				if err != nil {
					return // the connection broke
				}
				defer answer.Close()
				if strings.HasSuffix(answer.Body.AttrValue("", "status"), ":Success") {
					got <- lot
				}
			})
		}
		time.Sleep(time.Duration(random.IntN(500)) * time.Millisecond)
		if err := p.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = p.Wait() // it was killed
		wait.Wait()
		close(got)
		client.HTTP.CloseIdleConnections()
		n := 0
		for lot := range got {
			acknowledged = append(acknowledged, lot)
			n++
		}
		if acknowledgedInAll += n; n > 0 && n < 200 {
			killedBusy++
		}
		checkLots(t, dir, round, acknowledged)
	}
	t.Logf("seed %d: %d rounds, %d of them killed between the first and the last answer, %d lots acknowledged", seed, rounds, killedBusy, acknowledgedInAll)
}

// killLot is a lot of two documents, one of them shared by every tenth lot.
func killLot(n int) *message {
	return &message{set: fmt.Sprint("1.2.3.6.", n), docs: []doc{
		{id: "doc1", uniqueID: fmt.Sprint("1.2.3.7.", n, ".1"), content: blobtest.Content(3000+n%100, uint64(n))},
		{id: "doc2", uniqueID: fmt.Sprint("1.2.3.7.", n, ".2"), content: blobtest.Content(70_000, uint64(n%10))},
	}}
}

// checkLots looks at what a killed server left.
func checkLots(t *testing.T, dir string, round int, acknowledged []int) {
	t.Helper()
	w, err := openWorld(dir, options{})
	if err != nil {
		t.Fatalf("round %d: the stores do not open again: %v", round, err)
	}
	defer func() {
		if err := w.close(); err != nil {
			t.Error(err)
		}
	}()
	state := w.state(t)
	sets, documents, contents := strings.Count(state, "set "), strings.Count(state, "document "), strings.Count(state, "content ")
	if documents != 2*sets || contents != documents {
		t.Errorf("round %d: a lot is there half: %d sets, %d entries, %d contents", round, sets, documents, contents)
	}
	for _, lot := range acknowledged {
		if !strings.Contains(state, fmt.Sprintf("set 1.2.3.6.%d\n", lot)) {
			t.Errorf("round %d: lot %d was acknowledged and is not there", round, lot)
		}
	}
	if files := w.staged(t); len(files) != 0 {
		t.Errorf("round %d: %d staged files stay", round, len(files))
	}
	report, err := repository.Fsck(t.Context(), w.store, w.blobs, repository.FsckOptions{Grace: -1, Remove: true})
	if err != nil || report.Missing+report.Damage != 0 || !report.Clean() {
		t.Errorf("round %d: fsck finds %+v, %v", round, report, err)
	}
	for _, lot := range acknowledged[max(0, len(acknowledged)-5):] {
		for _, d := range killLot(lot).docs {
			read, err := blobtest.Read(t.Context(), w.blobs, blobtest.Digest(d.content))
			if err != nil || !bytes.Equal(read, d.content) {
				t.Errorf("round %d: lot %d: %v", round, lot, err)
			}
		}
	}
}

// TestCrashBeforeRegistering: what a process that dies between storing and registering leaves is an orphan, no more.
func TestCrashBeforeRegistering(t *testing.T) {
	dir := t.TempDir()
	died := errors.New("the process dies here")
	w, err := openWorld(dir, options{})
	if err != nil {
		t.Fatal(err)
	}
	staged, err := w.blobs.Stage(t.Context(), strings.NewReader("never registered"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.blobs.Commit(t.Context(), []repository.Staged{staged}); err != nil {
		t.Fatal(err)
	}
	err = w.store.Submit(t.Context(), func(tx registry.Tx) error {
		d := staged.Digest()
		return errors.Join(died, tx.PutContents(t.Context(), []registry.Content{{UniqueID: "1.2.3.8", SHA256: d.Address, SHA1: d.SHA1, Size: d.Size}}))
	})
	if !errors.Is(err, died) {
		t.Fatal(err)
	}
	if err := w.close(); err != nil {
		t.Fatal(err)
	}
	w = newWorldIn(t, dir, options{})
	if r := w.retrieve(t, request("", repositoryOID, "1.2.3.8")); r.codes() != "XDSDocumentUniqueIdError" {
		t.Error(r)
	}
	report, err := repository.Fsck(t.Context(), w.store, w.blobs, repository.FsckOptions{Grace: -1, Remove: true})
	if err != nil || report.Orphans != 1 || report.Removed != 1 || report.Missing != 0 {
		t.Errorf("%+v, %v", report, err)
	}
}
