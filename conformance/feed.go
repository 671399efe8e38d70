package conformance

import (
	"fmt"
	"strings"

	"github.com/beevik/etree"
)

// Feed is a message of the Patient Identity Feed HL7 V3 (ITI TF-2 3.44): one of add, revise or merge.
type Feed struct {
	// Add and Revise name a patient (a CX, or ${cx:NAME}).
	Add    string `yaml:"add"`
	Revise string `yaml:"revise"`
	// Merge ends Subsumed's life; Into survives.
	Subsumed string `yaml:"merge"`
	Into     string `yaml:"into"`
}

func (f *Feed) interaction() string {
	switch {
	case f.Subsumed != "":
		return "PRPA_IN201304UV02"
	case f.Revise != "":
		return "PRPA_IN201302UV02"
	}
	return "PRPA_IN201301UV02"
}

func splitCX(cx string) (id, authority string) {
	id, rest, _ := strings.Cut(cx, "^^^&")
	authority, _, _ = strings.Cut(rest, "&")
	return id, authority
}

func (f *Feed) build(sc *scope) (*etree.Element, error) {
	subject := f.Add + f.Revise + f.Into
	patient, err := sc.patientID(subject)
	if err != nil {
		return nil, err
	}
	name := f.interaction()
	trigger := "PRPA_TE" + strings.TrimPrefix(name, "PRPA_IN")
	id, authority := splitCX(patient)
	xml := fmt.Sprintf(`<hl7:%[1]s ITSVersion="XML_1.0">
<hl7:id root="%[2]s"/><hl7:creationTime value="${time:now}"/><hl7:interactionId root="2.16.840.1.113883.1.6" extension="%[1]s"/>
<hl7:processingCode code="T"/><hl7:processingModeCode code="T"/><hl7:acceptAckCode code="AL"/>
<hl7:receiver typeCode="RCV"><hl7:device classCode="DEV" determinerCode="INSTANCE"><hl7:id root="1.3.6.1.4.1.21367.2005.3.7.1"/></hl7:device></hl7:receiver>
<hl7:sender typeCode="SND"><hl7:device classCode="DEV" determinerCode="INSTANCE"><hl7:id root="1.3.6.1.4.1.21367.2005.3.7.2"/></hl7:device></hl7:sender>
<hl7:controlActProcess classCode="CACT" moodCode="EVN"><hl7:code code="%[3]s" codeSystem="2.16.840.1.113883.1.6"/>
<hl7:subject typeCode="SUBJ"><hl7:registrationEvent classCode="REG" moodCode="EVN"><hl7:statusCode code="active"/>
<hl7:subject1 typeCode="SBJ"><hl7:patient classCode="PAT"><hl7:id root="%[4]s" extension="%[5]s"/><hl7:statusCode code="active"/>
<hl7:patientPerson classCode="PSN" determinerCode="INSTANCE"><hl7:name><hl7:given>Camille</hl7:given><hl7:family>ESSAI</hl7:family></hl7:name></hl7:patientPerson>
<hl7:providerOrganization classCode="ORG" determinerCode="INSTANCE"><hl7:id root="%[4]s"/><hl7:name>Essai</hl7:name><hl7:contactParty classCode="CON"/></hl7:providerOrganization></hl7:patient></hl7:subject1>
<hl7:custodian typeCode="CST"><hl7:assignedEntity classCode="ASSIGNED"><hl7:id root="%[4]s"/></hl7:assignedEntity></hl7:custodian>
</hl7:registrationEvent></hl7:subject></hl7:controlActProcess></hl7:%[1]s>`,
		name, newOID(), trigger, authority, id)
	tokens, err := fragment(sc, xml)
	if err != nil {
		return nil, err
	}
	message := tokens[0].(*etree.Element)
	if f.Subsumed == "" {
		return message, nil
	}
	return message, f.addMerge(sc, message)
}

// addMerge puts replacementOf behind the custodian (ITI TF-2 3.44.4.2).
func (f *Feed) addMerge(sc *scope, message *etree.Element) error {
	old, err := sc.patientID(f.Subsumed)
	if err != nil {
		return err
	}
	id, authority := splitCX(old)
	tokens, err := fragment(sc, fmt.Sprintf(`<hl7:replacementOf typeCode="RPLC"><hl7:priorRegistration classCode="REG" moodCode="EVN"><hl7:statusCode code="obsolete"/>
<hl7:subject1 typeCode="SBJ"><hl7:priorRegisteredRole classCode="PAT"><hl7:id root="%s" extension="%s"/></hl7:priorRegisteredRole></hl7:subject1>
</hl7:priorRegistration></hl7:replacementOf>`, authority, id))
	if err != nil {
		return err
	}
	event := message.FindElement(".//hl7:registrationEvent")
	for _, t := range tokens {
		event.AddChild(t)
	}
	return nil
}

// ADT is a message of the Patient Identity Feed over HL7 v2 (ITI TF-2 3.8): given whole, or by its event.
type ADT struct {
	// Event is A01, A04, A05, A08 or A40.
	Event    string `yaml:"event"`
	Patient  string `yaml:"patient"`
	Subsumed string `yaml:"subsumed"` // A40
	// Replace changes the text before it is sent: from → to.
	Replace map[string]string `yaml:"replace"`
	// Message replaces everything; segments end in \r.
	Message string `yaml:"message"`
	// Unframed sends the bytes without the MLLP block characters.
	Unframed bool `yaml:"unframed"`
}

func (a *ADT) text(sc *scope) (string, error) {
	if a.Message != "" {
		return sc.expand(a.Message)
	}
	patient, err := sc.patientID(a.Patient)
	if err != nil {
		return "", err
	}
	structure := "ADT_A01"
	if a.Event == "A40" {
		structure = "ADT_A39"
	}
	segments := []string{
		"MSH|^~\\&|ESSAI|LIASSE|REGISTRY|XDS|${time:now}||ADT^" + a.Event + "^" + structure + "|${uuid:control}|P|2.3.1",
		"EVN|" + a.Event + "|${time:now}",
		"PID|||" + patient + "||ESSAI^Camille||19701231|F",
	}
	if a.Event == "A40" {
		old, err := sc.patientID(a.Subsumed)
		if err != nil {
			return "", err
		}
		segments = append(segments, "MRG|"+old)
	} else {
		segments = append(segments, "PV1||N")
	}
	text, err := sc.expand(strings.Join(segments, "\r") + "\r")
	if err != nil {
		return "", err
	}
	for _, from := range sortedKeys(a.Replace) {
		old, err := sc.expand(from)
		if err != nil {
			return "", err
		}
		if !strings.Contains(text, old) {
			return "", fmt.Errorf("the message does not hold %q", from)
		}
		text = strings.ReplaceAll(text, old, a.Replace[from])
	}
	return sc.expand(text)
}
