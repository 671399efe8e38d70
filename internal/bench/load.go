package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// request is one message to send and what its answer must hold for it to count.
type request struct {
	url, contentType string
	body             []byte
	// want must occur in the first bytes of the answer.
	want []byte
	// bytes is the least length of the answer.
	bytes int
}

// Load is what one transaction showed with a number of clients.
type Load struct {
	Name    string
	Clients int
	Count   int
	// Throughput is requests answered per second of elapsed time, the clients sharing the machine with the server.
	Throughput float64
	P50, P99   time.Duration
	// CPU is the server's processor time per request.
	CPU time.Duration
	// Floor is the sum of the calibrated parts that the request cannot do without.
	Floor time.Duration
	// Goal is the processor time that the project holds itself to; zero for none.
	Goal time.Duration
}

// Ratio is CPU over Floor.
func (l *Load) Ratio() float64 { return float64(l.CPU) / float64(l.Floor) }

// drive sends requests from a number of clients until the count is reached, after a warm-up, and measures.
func drive(ctx context.Context, server *process, as *speaker, clients, count int, next func(n int) (request, error)) (*Load, error) {
	client := as.connect(clients)
	defer client.CloseIdleConnections()
	var serial atomic.Int64
	round := func(total int, took []time.Duration) error {
		var left atomic.Int64
		left.Store(int64(total))
		var group sync.WaitGroup
		failures := make([]error, clients)
		for c := range clients {
			group.Go(func() {
				buffer := make([]byte, 64<<10)
				for {
					at := left.Add(-1)
					if at < 0 || failures[c] != nil {
						return
					}
					r, err := next(int(serial.Add(1)))
					if err != nil {
						failures[c] = err
						return
					}
					start := time.Now()
					failures[c] = send(ctx, client, r, buffer)
					if took != nil {
						took[at] = time.Since(start)
					}
				}
			})
		}
		group.Wait()
		return errors.Join(failures...)
	}
	if err := round(max(count/5, clients), nil); err != nil {
		return nil, err
	}
	took := make([]time.Duration, count)
	before, err := server.processorTime()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	if err := round(count, took); err != nil {
		return nil, err
	}
	elapsed := time.Since(start)
	after, err := server.processorTime()
	if err != nil {
		return nil, err
	}
	slices.Sort(took)
	return &Load{
		Clients: clients, Count: count, Throughput: float64(count) / elapsed.Seconds(),
		P50: took[count/2], P99: took[count*99/100], CPU: (after - before) / time.Duration(count),
	}, nil
}

// send does one exchange. An answer that is not what was wanted ends the bench: a refusal is fast and would flatter it.
func send(ctx context.Context, client *http.Client, r request, buffer []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url, bytes.NewReader(r.body))
	if err != nil {
		return fmt.Errorf("making a request: %w", err)
	}
	req.Header.Set("Content-Type", r.contentType)
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("sending a request: %w", err)
	}
	defer resp.Body.Close()
	head := 0
	for head < 4096 {
		n, err := resp.Body.Read(buffer[head:])
		head += n
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("reading an answer: %w", err)
		}
	}
	rest, err := io.Copy(io.Discard, resp.Body)
	if err != nil {
		return fmt.Errorf("reading an answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK || head+int(rest) < r.bytes || !bytes.Contains(buffer[:head], r.want) {
		return fmt.Errorf("the server answered %s and not what was wanted:\n%.2000s", resp.Status, buffer[:head])
	}
	return nil
}
