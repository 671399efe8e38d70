package xmltree

// Limits bounds what a document may hold, so that no input costs more memory or time than its reader agreed to. A field
// left at zero takes the value of DocumentLimits. Sizes are in bytes of the source as it came.
type Limits struct {
	// Bytes bounds the whole document; it can never exceed 1 GiB.
	Bytes int
	// Depth bounds the nesting of elements; the root has depth 1.
	Depth int
	// Elements bounds the elements, comments, processing instructions and CDATA sections, counted together.
	Elements int
	// Attributes bounds the attributes of one element, namespace declarations left out.
	Attributes int
	// Namespaces bounds the namespace declarations of one element.
	Namespaces int
	// PrefixesInScope bounds the prefixes that are bound at one place, the default namespace among them.
	PrefixesInScope int
	// AttributeValue bounds the value of one attribute.
	AttributeValue int
	// NamespaceName bounds one namespace name. The exclusive canonical form may repeat it at every element, so that a long
	// one would make a small document large.
	NamespaceName int
	// Name bounds the name of an element, an attribute or the target of a processing instruction, prefix included. It
	// can never exceed 65,535.
	Name int
	// Text bounds one run of text, one CDATA section, one comment, one processing instruction.
	Text int
	// ForbidPI refuses processing instructions, as SOAP 1.2 part 1 section 5 asks of a message. The XML declaration is
	// not one.
	ForbidPI bool
	// AbsoluteNamespaces refuses namespace names that are not absolute URIs: canonicalizers fail on them or differ, so
	// that two readers of one signature could.
	AbsoluteNamespaces bool
}

// SOAPLimits are the bounds of the root part of a SOAP message.
var SOAPLimits = Limits{
	Bytes: 4 << 20, Depth: 64, Elements: 200_000,
	Attributes: 64, Namespaces: 32, PrefixesInScope: 128,
	AttributeValue: 64 << 10, NamespaceName: 512, Name: 256, Text: 1 << 20,
	ForbidPI: true, AbsoluteNamespaces: true,
}

// DocumentLimits are the bounds of an XML document that is looked into when it is received, such as a CDA document.
var DocumentLimits = Limits{
	Bytes: 64 << 20, Depth: 256, Elements: 2_000_000,
	Attributes: 256, Namespaces: 64, PrefixesInScope: 256,
	AttributeValue: 1 << 20, NamespaceName: 4 << 10, Name: 1 << 10, Text: 64 << 20,
}

// The bounds that the arena's field widths set, whatever the caller allows.
const (
	maxBytes      = 1 << 30
	maxName       = 1<<16 - 1
	maxAttributes = 1<<16 - 2 // one more must still be countable
)

// settled gives the limits with zero fields filled and every field inside what the arena can hold.
func (l Limits) settled() Limits {
	settle := func(field *int, otherwise, most int) {
		if *field <= 0 {
			*field = otherwise
		}
		*field = min(*field, most)
	}
	d := &DocumentLimits
	settle(&l.Bytes, d.Bytes, maxBytes)
	settle(&l.Depth, d.Depth, maxBytes)
	settle(&l.Elements, d.Elements, maxBytes)
	settle(&l.Attributes, d.Attributes, maxAttributes)
	settle(&l.Namespaces, d.Namespaces, maxAttributes)
	settle(&l.PrefixesInScope, d.PrefixesInScope, maxBytes)
	settle(&l.AttributeValue, d.AttributeValue, maxBytes)
	settle(&l.NamespaceName, d.NamespaceName, maxBytes)
	settle(&l.Name, d.Name, maxName)
	settle(&l.Text, d.Text, maxBytes)
	return l
}
