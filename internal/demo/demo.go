// Package demo shows the program at work: a server with its embedded stores, a lot of documents going in, found, and
// coming back with the same bytes; then a server of the profile dmp, and a signed lot sent in somebody's name.
package demo

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"liasse/cda"
	"liasse/internal/server"
	"liasse/internal/xdsclient"
	"liasse/registry"
	"liasse/soap"
)

// documents are CDA R2 documents of an invented patient. @RUN@ stands for an identifier that is new in each run, so that
// the same folder can be used again.
//
//go:embed documents/*.xml
var documents embed.FS

// Options says where the demonstration takes place.
type Options struct {
	// Dir holds the stores; empty for a temporary folder that is removed at the end.
	Dir string
	// Listen is the SOAP address. Empty is the usual one when the demonstration goes on serving and nobody has it, else a
	// free port.
	Listen string
	// Serve goes on serving after the demonstration until the context ends.
	Serve bool
}

// Run makes the demonstration and tells of it. An error means that something was not as it should be.
func Run(ctx context.Context, opt Options, out, logs io.Writer) (err error) {
	scratch, err := os.MkdirTemp("", "liasse-demo-")
	if err != nil {
		return fmt.Errorf("making a temporary folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	started := time.Now()
	srv, cfg, err := start(ctx, opt, scratch, logs)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "1. A server started on loopback in %d ms, its stores in %s.\n", time.Since(started).Milliseconds(), cfg.Dir)
	if err := exchange(ctx, srv.Addresses(), scratch, out); err != nil {
		return errors.Join(err, srv.Close())
	}
	started = time.Now()
	second, err := startTrusted(ctx, opt, scratch, logs)
	if err != nil {
		return errors.Join(fmt.Errorf("starting a server of profile dmp: %w", err), srv.Close())
	}
	fmt.Fprintf(out, "6. A second server started, of profile dmp: %d ms with the test PKI that it made for itself in %s.\n",
		time.Since(started).Milliseconds(), second.pki)
	if err := second.exchange(ctx, scratch, out); err != nil {
		return errors.Join(err, srv.Close(), second.srv.Close())
	}
	if !opt.Serve {
		return errors.Join(srv.Close(), second.srv.Close())
	}
	tellServing(out, srv.Addresses(), second)
	return waitBoth(ctx, srv, second.srv)
}

// tellServing says where both servers are reached, and what to try.
func tellServing(out io.Writer, a server.Addresses, second *trusted) {
	fmt.Fprintf(out, "\nServing until Ctrl-C, profile xds:\n\n  registry   %s\n  repository %s\n  admin      %s\n\nTry, in another terminal:\n\n%s", a.Registry, a.Repository, a.Admin, hints(a))
	b := second.srv.Addresses()
	fmt.Fprintf(out, "and profile dmp:\n\n  registry   %s\n  repository %s\n  admin      %s\n  identities %s\n\nTry:\n\n%s",
		b.Registry, b.Repository, b.Admin, filepath.Join(second.pki, "identities"), second.hints())
}

// waitBoth serves until the context ends or one of the servers does; then both end.
func waitBoth(ctx context.Context, first, second *server.Server) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		defer cancel()
		ended <- second.Wait(ctx)
	}()
	err := first.Wait(ctx)
	cancel()
	return errors.Join(err, <-ended)
}

// start runs the server of the demonstration.
func start(ctx context.Context, opt Options, scratch string, logs io.Writer) (*server.Server, server.Config, error) {
	cfg := server.DefaultConfig()
	cfg.LogLevel = "warn"
	cfg.Dir = cmp.Or(opt.Dir, filepath.Join(scratch, "data"))
	cfg.ForFirstTry()
	if opt.Listen == "" && opt.Serve {
		srv, err := server.Start(ctx, cfg, logs)
		if err == nil || !errors.Is(err, syscall.EADDRINUSE) {
			return srv, cfg, err
		}
	}
	cfg.Listen, cfg.AdminListen = cmp.Or(opt.Listen, "127.0.0.1:0"), "127.0.0.1:0"
	srv, err := server.Start(ctx, cfg, logs)
	return srv, cfg, err
}

// hints are commands to type, with the addresses in them where they are not the usual ones.
func hints(a server.Addresses) string {
	registry, repository := " --registry "+a.Registry, " --repository "+a.Repository
	if a.Registry == "http://"+server.DefaultListen+server.RegistryPath {
		registry, repository = "", ""
	}
	return fmt.Sprintf("  bin/liasse send FILE.xml%s\n  bin/liasse find --patient '%s'%s\n  bin/liasse get UNIQUEID -o out%s%s\n"+
		"  bin/liasse conform%s%s --admin %s\n  curl '%s?wsdl'\n  curl %s/metrics\n\n",
		repository, patient, registry, registry, repository, registry, repository, a.Admin, a.Registry, a.Admin)
}

// patient is the identifier that the documents have in their headers.
const patient = "260058815400233^^^&1.2.250.1.213.1.4.10&ISO"

func exchange(ctx context.Context, a server.Addresses, scratch string, out io.Writer) error {
	client := &xdsclient.Client{SOAP: &soap.Client{HTTP: &http.Client{Timeout: time.Minute}}, Registry: a.Registry, Repository: a.Repository}
	paths, err := writeDocuments(filepath.Join(scratch, "in"))
	if err != nil {
		return err
	}
	lot, err := submit(ctx, client, paths, out)
	if err != nil {
		return err
	}
	if err := find(ctx, client, lot, out); err != nil {
		return err
	}
	if err := compare(ctx, client, lot, filepath.Join(scratch, "out"), out); err != nil {
		return err
	}
	return refuse(ctx, client, lot, out)
}

// writeDocuments puts the demonstration's documents into a folder, with identifiers of this run.
func writeDocuments(dir string) ([]string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making a folder for the documents: %w", err)
	}
	entries, err := documents.ReadDir("documents")
	if err != nil {
		return nil, fmt.Errorf("reading the demonstration's documents: %w", err)
	}
	id := registry.NewUUID()
	run := strings.ToUpper(hex.EncodeToString(id[:8]))
	var paths []string
	for _, entry := range entries {
		content, err := documents.ReadFile(path.Join("documents", entry.Name()))
		if err != nil {
			return nil, fmt.Errorf("reading a document: %w", err)
		}
		name := filepath.Join(dir, entry.Name())
		if err := os.WriteFile(name, bytes.ReplaceAll(content, []byte("@RUN@"), []byte(run)), 0o600); err != nil {
			return nil, fmt.Errorf("writing a document: %w", err)
		}
		paths = append(paths, name)
	}
	return paths, nil
}

func submit(ctx context.Context, client *xdsclient.Client, paths []string, out io.Writer) (*xdsclient.Lot, error) {
	lot, err := lotOf(paths, nil)
	if err != nil {
		return nil, err
	}
	started := time.Now()
	if _, err := client.Send(ctx, lot); err != nil {
		return nil, fmt.Errorf("sending the lot: %w", err)
	}
	fmt.Fprintf(out, "2. A lot of %d CDA documents was submitted (ITI-41) in %.1f ms.\n", len(paths), float64(time.Since(started).Microseconds())/1000)
	return lot, nil
}

func find(ctx context.Context, client *xdsclient.Client, lot *xdsclient.Lot, out io.Writer) error {
	found, _, err := client.Find(ctx, xdsclient.Query{Patient: lot.Submission.Documents[0].PatientID})
	if err != nil {
		return fmt.Errorf("finding the documents: %w", err)
	}
	byID := make(map[string]xdsclient.Found, len(found))
	for _, f := range found {
		byID[f.UniqueID] = f
	}
	fmt.Fprintf(out, "3. A stored query (ITI-18, FindDocuments) of patient %s found:\n", lot.Submission.Documents[0].PatientID)
	for _, d := range lot.Submission.Documents {
		f, ok := byID[d.UniqueID]
		if !ok {
			return fmt.Errorf("the registry does not find %s", d.UniqueID)
		}
		fmt.Fprintf(out, "     %s  %s, %s bytes, SHA-1 %s\n", f.CreationTime, f.Title, f.Size, f.Hash)
	}
	return nil
}

// compare retrieves the documents and compares them with the files that were sent.
func compare(ctx context.Context, client *xdsclient.Client, lot *xdsclient.Lot, dir string, out io.Writer) error {
	sent := make(map[string]string, len(lot.Files))
	var uniqueIDs []string
	for i, d := range lot.Submission.Documents {
		sent[d.UniqueID] = lot.Files[i].Path
		uniqueIDs = append(uniqueIDs, d.UniqueID)
	}
	saved, err := client.Save(ctx, uniqueIDs, "", dir)
	if err != nil {
		return fmt.Errorf("retrieving the documents: %w", err)
	}
	if len(saved) != len(sent) {
		return fmt.Errorf("%d of %d documents came back", len(saved), len(sent))
	}
	total := 0
	for _, s := range saved {
		if err := sameBytes(sent[s.UniqueID], s.Path); err != nil {
			return err
		}
		total += int(s.Size)
	}
	fmt.Fprintf(out, "4. %d documents were retrieved (ITI-43): all %d bytes are those that were sent.\n", len(saved), total)
	return nil
}

// refuse sends a lot with a wrong hash and shows what the server says of it.
func refuse(ctx context.Context, client *xdsclient.Client, lot *xdsclient.Lot, out io.Writer) error {
	broken, err := xdsclient.Lots(lot.Files[:1], xdsclient.LotOptions{Size: 1, Document: cda.Options{Fallback: cda.DefaultFallback("fr-FR")}})
	if err != nil {
		return err
	}
	broken[0].Submission.Documents[0].SetSlot(registry.SlotHash, strings.Repeat("0", 40))
	_, err = client.Send(ctx, &broken[0])
	var refusal *xdsclient.Refusal
	if !errors.As(err, &refusal) {
		return fmt.Errorf("a document with a wrong hash was not refused: %w", err)
	}
	fmt.Fprintf(out, "5. A lot that was broken on purpose (a wrong hash) was refused:\n     %s\n", refusal.Findings[0].Context)
	return nil
}
