package dmp

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"liasse/cda"
	"liasse/internal/pki"
	"liasse/internal/xmltree"
	"liasse/registry"
	"liasse/vihf"
	"liasse/xmldsig"
)

// Document is a document of a lot that is to be signed.
type Document struct {
	// EntryID is the id of its DocumentEntry in the submission.
	EntryID string
	Open    func() (io.ReadCloser, error)
}

// SignedLot is a lot with its signature.
type SignedLot struct {
	// Submission is the lot with one DocumentEntry and two Associations more; the lot that was given is not changed.
	Submission *registry.Submission
	// Entry is the signature's DocumentEntry, Signature its document.
	Entry     *registry.DocumentEntry
	Signature []byte
}

// The Ids inside of a signature.
const (
	manifestID         = "IHEManifest"
	signedPropertiesID = "S0-SignedProperties"
	signatureEntryID   = "signature"
)

// SignLot signs a lot in the name of an identity: every document by its digest, the SubmissionSet by its uniqueId. It adds
// the signature's entry, its membership and the association by which it signs.
func SignLot(lot *registry.Submission, documents []Document, signer *vihf.Identity, now time.Time) (*SignedLot, error) {
	d, err := newDraft(lot, documents, signer, now)
	if err != nil {
		return nil, fmt.Errorf("signing a lot: %w", err)
	}
	signature, err := d.sign()
	if err != nil {
		return nil, fmt.Errorf("signing a lot: %w", err)
	}
	signed, err := addSignature(lot, now)
	if err != nil {
		return nil, fmt.Errorf("describing the signature of a lot: %w", err)
	}
	signed.Signature = signature
	return signed, nil
}

// draft is a signature in the making.
type draft struct {
	signer *xmldsig.Signer
	id     string
	// manifest is what the Manifest references, info what SignedInfo does.
	manifest, info []xmldsig.NewReference
	// certificate is described in the signed properties; at is the SigningTime.
	certificate described
	at          time.Time
	// objects change the Objects before they are signed; nil leaves them.
	objects func([][]byte) [][]byte
}

// described is what the signed properties say of a certificate.
type described struct {
	der            []byte
	issuer, serial string
}

func newDraft(lot *registry.Submission, documents []Document, identity *vihf.Identity, now time.Time) (*draft, error) {
	if lot.SubmissionSet == nil || lot.SubmissionSet.UniqueID == "" {
		return nil, errors.New("it has no SubmissionSet with a uniqueId")
	}
	leaf := identity.Signing.Leaf
	d := &draft{
		signer: identity.Signer(), id: "lot-" + strings.TrimPrefix(registry.NewUUID().String(), "urn:uuid:"), at: now,
		certificate: described{leaf.Raw, pki.IssuerOf(leaf), leaf.SerialNumber.String()},
		manifest:    []xmldsig.NewReference{{URI: uri(lot.SubmissionSet.UniqueID), Value: setDigest}},
		info: []xmldsig.NewReference{
			{URI: "#" + manifestID, Type: xmldsig.TypeManifest}, {URI: "#" + signedPropertiesID, Type: propertiesTypes[0]},
		},
	}
	for _, entry := range lot.Documents {
		i := slices.IndexFunc(documents, func(one Document) bool { return one.EntryID == entry.ID })
		if i < 0 {
			return nil, fmt.Errorf("the bytes of the document %s are not given", entry.ID)
		}
		r, err := reference(entry, documents[i])
		if err != nil {
			return nil, fmt.Errorf("digesting the document %s: %w", entry.ID, err)
		}
		d.manifest = append(d.manifest, r)
	}
	return d, nil
}

// reference digests a document: XML by its canonical form with comments, anything else by its bytes.
func reference(entry *registry.DocumentEntry, document Document) (r xmldsig.NewReference, err error) {
	r = xmldsig.NewReference{URI: uri(entry.UniqueID), Digest: xmldsig.SHA256}
	content, err := document.Open()
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	hash, _ := r.Digest.Hash()
	sum := hash.New()
	if !isXML(entry.MimeType) {
		_, err := io.Copy(sum, content)
		r.Value = sum.Sum(nil)
		return r, err
	}
	src, err := io.ReadAll(io.LimitReader(content, int64(xmltree.DocumentLimits.Bytes)+1))
	if err != nil {
		return r, err
	}
	tree, err := xmltree.Parse(src, xmltree.DocumentLimits)
	if err != nil {
		return r, err
	}
	defer tree.Release()
	r.Transforms = []xmldsig.Transform{{Algorithm: xmldsig.C14N10WithComments}}
	sum.Write(tree.Node().AppendCanonical(nil, xmltree.Canonicalization{Method: xmltree.C14N10, Comments: true}))
	r.Value = sum.Sum(nil)
	return r, nil
}

// sign makes the document of the signature.
func (d *draft) sign() ([]byte, error) {
	manifest, err := d.signer.Manifest(manifestID, d.manifest)
	if err != nil {
		return nil, err
	}
	objects := [][]byte{manifest, d.purpose(), d.properties()}
	if d.objects != nil {
		objects = d.objects(objects)
	}
	return d.signer.SignEnveloping(xmldsig.Enveloping{
		ID: d.id, Canonicalization: xmldsig.C14N10WithComments, Objects: objects, References: d.info,
	})
}

func (d *draft) purpose() []byte {
	return []byte(`<ds:SignatureProperties><ds:SignatureProperty Id="` + purposeID + `" Target="#` + d.id + `">` + purposeSource +
		`</ds:SignatureProperty></ds:SignatureProperties>`)
}

var escapeText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")

// properties writes the QualifyingProperties.
func (d *draft) properties() []byte {
	hash, _ := xmldsig.SHA256.Hash()
	sum := hash.New()
	sum.Write(d.certificate.der)
	return []byte(`<xades:QualifyingProperties xmlns:xades="` + xadesNamespaces[0] + `" Target="#` + d.id + `">` +
		`<xades:SignedProperties Id="` + signedPropertiesID + `"><xades:SignedSignatureProperties>` +
		`<xades:SigningTime>` + d.at.UTC().Format("2006-01-02T15:04:05Z") + `</xades:SigningTime>` +
		`<xades:SigningCertificate><xades:Cert><xades:CertDigest><xades:DigestMethod Algorithm="` + string(xmldsig.SHA256) + `"/>` +
		`<xades:DigestValue>` + base64.StdEncoding.EncodeToString(sum.Sum(nil)) + `</xades:DigestValue></xades:CertDigest>` +
		`<xades:IssuerSerial><ds:X509IssuerName>` + escapeText.Replace(d.certificate.issuer) + `</ds:X509IssuerName>` +
		`<ds:X509SerialNumber>` + d.certificate.serial + `</ds:X509SerialNumber></xades:IssuerSerial></xades:Cert></xades:SigningCertificate>` +
		`<xades:SignaturePolicyIdentifier><xades:SignaturePolicyImplied/></xades:SignaturePolicyIdentifier>` +
		`</xades:SignedSignatureProperties><xades:SignedDataObjectProperties/></xades:SignedProperties></xades:QualifyingProperties>`)
}

// addSignature adds to a copy of the lot what describes its signature. Documents and SubmissionSet lend it their author,
// their place and their patient.
func addSignature(lot *registry.Submission, now time.Time) (*SignedLot, error) {
	if len(lot.Documents) == 0 {
		return nil, errors.New("the lot has no document")
	}
	set, like := lot.SubmissionSet, lot.Documents[0]
	at := first(set.SubmissionTime, registry.FormatTime(now))
	header := &cda.Header{Services: []cda.ServiceEvent{{
		Code:  cda.Coded{Code: signatureEvent.Value, System: signatureEvent.Scheme, Display: signatureEvent.Display},
		Start: at, Stop: at,
	}}}
	entry, err := header.DocumentEntry(cda.Options{
		ID: signatureEntryID, UniqueID: cda.NewOID(), MimeType: signatureMIMEType, Title: signatureTitle, Language: signatureLanguage,
		CreationTime: at, PatientID: set.PatientID, SourcePatientID: set.PatientID, Authors: set.Authors,
		Class: signatureClass, Type: signatureType, Format: signatureFormats[0], Confidentiality: signatureConfidentiality,
		Facility: like.HealthcareFacilityTypeCode, PracticeSetting: like.PracticeSettingCode,
	})
	if err != nil {
		return nil, err
	}
	if legal := legalAuthenticator(lot); legal != "" {
		entry.LegalAuthenticator = legal
		entry.SetSlot(registry.SlotLegalAuthenticator, legal)
	}
	copied := *lot
	copied.Documents = append(slices.Clip(lot.Documents), entry)
	copied.Associations = append(slices.Clip(lot.Associations),
		association("signature-member", registry.HasMember, set.ID, entry.ID), association("signature-signs", registry.Signs, entry.ID, set.ID))
	return &SignedLot{Submission: &copied, Entry: entry}, nil
}

// legalAuthenticator gives whoever answers for the lot: the documents' own, else the author.
func legalAuthenticator(lot *registry.Submission) string {
	for _, d := range lot.Documents {
		if d.LegalAuthenticator != "" {
			return d.LegalAuthenticator
		}
	}
	for i := range lot.SubmissionSet.Authors {
		if person := lot.SubmissionSet.Authors[i].Person; person != "" {
			return person
		}
	}
	return ""
}

func association(id string, kind registry.AssociationType, source, target string) *registry.Association {
	a := &registry.Association{TypeURN: kind.URN(), Type: kind, Source: source, Target: target, Label: registry.LabelOriginal}
	a.Kind, a.ID, a.ObjectType = registry.KindAssociation, id, registry.ObjectTypeAssociation
	a.SetSlot(registry.SlotSubmissionSetStatus, registry.LabelOriginal)
	return a
}

// AuthorOf gives the author that a lot of an identity has: its professional, in its structure (CI-SIS, XCN and XON).
func AuthorOf(i *vihf.Identity) registry.Author {
	own := &i.Claims
	person := strings.Join([]string{escapeHL7.Replace(own.NameID), escapeHL7.Replace(own.Family), escapeHL7.Replace(own.Given),
		"", "", "", "", "", "&" + systemPersons + "&ISO", "D", "", "", "IDNPS"}, "^")
	structure := strings.Join([]string{escapeHL7.Replace(own.Structure.Name), "", "", "", "", "&" + systemStructures + "&ISO", "IDNST",
		"", "", escapeHL7.Replace(own.Structure.ID)}, "^")
	return registry.Author{Person: person, Institutions: []string{structure}}
}

// escapeHL7 writes the delimiters of HL7 v2 as escapes (ITI TF-3 4.2.3.1.7).
var escapeHL7 = strings.NewReplacer(`\`, `\E\`, `|`, `\F\`, `^`, `\S\`, `&`, `\T\`, `~`, `\R\`)
