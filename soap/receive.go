package soap

import (
	"errors"
	"io"
	"strings"

	"liasse/internal/mime"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// receive reads a message up to the end of its envelope, takes a place among those at work, and parses it. Length is that of the HTTP body, -1 when it was
// not announced.
func (in *incoming) receive(contentType string, length int64) error {
	m, err := mime.ParseMediaType(contentType)
	if err != nil {
		if contentType == "" {
			return in.refuse(ruleMediaType, rule.Finding{})
		}
		return in.refuse(ruleContentType, rule.Finding{Found: in.explain(err) + ": " + contentType})
	}
	in.mediaType = m
	in.noteAll(m.Oddities, contentTypeRules, contentType)
	action, _ := m.Parameter("action")
	in.httpActions = append(in.httpActions, action)
	var src []byte
	switch m.Type {
	case "application/soap+xml", "text/xml":
		if err := in.judgeCharset(&m); err != nil {
			return err
		}
		src, err = in.readEnvelope(in.body, length)
	case "multipart/related":
		in.mtom = true
		src, err = in.receiveMultipart(&m)
	default:
		return in.refuse(ruleMediaType, rule.Finding{Found: m.Type, Expected: "application/soap+xml"})
	}
	if err != nil {
		return in.failure(err)
	}
	if err := in.check(); err != nil {
		return err
	}
	if in.turn != nil && !in.turn.work() {
		return full()
	}
	return in.parse(src)
}

// explain says in the language of the findings why a media type cannot be read.
func (in *incoming) explain(err error) string {
	var unreadable *mime.MediaTypeError
	if errors.As(err, &unreadable) {
		return unreadable.In(in.lang)
	}
	return err.Error()
}

// judgeCharset refuses an envelope that is said to be in anything but UTF-8.
func (in *incoming) judgeCharset(m *mime.MediaType) error {
	charset, ok := m.Parameter("charset")
	if ok && !strings.EqualFold(charset, "utf-8") && !strings.EqualFold(charset, "us-ascii") {
		return in.refuse(ruleCharset, rule.Finding{Found: charset, Expected: "UTF-8"})
	}
	return nil
}

// receiveMultipart finds the root part and reads it. Parts that come before it wait on disk.
func (in *incoming) receiveMultipart(m *mime.MediaType) ([]byte, error) {
	boundary, _ := m.Parameter("boundary")
	odd, err := mime.CheckBoundary(boundary)
	if err != nil {
		return nil, in.refuse(ruleBoundary, rule.Finding{Found: in.explain(err)})
	}
	in.noteAll(odd, contentTypeRules, boundary)
	if kind, _ := m.Parameter("type"); !strings.EqualFold(kind, "application/xop+xml") {
		in.report.Add(rule.Finding{Rule: ruleTypeParameter, Found: kind, Expected: "application/xop+xml"})
	}
	if info, _ := m.Parameter("start-info"); !strings.EqualFold(mediaTypeOf(info), "application/soap+xml") {
		in.report.Add(rule.Finding{Rule: ruleStartInfo, Found: info, Expected: "application/soap+xml"})
	}
	start, hasStart := m.Parameter("start")
	start, bracketed := mime.TrimID(start)
	if hasStart && !bracketed {
		in.report.Add(rule.Finding{Rule: ruleStartBrackets, Found: start, Expected: "<" + start + ">"})
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	in.parts = mime.NewReader(in.body, boundary, mime.Limits{
		Parts: in.limits.Parts, Headers: in.limits.PartHeaders, HeaderBytes: in.limits.PartHeaderBytes, Around: 1 << 10})
	head, root, err := in.findRoot(start)
	if err != nil {
		return nil, err
	}
	if err := in.judgeRoot(head); err != nil {
		return nil, err
	}
	return in.readEnvelope(in.decode(head.encoding, root), -1)
}

// mediaTypeOf takes off the parameters, which CXF puts into start-info as well.
func mediaTypeOf(value string) string {
	value, _, _ = strings.Cut(value, ";")
	return strings.TrimSpace(value)
}

// findRoot goes to the part that start names: the first when start is empty, or when no part has that id.
func (in *incoming) findRoot(start string) (partHead, io.Reader, error) {
	for {
		part, head, err := in.nextMIME()
		if err == io.EOF && len(in.earlier) > 0 {
			first := in.earlier[0]
			in.earlier, in.ended = in.earlier[1:], true
			in.report.Add(rule.Finding{Rule: ruleStartFound, Found: start, Expected: "<" + first.head.id + ">"})
			return first.head, in.spool.open(first.content), nil
		}
		if err != nil {
			return head, nil, err
		}
		nameless := len(in.earlier) == 0 && head.id == "" && strings.EqualFold(mediaTypeOf(head.contentType), "application/xop+xml")
		if start == "" || head.id == start || nameless {
			return head, part, nil
		}
		offset := in.spool.size
		limited := &content{in: in, src: part, left: in.limits.Document, place: rule.Place{Part: head.id}}
		if _, err := limited.WriteTo(&in.spool); err != nil {
			return head, nil, in.failure(err)
		}
		in.earlier = append(in.earlier, earlierPart{head: head, content: stretch{offset, in.spool.size - offset}})
	}
}

// judgeRoot looks at the header of the root part.
func (in *incoming) judgeRoot(head partHead) error {
	if head.id == "" {
		in.report.Add(rule.Finding{Rule: ruleRootID})
	}
	place := rule.Place{Part: head.id}
	m, err := mime.ParseMediaType(head.contentType)
	if err != nil {
		return in.refuse(ruleRootXML, rule.Finding{Place: place, Found: head.contentType, Expected: "application/xop+xml"})
	}
	in.noteAll(m.Oddities, contentTypeRules, head.contentType)
	switch m.Type {
	case "application/xop+xml":
	case "application/soap+xml", "text/xml":
		in.report.Add(rule.Finding{Rule: ruleRootType, Place: place, Found: m.Type, Expected: "application/xop+xml"})
	default:
		return in.refuse(ruleRootXML, rule.Finding{Place: place, Found: m.Type, Expected: "application/xop+xml"})
	}
	action, _ := m.Parameter("action")
	in.httpActions = append(in.httpActions, action)
	return in.judgeCharset(&m)
}

// newIncoming prepares to read a message.
func newIncoming(limits *Limits, spoolDir string, body io.Reader, report *rule.Report) *incoming {
	bounds := xmltree.SOAPLimits
	bounds.Bytes = limits.Root
	return &incoming{limits: limits, xml: bounds, report: report, body: body, spool: spool{dir: spoolDir}}
}
