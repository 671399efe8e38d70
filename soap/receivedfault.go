package soap

import (
	"fmt"
	"strconv"
	"strings"

	"liasse/internal/xmltree"
)

// ReceivedFault is a SOAP fault that a server answered. It is an error.
type ReceivedFault struct {
	// Code and Subcodes are those of the fault; of a SOAP 1.1 fault, Client reads as Sender and Server as Receiver.
	Code     FaultCode
	Subcodes []QName
	// Reason is the first text of env:Reason.
	Reason string
	// Findings are those of the Detail when the server is Liasse.
	Findings []ReceivedFinding
	// Detail is env:Detail as it came, with its tags; empty when there is none.
	Detail string
	// Status is that of HTTP.
	Status int
}

// ReceivedFinding is one finding as a server told it.
type ReceivedFinding struct {
	// Rule is the rule's id, Severity "error" or "warning", Code the wire code.
	Rule, Severity, Code string
	// XPath, Part, Line and Column say where.
	XPath, Part  string
	Line, Column int
	// Sentence says what was found, what was expected and the fix, in the language of the server.
	Sentence string
}

// Error gives the codes and the reason.
func (f *ReceivedFault) Error() string {
	code := string(f.Code)
	for _, sub := range f.Subcodes {
		code += "/" + sub.Local
	}
	return fmt.Sprintf("the server answered a fault %s: %s", code, f.Reason)
}

// readFault reads a fault of either version.
func readFault(n xmltree.Node, v version, status int) *ReceivedFault {
	f := &ReceivedFault{Status: status}
	detail := n.Child(EnvelopeNamespace, "Detail")
	if v == soap11 {
		f.readCode11(n)
		f.Reason = strings.TrimSpace(n.Child("", "faultstring").Text())
		detail = n.Child("", "detail")
	} else {
		code := n.Child(EnvelopeNamespace, "Code")
		f.Code = FaultCode(qnameIn(code.Child(EnvelopeNamespace, "Value")).Local)
		for sub := code.Child(EnvelopeNamespace, "Subcode"); !sub.IsZero(); sub = sub.Child(EnvelopeNamespace, "Subcode") {
			f.Subcodes = append(f.Subcodes, qnameIn(sub.Child(EnvelopeNamespace, "Value")))
		}
		f.Reason = strings.TrimSpace(n.Child(EnvelopeNamespace, "Reason").Child(EnvelopeNamespace, "Text").Text())
	}
	if detail.IsZero() {
		return f
	}
	f.Detail = string(detail.Raw())
	for one := range detail.Children(FindingNamespace, "Finding") {
		f.Findings = append(f.Findings, ReceivedFinding{
			Rule: one.AttrValue("", "id"), Severity: one.AttrValue("", "severity"), Code: one.AttrValue("", "code"),
			XPath: one.AttrValue("", "xpath"), Part: one.AttrValue("", "part"),
			Line: numberOf(one, "line"), Column: numberOf(one, "column"),
			Sentence: strings.TrimSpace(one.Child(FindingNamespace, "Sentence").Text()),
		})
	}
	return f
}

func (f *ReceivedFault) readCode11(n xmltree.Node) {
	// SOAP 1.1 lets codes be refined with dots: Client.Authentication.
	local, _, _ := strings.Cut(qnameIn(n.Child("", "faultcode")).Local, ".")
	switch local {
	case "Client":
		f.Code = Sender
	case "Server":
		f.Code = Receiver
	default:
		f.Code = FaultCode(local)
	}
}

// qnameIn reads a name with a prefix from the text of an element.
func qnameIn(n xmltree.Node) QName {
	text := strings.TrimSpace(n.Text())
	prefix, local, prefixed := strings.Cut(text, ":")
	if !prefixed {
		prefix, local = "", text
	}
	space, _ := n.Namespace(prefix)
	return QName{space, local}
}

func numberOf(n xmltree.Node, attribute string) int {
	number, err := strconv.Atoi(n.AttrValue("", attribute))
	if err != nil {
		return 0
	}
	return number
}
