package vihf

import (
	"slices"
	"strings"

	"liasse/internal/pki"
	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// judgeIssuer compares the text of Issuer with the subject of the certificate, as sets of attributes and not as strings:
// order, spelling of the types, case and blanks of values differ between programs.
func (j *judgement) judgeIssuer(at xmltree.Node) {
	if j.signer == nil || j.caller.Issuer == "" && j.has(rulePlainText) {
		return
	}
	name, err := pki.ParseName(j.caller.Issuer)
	if err != nil || !name.Equal(j.signer.name) {
		j.found(ruleIssuer, at, j.caller.Issuer, j.signer.name.String())
	}
}

// identified writes the attribute of its subject by which a certificate identifies its holder: CN of a person, OU of an
// organisation.
func identified(holder *pki.Holder) string {
	switch holder.Kind {
	case pki.Person:
		return "CN=" + holder.ID
	case pki.Organisation:
		return "OU=" + holder.ID
	}
	return "∅"
}

// judgeHolder compares what the token says with what the certificate says. Where the certificate says it, it is right; and
// it decides what is compared, so that no mode of the sender's choice, nor the lack of one, lets anything out.
func (j *judgement) judgeHolder() {
	holder := &j.signer.holder
	mode := j.caller.Mode
	direct := mode == Direct
	if known := direct || mode == Indirect || mode == Reinforced; known && direct != (holder.Kind == pki.Person) {
		wanted := "CN"
		if !direct {
			wanted = "OU"
		}
		j.found(ruleSignerKind, j.attributeNode(AttrMode), string(mode)+" ⇐ "+identified(holder), string(mode)+" ⇐ "+wanted+"=…")
	}
	if holder.Kind == pki.Person {
		j.judgeCard(holder)
		return
	}
	if s := j.caller.Structure; s != "" && s != holder.ID && j.v.cfg.Structures.legalEntity(s) != holder.ID {
		j.found(ruleStructureOfCertificate, j.attributeNode(AttrStructure), s, holder.ID)
	}
}

// judgeCard compares a token with the card that signed it.
func (j *judgement) judgeCard(card *pki.Holder) {
	if c := j.caller.AuthnContext; j.caller.Mode == Direct && c != smartcardClass && strings.HasPrefix(c, classPrefix) {
		j.found(ruleAuthnClass, j.assertion.Child(AssertionNamespace, "AuthnStatement"), c, smartcardClass)
	}
	if id := j.caller.NameID; id != "" && id != card.ID {
		j.found(ruleNameOfCard, j.assertion.Child(AssertionNamespace, "Subject").Child(AssertionNamespace, "NameID"), id, card.ID)
	}
	role := j.caller.Profession
	if role.Code == "" {
		return
	}
	at := j.attributeNode(AttrRole)
	if card.Profession == "" {
		if role.System != nonPSSystem {
			j.found(ruleCPE, at, role.Code+"^"+role.System, "")
		}
		return
	}
	if role.Code != card.Profession || role.System != professionSystem && role.System != trainingSystem {
		j.found(ruleProfessionOfCard, at, role.Code+"^"+role.System, card.Profession+"^"+professionSystem)
	}
	if s := j.caller.Speciality; s != nil && len(card.Specialities) > 0 && !slices.Contains(card.Specialities, s.Code) {
		j.found(ruleSpecialityOfCard, at, s.Code+"^"+s.System, strings.Join(card.Specialities, ", "))
	}
}

// judgeDirectories asks the directories. Only what a trusted certificate has signed gets as far, so that no stranger learns
// what they hold.
func (j *judgement) judgeDirectories() {
	id := j.caller.Structure
	if id == "" {
		return
	}
	if structures := j.v.cfg.Structures; structures != nil {
		found, known := structures.Find(id)
		switch {
		case !known || !found.Active(j.now):
			j.found(ruleStructureActive, j.attributeNode(AttrStructure), id, "")
		case j.caller.Sector != "" && found.Sector != "" && !sameSector(found.Sector, j.caller.Sector):
			j.found(ruleSectorOfStructure, j.attributeNode(AttrSector), j.caller.Sector, found.Sector)
		}
	}
	if people := j.v.cfg.Professionals; people != nil && j.signer.holder.Kind == pki.Person && j.caller.NameID != "" && !people.linked(j.caller.NameID, id, j.now) {
		j.add(rule.Finding{Rule: ruleLinked, Place: rule.At(j.attributeNode(AttrStructure)), Subject: j.caller.NameID, Found: id})
	}
}

// sameSector compares sectors by their codes, and by their systems where both have one.
func sameSector(known, claimed string) bool {
	code, system, _ := strings.Cut(known, "^")
	other, otherSystem, _ := strings.Cut(claimed, "^")
	return code == other && (system == otherSystem || system == "" || otherSystem == "")
}

// judgePeer compares the holder of the token with that of the connection: the same person, or the same structure or legal
// entity.
func (j *judgement) judgePeer() {
	peer := j.request.Peer
	if peer == nil || peer.Certificate == nil {
		return
	}
	var other pki.Holder
	if who, err := j.v.known.signer(peer.Certificate.Raw); err == nil { // nobody's where it cannot be read
		other = who.holder
	}
	mine := &j.signer.holder
	if other.Kind == mine.Kind && other.ID != "" && (other.ID == mine.ID || mine.Kind == pki.Organisation &&
		j.v.cfg.Structures.legalEntity(other.ID) == j.v.cfg.Structures.legalEntity(mine.ID)) {
		return
	}
	j.found(rulePeer, j.assertion, mine.ID, other.ID)
}

// judgeTransaction holds the mode to what it may be used for.
func (j *judgement) judgeTransaction() {
	if j.caller.Mode != Reinforced {
		return
	}
	if j.caller.AuthnContextDecl == "" {
		j.found(ruleReinforcedContext, j.assertion.Child(AssertionNamespace, "AuthnStatement"), "", "saml2:AuthnContextDecl")
	}
	if j.request.Transaction == "ITI-41" {
		j.found(ruleReinforcedFeeds, j.attributeNode(AttrMode), string(Reinforced)+", "+j.request.Transaction, "")
	}
}

// attributeNode finds the element of an attribute for the place of a finding; the assertion where there is none.
func (j *judgement) attributeNode(name string) xmltree.Node {
	for n := range j.assertion.Child(AssertionNamespace, "AttributeStatement").Children(AssertionNamespace, "Attribute") {
		if strings.EqualFold(n.AttrValue("", "Name"), name) {
			return n
		}
	}
	return j.assertion
}
