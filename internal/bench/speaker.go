package bench

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"liasse/dmp"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/vihf"
)

// speaker is in whose name the bench sends: nobody's in profile xds; in profile dmp a professional's, with a token for the
// patient in each message and a signature for each lot.
type speaker struct {
	// person and institution are the author of every lot, as XML text.
	person, institution string
	// submissionTime is that of every lot.
	submissionTime string
	// identity is nil for nobody.
	identity *vihf.Identity

	mu     sync.Mutex
	tokens map[int]string
}

// nobody is the speaker of profile xds.
func nobody() *speaker {
	return &speaker{submissionTime: "20261103162000", person: "899700245667^MODÈLE^Baptiste^^^DR^^^&amp;1.2.250.1.71.4.2.1&amp;ISO",
		institution: "Centre hospitalier de Démonstration^^^^^&amp;1.2.250.1.71.4.2.2&amp;ISO^^^^1999999999"}
}

// somebody is the physician of the test PKI in a folder of identities.
func somebody(identities string) (*speaker, error) {
	identity, err := vihf.LoadIdentity(filepath.Join(identities, "medecin"))
	if err != nil {
		return nil, err
	}
	author := dmp.AuthorOf(identity)
	return &speaker{identity: identity, submissionTime: time.Now().UTC().Format("20060102150405"), tokens: make(map[int]string), person: html.EscapeString(author.Person),
		institution: html.EscapeString(author.Institutions[0])}, nil
}

// patientID is the identifier of the n-th patient as XML text: in profile dmp an INS of the root set aside for tests, its
// key computed.
func (s *speaker) patientID(n int) string {
	if s.identity == nil {
		return fmt.Sprintf("BENCH-%08d^^^&amp;%s&amp;ISO", n, authority)
	}
	return ins(n) + "^^^&amp;" + insTestAuthority + "&amp;ISO^NH"
}

// ins is the INS of the n-th patient: 13 digits and their key.
func ins(n int) string {
	number := 1_870_659_000_000 + n
	return fmt.Sprintf("%013d%02d", number, 97-number%97)
}

// noINS stands in a document for the INS of its patient.
const noINS = "@@@@@@@@@@@@@@@"

// addressed gives documents that name the patient they are of.
func (s *speaker) addressed(documents [][]byte, patient int) [][]byte {
	if s.identity == nil {
		return documents
	}
	named := make([][]byte, len(documents))
	for i := range documents {
		named[i] = bytes.Replace(documents[i], []byte(noINS), []byte(ins(patient)), 1)
	}
	return named
}

// insTestAuthority is the root of the INS-NIR that is set aside for tests.
const insTestAuthority = "1.2.250.1.213.1.4.10"

// connect makes a client with room for so many connections.
func (s *speaker) connect(connections int) *http.Client {
	transport := &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true}
	if s.identity != nil {
		transport.TLSClientConfig = s.identity.TLSConfig()
	}
	return &http.Client{Transport: transport}
}

// security gives the header block with the token for a patient, which is issued once: a professional's software does the
// same while a record is open.
func (s *speaker) security(patient int) (string, error) {
	if s.identity == nil {
		return "", nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if token, there := s.tokens[patient]; there {
		return token, nil
	}
	assertion, err := s.identity.Issue(vihf.Claims{Patient: html.UnescapeString(s.patientID(patient))})
	if err != nil {
		return "", fmt.Errorf("issuing a token: %w", err)
	}
	s.tokens[patient] = string(vihf.Security(assertion))
	return s.tokens[patient], nil
}

// sign gives the metadata and the documents of a lot with those of its signature, and the ids of the entries.
func (s *speaker) sign(metadata string, documents [][]byte) (signed string, ids []string, all [][]byte, err error) {
	for i := range documents {
		ids = append(ids, fmt.Sprintf("Document%02d", i+1))
	}
	if s.identity == nil {
		return metadata, ids, documents, nil
	}
	tree, err := xmltree.Parse([]byte(metadata), xmltree.SOAPLimits)
	if err != nil {
		return "", nil, nil, fmt.Errorf("reading the bench's own metadata: %w", err)
	}
	contents := make([]dmp.Document, len(documents))
	for i := range documents {
		contents[i] = dmp.Document{EntryID: ids[i], Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(documents[i])), nil }}
	}
	lot, err := dmp.SignLot(registry.ReadSubmission(tree.Root(), &rule.Report{}), contents, s.identity, time.Now())
	if err != nil {
		return "", nil, nil, err
	}
	return string(lot.Submission.AppendXML(nil)), append(ids, lot.Entry.ID), append(documents[:len(documents):len(documents)], lot.Signature), nil
}
