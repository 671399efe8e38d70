package conformance

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// answerLimit bounds what is read of an answer.
const answerLimit = 256 << 20

// Exchange is one request and its answer as they went over the wire, heads and bodies apart. A request over MLLP has no
// heads.
type Exchange struct {
	// Name is the check's id (or the suite's name for what is given), the step and the transaction.
	Name                                                 string
	RequestHead, RequestBody, ResponseHead, ResponseBody []byte
}

// received is an answer before anything is made of it.
type received struct {
	status  int
	headers http.Header
	body    []byte
	sent    Exchange
}

// errTransport wraps what kept a message from being answered at all.
type errTransport struct{ err error }

func (e errTransport) Error() string { return "no answer: " + e.err.Error() }
func (e errTransport) Unwrap() error { return e.err }

func (r *run) post(ctx context.Context, client *http.Client, address string, out *outgoing) (*received, error) {
	var body io.Reader = bytes.NewReader(out.body)
	if out.chunked {
		body = struct{ io.Reader }{body} // hides the length
	}
	if len(out.body) == 0 && out.method != http.MethodPost {
		body = http.NoBody
	}
	request, err := http.NewRequestWithContext(ctx, out.method, address, body)
	if err != nil {
		return nil, fmt.Errorf("making the request: %w", err)
	}
	request.Header = out.headers.Clone()
	if _, given := request.Header["User-Agent"]; !given {
		request.Header.Set("User-Agent", "liasse-conform")
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, errTransport{err}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, answerLimit))
	if err != nil {
		return nil, errTransport{fmt.Errorf("reading the answer: %w", err)}
	}
	return &received{status: response.StatusCode, headers: response.Header, body: text, sent: Exchange{
		RequestHead: head(out.method+" "+request.URL.RequestURI()+" "+request.Proto, request.Host, request.Header),
		RequestBody: out.body, ResponseHead: head(response.Proto+" "+response.Status, "", response.Header), ResponseBody: text,
	}}, nil
}

func head(first, host string, headers http.Header) []byte {
	var b bytes.Buffer
	b.WriteString(first + "\r\n")
	if host != "" {
		b.WriteString("Host: " + host + "\r\n")
	}
	for _, name := range sortedKeys(headers) {
		for _, v := range headers[name] {
			b.WriteString(name + ": " + v + "\r\n")
		}
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

// dial opens a bare connection to the host of an address.
func (r *run) dial(ctx context.Context, client *http.Client, address string) (net.Conn, *url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the address: %w", err)
	}
	host := u.Host
	if u.Port() == "" {
		port := "80"
		if u.Scheme == "https" {
			port = "443"
		}
		host = net.JoinHostPort(u.Hostname(), port)
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	var conn net.Conn
	if u.Scheme == "https" {
		config := &tls.Config{}
		if t, ok := client.Transport.(*http.Transport); ok && t.TLSClientConfig != nil {
			config = t.TLSClientConfig.Clone()
		}
		conn, err = (&tls.Dialer{NetDialer: dialer, Config: config}).DialContext(ctx, "tcp", host)
	} else {
		conn, err = dialer.DialContext(ctx, "tcp", host)
	}
	if err != nil {
		return nil, nil, errTransport{err}
	}
	if err := conn.SetDeadline(time.Now().Add(r.options.timeout())); err != nil {
		conn.Close()
		return nil, nil, fmt.Errorf("setting the deadline: %w", err)
	}
	return conn, u, nil
}

// wire sends bytes over a bare connection and reads one HTTP answer. A connection closed without an answer is the
// answer 0: servers may close on bytes that are no HTTP.
func (r *run) wire(ctx context.Context, client *http.Client, address, text string) (*received, error) {
	conn, u, err := r.dial(ctx, client, address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	text = strings.NewReplacer("{host}", u.Host, "{path}", u.RequestURI()).Replace(text)
	if _, err := io.WriteString(conn, text); err != nil {
		return nil, errTransport{err}
	}
	result := &received{headers: http.Header{}, sent: Exchange{RequestHead: []byte(text)}}
	reader := bufio.NewReader(conn)
	if _, err := reader.Peek(1); err != nil {
		return result, nil
	}
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		return nil, errTransport{fmt.Errorf("reading the answer: %w", err)}
	}
	defer response.Body.Close()
	if result.body, err = io.ReadAll(io.LimitReader(response.Body, answerLimit)); err != nil {
		return nil, errTransport{fmt.Errorf("reading the answer: %w", err)}
	}
	result.status, result.headers = response.StatusCode, response.Header
	result.sent.ResponseHead = head(response.Proto+" "+response.Status, "", response.Header)
	result.sent.ResponseBody = result.body
	return result, nil
}

// MLLP frames a message between these bytes (HL7 v2 transport).
const (
	mllpStart = 0x0B
	mllpEnd   = 0x1C
)

// mllp sends one HL7 v2 message and reads its acknowledgement.
func (r *run) mllp(ctx context.Context, a *ADT, text string) (*received, error) {
	conn, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, "tcp", r.target.MLLP)
	if err != nil {
		return nil, errTransport{err}
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(r.options.timeout())); err != nil {
		return nil, fmt.Errorf("setting the deadline: %w", err)
	}
	framed := slices.Concat([]byte{mllpStart}, []byte(text), []byte{mllpEnd, '\r'})
	if a.Unframed {
		framed = []byte(text)
	}
	if _, err := conn.Write(framed); err != nil {
		return nil, errTransport{err}
	}
	if half, ok := conn.(*net.TCPConn); ok && a.Unframed {
		if err := half.CloseWrite(); err != nil {
			return nil, errTransport{err}
		}
	}
	answer, err := bufio.NewReader(conn).ReadBytes(mllpEnd)
	if err != nil && len(answer) == 0 && !a.Unframed {
		return nil, errTransport{fmt.Errorf("reading the acknowledgement: %w", err)}
	}
	answer = bytes.Trim(answer, "\x0b\x1c\r\n")
	return &received{body: answer, headers: http.Header{}, sent: Exchange{RequestBody: framed, ResponseBody: answer}}, nil
}
