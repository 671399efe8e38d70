package dmp

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
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
	wanted := labelled || transformed
	markup := wanted
	if !wanted {
		var err error
		if markup, err = beginsAsMarkup(d.LotDocument); err != nil {
			return err
		}
	}
	if markup {
		readable, err := j.parse(d, labelled, r)
		if err != nil {
			return err
		}
		if d.tree != nil {
			defer d.tree.Release()
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

// beginsAsMarkup tells whether a document begins as XML does, whatever its media type: a document of another patient is
// one also under another label.
func beginsAsMarkup(d *repository.LotDocument) (bool, error) {
	const looked = 256
	r, err := d.Open()
	if err != nil {
		return false, fmt.Errorf("opening a document of the lot: %w", err)
	}
	start, err := io.ReadAll(io.LimitReader(r, looked))
	if err = errors.Join(err, r.Close()); err != nil {
		return false, fmt.Errorf("reading the beginning of a document of the lot: %w", err)
	}
	start = bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\xEF\xBB\xBF")), " \t\r\n")
	return len(start) > 0 && start[0] == '<', nil
}

// parse reads a document as XML. It tells whether there is a tree; where there must be one, a finding says why not.
func (j *judgement) parse(d *document, labelled bool, r *xmldsig.Reference) (bool, error) {
	wanted := labelled || r != nil && len(r.Transforms) > 0
	if most := int64(xmltree.DocumentLimits.Bytes); d.Digest.Size > most {
		if !wanted {
			return false, nil
		}
		j.report.Add(rule.Finding{Rule: ruleDocumentReadable, Place: rule.Place{Part: partOf(d.LotDocument)}, Subject: d.Entry.ID,
			Found: strconv.FormatInt(d.Digest.Size, 10), Expected: "≤ " + strconv.FormatInt(most, 10)})
		return false, nil
	}
	src, err := readAll(d.LotDocument)
	if err != nil {
		return false, err
	}
	if d.tree, err = xmltree.Parse(src, xmltree.DocumentLimits); err == nil {
		return true, nil
	}
	switch {
	case !wanted:
		return false, nil
	case labelled:
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

// judgeHeader holds the patient of a CDA document to its entry. A file may hold several, beside a style sheet or in a
// wrapper, and all are looked at: nobody knows which of them a reader shows. XML that is no CDA has no header to compare.
func (j *judgement) judgeHeader(d *document) {
	expected, err := registry.ParseCX(d.Entry.PatientID)
	if err != nil {
		return // the registry says so
	}
	refuse := func(at xmltree.Node, found string) {
		j.report.AddAt(at, rule.Finding{Rule: ruleHeaderPatient, Place: rule.Place{Part: partOf(d.LotDocument)}, Subject: d.Entry.ID,
			Found: found, Expected: d.Entry.PatientID})
	}
	root := d.tree.Root()
	if root.Is(cda.Namespace, "ClinicalDocument") {
		judgePatients(root, expected, refuse)
		return
	}
	for n := range root.Descendants() {
		if n.Is(cda.Namespace, "ClinicalDocument") && !judgePatients(n, expected, refuse) {
			return
		}
	}
}

// judgePatients holds every recordTarget of a CDA document to one patient: each has the identifier that is expected, and
// none has another of the same authority.
func judgePatients(clinical xmltree.Node, expected registry.CX, refuse func(at xmltree.Node, found string)) bool {
	none := true
	for target := range clinical.Children(cda.Namespace, "recordTarget") {
		none = false
		is, other := patientOf(target, expected)
		if !is {
			refuse(target, other)
			return false
		}
	}
	if none {
		refuse(clinical, "")
	}
	return !none
}

// patientOf tells whether a recordTarget is of the patient and of nobody else; if not, of whom.
func patientOf(target xmltree.Node, expected registry.CX) (is bool, other string) {
	for role := range target.Children(cda.Namespace, "patientRole") {
		for n := range role.Children(cda.Namespace, "id") {
			authority, id := strings.TrimSpace(n.AttrValue("", "root")), strings.TrimSpace(n.AttrValue("", "extension"))
			if _, null := n.Attr("", "nullFlavor"); null || authority == "" {
				continue
			}
			written := id + "^^^&" + authority + "&ISO"
			switch {
			case authority != expected.Authority:
				other = first(other, written)
			case id != expected.ID:
				return false, written
			default:
				is = true
			}
		}
	}
	return is, other
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
