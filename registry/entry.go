package registry

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// conform holds an object to its class: the names of its slots, its schemes and its identifiers.
func (rd *reader) conform(o *Object) {
	c := classOf(o.Kind)
	for i := range o.Slots {
		s := &o.Slots[i]
		switch {
		case c.hasSlot(s.Name):
		case strings.HasPrefix(s.Name, "urn:ihe:"):
			rd.add(ruleSlotIHE, s.At, o.ID, s.Name, "")
		case !isURN(s.Name):
			rd.add(ruleSlotName, s.At, o.ID, s.Name, "")
		}
	}
	var identified, coded [schemesMax]bool
	for i := range o.ExternalIdentifiers {
		rd.conformIdentifier(o, c, &o.ExternalIdentifiers[i], &identified)
	}
	kept := o.Classifications[:0]
	for i := range o.Classifications {
		x := &o.Classifications[i]
		if x.Node != "" && x.Node == c.limited {
			rd.add(ruleLimitedMetadata, x.At, o.ID, x.Node, "")
			continue
		}
		rd.conformClassification(o, c, x, &coded)
		kept = append(kept, *x)
	}
	o.Classifications = kept
}

// schemesMax is how many schemes a class has at most.
const schemesMax = 8

func (rd *reader) conformIdentifier(o *Object, c *class, x *ExternalIdentifier, met *[schemesMax]bool) {
	i := slices.IndexFunc(c.identifiers, func(d identification) bool { return d.uuid == x.Scheme })
	if i < 0 {
		rd.add(ruleIdentificationScheme, x.At, o.ID, x.Scheme, "")
		return
	}
	known := &c.identifiers[i]
	if met[i] {
		rd.add(ruleIdentifierOnce, x.At, o.ID, known.name, "")
	}
	met[i] = true
	if name := text(x.Name); name != known.name {
		rd.add(ruleIdentifierName, x.At, o.ID, name, known.name)
	}
}

func (rd *reader) conformClassification(o *Object, c *class, x *Classification, met *[schemesMax]bool) {
	if x.Node != "" && x.Node == c.marker {
		return
	}
	i := slices.IndexFunc(c.schemes, func(s scheme) bool { return s.uuid == x.Scheme })
	if i < 0 {
		found := x.Scheme
		if found == "" {
			found = x.Node
		}
		rd.add(ruleScheme, x.At, o.ID, found, "")
		return
	}
	known := &c.schemes[i]
	if known.kind == 0 {
		return
	}
	if met[i] && !known.many {
		rd.add(ruleCodeOnce, x.At, o.ID, known.attribute, "")
	}
	met[i] = true
	rd.conformCode(o.ID, known.attribute, x)
}

// conformCode holds a coded attribute to its parts: a code, a codingScheme, a display name.
func (rd *reader) conformCode(subject, attribute string, x *Classification) {
	if isBlank(x.NodeRepresentation) {
		rd.add(ruleCodeValue, x.At, subject, attribute, "")
	}
	if s := findSlot(x.Slots, SlotCodingScheme); s == nil || len(s.Values) != 1 {
		rd.add(ruleCodingScheme, x.At, subject, attribute, "")
	}
	if text(x.Name) == "" {
		rd.add(ruleCodeDisplay, x.At, subject, attribute, "")
	}
}

// code gives the coded value of a Classification.
func (x *Classification) code() Code {
	return Code{Value: x.NodeRepresentation, Scheme: findSlot(x.Slots, SlotCodingScheme).first(), Display: text(x.Name)}
}

// code gives the first coded value of a scheme.
func (o *Object) code(scheme string) Code {
	for i := range o.Classifications {
		if o.Classifications[i].Scheme == scheme {
			return o.Classifications[i].code()
		}
	}
	return Code{}
}

// codes gives the coded values of a scheme.
func (o *Object) codes(scheme string) []Code {
	count := o.countScheme(scheme)
	if count == 0 {
		return nil
	}
	codes := make([]Code, 0, count)
	for i := range o.Classifications {
		if o.Classifications[i].Scheme == scheme {
			codes = append(codes, o.Classifications[i].code())
		}
	}
	return codes
}

func (o *Object) countScheme(scheme string) (count int) {
	for i := range o.Classifications {
		if o.Classifications[i].Scheme == scheme {
			count++
		}
	}
	return count
}

// authors reads the authors of an object and holds each to its parts.
func (rd *reader) authors(o *Object, scheme string) []Author {
	count := o.countScheme(scheme)
	if count == 0 {
		return nil
	}
	authors := make([]Author, 0, count)
	for i := range o.Classifications {
		if o.Classifications[i].Scheme == scheme {
			authors = append(authors, rd.author(o.ID, &o.Classifications[i]))
		}
	}
	return authors
}

func (rd *reader) author(subject string, x *Classification) (a Author) {
	if x.NodeRepresentation != "" {
		rd.add(ruleAuthorNode, x.At, subject, x.NodeRepresentation, "")
	}
	for i := range x.Slots {
		s := &x.Slots[i]
		switch s.Name {
		case SlotAuthorPerson:
			a.Person = s.Values[0]
			if len(s.Values) > 1 {
				rd.add(ruleAuthorOnePerson, s.At, subject, strconv.Itoa(len(s.Values)), "1")
			}
			rd.persons(rulePerson, subject, s)
		case SlotAuthorInstitution:
			a.Institutions = s.Values
			for _, v := range s.Values {
				others, e := checkXON(v)
				if e != nil {
					rd.badForm(ruleOrganisation, s.At, subject, e)
				} else if others {
					rd.add(ruleOrganisationOnly, s.At, subject, v, formXON)
				}
			}
		case SlotAuthorRole, SlotAuthorSpecialty:
			if s.Name == SlotAuthorRole {
				a.Roles = s.Values
			} else {
				a.Specialties = s.Values
			}
			rd.each(ruleCodedString, subject, s, checkCodedString)
		case SlotAuthorTelecom:
			a.Telecoms = s.Values
			rd.each(ruleTelecom, subject, s, checkXTN)
		default:
			rd.add(ruleAuthorSlot, s.At, subject, s.Name, "")
		}
	}
	if a.Person == "" && len(a.Institutions) == 0 && len(a.Telecoms) == 0 {
		rd.add(ruleAuthorKnown, x.At, subject, "", "")
	}
	return a
}

func (rd *reader) persons(r *rule.Rule, subject string, s *Slot) {
	for _, v := range s.Values {
		misplaced, e := checkXCN(v)
		if e != nil {
			rd.badForm(r, s.At, subject, e)
		} else if misplaced {
			rd.add(rulePersonAuthority, s.At, subject, v, formXCN)
		}
	}
}

// each holds every value of a slot to a form.
func (rd *reader) each(r *rule.Rule, subject string, s *Slot, check func(string) *FormatError) {
	for _, v := range s.Values {
		if e := check(v); e != nil {
			rd.badForm(r, s.At, subject, e)
		}
	}
}

// single gives the value of a single-valued slot, and the slot when there is one.
func (rd *reader) single(o *Object, name string) (string, *Slot) {
	s := findSlot(o.Slots, name)
	if s == nil {
		return "", nil
	}
	if len(s.Values) > 1 {
		rd.add(ruleSingleValue, s.At, o.ID, name+": "+strconv.Itoa(len(s.Values)), "1")
	}
	return s.Values[0], s
}

// checked gives the value of a single-valued slot, held to a form when it is there.
func (rd *reader) checked(o *Object, name string, r *rule.Rule, check func(string) *FormatError) string {
	value, s := rd.single(o, name)
	if s != nil {
		if e := check(value); e != nil {
			rd.badForm(r, s.At, o.ID, e)
		}
	}
	return value
}

// patient reads a patient identifier in its canonical form; it is empty when it has none.
func (rd *reader) patient(r *rule.Rule, at xmltree.Node, subject, value string) string {
	cx, trailing, e := checkCX(value)
	if e != nil {
		if typed, ok := typedCX(value); ok {
			rd.add(ruleIdentifierType, at, subject, value, typed.String())
			return typed.String()
		}
		rd.badForm(r, at, subject, e)
		return ""
	}
	if trailing {
		rd.add(ruleTrailing, at, subject, value, cx.String())
	} else {
		return value
	}
	return cx.String()
}

// identified gives the external identifier of a scheme, nil when absent or empty.
func (o *Object) identified(scheme string) *ExternalIdentifier {
	for i := range o.ExternalIdentifiers {
		if x := &o.ExternalIdentifiers[i]; x.Scheme == scheme && x.Value != "" {
			return x
		}
	}
	return nil
}

// patientID reads the patientId of an object.
func (rd *reader) patientID(o *Object, scheme string, r *rule.Rule) string {
	if x := o.identified(scheme); x != nil {
		return rd.patient(r, x.At, o.ID, x.Value)
	}
	return ""
}

// oidIdentifier reads an identifier that must be an OID.
func (rd *reader) oidIdentifier(o *Object, scheme string, r *rule.Rule) string {
	x := o.identified(scheme)
	if x == nil {
		return ""
	}
	if e := checkOID(x.Value); e != nil {
		rd.badForm(r, x.At, o.ID, e)
	}
	return x.Value
}

// title reads a Name whose length the standard advises.
func (rd *reader) title(o *Object, r *rule.Rule, limit int) string {
	t := text(o.Name)
	if len(t) > limit && utf8.RuneCountInString(t) > limit {
		rd.add(r, o.At, o.ID, t, strconv.Itoa(limit))
	}
	return t
}
