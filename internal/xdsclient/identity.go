package xdsclient

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"liasse/dmp"
	"liasse/registry"
	"liasse/soap"
	"liasse/vihf"
)

// HTTP makes the client that connects in the name of an identity: mutual TLS with its authentication certificate. Without
// an identity it is a plain one.
func HTTP(identity *vihf.Identity, timeout time.Duration) *http.Client {
	client := &http.Client{Timeout: timeout}
	if identity == nil {
		return client
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, TLSClientConfig: identity.TLSConfig(),
		TLSHandshakeTimeout: 10 * time.Second, IdleConnTimeout: 90 * time.Second}
	client.Transport = transport
	return client
}

// Authors are those of a lot that the client's identity sends; nil without one.
func (c *Client) Authors() []registry.Author {
	if c.Identity == nil {
		return nil
	}
	return []registry.Author{dmp.AuthorOf(c.Identity)}
}

// errNoPatient is the error of a message that an identity cannot be shown for.
var errNoPatient = errors.New("an identity asks for one patient's record: say which (see --patient)")

// identify puts a token for the patient into a message.
func (c *Client) identify(m *soap.Message, patient string) error {
	patient = cmp.Or(patient, c.Patient)
	if patient == "" {
		return errNoPatient
	}
	token, err := c.Identity.Issue(vihf.Claims{Patient: patient})
	if err != nil {
		return fmt.Errorf("issuing an identity token: %w", err)
	}
	m.Blocks = append(slices.Clip(m.Blocks), vihf.Security(token)...)
	return nil
}

// sign signs a lot and gives it with the document of its signature.
func (c *Client) sign(lot *registry.Submission, documents []Document) (*registry.Submission, []Document, error) {
	contents := make([]dmp.Document, len(documents))
	for i, d := range documents {
		contents[i] = dmp.Document{EntryID: d.EntryID, Open: d.Open}
	}
	signed, err := dmp.SignLot(lot, contents, c.Identity, time.Now())
	if err != nil {
		return nil, nil, err
	}
	return signed.Submission, append(slices.Clip(documents), Document{
		EntryID: signed.Entry.ID, MimeType: signed.Entry.MimeType, Size: int64(len(signed.Signature)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(signed.Signature)), nil },
	}), nil
}
