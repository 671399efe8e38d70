package conformance

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// scripted is a registry that answers from a script, whatever it is asked; what matches no line of it gets an empty
// query answer.
type scripted []struct{ when, answer string }

func (s scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answer := queryAnswer("Success", "", "")
	for _, line := range s {
		if strings.Contains(string(body), line.when) {
			answer = line.answer
			break
		}
	}
	w.Header().Set("Content-Type", "application/soap+xml; charset=UTF-8")
	if strings.Contains(answer, "Fault>") {
		w.WriteHeader(http.StatusBadRequest)
	}
	if _, err := io.WriteString(w, answer); err != nil {
		panic(err)
	}
}

func soapMessage(body string) string {
	return `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:r="urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0" xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0">` +
		`<s:Body>` + body + `</s:Body></s:Envelope>`
}

func registryErrors(code, context string) string {
	if code == "" {
		return ""
	}
	return fmt.Sprintf(`<r:RegistryErrorList><r:RegistryError errorCode=%q codeContext=%q severity="urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error"/></r:RegistryErrorList>`, code, context)
}

func queryAnswer(status, code, objects string) string {
	return soapMessage(`<q:AdhocQueryResponse xmlns:q="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0" status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:` + status + `">` +
		registryErrors(code, "because") + `<RegistryObjectList>` + objects + `</RegistryObjectList></q:AdhocQueryResponse>`)
}

func registerAnswer(status, code, context string) string {
	return soapMessage(`<r:RegistryResponse status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:` + status + `">` + registryErrors(code, context) + `</r:RegistryResponse>`)
}

const faultAnswer = `<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text xml:lang="en">no</s:Text></s:Reason></s:Fault>`

// TestRunner runs one check against scripted answers and looks at the verdict: what is wrong must be noticed, and what
// cannot be judged must not be called a failure.
func TestRunner(t *testing.T) {
	const stored = "e8e3cb2c-e39c-46b9-99e4-c12f57260b83" // the look after a lot
	ref := `<ObjectRef id="urn:uuid:00000000-0000-4000-8000-000000000001"/>`
	lot := "SubmitObjectsRequest"
	feed := "PRPA_IN201301UV02"
	for _, c := range []struct {
		name, check string
		server      scripted
		want        Status
		says        string
	}{
		{"accepted and there", "register: {}, expect: success", scripted{{lot, registerAnswer("Success", "", "")}, {stored, queryAnswer("Success", "", ref)}}, Passed, ""},
		{"accepted and not there", "register: {}, expect: success", scripted{{lot, registerAnswer("Success", "", "")}}, Failed, "the submission set"},
		{"refused and not there", "register: {}, expect: XDSRegistryMetadataError", scripted{{lot, registerAnswer("Failure", "XDSRegistryMetadataError", "x")}}, Passed, ""},
		{"refused and there", "register: {}, expect: XDSRegistryMetadataError", scripted{{lot, registerAnswer("Failure", "XDSRegistryMetadataError", "x")}, {stored, queryAnswer("Success", "", ref)}}, Failed, "nothing stored"},
		{"refused with another code", "register: {}, expect: XDSUnknownPatientId", scripted{{lot, registerAnswer("Failure", "XDSRegistryMetadataError", "x")}}, Failed, "XDSUnknownPatientId"},
		{"either code", "register: {}, expect: XDSUnknownPatientId|XDSRegistryMetadataError", scripted{{lot, registerAnswer("Failure", "XDSRegistryMetadataError", "x")}}, Passed, ""},
		{"accepted where it should not", "register: {}, expect: XDSRegistryMetadataError", scripted{{lot, registerAnswer("Success", "", "")}}, Failed, "failure"},
		{"success with errors", "register: {}, expect: success", scripted{{lot, registerAnswer("Success", "XDSRegistryError", "x")}}, Failed, "no error beside Success"},
		{"failure without errors", "register: {}, expect: {response: failure}", scripted{{lot, registerAnswer("Failure", "", "")}}, Failed, "an error beside Failure"},
		{"no codeContext", "register: {}, expect: XDSRegistryError", scripted{{lot, registerAnswer("Failure", "XDSRegistryError", "")}}, Failed, "codeContext"},
		{"codeContext does not name", "register: {}, expect: {errors: [XDSRegistryError], codeContext: [essai]}", scripted{{lot, registerAnswer("Failure", "XDSRegistryError", "x")}}, Failed, "contains essai"},
		{"a fault for a failure", "register: {}, expect: XDSRegistryError", scripted{{lot, soapMessage(faultAnswer)}}, Failed, "failure"},
		{"a fault is a refusal", "register: {}, expect: {response: refused}", scripted{{lot, soapMessage(faultAnswer)}}, Passed, ""},
		{"the fault's code", "register: {}, expect: {fault: MustUnderstand}", scripted{{lot, soapMessage(faultAnswer)}}, Failed, "MustUnderstand"},
		{"not XML", "register: {}, expect: success", scripted{{lot, "<a"}}, Failed, "a SOAP message"},
		{"one of several", "register: {}, expect: {anyOf: [{errors: [XDSRegistryError]}, {response: fault}]}", scripted{{lot, soapMessage(faultAnswer)}}, Passed, ""},
		{"none of several", "register: {}, expect: {anyOf: [{errors: [XDSRegistryError]}, {response: success}]}", scripted{{lot, soapMessage(faultAnswer)}}, Failed, "one of several"},
		{"objects counted", "query: {name: GetDocuments}, expect: {count: {refs: 2}}", scripted{{"5c4f972b", queryAnswer("Success", "", ref)}}, Failed, "number of refs"},
		{"exact objects", `query: {name: GetDocuments}, expect: {refs: ["urn:uuid:00000000-0000-4000-8000-000000000001"]}`, scripted{{"5c4f972b", queryAnswer("Success", "", ref)}}, Passed, ""},
		{"one object too many", `query: {name: GetDocuments}, expect: {refs: []}`, scripted{{"5c4f972b", queryAnswer("Success", "", ref)}}, Failed, "exactly []"},
		{"a value", `query: {name: GetDocuments}, expect: {values: [{at: "//rim:ObjectRef@id", matches: "^urn:uuid:"}]}`, scripted{{"5c4f972b", queryAnswer("Success", "", ref)}}, Passed, ""},
		{"another value", `query: {name: GetDocuments}, expect: {values: [{at: "//rim:ObjectRef@id", is: x}]}`, scripted{{"5c4f972b", queryAnswer("Success", "", ref)}}, Failed, "//rim:ObjectRef@id"},
		{"a value that is not there", `query: {name: GetDocuments}, expect: {values: [{at: "//rim:ObjectRef@home", is: x}]}`, scripted{{"5c4f972b", queryAnswer("Success", "", ref)}}, Failed, "a value"},
		{"objects beside a failure", "query: {name: GetDocuments}, expect: {response: failure}", scripted{{"5c4f972b", queryAnswer("Failure", "XDSRegistryError", ref)}}, Failed, "no objects beside Failure"},
		{"no RegistryObjectList", "query: {name: GetDocuments}, expect: success", scripted{{"5c4f972b", strings.ReplaceAll(queryAnswer("Success", "", ""), "<RegistryObjectList></RegistryObjectList>", "")}}, Failed, "a RegistryObjectList"},
		{"given refused", "given: [{register: {}}], query: {name: GetDocuments}, expect: success", scripted{{lot, registerAnswer("Failure", "XDSRegistryError", "x")}}, Blocked, "given 1"},
		{"needs something else", "needs: [mllp], query: {name: GetDocuments}, expect: success", nil, Skipped, "needs mllp"},
		{"for Liasse only", "only: liasse, query: {name: GetDocuments}, expect: success", nil, Skipped, "only Liasse"},
		{"an unknown variable", `query: {name: GetDocuments, params: {$x: "${rien}"}}, expect: success`, nil, Blocked, "${rien}"},
		{"a mutation that changes nothing", `query: {name: GetDocuments}, mutate: [{at: "//rim:Rien", remove: true}], expect: success`, nil, Blocked, "no such element"},
		{"feed refused", `feed: {add: "${cx:a}"}, expect: {ack: CE}`, scripted{{feed, soapMessage(`<MCCI_IN000002UV01 xmlns="urn:hl7-org:v3"><acknowledgement><typeCode code="CA"/></acknowledgement></MCCI_IN000002UV01>`)}}, Failed, "CE"},
	} {
		t.Run(c.name, func(t *testing.T) {
			result := runOne(t, c.check, c.server, Target{Server: "other", Patient: "1^^^&1.2.3&ISO"})
			if result.Status != c.want {
				t.Fatalf("%s, want %s: %s %+v", result.Status, c.want, result.Reason, result.Problems)
			}
			if said := result.Reason + fmt.Sprint(result.Problems); !strings.Contains(said, c.says) {
				t.Errorf("it says %s, which does not hold %q", said, c.says)
			}
		})
	}
}

func runOne(t *testing.T, check string, server scripted, target Target) Result {
	t.Helper()
	suites, err := Load(fstest.MapFS{"a.yaml": {Data: []byte("suite: a\ntitle: t\nsection: s\nchecks:\n - {id: A-001, title: t, " + check + "}\n")}})
	if err != nil {
		t.Fatal(err)
	}
	fake := httptest.NewServer(server)
	defer fake.Close()
	target.Registry = fake.URL
	report, err := Run(context.Background(), target, Options{Suites: suites})
	if err != nil {
		t.Fatal(err)
	}
	return report.Results[0]
}

// TestRules wants Liasse's rules judged when the server is Liasse, and only then.
func TestRules(t *testing.T) {
	server := scripted{{"5c4f972b", queryAnswer("Failure", "XDSRegistryError", "")}}
	server[0].answer = strings.Replace(server[0].answer, "because", "[XDS-SQ-011] because", 1)
	server[0].answer = strings.Replace(server[0].answer, "<s:Body>", `<s:Header><a:Action xmlns:a="http://www.w3.org/2005/08/addressing" s:mustUnderstand="1">urn:ihe:iti:2007:RegistryStoredQueryResponse</a:Action></s:Header><s:Body>`, 1)
	const check = `query: {name: GetDocuments}, mutate: [{at: "//wsa:MessageID", remove: true}], expect: {response: failure}, `
	for _, c := range []struct {
		server, rules string
		want          Status
	}{
		{"liasse", "violates: [XDS-SQ-011]", Passed},
		{"liasse", "violates: [XDS-SQ-012]", Failed},
		{"liasse", "satisfies: [XDS-SQ-012]", Passed},
		{"liasse", "satisfies: [XDS-SQ-011]", Failed},
		{"other", "violates: [XDS-SQ-012]", Passed},
	} {
		result := runOne(t, check+c.rules, server, Target{Server: c.server})
		if result.Status != c.want {
			t.Errorf("%s with %s: %s, want %s: %v", c.server, c.rules, result.Status, c.want, result.Problems)
		}
		if !slices.Equal(result.Rules, []string{"XDS-SQ-011"}) {
			t.Errorf("the rules seen are %v", result.Rules)
		}
	}
}
