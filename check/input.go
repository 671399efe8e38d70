package check

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/textproto"
	"strings"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/soap"
	"liasse/xmldsig"
)

// Kind says what a file holds.
type Kind uint8

const (
	// Request is a SOAP message, as the body of an HTTP request alone or with its header before it.
	Request Kind = iota + 1
	// Token is a SAML assertion, alone or in its wsse:Security.
	Token
	// Signature is a ds:Signature that stands alone, as the signature document of a lot does.
	Signature
	// Document is anything else: a document that a signature may name.
	Document
)

var kindNames = [...]rule.Text{{EN: "nothing", FR: "rien"}, {EN: "SOAP request", FR: "requête SOAP"}, {EN: "identity token", FR: "jeton d’identité"},
	{EN: "signature", FR: "signature"}, {EN: "document", FR: "document"}}

// String names the kind in plain English.
func (k Kind) String() string { return k.In("en") }

// In names the kind in the language asked for.
func (k Kind) In(lang string) string {
	if int(k) < len(kindNames) {
		return kindNames[k].In(lang)
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// Input is a file, and what it was taken for.
type Input struct {
	// Name is what findings call it.
	Name string
	Kind Kind
	// Content is the file as it came.
	Content []byte
	// ContentType and Body are those of a Request.
	ContentType string
	Body        []byte
	// Tree is the file's XML, or that of the root part of a Request; nil where it is none, or not well-formed.
	Tree *xmltree.Document
}

const samlNamespace = "urn:oasis:names:tc:SAML:2.0:assertion"

// Recognise takes a file for what its first bytes say it is. An HTTP request, a MIME message and its bare multipart body
// are all requests; XML is told by its root element; what is not understood is a Document. An error is of a file that
// begins as a message and cannot be read as one.
func Recognise(name string, content []byte) (*Input, error) {
	in := &Input{Name: name, Kind: Document, Content: content}
	switch start := bytes.TrimLeft(content, "\ufeff \t\r\n"); {
	case bytes.HasPrefix(start, []byte("<")):
		return in, in.recogniseXML()
	case bytes.HasPrefix(start, []byte("--")):
		return in, in.takeMultipart(start)
	case bytes.HasPrefix(start, []byte("POST ")):
		return in, in.takeHTTP(start)
	case hasHeader(start):
		return in, in.takeMIME(start)
	}
	return in, nil
}

// recogniseXML tells XML by its root element.
func (in *Input) recogniseXML() error {
	tree, err := xmltree.Parse(in.Content, xmltree.DocumentLimits)
	if err != nil {
		// What is wrong with an envelope the server says better.
		if bytes.Contains(in.Content[:min(len(in.Content), 2048)], []byte(soap.EnvelopeNamespace)) {
			in.Kind, in.ContentType, in.Body = Request, simpleType, in.Content
		}
		return nil
	}
	in.Tree = tree
	root := tree.Root()
	switch {
	case root.Local() == "Envelope" && (root.Space() == soap.EnvelopeNamespace || root.Space() == soap.Envelope11Namespace):
		in.Kind, in.ContentType, in.Body = Request, simpleType, in.Content
		if root.Space() == soap.Envelope11Namespace {
			in.ContentType = "text/xml; charset=UTF-8"
		}
	case root.Is(samlNamespace, "Assertion"), root.Is(soap.SecurityNamespace, "Security"):
		in.Kind = Token
	case root.Is(xmldsig.Namespace, "Signature"):
		in.Kind = Signature
	}
	return nil
}

const simpleType = "application/soap+xml; charset=UTF-8"

// takeHTTP reads a request as it went over the wire.
func (in *Input) takeHTTP(content []byte) error {
	req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(content)))
	if err != nil {
		return fmt.Errorf("reading the HTTP request in %s: %w", in.Name, err)
	}
	defer req.Body.Close()
	body, err := io.ReadAll(req.Body)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) { // a capture cut short is judged as far as it goes
		return fmt.Errorf("reading the HTTP request in %s: %w", in.Name, err)
	}
	in.take(req.Header.Get("Content-Type"), body)
	return nil
}

// hasHeader tells whether a text begins with header fields, Content-Type among them.
func hasHeader(start []byte) bool {
	head, _, ok := cutHeader(start)
	return ok && bytes.Contains(bytes.ToLower(head), []byte("content-type:"))
}

// cutHeader parts header fields from what follows the empty line.
func cutHeader(start []byte) (head, rest []byte, ok bool) {
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		if at := bytes.Index(start, []byte(end)); at > 0 && at < 16<<10 {
			return start[:at], start[at+len(end):], true
		}
	}
	return nil, nil, false
}

// takeMIME reads header fields and a body.
func (in *Input) takeMIME(content []byte) error {
	head, body, _ := cutHeader(content)
	header, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(append(bytes.Clone(head), "\r\n\r\n"...)))).ReadMIMEHeader()
	if err != nil {
		return fmt.Errorf("reading the header of %s: %w", in.Name, err)
	}
	in.take(header.Get("Content-Type"), body)
	return nil
}

// takeMultipart reads a multipart body whose Content-Type was not captured: the boundary is its first line, the root its
// first part.
func (in *Input) takeMultipart(content []byte) error {
	line, rest, found := bytes.Cut(content, []byte("\n"))
	boundary := strings.TrimRight(string(line[2:]), "\r \t")
	head, _, ok := cutHeader(rest)
	if !found || boundary == "" || !ok {
		return fmt.Errorf("%s begins like a multipart body and has no part", in.Name)
	}
	parameters := map[string]string{"type": "application/xop+xml", "boundary": boundary, "start-info": "application/soap+xml"}
	header, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(append(bytes.Clone(head), "\r\n\r\n"...)))).ReadMIMEHeader()
	if err != nil {
		return fmt.Errorf("reading the first part of %s: %w", in.Name, err)
	}
	if id := header.Get("Content-Id"); id != "" {
		parameters["start"] = id
	}
	in.take(mime.FormatMediaType("multipart/related", parameters), content)
	return nil
}

// take makes the input a request.
func (in *Input) take(contentType string, body []byte) {
	in.Kind, in.ContentType, in.Body = Request, contentType, body
	root := body
	if media, parameters, err := mime.ParseMediaType(contentType); err == nil && strings.HasPrefix(media, "multipart/") {
		root = rootPart(body, parameters)
	}
	if tree, err := xmltree.Parse(root, xmltree.SOAPLimits); err == nil {
		in.Tree = tree
	}
}
