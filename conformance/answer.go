package conformance

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// answer is what came back, taken apart.
type answer struct {
	*received
	// doc is the SOAP envelope with its prefixes made those of vocabulary.go; nil when the body holds none.
	doc *etree.Element
	// mtom tells that it came as multipart/related; parts are the attachments by Content-ID without brackets.
	mtom  bool
	parts map[string][]byte
	// ack is an HL7 v2 acknowledgement's MSA-1.
	ack string
	// misread is why a body that claims to be SOAP could not be read, and what a strict reader would object to.
	misread   error
	objection []string
	rules     []string
}

var ruleID = regexp.MustCompile(`\[([A-Z][A-Z0-9]*(?:-[A-Z]+)*-[0-9]{3})\]`)

// readAnswer takes an answer apart. It never fails: what is wrong with the answer is for the expectation to say.
func readAnswer(r *received) *answer {
	a := &answer{received: r, parts: map[string][]byte{}}
	for _, m := range ruleID.FindAllSubmatch(r.body, -1) {
		if id := string(m[1]); !slices.Contains(a.rules, id) {
			a.rules = append(a.rules, id)
		}
	}
	media, params, err := mime.ParseMediaType(r.headers.Get("Content-Type"))
	if err != nil {
		return a
	}
	switch media {
	case "multipart/related":
		a.mtom = true
		a.misread = a.readMultipart(params)
	case "application/soap+xml", "text/xml", "application/xml", "application/xop+xml":
		a.readEnvelope(r.body)
	}
	return a
}

// readMultipart reads as RFC 2387 and MTOM say, noting what a strict client would stumble over.
func (a *answer) readMultipart(params map[string]string) error {
	if params["type"] != "application/xop+xml" {
		a.object("multipart type is %q, not application/xop+xml", params["type"])
	}
	if params["start-info"] != "application/soap+xml" {
		a.object("start-info is %q, not application/soap+xml", params["start-info"])
	}
	if !bytes.HasSuffix(bytes.TrimRight(a.body, "\r\n"), []byte("--"+params["boundary"]+"--")) {
		a.object("the last boundary is missing")
	}
	reader := multipart.NewReader(bytes.NewReader(a.body), params["boundary"])
	start := strings.Trim(params["start"], "<>")
	for i := 0; ; i++ {
		p, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("part %d: %w", i+1, err)
		}
		content, err := io.ReadAll(p)
		if err != nil {
			return fmt.Errorf("part %d: %w", i+1, err)
		}
		id := strings.Trim(p.Header.Get("Content-ID"), "<>")
		if i == 0 {
			a.readRoot(p, id, start, content)
			continue
		}
		if _, twice := a.parts[id]; twice || id == "" {
			a.object("part %d has the Content-ID %q, empty or used twice", i+1, id)
		}
		if encoding := p.Header.Get("Content-Transfer-Encoding"); encoding != "binary" {
			a.object("part %d has the transfer encoding %q", i+1, encoding)
		}
		a.parts[id] = content
	}
	if a.doc == nil && a.misread == nil {
		return errors.New("the multipart message has no root part")
	}
	return a.misread
}

func (a *answer) readRoot(p *multipart.Part, id, start string, content []byte) {
	if start != "" && id != start {
		a.object("start %q is not the first part's Content-ID %q", start, id)
	}
	media, params, err := mime.ParseMediaType(p.Header.Get("Content-Type"))
	if err != nil || media != "application/xop+xml" || params["type"] != "application/soap+xml" {
		a.object("the root part is %q", p.Header.Get("Content-Type"))
	}
	a.readEnvelope(content)
}

func (a *answer) object(format string, args ...any) {
	a.objection = append(a.objection, fmt.Sprintf(format, args...))
}

func (a *answer) readEnvelope(text []byte) {
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(text); err != nil {
		a.misread = fmt.Errorf("the answer is not well-formed: %w", err)
		return
	}
	root := doc.Root()
	if root == nil {
		a.misread = errors.New("the answer holds no element")
		return
	}
	canonicalPrefixes(root)
	if root.FullTag() != "env:Envelope" && root.FullTag() != "env11:Envelope" {
		a.misread = fmt.Errorf("the answer is a %s, not a SOAP envelope", root.FullTag())
		return
	}
	a.doc = root
}

// canonicalPrefixes renames elements and attributes to the prefixes that suites use; what is in no known namespace loses
// its prefix.
func canonicalPrefixes(root *etree.Element) {
	type naming struct {
		e     *etree.Element
		space string
		attrs []string
	}
	var all []naming
	walk(root, func(e *etree.Element) {
		n := naming{e: e, space: prefixes[e.NamespaceURI()]}
		for i := range e.Attr {
			space := e.Attr[i].Space
			if space != "" && space != "xmlns" && space != "xml" {
				space = prefixes[e.Attr[i].NamespaceURI()]
			}
			n.attrs = append(n.attrs, space)
		}
		all = append(all, n)
	})
	for _, n := range all {
		n.e.Space = n.space
		for i, space := range n.attrs {
			n.e.Attr[i].Space = space
		}
	}
}

// body gives the child of env:Body.
func (a *answer) content() *etree.Element {
	if a.doc == nil {
		return nil
	}
	if body := a.doc.SelectElement("env:Body"); body != nil {
		if children := body.ChildElements(); len(children) > 0 {
			return children[0]
		}
	}
	return nil
}

func (a *answer) fault() *etree.Element {
	if c := a.content(); c != nil && c.FullTag() == "env:Fault" {
		return c
	}
	return nil
}

// ofSOAP11 tells whether the answer is of SOAP 1.1, as a VersionMismatch may be.
func (a *answer) ofSOAP11() bool { return a.doc != nil && a.doc.Space == "env11" }

// registryResponse gives the element that carries status and errors.
func (a *answer) registryResponse() *etree.Element {
	c := a.content()
	if c == nil {
		return nil
	}
	if c.FullTag() == "xds:RetrieveDocumentSetResponse" {
		return c.SelectElement("rs:RegistryResponse")
	}
	return c
}

// status is the last word of the response's status: Success, PartialSuccess, Failure; for HL7 v3 the ack code.
func (a *answer) responseStatus() string {
	r := a.registryResponse()
	if r == nil {
		return ""
	}
	status := r.SelectAttrValue("status", "")
	return status[strings.LastIndexByte(status, ':')+1:]
}

func (a *answer) errors(severity string) []*etree.Element {
	r := a.registryResponse()
	if r == nil {
		return nil
	}
	var found []*etree.Element
	for _, list := range r.SelectElements("rs:RegistryErrorList") {
		for _, e := range list.SelectElements("rs:RegistryError") {
			if strings.HasSuffix(e.SelectAttrValue("severity", ""), ":"+severity) {
				found = append(found, e)
			}
		}
	}
	return found
}

// objects gives what a query returned.
func (a *answer) objects() []*etree.Element {
	c := a.content()
	if c == nil {
		return nil
	}
	list := c.SelectElement("rim:RegistryObjectList")
	if list == nil {
		return nil
	}
	return list.ChildElements()
}

// kindOf names the class of a returned object as the counts of an expectation do.
func kindOf(e *etree.Element) string {
	switch e.FullTag() {
	case "rim:ExtrinsicObject":
		return "documents"
	case "rim:Association":
		return "associations"
	case "rim:ObjectRef":
		return "refs"
	case "rim:RegistryPackage":
		for _, c := range e.SelectElements("rim:Classification") {
			switch c.SelectAttrValue("classificationNode", "") {
			case marker["SubmissionSet"]:
				return "submissionSets"
			case marker["Folder"]:
				return "folders"
			}
		}
	}
	return "others"
}

// retrieved gives the bytes of a DocumentResponse.
func (a *answer) retrieved(response *etree.Element) ([]byte, error) {
	d := response.SelectElement("xds:Document")
	if d == nil {
		return nil, errors.New("the DocumentResponse has no Document")
	}
	include := d.SelectElement("xop:Include")
	if include == nil {
		content, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text(d)), ""))
		if err != nil {
			return nil, fmt.Errorf("reading the inline content: %w", err)
		}
		return content, nil
	}
	href, ok := strings.CutPrefix(include.SelectAttrValue("href", ""), "cid:")
	if !ok {
		return nil, fmt.Errorf("xop:Include has the href %q", include.SelectAttrValue("href", ""))
	}
	id, err := url.PathUnescape(href)
	if err != nil {
		return nil, fmt.Errorf("reading the href %q: %w", href, err)
	}
	content, found := a.parts[id]
	if !found {
		return nil, fmt.Errorf("no part has the Content-ID %q", id)
	}
	return content, nil
}

// describe says in a line what the answer is, for reports.
func (a *answer) describe() string {
	if a.ack != "" {
		return "acknowledgement " + a.ack
	}
	said := fmt.Sprintf("HTTP %d %s", a.received.status, http.StatusText(a.received.status))
	if f := a.fault(); f != nil {
		return said + ", fault " + strings.Join(faultCodes(f), "/") + ": " + faultReason(f)
	}
	if s := a.responseStatus(); s != "" {
		said += ", " + s
	}
	for _, e := range append(a.errors("Error"), a.errors("Warning")...) {
		said += "; " + e.SelectAttrValue("errorCode", "") + " " + e.SelectAttrValue("codeContext", "")
	}
	if a.misread != nil {
		said += ", " + a.misread.Error()
	} else if a.doc == nil {
		said += ", " + shortened(string(a.body), 200)
	}
	return shortened(said, 1500)
}

func shortened(s string, n int) string {
	if len(s) > n {
		return strings.ToValidUTF8(s[:n], "") + "…"
	}
	return s
}

func faultCodes(f *etree.Element) []string {
	var codes []string
	for c := f.SelectElement("env:Code"); c != nil; c = c.SelectElement("env:Subcode") {
		value := ""
		if v := c.SelectElement("env:Value"); v != nil {
			value = strings.TrimSpace(text(v))
		}
		codes = append(codes, value[strings.IndexByte(value, ':')+1:])
	}
	return codes
}

func faultReason(f *etree.Element) string {
	if t := f.FindElement("env:Reason/env:Text"); t != nil {
		return text(t)
	}
	return ""
}
