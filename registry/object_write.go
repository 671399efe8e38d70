package registry

import "crypto/rand"

// writer appends objects as ebRIM with the rim namespace as default, always in schema order.
type writer struct {
	dst []byte
	// ids gives a UUID to every Classification and ExternalIdentifier that has a symbolic id; nil keeps the ids as sent.
	ids *uuids
}

// uuids draws random UUIDs a block at a time.
type uuids struct{ block []byte }

func (u *uuids) next() (id UUID) {
	if len(u.block) < len(id) {
		u.block = make([]byte, 1024)
		_, _ = rand.Read(u.block) // never fails: it ends the process instead
	}
	copy(id[:], u.block)
	u.block = u.block[len(id):]
	id[6] = id[6]&0x0F | 0x40
	id[8] = id[8]&0x3F | 0x80
	return id
}

// nestedID appends the attribute id of a Classification or ExternalIdentifier.
func (w *writer) nestedID(id string) {
	if w.ids == nil || isUUIDURN(id) {
		w.dst = appendAttr(w.dst, "id", id)
		return
	}
	w.dst = append(w.dst, ` id="`...)
	w.dst = w.ids.next().AppendTo(w.dst)
	w.dst = append(w.dst, '"')
}

func (w *writer) slots(slots []Slot, except string) {
	for i := range slots {
		if s := &slots[i]; s.Name != except {
			w.slot(s)
		}
	}
}

func (w *writer) slot(s *Slot) {
	w.dst = append(w.dst, "<Slot"...)
	w.dst = appendAttr(w.dst, "name", s.Name)
	w.dst = appendOptional(w.dst, "slotType", s.Type)
	w.dst = append(w.dst, "><ValueList>"...)
	for _, v := range s.Values {
		w.dst = append(w.dst, "<Value>"...)
		w.dst = appendText(w.dst, v)
		w.dst = append(w.dst, "</Value>"...)
	}
	w.dst = append(w.dst, "</ValueList></Slot>"...)
}

// localized appends a Name or Description, nothing when it holds no text.
func (w *writer) localized(element string, texts []LocalizedString) {
	if len(texts) == 0 {
		return
	}
	w.dst = append(append(append(w.dst, '<'), element...), '>')
	for i := range texts {
		w.dst = append(w.dst, "<LocalizedString"...)
		w.dst = appendOptional(w.dst, "xml:lang", texts[i].Lang)
		w.dst = appendOptional(w.dst, "charset", texts[i].Charset)
		w.dst = appendAttr(w.dst, "value", texts[i].Value)
		w.dst = append(w.dst, "/>"...)
	}
	w.dst = append(append(append(w.dst, "</"...), element...), '>')
}

// head appends Slot, Name and Description; a slot of the name except is left out.
func (w *writer) head(o *Object, except string) {
	w.slots(o.Slots, except)
	w.localized("Name", o.Name)
	w.localized("Description", o.Description)
}

// tail appends Classification and ExternalIdentifier; an identifier of the scheme except is left out.
func (w *writer) tail(o *Object, except string) {
	marker := classOf(o.Kind).marker
	for i := range o.Classifications {
		x := &o.Classifications[i]
		if x.Node == marker {
			marker = ""
		}
		w.classification(x, o.ID)
	}
	if marker != "" {
		id := NewUUID().String()
		w.classification(&Classification{ID: id, Node: marker}, o.ID)
	}
	for i := range o.ExternalIdentifiers {
		if x := &o.ExternalIdentifiers[i]; x.Scheme != except {
			w.identifier(x, o)
		}
	}
}

func (w *writer) classification(x *Classification, owner string) {
	w.dst = append(w.dst, "<Classification"...)
	w.nestedID(x.ID)
	w.dst = append(w.dst, ` objectType="`+ObjectTypeClassification+`"`...)
	w.dst = appendOptional(w.dst, "classificationScheme", x.Scheme)
	w.dst = appendAttr(w.dst, "classifiedObject", owner)
	w.dst = appendOptional(w.dst, "classificationNode", x.Node)
	if x.Scheme != "" || x.NodeRepresentation != "" {
		w.dst = appendAttr(w.dst, "nodeRepresentation", x.NodeRepresentation)
	}
	w.inner("Classification", x.Slots, x.Name, x.Description)
}

// inner ends a start tag, appends what the element holds and its end tag.
func (w *writer) inner(element string, slots []Slot, name, description []LocalizedString) {
	if len(slots) == 0 && len(name) == 0 && len(description) == 0 {
		w.dst = append(w.dst, "/>"...)
		return
	}
	w.dst = append(w.dst, '>')
	w.slots(slots, "")
	w.localized("Name", name)
	w.localized("Description", description)
	w.dst = append(append(append(w.dst, "</"...), element...), '>')
}

func (w *writer) identifier(x *ExternalIdentifier, o *Object) {
	w.dst = append(w.dst, "<ExternalIdentifier"...)
	w.nestedID(x.ID)
	w.dst = append(w.dst, ` objectType="`+ObjectTypeExternalIdentifier+`"`...)
	w.dst = appendAttr(w.dst, "registryObject", o.ID)
	w.dst = appendAttr(w.dst, "identificationScheme", x.Scheme)
	w.dst = appendAttr(w.dst, "value", x.Value)
	name := x.Name
	if known := classOf(o.Kind).identification(x.Scheme); w.ids != nil && text(name) == "" && known != nil {
		name = []LocalizedString{{Value: known.name}}
	}
	w.inner("ExternalIdentifier", x.Slots, name, x.Description)
}
