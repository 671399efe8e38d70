package soap

import (
	"strconv"

	"liasse/internal/rule"
)

// upgradeBlock is the env:Upgrade header of a VersionMismatch fault (SOAP 1.2 part 1, 5.4.7), readable in an envelope of
// SOAP 1.1 too because it declares its own prefixes.
func upgradeBlock(f *Fault) []byte {
	if f.code() != VersionMismatch {
		return nil
	}
	return []byte(`<up:Upgrade xmlns:up="` + EnvelopeNamespace + `"><up:SupportedEnvelope qname="up:Envelope"/></up:Upgrade>`)
}

// xmlNamespace is the one namespace that no other prefix than xml may be bound to.
const xmlNamespace = "http://www.w3.org/XML/1998/namespace"

// notUnderstoodBlocks are the env:NotUnderstood headers of a MustUnderstand fault (SOAP 1.2 part 1, 5.4.8). A block
// without a namespace, which is a fault of its own, is named without a prefix.
func notUnderstoodBlocks(f *Fault) []byte {
	var b []byte
	for _, name := range f.NotUnderstood {
		b = append(b, `<env:NotUnderstood qname="`...)
		switch name.Space {
		case "":
		case xmlNamespace:
			b = append(b, `xml:`...)
		default:
			b = append(b, `nu:`...)
		}
		b = appendAttribute(b, name.Local)
		if name.Space != "" && name.Space != xmlNamespace {
			b = append(b, `" xmlns:nu="`...)
			b = appendAttribute(b, name.Space)
		}
		b = append(b, `"/>`...)
	}
	return b
}

// append12 writes env:Fault of SOAP 1.2.
func (f *Fault) append12(b []byte, lang string) []byte {
	b = append(b, `<env:Fault><env:Code><env:Value>env:`...)
	b = append(b, f.code()...)
	b = append(b, `</env:Value>`...)
	for i, sub := range f.Subcodes {
		prefix := "s" + strconv.Itoa(i)
		b = append(b, `<env:Subcode><env:Value xmlns:`+prefix+`="`...)
		b = appendAttribute(b, sub.Space)
		b = append(b, `">`+prefix+`:`...)
		b = appendText(b, sub.Local)
		b = append(b, `</env:Value>`...)
	}
	for range f.Subcodes {
		b = append(b, `</env:Subcode>`...)
	}
	b = append(b, `</env:Code><env:Reason><env:Text xml:lang="`...)
	b = appendAttribute(b, lang)
	b = append(b, `">`...)
	b = appendText(b, f.reason(lang))
	b = append(b, `</env:Text></env:Reason>`...)
	if len(f.Detail) > 0 || len(f.Findings) > 0 {
		b = append(b, `<env:Detail>`...)
		b = append(b, f.Detail...)
		b = appendFindings(b, f.Findings, lang)
		b = append(b, `</env:Detail>`...)
	}
	return append(b, `</env:Fault>`...)
}

// append11 writes the Fault of SOAP 1.1, whose children are in no namespace.
func (f *Fault) append11(b []byte, lang string) []byte {
	code := string(f.code())
	switch f.code() {
	case Sender:
		code = "Client"
	case Receiver:
		code = "Server"
	}
	b = append(b, `<env:Fault><faultcode>env:`+code+`</faultcode><faultstring xml:lang="`...)
	b = appendAttribute(b, lang)
	b = append(b, `">`...)
	b = appendText(b, f.reason(lang))
	b = append(b, `</faultstring>`...)
	if len(f.Detail) > 0 || len(f.Findings) > 0 {
		b = append(b, `<detail>`...)
		b = append(b, f.Detail...)
		b = appendFindings(b, f.Findings, lang)
		b = append(b, `</detail>`...)
	}
	return append(b, `</env:Fault>`...)
}

// appendFindings writes one element per finding: rule id, severity, code, place and sentence.
func appendFindings(b []byte, findings rule.Findings, lang string) []byte {
	for i := range findings {
		one := &findings[i]
		attribute := func(name, value string) {
			if value != "" {
				b = append(b, ' ')
				b = append(b, name...)
				b = append(b, `="`...)
				b = append(appendAttribute(b, value), '"')
			}
		}
		number := func(name string, value int) {
			if value > 0 {
				attribute(name, strconv.Itoa(value))
			}
		}
		b = append(b, `<l:Finding xmlns:l="`+FindingNamespace+`"`...)
		attribute("id", one.Rule.ID)
		attribute("severity", one.Severity.String())
		attribute("code", one.WireCode())
		attribute("xpath", one.XPath)
		attribute("part", one.Part)
		number("line", one.Line)
		number("column", one.Column)
		b = append(b, `><l:Sentence xml:lang="`...)
		b = appendAttribute(b, lang)
		b = append(b, `">`...)
		b = appendText(b, one.Sentence(lang))
		b = append(b, `</l:Sentence></l:Finding>`...)
	}
	return b
}
