package rule

import "liasse/internal/xmltree"

// At gives the place of a node in the message it was read from: its XPath with the sender's prefixes, its line and its
// column. The zero Node gives the zero Place, which means the message as a whole. The caller sets Part where the node is
// not of the SOAP envelope.
func At(n xmltree.Node) Place {
	if n.IsZero() {
		return Place{}
	}
	line, column := n.Document().Position(n.Offset())
	return Place{XPath: n.XPath(), Line: line, Column: column}
}
