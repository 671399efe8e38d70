package registry

import (
	"bytes"
	"context"
	"testing"
	"time"

	"liasse/internal/hl7v2"
)

// busyStore takes nothing, so that a fuzzed message that is right costs no commit.
type busyStore struct{ Store }

func (busyStore) Submit(context.Context, func(Tx) error) error { return ErrBusy }

// FuzzADT answers any bytes with a message that can be read and names what it answers, or with none when MSH-15 says so.
func FuzzADT(f *testing.F) {
	r, err := New(Config{
		Store: busyStore{}, Affinity: Affinity{AssigningAuthorities: []string{"1.2.3"}},
		Now: func() time.Time { return time.Unix(0, 0) },
	})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		"MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.3.1\rPID|1||42^^^&1.2.3&ISO\r",
		"MSH|^~\\&|A|B|C|D|2026||ADT^A40|1|P|2.5|||NE\rPID|1||42^^^&1.2.3&ISO\rMRG|43^^^&1.2.3&ISO\rPID|2\r",
		"MSH.-~\\&.A.B.C.D.2026..ADT-A08.1.P.2\\.3\\.1\rPID\r",
		"MSH|^~\\&|\xE9\rPID|1||x^^^&1.2.3&\r", "", "MSH",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		answer := r.answerADT(context.Background(), message)
		if answer == nil {
			return
		}
		if bytes.ContainsAny(answer, "\x0b\x1c") {
			t.Fatalf("%q would break its block", answer)
		}
		ack, err := hl7v2.Parse(answer, hl7v2.Limits{Bytes: 8 << 20, Segments: 10000, Fields: 500})
		if err != nil {
			t.Fatalf("%q: %v", answer, err)
		}
		code := ack.Segment("MSA").Value(1, 1)
		if len(code) != 2 || code[0] != 'A' && code[0] != 'C' {
			t.Fatalf("%q", answer)
		}
		if code[1] != 'A' && ack.Segment("ERR") == nil {
			t.Fatalf("a refusal without a reason: %q", answer)
		}
	})
}
