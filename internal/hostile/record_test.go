package hostile_test

import (
	"slices"
	"strings"
	"testing"
)

// judgeRecord looks at the newest audit record: who was at the other end, what was refused and for which reason. A request
// refused before it is known who asks is a security alert; one refused after that is told as the event that it would have
// been. Nothing of the message is in it.
func (w *world) judgeRecord(t *testing.T, peer *pair, codes string, rules []string) {
	t.Helper()
	var event, text string
	var outcome int
	row := w.db.QueryRow("SELECT event, outcome, message FROM audit ORDER BY time DESC, seq DESC LIMIT 1")
	if err := row.Scan(&event, &outcome, &text); err != nil {
		t.Fatal(err)
	}
	unknown := slices.Contains(rules, "VIHF-031") || slices.Contains(rules, "LOT-097") // it is the server that lacks a list
	if outcome != 4 && outcome != 8 && !(unknown && outcome == 12) {
		t.Errorf("the record has the outcome %d", outcome)
	}
	wanted := []string{"110113"} // security alert
	if strings.HasPrefix(codes, "Failure") || strings.HasPrefix(codes, "PartialSuccess") {
		wanted = []string{"110106", "110107", "110112"}
	}
	if codes == malformed {
		wanted = []string{"110106", "110107", "110112", "110113"}
	}
	if !slices.ContainsFunc(wanted, func(code string) bool { return strings.Contains(event+text, `EventID csd-code="`+code+`"`) }) {
		t.Errorf("the record is of the event %s, want one of %s", event, wanted)
	}
	leaf := peer.leaf()
	if !strings.Contains(text, encoded([]byte(leaf.SerialNumber.Text(16)))) || !strings.Contains(text, "CN="+leaf.Subject.CommonName) || !strings.Contains(text, `"127.0.0.1"`) {
		t.Errorf("the record does not name the peer %s: %.1500s", leaf.Subject, text)
	}
	if len(rules) > 0 && !slices.ContainsFunc(rules, func(id string) bool { return strings.Contains(text, "["+id+"]") }) {
		t.Errorf("the record names none of the reasons %s: %.600s", rules, text)
	}
	for _, secret := range append([]string{marker, "SignatureValue&gt;", encoded(leaf.Raw)[:60]}, w.secrets...) {
		if strings.Contains(text, secret) {
			t.Errorf("the record holds %q", secret)
		}
	}
}
