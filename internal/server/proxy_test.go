package server_test

import (
	"crypto/tls"
	"encoding/pem"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"liasse/internal/server"
)

// forwarded writes a certificate as nginx does for a header.
func forwarded(pair tls.Certificate, whole bool) string {
	var text []byte
	for i, der := range pair.Certificate {
		if i == 0 || whole {
			text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
		}
	}
	return strings.ReplaceAll(url.QueryEscape(string(text)), "+", "%20")
}

// TestProxy: the certificate of a request is what a proxy says, and only what a proxy says.
func TestProxy(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a server for each way to forward a certificate")
	}
	pki := pkiFolder(t)
	proxy, medecin := identity(t, pki, "etablissement"), forwarded(identity(t, pki, "medecin"), false)
	key := strings.ReplaceAll(medecin, "CERTIFICATE", "PUBLIC%20KEY")
	for _, tt := range []struct {
		name      string
		mode      string
		addresses []string
		presents  *tls.Certificate
		said      []string
		status    int
		rule      string
	}{
		{"a proxy with a certificate", server.TLSMutual, []string{"127.0.0.1"}, &proxy, []string{medecin}, 200, ""},
		{"a proxy of a network", server.TLSMutual, []string{"127.0.0.0/8", "::1"}, &proxy, []string{medecin}, 200, ""},
		{"a proxy that sends the whole chain", server.TLSMutual, []string{"127.0.0.1"}, &proxy, []string{forwarded(identity(t, pki, "medecin"), true)}, 200, ""},
		{"a proxy on this machine", server.TLSOff, []string{"127.0.0.1"}, nil, []string{medecin}, 200, ""},
		{"nobody's proxy", server.TLSMutual, nil, &proxy, []string{medecin}, 200, ""},
		{"somebody else", server.TLSMutual, []string{"10.0.0.1"}, &proxy, []string{medecin}, 403, "[TLS-040] "},
		{"somebody else on this machine", server.TLSOff, []string{"::1"}, nil, []string{medecin}, 403, "[TLS-040] "},
		{"somebody else says nothing", server.TLSMutual, []string{"10.0.0.1"}, &proxy, nil, 200, ""},
		{"nobody says anything without TLS", server.TLSOff, []string{"::1"}, nil, nil, 403, "[TLS-020] "},
		{"a proxy without a word", server.TLSMutual, []string{"127.0.0.1"}, &proxy, nil, 403, "[TLS-041] "},
		{"a proxy whose client has none", server.TLSMutual, []string{"127.0.0.1"}, &proxy, []string{""}, 403, "[TLS-041] "},
		{"two words", server.TLSMutual, []string{"127.0.0.1"}, &proxy, []string{medecin, medecin}, 403, "[TLS-041] "},
		{"no PEM", server.TLSOff, []string{"127.0.0.1"}, nil, []string{"CN=somebody"}, 403, "[TLS-042] "},
		{"broken percent-encoding", server.TLSOff, []string{"127.0.0.1"}, nil, []string{medecin + "%g"}, 403, "[TLS-042] "},
		{"PEM of something else", server.TLSOff, []string{"127.0.0.1"}, nil, []string{key}, 403, "[TLS-042] "},
		{"a certificate that is none", server.TLSOff, []string{"127.0.0.1"}, nil, []string{forwarded(tls.Certificate{Certificate: [][]byte{[]byte("none")}}, false)}, 403, "[TLS-021] "},
		{"a certificate of another PKI", server.TLSOff, []string{"127.0.0.1"}, nil, []string{forwarded(identity(t, pki, "faute-inconnue"), true)}, 403, "[TLS-024] "},
		{"a revoked certificate", server.TLSMutual, []string{"127.0.0.1"}, &proxy, []string{forwarded(identity(t, pki, "faute-revoquee"), false)}, 403, "[TLS-028] "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := watchedDoor(t, func(c *server.Config) {
				mutual(pki)(c)
				c.TLS, c.Proxy.Addresses = tt.mode, tt.addresses
			})
			client := http.DefaultClient
			if tt.presents != nil {
				client, _ = clientOf(t, pki, *tt.presents)
			}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.srv.Addresses().Registry+"?wsdl", nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, value := range tt.said {
				req.Header.Add("X-Client-Cert", value)
			}
			req.Header.Set("X-Forwarded-For", "10.0.0.1") // nobody believes it
			resp, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode != tt.status || !strings.HasPrefix(string(body), tt.rule) {
				t.Errorf("answered %d %.200s", resp.StatusCode, body)
			}
			if tt.rule != "" {
				d.expect(t, tt.rule)
			}
			d.settle(t)
		})
	}
}
