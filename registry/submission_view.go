package registry

import (
	"strconv"
	"strings"
)

// documentEntry fills the typed view of a DocumentEntry.
func (rd *reader) documentEntry(d *DocumentEntry) {
	o := &d.Object
	rd.conform(o)
	if isUUIDURN(o.ID) {
		d.EntryUUID, _ = ParseUUID(o.ID)
	}
	rd.objectType(d)
	if o.MimeType != "" {
		if _, plain, e := checkMIME(o.MimeType); e != nil {
			rd.badForm(ruleMIMEForm, o.At, o.ID, e)
		} else if !plain {
			rd.add(ruleMIMEPlain, o.At, o.ID, o.MimeType, "")
		}
	}
	d.PatientID = rd.patientID(o, SchemeDocumentPatientID, rulePatientForm)
	rd.uniqueID(d)
	d.CreationTime = rd.checked(o, SlotCreationTime, ruleCreationTimeForm, checkDTM)
	d.ServiceStartTime = rd.checked(o, SlotServiceStartTime, ruleServiceStartForm, checkDTM)
	d.ServiceStopTime = rd.checked(o, SlotServiceStopTime, ruleServiceStopForm, checkDTM)
	d.LanguageCode = rd.checked(o, SlotLanguageCode, ruleLanguageForm, checkLanguage)
	d.RepositoryUniqueID = rd.checked(o, SlotRepositoryUniqueID, ruleRepositoryForm, checkOID)
	d.Hash = rd.checked(o, SlotHash, ruleHashForm, checkSHA1)
	rd.size(d)
	if value, s := rd.single(o, SlotSourcePatientID); s != nil {
		d.SourcePatientID = rd.patient(ruleSourceIDForm, s.At, o.ID, value)
	}
	if value, s := rd.single(o, SlotLegalAuthenticator); s != nil {
		d.LegalAuthenticator = value
		rd.persons(ruleLegalAuthenticator, o.ID, s)
	}
	rd.patientInfo(d)
	if s := findSlot(o.Slots, SlotReferenceIDList); s != nil {
		d.ReferenceIDs = s.Values
		rd.each(ruleReferenceForm, o.ID, s, checkCXi)
	}
	if value, s := rd.single(o, SlotDocumentAvailability); s != nil && value != availabilityOnline && value != availabilityOffline {
		rd.add(ruleAvailabilityForm, s.At, o.ID, value, availabilityOnline+" | "+availabilityOffline)
	}
	rd.uri(d)
	d.Title, d.Comments = rd.title(o, ruleTitleLength, 128), text(o.Description)
	d.Authors = rd.authors(o, SchemeDocumentAuthor)
	d.ClassCode = o.code(SchemeDocumentClassCode)
	d.TypeCode = o.code(SchemeDocumentTypeCode)
	d.FormatCode = o.code(SchemeDocumentFormatCode)
	d.PracticeSettingCode = o.code(SchemeDocumentPracticeSetting)
	d.HealthcareFacilityTypeCode = o.code(SchemeDocumentFacilityType)
	d.ConfidentialityCodes = o.codes(SchemeDocumentConfidentiality)
	d.EventCodes = o.codes(SchemeDocumentEventCode)
}

// objectType tells a stable entry from an on-demand one.
func (rd *reader) objectType(d *DocumentEntry) {
	switch t := lowerUUID(d.ObjectType); t {
	case Stable.URN(), OnDemand.URN():
		if t != d.ObjectType {
			rd.add(ruleUUIDLower, d.At, d.ID, d.ObjectType, t)
		}
		if t == OnDemand.URN() {
			d.Type = OnDemand
		}
	default:
		rd.add(ruleObjectType, d.At, d.ID, d.ObjectType, "")
	}
}

func (rd *reader) uniqueID(d *DocumentEntry) {
	x := d.identified(SchemeDocumentUniqueID)
	if x == nil {
		return
	}
	d.UniqueID = x.Value
	if e := checkIdentifier(x.Value); e != nil {
		rd.badForm(ruleUniqueIDForm, x.At, d.ID, e)
		return
	}
	if len(x.Value) > 128 {
		rd.add(ruleUniqueIDLength, x.At, d.ID, x.Value, "128")
	}
	if e := identifierAdvice(x.Value); e != nil {
		rd.badForm(ruleUniqueIDOID, x.At, d.ID, e)
	}
}

func (rd *reader) size(d *DocumentEntry) {
	d.Size = -1
	value, s := rd.single(&d.Object, SlotSize)
	if s == nil {
		return
	}
	size, plain, e := checkSize(value)
	if e != nil {
		rd.badForm(ruleSizeForm, s.At, d.ID, e)
		return
	}
	d.Size = size
	if !plain {
		rd.add(ruleSizePlain, s.At, d.ID, value, strconv.FormatInt(size, 10))
	}
}

func (rd *reader) patientInfo(d *DocumentEntry) {
	s := findSlot(d.Slots, SlotSourcePatientInfo)
	if s == nil {
		return
	}
	d.SourcePatientInfo = s.Values
	var seen [100]bool
	for _, v := range s.Values {
		field, e := checkPatientInfo(v)
		if e != nil {
			rd.badForm(rulePatientInfoForm, s.At, d.ID, e)
			continue
		}
		if (field == 7 || field == 8) && seen[field] {
			rd.add(rulePatientInfoOnce, s.At, d.ID, "PID-"+strconv.Itoa(field), "")
		}
		if field == 2 || field == 4 || field == 12 || field == 19 {
			rd.add(rulePatientInfoField, s.At, d.ID, "PID-"+strconv.Itoa(field), "")
		}
		seen[field] = true
	}
}

// uri puts the pieces 1|…, 2|… together, in whatever order they stand.
func (rd *reader) uri(d *DocumentEntry) {
	s := findSlot(d.Slots, SlotURI)
	if s == nil {
		return
	}
	if len(s.Values) == 1 {
		d.URI = strings.TrimPrefix(s.Values[0], "1|")
		return
	}
	pieces := make([]string, len(s.Values))
	filled := make([]bool, len(s.Values))
	for _, v := range s.Values {
		digits, piece, bar := strings.Cut(v, "|")
		n, err := strconv.Atoi(digits)
		if !bar || err != nil || n < 1 || n > len(pieces) || filled[n-1] {
			rd.add(ruleURIPieces, s.At, d.ID, v, "1|…, 2|…")
			return
		}
		pieces[n-1], filled[n-1] = piece, true
	}
	d.URI = strings.Join(pieces, "")
}

// submissionSet fills the typed view of a SubmissionSet.
func (rd *reader) submissionSet(s *SubmissionSet) {
	o := &s.Object
	rd.conform(o)
	if isUUIDURN(o.ID) {
		s.EntryUUID, _ = ParseUUID(o.ID)
	}
	s.PatientID = rd.patientID(o, SchemeSubmissionSetPatientID, ruleSetPatientForm)
	s.SourceID = rd.oidIdentifier(o, SchemeSubmissionSetSourceID, ruleSetSourceForm)
	s.UniqueID = rd.oidIdentifier(o, SchemeSubmissionSetUniqueID, ruleSetUniqueIDForm)
	s.SubmissionTime = rd.checked(o, SlotSubmissionTime, ruleSetTimeForm, checkDTM)
	if r := findSlot(o.Slots, SlotIntendedRecipient); r != nil {
		s.IntendedRecipients = r.Values
		rd.each(ruleSetRecipientForm, o.ID, r, checkRecipient)
	}
	s.ContentTypeCode = o.code(SchemeSubmissionSetContentType)
	s.Authors = rd.authors(o, SchemeSubmissionSetAuthor)
	s.Title, s.Comments = rd.title(o, ruleSetTitleLength, 256), text(o.Description)
}

// folder fills the typed view of a Folder.
func (rd *reader) folder(f *Folder) {
	o := &f.Object
	rd.conform(o)
	if isUUIDURN(o.ID) {
		f.EntryUUID, _ = ParseUUID(o.ID)
	}
	f.PatientID = rd.patientID(o, SchemeFolderPatientID, ruleFolderPatientForm)
	f.UniqueID = rd.oidIdentifier(o, SchemeFolderUniqueID, ruleFolderUniqueIDForm)
	f.Codes = o.codes(SchemeFolderCode)
	f.Title, f.Comments = rd.title(o, ruleFolderTitleLength, 256), text(o.Description)
}
