package vihf

import (
	"errors"
	"testing"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/xmldsig"
)

// TestOneExplanationAtATime: while one token is explained, another that does not verify is refused without, and not kept
// waiting.
func TestOneExplanationAtATime(t *testing.T) {
	v, err := assemble(Config{})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := xmltree.Parse([]byte("<a/>"), xmltree.SOAPLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer doc.Release()
	j := v.judgement(Request{Envelope: doc}, &rule.Report{})
	j.assertion = doc.Root()
	v.explaining <- struct{}{}
	if fix := j.explain(&xmldsig.Signature{}, errors.New("it does not verify")); fix != (rule.Text{}) {
		t.Errorf("explained: %v", fix)
	}
	<-v.explaining
	j.explain(&xmldsig.Signature{}, errors.New("it does not verify"))
	if len(v.explaining) != 0 {
		t.Error("an explanation was not given back")
	}
}
