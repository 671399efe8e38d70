package registry

import (
	"io"
	"strconv"
	"sync"

	"liasse/internal/rule"
)

// answer is an AdhocQueryResponse being written (ITI TF-2 3.18.4.1.3): each object goes from its record into one buffer
// as it is read. The buffer comes from a pool and goes back there when the answer has been sent.
type answer struct {
	refs bool   // ObjectRef instead of whole objects
	home string // homeCommunityId of objects that were registered without one
	open []byte // what stands before the objects; known last, because findings stand there
	body []byte
	// items are the places of documents; withItems says that the entries come with theirs.
	items     []item
	withItems bool
}

// answerPool keeps the buffers of answers that were sent, up to pooledAnswer bytes each.
var answerPool = sync.Pool{New: func() any { return new(answer) }}

const pooledAnswer = 4 << 20

// newAnswer takes an answer from the pool. homeCommunity is an OID, with or without urn:oid:, or empty.
func newAnswer(form returnType, homeCommunity string) *answer {
	a := answerPool.Get().(*answer)
	a.refs, a.withItems, a.home = form == objectRef, form == leafClassWithItem, homeURN(homeCommunity)
	a.clear()
	return a
}

// clear takes the objects back.
func (a *answer) clear() { a.open, a.body, a.items = a.open[:0], a.body[:0], nil }

// finish writes what stands around the objects. When the findings refuse the query no object is answered.
func (a *answer) finish(findings rule.Findings, lang string) {
	status := StatusSuccess
	if findings.Failed() {
		status = StatusFailure
		a.clear()
	}
	b := append(a.open[:0], `<query:AdhocQueryResponse xmlns:query="`+NamespaceQuery+`" status="`...)
	b = append(b, status...)
	b = append(b, '"', '>')
	if len(findings) > 0 {
		errors := AppendErrorList(nil, findings, lang)
		const start = `<rs:RegistryErrorList`
		b = append(b, start+` xmlns:rs="`+NamespaceRS+`"`...)
		b = append(b, errors[len(start):]...)
	}
	a.open = append(b, `<RegistryObjectList xmlns="`+NamespaceRIM+`">`...)
	a.body = append(a.body, `</RegistryObjectList></query:AdhocQueryResponse>`...)
}

// WriteTo writes the answer, once: its buffers go back to the pool.
func (a *answer) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(a.open)
	if err != nil {
		return int64(n), err
	}
	m, err := a.writeObjects(w)
	if cap(a.body) <= pooledAnswer {
		a.items = nil
		answerPool.Put(a)
	}
	return int64(n) + m, err
}

// homeURN writes a homeCommunityId as it stands in @home.
func homeURN(oid string) string {
	const prefix = "urn:oid:"
	if oid == "" || len(oid) > len(prefix) && oid[:len(prefix)] == prefix {
		return oid
	}
	return prefix + oid
}

// document writes a DocumentEntry.
func (a *answer) document(d *DocumentRecord) {
	if a.refs {
		a.reference(&d.ObjectRecord)
		return
	}
	b := a.start("ExtrinsicObject", &d.ObjectRecord, d.ObjectType.URN())
	b = appendAttr(b, "mimeType", d.MimeType)
	b = append(b, ` isOpaque="false">`...)
	b = append(b, d.Head...)
	b = appendVersion(b, d.Version)
	b = append(b, d.Tail...)
	b = appendPatientIdentifier(b, &d.ObjectRecord, d.PatientIdentifierID, SchemeDocumentPatientID, "XDSDocumentEntry.patientId")
	if a.withItems {
		a.leaveRoom(len(b), d)
	}
	a.body = append(b, `</ExtrinsicObject>`...)
}

// submissionSet writes a SubmissionSet.
func (a *answer) submissionSet(s *SubmissionSetRecord) {
	if a.refs {
		a.reference(&s.ObjectRecord)
		return
	}
	b := append(a.start("RegistryPackage", &s.ObjectRecord, ObjectTypeRegistryPackage), '>')
	b = append(b, s.Head...)
	b = appendVersion(b, s.Version)
	b = append(b, s.Tail...)
	b = appendPatientIdentifier(b, &s.ObjectRecord, s.PatientIdentifierID, SchemeSubmissionSetPatientID, "XDSSubmissionSet.patientId")
	a.body = append(b, `</RegistryPackage>`...)
}

// folder writes a Folder; lastUpdateTime is the first of its slots.
func (a *answer) folder(f *FolderRecord) {
	if a.refs {
		a.reference(&f.ObjectRecord)
		return
	}
	b := append(a.start("RegistryPackage", &f.ObjectRecord, ObjectTypeRegistryPackage), '>')
	b = append(b, `<Slot name="`+SlotLastUpdateTime+`"><ValueList><Value>`...)
	b = appendText(b, f.LastUpdateTime)
	b = append(b, `</Value></ValueList></Slot>`...)
	b = append(b, f.Head...)
	b = appendVersion(b, f.Version)
	b = append(b, f.Tail...)
	b = appendPatientIdentifier(b, &f.ObjectRecord, f.PatientIdentifierID, SchemeFolderPatientID, "XDSFolder.patientId")
	a.body = append(b, `</RegistryPackage>`...)
}

// association writes an Association.
func (a *answer) association(r *AssociationRecord) {
	if a.refs {
		a.reference(&r.ObjectRecord)
		return
	}
	b := a.start("Association", &r.ObjectRecord, ObjectTypeAssociation)
	b = appendAttr(b, "associationType", r.Type.URN())
	b = append(b, ` sourceObject="`...)
	b = r.Source.AppendTo(b)
	b = append(b, `" targetObject="`...)
	b = r.Target.AppendTo(b)
	b = append(b, '"', '>')
	b = append(b, r.Head...)
	b = appendVersion(b, r.Version)
	b = append(b, r.Tail...)
	a.body = append(b, `</Association>`...)
}

// reference writes an ObjectRef.
func (a *answer) reference(o *ObjectRecord) {
	b := append(a.body, `<ObjectRef id="`...)
	b = o.ID.AppendTo(b)
	b = append(b, '"')
	b = a.appendHome(b, o)
	a.body = append(b, '/', '>')
}

// start writes a start tag, left open, with the attributes that every object has. The buffer it gives is the body's.
func (a *answer) start(element string, o *ObjectRecord, objectType string) []byte {
	b := append(a.body, '<')
	b = append(b, element...)
	b = append(b, ` id="`...)
	b = o.ID.AppendTo(b)
	b = append(b, `" lid="`...)
	b = o.LID.AppendTo(b)
	b = append(b, '"')
	b = a.appendHome(b, o)
	b = append(b, ` status="`...)
	b = append(b, o.Status.URN()...)
	b = append(b, `" objectType="`...)
	b = append(b, objectType...)
	return append(b, '"')
}

func (a *answer) appendHome(b []byte, o *ObjectRecord) []byte {
	if o.Home != "" {
		return appendAttr(b, "home", o.Home)
	}
	return appendOptional(b, "home", a.home)
}

func appendVersion(b []byte, version int) []byte {
	b = append(b, `<VersionInfo versionName="`...)
	b = strconv.AppendInt(b, int64(version), 10)
	return append(b, '"', '/', '>')
}

// appendPatientIdentifier writes the patientId, which a merge may have changed since the submission.
func appendPatientIdentifier(b []byte, o *ObjectRecord, id UUID, scheme, name string) []byte {
	b = append(b, `<ExternalIdentifier id="`...)
	b = id.AppendTo(b)
	b = append(b, `" registryObject="`...)
	b = o.ID.AppendTo(b)
	b = append(b, `" identificationScheme="`...)
	b = append(b, scheme...)
	b = append(b, '"')
	b = appendAttr(b, "value", o.PatientID)
	b = append(b, ` objectType="`+ObjectTypeExternalIdentifier+`"><Name><LocalizedString value="`...)
	b = append(b, name...)
	return append(b, `"/></Name></ExternalIdentifier>`...)
}
