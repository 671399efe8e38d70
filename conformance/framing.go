package conformance

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"mime/quotedprintable"
	"net/http"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/beevik/etree"
)

// MIMEForm says how a multipart message departs from the plain MTOM form: root part first, one binary part for each
// document, Content-IDs that need no escaping (ITI TF-2 V.8; XOP; RFC 2387).
type MIMEForm struct {
	// Simple sends the message as application/soap+xml with the documents inline; Multipart sends as MTOM a message
	// whose transaction fixes Simple.
	Simple    bool `yaml:"simple"`
	Multipart bool `yaml:"multipart"`
	// Inline names the documents whose content stands in the envelope as base64; Wrap breaks it into lines.
	Inline Strings `yaml:"inline"`
	Wrap   int     `yaml:"wrap"`
	// ContentType replaces the header; {boundary} and {root} stand for this message's.
	ContentType string            `yaml:"contentType"`
	Boundary    string            `yaml:"boundary"`
	RootID      *string           `yaml:"rootID"` // Content-ID with its brackets; empty for none
	RootHeaders map[string]string `yaml:"rootHeaders"`
	// RootAt moves the root part to this index.
	RootAt   int    `yaml:"rootAt"`
	LineEnd  string `yaml:"lineEnd"`
	Preamble string `yaml:"preamble"`
	Epilogue string `yaml:"epilogue"`
	// Unclosed leaves out the last boundary.
	Unclosed bool                `yaml:"unclosed"`
	Parts    map[string]PartForm `yaml:"parts"`
	Extra    []PartForm          `yaml:"extra"`
}

// PartForm says how one part departs from the plain form.
type PartForm struct {
	ContentID *string           `yaml:"contentID"` // with its brackets; empty for none
	Href      *string           `yaml:"href"`
	Headers   map[string]string `yaml:"headers"` // empty values leave a header out
	Encoding  string            `yaml:"encoding"`
	Omit      bool              `yaml:"omit"`
	Repeat    bool              `yaml:"repeat"`
	Content   string            `yaml:"content"`
}

// outgoing is an HTTP request ready to send.
type outgoing struct {
	method  string
	headers http.Header
	body    []byte
	chunked bool
}

type part struct {
	headers [][2]string
	content []byte
}

// frame turns an envelope and its documents into an HTTP body, as the transaction and the step's forms say.
func (s *Send) frame(sc *scope, e *envelope, lot *builtLot) (*outgoing, error) {
	form := MIMEForm{}
	if s.MIME != nil {
		form = *s.MIME
	}
	multipart := (s.transaction().mtom || form.Multipart) && !form.Simple
	if err := placeContents(sc, e, lot, &form, multipart); err != nil {
		return nil, err
	}
	for i := range s.Mutate {
		if err := s.Mutate[i].apply(sc, e.doc.Root()); err != nil {
			return nil, err
		}
	}
	s.remember(sc, e, lot)
	root, err := e.bytes()
	if err != nil {
		return nil, err
	}
	if root, err = edit(sc, root, s.Bytes, true); err != nil {
		return nil, err
	}
	out := &outgoing{method: http.MethodPost, headers: http.Header{}, body: root}
	out.headers.Set("Content-Type", fmt.Sprintf(`application/soap+xml; charset=UTF-8; action="%s"`, e.action))
	if multipart {
		if err := form.multipart(sc, out, root, lot); err != nil {
			return nil, err
		}
	}
	if out.body, err = edit(sc, out.body, s.Bytes, false); err != nil {
		return nil, err
	}
	return out, s.HTTP.apply(sc, out)
}

// remember keeps the objects as they are sent, to compare what queries give back.
func (s *Send) remember(sc *scope, e *envelope, lot *builtLot) {
	if lot == nil {
		return
	}
	walk(e.doc.Root(), func(el *etree.Element) {
		switch el.FullTag() {
		case "rim:ExtrinsicObject", "rim:RegistryPackage", "rim:Association":
			sc.submitted[el.SelectAttrValue("id", "")] = el.Copy()
		}
	})
}

// placeContents puts into each xds:Document its content as base64, or an xop:Include of the part that will carry it.
func placeContents(sc *scope, e *envelope, lot *builtLot, form *MIMEForm, multipart bool) error {
	if lot == nil {
		return nil
	}
	for _, d := range lot.documents {
		for _, el := range withID(e.doc.Root(), d.uuid) {
			if el.FullTag() != "xds:Document" {
				continue
			}
			if !multipart || form.inlines(d.name) {
				el.SetText(wrapped(base64.StdEncoding.EncodeToString(d.content), form.Wrap))
				continue
			}
			href := "cid:" + d.name + "@conformance.example"
			if h := form.Parts[d.name].Href; h != nil {
				var err error
				if href, err = sc.expand(*h); err != nil {
					return err
				}
			}
			el.CreateElement("xop:Include").CreateAttr("href", href)
		}
	}
	return nil
}

func (f *MIMEForm) inlines(name string) bool {
	for _, n := range f.Inline {
		if n == name || n == "all" {
			return true
		}
	}
	return false
}

func wrapped(text string, width int) string {
	if width <= 0 {
		return text
	}
	var b strings.Builder
	for len(text) > width {
		b.WriteString(text[:width] + "\n")
		text = text[width:]
	}
	b.WriteString(text)
	return b.String()
}

const defaultRootID = "<root.message@conformance.example>"

func (f *MIMEForm) multipart(sc *scope, out *outgoing, root []byte, lot *builtLot) error {
	rootID := defaultRootID
	if f.RootID != nil {
		rootID = *f.RootID
	}
	boundary := f.Boundary
	if boundary == "" {
		boundary = "conformance-" + strings.TrimPrefix(newUUID(), uuidURN)
	}
	contentType := f.ContentType
	if contentType == "" {
		contentType = `multipart/related; boundary="{boundary}"; type="application/xop+xml"; start="{root}"; start-info="application/soap+xml"`
	}
	out.headers.Set("Content-Type", strings.NewReplacer("{boundary}", boundary, "{root}", rootID).Replace(contentType))

	rootPart := part{content: root, headers: overlay([][2]string{
		{"Content-Type", `application/xop+xml; charset=UTF-8; type="application/soap+xml"`},
		{"Content-Transfer-Encoding", "binary"}, {"Content-ID", rootID},
	}, f.RootHeaders)}
	parts, err := f.parts(sc, lot)
	if err != nil {
		return err
	}
	at := min(f.RootAt, len(parts))
	parts = append(parts[:at:at], append([]part{rootPart}, parts[at:]...)...)
	out.body = f.join(parts, boundary)
	return nil
}

func (f *MIMEForm) parts(sc *scope, lot *builtLot) ([]part, error) {
	var parts []part
	if lot != nil {
		for _, d := range lot.documents {
			form := f.Parts[d.name]
			if d.missing || form.Omit || f.inlines(d.name) {
				continue
			}
			p, err := form.part("<"+d.name+"@conformance.example>", d.mimeType, d.content)
			if err != nil {
				return nil, err
			}
			parts = append(parts, p)
			if form.Repeat {
				parts = append(parts, p)
			}
		}
	}
	for _, extra := range f.Extra {
		content, err := sc.expand(extra.Content)
		if err != nil {
			return nil, err
		}
		p, err := extra.part("<extra@conformance.example>", "application/octet-stream", []byte(content))
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	return parts, nil
}

func (f PartForm) part(contentID, mediaType string, content []byte) (part, error) {
	if f.ContentID != nil {
		contentID = *f.ContentID
	}
	encoding := "binary"
	if f.Encoding != "" {
		encoding = f.Encoding
	}
	var b bytes.Buffer
	switch f.Encoding {
	case "base64":
		b.WriteString(strings.ReplaceAll(wrapped(base64.StdEncoding.EncodeToString(content), 76), "\n", "\r\n"))
	case "quoted-printable":
		w := quotedprintable.NewWriter(&b)
		w.Binary = true
		if _, err := w.Write(content); err != nil {
			return part{}, fmt.Errorf("encoding a part: %w", err)
		}
		if err := w.Close(); err != nil {
			return part{}, fmt.Errorf("encoding a part: %w", err)
		}
	default:
		b.Write(content)
	}
	return part{content: b.Bytes(), headers: overlay([][2]string{
		{"Content-Type", mediaType}, {"Content-Transfer-Encoding", encoding}, {"Content-ID", contentID},
	}, f.Headers)}, nil
}

// overlay replaces, adds or (empty value) removes headers.
func overlay(headers [][2]string, changes map[string]string) [][2]string {
	var out [][2]string
	seen := map[string]bool{}
	for _, h := range headers {
		if v, changed := changes[h[0]]; changed {
			h[1] = v
			seen[h[0]] = true
		}
		if h[1] != "" {
			out = append(out, h)
		}
	}
	for _, name := range sortedKeys(changes) {
		if !seen[name] && changes[name] != "" {
			out = append(out, [2]string{name, changes[name]})
		}
	}
	return out
}

func (f *MIMEForm) join(parts []part, boundary string) []byte {
	end := "\r\n"
	if f.LineEnd != "" {
		end = f.LineEnd
	}
	var b bytes.Buffer
	if f.Preamble != "" {
		b.WriteString(f.Preamble + end)
	}
	for _, p := range parts {
		b.WriteString("--" + boundary + end)
		for _, h := range p.headers {
			b.WriteString(h[0] + ": " + h[1] + end)
		}
		b.WriteString(end)
		b.Write(p.content)
		b.WriteString(end)
	}
	if !f.Unclosed {
		b.WriteString("--" + boundary + "--" + end)
	}
	b.WriteString(f.Epilogue)
	return b.Bytes()
}

// edit applies the byte edits meant for the root part, or those meant for the whole body.
func edit(sc *scope, body []byte, edits []ByteEdit, root bool) ([]byte, error) {
	for _, e := range edits {
		if e.Root != root {
			continue
		}
		var err error
		if body, err = e.apply(sc, body); err != nil {
			return nil, err
		}
	}
	return body, nil
}

func (e *ByteEdit) apply(sc *scope, body []byte) ([]byte, error) {
	texts, err := sc.expandAll([]string{e.Replace, e.By, e.Append, e.Prepend})
	if err != nil {
		return nil, err
	}
	from, by := []byte(texts[0]), []byte(texts[1])
	if len(from) > 0 {
		if !bytes.Contains(body, from) {
			return nil, fmt.Errorf("the message does not hold the bytes %q", texts[0])
		}
		n := 1
		if e.All {
			n = -1
		}
		body = bytes.Replace(body, from, by, n)
	}
	body = append(append([]byte(texts[3]), body...), texts[2]...)
	switch e.Encoding {
	case "utf-16":
		return encodeUTF16(body), nil
	case "latin-1":
		return encodeLatin1(body), nil
	}
	return body, nil
}

func encodeUTF16(text []byte) []byte {
	out := []byte{0xFE, 0xFF}
	for _, unit := range utf16.Encode([]rune(string(text))) {
		out = append(out, byte(unit>>8), byte(unit))
	}
	return out
}

func encodeLatin1(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		out = append(out, byte(r))
		text = text[n:]
	}
	return out
}

func (f *HTTPForm) apply(sc *scope, out *outgoing) error {
	if f == nil {
		return nil
	}
	if f.Method != "" {
		out.method = f.Method
	}
	if f.Gzip {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if _, err := w.Write(out.body); err != nil {
			return fmt.Errorf("compressing: %w", err)
		}
		if err := w.Close(); err != nil {
			return fmt.Errorf("compressing: %w", err)
		}
		out.body = b.Bytes()
		out.headers.Set("Content-Encoding", "gzip")
	}
	out.chunked = f.Chunked
	for _, name := range sortedKeys(f.Headers) {
		value, err := sc.expand(f.Headers[name])
		if err != nil {
			return err
		}
		if value == "" {
			out.headers.Del(name)
			continue
		}
		out.headers.Set(name, value)
	}
	return nil
}
