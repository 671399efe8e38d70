package registry_test

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"liasse/internal/hl7v2"
	"liasse/internal/rule"
	"liasse/registry"
)

// feedADT makes a message of an event from its segments after MSH.
func feedADT(event, segments string) string {
	return "MSH|^~\\&|HIS|HOSPITAL|REGISTRY|DOMAIN|20260112082959||ADT^" + event + "|c-1|P|2.3.1\rEVN|" + event + "\r" + segments + "\r"
}

// feedAck is an acknowledgement taken apart.
type feedAck struct {
	raw, code, control string
	codes, rules       []string // of each ERR: ERR-3.1 and ERR-5.1
	places             []string // ERR-2
}

// feedSpeaker is a connection to the ITI-8 listener of a registry.
type feedSpeaker struct {
	conn net.Conn
	in   *hl7v2.Reader
}

// feedSpeak starts the listener, connects, and ends both with the test.
func feedSpeak(t *testing.T, r *registry.Registry) *feedSpeaker {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.ServeMLLP(ctx, l) }()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		conn.Close()
	}))
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return &feedSpeaker{conn, hl7v2.NewReader(conn, 1<<20)}
}

func (s *feedSpeaker) say(t feedFatal, message string) feedAck {
	if err := hl7v2.WriteMessage(s.conn, []byte(message)); err != nil {
		t.Fatal(err)
	}
	return s.listen(t)
}

func (s *feedSpeaker) listen(t feedFatal) feedAck {
	raw, err := s.in.ReadMessage()
	if err != nil {
		t.Fatal(err)
	}
	m, err := hl7v2.Parse(raw, hl7v2.DefaultLimits)
	if err != nil {
		t.Fatal(err, string(raw))
	}
	h := feedAck{raw: string(raw), code: m.Segment("MSA").Value(1, 1), control: m.Segment("MSA").Value(2, 1)}
	for i := range m.Segments {
		if e := &m.Segments[i]; e.Name == "ERR" {
			h.codes = append(h.codes, e.Value(3, 1))
			h.rules = append(h.rules, e.Value(5, 1))
			h.places = append(h.places, e.Raw(2))
		}
	}
	return h
}

// feedADTCases break one rule each, on a registry that knows 1, 2 and 3 and has merged 3 into 2.
var feedADTCases = []struct {
	name, message, rule string
	answer, code, place string
}{
	{"no HL7", "hello", "PIX-001", "AR", "100", ""},
	{"no segment names", "MSH|^~\\&|\r??", "PIX-001", "AR", "100", ""},
	{"an order", strings.Replace(feedADT("A01", "PID|1||"+feedCX("1")), "ADT^", "ORM^", 1), "PIX-002", "AR", "200", "MSH^1^9"},
	{"no type", strings.Replace(feedADT("A01", "PID|1||"+feedCX("1")), "ADT^A01", "", 1), "PIX-002", "AR", "200", "MSH^1^9"},
	{"a discharge", feedADT("A03", "PID|1||"+feedCX("1")), "PIX-003", "AR", "201", "MSH^1^9"},
	{"no control id", strings.Replace(feedADT("A01", "PID|1||"+feedCX("1")), "c-1", "", 1), "PIX-004", "AE", "101", "MSH^1^10"},
	{"an unknown processing id", strings.Replace(feedADT("A01", "PID|1||"+feedCX("1")), "|P|2", "|X|2", 1), "PIX-005", "AR", "202", "MSH^1^11"},
	{"an old version", strings.Replace(feedADT("A01", "PID|1||"+feedCX("1")), "2.3.1", "2.2", 1), "PIX-006", "AR", "203", "MSH^1^12"},
	{"no PID", feedADT("A01", "PV1|1"), "PIX-007", "AE", "100", "PID^1"},
	{"no PID in a revision", feedADT("A08", "PV1|1"), "PIX-007", "AE", "100", "PID^1"},
	{"no identifier", feedADT("A04", "PID|1||"), "PIX-008", "AE", "101", "PID^1^3"},
	{"an authority without identifier", feedADT("A04", "PID|1||^^^&"+feedForeign+"&ISO"), "PIX-008", "AE", "101", "PID^1^3"},
	{"a merge without MRG", feedADT("A40", "PID|1||"+feedCX("1")), "PIX-009", "AE", "100", "MRG^1"},
	{"a second merge without MRG", feedADT("A40", "PID|1||"+feedCX("1")+"\rPID|2||"+feedCX("2")+"\rMRG|"+feedCX("1")), "PIX-009", "AE", "100", "MRG^1"},
	{"a merge of nothing", feedADT("A40", "PID|1||"+feedCX("1")+"\rMRG|"), "PIX-010", "AE", "101", "MRG^1^1"},
	{"a domain without ISO", feedADT("A01", "PID|1||5^^^&"+feedAuthority+"&DNS"), "PIX-011", "AE", "102", "PID^1^3^1"},
	{"blanks in the second identifier", feedADT("A01", "PID|1||"+feedCX("1")+"~ 6 ^^^&"+feedAuthority+"&ISO"), "PIX-011", "AE", "102", "PID^1^3^2"},
	{"no identifier in the domain", feedADT("A05", "PID|1||^^^&"+feedAuthority+"&ISO"), "PIX-011", "AE", "102", "PID^1^3^1"},
	{"another authority", feedADT("A01", "PID|1||7^^^&"+feedForeign+"&ISO"), "PIX-012", "AA", "204", "PID^1^3"},
	{"a name space alone", feedADT("A01", "PID|1||7^^^NS"), "PIX-012", "AA", "204", "PID^1^3"},
	{"a merged identifier", feedADT("A01", "PID|1||"+feedCX("3")), "PIX-013", "AE", "205", "PID^1^3^1"},
	{"a merge in another domain", feedADT("A40", "PID|1||7^^^&"+feedForeign+"&ISO\rMRG|8^^^&"+feedForeign+"&ISO"), "PIX-014", "AE", "204", "MRG^1^1"},
	{"a merge into another domain", feedADT("A40", "PID|1||7^^^&"+feedForeign+"&ISO\rMRG|"+feedCX("1")), "PIX-014", "AE", "204", "MRG^1^1"},
	{"a merge of two authorities", feedADT("A40", "PID|1||7^^^&"+feedSecond+"&ISO\rMRG|"+feedCX("1")), "PIX-014", "AE", "204", "MRG^1^1"},
	{"a merge of one", feedADT("A40", "PID|1||"+feedCX("1")+"\rMRG|"+feedCX("1")), "PIX-015", "AE", "205", "MRG^1^1^1"},
	{"a merge of a stranger", feedADT("A40", "PID|1||"+feedCX("1")+"\rMRG|"+feedCX("9")), "PIX-016", "AE", "204", "MRG^1^1^1"},
	{"a merge into a stranger", feedADT("A40", "PID|1||"+feedCX("9")+"\rMRG|"+feedCX("1")), "PIX-017", "AE", "204", "PID^1^3^1"},
	{"a merge done before", feedADT("A40", "PID|1||"+feedCX("1")+"\rMRG|"+feedCX("3")), "PIX-018", "AE", "205", "MRG^1^1^1"},
	{"a merge into a merged one", feedADT("A40", "PID|1||"+feedCX("3")+"\rMRG|"+feedCX("1")), "PIX-019", "AE", "205", "PID^1^3^1"},
}

// feedKnown makes 1, 2 and 3 known and merges 3 into 2.
func feedKnown(t *testing.T, r *registry.Registry) *feedSpeaker {
	t.Helper()
	s := feedSpeak(t, r)
	for _, id := range []string{"1", "2", "3"} {
		if ack := s.say(t, feedADT("A01", "PID|1||"+feedCX(id))); ack.code != "AA" {
			t.Fatal(ack.raw)
		}
	}
	if ack := s.say(t, feedADT("A40", "PID|1||"+feedCX("2")+"\rMRG|"+feedCX("3"))); ack.code != "AA" {
		t.Fatal(ack.raw)
	}
	return s
}

func TestADTRules(t *testing.T) {
	r, store := newFeedRegistry(t, nil)
	s := feedKnown(t, r)
	for _, c := range feedADTCases {
		t.Run(c.name, func(t *testing.T) {
			ack := s.say(t, c.message)
			if ack.code != c.answer || !slices.Equal(ack.rules, []string{c.rule}) || !slices.Equal(ack.codes, []string{c.code}) || ack.places[0] != c.place {
				t.Errorf("%s %v %v %v: %q", ack.code, ack.rules, ack.codes, ack.places, ack.raw)
			}
			if !strings.Contains(ack.raw, "["+c.rule+"]") {
				t.Errorf("no sentence: %q", ack.raw)
			}
		})
	}
	for id, want := range map[string]string{"1": feedCX("1"), "2": feedCX("2"), "3": feedCX("2"), "5": "", "9": ""} {
		if got := feedSurvivor(t, store, feedCX(id)); got != want {
			t.Errorf("%s is known as %q", id, got)
		}
	}
}

func TestADTAccepted(t *testing.T) {
	r, store := newFeedRegistry(t, nil)
	s := feedSpeak(t, r)
	for _, c := range []struct {
		name, message string
		knows         string // becomes known, or stays unknown when it begins with !
	}{
		{"an admission", feedADT("A01", "PID|1||"+feedCX("a1")), feedCX("a1")},
		{"a registration", feedADT("A04", "PID|1||"+feedCX("a4")), feedCX("a4")},
		{"a preadmission", feedADT("A05", "PID|1||"+feedCX("a5")), feedCX("a5")},
		{"a revision of a stranger", feedADT("A08", "PID|1||"+feedCX("a8")), "!" + feedCX("a8")},
		{"with a structure", strings.Replace(feedADT("A01", "PID|1||"+feedCX("b1")), "ADT^A01", "ADT^A01^ADT_A01", 1), feedCX("b1")},
		{"version 2.5", strings.Replace(feedADT("A01", "PID|1||"+feedCX("b2")), "2.3.1", "2.5", 1), feedCX("b2")},
		{"version 2.5 with its parts", strings.Replace(feedADT("A01", "PID|1||"+feedCX("b3")), "2.3.1", "2.5^FRA^2.5", 1), feedCX("b3")},
		{"for a test", strings.Replace(feedADT("A01", "PID|1||"+feedCX("b4")), "|P|2", "|T|2", 1), feedCX("b4")},
		{"among other authorities", feedADT("A01", "PID|1||7^^^&"+feedForeign+"&ISO~"+feedCX("b5")+"~8^^^NS"), feedCX("b5")},
		{"with a name space and a type", feedADT("A01", "PID|1||b6^^^NS&"+feedAuthority+"&ISO^PI"), feedCX("b6")},
		{"of the second authority", feedADT("A01", "PID|1||b7^^^&"+feedSecond+"&ISO"), "b7^^^&" + feedSecond + "&ISO"},
		{"with other delimiters", strings.NewReplacer("|", "$", "^", "*", "~", "+", "\\", "!", "&", "%").Replace(feedADT("A01", "PID|1||"+feedCX("b8"))), feedCX("b8")},
		{"with a delimiter in the identifier", feedADT("A01", "PID|1||b\\S\\9^^^&"+feedAuthority+"&ISO"), "b\\S\\9^^^&" + feedAuthority + "&ISO"},
		{"on line feeds", strings.ReplaceAll(feedADT("A01", "PID|1||"+feedCX("c1")), "\r", "\n"), feedCX("c1")},
		{"two of the domain", feedADT("A01", "PID|1||"+feedCX("c2")+"~"+feedCX("c3")), feedCX("c3")},
	} {
		t.Run(c.name, func(t *testing.T) {
			ack := s.say(t, c.message)
			if ack.code != "AA" || ack.control != "c-1" || len(ack.rules) > 0 {
				t.Fatalf("%q", ack.raw)
			}
			want := c.knows
			id, unknown := strings.CutPrefix(c.knows, "!")
			if unknown {
				want = ""
			}
			if got := feedSurvivor(t, store, id); got != want {
				t.Errorf("%s is known as %q", id, got)
			}
		})
	}
}

func TestAcknowledgement(t *testing.T) {
	r, _ := newFeedRegistry(t, func(cfg *registry.Config) { cfg.Language = "fr" })
	s := feedSpeak(t, r)
	mask := func(raw string) string {
		fields := strings.Split(strings.SplitN(raw, "\r", 2)[0], "|")
		if len(fields) < 10 || len(fields[9]) != 20 {
			t.Fatalf("no control id of 20 characters: %q", raw)
		}
		return strings.Replace(raw, fields[9], "ID", 1)
	}
	for _, c := range []struct{ name, message, want string }{
		{"accepted", feedADT("A01", "PID|1||"+feedCX("1")),
			"MSH|^~\\&|REGISTRY|DOMAIN|HIS|HOSPITAL|20260112083000||ACK^A01|ID|P|2.3.1||||||UNICODE UTF-8\rMSA|AA|c-1\r"},
		{"version 2.5", strings.Replace(feedADT("A04", "PID|1||"+feedCX("1")), "2.3.1", "2.5", 1),
			"MSH|^~\\&|REGISTRY|DOMAIN|HIS|HOSPITAL|20260112083000||ACK^A04^ACK|ID|P|2.5||||||UNICODE UTF-8\rMSA|AA|c-1\r"},
		{"refused", feedADT("A40", "PID|1||"+feedCX("1")+"\rMRG|"+feedCX("8")),
			"MSH|^~\\&|REGISTRY|DOMAIN|HIS|HOSPITAL|20260112083000||ACK^A40|ID|P|2.3.1||||||UNICODE UTF-8\rMSA|AE|c-1\r" +
				"ERR||MRG^1^1^1|204^Unknown key identifier^HL70357|E|PIX-016|||[PIX-016] L'identifiant qui disparaît par fusion est connu (MRG-1) ; trouvé «8\\S\\\\S\\\\S\\\\T\\" +
				feedAuthority + "\\T\\ISO». Alimenter d'abord le patient (A01, A04, A05 ou PRPA_IN201301UV02), ou corriger l'identifiant. (ITI TF-2 3.8.4.2.4)\r"},
		{"not readable", "x", "MSH|^~\\&|||||20260112083000||ACK|ID|P|2.3.1||||||UNICODE UTF-8\rMSA|AR|\r" +
			"ERR|||100^Segment sequence error^HL70357|E|PIX-001|||[PIX-001] Le message est du HL7 version 2 en encodage pipe ; trouvé «the message does not begin with MSH». " +
			"Commencer par MSH et cinq délimiteurs différents, et terminer chaque segment par un retour chariot. (HL7 2.3.1 2.10)\r"},
	} {
		if got := mask(s.say(t, c.message).raw); got != c.want {
			t.Errorf("%s:\n%q\n%q", c.name, got, c.want)
		}
	}
}

// TestEnhancedMode has MSH-15 and MSH-16 ask for commit acknowledgements.
func TestEnhancedMode(t *testing.T) {
	r, _ := newFeedRegistry(t, nil)
	s := feedSpeak(t, r)
	good, bad, reject := "PID|1||"+feedCX("1"), "PID|1||", "PID|1||"+feedCX("1")
	asking := func(event, segments, accept string) string {
		return strings.Replace(feedADT(event, segments), "|2.3.1\r", "|2.3.1|||"+accept+"\r", 1)
	}
	for _, c := range []struct{ event, segments, accept, want string }{
		{"A01", good, "AL|NE", "CA"}, {"A01", bad, "AL", "CE"}, {"A02", reject, "AL", "CR"},
		{"A01", bad, "ER", "CE"}, {"A01", good, "SU", "CA"}, {"A01", good, "|AL", "CA"},
		{"A01", good, "ER", ""}, {"A01", bad, "SU", ""}, {"A01", good, "NE", ""}, {"A01", bad, "NE", ""},
	} {
		if err := hl7v2.WriteMessage(s.conn, []byte(asking(c.event, c.segments, c.accept))); err != nil {
			t.Fatal(err)
		}
		want := c.want
		if want == "" { // no answer: the next message's comes first
			want = "AA"
			if err := hl7v2.WriteMessage(s.conn, []byte(feedADT("A08", good))); err != nil {
				t.Fatal(err)
			}
		}
		if ack := s.listen(t); ack.code != want {
			t.Errorf("%+v: %q", c, ack.raw)
		}
	}
}

// TestFeedSeverities shows that a rule's severity is the configuration's.
func TestFeedSeverities(t *testing.T) {
	policy, err := rule.NewPolicy(map[string]rule.Severity{"PIX-012": rule.Error, "PIX-006": rule.Warning, "PIX-005": rule.Off})
	if err != nil {
		t.Fatal(err)
	}
	r, store := newFeedRegistry(t, func(cfg *registry.Config) { cfg.Rules = policy })
	s := feedSpeak(t, r)
	if ack := s.say(t, feedADT("A01", "PID|1||7^^^&"+feedForeign+"&ISO")); ack.code != "AE" {
		t.Errorf("%q", ack.raw)
	}
	odd := strings.Replace(feedADT("A01", "PID|1||"+feedCX("1")), "|P|2.3.1", "|X|2.1", 1)
	if ack := s.say(t, odd); ack.code != "AA" || !slices.Equal(ack.rules, []string{"PIX-006"}) || !strings.Contains(ack.raw, "|W|PIX-006|") {
		t.Errorf("%q", ack.raw)
	}
	if got := feedSurvivor(t, store, feedCX("1")); got != feedCX("1") {
		t.Errorf("known as %q", got)
	}
}
