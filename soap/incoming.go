package soap

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"liasse/internal/mime"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// incoming is a message being read, a request or an answer.
type incoming struct {
	limits *Limits
	xml    xmltree.Limits
	report *rule.Report
	body   io.Reader
	lang   string
	// turn is that of a request, nil of an answer.
	turn *turn
	// authenticates tells that a wsse:Security is processed.
	authenticates bool

	mtom bool
	// httpActions are the actions that Content-Type, SOAPAction and the root part name.
	httpActions []string
	// mediaType is that of the HTTP header.
	mediaType mime.MediaType

	doc     *xmltree.Document
	version version

	parts    *mime.Reader
	oddities mime.Oddity
	ids      map[string]struct{}
	includes []include

	spool    spool
	diverted []diversion
	earlier  []earlierPart
	handed   int // of earlier
	taken    int // parts handed on
	ended    bool
}

// earlierPart is a part that came before the root and waits on disk, its transfer encoding not undone.
type earlierPart struct {
	head    partHead
	content stretch
}

// partHead is what matters of a part's header.
type partHead struct {
	id, contentType string
	encoding        transferEncoding
}

type transferEncoding uint8

const (
	identity transferEncoding = iota
	base64Encoding
	quotedPrintable
)

// refuse makes the fault of a rule without which the message cannot be read on, whatever severity the rule has.
func (in *incoming) refuse(r *rule.Rule, f rule.Finding) *Fault {
	f.Rule, f.Severity = r, rule.Error
	findings := make(rule.Findings, 0, len(in.report.Findings)+1)
	return FaultOf(append(append(findings, in.report.Findings...), f))
}

// check gives the fault of what was found so far, nil when nothing refuses the message.
func (in *incoming) check() error {
	if in.report.Failed() {
		return FaultOf(in.report.Findings)
	}
	return nil
}

// noteAll enters a finding for each oddity that was not met before.
func (in *incoming) noteAll(odd mime.Oddity, rules []oddityRule, found string) {
	fresh := odd &^ in.oddities
	if fresh == 0 {
		return
	}
	in.oddities |= fresh
	for _, o := range rules {
		if fresh&o.oddity != 0 {
			in.report.Add(rule.Finding{Rule: o.rule, Found: found})
		}
	}
}

type oddityRule struct {
	oddity mime.Oddity
	rule   *rule.Rule
}

var contentTypeRules = []oddityRule{
	{mime.UnquotedValue, ruleQuotedParameter}, {mime.EmptyParameter, ruleEmptyParameter},
	{mime.SpacedParameter, ruleSpacedParameter}, {mime.StrayQuote, ruleStrayQuote},
	{mime.BoundaryCharacters, ruleBoundaryCharacters},
}

var framingRules = []oddityRule{
	{mime.BareLF, ruleCRLF}, {mime.FoldedHeader, ruleFolded}, {mime.PreambleText, rulePreamble},
	{mime.EpilogueText, ruleEpilogue}, {mime.UnbracketedID, ruleBracketedID},
}

// failure turns an error of reading into the fault that it is for the sender; an error that is ours stays one.
func (in *incoming) failure(err error) error {
	var fault *Fault
	if errors.As(err, &fault) {
		return fault
	}
	var framing *mime.FramingError
	if errors.As(err, &framing) {
		return in.refuse(framingRule(framing.Kind), rule.Finding{Found: framing.In(in.lang)})
	}
	var encoding *mime.Base64Error
	if errors.As(err, &encoding) {
		return in.refuse(ruleBase64, rule.Finding{Found: encoding.In(in.lang)})
	}
	return err
}

func framingRule(kind mime.FramingKind) *rule.Rule {
	switch kind {
	case mime.NoBoundary:
		return ruleFirstBoundary
	case mime.Truncated:
		return ruleFinalBoundary
	case mime.BadHeader:
		return rulePartHeader
	case mime.MixedLineEnds:
		return ruleSameLineEnds
	}
	return ruleMIMEBudget
}

// nextMIME gives the next part of the wire with its header judged.
func (in *incoming) nextMIME() (*mime.Part, partHead, error) {
	part, err := in.parts.Next()
	in.noteAll(in.parts.Oddities(), framingRules, "")
	if err == io.EOF {
		return nil, partHead{}, or(in.check(), io.EOF)
	}
	if err != nil {
		return nil, partHead{}, in.failure(err)
	}
	head, err := in.judgePart(part.Header)
	if err != nil {
		return nil, partHead{}, err
	}
	return part, head, in.check()
}

// judgePart reads what matters of a part's header.
func (in *incoming) judgePart(header mime.Header) (partHead, error) {
	var head partHead
	if value, ok := header.Get("Content-ID"); ok {
		var bracketed bool
		if head.id, bracketed = mime.TrimID(value); !bracketed {
			in.noteAll(mime.UnbracketedID, framingRules, value)
		}
	}
	head.contentType, _ = header.Get("Content-Type")
	if head.id != "" {
		if _, twice := in.ids[head.id]; twice {
			return head, in.refuse(ruleUniqueID, rule.Finding{Found: head.id})
		}
		if in.ids == nil {
			in.ids = make(map[string]struct{}, 4)
		}
		in.ids[head.id] = struct{}{}
	}
	if encoding, ok := header.Get("Content-Encoding"); ok && !strings.EqualFold(encoding, "identity") {
		return head, in.refuse(rulePartEncoding, rule.Finding{Place: rule.Place{Part: head.id}, Found: encoding})
	}
	encoding, _ := header.Get("Content-Transfer-Encoding")
	place := rule.Place{Part: head.id}
	switch strings.ToLower(encoding) {
	case "", "binary", "8bit", "7bit":
	case "base64":
		head.encoding = base64Encoding
		in.report.Add(rule.Finding{Rule: ruleBase64Part, Place: place})
	case "quoted-printable":
		head.encoding = quotedPrintable
		in.report.Add(rule.Finding{Rule: ruleQuotedPrintable, Place: place})
	default:
		return head, in.refuse(ruleTransferEncoding, rule.Finding{Place: place, Found: encoding, Expected: "binary"})
	}
	return head, nil
}

// nextPart gives the next attachment; see Request.NextPart.
func (in *incoming) nextPart() (*Part, error) {
	if in.handed < len(in.earlier) {
		one := &in.earlier[in.handed]
		in.handed++
		return in.hand(one.head, in.spool.open(one.content))
	}
	if !in.mtom || in.ended {
		return nil, io.EOF
	}
	part, head, err := in.nextMIME()
	if err != nil {
		in.ended = err == io.EOF
		return nil, err
	}
	return in.hand(head, part)
}

// hand makes the Part of a content that is still encoded.
func (in *incoming) hand(head partHead, src io.Reader) (*Part, error) {
	place := rule.Place{Part: head.id}
	part := &Part{ContentID: head.id, ContentType: head.contentType}
	if head.id == "" {
		in.report.Add(rule.Finding{Rule: rulePartID})
	} else if part.Element = in.elementOf(head.id); part.Element.IsZero() {
		if in.report.Add(rule.Finding{Rule: rulePartReferenced, Place: place}) {
			in.nameDangling(head.id, src)
		}
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	in.taken++
	part.Reader = &content{in: in, src: in.decode(head.encoding, src), left: in.limits.Document, place: place}
	return part, nil
}

// close gives back everything that the message held.
func (in *incoming) close() error {
	if in.parts != nil {
		in.parts.Close()
	}
	if in.doc != nil {
		in.doc.Release()
	}
	if err := in.spool.close(); err != nil {
		return fmt.Errorf("closing a spool file: %w", err)
	}
	return nil
}
