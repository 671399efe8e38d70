package soap

import (
	"strconv"
	"strings"

	"liasse/internal/rule"
)

// FaultOf makes the fault of a report's findings, one of which refuses the message. The code of the first that does decides: a rule's
// Code is an HTTP status, one of SOAP's fault codes, or a subcode of WS-Addressing or WS-Security.
func FaultOf(findings rule.Findings) *Fault {
	f := &Fault{Findings: findings}
	first := f.first()
	if first == nil {
		return f
	}
	f.Code, f.Subcodes = faultCodes(first.WireCode())
	if f.Code == MustUnderstand {
		for i := range findings {
			if findings[i].Severity == rule.Error && findings[i].WireCode() == first.WireCode() {
				f.NotUnderstood = append(f.NotUnderstood, notUnderstood(&findings[i]))
			}
		}
	}
	f.Detail = addressingDetail(first)
	return f
}

// notUnderstood gives the name of the header block that a finding is about.
func notUnderstood(f *rule.Finding) QName {
	if f.Rule == ruleSecurityUnprocessed {
		return QName{SecurityNamespace, "Security"}
	}
	space, local, qualified := strings.Cut(strings.TrimPrefix(f.Found, "{"), "}")
	if !qualified {
		return QName{Local: f.Found}
	}
	return QName{space, local}
}

// faultCodes turns the code of a rule into those of a fault.
func faultCodes(code string) (FaultCode, []QName) {
	prefix, local, _ := strings.Cut(code, ":")
	switch prefix {
	case "env":
		return FaultCode(local), nil
	case "wsse":
		return Sender, []QName{{SecurityNamespace, local}}
	case "wsa":
		switch local {
		case "MessageAddressingHeaderRequired", "ActionNotSupported", "InvalidAddressingHeader", "DestinationUnreachable":
			return Sender, []QName{{AddressingNamespace, local}}
		}
		return Sender, []QName{{AddressingNamespace, "InvalidAddressingHeader"}, {AddressingNamespace, local}}
	}
	return Sender, nil
}

// httpStatus gives the status of a refusal that is answered by HTTP alone, 0 when it is answered by a SOAP fault.
func (f *Fault) httpStatus() int {
	first := f.first()
	if first == nil || f.Reason != "" {
		return 0
	}
	status, err := strconv.Atoi(first.WireCode())
	if err != nil {
		return 0
	}
	return status
}

// problemHeaders are the addressing blocks that rules are about, for wsa:ProblemHeaderQName.
var problemHeaders = map[*rule.Rule]string{
	ruleAction: "Action", ruleMessageID: "MessageID", ruleMessageIDForm: "MessageID", ruleMessageIDSize: "MessageID",
	ruleReplyTo: "ReplyTo", ruleToAbsolute: "To", ruleToOurs: "To",
}

// addressingDetail makes the detail that the SOAP binding of WS-Addressing 1.0 (6.3) adds to a fault.
func addressingDetail(f *rule.Finding) []byte {
	const declared = ` xmlns:wsa="` + AddressingNamespace + `">`
	if f.Rule == ruleActionSupported {
		b := append([]byte(nil), `<wsa:ProblemAction`+declared+`<wsa:Action>`...)
		b = appendText(b, f.Found)
		return append(b, `</wsa:Action></wsa:ProblemAction>`...)
	}
	block := problemHeaders[f.Rule]
	if block == "" && f.Subject != "" && strings.HasPrefix(f.Rule.ID, "WSA-") {
		block = f.Subject
	}
	if block == "" {
		return nil
	}
	return append([]byte(nil), `<wsa:ProblemHeaderQName`+declared+`wsa:`+block+`</wsa:ProblemHeaderQName>`...)
}
