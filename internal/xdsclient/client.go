// Package xdsclient is a Document Source and a Document Consumer (ITI TF-1 10.1.1): it provides lots (ITI-41), asks a
// registry (ITI-18) and retrieves documents (ITI-43) from any XDS.b system, and hands on what the server found wrong as
// the server said it.
package xdsclient

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/soap"
	"liasse/vihf"
)

// Client speaks to one registry and one repository. Either address may be empty when nothing is asked of that actor.
type Client struct {
	SOAP *soap.Client
	// Registry and Repository are the addresses of the two actors' endpoints.
	Registry, Repository string
	// Identity, when not nil, is who asks, as the French shared medical record wants to know: every message carries a VIHF
	// of this identity for the patient that it is about, and every lot is signed. SOAP.HTTP should connect by HTTP of it.
	Identity *vihf.Identity
	// Patient is the CX of the patient that messages are about which name none: retrievals, and queries by uniqueId. It is
	// needed with an Identity alone.
	Patient string
}

// Finding is one RegistryError or fault finding as a server gave it.
type Finding struct {
	// Code is the errorCode, Context the sentence, Location where in the message (XPath with Liasse).
	Code, Context, Location string
	// Warning tells a warning from an error.
	Warning bool
}

// Refusal is the error of an exchange that the server answered and refused, wholly or in part.
type Refusal struct {
	// What names what was refused: "the lot", "the query".
	What string
	// Status is the local part of the answer's status, or of the fault code.
	Status   string
	Findings []Finding
}

// Error gives one line; the findings are to be shown beside it.
func (r *Refusal) Error() string {
	if len(r.Findings) == 0 {
		return fmt.Sprintf("%s was refused (%s) and the server did not say why", r.What, r.Status)
	}
	return fmt.Sprintf("%s was refused (%s): %s", r.What, r.Status, r.Findings[0].Context)
}

// Document is one document of a lot: the id of its DocumentEntry in the submission and its bytes.
type Document struct {
	EntryID  string
	MimeType string
	Size     int64
	Open     func() (io.ReadCloser, error)
}

const (
	actionProvide  = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"
	actionQuery    = "urn:ihe:iti:2007:RegistryStoredQuery"
	actionRetrieve = "urn:ihe:iti:2007:RetrieveDocumentSet"
)

// Provide sends a lot (ITI-41) and gives the warnings of an accepted one. A lot that was refused is a *Refusal.
func (c *Client) Provide(ctx context.Context, lot *registry.Submission, documents []Document) ([]Finding, error) {
	if c.Identity != nil {
		var err error
		if lot, documents, err = c.sign(lot, documents); err != nil {
			return nil, err
		}
	}
	body := []byte(`<xds:ProvideAndRegisterDocumentSetRequest xmlns:xds="` + registry.NamespaceXDSB + `">`)
	body = lot.AppendXML(body)
	attachments := make([]soap.Attachment, len(documents))
	for i, d := range documents {
		cid := fmt.Sprintf("document%d@liasse", i+1)
		body = append(body, `<xds:Document id="`...)
		body = append(body, escape(d.EntryID)...)
		body = append(body, `"><xop:Include xmlns:xop="`+soap.IncludeNamespace+`" href="cid:`+cid+`"/></xds:Document>`...)
		attachments[i] = soap.Attachment{ContentID: cid, ContentType: d.MimeType, Size: d.Size, Open: d.Open}
	}
	body = append(body, `</xds:ProvideAndRegisterDocumentSetRequest>`...)
	patient := ""
	if lot.SubmissionSet != nil {
		patient = lot.SubmissionSet.PatientID
	}
	reply, err := c.call(ctx, c.Repository, patient, soap.Message{Action: actionProvide, Body: soap.Bytes(body), MTOM: true, Attachments: attachments}, "the lot")
	if err != nil {
		return nil, err
	}
	defer reply.Close()
	return outcome(reply.Body, "the lot")
}

// call makes an exchange about a patient and turns a fault into a *Refusal.
func (c *Client) call(ctx context.Context, url, patient string, m soap.Message, what string) (*soap.Reply, error) {
	if url == "" {
		return nil, errors.New("no address is given for this transaction (see --registry and --repository)")
	}
	if c.Identity != nil {
		if err := c.identify(&m, patient); err != nil {
			return nil, err
		}
	}
	reply, err := c.SOAP.Call(ctx, url, m)
	var fault *soap.ReceivedFault
	if errors.As(err, &fault) {
		refusal := refusalOfFault(fault, what)
		return nil, errors.Join(refusal, reply.Close())
	}
	if err != nil && reply != nil {
		err = errors.Join(err, reply.Close())
	}
	return reply, err
}

func refusalOfFault(fault *soap.ReceivedFault, what string) *Refusal {
	refusal := &Refusal{What: what, Status: "fault " + string(fault.Code)}
	for i := range fault.Findings {
		f := &fault.Findings[i]
		refusal.Findings = append(refusal.Findings, Finding{Code: f.Code, Context: f.Sentence, Location: f.XPath, Warning: f.Severity == "warning"})
	}
	if len(refusal.Findings) == 0 {
		refusal.Findings = []Finding{{Code: string(fault.Code), Context: fault.Reason}}
	}
	return refusal
}

const statusPrefix = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:"

// outcome reads the status and the RegistryErrorList of a RegistryResponse, or of an AdhocQueryResponse. The warnings
// come back; anything but Success is a *Refusal, PartialSuccess too.
func outcome(response xmltree.Node, what string) ([]Finding, error) {
	var findings []Finding
	list := response.Child(registry.NamespaceRS, "RegistryErrorList")
	for e := range list.Children(registry.NamespaceRS, "RegistryError") {
		findings = append(findings, Finding{
			Code: e.AttrValue("", "errorCode"), Context: e.AttrValue("", "codeContext"), Location: e.AttrValue("", "location"),
			Warning: strings.HasSuffix(e.AttrValue("", "severity"), ":Warning"),
		})
	}
	status, ok := response.Attr("", "status")
	if !ok {
		return nil, fmt.Errorf("the server's answer %s has no status", response.Local())
	}
	if status != statusPrefix+"Success" {
		return findings, &Refusal{What: what, Status: status[strings.LastIndexByte(status, ':')+1:], Findings: findings}
	}
	return findings, nil
}

// escape writes text for an attribute value or element content.
func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a bytes.Buffer does not fail
	return b.String()
}
