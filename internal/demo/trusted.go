package demo

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"syscall"
	"time"

	"liasse/cda"
	"liasse/internal/audit"
	"liasse/internal/server"
	"liasse/internal/testpki"
	"liasse/internal/xdsclient"
	"liasse/registry"
	"liasse/soap"
	"liasse/vihf"
)

// trustedListen is where the server of profile dmp listens when the demonstration goes on serving.
const trustedListen = "127.0.0.1:8443"

// trusted is the second half of the demonstration: a server that believes nobody without a certificate, a token and, for
// a lot, a signature.
type trusted struct {
	cfg      server.Config
	srv      *server.Server
	identity *vihf.Identity
	pki      string
}

// startTrusted runs a server of profile dmp with a test PKI of its own.
func startTrusted(ctx context.Context, opt Options, scratch string, logs io.Writer) (*trusted, error) {
	t := &trusted{cfg: server.DefaultConfig()}
	t.cfg.Profile, t.cfg.LogLevel = server.ProfileDMP, "error"
	t.cfg.Dir = filepath.Join(cmp.Or(opt.Dir, scratch), "dmp")
	t.cfg.ForFirstTry()
	t.pki = filepath.Join(t.cfg.Dir, "pki")
	if err := os.MkdirAll(t.cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("making a data folder: %w", err)
	}
	if _, err := os.Stat(t.pki); errors.Is(err, fs.ErrNotExist) {
		if _, err := testpki.Make(t.pki, testpki.Options{}); err != nil {
			return nil, fmt.Errorf("making a test PKI: %w", err)
		}
	}
	t.cfg.TrustTestPKI(t.pki)
	var err error
	if t.identity, err = vihf.LoadIdentity(filepath.Join(t.pki, "identities", "medecin")); err != nil {
		return nil, fmt.Errorf("reading an identity: %w", err)
	}
	t.cfg.Listen, t.cfg.AdminListen = trustedListen, "127.0.0.1:0"
	if opt.Serve {
		if t.srv, err = server.Start(ctx, t.cfg, logs); err == nil || !errors.Is(err, syscall.EADDRINUSE) {
			return t, err
		}
	}
	t.cfg.Listen = "127.0.0.1:0"
	t.srv, err = server.Start(ctx, t.cfg, logs)
	return t, err
}

// client speaks in the name of the identity, through a connection that may change what it sends.
func (t *trusted) client(change func([]byte) []byte) *xdsclient.Client {
	connection := xdsclient.HTTP(t.identity, time.Minute)
	if change != nil {
		connection.Transport = &meddler{under: connection.Transport, change: change}
	}
	a := t.srv.Addresses()
	return &xdsclient.Client{SOAP: &soap.Client{HTTP: connection}, Registry: a.Registry, Repository: a.Repository, Identity: t.identity}
}

// exchange shows a signed lot going in and out, one that was changed on its way, and what the audit trail has of it.
func (t *trusted) exchange(ctx context.Context, scratch string, out io.Writer) error {
	paths, err := writeDocuments(filepath.Join(scratch, "signed"))
	if err != nil {
		return err
	}
	client := t.client(nil)
	lot, err := t.submit(ctx, client, paths, out)
	if err != nil {
		return err
	}
	client.Patient = lot.Submission.Documents[0].PatientID
	if err := t.read(ctx, client, lot, filepath.Join(scratch, "verified"), out); err != nil {
		return err
	}
	if err := t.change(ctx, scratch, out); err != nil {
		return err
	}
	if err := t.stranger(ctx, lot, out); err != nil {
		return err
	}
	return t.audited(ctx, out)
}

func (t *trusted) submit(ctx context.Context, client *xdsclient.Client, paths []string, out io.Writer) (*xdsclient.Lot, error) {
	lot, err := lotOf(paths, client.Authors())
	if err != nil {
		return nil, err
	}
	started := time.Now()
	if _, err := client.Send(ctx, lot); err != nil {
		return nil, fmt.Errorf("sending a signed lot: %w", err)
	}
	fmt.Fprintf(out, "7. %s %s submitted a lot of %d documents in %.1f ms: by mutual TLS, with an identity token (VIHF) in her\n"+
		"   name and an XML signature over every document, each verified before a byte was kept.\n",
		t.identity.Claims.Given, t.identity.Claims.Family, len(paths), float64(time.Since(started).Microseconds())/1000)
	return lot, nil
}

// lotOf makes one lot of documents.
func lotOf(paths []string, authors []registry.Author) (*xdsclient.Lot, error) {
	files, err := xdsclient.ReadFiles(paths)
	if err != nil {
		return nil, err
	}
	lots, err := xdsclient.Lots(files, xdsclient.LotOptions{Size: len(files), Document: cda.Options{Fallback: cda.DefaultFallback("fr-FR")},
		Submission: cda.LotOptions{Authors: authors}})
	if err != nil {
		return nil, err
	}
	if len(lots) != 1 {
		return nil, fmt.Errorf("the documents became %d lots instead of one", len(lots))
	}
	return &lots[0], nil
}

// read finds and retrieves the documents; the document of the signature is nowhere among them.
func (t *trusted) read(ctx context.Context, client *xdsclient.Client, lot *xdsclient.Lot, dir string, out io.Writer) error {
	found, _, err := client.Find(ctx, xdsclient.Query{Patient: client.Patient})
	if err != nil {
		return fmt.Errorf("finding the documents with a token: %w", err)
	}
	var uniqueIDs []string
	sent := make(map[string]string)
	for i, d := range lot.Submission.Documents {
		if i < len(lot.Files) {
			sent[d.UniqueID] = lot.Files[i].Path
			uniqueIDs = append(uniqueIDs, d.UniqueID)
		}
	}
	for _, f := range found {
		if f.TypeCode == "E1762" {
			return fmt.Errorf("the signature %s is shown among the documents", f.UniqueID)
		}
	}
	saved, err := client.Save(ctx, uniqueIDs, "", dir)
	if err != nil {
		return fmt.Errorf("retrieving the documents with a token: %w", err)
	}
	for _, s := range saved {
		if err := sameBytes(sent[s.UniqueID], s.Path); err != nil {
			return err
		}
	}
	if len(saved) != len(sent) {
		return fmt.Errorf("%d of %d documents came back", len(saved), len(sent))
	}
	fmt.Fprintf(out, "8. With a token for this patient the %d documents were found and retrieved; the signature is kept and not shown.\n", len(saved))
	return nil
}

var betweenTags = regexp.MustCompile(`>\s+<`)

// change sends a signed lot whose document is indented on the way, as many a gateway has done.
func (t *trusted) change(ctx context.Context, scratch string, out io.Writer) error {
	paths, err := writeDocuments(filepath.Join(scratch, "changed"))
	if err != nil {
		return err
	}
	indented, err := os.ReadFile(paths[0])
	if err != nil {
		return fmt.Errorf("reading a document: %w", err)
	}
	signed := betweenTags.ReplaceAll(indented, []byte("><"))
	if err := os.WriteFile(paths[0], signed, 0o600); err != nil {
		return fmt.Errorf("writing a document: %w", err)
	}
	client := t.client(func(request []byte) []byte { return bytes.Replace(request, signed, indented, 1) })
	again, err := lotOf(paths[:1], client.Authors())
	if err != nil {
		return err
	}
	_, err = client.Send(ctx, again)
	var refusal *xdsclient.Refusal
	if !errors.As(err, &refusal) {
		return fmt.Errorf("a document that was changed after it was signed was not refused: %w", err)
	}
	for _, f := range refusal.Findings {
		if !f.Warning {
			fmt.Fprintf(out, "9. A lot whose document was changed after it was signed (a gateway indented it) was refused:\n     %s\n", f.Context)
			return nil
		}
	}
	return errors.New("a lot was refused without an error")
}

// stranger asks with a token for another patient.
func (t *trusted) stranger(ctx context.Context, lot *xdsclient.Lot, out io.Writer) error {
	client := t.client(nil)
	client.Patient = "187065912345673^^^&1.2.250.1.213.1.4.10&ISO"
	found, _, err := client.Documents(ctx, []string{lot.Submission.Documents[0].UniqueID})
	var refusal *xdsclient.Refusal
	if err != nil && !errors.As(err, &refusal) {
		return fmt.Errorf("asking with a token for another patient: %w", err)
	}
	if len(found) > 0 {
		return errors.New("a token for another patient opened the record")
	}
	fmt.Fprint(out, "10. With a token for another patient the same documents are unknown.\n")
	return nil
}

// audited verifies the audit trail.
func (t *trusted) audited(ctx context.Context, out io.Writer) (err error) {
	log, err := server.OpenAuditLog(ctx, t.cfg, io.Discard)
	if err != nil {
		return fmt.Errorf("opening the audit records: %w", err)
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	verified, err := audit.Verify(ctx, log)
	if err != nil {
		return fmt.Errorf("verifying the audit records: %w", err)
	}
	fmt.Fprintf(out, "11. The audit trail has %d records of it, each holding the hash of the one before: unbroken.\n", verified.Records)
	return nil
}

// sameBytes compares two files.
func sameBytes(before, after string) error {
	a, err := os.ReadFile(before)
	if err != nil {
		return fmt.Errorf("reading what was sent: %w", err)
	}
	b, err := os.ReadFile(after)
	if err != nil {
		return fmt.Errorf("reading what was retrieved: %w", err)
	}
	if !bytes.Equal(a, b) {
		return fmt.Errorf("%s came back with other bytes", filepath.Base(before))
	}
	return nil
}

// hints are commands to type.
func (t *trusted) hints() string {
	a := t.srv.Addresses()
	identity := filepath.Join(t.pki, "identities", "medecin")
	return fmt.Sprintf("  bin/liasse send FILE.xml --identity %s --repository %s --capture request.http\n"+
		"  bin/liasse check request.http --config %s --explain\n"+
		"  bin/liasse find --patient '%s' --identity %s --registry %s\n"+
		"  bin/liasse audit list --dir %s\n\n",
		identity, a.Repository, filepath.Join(t.pki, "liasse.toml"), patient, identity, a.Registry, t.cfg.Dir)
}

// meddler is a connection that changes requests on their way.
type meddler struct {
	under  http.RoundTripper
	change func([]byte) []byte
}

// RoundTrip sends the changed request.
func (m *meddler) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err := errors.Join(err, req.Body.Close()); err != nil {
		return nil, fmt.Errorf("reading a request: %w", err)
	}
	body = m.change(body)
	changed := req.Clone(req.Context())
	changed.Body, changed.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return m.under.RoundTrip(changed)
}
