package server_test

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"liasse/internal/server"
)

// clientHello writes a ClientHello in its record, so that what no library of today offers can be offered.
type clientHello struct {
	version     uint16
	suites      []uint16
	compression []byte
	groups      []uint16
	schemes     []uint16
}

func (h clientHello) record() []byte {
	list := func(values []uint16) []byte {
		out := binary.BigEndian.AppendUint16(nil, uint16(2*len(values)))
		for _, v := range values {
			out = binary.BigEndian.AppendUint16(out, v)
		}
		return out
	}
	extension := func(out []byte, id uint16, body []byte) []byte {
		out = binary.BigEndian.AppendUint16(out, id)
		return append(binary.BigEndian.AppendUint16(out, uint16(len(body))), body...)
	}
	body := binary.BigEndian.AppendUint16(nil, h.version)
	body = append(body, make([]byte, 32)...)
	body = append(body, 0) // no session
	body = append(body, list(h.suites)...)
	body = append(append(body, byte(len(h.compression))), h.compression...)
	if h.version > 0x0300 {
		extensions := extension(nil, 10, list(h.groups))
		extensions = extension(extensions, 11, []byte{1, 0})
		extensions = extension(extensions, 13, list(h.schemes))
		body = append(binary.BigEndian.AppendUint16(body, uint16(len(extensions))), extensions...)
	}
	message := append([]byte{1, 0, byte(len(body) >> 8), byte(len(body))}, body...)
	record := binary.BigEndian.AppendUint16([]byte{22}, min(h.version, 0x0301))
	return append(binary.BigEndian.AppendUint16(record, uint16(len(message))), message...)
}

// TestHellosRefused: what is too old or too weak for any library to offer, and what is no TLS at all.
func TestHellosRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for connections to time out")
	}
	pki := pkiFolder(t)
	d := watchedDoor(t, func(c *server.Config) {
		mutual(pki)(c)
		c.Limits.Handshake = server.Duration(500 * time.Millisecond)
	})
	good := clientHello{version: 0x0303, suites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}, compression: []byte{0},
		groups: []uint16{uint16(tls.CurveP256)}, schemes: []uint16{uint16(tls.PSSWithSHA256)}}
	with := func(change func(*clientHello)) []byte {
		h := good
		change(&h)
		return h.record()
	}
	for _, tt := range []struct {
		name   string
		sent   []byte
		end    bool // the client closes after sending
		rule   string
		answer string
	}{
		{"SSL 3.0", with(func(h *clientHello) { h.version = 0x0300 }), false, "[TLS-002] ", "\x15"},
		{"SSL 2.0", []byte{0x80, 0x2e, 1, 0, 2, 0, 0x15, 0, 0, 0, 0x10, 1, 0, 0x80}, false, "[TLS-001] ", ""},
		{"NULL", with(func(h *clientHello) { h.suites = []uint16{0x0002, 0xC010} }), false, "[TLS-003] ", "\x15"},
		{"anonymous", with(func(h *clientHello) { h.suites = []uint16{0x00A6, 0xC018} }), false, "[TLS-003] ", "\x15"},
		{"export", with(func(h *clientHello) { h.suites = []uint16{0x0003, 0x0008} }), false, "[TLS-003] ", "\x15"},
		{"finite field", with(func(h *clientHello) { h.suites = []uint16{0x009E, 0x009F} }), false, "[TLS-003] ", "\x15"},
		{"the CBC suite of the DMP", with(func(h *clientHello) { h.suites = []uint16{0xC028} }), false, "[TLS-003] ", "\x15"},
		{"P-192", with(func(h *clientHello) { h.groups = []uint16{19} }), false, "[TLS-004] ", "\x15"},
		{"secp256k1", with(func(h *clientHello) { h.groups = []uint16{22} }), false, "[TLS-004] ", "\x15"},
		{"SHA-1", with(func(h *clientHello) { h.schemes = []uint16{uint16(tls.PKCS1WithSHA1)} }), false, "[TLS-005] ", "\x16"},
		{"compression", with(func(h *clientHello) { h.compression = []byte{1} }), false, "[TLS-010] ", "\x15"},
		{"another message", []byte{22, 3, 1, 0, 4, 20, 0, 0, 0}, false, "[TLS-010] ", "\x15"},
		{"broken off", good.record()[:40], true, "[TLS-009] ", ""},
		{"broken off later", good.record(), true, "[TLS-009] ", "\x16"},
		{"a pause", good.record()[:40], false, "[TLS-007] ", ""},
		{"nothing at all", nil, false, "[TLS-007] ", ""},
		{"plain HTTP", []byte("GET /xds/registry?wsdl HTTP/1.1\r\nHost: x\r\n\r\n"), false, "[TLS-001] ", "HTTP/1.1 400 "},
		{"plain SOAP", []byte("POST /xds/registry HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n<a/>"), false, "[TLS-001] ", "HTTP/1.1 400 "},
		{"noise", bytes.Repeat([]byte{0xff}, 100), false, "[TLS-001] ", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			conn, err := net.Dial("tcp", hostPort(d.srv))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := conn.Write(tt.sent); err != nil {
				t.Fatal(err)
			}
			if tt.end {
				if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
					t.Fatal(err)
				}
			}
			if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
				t.Fatal(err)
			}
			answer, _ := io.ReadAll(conn) // ends with the connection, in whatever way
			if !bytes.HasPrefix(answer, []byte(tt.answer)) {
				t.Errorf("answered %.200q", answer)
			}
			d.expect(t, tt.rule)
			if strings.HasPrefix(tt.answer, "HTTP") && !bytes.Contains(answer, []byte("[TLS-001] ")) {
				t.Errorf("the answer does not say why: %s", answer)
			}
		})
	}
	d.settle(t)
}

// TestAProbeIsNoRefusal: whoever connects and goes away without a byte is a load balancer that looks.
func TestAProbeIsNoRefusal(t *testing.T) {
	pki := pkiFolder(t)
	srv, logs := start(t, mutual(pki))
	conn, err := net.Dial("tcp", hostPort(srv))
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(conn); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if found := refusals(t, logs, 0); len(found) != 0 {
		t.Errorf("the log says %v", found)
	}
}
