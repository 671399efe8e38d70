package conformance

import (
	"fmt"
	"strings"

	"github.com/beevik/etree"
)

// envelope is a SOAP 1.2 message with WS-Addressing headers as ITI TF-2 V.3.2 wants them of a sender.
type envelope struct {
	doc       *etree.Document
	messageID string
	action    string
}

func newEnvelope(action, to string, body *etree.Element) *envelope {
	e := &envelope{doc: etree.NewDocument(), messageID: newUUID(), action: action}
	root := e.doc.CreateElement("env:Envelope")
	header := root.CreateElement("env:Header")
	a := header.CreateElement("wsa:Action")
	a.CreateAttr("env:mustUnderstand", "true")
	a.SetText(action)
	header.CreateElement("wsa:MessageID").SetText(e.messageID)
	header.CreateElement("wsa:ReplyTo").CreateElement("wsa:Address").SetText(anonymous)
	header.CreateElement("wsa:To").SetText(to)
	root.CreateElement("env:Body").AddChild(body)
	return e
}

// declare writes on the root the prefixes that a message uses and that its root does not declare itself.
func declare(root *etree.Element) {
	used := map[string]bool{}
	walk(root, func(el *etree.Element) {
		used[el.Space] = true
		for _, a := range el.Attr {
			used[a.Space] = true
		}
	})
	for _, prefix := range sortedKeys(namespaces) {
		if used[prefix] && root.SelectAttr("xmlns:"+prefix) == nil {
			root.CreateAttr("xmlns:"+prefix, namespaces[prefix])
		}
	}
}

// bytes writes the envelope.
func (e *envelope) bytes() ([]byte, error) {
	declare(e.doc.Root())
	e.doc.WriteSettings.CanonicalText = true
	e.doc.WriteSettings.CanonicalAttrVal = true
	text, err := e.doc.WriteToBytes()
	if err != nil {
		return nil, fmt.Errorf("writing the envelope: %w", err)
	}
	return text, nil
}

// build makes the body element of the message that a step sends, and the documents that travel beside it.
func (s *Send) body(sc *scope, from *sender) (*etree.Element, *builtLot, error) {
	switch s.kind() {
	case "provide":
		lot, err := buildLot(sc, s.Provide, provideAndRegister, from.signing(s))
		if err != nil {
			return nil, nil, err
		}
		return provideBody(lot), lot, nil
	case "register", "registerOnDemand":
		lot, err := buildLot(sc, s.lot(), s.transaction(), from.signing(s))
		if err != nil {
			return nil, nil, err
		}
		return lot.request, lot, nil
	case "query":
		body, err := s.Query.build(sc)
		return body, nil, err
	case "multiPatient":
		body, err := s.MultiPatient.build(sc)
		return body, nil, err
	case "retrieve":
		body, err := s.Retrieve.build(sc)
		return body, nil, err
	case "feed":
		body, err := s.Feed.build(sc)
		return body, nil, err
	case "soap":
		tokens, err := fragment(sc, s.SOAP.XML)
		if err != nil {
			return nil, nil, err
		}
		for _, t := range tokens {
			if el, ok := t.(*etree.Element); ok {
				return el, nil, nil
			}
		}
	}
	return nil, nil, fmt.Errorf("nothing says what the Body holds")
}

// provideBody puts the lot and its documents into one request; the content follows when the message is framed.
func provideBody(lot *builtLot) *etree.Element {
	body := etree.NewElement("xds:ProvideAndRegisterDocumentSetRequest")
	body.AddChild(lot.request)
	for _, d := range lot.documents {
		if d.missing {
			continue
		}
		body.CreateElement("xds:Document").CreateAttr("id", d.uuid)
	}
	return body
}

// build writes xds:RetrieveDocumentSetRequest (ITI TF-2 3.43.4.1.2).
func (r *Retrieve) build(sc *scope) (*etree.Element, error) {
	body := etree.NewElement("xds:RetrieveDocumentSetRequest")
	for _, d := range *r {
		request := body.CreateElement("xds:DocumentRequest")
		repository, uniqueID := "${repository}", "${"+d.Document+".uniqueId}"
		if d.Repository != nil {
			repository = *d.Repository
		}
		if d.UniqueID != nil {
			uniqueID = *d.UniqueID
		}
		for _, child := range []struct{ tag, value string }{
			{"HomeCommunityId", d.Home}, {"RepositoryUniqueId", repository}, {"DocumentUniqueId", uniqueID},
		} {
			value, err := sc.expand(child.value)
			if err != nil {
				return nil, err
			}
			if value != "" || child.tag != "HomeCommunityId" {
				request.CreateElement("xds:" + child.tag).SetText(value)
			}
		}
	}
	return body, nil
}

// wsaAction is the action that the message carries: the transaction's, the feed's, or the one given.
func (s *Send) wsaAction() string {
	switch {
	case s.SOAP != nil:
		return s.SOAP.Action
	case s.Feed != nil:
		return "urn:hl7-org:v3:" + s.Feed.interaction()
	}
	return s.transaction().action
}

// answerAction is the action that the answer must carry; empty when nothing fixes it.
func (s *Send) answerAction() string {
	if s.SOAP != nil {
		return ""
	}
	return s.transaction().answer
}

// endpoint says which of the target's addresses the message goes to.
func (s *Send) endpoint() string {
	if s.To != "" {
		return s.To
	}
	if e := s.transaction().endpoint; e != "" {
		return e
	}
	if s.SOAP != nil && strings.Contains(s.SOAP.Action, "Provide") {
		return "repository"
	}
	return "registry"
}
