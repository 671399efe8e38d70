package check

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"strings"

	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/soap"
)

// part is a MIME part of a request beside its root.
type part struct {
	id      string
	content []byte
}

// splitParts parts a multipart body as far as it can be read; the root is the one that start names, or the first.
func splitParts(body []byte, parameters map[string]string) (root []byte, others []part) {
	start := strings.Trim(parameters["start"], "<> ")
	reader := multipart.NewReader(bytes.NewReader(body), parameters["boundary"])
	for {
		p, err := reader.NextRawPart()
		if err != nil {
			return root, others
		}
		content, err := io.ReadAll(p)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return root, others
		}
		id := strings.Trim(p.Header.Get("Content-Id"), "<> ")
		if root == nil && (start == "" || id == start) {
			root = content
			continue
		}
		others = append(others, part{id: id, content: content})
	}
}

func rootPart(body []byte, parameters map[string]string) []byte {
	root, _ := splitParts(body, parameters)
	return root
}

// documentsOf gives the documents that travel with an ITI-41 by the uniqueId of their entries.
func documentsOf(body xmltree.Node, parts []part) map[string][]byte {
	request := body.Child(registry.NamespaceXDSB, "ProvideAndRegisterDocumentSetRequest")
	submission := request.Child(registry.NamespaceLCM, "SubmitObjectsRequest")
	if submission.IsZero() {
		return nil
	}
	content := make(map[string][]byte)
	for d := range request.Children(registry.NamespaceXDSB, "Document") {
		id, ok := soap.Include(d)
		if !ok {
			continue
		}
		for i := range parts {
			if parts[i].id == id {
				content[strings.ToLower(d.AttrValue("", "id"))] = parts[i].content
			}
		}
	}
	documents := make(map[string][]byte, len(content))
	for _, entry := range registry.ReadSubmission(submission, nothingReported()).Documents {
		if bytes, ok := content[strings.ToLower(entry.ID)]; ok {
			documents[entry.UniqueID] = bytes
		}
	}
	return documents
}
