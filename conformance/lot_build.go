package conformance

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/beevik/etree"
)

// document is what is remembered of a submitted document.
type document struct {
	name     string
	uuid     string
	uniqueID string
	mimeType string
	patient  string // CX
	content  []byte
	missing  bool
}

// builtLot is a lot as ebRIM, with the documents that go with it.
type builtLot struct {
	request   *etree.Element // lcm:SubmitObjectsRequest
	documents []*document
	set       string // entryUUID of the SubmissionSet, as sent
}

// lotBuilder turns the short notation into ebRIM, and binds the names of its objects in the scope.
type lotBuilder struct {
	scope    *scope
	lot      *Lot
	tx       transaction
	patient  string
	list     *etree.Element
	built    *builtLot
	setName  string
	related  []AssociationNote // of a chain
	identify int
	seal     *seal // nil when nobody signs
}

// buildLot writes the lot for a transaction: ITI-41 leaves hash, size and repositoryUniqueId to the repository, ITI-42
// carries them, ITI-61 carries none of what only the retrieved document will have.
func buildLot(sc *scope, lot *Lot, tx transaction, seal *seal) (*builtLot, error) {
	b := &lotBuilder{scope: sc, lot: lot, tx: tx, built: &builtLot{}, seal: seal}
	if err := b.build(); err != nil {
		return nil, fmt.Errorf("building the lot: %w", err)
	}
	return b.built, nil
}

func (b *lotBuilder) build() error {
	var err error
	if b.patient, err = b.scope.patientID(b.lot.Patient); err != nil {
		return err
	}
	b.built.request = etree.NewElement("lcm:SubmitObjectsRequest")
	b.list = b.built.request.CreateElement("rim:RegistryObjectList")

	set := Entry{Name: "SS1"}
	if b.lot.Set != nil {
		set = *b.lot.Set
		if set.Name == "" {
			set.Name = "SS1"
		}
	}
	b.setName = set.Name
	documents := []Entry{{Name: "DOC1"}}
	if b.lot.Documents != nil {
		documents = *b.lot.Documents
	}
	if b.lot.Chain != nil {
		more, related := b.lot.Chain.links()
		documents = slices.Concat(documents, more)
		b.related = related
	}
	for i := range documents {
		if documents[i].Name == "" {
			documents[i].Name = "DOC" + strconv.Itoa(i+1)
		}
	}
	signatures := b.seal.signatures()
	if err := b.bindNames(set, slices.Concat(documents, signatures)); err != nil {
		return err
	}
	for i := range documents {
		if err := b.addDocument(&documents[i], nil); err != nil {
			return fmt.Errorf("document %s: %w", documents[i].Name, err)
		}
	}
	if err := b.addSignatures(signatures); err != nil {
		return err
	}
	documents = slices.Concat(documents, signatures)
	if err := b.addPackage(&set, "SubmissionSet", submissionSetAttributes, submissionSetDefaults); err != nil {
		return fmt.Errorf("submission set: %w", err)
	}
	b.built.set = b.scope.get(set.Name)
	for i := range b.lot.Folders {
		if err := b.addPackage(&b.lot.Folders[i], "Folder", folderAttributes, folderDefaults); err != nil {
			return fmt.Errorf("folder %s: %w", b.lot.Folders[i].Name, err)
		}
	}
	return b.addAssociations(documents)
}

// bindNames gives every object its id before any is written, since associations and attributes may name any of them.
func (b *lotBuilder) bindNames(set Entry, documents []Entry) error {
	for _, e := range slices.Concat([]Entry{set}, documents, b.lot.Folders) {
		if e.Name == "" {
			return fmt.Errorf("an object has no id")
		}
		id, err := b.objectID(&e)
		if err != nil {
			return err
		}
		b.scope.set(e.Name, id)
		b.scope.set(e.Name+".entryUUID", id)
		unique := newOID()
		if v, given := e.Attributes["uniqueId"]; given && len(v.List) > 0 {
			if unique, err = b.scope.expand(v.List[0]); err != nil {
				return err
			}
		}
		b.scope.set(e.Name+".uniqueId", unique)
		b.scope.patients[id], b.scope.patients[unique] = b.patient, b.patient
	}
	for i := range b.lot.Associations {
		a := &b.lot.Associations[i]
		if a.Name != "" {
			b.scope.set(a.Name, b.freshID(a.Name))
		}
	}
	return nil
}

func (b *lotBuilder) objectID(e *Entry) (string, error) {
	if v, given := e.Attributes["entryUUID"]; given && len(v.List) > 0 {
		return b.scope.expand(v.List[0])
	}
	return b.freshID(e.Name), nil
}

func (b *lotBuilder) freshID(name string) string {
	if b.lot.Symbolic {
		return name
	}
	return newUUID()
}

// subID names classifications and external identifiers inside the request.
func (b *lotBuilder) subID() string {
	b.identify++
	return "part-" + strconv.Itoa(b.identify)
}

// addDocument writes an entry; special are defaults that stand before those of a document.
func (b *lotBuilder) addDocument(e *Entry, special map[string][]string) error {
	doc := &document{name: e.Name, uuid: b.scope.get(e.Name), uniqueID: b.scope.get(e.Name + ".uniqueId")}
	content, err := b.content(e)
	if err != nil {
		return err
	}
	doc.content, doc.missing = content, e.Content.Missing
	sum := sha1.Sum(content)
	b.scope.set(e.Name+".hash", hex.EncodeToString(sum[:]))
	b.scope.set(e.Name+".size", strconv.Itoa(len(content)))

	defaults := map[string][]string{}
	for k, v := range documentDefaults {
		defaults[k] = v
	}
	for k, v := range b.seal.documentDefaults() {
		defaults[k] = v
	}
	for k, v := range special {
		defaults[k] = v
	}
	defaults["uniqueId"] = []string{doc.uniqueID}
	switch b.tx.name {
	case register.name:
		defaults["hash"] = []string{b.scope.get(e.Name + ".hash")}
		defaults["size"] = []string{b.scope.get(e.Name + ".size")}
		defaults["repositoryUniqueId"] = []string{"${repository}"}
	case registerOnDemand.name:
		delete(defaults, "creationTime")
		defaults["objectType"] = []string{"${OnDemand}"}
		defaults["repositoryUniqueId"] = []string{"${repository}"}
	}
	object := b.list.CreateElement("rim:ExtrinsicObject")
	object.CreateAttr("id", doc.uuid)
	if err := b.fill(object, e, documentAttributes, defaults); err != nil {
		return err
	}
	doc.mimeType, doc.patient = object.SelectAttrValue("mimeType", ""), b.patient
	b.scope.set(e.Name+".mimeType", doc.mimeType)
	b.scope.keep(doc)
	b.built.documents = append(b.built.documents, doc)
	return nil
}

func (b *lotBuilder) content(e *Entry) ([]byte, error) {
	switch {
	case e.Content.bytes != nil:
		return e.Content.bytes, nil
	case e.Content.Text != nil:
		text, err := b.scope.expand(*e.Content.Text)
		return []byte(text), err
	case e.Content.Size > 0:
		bytes := make([]byte, e.Content.Size)
		source := rand.NewChaCha8([32]byte{byte(e.Content.Size)})
		_, _ = source.Read(bytes) // ChaCha8.Read never fails
		return bytes, nil
	case b.seal != nil:
		return b.seal.clinicalDocument(b.scope.get(e.Name+".uniqueId"), b.patient), nil
	}
	return []byte("Document of a conformance check, " + b.scope.get(e.Name+".uniqueId") + "\r\n"), nil
}

func (b *lotBuilder) addPackage(e *Entry, kind string, table map[string]attribute, plain map[string][]string) error {
	id := b.scope.get(e.Name)
	defaults := map[string][]string{"uniqueId": {b.scope.get(e.Name + ".uniqueId")}}
	for k, v := range plain {
		defaults[k] = v
	}
	if kind == "SubmissionSet" {
		for k, v := range b.seal.setDefaults() {
			defaults[k] = v
		}
	}
	object := b.list.CreateElement("rim:RegistryPackage")
	object.CreateAttr("id", id)
	if err := b.fill(object, e, table, defaults); err != nil {
		return err
	}
	mark := etree.NewElement("rim:Classification")
	mark.CreateAttr("id", b.subID())
	mark.CreateAttr("classifiedObject", id)
	mark.CreateAttr("classificationNode", marker[kind])
	insertClassification(object, mark)
	return nil
}

// insertClassification keeps schema order: classifications stand before external identifiers.
func insertClassification(object, classification *etree.Element) {
	if first := object.SelectElement("rim:ExternalIdentifier"); first != nil {
		object.InsertChildAt(first.Index(), classification)
		return
	}
	object.AddChild(classification)
}

// order in which attributes are written, so that children stand in schema order.
var forms = []string{"attr", "slot", "text", "code", "author", "id"}

func (b *lotBuilder) fill(object *etree.Element, e *Entry, table map[string]attribute, defaults map[string][]string) error {
	for key := range e.Attributes {
		if _, known := table[key]; !known {
			return fmt.Errorf("has no attribute %q", key)
		}
	}
	names := make([]string, 0, len(table))
	for name := range table {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, c string) int { // Name stands before Description, the rest anyhow but always the same
		if order := strings.Compare(table[c].form, table[a].form); order != 0 {
			return order
		}
		if table[a].form == "text" {
			return strings.Compare(table[c].target, table[a].target)
		}
		return strings.Compare(a, c)
	})
	for _, form := range forms {
		for _, name := range names {
			if table[name].form != form {
				continue
			}
			if err := b.write(object, e, name, table[name], defaults[name]); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		if form == "slot" {
			if err := b.extraSlots(object, e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *lotBuilder) extraSlots(object *etree.Element, e *Entry) error {
	for _, s := range e.Slots {
		values, err := b.scope.expandAll(s.Values)
		if err != nil {
			return err
		}
		name, err := b.scope.expand(s.Name)
		if err != nil {
			return err
		}
		addSlot(object, name, values)
	}
	return nil
}

func (b *lotBuilder) write(object *etree.Element, e *Entry, name string, a attribute, plain []string) error {
	given, said := e.Attributes[name]
	if said && given.Absent {
		if a.target == "id" {
			object.RemoveAttr("id")
		}
		return nil
	}
	raw := plain
	if said && a.form != "author" {
		raw = given.List
	}
	values := make([]string, 0, len(raw))
	for _, r := range raw {
		v, err := b.scope.expandWith(r, map[string]string{"name": e.Name, "lot.patient": b.patient, "lot.time": b.seal.time()})
		if err != nil {
			return err
		}
		values = append(values, v)
	}
	switch a.form {
	case "attr":
		if len(values) > 0 && a.target != "id" {
			object.CreateAttr(a.target, values[0])
		}
	case "slot":
		if len(values) > 0 {
			addSlot(object, a.target, values)
		}
	case "text":
		if len(values) > 0 {
			object.CreateElement("rim:"+a.target).CreateElement("rim:LocalizedString").CreateAttr("value", values[0])
		}
	case "code":
		for _, v := range values {
			b.addCode(object, a.target, v)
		}
	case "author":
		return b.addAuthors(object, e, a.target, said)
	case "id":
		for _, v := range values {
			b.addIdentifier(object, a, v)
		}
	}
	return nil
}

func addSlot(object *etree.Element, name string, values []string) {
	slot := object.CreateElement("rim:Slot")
	slot.CreateAttr("name", name)
	list := slot.CreateElement("rim:ValueList")
	for _, v := range values {
		list.CreateElement("rim:Value").SetText(v)
	}
}

// addCode writes code^display^scheme as a Classification.
func (b *lotBuilder) addCode(object *etree.Element, scheme, value string) {
	parts := strings.SplitN(value, "^", 3)
	for len(parts) < 3 {
		parts = append(parts, "")
	}
	c := object.CreateElement("rim:Classification")
	c.CreateAttr("id", b.subID())
	c.CreateAttr("classifiedObject", object.SelectAttrValue("id", ""))
	c.CreateAttr("classificationScheme", scheme)
	c.CreateAttr("nodeRepresentation", parts[0])
	addSlot(c, "codingScheme", []string{parts[2]})
	display := parts[1]
	if display == "" {
		display = parts[0]
	}
	c.CreateElement("rim:Name").CreateElement("rim:LocalizedString").CreateAttr("value", display)
}

func (b *lotBuilder) addAuthors(object *etree.Element, e *Entry, scheme string, said bool) error {
	authors := e.Authors
	if !said {
		authors = []Author{b.seal.author()}
	}
	for _, a := range authors {
		c := object.CreateElement("rim:Classification")
		c.CreateAttr("id", b.subID())
		c.CreateAttr("classifiedObject", object.SelectAttrValue("id", ""))
		c.CreateAttr("classificationScheme", scheme)
		c.CreateAttr("nodeRepresentation", "")
		for _, s := range a.slots() {
			values, err := b.scope.expandAll(s.Values)
			if err != nil {
				return err
			}
			addSlot(c, s.Name, values)
		}
	}
	return nil
}

func (b *lotBuilder) addIdentifier(object *etree.Element, a attribute, value string) {
	x := object.CreateElement("rim:ExternalIdentifier")
	x.CreateAttr("id", b.subID())
	x.CreateAttr("registryObject", object.SelectAttrValue("id", ""))
	x.CreateAttr("identificationScheme", a.target)
	x.CreateAttr("value", value)
	x.CreateElement("rim:Name").CreateElement("rim:LocalizedString").CreateAttr("value", a.label)
}

// addAssociations writes the memberships that follow from the objects, then those of the notation.
func (b *lotBuilder) addAssociations(documents []Entry) error {
	set := b.setName
	for _, e := range documents {
		if e.Unlinked {
			continue
		}
		a := b.associate(set+"-"+e.Name, "HasMember", set, e.Name)
		if !e.Label.given {
			addSlot(a, "SubmissionSetStatus", []string{"Original"})
		} else if !e.Label.Absent {
			addSlot(a, "SubmissionSetStatus", e.Label.List)
		}
	}
	for _, f := range b.lot.Folders {
		if !f.Unlinked {
			b.associate(set+"-"+f.Name, "HasMember", set, f.Name)
		}
		for _, member := range f.Members {
			name := f.Name + "-" + member
			b.associate(name, "HasMember", f.Name, member)
			b.associate(set+"-"+name, "HasMember", set, name)
		}
	}
	for _, noted := range slices.Concat(b.related, b.lot.Associations) {
		if err := b.addNoted(&noted); err != nil {
			return err
		}
	}
	return nil
}

func (b *lotBuilder) addNoted(n *AssociationNote) error {
	source, err := b.scope.end(n.Source)
	if err != nil {
		return err
	}
	target, err := b.scope.end(n.Target)
	if err != nil {
		return err
	}
	name := n.Name
	if name == "" {
		name = fmt.Sprintf("%s-%s-%s", n.Type, n.Source, n.Target)
		b.scope.set(name, b.freshID(name))
	}
	a := b.associateIDs(name, n.Type, source, target)
	if n.Label != "" {
		addSlot(a, "SubmissionSetStatus", []string{n.Label})
	}
	for _, key := range sortedKeys(n.Slots) {
		value, err := b.scope.expand(n.Slots[key])
		if err != nil {
			return err
		}
		addSlot(a, key, []string{value})
	}
	if n.Reason != "" {
		b.addCode(a, uuidURN+"abd807a3-4432-4053-87b4-fd82c643d1f3", n.Reason)
	}
	if n.Linked {
		b.associate(b.setName+"-"+name, "HasMember", b.setName, name)
	}
	return nil
}

func (b *lotBuilder) associate(name, kind, source, target string) *etree.Element {
	b.scope.set(name, b.freshID(name))
	return b.associateIDs(name, kind, b.scope.get(source), b.scope.get(target))
}

func (b *lotBuilder) associateIDs(name, kind, source, target string) *etree.Element {
	a := b.list.CreateElement("rim:Association")
	a.CreateAttr("id", b.scope.get(name))
	a.CreateAttr("associationType", typeURN(kind))
	a.CreateAttr("sourceObject", source)
	a.CreateAttr("targetObject", target)
	return a
}
