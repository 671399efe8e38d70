package xmltree

import (
	"fmt"
	"strings"
)

// envelope makes a SOAP message as a document source sends for ITI-41, with that many documents. Two of them make about
// 24 KB.
func envelope(documents int) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://www.w3.org/2005/08/addressing">
  <soap:Header>
    <wsa:Action soap:mustUnderstand="true">urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b</wsa:Action>
    <wsa:MessageID>urn:uuid:5f6a1f2e-30a1-4d5e-9a67-0c4b8f1d2e3a</wsa:MessageID>
    <wsa:ReplyTo><wsa:Address>http://www.w3.org/2005/08/addressing/anonymous</wsa:Address></wsa:ReplyTo>
    <wsa:To soap:mustUnderstand="true">http://registre.exemple.fr/xds/repository?service=d&amp;v=1</wsa:To>
  </soap:Header>
  <soap:Body>
    <xds:ProvideAndRegisterDocumentSetRequest xmlns:xds="urn:ihe:iti:xds-b:2007" xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0">
      <lcm:SubmitObjectsRequest>
        <rim:RegistryObjectList>
`)
	for i := 1; i <= documents; i++ {
		writeEntry(&b, i)
	}
	id := "SubmissionSet01"
	fmt.Fprintf(&b, "          <rim:RegistryPackage id=%q>\n", id)
	writeSlot(&b, "submissionTime", "20261122174434")
	writeName(&b, "Lot de dépôt de la consultation d'hématologie")
	writeAuthor(&b, "urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d", id, 90)
	writeCode(&b, "urn:uuid:aa543740-bdda-424e-8c96-df4873be8500", id, "07", "1.2.250.1.213.2.2", "Compte rendu d'hospitalisation", 91)
	writeIdentifier(&b, "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8", id, "1.2.250.1.999.1.1.7898", "XDSSubmissionSet.uniqueId", 92)
	b.WriteString("          </rim:RegistryPackage>\n")
	for i := 1; i <= documents; i++ {
		fmt.Fprintf(&b, "          <rim:Association id=\"as%02d\" associationType=\"urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember\" sourceObject=\"%s\" targetObject=\"Document%02d\">\n", i, id, i)
		writeSlot(&b, "SubmissionSetStatus", "Original")
		b.WriteString("          </rim:Association>\n")
	}
	b.WriteString("        </rim:RegistryObjectList>\n      </lcm:SubmitObjectsRequest>\n")
	for i := 1; i <= documents; i++ {
		fmt.Fprintf(&b, `      <xds:Document id="Document%02d"><xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:%d.aaf8@exemple.fr"/></xds:Document>`+"\n", i, i)
	}
	b.WriteString("    </xds:ProvideAndRegisterDocumentSetRequest>\n  </soap:Body>\n</soap:Envelope>\n")
	return []byte(b.String())
}

func writeEntry(b *strings.Builder, i int) {
	id := fmt.Sprintf("Document%02d", i)
	fmt.Fprintf(b, "          <rim:ExtrinsicObject id=%q mimeType=\"text/xml\" objectType=\"urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1\" status=\"urn:oasis:names:tc:ebxml-regrep:StatusType:Approved\">\n", id)
	writeSlot(b, "creationTime", "20261120091500")
	writeSlot(b, "languageCode", "fr-FR")
	writeSlot(b, "serviceStartTime", "20261120090000")
	writeSlot(b, "serviceStopTime", "20261120093000")
	writeSlot(b, "sourcePatientId", "279035121518989^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH")
	writeSlot(b, "sourcePatientInfo", "PID-5|PATIENTE^LUCIE^^^^^L", "PID-7|19790321", "PID-8|F", "PID-11|12 rue de l'Église^^Évreux^^27000^FRA")
	writeSlot(b, "legalAuthenticator", "801234567897^GARNIER^ÉLODIE^^^^^^&amp;1.2.250.1.71.4.2.1&amp;ISO^D^^^IDNPS")
	writeSlot(b, "hash", "da39a3ee5e6b4b0d3255bfef95601890afd80709")
	writeSlot(b, "size", "30720")
	writeSlot(b, "urn:ihe:iti:xds:2013:referenceIdList", "ACC-2026-11-20-0042^^^&amp;1.2.250.1.999.1.7&amp;ISO^urn:ihe:iti:xds:2013:accession", "OF-4242^^^&amp;1.2.250.1.999.1.8&amp;ISO^urn:ihe:iti:xds:2013:order")
	writeName(b, "Compte rendu de consultation n° "+fmt.Sprint(i)+" — hématologie & suivi")
	writeAuthor(b, "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d", id, i*10)
	for k, code := range [...][5]string{
		{"41a5887f-8865-4c09-adf7-e362475b143a", "10", "1.2.250.1.213.1.1.4.1", "Compte rendu"},
		{"f4f85eac-e6cb-4883-b524-f2705394840f", "N", "2.16.840.1.113883.5.25", "Normal"},
		{"a09d5840-386c-46f2-b5ad-9c3699a4309d", "urn:ihe:iti:xds-sd:text:2008", "1.3.6.1.4.1.19376.1.2.3", "Document à corps non structuré"},
		{"f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1", "SA01", "1.2.250.1.71.4.2.4", "Établissement public de santé"},
		{"cccf5598-8b07-4b77-a05e-ae952c785ead", "ETABLISSEMENT", "1.2.250.1.213.1.1.4.9", "Établissement de santé"},
		{"f0306f51-975f-434e-a61c-c59651d33983", "11488-4", "2.16.840.1.113883.6.1", "Consultation"},
		{"2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4", "ACTE", "1.2.250.1.213.2.5", "Acte médical"},
		{"2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4", "FEQK004", "1.2.250.1.213.2.5", "Numération de l'hémogramme"},
	} {
		writeCode(b, "urn:uuid:"+code[0], id, code[1], code[2], code[3], i*10+k+1)
	}
	writeIdentifier(b, "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427", id, "279035121518989^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH", "XDSDocumentEntry.patientId", i*10+8)
	writeIdentifier(b, "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab", id, fmt.Sprintf("1.2.250.1.999.1.1.7898.%d", i), "XDSDocumentEntry.uniqueId", i*10+9)
	b.WriteString("          </rim:ExtrinsicObject>\n")
}

func writeSlot(b *strings.Builder, name string, values ...string) {
	fmt.Fprintf(b, "            <rim:Slot name=%q>\n              <rim:ValueList>\n", name)
	for _, v := range values {
		fmt.Fprintf(b, "                <rim:Value>%s</rim:Value>\n", v)
	}
	b.WriteString("              </rim:ValueList>\n            </rim:Slot>\n")
}

func writeName(b *strings.Builder, name string) {
	fmt.Fprintf(b, "            <rim:Name>\n              <rim:LocalizedString xml:lang=\"fr\" charset=\"UTF-8\" value=%q/>\n            </rim:Name>\n", strings.ReplaceAll(name, "&", "&amp;"))
}

func writeAuthor(b *strings.Builder, scheme, object string, i int) {
	fmt.Fprintf(b, "            <rim:Classification id=\"cl%03d\" classificationScheme=%q classifiedObject=%q nodeRepresentation=\"\" objectType=\"urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:Classification\">\n", i, scheme, object)
	writeSlot(b, "authorPerson", "801234567897^GARNIER^ÉLODIE^^^^^^&amp;1.2.250.1.71.4.2.1&amp;ISO^D^^^IDNPS")
	writeSlot(b, "authorInstitution", "Hôpital de l'Exemple^^^^^&amp;1.2.250.1.71.4.2.2&amp;ISO^IDNST^^^1270000000")
	writeSlot(b, "authorSpecialty", "G15_10/SM26^Médecine générale^1.2.250.1.213.1.1.4.5")
	b.WriteString("            </rim:Classification>\n")
}

func writeCode(b *strings.Builder, scheme, object, code, system, display string, i int) {
	fmt.Fprintf(b, "            <rim:Classification id=\"cl%03d\" classificationScheme=%q classifiedObject=%q nodeRepresentation=%q objectType=\"urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:Classification\">\n", i, scheme, object, code)
	writeSlot(b, "codingScheme", system)
	writeName(b, display)
	b.WriteString("            </rim:Classification>\n")
}

func writeIdentifier(b *strings.Builder, scheme, object, value, name string, i int) {
	fmt.Fprintf(b, "            <rim:ExternalIdentifier id=\"ei%03d\" identificationScheme=%q registryObject=%q value=\"%s\">\n", i, scheme, object, value)
	writeName(b, name)
	b.WriteString("            </rim:ExternalIdentifier>\n")
}
