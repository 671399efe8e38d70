package registry

import (
	"bytes"
	"testing"
	"time"

	"liasse/internal/rule"
)

// TestColumnsAreComposed registers names and codes written with combining accents: what is compared is composed, what is
// given back is as it was sent.
func TestColumnsAreComposed(t *testing.T) {
	const apart, composed = "E\u0301lodie", "\u00c9lodie"
	src := bytes.ReplaceAll(testMessage(t, "lot"), []byte("MOREAU^Claire"), []byte("MOREAU^"+apart))
	src = bytes.ReplaceAll(src, []byte("DEQP003"), []byte(apart))
	report := &rule.Report{}
	sub := ReadSubmission(parse(t, src).Root(), report)
	r := &Registry{
		cfg:   Config{Affinity: Affinity{AssigningAuthorities: []string{"1.3.6.1.4.1.21367.13.20.1000"}, CodeMode: CodesEnforced}},
		codes: indexCodes(map[CodeKind][]Code{CodeEvent: {{Value: composed, Scheme: "1.2.250.1.213.2.5"}}}),
	}
	c := &checker{registry: r, sub: sub, report: report}
	c.stateless()
	if len(report.Findings) > 0 {
		t.Fatalf("found %v", report.Findings)
	}
	d := newLot(c, time.Unix(0, 0), nil).batch.Documents[0]
	if want := "801234567^MOREAU^" + composed + "^^^Dr^^^&1.2.250.1.71.4.2.1&ISO"; d.AuthorPersons[0] != want {
		t.Errorf("the author is compared as %q", d.AuthorPersons[0])
	}
	if d.EventCodes[0].Value != composed {
		t.Errorf("the code is compared as %q", d.EventCodes[0].Value)
	}
	if !bytes.Contains(d.Tail, []byte("MOREAU^"+apart)) || bytes.Contains(d.Tail, []byte(composed)) {
		t.Error("what is given back is not what was sent")
	}
	if sub.Documents[0].EventCodes[0].Value != apart {
		t.Error("the submission itself was changed")
	}
}
