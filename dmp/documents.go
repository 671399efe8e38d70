package dmp

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"liasse/cda"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/repository"
	"liasse/xmldsig"
)

// heldFreely is the size up to which documents are read whatever else is read at the same time.
const heldFreely = 1 << 20

// document is one document of the lot that is not the signature, with its tree when it is XML.
type document struct {
	*repository.LotDocument
	tree *xmltree.Document
}

// documents holds each document to its reference in the Manifest, and to its entry: each is read once for both.
func (j *judgement) documents(ctx context.Context, manifest references) error {
	for i := range j.lot.Documents {
		d := &document{LotDocument: &j.lot.Documents[i]}
		if !d.Read || d.Entry == j.entry {
			continue
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("judging a lot: %w", err)
		}
		if err := j.document(ctx, d, manifest[d.Entry]); err != nil {
			return err
		}
	}
	return nil
}

func (j *judgement) document(ctx context.Context, d *document, r *xmldsig.Reference) error {
	if d.Digest.Size > heldFreely {
		select {
		case j.large <- struct{}{}:
			defer func() { <-j.large }()
		case <-ctx.Done():
			return fmt.Errorf("waiting to judge a large document: %w", ctx.Err())
		}
	}
	labelled := isXML(d.Entry.MimeType)
	transformed := r != nil && len(r.Transforms) > 0
	if labelled || transformed {
		readable, err := j.parse(d, labelled, r)
		if err != nil {
			return err
		}
		if d.tree != nil {
			defer d.tree.Release()
		}
		if labelled && d.tree != nil {
			j.judgeHeader(d)
		}
		if !readable && transformed {
			return nil
		}
	}
	if r == nil {
		return nil // the Manifest was found without one, or not at all
	}
	if labelled != transformed || transformed && r.Transforms[0].Algorithm != xmldsig.C14N10WithComments {
		found := ""
		if transformed {
			found = string(r.Transforms[0].Algorithm)
		}
		j.inManifest(ruleCanonicalDocument, r, d, found, "")
	}
	if transformed && dropsComments(r) && hasComments(d.tree) {
		j.inManifest(ruleCommentsKept, r, d, string(r.Transforms[0].Algorithm), string(xmldsig.C14N10WithComments))
	}
	return j.compare(d, r)
}

// compare holds the digest in the Manifest to that of the document.
func (j *judgement) compare(d *document, r *xmldsig.Reference) error {
	sum, err := digestOf(r, d)
	if fault := xmldsig.AsError(err); fault != nil {
		j.inManifest(ruleCanonicalizable, r, d, fault.Found, fault.Expected)
		return nil
	}
	if err != nil {
		return fmt.Errorf("digesting a document of the lot: %w", err)
	}
	if !bytes.Equal(sum, r.DigestValue) {
		fix, err := j.explain(d, r)
		if err != nil {
			return err
		}
		j.report.AddAt(r.Node, rule.Finding{Rule: ruleDocumentDigest, Place: rule.Place{Part: partOf(j.file)}, Subject: d.Entry.ID, Fix: fix,
			Found: base64.StdEncoding.EncodeToString(r.DigestValue), Expected: base64.StdEncoding.EncodeToString(sum)})
	}
	return nil
}

// inManifest enters a finding about a document's reference, at that reference.
func (j *judgement) inManifest(r *rule.Rule, at *xmldsig.Reference, d *document, found, expected string) {
	j.report.AddAt(at.Node, rule.Finding{Rule: r, Place: rule.Place{Part: partOf(j.file)}, Subject: d.Entry.ID, Found: found, Expected: expected})
}

// parse reads a document as XML. It tells whether there is a tree; a finding says why not.
func (j *judgement) parse(d *document, labelled bool, r *xmldsig.Reference) (bool, error) {
	if most := int64(xmltree.DocumentLimits.Bytes); d.Digest.Size > most {
		j.report.Add(rule.Finding{Rule: ruleDocumentReadable, Place: rule.Place{Part: partOf(d.LotDocument)}, Subject: d.Entry.ID,
			Found: strconv.FormatInt(d.Digest.Size, 10), Expected: "<= " + strconv.FormatInt(most, 10)})
		return false, nil
	}
	src, err := readAll(d.LotDocument)
	if err != nil {
		return false, err
	}
	if d.tree, err = xmltree.Parse(src, xmltree.DocumentLimits); err == nil {
		return true, nil
	}
	if labelled {
		j.notXML(ruleDocumentXML, d.LotDocument, err)
		return false, nil
	}
	var syntax *xmltree.SyntaxError
	found := err.Error()
	if errors.As(err, &syntax) {
		found = syntax.In(j.cfg.Language)
	}
	j.inManifest(ruleCanonicalizable, r, d, found, "")
	return false, nil
}

// isXML tells whether a media type is one of XML.
func isXML(mimeType string) bool {
	media, _, _ := strings.Cut(mimeType, ";")
	media = strings.ToLower(strings.TrimSpace(media))
	return media == "text/xml" || media == "application/xml" || strings.HasSuffix(media, "+xml")
}

// judgeHeader holds a CDA document's patient to its entry. XML that is no CDA has no header to compare.
func (j *judgement) judgeHeader(d *document) {
	header, err := cda.Read(d.tree)
	if err != nil {
		return
	}
	expected, err := registry.ParseCX(d.Entry.PatientID)
	if err != nil {
		return // the registry says so
	}
	found := ""
	for _, id := range header.Patient.IDs {
		if id.Root == expected.Authority && id.Extension == expected.ID {
			return
		}
		found = first(found, id.Extension+"^^^&"+id.Root+"&ISO")
	}
	at := orNode(d.tree.Root().Child(cda.Namespace, "recordTarget"), d.tree.Root())
	j.report.AddAt(at, rule.Finding{Rule: ruleHeaderPatient, Place: rule.Place{Part: partOf(d.LotDocument)}, Subject: d.Entry.ID,
		Found: found, Expected: d.Entry.PatientID})
}

// dropsComments tells whether a reference's canonicalization leaves comments out.
func dropsComments(r *xmldsig.Reference) bool {
	return !strings.HasSuffix(string(r.Transforms[0].Algorithm), "WithComments")
}

// hasComments tells whether a document holds a comment anywhere.
func hasComments(d *xmltree.Document) bool {
	if !bytes.Contains(d.Source(), []byte("<!--")) {
		return false
	}
	var within func(n xmltree.Node) bool
	within = func(n xmltree.Node) bool {
		for c := n.FirstChild(); !c.IsZero(); c = c.NextSibling() {
			if c.Kind() == xmltree.Comment || c.Kind() == xmltree.Element && within(c) {
				return true
			}
		}
		return false
	}
	return within(d.Node())
}
