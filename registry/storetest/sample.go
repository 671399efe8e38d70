package storetest

import (
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"strings"

	"liasse/registry"
)

// PatientID is the patient identifier number n of the samples.
func PatientID(n int) string {
	return fmt.Sprintf("LIASSE-%06d^^^&1.3.6.1.4.1.21367.13.20.1000&ISO", n)
}

// SetPatient puts a patient's key into every record of a batch.
func SetPatient(b *registry.Batch, key int64) {
	for _, d := range b.Documents {
		d.Patient = key
	}
	for _, s := range b.SubmissionSets {
		s.Patient = key
	}
	for _, f := range b.Folders {
		f.Patient = key
	}
	for _, a := range b.Associations {
		a.Patient = key
	}
}

// Lot makes what a submission of that many documents stores: a SubmissionSet, the DocumentEntries with ebRIM of a
// realistic size, their HasMember associations, and where their bytes are. Its patient is to be set.
func Lot(documents int) *registry.Batch {
	b := &registry.Batch{}
	set := &registry.SubmissionSetRecord{
		ObjectRecord:        object(),
		SourceID:            "1.3.6.1.4.1.21367.2005.3.7",
		SubmissionTime:      "20261122101500",
		ContentType:         registry.Code{Value: "04", Scheme: "1.2.250.1.213.2.2"},
		AuthorPersons:       []string{"801234567897^DUPONT^Paul^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"},
		PatientIdentifierID: registry.NewUUID(),
	}
	b.SubmissionSets = append(b.SubmissionSets, set)
	for range documents {
		d := Document()
		b.Documents = append(b.Documents, d)
		b.Associations = append(b.Associations, Member(&set.ObjectRecord, registry.KindSubmissionSet, &d.ObjectRecord, registry.KindDocument))
		b.Contents = append(b.Contents, ContentOf(d))
	}
	return b
}

// object makes the attributes that all kinds of objects have.
func object() registry.ObjectRecord {
	id := registry.NewUUID()
	return registry.ObjectRecord{
		ID: id, LID: id, Version: 1, Status: registry.Approved,
		UniqueID: "1.2.250.1.999." + decimal(registry.NewUUID()),
		Head:     []byte(`<Slot name="languageCode"><ValueList><Value>fr-FR</Value></ValueList></Slot>`),
		Tail:     []byte(`<Classification id="urn:uuid:0" classifiedObject="x"/>`),
	}
}

func decimal(u registry.UUID) string {
	n := uint64(0)
	for _, b := range u[:8] {
		n = n<<8 | uint64(b)
	}
	return fmt.Sprint(n)
}

// sampleHead and sampleTail have the sizes of the ebRIM of a CDA document's entry.
var (
	sampleHead = []byte(strings.Repeat(`<Slot name="sourcePatientInfo"><ValueList><Value>PID-5|NESSI^RUTH^^^^^L</Value></ValueList></Slot>`, 13))
	sampleTail = []byte(strings.Repeat(`<Classification classificationScheme="urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a" classifiedObject="urn:uuid:6e8fd2f4-6b2a-4d5a-9c0f-16c9e2b3a001" `+
		`id="urn:uuid:0f0c2f0a-70aa-4d26-8d06-0b1b9f6b5a10" nodeRepresentation="10" objectType="urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:Classification">`+
		`<Slot name="codingScheme"><ValueList><Value>1.2.250.1.213.1.1.4.1</Value></ValueList></Slot><Name><LocalizedString value="Compte rendu"/></Name></Classification>`, 8))
)

// Document makes a stable DocumentEntry as a hospital report has it.
func Document() *registry.DocumentRecord {
	d := &registry.DocumentRecord{
		ObjectRecord:         object(),
		MimeType:             "text/xml",
		Hash:                 "da39a3ee5e6b4b0d3255bfef95601890afd80709",
		Size:                 30210,
		RepositoryUniqueID:   "1.2.250.1.999.1.1.7898",
		PatientIdentifierID:  registry.NewUUID(),
		ClassCode:            registry.Code{Value: "10", Scheme: "1.2.250.1.213.1.1.4.1"},
		TypeCode:             registry.Code{Value: "34112-3", Scheme: "2.16.840.1.113883.6.1"},
		PracticeSetting:      registry.Code{Value: "AMBULATOIRE", Scheme: "1.2.250.1.213.1.1.4.9"},
		FacilityType:         registry.Code{Value: "SA07", Scheme: "1.2.250.1.71.4.2.4"},
		FormatCode:           registry.Code{Value: "urn:ihe:iti:xds-sd:text:2008", Scheme: "1.3.6.1.4.1.19376.1.2.3"},
		ConfidentialityCodes: []registry.Code{{Value: "N", Scheme: "2.16.840.1.113883.5.25"}},
		CreationTime:         "20261120093000",
		AuthorPersons:        []string{"801234567897^DUPONT^Paul^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"},
		Title:                "Lettre de liaison",
	}
	d.Head, d.Tail = sampleHead, sampleTail
	return d
}

// Folder makes an empty Folder.
func Folder() *registry.FolderRecord {
	return &registry.FolderRecord{
		ObjectRecord:        object(),
		LastUpdateTime:      "20261122101500",
		Codes:               []registry.Code{{Value: "SUIVI", Scheme: "1.2.250.1.999.4"}},
		PatientIdentifierID: registry.NewUUID(),
	}
}

// Link makes an Association between two objects.
func Link(kind registry.AssociationType, source *registry.ObjectRecord, sourceKind registry.Kind, target *registry.ObjectRecord, targetKind registry.Kind) *registry.AssociationRecord {
	a := &registry.AssociationRecord{
		ObjectRecord: object(),
		Type:         kind, Source: source.ID, Target: target.ID, SourceKind: sourceKind, TargetKind: targetKind,
	}
	a.UniqueID = ""
	return a
}

// Member makes a HasMember Association.
func Member(owner *registry.ObjectRecord, ownerKind registry.Kind, member *registry.ObjectRecord, memberKind registry.Kind) *registry.AssociationRecord {
	a := Link(registry.HasMember, owner, ownerKind, member, memberKind)
	if ownerKind == registry.KindSubmissionSet && memberKind == registry.KindDocument {
		a.Label = "Original"
	}
	return a
}

// ContentOf makes the content row of a document; its digests are those of its uniqueId.
func ContentOf(d *registry.DocumentRecord) registry.Content {
	return registry.Content{
		UniqueID: d.UniqueID,
		SHA256:   sha256.Sum256([]byte(d.UniqueID)),
		SHA1:     sha1.Sum([]byte(d.UniqueID)),
		Size:     d.Size,
		MimeType: d.MimeType,
	}
}
