package audit

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"strconv"
	"time"
)

// Parsed is an AuditMessage read back.
type Parsed struct {
	XMLName xml.Name    `xml:"AuditMessage" json:"-"`
	Event   ParsedEvent `xml:"EventIdentification"`
	Who     []Who       `xml:"ActiveParticipant"`
	Source  struct {
		ID   string `xml:"AuditSourceID,attr"`
		Site string `xml:"AuditEnterpriseSiteID,attr"`
	} `xml:"AuditSourceIdentification"`
	What []What `xml:"ParticipantObjectIdentification"`
}

// ParsedEvent is EventIdentification.
type ParsedEvent struct {
	Action  string       `xml:"EventActionCode,attr"`
	Time    string       `xml:"EventDateTime,attr"`
	Outcome string       `xml:"EventOutcomeIndicator,attr"`
	ID      ParsedCode   `xml:"EventID"`
	Kinds   []ParsedCode `xml:"EventTypeCode"`
	Reason  string       `xml:"EventOutcomeDescription" json:",omitempty"`
}

// ParsedCode is a coded value.
type ParsedCode struct {
	Value  string `xml:"csd-code,attr"`
	System string `xml:"codeSystemName,attr"`
	Text   string `xml:"originalText,attr"`
}

// Who is an ActiveParticipant.
type Who struct {
	ID          string       `xml:"UserID,attr"`
	Alternative string       `xml:"AlternativeUserID,attr" json:",omitempty"`
	Name        string       `xml:"UserName,attr" json:",omitempty"`
	Requestor   bool         `xml:"UserIsRequestor,attr"`
	Network     string       `xml:"NetworkAccessPointID,attr" json:",omitempty"`
	Roles       []ParsedCode `xml:"RoleIDCode" json:",omitempty"`
}

// What is a ParticipantObjectIdentification.
type What struct {
	ID      string       `xml:"ParticipantObjectID,attr"`
	Kind    string       `xml:"ParticipantObjectTypeCode,attr"`
	Role    string       `xml:"ParticipantObjectTypeCodeRole,attr"`
	IDType  ParsedCode   `xml:"ParticipantObjectIDTypeCode"`
	Query   Base64       `xml:"ParticipantObjectQuery" json:",omitempty"`
	Details []WhatDetail `xml:"ParticipantObjectDetail" json:",omitempty"`
}

// WhatDetail is a ParticipantObjectDetail.
type WhatDetail struct {
	Kind  string `xml:"type,attr"`
	Value Base64 `xml:"value,attr"`
}

// Base64 is text that the message carries as xsd:base64Binary.
type Base64 string

// UnmarshalText decodes it.
func (b *Base64) UnmarshalText(text []byte) error {
	decoded, err := base64.StdEncoding.DecodeString(string(text))
	*b = Base64(decoded)
	return err
}

// Detail gives the first detail of a kind, empty when there is none.
func (w *What) Detail(kind string) string {
	for i := range w.Details {
		if w.Details[i].Kind == kind {
			return string(w.Details[i].Value)
		}
	}
	return ""
}

// Parse reads an AuditMessage that this package wrote.
func Parse(message []byte) (*Parsed, error) {
	p := &Parsed{}
	if err := xml.Unmarshal(message, p); err != nil {
		return nil, fmt.Errorf("reading an audit message: %w", err)
	}
	return p, nil
}

// headsOf reads the heads that an Opening names.
func headsOf(message []byte) ([]Head, error) {
	p, err := Parse(message)
	if err != nil {
		return nil, err
	}
	var heads []Head
	for i := range p.What {
		o := &p.What[i]
		if o.IDType.Value != idChain.Value || o.IDType.System != idChain.System {
			continue
		}
		var h Head
		if h.Chain, err = ParseChainID(o.ID); err != nil {
			return nil, fmt.Errorf("reading the name of a chain: %w", err)
		}
		if h.Seq, err = strconv.ParseInt(o.Detail(detailSeq), 10, 64); err != nil {
			return nil, fmt.Errorf("reading the length of a chain: %w", err)
		}
		if err := h.Hash.UnmarshalText([]byte(o.Detail(detailHash))); err != nil {
			return nil, fmt.Errorf("reading the head of a chain: %w", err)
		}
		heads = append(heads, h)
	}
	return heads, nil
}

// pruneOf reads what a Pruning says.
func pruneOf(message []byte) (Prune, error) {
	p, err := Parse(message)
	if err != nil {
		return Prune{}, err
	}
	for i := range p.What {
		if before := p.What[i].Detail(detailBefore); before != "" {
			at, err := time.Parse(time.RFC3339Nano, before)
			if err != nil {
				return Prune{}, fmt.Errorf("reading until when records were pruned: %w", err)
			}
			return Prune{Class(p.What[i].Detail(detailClass)), at}, nil
		}
	}
	return Prune{}, nil
}
