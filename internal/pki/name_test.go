package pki_test

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"liasse/internal/pki"
	"liasse/internal/testpki"
)

// nameOf encodes a subject and reads it again.
func nameOf(t interface {
	Helper()
	Fatal(...any)
}, s testpki.Subject) pki.Name {
	t.Helper()
	der, err := s.DER()
	if err != nil {
		t.Fatal(err)
	}
	name, err := pki.NameOf(der)
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// rdn makes an RDN of types and values in turn.
func rdn(pairs ...string) []testpki.Attribute {
	var set []testpki.Attribute
	for pair := range slices.Chunk(pairs, 2) {
		set = append(set, testpki.Attribute{OID: pair[0], Value: pair[1]})
	}
	return set
}

// teletex writes an RDN as the cards of IGC-CPS do.
func teletex(set []testpki.Attribute) []testpki.Attribute {
	for i := range set {
		set[i].Teletex = true
	}
	return set
}

const (
	cn, sn, gn, title   = pki.OIDCommonName, pki.OIDSurname, pki.OIDGivenName, pki.OIDTitle
	ou, org, st, nation = pki.OIDOrganisationalUnit, pki.OIDOrganisation, pki.OIDState, pki.OIDCountry
)

// Subjects in the shapes of the field.
var (
	cardSubject = testpki.Subject{rdn(nation, "FR"), rdn(title, "Médecin"), rdn(cn, "899900063480", sn, "LIBRE", gn, "MAX")}
	cardTeletex = testpki.Subject{rdn(nation, "FR"), teletex(rdn(title, "Médecin")), teletex(rdn(cn, "899900063480", sn, "LIBRE", gn, "MAX"))}
	orgSubject  = testpki.Subject{rdn(nation, "FR"), rdn(st, "Paris (75)"), rdn(org, "Hôpital d'essai, site nord"), rdn(ou, "10B0127189"), rdn(cn, "Dossier patient")}
	caSubject   = testpki.Subject{rdn(nation, "FR"), rdn(org, "ASIP-SANTE"), rdn(ou, "0002 187512751"), rdn(ou, "IGC-SANTE TEST"), rdn(cn, "TEST AC IGC-SANTE ELEMENTAIRE PERSONNES")}
	caFlattened = testpki.Subject{rdn(nation, "FR"), rdn(org, "ASIP-SANTE"), rdn(ou, "0002 187512751", ou, "IGC-SANTE TEST"), rdn(cn, "TEST AC IGC-SANTE ELEMENTAIRE PERSONNES")}
	cpeSubject  = testpki.Subject{rdn(nation, "FR"), rdn(org, "Cabinet"), rdn(ou, "10B0000011"), rdn(cn, "30B0000011/0001")}
)

func TestWrittenNamesOfTheField(t *testing.T) {
	for _, c := range []struct {
		name    string
		subject testpki.Subject
		written string
		same    bool
	}{
		{"RFC 4514", cardSubject, "CN=899900063480+SN=LIBRE+GN=MAX,T=Médecin,C=FR", true},
		{"attributes of the RDN in another order", cardSubject, "givenName=MAX + surname=LIBRE + cn=899900063480, title=Médecin, c=FR", true},
		{"from the other end", cardSubject, "C=FR,T=Médecin,CN=899900063480+SN=LIBRE+GN=MAX", true},
		{"OIDs", cardSubject, "2.5.4.3=899900063480+2.5.4.4=LIBRE+OID.2.5.4.42=MAX,oid.2.5.4.12=Médecin,C=FR", true},
		{"hexadecimal UTF8String", cardSubject, "2.5.4.12=#0c084dc3a9646563696e,CN=899900063480+2.5.4.4=#13054c49425245+GN=MAX,C=FR", true},
		{"hexadecimal TeletexString", cardSubject, "2.5.4.12=#14074de9646563696e,CN=899900063480+SN=LIBRE+GN=MAX,C=FR", true},
		{"TeletexString made PrintableString", cardTeletex, "2.5.4.12=#13074de9646563696e,CN=899900063480+SN=LIBRE+GN=MAX,C=FR", true},
		{"TeletexString against characters", cardTeletex, "CN=899900063480+SN=LIBRE+GN=MAX,T=Médecin,C=FR", true},
		{"escaped bytes", cardTeletex, `CN=899900063480+SN=LIBRE+GN=MAX,T=M\C3\A9decin,C=FR`, true},
		{"case and blanks", cardSubject, "CN=899900063480+SN=Libre+GN=  max ,T=MÉDECIN,C=fr", true},
		{"semicolons and quotes of RFC 2253", orgSubject, `CN=Dossier patient; OU="10B0127189"; O="Hôpital d'essai, site nord"; ST=Paris (75); C=FR`, true},
		{"escaped comma", orgSubject, `CN=Dossier patient,OU=10B0127189,O=Hôpital d'essai\, site nord,ST=Paris (75),C=FR`, true},
		{"slashes", orgSubject, `/C=FR/ST=Paris (75)/O=Hôpital d'essai, site nord/OU=10B0127189/CN=Dossier patient`, true},
		{"slashes with escaped bytes", orgSubject, `/C=FR/ST=Paris (75)/O=H\xC3\xB4pital d'essai, site nord/OU=10B0127189/CN=Dossier patient`, true},
		{"slashes with several attributes", cardSubject, `/C=FR/title=Médecin/CN=899900063480+SN=LIBRE+GN=MAX`, true},
		{"a slash in a value", cpeSubject, `/C=FR/O=Cabinet/OU=10B0000011/CN=30B0000011/0001`, true},
		{"a slash in a value of RFC 4514", cpeSubject, `CN=30B0000011/0001,OU=10B0000011,O=Cabinet,C=FR`, true},
		{"S for the state", orgSubject, `CN=Dossier patient,OU=10B0127189,O=Hôpital d'essai\, site nord,S=Paris (75),C=FR`, true},
		{"two OUs", caSubject, "CN=TEST AC IGC-SANTE ELEMENTAIRE PERSONNES,OU=IGC-SANTE TEST,OU=0002 187512751,O=ASIP-SANTE,C=FR", true},
		{"blanks of OpenSSL", caSubject, "C = FR, O = ASIP-SANTE, OU = 0002 187512751, OU = IGC-SANTE TEST, CN = TEST AC IGC-SANTE ELEMENTAIRE PERSONNES", true},
		{"line breaks after commas", caSubject, "CN=TEST AC IGC-SANTE ELEMENTAIRE PERSONNES,\n  OU=IGC-SANTE TEST,\n  OU=0002 187512751, O=ASIP-SANTE, C=FR\n", true},

		{"two OUs in one RDN", caSubject, "CN=TEST AC IGC-SANTE ELEMENTAIRE PERSONNES,OU=IGC-SANTE TEST+OU=0002 187512751,O=ASIP-SANTE,C=FR", false},
		{"one RDN as three", cardSubject, "CN=899900063480,SN=LIBRE,GN=MAX,T=Médecin,C=FR", false},
		{"another person", cardSubject, "CN=899900063481+SN=LIBRE+GN=MAX,T=Médecin,C=FR", false},
		{"a person with one attribute less", cardSubject, "CN=899900063480+SN=LIBRE,T=Médecin,C=FR", false},
		{"a person with one attribute more", cardSubject, "CN=899900063480+SN=LIBRE+GN=MAX,T=Médecin,OU=10B0127189,C=FR", false},
		{"an attribute twice", orgSubject, `CN=Dossier patient,OU=10B0127189,OU=10B0127189,O=Hôpital d'essai\, site nord,ST=Paris (75),C=FR`, false},
		{"a damaged accent", cardSubject, "CN=899900063480+SN=LIBRE+GN=MAX,T=M?decin,C=FR", false},
		{"accent left out", cardSubject, "CN=899900063480+SN=LIBRE+GN=MAX,T=Medecin,C=FR", false},
		{"values exchanged", cardSubject, "CN=899900063480+SN=MAX+GN=LIBRE,T=Médecin,C=FR", false},
		{"blank inside of a value", orgSubject, `CN=Dossierpatient,OU=10B0127189,O=Hôpital d'essai\, site nord,ST=Paris (75),C=FR`, false},
		{"blank that does not break", cardSubject, "CN=899900063480+SN=LIBRE+GN=MAX\u00A0,T=Médecin,C=FR", false},
		{"character of another alphabet", testpki.Subject{rdn(cn, "ADMIN")}, "CN=АDMIN", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			parsed, err := pki.ParseName(c.written)
			if err != nil {
				t.Fatal(err)
			}
			subject := nameOf(t, c.subject)
			if subject.Equal(parsed) != c.same || parsed.Equal(subject) != c.same {
				t.Errorf("%s against %s: equal is not %v", subject, parsed, c.same)
			}
		})
	}
}

// A name that prints like another's must not be it, whichever form it is printed in.
func TestSpoofedNames(t *testing.T) {
	victim := testpki.Subject{rdn(org, "x"), rdn(ou, "y"), rdn(cn, "z")}
	for _, s := range []testpki.Subject{
		{rdn(cn, "z,OU=y,O=x")},
		{rdn(org, "x"), rdn(cn, "z,OU=y")},
		{rdn(org, "x/OU=y"), rdn(cn, "z")},
		{rdn(org, "x"), rdn(ou, "y", cn, "z")},
		{rdn(org, "x"), rdn(ou, "y+CN=z")},
		{rdn(org, "x"), rdn(ou, "y"), rdn(cn, "z"), rdn(cn, "")},
	} {
		if nameOf(t, s).Equal(nameOf(t, victim)) {
			t.Errorf("%v is taken for %v", s, victim)
		}
		for _, written := range []string{"CN=z,OU=y,O=x", "/O=x/OU=y/CN=z"} {
			parsed, err := pki.ParseName(written)
			if err != nil {
				t.Fatal(err)
			}
			if nameOf(t, s).Equal(parsed) {
				t.Errorf("%v is taken for %s", s, written)
			}
		}
	}
}

func TestNamesThatAreNone(t *testing.T) {
	for _, written := range []string{
		"", " ", ",", "CN", "CN=a,", "CN=a,,C=FR", "=a", "X Y=a", "CN=a+,C=FR", `CN=a\`, `CN=a\zz`, `CN="a`, `CN="a"b`, `CN=a"b`,
		"CN=a<b", "CN=#zz", "CN=#0c", "CN=#0c0161ff", "CN=#0c01ff", "/", "/CN", "//CN=a", "/XX=a", "CN=a\x00", `CN=a\00`, "CN=\xff", `CN=\FF`, "CN=a\u0007",
		"CN=\uFFFD", "2..5=a", "2.05.4=a", "9.5.4=a", "Martin, C=FR", "CN=" + strings.Repeat("a", 70_000), strings.Repeat("CN=a,", 200) + "C=FR", strings.Repeat("/CN=a", 200),
	} {
		if name, err := pki.ParseName(written); err == nil {
			t.Errorf("%.60q is read as %s", written, name)
		}
	}
}

func TestNamesInDERThatAreNone(t *testing.T) {
	good, err := cardSubject.DER()
	if err != nil {
		t.Fatal(err)
	}
	control, err := testpki.Subject{rdn(cn, "a\x00b")}.DER()
	if err != nil {
		t.Fatal(err)
	}
	for name, der := range map[string][]byte{
		"nothing": {}, "cut short": good[:len(good)-1], "followed by a byte": append(slices.Clone(good), 0), "a NUL in a value": control,
		"no sets": {0x30, 0x02, 0x30, 0x00}, "an empty set": {0x30, 0x02, 0x31, 0x00}, "not UTF-8": {0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x01, 0xff},
		"half a BMPString": {0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06, 0x03, 0x55, 0x04, 0x03, 0x1e, 0x01, 0x41},
	} {
		if got, err := pki.NameOf(der); err == nil {
			t.Errorf("%s: read as %s", name, got)
		}
	}
}

func TestStringTypesOfOneValue(t *testing.T) {
	want := nameOf(t, testpki.Subject{rdn(cn, "Hélène")})
	for tag, value := range map[int]string{
		asn1.TagT61String: "H\xe9l\xe8ne", asn1.TagBMPString: "\x00H\x00\xe9\x00l\x00\xe8\x00n\x00e",
		28: "\x00\x00\x00H\x00\x00\x00\xe9\x00\x00\x00l\x00\x00\x00\xe8\x00\x00\x00n\x00\x00\x00e", asn1.TagUTF8String: "Hélène", asn1.TagIA5String: "Hélène",
	} {
		set := attributeSet(t, tag, value)
		der := append([]byte{0x30, byte(len(set))}, set...)
		got, err := pki.NameOf(der)
		if err != nil {
			t.Errorf("tag %d: %v", tag, err)
			continue
		}
		if !got.Equal(want) || got.Get(cn) != "Hélène" {
			t.Errorf("tag %d: %s", tag, got)
		}
	}
}

// attributeSet encodes an RDN of one CN by hand.
func attributeSet(t *testing.T, tag int, value string) []byte {
	t.Helper()
	inner, err := asn1.Marshal(struct {
		Type  asn1.ObjectIdentifier
		Value asn1.RawValue
	}{asn1.ObjectIdentifier{2, 5, 4, 3}, asn1.RawValue{Tag: tag, Bytes: []byte(value)}})
	if err != nil {
		t.Fatal(err)
	}
	return append([]byte{0x31, byte(len(inner))}, inner...)
}

// Software in Go prints names from pkix.Name, which has lost their structure.
func TestSameAttributesForgivesLostStructure(t *testing.T) {
	der, err := caSubject.DER()
	if err != nil {
		t.Fatal(err)
	}
	var sequence pkix.RDNSequence
	if _, err := asn1.Unmarshal(der, &sequence); err != nil {
		t.Fatal(err)
	}
	var flat pkix.Name
	flat.FillFromRDNSequence(&sequence)
	for written, equal := range map[string]bool{sequence.String(): true, flat.String(): false} {
		parsed, err := pki.ParseName(written)
		if err != nil {
			t.Fatal(err)
		}
		if subject := nameOf(t, caSubject); parsed.Equal(subject) != equal || !parsed.SameAttributes(subject) {
			t.Errorf("%s against %s", parsed, subject)
		}
	}
	if !nameOf(t, caFlattened).SameAttributes(nameOf(t, caSubject)) || nameOf(t, caFlattened).Equal(nameOf(t, caSubject)) {
		t.Error("OU=a+OU=b and two OUs have the same attributes, and are not the same name")
	}
}

// subjects draws names of every shape.
func subjects() *rapid.Generator[testpki.Subject] {
	value := rapid.OneOf(
		rapid.StringMatching(`[A-Za-zÀ-ÿ0-9 ,+="<>#;/\\'()-]{0,12}`),
		rapid.SampledFrom([]string{"", " ", "#", "a ", " a", `\`, `a\ `, "x,CN=y", "+", "  two  blanks  "}),
	)
	one := rapid.Custom(func(t *rapid.T) testpki.Attribute {
		a := testpki.Attribute{OID: rapid.SampledFrom([]string{cn, sn, gn, title, ou, org, st, "2.5.4.97", "1.2.250.1.71.4.2.5", "0.9.2342.19200300.100.1.25"}).Draw(t, "type"), Value: value.Draw(t, "value")}
		a.Teletex = rapid.Bool().Draw(t, "teletex")
		return a
	})
	return rapid.Custom(func(t *rapid.T) testpki.Subject {
		return rapid.SliceOfN(rapid.SliceOfN(one, 1, 3), 1, 5).Draw(t, "subject")
	})
}

func TestNamesDoNotChangeByWritingOrShuffling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		subject := subjects().Draw(t, "subject")
		name := nameOf(t, subject)
		written, err := pki.ParseName(name.String())
		if err != nil {
			t.Fatalf("%s cannot be read again: %v", name, err)
		}
		if !written.Equal(name) || written.String() != name.String() {
			t.Fatalf("%s is read again as %s", name, written)
		}
		shuffled := slices.Clone(subject)
		seeded := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		seeded.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for i := range shuffled {
			shuffled[i] = slices.Clone(shuffled[i])
			set := shuffled[i]
			seeded.Shuffle(len(set), func(a, b int) { set[a], set[b] = set[b], set[a] })
			for j := range set {
				set[j].Value, set[j].Teletex = strings.ToUpper(set[j].Value), false
			}
		}
		if !strings.ContainsAny(name.String(), "ßÿµ") && !nameOf(t, shuffled).Equal(name) {
			t.Fatalf("%s is not %s", nameOf(t, shuffled), name)
		}
		changed := slices.Clone(subject)
		at := rapid.IntRange(0, len(changed)-1).Draw(t, "changed")
		changed[at] = slices.Clone(changed[at])
		changed[at][0].Value += "!"
		if nameOf(t, changed).Equal(name) {
			t.Fatalf("%s is taken for %s", nameOf(t, changed), name)
		}
	})
}

func FuzzParseName(f *testing.F) {
	for _, s := range []string{"CN=899900063480+SN=LIBRE+GN=MAX,T=Médecin,C=FR", `O="a, b";C=FR`, `/C=FR/CN=a/b+SN=c`, `CN=#0c0161`, `CN=a\2C\ `} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, err := pki.ParseName(s)
		if err != nil {
			return
		}
		again, err := pki.ParseName(name.String())
		if err != nil || !again.Equal(name) {
			t.Fatalf("%q is %s, which is read as %s (%v)", s, name, again, err)
		}
	})
}

func FuzzNameOf(f *testing.F) {
	for _, s := range []testpki.Subject{cardSubject, cardTeletex, orgSubject, caSubject, cpeSubject} {
		der, err := s.DER()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(der)
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		name, err := pki.NameOf(der)
		if err != nil || name.IsZero() {
			return
		}
		again, err := pki.ParseName(name.String())
		if err != nil || !again.Equal(name) {
			t.Fatalf("%x is %s, which is read as %s (%v)", der, name, again, err)
		}
	})
}
