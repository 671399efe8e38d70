package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

// capturing keeps each request as it goes over the wire, for liasse check and for bug reports. The first goes into the
// file named, the others beside it with a number.
type capturing struct {
	under http.RoundTripper
	file  string
	count int
}

// RoundTrip writes the request into a file, then sends it.
func (c *capturing) RoundTrip(req *http.Request) (*http.Response, error) {
	body := []byte(nil)
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, errors.Join(fmt.Errorf("reading the request to keep it: %w", err), req.Body.Close())
		}
		if err := req.Body.Close(); err != nil {
			return nil, fmt.Errorf("reading the request to keep it: %w", err)
		}
	}
	kept := req.Clone(req.Context())
	kept.ContentLength, kept.TransferEncoding = int64(len(body)), nil
	kept.Body = io.NopCloser(strings.NewReader(string(body)))
	name := c.file
	if c.count++; c.count > 1 {
		name = fmt.Sprintf("%s.%d", c.file, c.count)
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keeping the request: %w", err)
	}
	if err := errors.Join(kept.Write(file), file.Close()); err != nil {
		return nil, fmt.Errorf("keeping the request: %w", err)
	}
	sent := req.Clone(req.Context())
	sent.ContentLength = int64(len(body))
	sent.Body = io.NopCloser(strings.NewReader(string(body)))
	return c.under.RoundTrip(sent)
}
