package repository

import (
	"testing"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
)

// FuzzRequest reads arbitrary bodies as ITI-41 and ITI-43 requests: whatever they hold, what is found is an answer.
func FuzzRequest(f *testing.F) {
	for _, seed := range []string{
		`<x:ProvideAndRegisterDocumentSetRequest xmlns:x="urn:ihe:iti:xds-b:2007"/>`,
		`<x:P xmlns:x="urn:ihe:iti:xds-b:2007"><x:Document id="a"/><x:Document id="a">YQ==</x:Document><x:Document/><Document/></x:P>`,
		`<x:P xmlns:x="urn:ihe:iti:xds-b:2007"><l:SubmitObjectsRequest xmlns:l="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"><r:RegistryObjectList xmlns:r="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0">` +
			`<r:ExtrinsicObject id="a" objectType="urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248"/><r:ExtrinsicObject id="URN:UUID:x"><r:Slot name="hash"><r:ValueList><r:Value>AA</r:Value></r:ValueList></r:Slot></r:ExtrinsicObject>` +
			`</r:RegistryObjectList></l:SubmitObjectsRequest><x:Document id="a"><i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:a%40b"/></x:Document></x:P>`,
		`<x:R xmlns:x="urn:ihe:iti:xds-b:2007"><x:DocumentRequest><x:HomeCommunityId/><x:RepositoryUniqueId> 1.2 </x:RepositoryUniqueId><x:DocumentUniqueId>1</x:DocumentUniqueId></x:DocumentRequest><x:DocumentRequest/></x:R>`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		doc, err := xmltree.Parse(body, xmltree.SOAPLimits)
		if err != nil {
			return
		}
		defer doc.Release()
		report := &rule.Report{}
		l := readLot(doc.Root(), report, 8)
		for _, d := range l.documents {
			d.came = d.part == ""
		}
		l.settle("1.2.3")
		if l.sub != nil {
			l.complete()
		}
		if l.sub == nil && !report.Failed() {
			t.Error("a lot without metadata is not refused")
		}
		if len(l.kept()) != 0 {
			t.Error("a document is kept that was not set aside")
		}
		v := &retrieval{repository: &Repository{cfg: Config{UniqueID: "1.2", MaxRequests: 8, Language: "fr"}}}
		if v.read(doc.Root()) && len(v.requests) == 0 || len(v.requests) == 0 && !failed(v.errors) {
			t.Error("a request for nothing is not refused")
		}
		for _, w := range v.requests {
			if w.refused && !failed(v.errors) {
				t.Error("a document is refused without an error")
			}
		}
		if _, err := v.answer(true); err != nil {
			t.Error(err)
		}
	})
}
