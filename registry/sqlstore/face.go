package sqlstore

import (
	"encoding/binary"
	"errors"
	"fmt"

	"liasse/registry"
)

// A face packs what an answer shows of an object and no filter asks for, so that a row is few columns: a layout byte,
// then fixed fields, numbers as varints, and strings with their length before them, in the order of the functions
// below. A reader refuses a layout it does not know.
const faceLayout = 1

var errFace = errors.New("a stored object's packed attributes are damaged")

type faceWriter []byte

func (w *faceWriter) uuid(u registry.UUID) { *w = append(*w, u[:]...) }
func (w *faceWriter) byte(b byte)          { *w = append(*w, b) }
func (w *faceWriter) number(n int64)       { *w = binary.AppendVarint(*w, n) }
func (w *faceWriter) text(s string) {
	*w = binary.AppendUvarint(*w, uint64(len(s)))
	*w = append(*w, s...)
}

// faceReader reads what faceWriter wrote. It works on a string so that the texts it gives are parts of one allocation.
// After a fault it stays at the end and damaged is set.
type faceReader struct {
	rest    string
	damaged bool
}

func (r *faceReader) fail() {
	r.rest, r.damaged = "", true
}

// take gives the next n bytes, or none after a fault.
func (r *faceReader) take(n uint64) string {
	if n > uint64(len(r.rest)) {
		r.fail()
		return ""
	}
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}

func (r *faceReader) uuid() (u registry.UUID) {
	copy(u[:], r.take(uint64(len(u))))
	return u
}

func (r *faceReader) byte() byte {
	s := r.take(1)
	if s == "" {
		return 0
	}
	return s[0]
}

// unsigned reads a varint as encoding/binary writes it.
func (r *faceReader) unsigned() (n uint64) {
	for shift := 0; shift < 64; shift += 7 {
		b := r.byte()
		n |= uint64(b&0x7F) << shift
		if b < 0x80 {
			return n
		}
	}
	r.fail()
	return 0
}

func (r *faceReader) number() int64 {
	n := r.unsigned()
	return int64(n>>1) ^ -int64(n&1)
}

func (r *faceReader) text() string { return r.take(r.unsigned()) }

// common packs what objects of every kind have. split is where Tail begins in the body.
func (w *faceWriter) common(o *registry.ObjectRecord) {
	w.byte(faceLayout)
	w.uuid(o.ID)
	w.uuid(o.LID)
	w.number(int64(o.Version))
	w.number(int64(len(o.Head)))
	w.text(o.UniqueID)
	w.text(o.Home)
}

func (r *faceReader) common(o *registry.ObjectRecord) (split int) {
	if r.byte() != faceLayout {
		r.fail()
	}
	o.ID = r.uuid()
	o.LID = r.uuid()
	o.Version = int(r.number())
	split = int(r.number())
	o.UniqueID = r.text()
	o.Home = r.text()
	return split
}

func packDocument(d *registry.DocumentRecord) []byte {
	w := make(faceWriter, 0, 160+len(d.UniqueID)+len(d.MimeType)+len(d.Hash)+len(d.RepositoryUniqueID)+len(d.Home))
	w.common(&d.ObjectRecord)
	w.uuid(d.PatientIdentifierID)
	w.byte(byte(d.ObjectType))
	w.number(d.Size)
	w.text(d.MimeType)
	w.text(d.Hash)
	w.text(d.RepositoryUniqueID)
	return w
}

func unpackDocument(face, body []byte, d *registry.DocumentRecord) error {
	r := faceReader{rest: string(face)}
	split := r.common(&d.ObjectRecord)
	d.PatientIdentifierID = r.uuid()
	d.ObjectType = registry.ObjectType(r.byte())
	d.Size = r.number()
	d.MimeType = r.text()
	d.Hash = r.text()
	d.RepositoryUniqueID = r.text()
	return r.finish(&d.ObjectRecord, body, split)
}

func packSubmissionSet(s *registry.SubmissionSetRecord) []byte {
	w := make(faceWriter, 0, 128+len(s.UniqueID)+len(s.SourceID)+len(s.Home))
	w.common(&s.ObjectRecord)
	w.uuid(s.PatientIdentifierID)
	w.text(s.SourceID)
	return w
}

func unpackSubmissionSet(face, body []byte, s *registry.SubmissionSetRecord) error {
	r := faceReader{rest: string(face)}
	split := r.common(&s.ObjectRecord)
	s.PatientIdentifierID = r.uuid()
	s.SourceID = r.text()
	return r.finish(&s.ObjectRecord, body, split)
}

func packFolder(f *registry.FolderRecord) []byte {
	w := make(faceWriter, 0, 96+len(f.UniqueID)+len(f.Home))
	w.common(&f.ObjectRecord)
	w.uuid(f.PatientIdentifierID)
	return w
}

func unpackFolder(face, body []byte, f *registry.FolderRecord) error {
	r := faceReader{rest: string(face)}
	split := r.common(&f.ObjectRecord)
	f.PatientIdentifierID = r.uuid()
	return r.finish(&f.ObjectRecord, body, split)
}

func packAssociation(a *registry.AssociationRecord) []byte {
	w := make(faceWriter, 0, 128+len(a.Label)+len(a.Home))
	w.common(&a.ObjectRecord)
	w.uuid(a.Source)
	w.uuid(a.Target)
	w.byte(byte(a.SourceKind))
	w.byte(byte(a.TargetKind))
	w.byte(byte(a.Type))
	w.text(a.Label)
	return w
}

func unpackAssociation(face, body []byte, a *registry.AssociationRecord) error {
	r := faceReader{rest: string(face)}
	split := r.common(&a.ObjectRecord)
	a.Source = r.uuid()
	a.Target = r.uuid()
	a.SourceKind = registry.Kind(r.byte())
	a.TargetKind = registry.Kind(r.byte())
	a.Type = registry.AssociationType(r.byte())
	a.Label = r.text()
	return r.finish(&a.ObjectRecord, body, split)
}

// finish divides the body, which is nil when it was not asked for, and tells whether everything was sound.
func (r *faceReader) finish(o *registry.ObjectRecord, body []byte, split int) error {
	o.Head, o.Tail = nil, nil
	if body != nil {
		if split < 0 || split > len(body) {
			r.fail()
		} else {
			o.Head, o.Tail = body[:split:split], body[split:]
		}
	}
	if r.damaged || len(r.rest) != 0 {
		return fmt.Errorf("%w (key %d)", errFace, o.Key)
	}
	return nil
}

// packBody joins Head and Tail; it is never nil.
func packBody(o *registry.ObjectRecord) []byte {
	body := make([]byte, 0, len(o.Head)+len(o.Tail))
	return append(append(body, o.Head...), o.Tail...)
}
