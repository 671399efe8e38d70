package cda

import (
	"fmt"
	"unicode/utf8"

	"liasse/registry"
)

// object fills the ebRIM of an entry or submission set from its typed view, with symbolic ids (ITI TF-3 4.2.3.1).
type object struct {
	*registry.Object
}

func (o object) slot(name string, values ...string) {
	if kept := fitting(values); len(kept) > 0 {
		o.SetSlot(name, kept...)
	}
}

// fitting leaves out values that are empty or longer than ebRIM lets a value be.
func fitting(values []string) []string {
	kept := make([]string, 0, len(values))
	for _, v := range values {
		if v != "" && utf8.RuneCountInString(v) <= valueMax {
			kept = append(kept, v)
		}
	}
	return kept
}

func (o object) texts(title, comments string) {
	if title != "" {
		o.Name = []registry.LocalizedString{{Charset: "UTF-8", Value: title}}
	}
	if comments != "" {
		o.Description = []registry.LocalizedString{{Charset: "UTF-8", Value: comments}}
	}
}

func (o object) classification(scheme, node, code string) *registry.Classification {
	o.Classifications = append(o.Classifications, registry.Classification{
		ID: fmt.Sprintf("%s.c%d", o.ID, len(o.Classifications)+1), ObjectType: registry.ObjectTypeClassification,
		ClassifiedObject: o.ID, Scheme: scheme, Node: node, NodeRepresentation: code,
	})
	return &o.Classifications[len(o.Classifications)-1]
}

func (o object) code(scheme string, codes ...registry.Code) {
	for _, c := range codes {
		x := o.classification(scheme, "", c.Value)
		x.Slots = []registry.Slot{{Name: registry.SlotCodingScheme, Values: []string{c.Scheme}}}
		x.Name = []registry.LocalizedString{{Charset: "UTF-8", Value: clip(or(c.Display, c.Value), titleMax)}}
	}
}

func (o object) authors(scheme string, authors []registry.Author) {
	for _, a := range authors {
		x := o.classification(scheme, "", "")
		add := func(name string, values ...string) {
			if kept := fitting(values); len(kept) > 0 {
				x.Slots = append(x.Slots, registry.Slot{Name: name, Values: kept})
			}
		}
		add(registry.SlotAuthorPerson, a.Person)
		add(registry.SlotAuthorInstitution, a.Institutions...)
		add(registry.SlotAuthorRole, a.Roles...)
		add(registry.SlotAuthorSpecialty, a.Specialties...)
		add(registry.SlotAuthorTelecom, a.Telecoms...)
	}
}

func (o object) identifier(scheme, name, value string) {
	o.ExternalIdentifiers = append(o.ExternalIdentifiers, registry.ExternalIdentifier{
		ID: fmt.Sprintf("%s.i%d", o.ID, len(o.ExternalIdentifiers)+1), ObjectType: registry.ObjectTypeExternalIdentifier,
		RegistryObject: o.ID, Scheme: scheme, Value: value,
		Name: []registry.LocalizedString{{Charset: "UTF-8", Value: name}},
	})
}

// fillDocument writes the ebRIM of a DocumentEntry whose typed fields are set.
func fillDocument(e *registry.DocumentEntry, id string) {
	e.Kind, e.ID, e.ObjectType = registry.KindDocument, id, registry.Stable.URN()
	o := object{&e.Object}
	o.slot(registry.SlotCreationTime, e.CreationTime)
	o.slot(registry.SlotLanguageCode, e.LanguageCode)
	o.slot(registry.SlotLegalAuthenticator, e.LegalAuthenticator)
	o.slot(registry.SlotServiceStartTime, e.ServiceStartTime)
	o.slot(registry.SlotServiceStopTime, e.ServiceStopTime)
	o.slot(registry.SlotSourcePatientID, e.SourcePatientID)
	o.slot(registry.SlotSourcePatientInfo, e.SourcePatientInfo...)
	o.texts(e.Title, e.Comments)
	o.authors(registry.SchemeDocumentAuthor, e.Authors)
	o.code(registry.SchemeDocumentClassCode, e.ClassCode)
	o.code(registry.SchemeDocumentConfidentiality, e.ConfidentialityCodes...)
	o.code(registry.SchemeDocumentEventCode, e.EventCodes...)
	o.code(registry.SchemeDocumentFormatCode, e.FormatCode)
	o.code(registry.SchemeDocumentFacilityType, e.HealthcareFacilityTypeCode)
	o.code(registry.SchemeDocumentPracticeSetting, e.PracticeSettingCode)
	o.code(registry.SchemeDocumentTypeCode, e.TypeCode)
	o.identifier(registry.SchemeDocumentPatientID, "XDSDocumentEntry.patientId", e.PatientID)
	o.identifier(registry.SchemeDocumentUniqueID, "XDSDocumentEntry.uniqueId", e.UniqueID)
}

// fillSubmissionSet writes the ebRIM of a SubmissionSet whose typed fields are set.
func fillSubmissionSet(s *registry.SubmissionSet, id string) {
	s.Kind, s.ID, s.ObjectType = registry.KindSubmissionSet, id, registry.ObjectTypeRegistryPackage
	o := object{&s.Object}
	o.slot(registry.SlotSubmissionTime, s.SubmissionTime)
	o.texts(s.Title, s.Comments)
	o.classification("", registry.NodeSubmissionSet, "")
	o.authors(registry.SchemeSubmissionSetAuthor, s.Authors)
	o.code(registry.SchemeSubmissionSetContentType, s.ContentTypeCode)
	o.identifier(registry.SchemeSubmissionSetPatientID, "XDSSubmissionSet.patientId", s.PatientID)
	o.identifier(registry.SchemeSubmissionSetSourceID, "XDSSubmissionSet.sourceId", s.SourceID)
	o.identifier(registry.SchemeSubmissionSetUniqueID, "XDSSubmissionSet.uniqueId", s.UniqueID)
}
