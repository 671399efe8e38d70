package soap

import (
	"errors"
	"strings"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// version is the SOAP version of a message.
type version uint8

const (
	soap12 version = iota
	soap11
)

// space gives the namespace of the version's envelope.
func (v version) space() string {
	if v == soap11 {
		return Envelope11Namespace
	}
	return EnvelopeNamespace
}

// parse makes the tree of the envelope.
func (in *incoming) parse(src []byte) error {
	doc, err := xmltree.Parse(src, in.xml)
	if err != nil {
		var syntax *xmltree.SyntaxError
		if !errors.As(err, &syntax) {
			return err
		}
		return in.refuse(syntaxRule(syntax.Kind), rule.Finding{
			Place: rule.Place{Line: syntax.Line, Column: syntax.Column}, Found: syntax.In(in.lang)})
	}
	in.doc = doc
	return nil
}

func syntaxRule(kind xmltree.ErrorKind) *rule.Rule {
	switch {
	case kind.IsLimit():
		return ruleXMLBudget
	case kind == xmltree.Namespace:
		return ruleNamespaces
	case kind == xmltree.Encoding:
		return ruleEncoding
	case kind == xmltree.Doctype:
		return ruleDoctype
	case kind == xmltree.ForbiddenInstruction:
		return ruleInstruction
	}
	return ruleWellFormed
}

// skeleton finds Header and Body and judges the frame of the envelope. The header is zero when there is none; body is the
// one child of the Body.
func (in *incoming) skeleton() (header, body xmltree.Node, err error) {
	root := in.doc.Root()
	if err := in.judgeVersion(root); err != nil {
		return header, body, err
	}
	space := in.version.space()
	in.judgeFrame(root)
	var bodies xmltree.Node
	for child := range root.Elements() {
		switch {
		case child.Is(space, "Header") && header.IsZero() && bodies.IsZero():
			header = child
		case child.Is(space, "Body") && bodies.IsZero():
			bodies = child
		default:
			return header, body, in.refuse(ruleSkeleton, rule.Finding{Place: rule.At(child), Found: child.Local()})
		}
	}
	if bodies.IsZero() {
		return header, body, in.refuse(ruleSkeleton, rule.Finding{Place: rule.At(root), Expected: "Body"})
	}
	in.judgeFrame(bodies)
	if !header.IsZero() {
		in.judgeFrame(header)
	}
	body = bodies.FirstElement()
	if body.IsZero() || !body.NextElement().IsZero() {
		return header, body, in.refuse(ruleOneBodyChild, rule.Finding{Place: rule.At(bodies)})
	}
	return header, body, in.check()
}

// judgeVersion settles which SOAP the message is.
func (in *incoming) judgeVersion(root xmltree.Node) error {
	switch {
	case root.Local() != "Envelope":
		return in.refuse(ruleEnvelope, rule.Finding{Place: rule.At(root), Found: root.Local(), Expected: "Envelope"})
	case root.Space() == EnvelopeNamespace:
		return nil
	case root.Space() == Envelope11Namespace:
		in.version = soap11
		in.report.AddAt(root, rule.Finding{Rule: ruleSOAP12, Found: root.Space(), Expected: EnvelopeNamespace})
		return in.check()
	}
	return in.refuse(ruleSOAPVersion, rule.Finding{Place: rule.At(root), Found: root.Space(), Expected: EnvelopeNamespace})
}

// judgeFrame looks at the text and the attributes of one of SOAP's own elements.
func (in *incoming) judgeFrame(n xmltree.Node) {
	for child := n.FirstChild(); !child.IsZero(); child = child.NextSibling() {
		if k := child.Kind(); (k == xmltree.Text && !isBlank(child.Text())) || k == xmltree.CDATA {
			in.report.AddAt(child, rule.Finding{Rule: ruleNoText, Found: child.Text()})
			break
		}
	}
	if style, ok := n.Attr(in.version.space(), "encodingStyle"); ok {
		in.report.AddAt(n, rule.Finding{Rule: ruleEncodingStyle, Found: style})
	}
}

// blocks reads the header blocks and judges which must be understood.
func (in *incoming) blocks(header xmltree.Node) Header {
	var h Header
	if header.IsZero() {
		return h
	}
	for block := range header.Elements() {
		h.Blocks = append(h.Blocks, block)
		if block.Space() == "" {
			in.report.AddAt(block, rule.Finding{Rule: ruleQualifiedBlock, Found: block.Local()})
		}
		targeted := in.targeted(block)
		if block.Is(SecurityNamespace, "Security") && targeted {
			if !h.Security.IsZero() {
				in.report.AddAt(block, rule.Finding{Rule: ruleOneSecurity})
				continue
			}
			h.Security = block
		}
		if targeted && in.mustUnderstand(block) {
			in.judgeUnderstood(block)
		}
	}
	return h
}

// judgeUnderstood looks at a block that must be understood.
func (in *incoming) judgeUnderstood(block xmltree.Node) {
	name := QName{block.Space(), block.Local()}
	switch {
	case name.Space == AddressingNamespace:
	case name == QName{SecurityNamespace, "Security"}:
		if !in.authenticates {
			in.report.AddAt(block, rule.Finding{Rule: ruleSecurityUnprocessed})
		}
	default:
		in.report.AddAt(block, rule.Finding{Rule: ruleMustUnderstand, Found: name.String()})
	}
}

// mustUnderstand reads the attribute in the namespace of the envelope; one in no namespace means nothing.
func (in *incoming) mustUnderstand(block xmltree.Node) bool {
	value, ok := block.Attr(in.version.space(), "mustUnderstand")
	if !ok {
		return false
	}
	switch strings.Trim(value, " \t\r\n") {
	case "true", "1":
		return true
	case "false", "0":
		return false
	}
	in.report.AddAt(block, rule.Finding{Rule: ruleMustUnderstandValue, Found: value, Expected: "true"})
	return false
}

// targeted tells whether a block is for this receiver, which plays the roles next and ultimateReceiver.
func (in *incoming) targeted(block xmltree.Node) bool {
	if in.version == soap11 {
		actor := strings.TrimSpace(block.AttrValue(Envelope11Namespace, "actor"))
		return actor == "" || actor == "http://schemas.xmlsoap.org/soap/actor/next"
	}
	switch strings.TrimSpace(block.AttrValue(EnvelopeNamespace, "role")) {
	case "", EnvelopeNamespace + "/role/next", EnvelopeNamespace + "/role/ultimateReceiver":
		return true
	}
	return false
}
