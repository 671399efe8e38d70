package conformance

import (
	"fmt"
	"strings"
	"time"
)

// seal is who answers for a lot: its author by default, and its signer where the transaction is one that is signed. A
// nil seal writes lots as any affinity domain takes them.
type seal struct {
	who    *identity
	all    *identities
	note   *LotSignature // nil: not signed
	moment time.Time
}

// signing gives the seal of a message's lot. ITI-41 is signed unless the check says otherwise.
func (f *sender) signing(s *Send) *seal {
	if f == nil {
		return nil
	}
	who := f.who
	if who == nil {
		who = f.all.byName[f.all.fallback]
	}
	made := &seal{who: who, all: f.all, moment: f.now}
	switch {
	case s.LotSignature != nil && !s.LotSignature.None:
		made.note = s.LotSignature
	case s.LotSignature == nil && s.Provide != nil:
		made.note = &LotSignature{}
	}
	return made
}

func (s *seal) time() string {
	if s == nil {
		return ""
	}
	return s.moment.UTC().Format("20060102150405")
}

func (s *seal) author() Author {
	if s == nil {
		return defaultAuthor
	}
	return Author{Person: Strings{s.who.xcn()}, Institution: Strings{s.who.xon()}, Specialty: Strings{s.who.specialty()}}
}

// documentDefaults are those of a lot in the manner of CI-SIS: a CDA document, answered for by the holder.
func (s *seal) documentDefaults() map[string][]string {
	if s == nil {
		return nil
	}
	return map[string][]string{
		"mimeType":           {"text/xml"},
		"legalAuthenticator": {s.who.xcn()},
		"serviceStartTime":   {"20240102020000"},
	}
}

func (s *seal) setDefaults() map[string][]string {
	if s == nil {
		return nil
	}
	return map[string][]string{
		"submissionTime":  {"${lot.time}"},
		"contentTypeCode": {"07^Consultation^1.2.250.1.213.2.2"},
	}
}

// signatures lists the entries that signatures will have.
func (s *seal) signatures() []Entry {
	if s == nil {
		return nil
	}
	var entries []Entry
	for note := s.note; note != nil; note = note.Also {
		e := note.Entry
		e.Name = orElse(e.Name, "SIG")
		entries = append(entries, e)
	}
	return entries
}

// addSignatures writes the signatures of the lot, after all its documents.
func (b *lotBuilder) addSignatures(entries []Entry) error {
	if len(entries) == 0 {
		return nil
	}
	documents, note := b.built.documents, b.seal.note
	for i := range entries {
		e := &entries[i]
		who := b.seal.who
		if note.Identity != "" {
			if who = b.seal.all.byName[note.Identity]; who == nil {
				return fmt.Errorf("no identity is called %q", note.Identity)
			}
		}
		signer := &lotSigner{scope: b.scope, note: note, who: who, all: b.seal.all, setUID: b.scope.get(b.setName + ".uniqueId"),
			documents: documents, now: b.seal.moment}
		content, err := signer.content()
		if err != nil {
			return fmt.Errorf("signing the lot: %w", err)
		}
		if e.Content.Text == nil && e.Content.Size == 0 {
			e.Content.bytes = content
		}
		if err := b.addDocument(e, signatureDefaults); err != nil {
			return fmt.Errorf("signature %s: %w", e.Name, err)
		}
		if !note.Unassociated {
			b.related = append(b.related, AssociationNote{Name: signsName(e.Name), Type: "signs", Source: e.Name, Target: b.setName, Label: "Original"})
			b.scope.set(signsName(e.Name), b.freshID(signsName(e.Name)))
		}
		note = note.Also
	}
	return nil
}

// signsName is what checks call the association of a signature.
func signsName(entry string) string {
	if entry == "SIG" {
		return "signs"
	}
	return "signs-" + entry
}

// clinicalDocument writes a CDA document with the header that a registry may compare with the metadata.
func (s *seal) clinicalDocument(uniqueID, patient string) []byte {
	id, authority := splitCX(patient)
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;").Replace
	person := fmt.Sprintf(`<id root="1.2.250.1.71.4.2.1" extension="%s"/><assignedPerson><name><family>%s</family><given>%s</given></name></assignedPerson>`+
		`<representedOrganization><id root="1.2.250.1.71.4.2.2" extension="%s"/><name>%s</name></representedOrganization>`,
		escape(s.who.NameID), escape(s.who.Family), escape(s.who.Given), escape(s.who.Structure.ID), escape(s.who.Structure.Name))
	return fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="cda.xsl"?>
<!-- a document of a conformance check -->
<ClinicalDocument xmlns="urn:hl7-org:v3" classCode="DOCCLIN" moodCode="EVN">
  <realmCode code="FR"/>
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <templateId root="1.2.250.1.213.1.1.1.1"/>
  <id root="%s"/>
  <code code="34133-9" displayName="Summarization of episode note" codeSystem="2.16.840.1.113883.6.1"/>
  <title>Compte rendu</title>
  <effectiveTime value="20240102030405+0000"/>
  <confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
  <languageCode code="fr-FR"/>
  <recordTarget><patientRole classCode="PAT"><id root="%s" extension="%s"/><id root="1.3.6.1.4.1.21367.2005.3.7" extension="LOCAL-1"/>
    <patient><name><family qualifier="BR">ESSAI</family><given>Camille</given></name><administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="19701231"/></patient></patientRole></recordTarget>
  <author><time value="20240102030405+0000"/><assignedAuthor>%s</assignedAuthor></author>
  <custodian><assignedCustodian><representedCustodianOrganization><id root="1.2.250.1.71.4.2.2" extension="%s"/></representedCustodianOrganization></assignedCustodian></custodian>
  <legalAuthenticator><time value="20240102030405+0000"/><signatureCode code="S"/><assignedEntity>%s</assignedEntity></legalAuthenticator>
  <documentationOf><serviceEvent><effectiveTime><low value="20240102020000+0000"/></effectiveTime></serviceEvent></documentationOf>
  <component><nonXMLBody><text mediaType="text/plain" representation="B64">RXNzYWk=</text></nonXMLBody></component>
</ClinicalDocument>
`, escape(uniqueID), escape(authority), escape(id), person, escape(s.who.Structure.ID), person)
}
