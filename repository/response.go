package repository

import (
	"bytes"
	"encoding/xml"
	"strings"

	"liasse/internal/rule"
	"liasse/registry"
	"liasse/soap"
)

// The status of an answer and the severity of an error (ITI TF-3 4.2.4).
const (
	statusSuccess        = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"
	statusFailure        = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Failure"
	statusPartialSuccess = "urn:ihe:iti:2007:ResponseStatusType:PartialSuccess"
	severityURN          = "urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:"
)

// RegistryError is an rs:RegistryError (ITI TF-3 4.2.4.1): of a registry elsewhere as it came, or of our own making.
type RegistryError struct {
	Code, Context, Location string
	// Warning tells the severity Warning from Error.
	Warning bool
}

// errorsOf turns findings into RegistryErrors: a sentence and an XPath each. What the envelope was tolerated has a fault
// code or an HTTP status instead of a code of this list, and is a plain XDSRepositoryError here.
func errorsOf(findings rule.Findings, lang string) []RegistryError {
	errs := make([]RegistryError, 0, len(findings))
	for i := range findings {
		f := &findings[i]
		code := f.WireCode()
		if code == "" || strings.Contains(code, ":") || code[0] >= '0' && code[0] <= '9' {
			code = "XDSRepositoryError"
		}
		errs = append(errs, RegistryError{Code: code, Context: f.Sentence(lang), Location: f.XPath, Warning: f.Severity == rule.Warning})
	}
	return errs
}

// failed tells whether one of them has the severity Error.
func failed(errs []RegistryError) bool {
	for i := range errs {
		if !errs[i].Warning {
			return true
		}
	}
	return false
}

// writeResponse writes an rs:RegistryResponse.
func writeResponse(b *bytes.Buffer, status string, errs []RegistryError) {
	b.WriteString(`<rs:RegistryResponse xmlns:rs="` + registry.NamespaceRS + `" status="` + status + `"`)
	if len(errs) == 0 {
		b.WriteString(`/>`)
		return
	}
	highest := "Warning"
	if failed(errs) {
		highest = "Error"
	}
	b.WriteString(`><rs:RegistryErrorList highestSeverity="` + severityURN + highest + `">`)
	for i := range errs {
		e := &errs[i]
		severity := "Error"
		if e.Warning {
			severity = "Warning"
		}
		b.WriteString(`<rs:RegistryError errorCode="`)
		escape(b, e.Code)
		b.WriteString(`" codeContext="`)
		escape(b, e.Context)
		b.WriteString(`" severity="` + severityURN + severity)
		if e.Location != "" {
			b.WriteString(`" location="`)
			escape(b, e.Location)
		}
		b.WriteString(`"/>`)
	}
	b.WriteString(`</rs:RegistryErrorList></rs:RegistryResponse>`)
}

// escape writes text for an attribute's value or an element's content.
func escape(b *bytes.Buffer, s string) {
	_ = xml.EscapeText(b, []byte(s)) // a bytes.Buffer never fails
}

// answer makes the answer of ITI-41: Failure when one of the errors is no warning.
func answer(errs []RegistryError) *soap.Response {
	status := statusSuccess
	if failed(errs) {
		status = statusFailure
	}
	var b bytes.Buffer
	writeResponse(&b, status, errs)
	return &soap.Response{Body: soap.Bytes(b.Bytes()), Outcome: outcomeOf(status)}
}

// outcomeOf says a status in the word that logs and audit records have for it.
func outcomeOf(status string) soap.Outcome {
	switch status {
	case statusFailure:
		return soap.OutcomeFailure
	case statusPartialSuccess:
		return soap.OutcomePartial
	}
	return soap.OutcomeSuccess
}
