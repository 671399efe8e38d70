package pki

import "strings"

// Attribute types of distinguished names (X.520, RFC 4519, RFC 5280 appendix A).
const (
	OIDCommonName         = "2.5.4.3"
	OIDSurname            = "2.5.4.4"
	OIDSerialNumber       = "2.5.4.5"
	OIDCountry            = "2.5.4.6"
	OIDLocality           = "2.5.4.7"
	OIDState              = "2.5.4.8"
	OIDOrganisation       = "2.5.4.10"
	OIDOrganisationalUnit = "2.5.4.11"
	OIDTitle              = "2.5.4.12"
	OIDGivenName          = "2.5.4.42"
)

// attributeTypes lists the types known by name: the spelling that is written first, then those that are read, in lower case.
var attributeTypes = []struct {
	oid       string
	spellings []string
}{
	{OIDCommonName, []string{"CN", "commonname"}},
	{OIDSurname, []string{"SN", "surname"}},
	{OIDSerialNumber, []string{"serialNumber", "serial"}},
	{OIDCountry, []string{"C", "countryname", "country"}},
	{OIDLocality, []string{"L", "localityname", "locality"}},
	{OIDState, []string{"ST", "s", "sp", "stateorprovincename", "stateorprovince", "state"}},
	{"2.5.4.9", []string{"street", "streetaddress"}},
	{OIDOrganisation, []string{"O", "organizationname", "organization"}},
	{OIDOrganisationalUnit, []string{"OU", "organizationalunitname", "organizationalunit"}},
	{OIDTitle, []string{"title", "t"}},
	{"2.5.4.13", []string{"description"}},
	{"2.5.4.17", []string{"postalCode", "postalcode"}},
	{"2.5.4.41", []string{"name"}},
	{OIDGivenName, []string{"givenName", "gn", "g"}},
	{"2.5.4.43", []string{"initials"}},
	{"2.5.4.44", []string{"generationQualifier", "generation"}},
	{"2.5.4.45", []string{"x500UniqueIdentifier"}},
	{"2.5.4.46", []string{"dnQualifier", "dnq"}},
	{"2.5.4.65", []string{"pseudonym"}},
	{"2.5.4.97", []string{"organizationIdentifier", "organisationidentifier"}},
	{"1.2.840.113549.1.9.1", []string{"emailAddress", "e", "email", "mail"}},
	{"0.9.2342.19200300.100.1.1", []string{"UID", "userid"}},
	{"0.9.2342.19200300.100.1.25", []string{"DC", "domaincomponent"}},
}

// typeBySpelling leads from a spelling in lower case to the OID, spellingByType from the OID to what is written.
var typeBySpelling, spellingByType = indexAttributeTypes()

func indexAttributeTypes() (byName, byOID map[string]string) {
	byName, byOID = make(map[string]string), make(map[string]string)
	for _, t := range attributeTypes {
		byOID[t.oid] = t.spellings[0]
		for _, s := range t.spellings {
			byName[strings.ToLower(s)] = t.oid
		}
	}
	return byName, byOID
}

// attributeType gives the OID of a type as somebody wrote it: a name in any case, or dotted decimal with or without "OID.".
func attributeType(written string) (oid string, known bool) {
	lower := strings.ToLower(strings.Trim(written, " "))
	if oid, known = typeBySpelling[lower]; known {
		return oid, true
	}
	lower = strings.TrimPrefix(lower, "oid.")
	return lower, isDotted(lower)
}

// isDotted tells whether s is an OID in dotted decimal, of at most 128 characters, without needless zeros.
func isDotted(s string) bool {
	if len(s) > 128 || !strings.Contains(s, ".") {
		return false
	}
	for arc := range strings.SplitSeq(s, ".") {
		if arc == "" || len(arc) > 1 && arc[0] == '0' {
			return false
		}
		for i := range len(arc) {
			if arc[i] < '0' || arc[i] > '9' {
				return false
			}
		}
	}
	return s[0] <= '2'
}
