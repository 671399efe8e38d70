package registry

import (
	"strings"

	"liasse/internal/rule"
)

// AppendResponse appends the rs:RegistryResponse of findings (ITI TF-3 4.2.4): Failure when one of them refuses, else
// Success; one RegistryError for each, its codeContext the finding as a sentence in the language, its location the XPath.
func AppendResponse(dst []byte, findings rule.Findings, lang string) []byte {
	dst = append(dst, `<rs:RegistryResponse xmlns:rs="`+NamespaceRS+`" status="`...)
	if findings.Failed() {
		dst = append(dst, StatusFailure...)
	} else {
		dst = append(dst, StatusSuccess...)
	}
	if len(findings) == 0 {
		return append(dst, `"/>`...)
	}
	dst = append(dst, `">`...)
	dst = AppendErrorList(dst, findings, lang)
	return append(dst, `</rs:RegistryResponse>`...)
}

// AppendErrorList appends the rs:RegistryErrorList of findings, nothing when there are none. The prefix rs must be bound.
func AppendErrorList(dst []byte, findings rule.Findings, lang string) []byte {
	if len(findings) == 0 {
		return dst
	}
	highest := severityWarningURN
	if findings.Failed() {
		highest = severityErrorURN
	}
	dst = append(dst, `<rs:RegistryErrorList highestSeverity="`...)
	dst = append(dst, highest...)
	dst = append(dst, `">`...)
	for i := range findings {
		f := &findings[i]
		severity := severityWarningURN
		if f.Severity == rule.Error {
			severity = severityErrorURN
		}
		dst = appendRegistryError(dst, errorCode(f), f.Sentence(lang), f.XPath, severity)
	}
	return append(dst, `</rs:RegistryErrorList>`...)
}

func appendRegistryError(dst []byte, code, context, location, severity string) []byte {
	dst = append(dst, `<rs:RegistryError`...)
	dst = appendAttr(dst, "errorCode", code)
	dst = appendAttr(dst, "codeContext", context)
	dst = appendAttr(dst, "severity", severity)
	if location != "" {
		dst = appendAttr(dst, "location", location)
	}
	return append(dst, `/>`...)
}

// errorCode gives a code of ITI TF-3 Table 4.2.4.1-2. An oddity of the envelope that was tolerated has a fault code or an
// HTTP status instead; as a warning in this list it is a plain XDSRegistryError.
func errorCode(f *rule.Finding) string {
	code := f.WireCode()
	if code == "" || strings.Contains(code, ":") || code[0] >= '0' && code[0] <= '9' {
		return "XDSRegistryError"
	}
	return code
}
