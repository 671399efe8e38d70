package soap

import (
	"strings"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// The namespaces of WS-Addressing before it was a recommendation.
var earlierAddressing = map[string]bool{
	"http://schemas.xmlsoap.org/ws/2004/08/addressing": true,
	"http://schemas.xmlsoap.org/ws/2004/03/addressing": true,
	"http://schemas.xmlsoap.org/ws/2003/03/addressing": true,
	"http://www.w3.org/2004/12/addressing":             true,
}

// maxMessageID bounds the wsa:MessageID, which the answer repeats.
const maxMessageID = 2048

// addressing holds the WS-Addressing blocks that are for this receiver.
type addressing struct {
	action, messageID, to, from, replyTo, faultTo xmltree.Node
}

// slot gives where a block of that name is kept, nil when it may stand any number of times.
func (a *addressing) slot(local string) *xmltree.Node {
	switch local {
	case "Action":
		return &a.action
	case "MessageID":
		return &a.messageID
	case "To":
		return &a.to
	case "From":
		return &a.from
	case "ReplyTo":
		return &a.replyTo
	case "FaultTo":
		return &a.faultTo
	}
	return nil
}

// address reads and judges the WS-Addressing blocks of a request into h.
func (in *incoming) address(h *Header, header xmltree.Node, endpoints []string) {
	blocks := in.addressingBlocks(h)
	in.judgeAction(h, blocks.action, header)
	in.judgeMessageID(h, blocks.messageID, header)
	in.judgeTo(h, blocks.to, endpoints)
	h.ReplyTo = in.endpointReference(blocks.replyTo)
	if blocks.replyTo.IsZero() {
		in.report.AddAt(header, rule.Finding{Rule: ruleReplyTo})
	}
	in.endpointReference(blocks.faultTo)
}

// addressingBlocks sorts the blocks and refuses repeated and outdated ones.
func (in *incoming) addressingBlocks(h *Header) addressing {
	var a addressing
	outdated := false
	for _, block := range h.Blocks {
		if earlierAddressing[block.Space()] && !outdated {
			outdated = true
			in.report.AddAt(block, rule.Finding{Rule: ruleAddressingVersion, Subject: block.Local(), Found: block.Space(), Expected: AddressingNamespace})
		}
		if block.Space() != AddressingNamespace || !in.targeted(block) {
			continue
		}
		slot := a.slot(block.Local())
		switch {
		case slot == nil:
		case slot.IsZero():
			*slot = block
		default:
			in.report.AddAt(block, rule.Finding{Rule: ruleCardinality, Subject: block.Local()})
		}
	}
	return a
}

// value reads the text of a block, the white space around it taken off.
func (in *incoming) value(block xmltree.Node) string {
	if block.IsZero() {
		return ""
	}
	text, plain := block.PlainText()
	if !plain {
		in.report.AddAt(block, rule.Finding{Rule: ruleAddressingText, Subject: block.Local()})
	}
	trimmed := strings.Trim(text, " \t\r\n")
	if trimmed != text {
		in.report.AddAt(block, rule.Finding{Rule: ruleActionBlank, Subject: block.Local()})
	}
	return trimmed
}

func (in *incoming) judgeAction(h *Header, block, header xmltree.Node) {
	h.Action = in.value(block)
	if h.Action == "" {
		in.report.AddAt(header, rule.Finding{Rule: ruleAction})
		return
	}
	if !in.mustUnderstand(block) {
		in.report.AddAt(block, rule.Finding{Rule: ruleActionMustUnderstand})
	}
	for _, action := range in.httpActions {
		if action != "" && action != h.Action {
			in.report.AddAt(block, rule.Finding{Rule: ruleHTTPAction, Found: action, Expected: h.Action})
			break
		}
	}
}

func (in *incoming) judgeMessageID(h *Header, block, header xmltree.Node) {
	h.MessageID = in.value(block)
	switch {
	case h.MessageID == "":
		in.report.AddAt(header, rule.Finding{Rule: ruleMessageID})
	case len(h.MessageID) > maxMessageID:
		in.report.AddAt(block, rule.Finding{Rule: ruleMessageIDSize})
		h.MessageID = ""
	case !isAbsolute(h.MessageID):
		in.report.AddAt(block, rule.Finding{Rule: ruleMessageIDForm, Found: h.MessageID, Expected: "urn:uuid:…"})
	}
}

func (in *incoming) judgeTo(h *Header, block xmltree.Node, endpoints []string) {
	if block.IsZero() {
		return
	}
	h.To = in.value(block)
	if !isAbsolute(h.To) {
		in.report.AddAt(block, rule.Finding{Rule: ruleToAbsolute, Found: h.To})
		return
	}
	if len(endpoints) == 0 || h.To == AnonymousAddress {
		return
	}
	for _, ours := range endpoints {
		if h.To == ours {
			return
		}
	}
	in.report.AddAt(block, rule.Finding{Rule: ruleToOurs, Found: h.To, Expected: strings.Join(endpoints, ", ")})
}

// endpointReference reads the address of wsa:ReplyTo or wsa:FaultTo. No address is ever contacted.
func (in *incoming) endpointReference(block xmltree.Node) string {
	if block.IsZero() {
		return ""
	}
	address := block.Child(AddressingNamespace, "Address")
	if address.IsZero() {
		in.report.AddAt(block, rule.Finding{Rule: ruleEndpointAddress, Subject: block.Local()})
		return ""
	}
	value := in.value(address)
	if value != AnonymousAddress && value != NoneAddress {
		in.report.AddAt(address, rule.Finding{Rule: ruleAnonymous, Subject: block.Local(), Found: value, Expected: AnonymousAddress})
	}
	return value
}

// isAbsolute tells whether s has the look of an absolute IRI: a scheme, something after it, no blanks.
func isAbsolute(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || scheme == "" || rest == "" || strings.ContainsAny(s, " \t\r\n<>\"") {
		return false
	}
	for i := 0; i < len(scheme); i++ {
		c := scheme[i] | 0x20
		if letter := 'a' <= c && c <= 'z'; !letter && (i == 0 || !strings.ContainsRune("0123456789+-.", rune(scheme[i]))) {
			return false
		}
	}
	return true
}
