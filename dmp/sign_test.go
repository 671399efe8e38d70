package dmp

import "testing"

// TestSignedLotIsAccepted signs lots as every identity may and finds nothing wrong with them.
func TestSignedLotIsAccepted(t *testing.T) {
	b := newBench(t, profile(t, now), nil)
	for _, name := range []string{"medecin", "pharmacien", "infirmier", "secretariat", "etablissement"} {
		who := identity(t, name)
		lot, contents := makeLot(t, who, xmlFile(note("1.2.3", 3)), binaryFile([]byte{0, 1, 2, '\r', '\n'}))
		signed, err := SignLot(lot, signing(contents), who, now)
		if err != nil {
			t.Fatal(err)
		}
		if len(lot.Documents) != 2 {
			t.Error("the lot that was given is changed")
		}
		contents[signed.Entry.ID] = signed.Signature
		if found := b.judge(t, callerOf(who), nil, signed.Submission, contents); len(found) > 0 {
			t.Errorf("%s:\n%s", name, sentences(found))
		}
	}
}
