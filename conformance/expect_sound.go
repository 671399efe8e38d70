package conformance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// soundness judges what every answer owes whatever the check is about: a body that can be read, a status that agrees
// with its error list (ITI TF-3 4.2.4.2), errors with code, context and severity. Of Liasse also what the standard lets
// others do differently: framing without objection, addressing, the HTTP status of a fault, result metadata complete.
func (j *judge) soundness(e *Expect) {
	if j.send.Request != nil { // the answer to a bare request may be anything
		return
	}
	if j.answer.misread != nil {
		j.fail("answer", "a SOAP message", j.answer.misread.Error())
		return
	}
	if j.answer.doc == nil || j.answer.ofSOAP11() {
		return
	}
	j.statusAgrees()
	if !j.liasse {
		return
	}
	j.framing(&Expect{Strict: true, Addressed: j.messageID != "" && j.answer.fault() == nil})
	if f := j.answer.fault(); f != nil {
		j.faultStatus(f)
	}
	for _, o := range j.answer.objects() {
		j.complete(o)
	}
}

func (j *judge) statusAgrees() {
	errors := append(j.answer.errors("Error"), j.answer.errors("Warning")...)
	for _, e := range errors {
		if e.SelectAttrValue("errorCode", "") == "" || e.SelectAttrValue("codeContext", "") == "" {
			j.fail("RegistryError", "errorCode and codeContext", fmt.Sprint(e.Attr))
		}
	}
	bad := len(j.answer.errors("Error"))
	switch status := j.answer.responseStatus(); {
	case status == "Success" && bad > 0:
		j.fail("status", "no error beside Success", j.answer.describe())
	case (status == "Failure" || status == "PartialSuccess") && bad == 0:
		j.fail("status", "an error beside "+status, j.answer.describe())
	case status == "Failure" && len(j.answer.objects()) > 0:
		j.fail("status", "no objects beside Failure", j.answer.describe())
	}
	if c := j.answer.content(); c != nil && c.FullTag() == "query:AdhocQueryResponse" && c.SelectElement("rim:RegistryObjectList") == nil {
		j.fail("AdhocQueryResponse", "a RegistryObjectList, empty or not", "none")
	}
}

// faultStatus: Sender is 400, the others 500 (SOAP 1.2 part 2, 7.5.2.2).
func (j *judge) faultStatus(f *etree.Element) {
	codes := faultCodes(f)
	want := 500
	if len(codes) > 0 && codes[0] == "Sender" {
		want = 400
	}
	if j.answer.status != want && j.answer.status != 503 && j.answer.status != 413 && j.answer.status != 415 {
		j.fail("HTTP status of the fault", fmt.Sprint(want), j.answer.describe())
	}
	if faultReason(f) == "" {
		j.fail("fault", "a reason", j.answer.describe())
	}
}

func (j *judge) framing(e *Expect) {
	if e.MTOM != nil && *e.MTOM != j.answer.mtom {
		j.fail("encoding of the answer", map[bool]string{true: "MTOM", false: "simple SOAP"}[*e.MTOM], j.answer.headers.Get("Content-Type"))
	}
	if e.Strict {
		for _, o := range j.answer.objection {
			j.fail("framing of the answer", "nothing a strict reader objects to", o)
		}
	}
	if e.Addressed {
		j.addressed()
	}
}

// addressed checks the WS-Addressing headers of an answer (ITI TF-2 V.3.2.2).
func (j *judge) addressed() {
	if j.answer.doc == nil {
		j.fail("addressing", "a SOAP message", j.answer.describe())
		return
	}
	header := j.answer.doc.SelectElement("env:Header")
	if header == nil {
		j.fail("addressing", "an env:Header", "none")
		return
	}
	actions := header.SelectElements("wsa:Action")
	if len(actions) != 1 {
		j.fail("wsa:Action", "one", fmt.Sprint(len(actions)))
		return
	}
	if want := j.send.answerAction(); want != "" && text(actions[0]) != want {
		j.fail("wsa:Action", want, text(actions[0]))
	}
	if mu := actions[0].SelectAttrValue("env:mustUnderstand", ""); mu != "1" && mu != "true" {
		j.fail("wsa:Action", "mustUnderstand", mu)
	}
	related := header.SelectElement("wsa:RelatesTo")
	if j.messageID == "" {
		return
	}
	if related == nil || text(related) != j.messageID {
		found := "none"
		if related != nil {
			found = text(related)
		}
		j.fail("wsa:RelatesTo", j.messageID, found)
	}
}

// childOrder is the schema order of a RegistryObject's children (ebRIM 3.0).
var childOrder = []string{"Slot", "Name", "Description", "VersionInfo", "Classification", "ExternalIdentifier", "ContentVersionInfo", "Document"}

// complete checks that a returned object carries what ITI TF-3 4.2 requires of query results.
func (j *judge) complete(o *etree.Element) {
	id := o.SelectAttrValue("id", "")
	if !strings.HasPrefix(id, uuidURN) {
		j.fail("result object", "an entryUUID", id)
	}
	if o.Tag == "ObjectRef" {
		return
	}
	if s := o.SelectAttrValue("status", ""); s != vocabulary["Approved"] && s != vocabulary["Deprecated"] {
		j.fail("result object "+id, "an availabilityStatus", s)
	}
	if o.Tag != "ExtrinsicObject" {
		if want := "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:" + o.Tag; o.SelectAttrValue("objectType", "") != want {
			j.fail("result object "+id, want, o.SelectAttrValue("objectType", ""))
		}
	}
	if o.Tag != "Association" && o.SelectAttrValue("lid", "") == "" {
		j.fail("result object "+id, "a lid", "none")
	}
	j.ordered(o, id)
	for _, c := range o.ChildElements() {
		switch c.Tag {
		case "Classification", "ExternalIdentifier":
			owner := map[string]string{"Classification": "classifiedObject", "ExternalIdentifier": "registryObject"}[c.Tag]
			if c.SelectAttrValue(owner, "") != id {
				j.fail(c.Tag+" of "+id, owner+" "+id, c.SelectAttrValue(owner, ""))
			}
			if own := c.SelectAttrValue("id", ""); !strings.HasPrefix(own, uuidURN) {
				j.fail(c.Tag+" of "+id, "a UUID as id", own)
			}
			if want := "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:" + c.Tag; c.SelectAttrValue("objectType", "") != want {
				j.fail(c.Tag+" of "+id, want, c.SelectAttrValue("objectType", ""))
			}
		}
	}
}

func (j *judge) ordered(o *etree.Element, id string) {
	last := 0
	for _, c := range o.ChildElements() {
		at := slices.Index(childOrder, c.Tag)
		if at < last {
			j.fail("result object "+id, "children in schema order", c.Tag+" stands after "+childOrder[last])
			return
		}
		last = at
	}
}
