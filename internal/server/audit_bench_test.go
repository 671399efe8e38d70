package server_test

import (
	"bytes"
	"io"
	"net/http"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"liasse/internal/server"
)

// BenchmarkRecordedQuery is a query from 32 clients at once, of a server that records and of one that does not: the
// difference of cpu-µs/op is what a record costs, client and server together.
func BenchmarkRecordedQuery(b *testing.B) {
	for _, recording := range []bool{false, true} {
		name := map[bool]string{false: "unrecorded", true: "recorded"}[recording]
		b.Run(name, func(b *testing.B) {
			cfg := server.DefaultConfig()
			cfg.Dir, cfg.Listen, cfg.AdminListen, cfg.LogLevel = filepath.Join(b.TempDir(), "data"), "127.0.0.1:0", "127.0.0.1:0", "error"
			cfg.Limits.PerAddress, cfg.Audit.Enabled = 64, &recording
			cfg.ForFirstTry()
			srv, err := server.Start(b.Context(), cfg, io.Discard)
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() {
				if err := srv.Close(); err != nil {
					b.Error(err)
				}
			})
			request := []byte(query("279035121518989^^^&1.2.250.1.213.1.4.10&ISO"))
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
			b.SetParallelism(16)
			before := processorTime(b)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					answer, err := client.Post(srv.Addresses().Registry, "application/soap+xml; charset=UTF-8", bytes.NewReader(request))
					if err != nil {
						b.Error(err)
						return
					}
					if _, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode != http.StatusOK {
						b.Errorf("answered %s, %v", answer.Status, err)
					}
					answer.Body.Close()
				}
			})
			b.ReportMetric(float64((processorTime(b)-before).Microseconds())/float64(b.N), "cpu-µs/op")
		})
	}
}

// processorTime is what this process has used.
func processorTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
