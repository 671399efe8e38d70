package repository

import (
	"context"
	"fmt"
	"io"

	"liasse/internal/audit"
	"liasse/internal/rule"
	"liasse/soap"
)

// digestedOfRefused bounds the bytes in all that are still read of a lot that is refused already, so that its hash and
// size are judged in the same answer; of larger documents the source need not wait for the end.
const digestedOfRefused = 16 << 20

// serveProvide answers ITI-41 Provide and Register Document Set-b (ITI TF-2 3.41.4.1.3): match, read and digest, judge,
// make durable, register. What can be known without the registry's state is known before anything is made durable.
func (r *Repository) serveProvide(ctx context.Context, req *soap.Request) (*soap.Response, error) {
	// A report of its own: what refuses a lot is answered by a RegistryResponse and must not refuse the envelope.
	report := &rule.Report{Policy: req.Report.Policy}
	l := readLot(req.Body, report, r.cfg.MaxDocuments)
	defer l.discard()
	l.sub.EnterInto(audit.EventOf(ctx))
	found := func() []RegistryError {
		return append(errorsOf(req.Report.Findings, r.cfg.Language), errorsOf(report.Findings, r.cfg.Language)...)
	}
	if err := r.receive(ctx, req, l); err != nil {
		return r.trouble(err, l, found())
	}
	l.settle(r.cfg.UniqueID)
	if err := r.judge(ctx, l); err != nil {
		return r.trouble(err, l, found())
	}
	var answers []RegistryError
	var err error
	if report.Failed() {
		err = r.judgeRefused(ctx, l)
	} else {
		answers, err = r.provide(ctx, l)
	}
	if err != nil {
		return r.trouble(err, l, found())
	}
	response := answer(append(found(), answers...))
	response.Findings = report.Findings
	return response, nil
}

// receive reads every document: into the store of documents, or of a refused lot for its digest alone.
func (r *Repository) receive(ctx context.Context, req *soap.Request, l *lot) error {
	if l.unread {
		return nil
	}
	left := int64(digestedOfRefused)
	read := func(d *document, content io.Reader) (err error) {
		if !l.report.Failed() {
			if d.staged, err = r.cfg.Blobs.Stage(ctx, content); err != nil {
				return fmt.Errorf("setting a document aside: %w", err)
			}
			d.came, d.digest = true, d.staged.Digest()
			return nil
		}
		if r.cfg.Judge != nil {
			if d.staged, d.came, err = r.stageRefused(ctx, content, left); err != nil {
				return err
			}
			if l.unread = !d.came; d.came {
				d.digest = d.staged.Digest()
			}
			left -= d.digest.Size
			return nil
		}
		if d.digest, d.came, err = digestOf(content, left); err != nil {
			return err
		}
		l.unread = !d.came
		left -= d.digest.Size
		return nil
	}
	for _, d := range l.documents {
		content, inline, err := req.Inline(d.at)
		if err != nil {
			return fmt.Errorf("reading an inline document: %w", err)
		}
		if !inline {
			continue
		}
		if err := read(d, content); err != nil || l.unread {
			return err
		}
	}
	for {
		part, err := req.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the next part: %w", err)
		}
		d := l.byPart[part.Element]
		if d == nil {
			l.report.Add(rule.Finding{Rule: ruleEntryPresent, Place: rule.Place{Part: part.ContentID}, Subject: part.ContentID})
			l.stray = append(l.stray, part.ContentID)
			d = &document{} // read to its end, for the limits hold for it too
		}
		err = read(d, part)
		if d.at.IsZero() && d.staged != nil {
			d.staged.Discard()
		}
		if err != nil || l.unread {
			return err
		}
	}
}

// judgeRefused lets the registry add what it finds, so that one answer says all that is wrong.
func (r *Repository) judgeRefused(ctx context.Context, l *lot) error {
	if l.sub == nil {
		return nil
	}
	before := len(l.report.Findings)
	completed := l.complete()
	if _, err := r.cfg.Registrar.Register(ctx, l.sub, l.report, nil); err != nil {
		return fmt.Errorf("judging a refused lot: %w", err)
	}
	if !completed {
		return nil
	}
	kept := l.report.Findings[:before]
	for _, f := range l.report.Findings[before:] {
		// Not the source's hash and size, but those of complete.
		if code := f.WireCode(); code != "XDSNonIdenticalHash" && code != "XDSNonIdenticalSize" {
			kept = append(kept, f)
		}
	}
	l.report.Findings = kept
	return nil
}

// provide makes the documents of a lot durable and has it registered. When that is refused, the contents it brought are
// taken back.
func (r *Repository) provide(ctx context.Context, l *lot) (answers []RegistryError, err error) {
	documents := l.kept()
	staged := make([]Staged, len(documents))
	addresses := make(map[Address]struct{}, len(documents))
	for i, d := range documents {
		staged[i] = d.staged
		addresses[d.digest.Address] = struct{}{}
	}
	var committed []Committed
	registered, unsure := false, false
	r.pins.take(addresses)
	defer func() {
		stored := make(map[Address]Committed, len(addresses))
		for i := range committed {
			address := documents[i].digest.Address
			if c := stored[address]; !c.Created {
				stored[address] = committed[i]
			}
		}
		for address := range addresses {
			r.pins.release(address, stored[address], registered || unsure, r.removeUnreferenced(ctx))
		}
	}()
	if len(staged) > 0 {
		if committed, err = r.cfg.Blobs.Commit(ctx, staged); err != nil {
			return nil, fmt.Errorf("storing the documents of a lot: %w", err)
		}
	}
	answers, err = r.cfg.Registrar.Register(ctx, l.sub, l.report, contentsOf(documents))
	if err != nil {
		unsure = !certain(err)
		return nil, err
	}
	registered = !l.report.Failed() && !failed(answers)
	return answers, nil
}
