package hostile_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"liasse/internal/server"
)

// TLS-04: every token on a connection is held to the certificate of that connection, whatever came before it.
func TestTokensOfOneConnection(t *testing.T) {
	w := start(t, pkiDir, strictTokens)
	names := []string{"medecin", "autre-medecin", "pharmacien", "infirmier", "etablissement"}
	w.patient = patientCX("1790351215207")
	for _, peer := range names {
		t.Run("TLS-04 connection of "+peer, func(t *testing.T) {
			client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{TLSClientConfig: w.tlsConfig(w.identity(peer).auth), MaxConnsPerHost: 1}}
			defer client.CloseIdleConnections()
			kept, records := w.snapshot()
			for step, signer := range append(names, peer, "autre-etablissement", "medecin", peer) {
				w.count("TLS-04")
				i := w.identity(signer)
				m := newLot(i, w.patient).message(newToken(i, w.patient))
				mediaType, body := m.content()
				a, reused, err := w.traced(client, mediaType, body)
				if err != nil {
					t.Fatal(err)
				}
				if step > 0 && !reused {
					t.Errorf("step %d came over another connection", step)
				}
				after, recorded := w.snapshot()
				codes, rules := a.read()
				switch {
				case signer == peer && !a.accepted():
					t.Errorf("step %d: the own token of %s is answered %s %s", step, signer, codes, rules)
				case signer != peer && (codes != notAuthentic || rules[0] != "VIHF-105" || kept.difference(after) != ""):
					t.Errorf("step %d: the token of %s is answered %s %s, and kept: %s", step, signer, codes, rules, kept.difference(after))
				}
				if recorded != records+1 {
					t.Errorf("step %d: %d records", step, recorded-records)
				}
				kept, records = after, recorded
			}
		})
	}
	w.searchLog(t)
	t.Logf("%v cases", w.sent)
}

// traced posts a lot and tells whether the connection was there before.
func (w *world) traced(client *http.Client, mediaType, body string) (a answer, reused bool, err error) {
	ctx := httptrace.WithClientTrace(w.t.Context(), &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { reused = i.Reused }})
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.srv.Addresses().Repository, strings.NewReader(body))
	if err != nil {
		return a, false, err
	}
	request.Header.Set("Content-Type", mediaType)
	response, err := client.Do(request)
	if err != nil {
		return a, false, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, string(content)}, reused, err
}

// TLS-07: what a client says of its own certificate or address is nothing to a server that is asked directly, and refused
// by one that has proxies elsewhere.
func TestForwardedCertificates(t *testing.T) {
	pem := percentEncodedPEM
	for _, proxied := range []bool{false, true} {
		w := start(t, pkiDir, func(c *server.Config) {
			strictTokens(c)
			if proxied {
				c.Proxy.Addresses = []string{"192.0.2.7"}
			}
		})
		l := w.lotOf("medecin")
		other := w.identity("autre-medecin")
		var cases []hostile
		for _, header := range []string{"X-Client-Cert", "X-SSL-Client-Cert", "X-Forwarded-Client-Cert", "Client-Cert", "SSL_CLIENT_CERT", "X-Forwarded-For", "X-Real-IP", "Forwarded"} {
			// The connection is of medecin, the token and the header are of another.
			c := hostile{name: "TLS-07 " + header, codes: notAuthentic, rules: "VIHF-105", make: func(w *world) *message {
				m := newLot(other, w.patient).message(newToken(other, w.patient))
				m.identity = l.by
				value := pem(other.auth.chain[0])
				if !strings.Contains(strings.ToLower(header), "cert") {
					value = "192.0.2.7"
				}
				m.header = map[string]string{header: value}
				return m
			}}
			if proxied && header == "X-Client-Cert" {
				c.codes, c.rules = "HTTP", "TLS-040"
			}
			cases = append(cases, c)
		}
		w.run(t, l, cases)
	}
}

// TLS-06: one address that begins handshakes and never ends them, and is refused hundreds of times, keeps no other waiting
// for long: those of another address are all served.
func TestFlood(t *testing.T) {
	if testing.Short() {
		t.Skip("opens hundreds of connections")
	}
	w := start(t, pkiDir, func(c *server.Config) {
		strictTokens(c)
		c.Limits.Handshakes, c.Limits.Handshake = 50, server.Duration(2*time.Second)
	})
	l := w.lotOf("medecin")
	attacker := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}, Timeout: 5 * time.Second}
	conn, err := attacker.Dial("tcp", w.address())
	if err != nil {
		t.Skipf("there is no second address to attack from: %v", err)
	}
	conn.Close()
	stop := make(chan struct{})
	var flood sync.WaitGroup
	var begun atomic.Int64
	for n := range 8 {
		flood.Go(func() {
			var open []net.Conn
			defer func() {
				for _, c := range open {
					c.Close()
				}
			}()
			for {
				select {
				case <-stop:
					return
				default:
				}
				c, err := attacker.Dial("tcp", w.address())
				if err != nil {
					continue
				}
				begun.Add(1)
				if n%2 == 0 {
					open = append(open, c) // half-open: nothing is ever said
					if len(open) > 100 {
						open[0].Close()
						open = open[1:]
					}
					continue
				}
				io.WriteString(c, "GET / HTTP/1.0\r\n\r\n")
				c.Close()
			}
		})
	}
	served := 0
	for end := time.Now().Add(time.Second); time.Now().Before(end); served++ {
		lot := newLot(l.by, w.patient)
		w.accepts(t, lot.message(newToken(l.by, w.patient)))
		if served%5 == 0 {
			w.client(l.by.auth).CloseIdleConnections() // a handshake of our own in the middle of it
		}
	}
	close(stop)
	flood.Wait()
	t.Logf("%d connections of the attacker were begun, %d lots served meanwhile", begun.Load(), served)
	if served < 3 {
		t.Errorf("only %d lots were served", served)
	}
	w.searchLog(t)
}
