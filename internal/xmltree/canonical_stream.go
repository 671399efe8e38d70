package xmltree

import "io"

// canonicalChunk is how much of a canonical form WriteCanonical gathers before it passes it on. One text or one tag may
// make more of it; memory beyond pooledChunk is not kept.
const (
	canonicalChunk = 16 << 10
	pooledChunk    = 1 << 20
)

// WriteCanonical writes what AppendCanonical appends, in pieces, so that a form larger than its document is never held
// whole: a digest takes it as it comes, and a writer that has had enough stops it by an error, which is returned.
func (n Node) WriteCanonical(out io.Writer, c Canonicalization) error {
	if n.doc == nil {
		return nil
	}
	w := canonicalWriters.Get().(*canonicalWriter)
	w.doc, w.how, w.out = n.doc, c, out
	if w.chunk == nil {
		w.chunk = make([]byte, 0, 2*canonicalChunk)
	}
	w.dst = w.chunk[:0]
	w.write(n.i)
	if w.failed == nil && len(w.dst) > 0 {
		_, w.failed = out.Write(w.dst)
	}
	err := w.failed
	if w.chunk = w.dst[:0]; cap(w.chunk) > pooledChunk {
		w.chunk = nil
	}
	w.release()
	return err
}

// pass gives what has gathered to the writer of WriteCanonical and tells whether it wants more.
func (w *canonicalWriter) pass() bool {
	_, w.failed = w.out.Write(w.dst)
	w.dst = w.dst[:0]
	return w.failed == nil
}

// RelativeNamespace finds the first element that declares a namespace name which is no absolute URI, on which
// canonicalizers fail or differ (Canonical XML 1.0 section 1.3). Limits.AbsoluteNamespaces refuses such a document when it
// is read.
func (d *Document) RelativeNamespace() (at Node, uri string, found bool) {
	for k, r := range d.arena.spaces.refs {
		if uri = d.string(r); isAbsolute([]byte(uri)) {
			continue
		}
		for i := range d.arena.nodes {
			n := &d.arena.nodes[i]
			if n.kind != Element {
				continue
			}
			from, to := n.declRange()
			for _, declared := range d.arena.decls[from:to] {
				if declared.space == int32(k)+firstOwn {
					return Node{d, int32(i)}, uri, true
				}
			}
		}
	}
	return Node{}, "", false
}
