package conformance

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// Send is one message in the notation of the suites: exactly one of the first group says what it is, the second group
// says how it departs from the plain form.
type Send struct {
	Provide          *Lot      `yaml:"provide"`          // ITI-41
	Register         *Lot      `yaml:"register"`         // ITI-42
	RegisterOnDemand *Lot      `yaml:"registerOnDemand"` // ITI-61
	Query            *Query    `yaml:"query"`            // ITI-18
	MultiPatient     *Query    `yaml:"multiPatient"`     // ITI-51
	Retrieve         *Retrieve `yaml:"retrieve"`         // ITI-43
	Feed             *Feed     `yaml:"feed"`             // ITI-44
	MLLP             *ADT      `yaml:"mllp"`             // ITI-8
	SOAP             *SOAPBody `yaml:"soap"`             // any body in an envelope
	Request          *Request  `yaml:"request"`          // any HTTP request

	// Identity names who sends, where the target has identities: that of the check or suite unless given; none connects
	// without a certificate and sends no token.
	Identity string `yaml:"identity"`
	// VIHF describes the token, LotSignature the signature of the lot, TLS the connection.
	VIHF         *VIHF         `yaml:"vihf"`
	LotSignature *LotSignature `yaml:"lotSignature"`
	TLS          *TLSForm      `yaml:"tls"`

	// To names the endpoint where it is not the transaction's own: registry or repository.
	To string `yaml:"to"`
	// Mutate changes the envelope after it was built; Bytes changes the HTTP body after it was written.
	Mutate []Mutation `yaml:"mutate"`
	Bytes  []ByteEdit `yaml:"bytes"`
	MIME   *MIMEForm  `yaml:"mime"`
	HTTP   *HTTPForm  `yaml:"http"`
}

// kind names the key that says what is sent; empty when none or several do.
func (s *Send) kind() string {
	found := ""
	for _, k := range []struct {
		name string
		set  bool
	}{
		{"provide", s.Provide != nil}, {"register", s.Register != nil}, {"registerOnDemand", s.RegisterOnDemand != nil},
		{"query", s.Query != nil}, {"multiPatient", s.MultiPatient != nil}, {"retrieve", s.Retrieve != nil},
		{"feed", s.Feed != nil}, {"mllp", s.MLLP != nil}, {"soap", s.SOAP != nil}, {"request", s.Request != nil},
	} {
		if !k.set {
			continue
		}
		if found != "" {
			return ""
		}
		found = k.name
	}
	return found
}

// lot gives the lot that the message carries, nil when it carries none.
func (s *Send) lot() *Lot {
	switch {
	case s.Provide != nil:
		return s.Provide
	case s.Register != nil:
		return s.Register
	}
	return s.RegisterOnDemand
}

// transaction gives the transaction of the message; its zero value for what belongs to none.
func (s *Send) transaction() transaction {
	switch s.kind() {
	case "provide":
		return provideAndRegister
	case "register":
		return register
	case "registerOnDemand":
		return registerOnDemand
	case "query":
		return storedQuery
	case "multiPatient":
		return multiPatientQuery
	case "retrieve":
		return retrieveSet
	case "feed":
		return patientFeed
	}
	return transaction{}
}

// Retrieve asks for documents (ITI TF-2 3.43).
type Retrieve []DocumentRequest

// DocumentRequest is one xds:DocumentRequest. Document names a document submitted before; the other fields replace what
// follows from it.
type DocumentRequest struct {
	Document   string  `yaml:"document"`
	Repository *string `yaml:"repository"`
	UniqueID   *string `yaml:"uniqueId"`
	Home       string  `yaml:"home"`
}

// UnmarshalYAML reads a document's name alone, or the mapping.
func (d *DocumentRequest) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		d.Document = n.Value
		return nil
	}
	type plain DocumentRequest
	return n.Decode((*plain)(d))
}

// SOAPBody is any body element in an envelope with any action.
type SOAPBody struct {
	Action string `yaml:"action"`
	// XML may use the prefixes of docs/conformance.md without declaring them.
	XML string `yaml:"xml"`
}

// Request is a bare HTTP request, without envelope.
type Request struct {
	Method  string            `yaml:"method"`
	Suffix  string            `yaml:"suffix"` // appended to the endpoint's address: ?wsdl
	Headers map[string]string `yaml:"headers"`
	Body    string            `yaml:"body"`
	// Wire, when given, is sent over a bare connection as it is; ${path} and ${host} are those of the endpoint.
	Wire string `yaml:"wire"`
}

// HTTPForm changes how a message travels.
type HTTPForm struct {
	Method string `yaml:"method"`
	// Headers replaces headers; an empty value leaves the header out.
	Headers map[string]string `yaml:"headers"`
	Gzip    bool              `yaml:"gzip"`
	Chunked bool              `yaml:"chunked"`
}

// ByteEdit replaces bytes of the HTTP body (or of the MIME root part alone).
type ByteEdit struct {
	Replace string `yaml:"replace"`
	By      string `yaml:"by"`
	// All replaces every occurrence, not only the first.
	All bool `yaml:"all"`
	// Append adds bytes at the end instead, Prepend before the start.
	Append  string `yaml:"append"`
	Prepend string `yaml:"prepend"`
	// Encoding writes the whole as utf-16 (with byte order mark) or latin-1.
	Encoding string `yaml:"encoding"`
	// Root restricts the edit to the MIME root part, before the parts are joined.
	Root bool `yaml:"root"`
}

// Strings is one string or a list of them.
type Strings []string

// UnmarshalYAML reads a scalar as a list of one.
func (s *Strings) UnmarshalYAML(n *yaml.Node) error {
	switch n.Kind {
	case yaml.ScalarNode:
		*s = Strings{n.Value}
		return nil
	case yaml.SequenceNode:
		list := make([]string, 0, len(n.Content))
		for _, item := range n.Content {
			if item.Kind != yaml.ScalarNode {
				return fmt.Errorf("line %d: a list of strings is wanted", item.Line)
			}
			list = append(list, item.Value)
		}
		*s = list
		return nil
	}
	return fmt.Errorf("line %d: a string or a list of strings is wanted", n.Line)
}
