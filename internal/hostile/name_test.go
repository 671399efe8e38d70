package hostile_test

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"strings"
)

// SAML-12: names of the issuer that are not that of the certificate's subject.
func foreignNames(l *lot) (cases []hostile) {
	issuer := func(name, codes, rules string, written func(right string) string) {
		cases = append(cases, tokenCase(l, "SAML-12 an Issuer "+name, codes, rules, func(_ *world, t *token) { t.issuer = written(t.issuer) }))
	}
	const rules = "VIHF-033"
	other := func(from, to string) func(string) string { return func(s string) string { return swap(s, from, to) } }
	issuer("that is empty", badName, rules, func(string) string { return "" })
	issuer("that is no name", badName, rules, func(string) string { return "Dr Martin" })
	issuer("of another person", badName, rules, other("CN=899900000118", "CN=899900000225"))
	issuer("of another given name", badName, rules, other("GN=CLAIRE", "GN=CLARA"))
	issuer("with an attribute more", badName, rules, func(s string) string { return "OU=ADMIN," + s })
	issuer("with an attribute less", badName, rules, func(s string) string { return s[strings.IndexByte(s, ',')+1:] })
	issuer("with the person's RDN split in three", badName, rules, func(s string) string { return strings.ReplaceAll(s, "+", ",") })
	issuer("with two RDNs joined", badName, rules, func(s string) string {
		at := strings.LastIndexByte(s, ',')
		return s[:at] + "+" + s[at+1:]
	})
	issuer("whose comma is escaped into a value", badName, rules, func(s string) string {
		at := strings.LastIndexByte(s, ',')
		return s[:at] + `\,` + s[at+1:]
	})
	issuer("with quotes around all", badName, rules, func(s string) string { return `"` + s + `"` })
	issuer("with a NUL in hexadecimal", badName, rules, other("CN=899900000118", `CN=899900000118\00`))
	issuer("with a value in hexadecimal of another", badName, rules, other("CN=899900000118", "CN=#0C0C383939393030303030323235"))
	issuer("with a broken escape", badName, rules, other("CN=899900000118", `CN=89990000011\8`))
	issuer("with an unknown attribute type", badName, rules, other("CN=", "CommonNameOf="))
	issuer("with another type of the same value", badName, rules, other("CN=", "UID="))
	issuer("with an OID of another type", badName, rules, other("CN=", "2.5.4.5="))
	issuer("twice", badName, rules, func(s string) string { return s + "," + s })
	issuer("with a trailing comma", badName, rules, func(s string) string { return s + "," })
	issuer("with a zero-width blank", badName, rules, other("SN=MARTIN", "SN=MAR\u200bTIN"))
	issuer("with a look-alike letter", badName, rules, other("SN=MARTIN", "SN=MARТIN"))
	forged := func(name, codes, rules string, subject pkix.RDNSequence) {
		cases = append(cases, certified(l, "SAML-12 "+name, codes, rules, func(w *world) *pair {
			der, err := asn1.Marshal(subject)
			must(err)
			return w.persons().reissue(l.by.sign, func(b *rawBody) { b.Subject = asn1.RawValue{FullBytes: der} })
		}, nil))
	}
	value := func(oid, text string) pkix.AttributeTypeAndValue {
		return pkix.AttributeTypeAndValue{Type: oidOf(oid), Value: text}
	}
	one := func(values ...pkix.AttributeTypeAndValue) pkix.RelativeDistinguishedNameSET { return values }
	// An attacker's own names, that print like another's.
	forged("a CN that holds another's whole name", notAuthentic+" "+badName, "VIHF-100 VIHF-101 VIHF-033 VIHF-105",
		pkix.RDNSequence{one(value("2.5.4.6", "FR")), one(value("2.5.4.3", `899900000118,SN=MARTIN`))})
	forged("a CN with a NUL", badKey+" "+notAuthentic+" "+badName, "VIHF-025 VIHF-101 VIHF-100 VIHF-033",
		pkix.RDNSequence{one(value("2.5.4.6", "FR")), one(value("2.5.4.4", "MARTIN"), value("2.5.4.3", "899900000118\x00.x"))})
	forged("two CNs, the other's last", badKey+" "+notAuthentic+" "+badName, "VIHF-025 VIHF-101 VIHF-033 VIHF-105",
		pkix.RDNSequence{one(value("2.5.4.6", "FR")), one(value("2.5.4.4", "X"), value("2.5.4.3", "899900000225")), one(value("2.5.4.3", "899900000118"))})
	forged("no subject", badKey+" "+notAuthentic+" "+badName, "VIHF-025 VIHF-033 VIHF-101 VIHF-100", pkix.RDNSequence{})
	return cases
}

// SAML-12: a token that is right, over the connection of somebody else.
func foreignPeers(l *lot) (cases []hostile) {
	mix := func(token, peer string) {
		cases = append(cases, hostile{name: "SAML-12 token of " + token + ", connection of " + peer, codes: notAuthentic, rules: "VIHF-105", make: func(w *world) *message {
			i := w.identity(token)
			m := l.message(newToken(i, w.patient))
			m.identity = w.identity(peer)
			return m
		}})
	}
	direct := []string{"medecin", "autre-medecin", "pharmacien", "infirmier", "secretariat"}
	for _, token := range direct {
		for _, peer := range append(direct, "etablissement") {
			if token != peer {
				mix(token, peer)
			}
		}
	}
	mix("etablissement", "autre-etablissement")
	mix("autre-etablissement", "etablissement")
	mix("etablissement", "medecin")
	return append(cases, hostile{name: "SAML-12 certificates of two persons in one identity", codes: notAuthentic + " " + badName, rules: "VIHF-105 VIHF-101", make: func(w *world) *message {
		i := w.identity("faute-porteur")
		m := l.message(newToken(i, w.patient))
		m.identity = i
		return m
	}})
}
