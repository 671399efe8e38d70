package hostile_test

import (
	"fmt"
	"strconv"
	"strings"
)

const (
	provideAction  = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"
	queryAction    = "urn:ihe:iti:2007:RegistryStoredQuery"
	retrieveAction = "urn:ihe:iti:2007:RetrieveDocumentSet"
	boundary       = "b-of-the-table-51c9"
	mtomType       = `multipart/related; type="application/xop+xml"; boundary="` + boundary + `"; start="<root@table>"; start-info="application/soap+xml"`
	simpleType     = "application/soap+xml; charset=UTF-8"
)

// part is one MIME part beside the root.
type part struct {
	id, mediaType string
	content       string
}

// message is a request in the making.
type message struct {
	identity *identity // whose certificate the connection shows
	// security is the wsse:Security block, before and headers the blocks on its two sides.
	before, security, headers string
	action, body              string
	parts                     []part
	registry                  bool // asked of the registry, else of the repository
	envelope                  func(string) string
	header                    map[string]string
}

// text is the envelope.
func (m *message) text() string {
	text := `<env:Envelope xmlns:env="` + envSpace + `"><env:Header>` + m.before + m.security + m.headers +
		`<wsa:Action xmlns:wsa="http://www.w3.org/2005/08/addressing" env:mustUnderstand="true">` + m.action + `</wsa:Action>` +
		`<wsa:MessageID xmlns:wsa="http://www.w3.org/2005/08/addressing">urn:uuid:6d9f3c1e-0c3b-4d3a-9a53-` + randomHex(6) + `</wsa:MessageID>` +
		`<wsa:ReplyTo xmlns:wsa="http://www.w3.org/2005/08/addressing"><wsa:Address>http://www.w3.org/2005/08/addressing/anonymous</wsa:Address></wsa:ReplyTo>` +
		`</env:Header><env:Body>` + m.body + `</env:Body></env:Envelope>`
	if m.envelope != nil {
		text = m.envelope(text)
	}
	return text
}

// content gives the media type and the octets of the HTTP body.
func (m *message) content() (mediaType, body string) {
	if m.action != provideAction && m.action != retrieveAction {
		return simpleType, m.text()
	}
	var b strings.Builder
	write := func(id, mediaType, content string) {
		b.WriteString("--" + boundary + "\r\nContent-Type: " + mediaType + "\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <" + id + "@table>\r\n\r\n" + content + "\r\n")
	}
	write("root", `application/xop+xml; charset=UTF-8; type="application/soap+xml"`, m.text())
	for _, p := range m.parts {
		write(p.id, p.mediaType, p.content)
	}
	b.WriteString("--" + boundary + "--\r\n")
	return mtomType, b.String()
}

// include is the reference to a part.
func include(id string) string {
	return `<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:` + id + `@table"></xop:Include>`
}

// findDocuments asks for the documents of a patient.
func findDocuments(patient string) string {
	return query("urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d", "$XDSDocumentEntryPatientId", "'"+patient+"'",
		"$XDSDocumentEntryStatus", "('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved')")
}

// query is an AdhocQueryRequest; names and values of parameters follow one another.
func query(id string, parameters ...string) string {
	slots := ""
	for i := 0; i+1 < len(parameters); i += 2 {
		slots += slot(parameters[i], parameters[i+1])
	}
	return `<query:AdhocQueryRequest xmlns:query="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0">` +
		`<query:ResponseOption returnComposedObjects="true" returnType="LeafClass"/><rim:AdhocQuery id="` + id + `">` + slots + `</rim:AdhocQuery></query:AdhocQueryRequest>`
}

// retrieve asks for one document of a repository.
func retrieve(repository, uniqueID string) string {
	return `<xds:RetrieveDocumentSetRequest xmlns:xds="urn:ihe:iti:xds-b:2007"><xds:DocumentRequest><xds:RepositoryUniqueId>` + repository +
		`</xds:RepositoryUniqueId><xds:DocumentUniqueId>` + uniqueID + `</xds:DocumentUniqueId></xds:DocumentRequest></xds:RetrieveDocumentSetRequest>`
}

// patientCX is the identifier of a patient of the tests: the 13 characters of a NIR and their key.
func patientCX(nir string) string {
	n, err := strconv.ParseInt(nir, 10, 64)
	must(err)
	return fmt.Sprintf("%s%02d^^^&%s&ISO", nir, 97-n%97, insAuthority)
}
