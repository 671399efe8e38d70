package registry

import (
	"encoding/hex"
	"strings"
	"time"

	"liasse/internal/hl7v2"
	"liasse/internal/rule"
)

// acknowledgement is the ACK of one ITI-8 message (ITI TF-2 C.2.3): MSH, MSA, and an ERR for each finding.
type acknowledgement struct {
	message *hl7v2.Message // nil when it could not be read
	report  *feedReport
	now     time.Time
	lang    string
}

func (a *acknowledgement) msh() *hl7v2.Segment {
	if a.message == nil {
		return nil
	}
	return a.message.Segment("MSH")
}

func (a *acknowledgement) control() string { return a.msh().Value(10, 1) }

// enhanced tells whether MSH-15 or MSH-16 asks for the enhanced acknowledgement mode (HL7 v2.3.1 section 2.12.2).
func (a *acknowledgement) enhanced() bool {
	return a.msh().Value(15, 1) != "" || a.msh().Value(16, 1) != ""
}

func (a *acknowledgement) good() bool { return !a.report.Failed() }

// wanted tells whether the sender waits for an answer: always in the original mode, as MSH-15 says in the enhanced one.
func (a *acknowledgement) wanted() bool {
	switch a.msh().Value(15, 1) {
	case "NE":
		return false
	case "ER":
		return !a.good()
	case "SU":
		return a.good()
	}
	return true
}

// code is MSA-1: accept, error or reject, of the mode.
func (a *acknowledgement) code() string {
	mode := "A"
	if a.enhanced() {
		mode = "C"
	}
	switch {
	case a.good():
		return mode + "A"
	case a.message == nil || a.report.rejects():
		return mode + "R"
	}
	return mode + "E"
}

func (a *acknowledgement) build() []byte {
	d := hl7v2.Standard
	if a.message != nil {
		d = a.message.Delimiters
	}
	w := ackWriter{delimiters: d}
	msh := a.msh()
	version := otherwise(msh.Value(12, 1), "2.3.1")
	kind := []string{"ACK"}
	if trigger := msh.Value(9, 2); trigger != "" {
		kind = append(kind, trigger)
		if version != "2.3.1" {
			kind = append(kind, "ACK")
		}
	}
	w.start("MSH" + string(d.Field) + string([]byte{d.Component, d.Repetition, d.Escape, d.Subcomponent}))
	for _, swapped := range []int{5, 6, 3, 4} {
		w.raw(msh.Raw(swapped))
	}
	w.field(a.now.UTC().Format("20060102150405"))
	w.field("")
	w.field(kind...)
	w.field(newControlID())
	w.field(otherwise(msh.Value(11, 1), "P"))
	w.field(version)
	for range 5 {
		w.field("")
	}
	w.field("UNICODE UTF-8")
	w.end()

	w.start("MSA")
	w.field(a.code())
	w.field(a.control())
	w.end()
	a.errors(&w)
	return w.b
}

// errors writes the ERR segments: ERR-2 the place, ERR-3 the code of HL7 table 0357, ERR-4 the severity, ERR-5 the rule,
// ERR-8 the finding in words.
func (a *acknowledgement) errors(w *ackWriter) {
	for i := range a.report.Findings {
		f := &a.report.Findings[i]
		severity := "E"
		if f.Severity == rule.Warning {
			severity = "W"
		}
		w.start("ERR")
		w.field("")
		w.field(strings.Split(a.report.field(i), "^")...)
		w.field(f.WireCode(), hl7Words[f.WireCode()], "HL70357")
		w.field(severity)
		w.field(f.Rule.ID)
		w.field("")
		w.field("")
		w.field(f.Sentence(a.lang))
		w.end()
	}
}

// hl7Words are the meanings of HL7 table 0357.
var hl7Words = map[string]string{
	hl7SegmentSequence: "Segment sequence error", hl7FieldMissing: "Required field missing", hl7DataType: "Data type error",
	hl7MessageType: "Unsupported message type", hl7EventCode: "Unsupported event code", hl7ProcessingID: "Unsupported processing id",
	hl7Version: "Unsupported version id", hl7UnknownKey: "Unknown key identifier", hl7DuplicateKey: "Duplicate key identifier",
	hl7TableValue: "Table value not found", hl7Internal: "Application internal error",
}

// newControlID draws a message control id of at most 20 characters, as HL7 v2.3.1 bounds MSH-10.
func newControlID() string {
	u := NewUUID()
	return hex.EncodeToString(u[:10])
}

func otherwise(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// ackWriter writes segments with the delimiters of the message that is answered.
type ackWriter struct {
	delimiters hl7v2.Delimiters
	b          []byte
}

func (w *ackWriter) start(name string) { w.b = append(w.b, name...) }

func (w *ackWriter) end() { w.b = append(w.b, '\r') }

// raw writes a field that has these delimiters already.
func (w *ackWriter) raw(field string) {
	w.b = append(w.b, w.delimiters.Field)
	w.b = append(w.b, field...)
}

func (w *ackWriter) field(components ...string) {
	w.b = append(w.b, w.delimiters.Field)
	for i, c := range components {
		if i > 0 {
			w.b = append(w.b, w.delimiters.Component)
		}
		w.b = w.delimiters.AppendEscaped(w.b, c)
	}
}
