package xdsclient

import (
	"context"
	"fmt"
	"io"
	"strings"

	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/soap"
)

// Wanted names a document to retrieve (ITI TF-2 3.43.4.1.2).
type Wanted struct {
	Home, RepositoryUniqueID, UniqueID string
}

// Retrieve fetches documents (ITI-43) and hands each on as it arrives. Documents that the server could not give are in the
// *Refusal returned after the others were handed on.
func (c *Client) Retrieve(ctx context.Context, wanted []Wanted, each func(uniqueID, mimeType string, content io.Reader) error) error {
	var body strings.Builder
	body.WriteString(`<xds:RetrieveDocumentSetRequest xmlns:xds="` + registry.NamespaceXDSB + `">`)
	for _, w := range wanted {
		body.WriteString(`<xds:DocumentRequest>`)
		if w.Home != "" {
			body.WriteString(`<xds:HomeCommunityId>` + escape(w.Home) + `</xds:HomeCommunityId>`)
		}
		body.WriteString(`<xds:RepositoryUniqueId>` + escape(w.RepositoryUniqueID) + `</xds:RepositoryUniqueId>` +
			`<xds:DocumentUniqueId>` + escape(w.UniqueID) + `</xds:DocumentUniqueId></xds:DocumentRequest>`)
	}
	body.WriteString(`</xds:RetrieveDocumentSetRequest>`)
	reply, err := c.call(ctx, c.Repository, c.Patient, soap.Message{Action: actionRetrieve, Body: soap.Bytes(body.String()), MTOM: true}, "the retrieval")
	if err != nil {
		return err
	}
	defer reply.Close()
	_, refused := outcome(reply.Body.Child(registry.NamespaceRS, "RegistryResponse"), "the retrieval")
	if err := inlineDocuments(reply, each); err != nil {
		return err
	}
	for {
		part, err := reply.NextPart()
		if err == io.EOF {
			return refused
		}
		if err != nil {
			return fmt.Errorf("reading the answer's parts: %w", err)
		}
		if part.Element.IsZero() {
			continue // a part that no document names is of no use
		}
		if err := handOn(part.Element, part, each); err != nil {
			return err
		}
	}
}

// inlineDocuments hands on the documents that stand as base64 in the answer's envelope.
func inlineDocuments(reply *soap.Reply, each func(uniqueID, mimeType string, content io.Reader) error) error {
	for response := range reply.Body.Children(registry.NamespaceXDSB, "DocumentResponse") {
		document := response.Child(registry.NamespaceXDSB, "Document")
		content, inline, err := reply.Inline(document)
		if err != nil {
			return fmt.Errorf("reading an inline document: %w", err)
		}
		if !inline {
			continue
		}
		if err := handOn(document, content, each); err != nil {
			return err
		}
	}
	return nil
}

// handOn gives the content of a Document element with what its DocumentResponse says of it.
func handOn(document xmltree.Node, content io.Reader, each func(uniqueID, mimeType string, content io.Reader) error) error {
	response := document.Parent()
	text := func(name string) string {
		return strings.TrimSpace(response.Child(registry.NamespaceXDSB, name).Text())
	}
	return each(text("DocumentUniqueId"), text("mimeType"), content)
}
