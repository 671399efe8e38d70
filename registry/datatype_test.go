package registry

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestDataTypes holds each data type to values that have its form and values that have not.
func TestDataTypes(t *testing.T) {
	xcn := func(s string) *FormatError { _, e := checkXCN(s); return e }
	xon := func(s string) *FormatError { _, e := checkXON(s); return e }
	cx := func(s string) *FormatError { _, _, e := checkCX(s); return e }
	uuid := func(s string) *FormatError { _, _, e := checkUUID(s); return e }
	mime := func(s string) *FormatError { _, _, e := checkMIME(s); return e }
	size := func(s string) *FormatError { _, _, e := checkSize(s); return e }
	info := func(s string) *FormatError { _, e := checkPatientInfo(s); return e }
	arc39 := strings.Repeat("9", 39)
	tests := []struct {
		name      string
		check     func(string) *FormatError
		good, bad []string
	}{
		{"OID", checkOID,
			[]string{"1.2", "0.9.2342", "2.999.1", "1.3.6.1.4.1.21367.13.20.1000", "2.25." + arc39, "2.40", "1.39.0"},
			[]string{"", "1", "1.", ".1.2", "1..2", "1.02.3", "3.1", "1.40", "10.1", "1.2.x", "1.2 ", "1.2.3^4", "urn:oid:1.2.3", "１.2.3",
				"2.25." + arc39 + "9", "1.2." + strings.Repeat("1.", 30) + "11"}},
		{"homeCommunityId", checkHome, []string{"urn:oid:1.2.3"}, []string{"", "1.2.3", "urn:oid:", "urn:oid:1.02", "URN:OID:1.2.3", "urn:uuid:1.2.3"}},
		{"UUID", uuid,
			[]string{"urn:uuid:0a4f6c1e-55d0-4c58-9c0f-3a1f2b4c5d6e", "urn:uuid:0A4F6C1E-55D0-4C58-9C0F-3A1F2B4C5D6E"},
			[]string{"", "urn:uuid:", "0a4f6c1e-55d0-4c58-9c0f-3a1f2b4c5d6e", "urn:uuid:0a4f6c1e55d04c589c0f3a1f2b4c5d6e", "urn:uuid:0a4f6c1e-55d0-4c58-9c0f-3a1f2b4c5d6g",
				"urn:uuid:{0a4f6c1e-55d0-4c58-9c0f-3a1f2b4c5d6}", "urn:uuid:0a4f6c1e-55d0-4c58-9c0f-3a1f2b4c5d6e "}},
		{"identifier", checkIdentifier,
			[]string{"1.2.3", "1.2.3^A/B:C&D", "urn:uuid:x", "https://example.org/doc?id=1", strings.Repeat("1", 256)},
			[]string{"", "a b", "é", "a\tb", strings.Repeat("1", 257)}},
		{"language", checkLanguage, []string{"fr", "fr-FR", "EN-US", "deu", "zh-Hant-TW", "i-klingon"}, []string{"", "fr_FR", "fr-", "-FR", "f1", "français", "abcdefghi"}},
		{"MIME", mime,
			[]string{"text/xml", "application/vnd.ms-excel", "text/XML", "text/xml; charset=utf-8", "application/fhir+json"},
			[]string{"", "text", "/xml", "text/", "text/x/y", "te xt/xml", "text/xml,text/plain"}},
		{"SHA-1", checkSHA1,
			[]string{"da39a3ee5e6b4b0d3255bfef95601890afd80709", "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709"},
			[]string{"", "da39a3ee", "da39a3ee5e6b4b0d3255bfef95601890afd8070g", "da39a3ee5e6b4b0d3255bfef95601890afd807090"}},
		{"size", size, []string{"0", "1", "007", "+7", " 7 ", "9223372036854775807"}, []string{"", "-1", "1.5", "1e3", "0x10", "9223372036854775808", "١"}},
		{"DTM", checkDTM,
			[]string{"2026", "202611", "20261122", "2026112218", "202611221830", "20261122183059", "20240229", "20000229", "0001"},
			[]string{"", "202", "20261", "2026112", "202611221", "20261301", "20261100", "20261131", "20230229", "19000229", "2026112224", "202611221860", "20261122183060",
				"20261122183059+0100", "20261122183059.000", "2026-11-22", "20261122T1830", "99999999999999", "-2026", "0000", "202611221830590", "２０２６"}},
		{"CX", cx,
			[]string{"1^^^&1.2.3&ISO", "A-1/é^^^&2.999&ISO", "1^^^&1.2.3&ISO^", "1^^^&1.2.3&ISO^^^", `a\T\b^^^&1.2.3&ISO`},
			[]string{"", "1", "^^^&1.2.3&ISO", "1^^^1.2.3", "1^^^&1.2.3", "1^^^&1.2.3&iso", "1^^^HOSP&1.2.3&ISO", "1^^^&1.02.3&ISO", "1^2^^&1.2.3&ISO", "1^^M11^&1.2.3&ISO",
				"1^^^&1.2.3&ISO^PI", "1^^^&amp;1.2.3&amp;ISO", " 1^^^&1.2.3&ISO", "1 ^^^&1.2.3&ISO", "1~2^^^&1.2.3&ISO", "1&2^^^&1.2.3&ISO", `a\X41\b^^^&1.2.3&ISO`, "1^^^&1.2.3&ISO&x", "1^^^&1.2.3&DNS"}},
		{"CXi", checkCXi,
			[]string{"2026^^^&1.2.3&ISO^urn:ihe:iti:xds:2013:order", "1.2.3^^^^urn:ihe:iti:xdw:2013:workflowInstanceId", "1^^^CHU^local", "1^^^&chu.example&DNS^x", "1^^^&1.2.3&ISO^x^^"},
			[]string{"", "1", "^^^&1.2.3&ISO^x", "1^^^&1.2.3&ISO", "1^2^^^x", "1^^^&1.2.3&ISO^x^y", "1^^^&1.02.3&ISO^x", "1^^^&1.2.3^x", "1^^^NS&1.2.3&ISO^x"}},
		{"coded string", checkCodedString, []string{"médecin", "", "10^^^&1.2.3&ISO"}, []string{"10^", "10^médecin", "^^^&1.2.3&ISO", "10^^^1.2.3", "10^^^&1.2.3&ISO^x"}},
		{"XCN", xcn,
			[]string{"801^MOREAU^Claire^^^Dr^^^&1.2.3&ISO", "^MOREAU", "801", "801^^^^^^^^&1.2.3&ISO", "801^^^&1.2.3&ISO", "801^MOREAU^Claire^^^^^^&1.2.3&ISO^D^^^IDNPS^^^^^^^^^^^^^"},
			[]string{"", "^^Claire", "^&de", "801^MOREAU^^^^^^^1.2.3", "801^^^^^^^^ADELI&1.2.3&ISO", "801^^^^^^^^&1.02.3&ISO"}},
		{"XON", xon,
			[]string{"Clinique", "Clinique^^^^^^^^^1.2.3", "Clinique^^^^^&1.2.3&ISO^^^^175", "Clinique^^^^^&1.2.3&ISO^IDNST^^^175"},
			[]string{"", "^^^^^&1.2.3&ISO^^^^175", "Clinique^^^^^^^^^175", "Clinique^^^^^NS&1.2.3&ISO^^^^175"}},
		{"XTN", checkXTN,
			[]string{"^^Internet^a@b.fr", "^NET^Internet^a@b.fr", "^^PH^^^^0102030405", "^WPN^CP^^33^6^12345678^99", "^^PH^^^^^^^^^(042) 1123 4567"},
			[]string{"", "a@b.fr", "0102030405", "^^Internet", "^WPN^Internet^a@b.fr", "^NET^Internet^a@b.fr^^^0102", "^^PH", "^^PH^a@b.fr^^^0102", "^^phone^^^^0102"}},
		{"intendedRecipient", checkRecipient,
			[]string{"Clinique", "|801^MOREAU", "||^^Internet^a@b.fr", "Clinique|801^MOREAU|^^PH^^^^0102"},
			[]string{"", "|", "||", "^x", "|^^Claire", "||0102", "a|b|^^PH^^^^1|c"}},
		{"sourcePatientInfo", info, []string{"PID-3|1^^^&1.2.3&ISO", "PID-5|DURAND^Lucie~MARTIN^Lucie", "PID-39|"}, []string{"", "PID-3", "PID-|x", "PID-03|x", "PID-123|x", "pid-3|x", "PV1-3|x", "PID-3.1|x"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, s := range tt.good {
				if e := tt.check(s); e != nil {
					t.Errorf("%q is refused: %v", s, e)
				}
			}
			for _, s := range tt.bad {
				e := tt.check(s)
				if e == nil {
					t.Errorf("%q is accepted", s)
				} else if e.Type == "" || e.Expected == "" || e.Why.EN == "" || e.Why.FR == "" || e.Value != s {
					t.Errorf("%q is refused without saying why: %+v", s, e)
				}
			}
		})
	}
}

func TestPlainness(t *testing.T) {
	for s, want := range map[string]bool{"0": true, "42": true, "042": false, "+42": false, " 42": false} {
		if size, plain, e := checkSize(s); e != nil || plain != want || size != 42 && s != "0" {
			t.Errorf("size %q: %d %v %v", s, size, plain, e)
		}
	}
	for s, want := range map[string]bool{"text/xml": true, "text/XML": false, "text/xml;charset=utf-8": false} {
		if canonical, plain, e := checkMIME(s); e != nil || plain != want || canonical != "text/xml" {
			t.Errorf("MIME type %q: %s %v %v", s, canonical, plain, e)
		}
	}
	for s, want := range map[string]bool{"urn:example:x": true, "urn:x": false, "urn:e:": false, "example": false, "urn:-a:b": false, "urn:a b:c": false} {
		if isURN(s) != want {
			t.Errorf("isURN(%q) is %v", s, !want)
		}
	}
}

func TestPadTime(t *testing.T) {
	for s, want := range map[string]string{"": "", "2026": "20260101000000", "202611": "20261101000000", "20261122": "20261122000000",
		"2026112218": "20261122180000", "202611221830": "20261122183000", "20261122183059": "20261122183059"} {
		if got := PadTime(s); got != want {
			t.Errorf("PadTime(%q) is %q, want %q", s, got, want)
		}
	}
}

// TestCXIsReadAsItIsWritten holds ParseCX and CX.String to each other.
func TestCXIsReadAsItIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := CX{
			ID:        rapid.StringMatching(`[A-Za-z0-9é./-]{1,20}`).Draw(t, "id"),
			Authority: rapid.StringMatching(`2(\.(0|[1-9][0-9]{0,5})){1,8}`).Draw(t, "authority"),
		}
		got, err := ParseCX(want.String())
		if err != nil || got != want {
			t.Fatalf("%v is read as %v: %v", want, got, err)
		}
	})
}

// TestOIDAgreesWithItsGrammar holds checkOID to a second reading of the same rules.
func TestOIDAgreesWithItsGrammar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[0-3.]{0,12}`).Draw(t, "oid")
		arcs := strings.Split(s, ".")
		good := len(arcs) >= 2 && len(arcs[0]) == 1 && arcs[0] <= "2"
		for i, a := range arcs {
			good = good && a != "" && (a == "0" || a[0] != '0')
			good = good && (i != 1 || arcs[0] == "2" || len(a) < 2 || len(a) == 2 && a < "40")
		}
		if e := checkOID(s); (e == nil) != good {
			t.Fatalf("%q: want good %v, got %v", s, good, e)
		}
	})
}
