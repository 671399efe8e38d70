package registry_test

import (
	"bytes"
	"context"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"liasse/registry"
	"liasse/schemas"
	"liasse/soap"
)

// feedII is an HL7 v3 instance identifier.
type feedII struct{ root, extension string }

func (c feedII) xml() string { return `<id root="` + c.root + `" extension="` + c.extension + `"/>` }

// feedRegistration is a message of ITI-44 with a body inside of registrationEvent.
func feedRegistration(interaction, event string) string {
	number := interaction[len("PRPA_IN"):]
	return `<` + interaction + ` xmlns="urn:hl7-org:v3" ITSVersion="XML_1.0"><id root="2.25.1001" extension="m1"/><creationTime value="20260112083000"/>` +
		`<interactionId root="2.16.840.1.113883.1.6" extension="` + interaction + `"/><processingCode code="T"/><processingModeCode code="T"/><acceptAckCode code="AL"/>` +
		`<receiver typeCode="RCV"><device classCode="DEV" determinerCode="INSTANCE"><id root="1.2.3.100"/></device></receiver>` +
		`<sender typeCode="SND"><device classCode="DEV" determinerCode="INSTANCE"><id root="1.2.3.200" extension="é&amp;"/></device></sender>` +
		`<controlActProcess classCode="CACT" moodCode="EVN"><code code="PRPA_TE` + number + `" codeSystem="2.16.840.1.113883.1.6"/>` +
		`<subject typeCode="SUBJ"><registrationEvent classCode="REG" moodCode="EVN"><statusCode code="active"/>` + event +
		`</registrationEvent></subject></controlActProcess></` + interaction + `>`
}

const feedCustodian = `<custodian typeCode="CST"><assignedEntity classCode="ASSIGNED"><id root="1.2.3.300"/></assignedEntity></custodian>`

func feedPatient(ids string) string {
	return `<subject1 typeCode="SBJ"><patient classCode="PAT">` + ids + `<statusCode code="active"/></patient></subject1>` + feedCustodian
}

func feedAdded(id feedII) string { return feedRegistration("PRPA_IN201301UV02", feedPatient(id.xml())) }

func feedMerged(feedSurvivor, subsumed feedII) string {
	return feedRegistration("PRPA_IN201304UV02", feedPatient(feedSurvivor.xml())+`<replacementOf typeCode="RPLC"><priorRegistration classCode="REG" moodCode="EVN">`+
		`<statusCode code="obsolete"/><subject1 typeCode="SBJ"><priorRegisteredRole classCode="PAT">`+subsumed.xml()+`</priorRegisteredRole></subject1></priorRegistration></replacementOf>`)
}

// feedTold is an acknowledgement of ITI-44 taken apart.
type feedTold struct {
	raw, code string
	rules     []string // named in the details, in order
	codes     []string
}

// feedTell sends a message over HTTP and holds the answer to the schema.
func feedTell(t *testing.T, r *registry.Registry, message string) feedTold {
	t.Helper()
	server := httptest.NewServer(soap.NewHandler(soap.Config{}, registry.FeedTransactions(r)...))
	defer server.Close()
	name := message[1:strings.IndexByte(message, ' ')]
	reply, err := new(soap.Client).Call(context.Background(), server.URL, soap.Message{Action: "urn:hl7-org:v3:" + name, Body: bytes.NewReader([]byte(message))})
	if err != nil {
		t.Fatal(err)
	}
	if reply.Header.Action != "urn:hl7-org:v3:MCCI_IN000002UV01" {
		t.Errorf("the action is %s", reply.Header.Action)
	}
	v, err := schemas.New()
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if violations, err := v.Validate(reply.Envelope.Source(), schemas.Message); err != nil || len(violations) > 0 {
		t.Errorf("%v, %v: %s", violations, err, reply.Body.Raw())
	}
	ack := reply.Body.Child(registry.NamespaceHL7, "acknowledgement")
	said := feedTold{raw: string(reply.Body.Raw()), code: ack.Child(registry.NamespaceHL7, "typeCode").AttrValue("", "code")}
	for detail := range ack.Children(registry.NamespaceHL7, "acknowledgementDetail") {
		text := detail.Child(registry.NamespaceHL7, "text").Text()
		said.codes = append(said.codes, detail.Child(registry.NamespaceHL7, "code").AttrValue("", "code"))
		if id, _, ok := strings.Cut(strings.TrimPrefix(text, "["), "]"); ok {
			said.rules = append(said.rules, id)
		}
	}
	return said
}

var (
	feedOne   = feedII{feedAuthority, "1"}
	feedTwo   = feedII{feedAuthority, "2"}
	feedThree = feedII{feedAuthority, "3"}
	feedNine  = feedII{feedAuthority, "9"}
	feedOther = feedII{feedForeign, "7"}
)

// feedRegistrationCases break one rule each, on a registry that knows 1, 2 and 3 and has merged 3 into 2.
var feedRegistrationCases = []struct {
	name, message, old, new string
	rule, answer, code      string
}{
	{"an unknown processing code", feedAdded(feedOne), `processingCode code="T"`, `processingCode code="X"`, "PIX-005", "CR", "202"},
	{"no patient id", feedAdded(feedOne), feedOne.xml(), ``, "PIX-008", "CE", "101"},
	{"no prior id", feedMerged(feedOne, feedTwo), feedTwo.xml(), ``, "PIX-010", "CE", "101"},
	{"an id without extension", feedAdded(feedOne), ` extension="1"`, ``, "PIX-011", "CE", "102"},
	{"another authority", feedAdded(feedOther), ``, ``, "PIX-012", "CA", "204"},
	{"a merged identifier", feedAdded(feedThree), ``, ``, "PIX-013", "CE", "205"},
	{"a merge in another domain", feedMerged(feedOther, feedII{feedForeign, "8"}), ``, ``, "PIX-014", "CE", "204"},
	{"a merge of one", feedMerged(feedOne, feedOne), ``, ``, "PIX-015", "CE", "205"},
	{"a merge of a stranger", feedMerged(feedOne, feedNine), ``, ``, "PIX-016", "CE", "204"},
	{"a merge into a stranger", feedMerged(feedNine, feedOne), ``, ``, "PIX-017", "CE", "204"},
	{"a merge done before", feedMerged(feedOne, feedThree), ``, ``, "PIX-018", "CE", "205"},
	{"a merge into a merged one", feedMerged(feedThree, feedOne), ``, ``, "PIX-019", "CE", "205"},
	{"no id", feedAdded(feedOne), `<id root="2.25.1001" extension="m1"/>`, ``, "PIX-021", "CE", "101"},
	{"another interaction", feedAdded(feedOne), `extension="PRPA_IN201301UV02"`, `extension="PRPA_IN201302UV02"`, "PIX-022", "CR", "200"},
	{"no processing mode", feedAdded(feedOne), `<processingModeCode code="T"/>`, ``, "PIX-023", "CR", "202"},
	{"no acknowledgement wanted", feedAdded(feedOne), `acceptAckCode code="AL"`, `acceptAckCode code="NE"`, "PIX-024", "CA", "101"},
	{"two receivers", feedAdded(feedOne), `<receiver`, `<receiver/><receiver`, "PIX-025", "CE", "100"},
	{"no receiver", feedAdded(feedOne), `<receiver typeCode="RCV"><device classCode="DEV" determinerCode="INSTANCE"><id root="1.2.3.100"/></device></receiver>`, ``, "PIX-025", "CE", "100"},
	{"no sender", feedAdded(feedOne), `<id root="1.2.3.200" extension="é&amp;"/>`, ``, "PIX-026", "CE", "101"},
	{"another trigger", feedAdded(feedOne), `code="PRPA_TE201301UV02"`, `code="PRPA_TE201302UV02"`, "PIX-027", "CA", "201"},
	{"no patient", feedAdded(feedOne), `<patient classCode="PAT">` + feedOne.xml() + `<statusCode code="active"/></patient>`, ``, "PIX-028", "CE", "100"},
	{"no control act", feedAdded(feedOne), `controlActProcess classCode="CACT"`, `controlActProcess xmlns="urn:x" classCode="CACT"`, "PIX-028", "CE", "100"},
	{"an event that is over", feedAdded(feedOne), `<statusCode code="active"/><subject1`, `<statusCode code="completed"/><subject1`, "PIX-029", "CE", "103"},
	{"a merge that replaces nothing", feedMerged(feedOne, feedTwo), `replacementOf typeCode="RPLC"`, `definition typeCode="RPLC"`, "PIX-030", "CE", "100"},
	{"a merge that replaces twice", feedMerged(feedOne, feedTwo), `<replacementOf`, `<replacementOf><priorRegistration/></replacementOf><replacementOf`, "PIX-030", "CE", "100"},
	{"a replaced registration that is active", feedMerged(feedOne, feedTwo), `"obsolete"`, `"active"`, "PIX-031", "CE", "103"},
	{"two prior ids", feedMerged(feedOne, feedTwo), feedTwo.xml(), feedTwo.xml() + feedNine.xml(), "PIX-032", "CE", "101"},
}

func TestRegistrationRules(t *testing.T) {
	r, store := newFeedRegistry(t, nil)
	feedKnown(t, r)
	for _, c := range feedRegistrationCases {
		t.Run(c.name, func(t *testing.T) {
			message := c.message
			if c.old != "" {
				if !strings.Contains(message, c.old) {
					t.Fatalf("the message has no %s", c.old)
				}
				message = strings.Replace(message, c.old, c.new, 1)
				if c.name == "no control act" {
					message = strings.Replace(message, `<code code="PRPA_TE`, `<code xmlns="urn:hl7-org:v3" code="PRPA_TE`, 1)
				}
				if c.name == "a merge that replaces nothing" {
					message = strings.Replace(message, `</replacementOf>`, `</definition>`, 1)
				}
			}
			said := feedTell(t, r, message)
			if said.code != c.answer || !slices.Contains(said.rules, c.rule) || said.codes[slices.Index(said.rules, c.rule)] != c.code {
				t.Errorf("%s %v %v: %s", said.code, said.rules, said.codes, said.raw)
			}
			if len(said.rules) != 1 && c.name != "no control act" {
				t.Errorf("other rules too: %v", said.rules)
			}
		})
	}
	for id, want := range map[string]string{"1": feedCX("1"), "2": feedCX("2"), "3": feedCX("2"), "7": "", "9": ""} {
		if got := feedSurvivor(t, store, feedCX(id)); got != want {
			t.Errorf("%s is known as %q", id, got)
		}
	}
}

func TestRegistrationAccepted(t *testing.T) {
	r, store := newFeedRegistry(t, nil)
	for _, c := range []struct {
		name, message string
		id, shown     string
	}{
		{"an addition", feedAdded(feedOne), "1", feedCX("1")},
		{"the same again", feedAdded(feedOne), "1", feedCX("1")},
		{"another", feedRegistration("PRPA_IN201301UV02", feedPatient(feedOther.xml()+feedTwo.xml())), "2", feedCX("2")},
		{"a revision", feedRegistration("PRPA_IN201302UV02", feedPatient(feedNine.xml())), "9", ""},
		{"a merge", feedMerged(feedOne, feedTwo), "2", feedCX("1")},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, err := schemas.New()
			if err != nil {
				t.Fatal(err)
			}
			defer v.Close()
			if violations, err := v.Validate([]byte(c.message), schemas.Payload); err != nil || len(violations) > 0 {
				t.Errorf("%v, %v", violations, err)
			}
			said := feedTell(t, r, c.message)
			if said.code != "CA" || len(said.codes) > 0 {
				t.Fatal(said.raw)
			}
			if got := feedSurvivor(t, store, feedCX(c.id)); got != c.shown {
				t.Errorf("%s is known as %q", c.id, got)
			}
		})
	}
}

func TestRegistrationAcknowledgement(t *testing.T) {
	r, _ := newFeedRegistry(t, nil)
	raw := feedTell(t, r, feedAdded(feedOne)).raw
	for _, part := range []string{
		`<creationTime value="20260112083000"/>`, `<interactionId root="2.16.840.1.113883.1.6" extension="MCCI_IN000002UV01"/>`,
		`<processingCode code="T"/><processingModeCode code="T"/><acceptAckCode code="NE"/>`,
		`<receiver typeCode="RCV"><device classCode="DEV" determinerCode="INSTANCE"><id root="1.2.3.200" extension="é&amp;"/></device></receiver>`,
		`<sender typeCode="SND"><device classCode="DEV" determinerCode="INSTANCE"><id root="1.2.3.100"/></device></sender>`,
		`<acknowledgement><typeCode code="CA"/><targetMessage><id root="2.25.1001" extension="m1"/></targetMessage></acknowledgement>`,
	} {
		if !strings.Contains(raw, part) {
			t.Errorf("%s\nhas no %s", raw, part)
		}
	}
	raw = feedTell(t, r, feedMerged(feedOne, feedNine)).raw
	for _, part := range []string{
		`<acknowledgementDetail typeCode="E"><code code="204" codeSystem="2.16.840.1.113883.12.357" displayName="Unknown key identifier"/><text>[PIX-016] `,
		`</text><location>/`, `priorRegisteredRole/id</location></acknowledgementDetail>`,
	} {
		if !strings.Contains(raw, part) {
			t.Errorf("%s\nhas no %s", raw, part)
		}
	}
}

// TestRegistrationWithAnOddEnvelope has the acknowledgement carry what was tolerated of the envelope.
func TestRegistrationWithAnOddEnvelope(t *testing.T) {
	r, _ := newFeedRegistry(t, nil)
	server := httptest.NewServer(soap.NewHandler(soap.Config{}, registry.FeedTransactions(r)...))
	defer server.Close()
	envelope := `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header>` +
		`<a:Action> urn:hl7-org:v3:PRPA_IN201301UV02 </a:Action><a:MessageID>urn:uuid:00000000-0000-4000-8000-000000000001</a:MessageID></s:Header><s:Body>` +
		feedAdded(feedOne) + `</s:Body></s:Envelope>`
	reply, err := new(soap.Client).Post(context.Background(), server.URL, "application/soap+xml; charset=UTF-8", strings.NewReader(envelope), int64(len(envelope)))
	if err != nil {
		t.Fatal(err)
	}
	raw := string(reply.Body.Raw())
	if !strings.Contains(raw, `<typeCode code="CA"/>`) || !strings.Contains(raw, `<acknowledgementDetail typeCode="W"><text>[WSA-`) {
		t.Error(raw)
	}
	v, err := schemas.New()
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if violations, err := v.Validate(reply.Envelope.Source(), schemas.Message); err != nil || len(violations) > 0 {
		t.Errorf("%v, %v", violations, err)
	}
}
