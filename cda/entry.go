package cda

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"liasse/registry"
)

// Options says of a document what its header does not say, or says otherwise. A value of Options goes before the header's
// where the two meet, except Fallback, which comes last.
type Options struct {
	// ID names the entry inside of the submission; a symbolic id (ITI TF-3 4.2.3.1.5).
	ID string
	// PatientID is the patient's identifier in the affinity domain, a CX; empty takes the header's first identifier.
	PatientID string
	// SourcePatientID is the patient's identifier where the document was made, a CX; empty takes the header's first
	// identifier, else PatientID.
	SourcePatientID string
	// UniqueID, MimeType, Title, Language and the codes replace what the header says. Times are DTM, in UTC.
	UniqueID, MimeType, Title, Language, CreationTime string
	Class, Type, Format, Facility, PracticeSetting    registry.Code
	Confidentiality                                   []registry.Code
	// Authors are used for a document whose header has none.
	Authors []registry.Author
	// Comments are the entry's.
	Comments string
	// Location is the zone of times that have none; nil is UTC.
	Location *time.Location
	// Fallback is used for what neither Options nor the header says.
	Fallback *Fallback
}

// Fallback holds the codes of a document that nobody has described.
type Fallback struct {
	Type, Facility, PracticeSetting registry.Code
	Language                        string
}

// DefaultFallback describes a document as a note from an unknown place: LOINC 34109-9 and the null flavour UNK.
func DefaultFallback(language string) *Fallback {
	unknown := registry.Code{Value: "UNK", Scheme: systemNullFlavor, Display: "Unknown"}
	return &Fallback{
		Type:     registry.Code{Value: "34109-9", Scheme: systemLOINC, Display: "Note"},
		Facility: unknown, PracticeSetting: unknown, Language: language,
	}
}

// titleMax is what ebRIM lets a LocalizedString hold, in characters.
const titleMax = 1024

// DocumentEntry makes the DocumentEntry of the document (ITI TF-3 4.2.3.2): stable, media type text/xml unless Options
// say otherwise; hash, size and repositoryUniqueId are left to the repository. The error names every attribute that is
// required and that nobody gave.
func (h *Header) DocumentEntry(opt Options) (*registry.DocumentEntry, error) {
	e := &registry.DocumentEntry{Size: -1}
	e.UniqueID = or(opt.UniqueID, h.ID.uniqueID())
	e.MimeType = or(opt.MimeType, "text/xml")
	e.CreationTime = opt.CreationTime
	if e.CreationTime == "" && h.Time != "" {
		at, err := DTM(h.Time, opt.Location)
		if err != nil {
			return nil, fmt.Errorf("reading effectiveTime: %w", err)
		}
		e.CreationTime = at
	}
	e.LanguageCode = or(opt.Language, h.Language)
	e.Title = clip(or(opt.Title, or(h.Title, h.Code.Display)), titleMax)
	e.Comments = clip(opt.Comments, titleMax)
	h.patient(e, &opt)
	h.codes(e, &opt)
	h.people(e, &opt)
	h.service(e, &opt)
	if opt.Fallback != nil {
		fallBack(e, opt.Fallback)
	}
	if e.ClassCode == (registry.Code{}) && e.TypeCode != (registry.Code{}) {
		e.ClassCode = ClassOf(e.TypeCode)
	}
	if err := complete(e); err != nil {
		return nil, err
	}
	fillDocument(e, or(opt.ID, "document"))
	return e, nil
}

// PatientID gives the first identifier of the patient that makes a CX.
func (h *Header) PatientID() (cx string, ok bool) {
	for _, id := range h.Patient.IDs {
		if cx, ok := id.CX(); ok {
			return cx, true
		}
	}
	return "", false
}

func (h *Header) patient(e *registry.DocumentEntry, opt *Options) {
	own, _ := h.PatientID()
	e.PatientID = or(opt.PatientID, own)
	e.SourcePatientID = or(opt.SourcePatientID, or(own, e.PatientID))
	e.SourcePatientInfo = h.Patient.info()
}

func (h *Header) codes(e *registry.DocumentEntry, opt *Options) {
	e.TypeCode = choose(opt.Type, h.Code.code())
	e.ClassCode = opt.Class
	e.FormatCode = choose(opt.Format, h.format())
	e.HealthcareFacilityTypeCode = choose(opt.Facility, h.Encounter.Facility.code())
	e.PracticeSettingCode = opt.PracticeSetting
	for _, s := range h.Services {
		e.PracticeSettingCode = choose(e.PracticeSettingCode, s.Setting.code())
		if c := s.Code.code(); c != (registry.Code{}) && !slices.Contains(e.EventCodes, c) {
			e.EventCodes = append(e.EventCodes, c)
		}
	}
	e.ConfidentialityCodes = opt.Confidentiality
	if len(e.ConfidentialityCodes) == 0 {
		for _, c := range h.Confidentiality {
			e.ConfidentialityCodes = append(e.ConfidentialityCodes, c.code())
		}
	}
	if len(e.ConfidentialityCodes) == 0 {
		e.ConfidentialityCodes = []registry.Code{normal}
	}
}

func (h *Header) people(e *registry.DocumentEntry, opt *Options) {
	for i := range h.Authors {
		if a, ok := h.Authors[i].author(); ok {
			e.Authors = append(e.Authors, a)
		}
	}
	if len(e.Authors) == 0 {
		e.Authors = opt.Authors
	}
	if h.Legal != nil {
		e.LegalAuthenticator = h.Legal.XCN()
	}
}

// author makes the XDS author; false when neither person nor institution nor address is known (ITI TF-3 4.2.3.1.4.2).
func (a *Author) author() (registry.Author, bool) {
	x := registry.Author{Person: a.XCN()}
	if on := a.For.XON(); on != "" {
		x.Institutions = []string{on}
	}
	for _, t := range a.Telecoms {
		if tn := t.XTN(); tn != "" && !slices.Contains(x.Telecoms, tn) {
			x.Telecoms = append(x.Telecoms, tn)
		}
	}
	if role := a.Function.String(); role != "" {
		x.Roles = []string{role}
	}
	if specialty := a.Code.String(); specialty != "" {
		x.Specialties = []string{specialty}
	}
	return x, x.Person != "" || len(x.Institutions)+len(x.Telecoms) > 0
}

// service takes the time of the first act that has one, else that of the encounter. A stop before the start is left out:
// XDS refuses it, and the start alone is still true.
func (h *Header) service(e *registry.DocumentEntry, opt *Options) {
	start, stop := h.Encounter.Start, h.Encounter.Stop
	for _, s := range h.Services {
		if s.Start != "" || s.Stop != "" {
			start, stop = s.Start, s.Stop
			break
		}
	}
	// A time that is none is not worth losing the document: both attributes are optional.
	e.ServiceStartTime, _ = DTM(start, opt.Location)
	e.ServiceStopTime, _ = DTM(stop, opt.Location)
	if e.ServiceStartTime != "" && e.ServiceStopTime != "" &&
		registry.PadTime(e.ServiceStopTime) < registry.PadTime(e.ServiceStartTime) {
		e.ServiceStopTime = ""
	}
}

func fallBack(e *registry.DocumentEntry, f *Fallback) {
	e.TypeCode = choose(e.TypeCode, f.Type)
	e.HealthcareFacilityTypeCode = choose(e.HealthcareFacilityTypeCode, f.Facility)
	e.PracticeSettingCode = choose(e.PracticeSettingCode, f.PracticeSetting)
	e.LanguageCode = or(e.LanguageCode, f.Language)
}

// complete names what ITI TF-3 Table 4.3.1-3 requires and the entry lacks.
func complete(e *registry.DocumentEntry) error {
	var lacks []error
	for _, required := range []struct {
		name  string
		there bool
	}{
		{"uniqueId (ClinicalDocument/id)", e.UniqueID != ""},
		{"creationTime (effectiveTime)", e.CreationTime != ""},
		{"languageCode (languageCode)", e.LanguageCode != ""},
		{"patientId (recordTarget/patientRole/id)", e.PatientID != ""},
		{"typeCode (code)", e.TypeCode != registry.Code{}},
		{"healthcareFacilityTypeCode (encompassingEncounter/location/healthCareFacility/code)", e.HealthcareFacilityTypeCode != registry.Code{}},
		{"practiceSettingCode (serviceEvent/performer/…/standardIndustryClassCode)", e.PracticeSettingCode != registry.Code{}},
	} {
		if !required.there {
			lacks = append(lacks, fmt.Errorf("the document does not say its %s", required.name))
		}
	}
	return errors.Join(lacks...)
}

// code is the code as XDS has it: with a display name, the code itself where the document has none.
func (c Coded) code() registry.Code {
	if c.IsZero() {
		return registry.Code{}
	}
	return registry.Code{Value: c.Code, Scheme: c.System, Display: or(c.Display, c.Code)}
}

func choose(first, second registry.Code) registry.Code {
	if first != (registry.Code{}) {
		return first
	}
	return second
}

// clip makes a text fit to be an attribute of at most max characters, without what XML cannot hold.
func clip(s string, max int) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0xFFFE || r == 0xFFFF {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if utf8.RuneCountInString(s) <= max {
		return s
	}
	return string([]rune(s)[:max])
}
