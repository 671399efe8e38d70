package soap

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"liasse/internal/rule"
)

// ruleCase is a request that breaks one rule, over the wire.
type ruleCase struct {
	rule string
	// name tells cases of one rule apart.
	name string
	// method is POST when empty.
	method, contentType, body string
	headers                   []string
	// status and codes are those of the answer when the rule is an error.
	status int
	codes  string
	change func(*Config)
}

const unknownBlock = `<z:Odd xmlns:z="urn:z" s:mustUnderstand="true"/>`

// ruleCases has a failing example for every rule of the package.
func ruleCases() []ruleCase {
	find, store := envelope(headerFor(findAction), findBody), envelope(headerFor(storeAction), storeBody(includeOf("one@test")))
	one := wirePart("one@test", "hello")
	simple := func(id, header, body string, codes string) ruleCase {
		return ruleCase{rule: id, contentType: simpleType, body: envelope(header, body), status: 400, codes: codes}
	}
	multi := func(id, body, codes string) ruleCase {
		return ruleCase{rule: id, contentType: mtomType, body: body, status: 400, codes: codes}
	}
	typed := func(id, contentType, body string, status int) ruleCase {
		return ruleCase{rule: id, contentType: contentType, body: body, status: status}
	}
	included := func(id, include, codes string) ruleCase {
		return multi(id, mtom(envelope(headerFor(storeAction), storeBody(include)), one), codes)
	}
	address := func(id, header, codes string) ruleCase { return simple(id, header, findBody, codes) }
	const action = `<a:Action s:mustUnderstand="true">` + findAction + `</a:Action>`
	const replyTo = `<a:ReplyTo><a:Address>` + AnonymousAddress + `</a:Address></a:ReplyTo>`
	const messageID = `<a:MessageID>urn:uuid:1</a:MessageID>`
	cases := []ruleCase{
		{rule: "HTTP-001", method: http.MethodPut, contentType: simpleType, body: find, status: 405},
		typed("HTTP-002", "application/json", "{}", 415),
		{rule: "HTTP-002", name: "no type", body: find, status: 415},
		{rule: "HTTP-002", name: "SOAP 1.2 as text/xml", contentType: "text/xml; charset=utf-8", body: find, status: 415},
		typed("HTTP-003", `multipart/related; boundary=a; boundary=b`, storeMessage(), 400),
		{rule: "HTTP-003", name: "two types", contentType: simpleType, headers: []string{"Content-Type: text/xml"}, body: find, status: 400},
		{rule: "HTTP-004", contentType: simpleType, body: find, headers: []string{"Content-Encoding: gzip"}, status: 415},
		{rule: "HTTP-005", contentType: simpleType, body: find, status: 413, change: func(c *Config) { c.Limits.Request = 100 }},
		{rule: "HTTP-006", contentType: simpleType, body: find, headers: many("X-Odd: 1", 201), status: 431},
		typed("HTTP-009", `multipart/related; type="application/xop+xml"; boundary=b; start=<root@test>; start-info="application/soap+xml"`, storeMessage(), 400),
		typed("HTTP-010", mtomType+";", storeMessage(), 400),
		typed("HTTP-011", `application/soap+xml; charset = utf-8`, find, 400),
		typed("HTTP-012", `application/soap+xml; charset=utf-8"`, find, 400),
		typed("HTTP-013", `application/soap+xml; charset=utf-16`, find, 415),

		typed("XML-001", simpleType, `<a><b></a>`, 400),
		{rule: "XML-001", name: "nothing", contentType: simpleType, body: "", status: 400},
		simple("XML-002", headerFor(findAction), `<u:Find/>`, ""),
		typed("XML-003", simpleType, `<?xml version="1.0" encoding="ISO-8859-1"?>`+find, 400),
		typed("XML-004", simpleType, `<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>`+find, 400),
		simple("XML-005", headerFor(findAction), `<?odd?>`+findBody, ""),
		simple("XML-006", headerFor(findAction), strings.Repeat("<a>", 70)+strings.Repeat("</a>", 70), ""),
		simple("XML-007", headerFor(findAction), "<Find xmlns='urn:test'>"+strings.Repeat(" ", 5<<20)+"</Find>", ""),

		{rule: "SOAP-001", contentType: "text/xml; charset=utf-8", body: strings.ReplaceAll(find, EnvelopeNamespace, Envelope11Namespace), status: 500, codes: "VersionMismatch"},
		{rule: "SOAP-002", contentType: simpleType, body: strings.ReplaceAll(find, EnvelopeNamespace, "urn:other"), status: 500, codes: "VersionMismatch"},
		typed("SOAP-003", simpleType, findBody, 400),
		typed("SOAP-004", simpleType, `<s:Envelope xmlns:s="`+EnvelopeNamespace+`"><s:Body>`+findBody+`</s:Body><s:Header/></s:Envelope>`, 400),
		simple("SOAP-005", headerFor(findAction)+"odd", findBody, ""),
		simple("SOAP-006", headerFor(findAction), findBody+findBody, ""),
		typed("SOAP-007", simpleType, strings.Replace(find, "<s:Body>", `<s:Body s:encodingStyle="urn:x">`, 1), 400),
		simple("SOAP-008", headerFor(findAction)+`<odd/>`, findBody, ""),
		simple("SOAP-009", headerFor(findAction)+`<z:Odd xmlns:z="urn:z" s:mustUnderstand="perhaps"/>`, findBody, ""),
		{rule: "SOAP-010", contentType: simpleType, body: envelope(headerFor(findAction)+unknownBlock, findBody), status: 500, codes: "MustUnderstand"},
		{rule: "SOAP-011", contentType: simpleType, body: envelope(headerFor(findAction)+`<w:Security xmlns:w="`+SecurityNamespace+`" s:mustUnderstand="1"/>`, findBody), status: 500, codes: "MustUnderstand"},
		simple("SOAP-012", headerFor(findAction)+strings.Repeat(`<w:Security xmlns:w="`+SecurityNamespace+`"/>`, 2), findBody, "Sender/InvalidSecurity"),
		simple("SOAP-020", headerFor(storeAction), storeBody("aGVsbG8="), "Sender"),
		multi("SOAP-021", mtom(find), "Sender"),

		address("WSA-001", messageID+replyTo, "Sender/MessageAddressingHeaderRequired"),
		address("WSA-002", headerFor(findAction)+action, "Sender/InvalidAddressingHeader/InvalidCardinality"),
		address("WSA-003", headerFor("urn:test:Other"), "Sender/ActionNotSupported"),
		address("WSA-004", headerFor(storeAction), "Sender/InvalidAddressingHeader/ActionMismatch"),
		{rule: "WSA-005", contentType: simpleType + `; action="` + storeAction + `"`, body: find, status: 400, codes: "Sender/InvalidAddressingHeader/ActionMismatch"},
		{rule: "WSA-005", name: "SOAPAction", contentType: simpleType, headers: []string{`SOAPAction: "` + storeAction + `"`}, body: find, status: 400, codes: "Sender/InvalidAddressingHeader/ActionMismatch"},
		address("WSA-006", action+replyTo, "Sender/MessageAddressingHeaderRequired"),
		address("WSA-007", action+messageID+`<a:ReplyTo><a:Address>http://169.254.169.254/</a:Address></a:ReplyTo>`, "Sender/InvalidAddressingHeader/OnlyAnonymousAddressSupported"),
		address("WSA-008", action+messageID+`<a:ReplyTo/>`, "Sender/InvalidAddressingHeader/MissingAddressInEPR"),
		address("WSA-009", action+messageID, "Sender/MessageAddressingHeaderRequired"),
		address("WSA-010", strings.Replace(headerFor(findAction), ` s:mustUnderstand="true"`, "", 1), "Sender"),
		address("WSA-011", strings.Replace(headerFor(findAction), findAction, "\n "+findAction+"\n", 1), "Sender/InvalidAddressingHeader"),
		address("WSA-012", headerFor(findAction)+`<a:To/>`, "Sender/InvalidAddressingHeader"),
		{rule: "WSA-013", contentType: simpleType, body: envelope(headerFor(findAction)+`<a:To>http://elsewhere/</a:To>`, findBody), status: 400, codes: "Sender/DestinationUnreachable",
			change: func(c *Config) { c.Endpoints = []string{"http://here/"} }},
		address("WSA-014", headerFor(findAction)+`<o:To xmlns:o="http://schemas.xmlsoap.org/ws/2004/08/addressing">http://here/</o:To>`, "Sender/InvalidAddressingHeader"),
		address("WSA-015", action+replyTo+`<a:MessageID>7</a:MessageID>`, "Sender/InvalidAddressingHeader"),
		address("WSA-016", action+replyTo+`<a:MessageID>urn:`+strings.Repeat("x", 1<<19)+`</a:MessageID>`, "Sender/InvalidAddressingHeader"),
		address("WSA-017", action+replyTo+`<a:MessageID>urn:uuid<!-- -->:1</a:MessageID>`, "Sender/InvalidAddressingHeader"),

		typed("MTOM-001", strings.Replace(mtomType, `"b"`, `"`+strings.Repeat("b", 71)+`"`, 1), storeMessage(), 400),
		typed("MTOM-002", strings.Replace(mtomType, `"b"`, `"{b}"`, 1), strings.ReplaceAll(storeMessage(), "--b", "--{b}"), 400),
		multi("MTOM-003", "--c\r\n\r\n--c--\r\n", ""),
		multi("MTOM-004", strings.TrimSuffix(storeMessage(), "--b--\r\n"), ""),
		multi("MTOM-005", strings.ReplaceAll(storeMessage(), "\r\n", "\n"), ""),
		multi("MTOM-006", strings.Replace(storeMessage(), "\r\n", "\n", 1), ""),
		multi("MTOM-007", strings.Replace(storeMessage(), "Content-ID: <one", "Content-ID : <one", 1), ""),
		multi("MTOM-008", strings.Replace(storeMessage(), "Content-ID: <one", "Content-ID:\r\n <one", 1), ""),
		multi("MTOM-009", "This is MIME.\r\n"+storeMessage(), ""),
		multi("MTOM-010", storeMessage()+"That was MIME.", ""),
		{rule: "MTOM-011", contentType: mtomType, body: storeMessage(), status: 400, change: func(c *Config) { c.Limits.Parts = 1 }},
		typed("MTOM-012", strings.Replace(mtomType, `type="application/xop+xml"; `, "", 1), storeMessage(), 415),
		typed("MTOM-013", strings.Replace(mtomType, `start-info="application/soap+xml"`, `start-info="text/xml"`, 1), storeMessage(), 415),
		typed("MTOM-014", strings.Replace(mtomType, `"<root@test>"`, `"root@test"`, 1), storeMessage(), 400),
		typed("MTOM-015", strings.Replace(mtomType, `<root@test>`, `<roottest>`, 1), storeMessage(), 400),
		{rule: "MTOM-016", contentType: mtomType, body: strings.Replace(storeMessage(), "application/xop+xml", "text/xml", 1), status: 415},
		{rule: "MTOM-017", contentType: mtomType, body: strings.Replace(storeMessage(), "application/xop+xml", "text/html", 1), status: 415},
		multi("MTOM-018", strings.Replace(storeMessage(), "<one@test>", "one@test", 1), ""),
		multi("MTOM-019", strings.Replace(storeMessage(), "Content-ID: <root@test>\r\n", "", 1), ""),
		multi("MTOM-020", mtom(store, one, one), "Sender"),
		multi("MTOM-021", mtom(store, one, wirePart("", "x")), "Sender"),
		{rule: "MTOM-022", contentType: mtomType, body: mtom(store, wirePart("one@test", "aGVsbG8=", "Content-Transfer-Encoding: base64")), status: 415},
		{rule: "MTOM-023", contentType: mtomType, body: mtom(store, wirePart("one@test", "h=65llo", "Content-Transfer-Encoding: quoted-printable")), status: 415},
		{rule: "MTOM-024", contentType: mtomType, body: mtom(store, wirePart("one@test", "hello", "Content-Transfer-Encoding: x-uuencode")), status: 415},
		{rule: "MTOM-025", contentType: mtomType, body: mtom(store, wirePart("one@test", "hello", "Content-Encoding: gzip")), status: 415},
		multi("MTOM-026", mtom(store, one, wirePart("two@test", "x")), "Sender"),
		included("MTOM-027", includeOf("one@test")+"AAAA", "Sender"),
		included("MTOM-028", " "+includeOf("one@test")+"\n", "Sender"),
		multi("MTOM-029", mtom(envelope(headerFor(storeAction)+`<z:Odd xmlns:z="urn:z"><x:Include xmlns:x="`+IncludeNamespace+`" href="cid:one@test"/></z:Odd>`, storeBody(includeOf("one@test"))), one), "Sender"),
		multi("MTOM-030", mtom(envelope(headerFor(storeAction), strings.ReplaceAll(storeBody(includeOf("one@test")), "t:Document", "t:Value")), one), "Sender"),
		included("MTOM-031", `<x:Include href="http://127.0.0.1:1/secret"/>`, "Sender"),
		included("MTOM-032", `<x:Include href="CID:one@test"/>`, "Sender"),
		included("MTOM-033", includeOf("one%4"), "Sender"),
		multi("MTOM-034", mtom(envelope(headerFor(storeAction), storeBody(includeOf("one%40test"))), wirePart("one%40test", "hello")), "Sender"),
		multi("MTOM-035", mtom(envelope(headerFor(storeAction), storeBody(includeOf("one@test"), includeOf("one@test"))), one), "Sender"),
		included("MTOM-036", `<x:Include href="cid:one@test" odd="1"/>`, "Sender"),
		simple("MTOM-037", headerFor(storeAction), storeBody(includeOf("one@test")), "Sender"),
		included("MTOM-038", "AAA-", "Sender"),
		multi("MTOM-039", mtom(envelope(headerFor(storeAction), storeBody("aGVsbG8"))), "Sender"),
		{rule: "MTOM-040", contentType: mtomType, body: storeMessage(), status: 413, change: func(c *Config) { c.Limits.Document = 4 }},
		multi("MTOM-041", mtom(envelope(headerFor(storeAction), storeBody("aGVs<!-- -->bG8="))), "Sender"),
	}
	for i := range cases {
		if cases[i].codes == "" && cases[i].status == 400 && isFaultRule(cases[i].rule) {
			cases[i].codes = "Sender"
		}
	}
	return cases
}

func isFaultRule(id string) bool { return !strings.ContainsAny(rule.Lookup(id).Code[:1], "0123456789") }

func many(s string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = s
	}
	return all
}

// Each rule, set to error, refuses its example with the standard's answer, and nothing reaches the log but the rule; a rule
// that tolerates by default lets its example pass with one warning.
func TestRules(t *testing.T) {
	for _, c := range ruleCases() {
		t.Run(c.rule+c.name, func(t *testing.T) {
			e := serve(t, func(cfg *Config) {
				cfg.Rules = policy(t, rule.Error, c.rule)
				if c.change != nil {
					c.change(cfg)
				}
			})
			a := e.send(t, or(c.method, http.MethodPost), c.contentType, strings.NewReader(c.body), c.headers...)
			codes, rules := a.fault()
			if a.status != c.status || codes != c.codes || !slices.Contains(rules, c.rule) {
				t.Fatalf("answer %d, fault %q, rules %q; want %d, %q\n%s", a.status, codes, rules, c.status, c.codes, a.body)
			}
			if len(rules) != 1 && c.rule != "WSA-003" && c.rule != "SOAP-004" {
				t.Errorf("rules %q broke where one should", rules)
			}
			severity := rule.Lookup(c.rule).Severity
			if severity == rule.Error {
				return
			}
			tolerant := serve(t, c.change)
			a = tolerant.send(t, or(c.method, http.MethodPost), c.contentType, strings.NewReader(c.body), c.headers...)
			if a.status != 200 || tolerant.calls() != 1 {
				t.Fatalf("tolerated by default, but answered %d\n%s", a.status, a.body)
			}
			deadline := time.Now().Add(5 * time.Second)
			for len(tolerant.infos()) == 0 && time.Now().Before(deadline) {
				time.Sleep(time.Millisecond)
			}
			findings := tolerant.infos()[0].Findings
			if told := findings.Has(rule.Lookup(c.rule)); told != (severity == rule.Warning) {
				t.Errorf("the rule is %s, the findings %v", severity, findings)
			}
		})
	}
}

// Every rule of this package has an example above, or one of its own where it needs time or a broken connection.
func TestEveryRuleHasAnExample(t *testing.T) {
	covered := map[string]bool{
		"HTTP-007": true, // TestSlowClients
		"HTTP-008": true, // TestSmuggling
	}
	for _, c := range ruleCases() {
		covered[c.rule] = true
	}
	for _, r := range rule.All() {
		area, _, _ := strings.Cut(r.ID, "-")
		if slices.Contains([]string{"HTTP", "XML", "MTOM", "SOAP", "WSA"}, area) && !covered[r.ID] {
			t.Errorf("%s has no failing example", r.ID)
		}
	}
}

// The messages that the examples are made from break no rule, not even one set to error.
func TestPassingExamples(t *testing.T) {
	all := []string{}
	for _, r := range rule.All() {
		all = append(all, r.ID)
	}
	e := serve(t, func(c *Config) { c.Rules = policy(t, rule.Error, all...) })
	for name, a := range map[string]answer{
		"simple": e.post(t, simpleType, envelope(headerFor(findAction), findBody)),
		"MTOM":   e.post(t, mtomType, storeMessage()),
		"inline": e.post(t, mtomType, mtom(envelope(headerFor(storeAction), storeBody("aGVsbG8=")))),
		"all options": e.post(t, simpleType+`; action="`+findAction+`"`, envelope(headerFor(findAction)+`<a:To>`+e.url+`</a:To><a:From><a:Address>urn:me</a:Address></a:From>`+
			`<z:Odd xmlns:z="urn:z" s:mustUnderstand="false"/><z:Other xmlns:z="urn:z" s:mustUnderstand="true" s:role="urn:other"/>`, findBody), `SOAPAction: "`+findAction+`"`),
	} {
		if a.status != 200 {
			t.Errorf("%s: %d\n%s", name, a.status, a.body)
		}
	}
	deadline := time.Now().Add(5 * time.Second)
	for len(e.infos()) < 4 && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
	}
	for _, info := range e.infos() {
		if len(info.Findings) > 0 {
			t.Errorf("%s: %v", info.Transaction, info.Findings[0].Sentence("en"))
		}
	}
}

// The sentences are complete in both languages.
func TestSentences(t *testing.T) {
	for _, r := range rule.All() {
		f := rule.Finding{Rule: r, Found: "x\r\ny", Expected: "z"}
		for _, lang := range []string{"en", "fr"} {
			if s := f.Sentence(lang); strings.ContainsAny(s, "\r\n") || !strings.HasPrefix(s, fmt.Sprintf("[%s] ", r.ID)) {
				t.Errorf("%s: %q", lang, s)
			}
		}
	}
}
