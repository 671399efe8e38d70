package conformance

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"
	"gopkg.in/yaml.v3"
)

// VIHF describes the token of a message (a SAML 2.0 assertion, "vecteur d'identification et d'habilitation formelles")
// by what is not ordinary in it: the word none for no token at all, or a mapping. Without anything said it is the
// sender's, complete, new and signed, for the patient of the message.
type VIHF struct {
	None bool `yaml:"none"`
	// Identity names whose token it is when not the sender's.
	Identity string `yaml:"identity"`
	// Patient names the patient (resource-id) or gives a CX.
	Patient string `yaml:"patient"`

	ID           *string `yaml:"id"`
	Version      *string `yaml:"version"`
	Issuer       *string `yaml:"issuer"`
	IssuerFormat *string `yaml:"issuerFormat"`
	NameID       *string `yaml:"nameID"`
	// Times are offsets from now (-2h) or texts as they stand.
	IssueInstant     *string `yaml:"issueInstant"`
	AuthnInstant     *string `yaml:"authnInstant"`
	NotBefore        *string `yaml:"notBefore"`
	NotOnOrAfter     *string `yaml:"notOnOrAfter"`
	AuthnContext     *string `yaml:"authnContext"`
	AuthnContextDecl *string `yaml:"authnContextDecl"`
	// Purpose is a code, or code^display^system; Roles are of this form too.
	Purpose *string  `yaml:"purpose"`
	Roles   *Strings `yaml:"roles"`
	// Attributes replaces attributes by name: a value, a list for several AttributeValues, {xml: …} for the content of an
	// AttributeValue (or a list of those), null to leave the attribute out.
	Attributes map[string]Claim `yaml:"attributes"`

	// Mutate changes the message before the token is signed, Tamper after.
	Mutate []Mutation     `yaml:"mutate"`
	Sign   *SignatureNote `yaml:"sign"`
	Tamper []Mutation     `yaml:"tamper"`
	// Save keeps the token under a name; Reuse sends a kept one again, byte for byte, before Tamper.
	Save  string `yaml:"save"`
	Reuse string `yaml:"reuse"`
}

// Claim is what one attribute of a token holds; its zero value says that the attribute is left out.
type Claim struct {
	Values []ClaimValue
}

// ClaimValue is one AttributeValue: text, or XML.
type ClaimValue struct {
	Text string
	XML  string `yaml:"xml"`
}

// UnmarshalYAML reads the word none, or the mapping.
func (v *VIHF) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		if n.Value != "none" {
			return fmt.Errorf("line %d: vihf is none or a mapping", n.Line)
		}
		v.None = true
		return nil
	}
	type plain VIHF
	return n.Decode((*plain)(v))
}

// UnmarshalYAML reads a value, a list of them, or {xml: …}.
func (c *Claim) UnmarshalYAML(n *yaml.Node) error {
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = n.Content
	}
	c.Values = []ClaimValue{}
	for _, item := range items {
		var v ClaimValue
		switch item.Kind {
		case yaml.ScalarNode:
			v.Text = item.Value
		case yaml.MappingNode:
			if len(item.Content) != 2 || item.Content[0].Value != "xml" {
				return fmt.Errorf("line %d: an attribute's value is text or {xml: …}", item.Line)
			}
			v.XML = item.Content[1].Value
		default:
			return fmt.Errorf("line %d: an attribute's value is text or {xml: …}", item.Line)
		}
		c.Values = append(c.Values, v)
	}
	return nil
}

// The attributes of a VIHF by their names (CI-SIS, DMP interface).
const (
	attrVersion      = "VIHF_Version"
	attrStructure    = "Identifiant_Structure"
	attrSector       = "Secteur_Activite"
	attrMode         = "Authentification_mode"
	attrResource     = "urn:oasis:names:tc:xacml:2.0:resource:resource-id"
	attrResourceURN  = "Ressource_URN"
	attrPurpose      = "urn:oasis:names:tc:xspa:1.0:subject:purposeofuse"
	attrRole         = "urn:oasis:names:tc:xacml:2.0:subject:role"
	attrSubject      = "urn:oasis:names:tc:xspa:1.0:subject:subject-id"
	attrSoftwareID   = "LPS_ID"
	attrSoftwareName = "LPS_Nom"
	attrSoftwareVers = "LPS_Version"
	attrHomologation = "LPS_ID_HOMOLOGATION_DMP"
)

const subjectNameFormat = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"

// token builds, signs and places one VIHF.
type token struct {
	scope   *scope
	note    *VIHF
	who     *identity
	all     *identities
	patient string // CX
	now     time.Time
}

// place puts the token into the header of an envelope and signs it there.
func (t *token) place(root *etree.Element) error {
	header := root.SelectElement("env:Header")
	if header == nil {
		return errors.New("the envelope has no header for a token")
	}
	if t.note.Reuse != "" {
		kept := t.scope.token(t.note.Reuse)
		if kept == nil {
			return fmt.Errorf("no token was kept as %q", t.note.Reuse)
		}
		header.AddChild(kept.Copy())
		return t.tamper(root)
	}
	security := header.CreateElement("wsse:Security")
	security.CreateAttr("xmlns:wsse", namespaces["wsse"])
	assertion, err := t.assertion()
	if err != nil {
		return fmt.Errorf("building the token: %w", err)
	}
	security.AddChild(assertion)
	if err := mutateAll(t.scope, root, t.note.Mutate); err != nil {
		return fmt.Errorf("changing the token: %w", err)
	}
	declare(root)
	if err := t.sign(assertion); err != nil {
		return fmt.Errorf("signing the token: %w", err)
	}
	if t.note.Save != "" {
		t.scope.keepToken(t.note.Save, security.Copy())
	}
	return t.tamper(root)
}

func (t *token) tamper(root *etree.Element) error {
	if err := mutateAll(t.scope, root, t.note.Tamper); err != nil {
		return fmt.Errorf("tampering with the token: %w", err)
	}
	return nil
}

func mutateAll(sc *scope, root *etree.Element, mutations []Mutation) error {
	for i := range mutations {
		if err := mutations[i].apply(sc, root); err != nil {
			return err
		}
	}
	return nil
}

func (t *token) assertion() (*etree.Element, error) {
	a := etree.NewElement("saml2:Assertion")
	for _, prefix := range []string{"saml2", "xs", "xsi"} {
		a.CreateAttr("xmlns:"+prefix, namespaces[prefix])
	}
	var faults []error
	text := func(given *string, fallback string) string {
		value, err := t.text(given, fallback)
		faults = append(faults, err)
		return value
	}
	instant := func(given *string, fallback string) string {
		value, err := t.instant(given, fallback)
		faults = append(faults, err)
		return value
	}
	a.CreateAttr("ID", text(t.note.ID, "_"+strings.TrimPrefix(newUUID(), uuidURN)))
	a.CreateAttr("IssueInstant", instant(t.note.IssueInstant, "0s"))
	a.CreateAttr("Version", text(t.note.Version, "2.0"))
	subject, err := t.signerSubject()
	if err != nil {
		return nil, err
	}
	issuer := a.CreateElement("saml2:Issuer")
	issuer.CreateAttr("Format", text(t.note.IssuerFormat, subjectNameFormat))
	issuer.SetText(text(t.note.Issuer, subject))
	a.CreateElement("saml2:Subject").CreateElement("saml2:NameID").SetText(text(t.note.NameID, t.who.NameID))
	if t.note.NotBefore != nil || t.note.NotOnOrAfter != nil {
		conditions := a.CreateElement("saml2:Conditions")
		if t.note.NotBefore != nil {
			conditions.CreateAttr("NotBefore", instant(t.note.NotBefore, ""))
		}
		if t.note.NotOnOrAfter != nil {
			conditions.CreateAttr("NotOnOrAfter", instant(t.note.NotOnOrAfter, ""))
		}
	}
	authn := a.CreateElement("saml2:AuthnStatement")
	authn.CreateAttr("AuthnInstant", instant(t.note.AuthnInstant, "-5m"))
	means := authn.CreateElement("saml2:AuthnContext")
	means.CreateElement("saml2:AuthnContextClassRef").SetText(text(t.note.AuthnContext, t.who.AuthnContext))
	if decl := text(t.note.AuthnContextDecl, t.who.AuthnContextDecl); decl != "" {
		means.CreateElement("saml2:AuthnContextDecl").SetText(decl)
	}
	if err := t.attributes(a.CreateElement("saml2:AttributeStatement")); err != nil {
		return nil, err
	}
	return a, errors.Join(faults...)
}

func (t *token) text(given *string, fallback string) (string, error) {
	if given == nil {
		return fallback, nil
	}
	return t.scope.expand(*given)
}

// instant writes an offset from now, or a text as it stands.
func (t *token) instant(given *string, fallback string) (string, error) {
	value, err := t.text(given, fallback)
	if err != nil {
		return "", err
	}
	if offset, err := time.ParseDuration(value); err == nil {
		return t.now.Add(offset).UTC().Format("2006-01-02T15:04:05.000Z"), nil
	}
	return value, nil
}

func (t *token) signerSubject() (string, error) {
	leaf, err := t.who.sign.leaf()
	if err != nil {
		return "", err
	}
	return distinguishedName(leaf.RawSubject)
}

// plain gives the attributes that an ordinary token has.
func (t *token) plain() (names []string, values map[string]Claim) {
	values = map[string]Claim{}
	add := func(name string, texts ...string) {
		if len(texts) == 1 && texts[0] == "" {
			return
		}
		c := Claim{}
		for _, text := range texts {
			c.Values = append(c.Values, ClaimValue{Text: text})
		}
		names, values[name] = append(names, name), c
	}
	add(attrVersion, "3.0")
	add(attrMode, t.who.Mode)
	add(attrStructure, t.who.Structure.ID)
	add(attrSector, t.who.Sector)
	add(attrSubject, t.who.SubjectID)
	add(attrResource, t.patient)
	add(attrResourceURN, "urn:dmp")
	purpose := "normal"
	if t.note.Purpose != nil {
		purpose = *t.note.Purpose
	}
	names, values[attrPurpose] = append(names, attrPurpose), Claim{[]ClaimValue{{XML: coded("PurposeOfUse", purpose, "1.2.250.1.213.1.1.4.248", "mode acces VIHF 2.0", "Accès normal")}}}
	names, values[attrRole] = append(names, attrRole), t.roles()
	add(attrSoftwareID, t.who.Software.ID)
	add(attrSoftwareName, t.who.Software.Name)
	add(attrSoftwareVers, t.who.Software.Version)
	add(attrHomologation, t.who.Software.Homologation)
	return names, values
}

func (t *token) roles() Claim {
	var c Claim
	if t.note.Roles != nil {
		c.Values = []ClaimValue{}
		for _, role := range *t.note.Roles {
			c.Values = append(c.Values, ClaimValue{XML: coded("Role", role, "1.2.250.1.71.1.2.7", "professions", role)})
		}
		return c
	}
	for _, r := range t.who.Roles {
		c.Values = append(c.Values, ClaimValue{XML: coded("Role", r.Code+"^"+r.Display+"^"+r.System, "", r.SystemName, "")})
	}
	return c
}

// coded writes an HL7 CE in its own default namespace, as the software in the field does.
func coded(tag, code, system, systemName, display string) string {
	parts := strings.SplitN(code, "^", 3)
	if len(parts) > 1 {
		display = parts[1]
	}
	if len(parts) > 2 {
		system = parts[2]
	}
	e := etree.NewElement(tag)
	e.CreateAttr("xmlns", namespaces["hl7"])
	e.CreateAttr("xsi:type", "CE")
	e.CreateAttr("code", parts[0])
	e.CreateAttr("codeSystem", system)
	e.CreateAttr("codeSystemName", systemName)
	e.CreateAttr("displayName", display)
	doc := etree.NewDocument()
	doc.SetRoot(e)
	text, err := doc.WriteToString()
	if err != nil {
		return "" // never: etree writes into memory
	}
	return text
}

func (t *token) attributes(statement *etree.Element) error {
	names, values := t.plain()
	for _, name := range sortedKeys(t.note.Attributes) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		values[name] = t.note.Attributes[name]
	}
	for _, name := range names {
		if len(values[name].Values) == 0 {
			continue
		}
		attribute := statement.CreateElement("saml2:Attribute")
		attribute.CreateAttr("Name", name)
		for _, v := range values[name].Values {
			if err := v.write(t.scope, attribute.CreateElement("saml2:AttributeValue")); err != nil {
				return fmt.Errorf("attribute %s: %w", name, err)
			}
		}
	}
	return nil
}

func (v ClaimValue) write(sc *scope, holder *etree.Element) error {
	if v.XML != "" {
		tokens, err := fragment(sc, v.XML)
		if err != nil {
			return err
		}
		for _, t := range tokens {
			holder.AddChild(t)
		}
		return nil
	}
	text, err := sc.expand(v.Text)
	if err != nil {
		return err
	}
	holder.CreateAttr("xsi:type", "xs:string")
	holder.SetText(text)
	return nil
}

func (t *token) sign(assertion *etree.Element) error {
	note := t.note.Sign
	if note == nil {
		note = &SignatureNote{}
	}
	if note.None {
		return nil
	}
	key, shown, err := t.all.keys(t.who, note)
	if err != nil {
		return err
	}
	uri := "#" + assertion.SelectAttrValue("ID", "")
	if note.Reference != nil {
		if uri, err = t.scope.expand(*note.Reference); err != nil {
			return err
		}
	}
	transforms := []string{"enveloped", "exc-c14n"}
	if note.Transforms != nil {
		transforms = *note.Transforms
	}
	element := etree.NewElement("ds:Signature")
	element.CreateAttr("xmlns:ds", namespaces["ds"])
	issuer := assertion.SelectElement("saml2:Issuer")
	if note.Last || issuer == nil {
		assertion.AddChild(element)
	} else {
		assertion.InsertChildAt(issuer.Index()+1, element)
	}
	s := &signing{scope: t.scope, note: note, key: key, keyInfo: shown, element: element, defaultOf: "exc-c14n",
		refs: []reference{{uri: uri, transforms: transforms, prefixes: note.Prefixes, target: assertion}}}
	if err := s.skeleton(); err != nil {
		return err
	}
	return s.complete()
}
