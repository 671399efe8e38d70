package xmltree

import "fmt"

// ErrorKind says which family of rule a refused document breaks.
type ErrorKind uint8

const (
	// NotWellFormed: a production or well-formedness constraint of XML 1.0 is broken.
	NotWellFormed ErrorKind = iota + 1
	// Namespace: a constraint of Namespaces in XML 1.0 is broken.
	Namespace
	// Encoding: the bytes are not UTF-8, or the XML declaration names another encoding or XML version.
	Encoding
	// Doctype: the document has a document type declaration, which is never read.
	Doctype
	// ForbiddenInstruction: the document has a processing instruction where none is allowed.
	ForbiddenInstruction
	// TooDeep: Limits.Depth is exceeded.
	TooDeep
	// TooManyElements: Limits.Elements is exceeded.
	TooManyElements
	// TooManyAttributes: Limits.Attributes is exceeded.
	TooManyAttributes
	// TooManyNamespaces: Limits.Namespaces or Limits.PrefixesInScope is exceeded.
	TooManyNamespaces
	// TooLarge: Limits.Bytes, AttributeValue, NamespaceName, Name or Text is exceeded.
	TooLarge
)

var kindNames = [...]string{
	NotWellFormed: "not well-formed", Namespace: "namespace fault", Encoding: "encoding fault",
	Doctype: "document type declaration", ForbiddenInstruction: "processing instruction", TooDeep: "too deep",
	TooManyElements: "too many elements", TooManyAttributes: "too many attributes",
	TooManyNamespaces: "too many namespaces", TooLarge: "too large",
}

// String names the kind in plain words.
func (k ErrorKind) String() string {
	if int(k) < len(kindNames) && kindNames[k] != "" {
		return kindNames[k]
	}
	return fmt.Sprintf("ErrorKind(%d)", uint8(k))
}

// IsLimit tells whether the kind is a budget that the reader set, rather than a fault of the document itself.
func (k ErrorKind) IsLimit() bool { return k >= TooDeep && k <= TooLarge }

// SyntaxError says why a document was refused and where. It is the only error that Parse returns.
type SyntaxError struct {
	Kind ErrorKind
	// Offset counts bytes from 0; Line and Column count from 1, the column in characters.
	Offset, Line, Column int
	// Message says in plain English what is wrong; In says it in French too. Of the document it quotes at most two names
	// or one character.
	Message string

	french string
	// atEnd marks that the document ended too early, which a forbidden character there explains better.
	atEnd bool
}

// Error gives the place and the message.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// In gives the message in the language asked for ("fr" or "en"); any other language gets English.
func (e *SyntaxError) In(lang string) string {
	if lang == "fr" {
		return e.french
	}
	return e.Message
}

// phrase is a part of a message that differs by language.
type phrase struct{ en, fr string }

// String gives the English.
func (p phrase) String() string { return p.en }

// fault makes an error at an offset from an English format that messages_fr.go has the French of; Parse adds the line
// and the column.
func fault(kind ErrorKind, offset int, format string, args ...any) *SyntaxError {
	inFrench := make([]any, len(args))
	for i, arg := range args {
		if p, differs := arg.(phrase); differs {
			arg = p.fr
		}
		inFrench[i] = arg
	}
	return &SyntaxError{
		Kind: kind, Offset: offset,
		Message: fmt.Sprintf(format, args...), french: fmt.Sprintf(frenchFormats[format], inFrench...),
	}
}

// endFault makes the error of a document that ends inside something.
func endFault(offset int, format string, args ...any) *SyntaxError {
	e := fault(NotWellFormed, offset, format, args...)
	e.atEnd = true
	return e
}

// quotedName gives a name of the document's for a message, cut where it is long.
func quotedName(name []byte) string {
	const most = 80
	if len(name) <= most {
		return string(name)
	}
	cut := most
	for cut > 0 && name[cut]&0xC0 == 0x80 {
		cut--
	}
	return string(name[:cut]) + "…"
}
