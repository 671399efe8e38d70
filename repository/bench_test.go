package repository_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"liasse/repository/blobtest"
	"liasse/soap"
)

// cpu is the processor time of the server, in the kernel's hundredths of a second.
func (p *process) cpu(b *testing.B) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Process.Pid))
	if err != nil {
		b.Skipf("the processor time of a process cannot be read here: %v", err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	var ticks int64
	for _, field := range fields[11:13] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// drive sends b.N messages from several clients to a server in a process of its own and reports the server's processor
// time for each.
func drive(b *testing.B, prepare func(url string), next func(n int64) []byte) {
	for _, clients := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			p := startProcess(b, b.TempDir())
			defer func() {
				if err := p.stdin.Close(); err != nil {
					b.Error(err)
				}
				if err := p.Wait(); err != nil {
					b.Error(err)
				}
			}()
			if prepare != nil {
				prepare(p.url)
			}
			client := &soap.Client{HTTP: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
			var sent atomic.Int64
			began := p.cpu(b)
			b.ResetTimer()
			var wait sync.WaitGroup
			for range clients {
				wait.Go(func() {
					for n := sent.Add(1); n <= int64(b.N); n = sent.Add(1) {
						if r := postWith(b, client, p.url, mtomType, bytes.NewReader(next(n))); r.outcome != "Success" {
							b.Error(r)
							return
						}
					}
				})
			}
			wait.Wait()
			b.StopTimer()
			b.ReportMetric(float64((p.cpu(b)-began).Microseconds())/float64(b.N), "server-cpu-µs/op")
		})
	}
}

// BenchmarkProvide is ITI-41 with two new documents of 30 KB.
func BenchmarkProvide(b *testing.B) {
	template := blobtest.Content(30_000, 1)
	drive(b, nil, func(n int64) []byte {
		m := &message{set: fmt.Sprint("1.2.3.6.", n), docs: []doc{
			{id: "doc1", uniqueID: fmt.Sprint("1.2.3.7.", n, ".1"), content: fmt.Appendf(bytes.Clone(template), "%d first", n)},
			{id: "doc2", uniqueID: fmt.Sprint("1.2.3.7.", n, ".2"), content: fmt.Appendf(bytes.Clone(template), "%d second", n)},
		}}
		return m.mtom()
	})
}

// BenchmarkRetrieve is ITI-43 of one of 64 documents of 200 KB.
func BenchmarkRetrieve(b *testing.B) {
	drive(b, func(url string) {
		for n := range 64 {
			m := &message{set: fmt.Sprint("1.2.3.6.", n), docs: []doc{{id: "doc1", uniqueID: fmt.Sprint("1.2.3.7.", n), content: blobtest.Content(200_000, uint64(n))}}}
			if r := post(b, url, mtomType, bytes.NewReader(m.mtom())); r.outcome != "Success" {
				b.Fatal(r)
			}
		}
	}, func(n int64) []byte {
		return []byte(rootPart(retrieval(request("", repositoryOID, fmt.Sprint("1.2.3.7.", n%64)))) + end)
	})
}
