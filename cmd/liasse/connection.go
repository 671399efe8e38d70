package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"time"

	"liasse/internal/server"
	"liasse/internal/xdsclient"
	"liasse/soap"
	"liasse/vihf"
)

// connection is the flags that name the server to speak to.
type connection struct {
	registry, repository *string
	identity, capture    *string
	timeout              *time.Duration
}

func connectionFlags(fs *flag.FlagSet) connection {
	base := "http://" + server.DefaultConfig().Listen
	return connection{
		registry:   fs.String("registry", base+"/xds/registry", "address of the Document Registry (ITI-18)"),
		repository: fs.String("repository", base+"/xds/repository", "address of the Document Repository (ITI-41, ITI-43)"),
		identity:   fs.String("identity", "", "folder of an identity (see liasse pki): each message carries its VIHF, each lot its signature"),
		capture:    fs.String("capture", "", "keep each request as it goes over the wire in this file, for liasse check (it holds documents)"),
		timeout:    fs.Duration("timeout", 10*time.Minute, "longest time for one exchange"),
	}
}

// client makes the client; the error is about the identity.
func (c connection) client() (*xdsclient.Client, error) {
	var identity *vihf.Identity
	if *c.identity != "" {
		var err error
		if identity, err = vihf.LoadIdentity(*c.identity); err != nil {
			return nil, err
		}
	}
	client := xdsclient.HTTP(identity, *c.timeout)
	if *c.capture != "" {
		under := client.Transport
		if under == nil {
			under = http.DefaultTransport
		}
		client.Transport = &capturing{under: under, file: *c.capture}
	}
	return &xdsclient.Client{
		SOAP:     &soap.Client{HTTP: client},
		Registry: *c.registry, Repository: *c.repository, Identity: identity,
	}, nil
}

// showRefusal writes the findings of a refusal as the server gave them and tells whether the error was one.
func showRefusal(w io.Writer, err error) bool {
	var refusal *xdsclient.Refusal
	if !errors.As(err, &refusal) {
		return false
	}
	n := len(refusal.Findings)
	plural := "s"
	if n == 1 {
		plural = ""
	}
	fmt.Fprintf(w, "refused: %s (%s), %d finding%s\n", refusal.What, refusal.Status, n, plural)
	showFindings(w, refusal.Findings)
	return true
}

func showFindings(w io.Writer, findings []xdsclient.Finding) {
	for _, f := range findings {
		word := f.Code
		if f.Warning {
			word = "warning " + word
		}
		fmt.Fprintf(w, "  %s: %s\n", word, f.Context)
		if f.Location != "" {
			fmt.Fprintf(w, "      at %s\n", f.Location)
		}
	}
}
