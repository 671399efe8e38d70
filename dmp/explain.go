package dmp

import (
	"liasse/internal/rule"
	"liasse/xmldsig"
)

// maxExplanations bounds how often one lot has it found out why a digest or a signature is wrong, and maxExplained how long
// the documents are, together, of which it is: each costs many times what the verification did. For the same reason one is
// looked for at a time, and a lot that comes meanwhile is refused without.
const (
	maxExplanations = 3
	maxExplained    = 256 << 10
)

// mayExplain takes one of the explanations that the lot has left; the caller gives it back by explained.
func (j *judgement) mayExplain() bool {
	if j.explanations == maxExplanations {
		return false
	}
	select {
	case j.explaining <- struct{}{}:
		j.explanations++
		return true
	default:
		return false
	}
}

func (j *judgement) explained() { <-j.explaining }

// fixOf makes a fix of what explains a wrong digest or signature; none where nothing that is known does.
func fixOf(cause xmldsig.Cause, known bool) rule.Text {
	if !known {
		return rule.Text{}
	}
	return rule.Text{EN: cause.Sentence("en"), FR: cause.Sentence("fr")}
}

// explain finds out why the digest of a document is not the one in the Manifest.
func (j *judgement) explain(d *document, r *xmldsig.Reference) (rule.Text, error) {
	if d.Digest.Size > maxExplained-j.explainedBytes || !j.mayExplain() {
		return rule.Text{}, nil
	}
	defer j.explained()
	j.explainedBytes += d.Digest.Size
	evidence := xmldsig.Evidence{Document: d.tree}
	var err error
	if evidence.Octets, err = readAll(d.LotDocument); err != nil {
		return rule.Text{}, err
	}
	left := int64(maxExplained)
	for i := range j.lot.Documents {
		other := &j.lot.Documents[i]
		if left -= other.Digest.Size; left < 0 {
			break
		}
		if !other.Read || other.Entry == d.Entry || other.Entry == j.entry {
			continue
		}
		octets, err := readAll(other)
		if err != nil {
			return rule.Text{}, err
		}
		evidence.Others = append(evidence.Others, xmldsig.Document{Name: other.Entry.ID, Octets: octets})
	}
	return fixOf(r.Explain(evidence)), nil
}
