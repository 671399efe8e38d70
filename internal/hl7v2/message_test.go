package hl7v2

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const admit = "MSH|^~\\&|SRC|HOSP|LIASSE|REG|20260112083000||ADT^A01^ADT_A01|m1|P|2.3.1\rEVN|A01\r" +
	"PID|1||42^^^NS&1.2.3&ISO~43^^^&1.2.4&ISO||MARTIN^Zo\\X6F\\\\T\\||\"\"\rPV1||I\r"

func TestParse(t *testing.T) {
	for _, end := range []string{"\r", "\n", "\r\n"} {
		m, err := Parse([]byte(strings.ReplaceAll(admit, "\r", end)), DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Segments) != 4 || m.Delimiters != Standard {
			t.Fatalf("%d segments, delimiters %v", len(m.Segments), m.Delimiters)
		}
		msh, pid := m.Segment("MSH"), m.Segment("PID")
		for _, c := range []struct{ got, want string }{
			{msh.Raw(1), "|"}, {msh.Raw(2), "^~\\&"}, {msh.Value(2, 1), "^~\\&"}, {msh.Value(3, 1), "SRC"},
			{msh.Value(9, 1), "ADT"}, {msh.Value(9, 2), "A01"}, {msh.Value(9, 3), "ADT_A01"}, {msh.Value(9, 4), ""},
			{msh.Value(10, 1), "m1"}, {msh.Value(12, 1), "2.3.1"}, {msh.Value(13, 1), ""}, {msh.Raw(99), ""}, {msh.Raw(0), ""},
			{pid.Value(3, 1), "42"}, {pid.Value(5, 2), "Zoo&"}, {pid.Value(7, 1), `""`},
			{pid.Repetitions(3)[0].Value(4, 1), "NS"}, {pid.Repetitions(3)[0].Value(4, 2), "1.2.3"}, {pid.Repetitions(3)[1].Value(4, 3), "ISO"},
			{pid.Repetitions(3)[1].Raw(), "43^^^&1.2.4&ISO"}, {m.Segment("PV1").Value(2, 1), "I"}, {m.Segment("ZZZ").Value(1, 1), ""},
		} {
			if c.got != c.want {
				t.Errorf("%q instead of %q", c.got, c.want)
			}
		}
		if pid.Repetitions(2) != nil || len(pid.Repetitions(3)) != 2 {
			t.Error("repetitions")
		}
	}
}

func TestParseForms(t *testing.T) {
	for _, c := range []struct{ name, src, value string }{
		{"other delimiters", "MSH$*+!%$SRC$$$$$$ADT*A01$$$\rPID$1$$x!S!*b%c", "x*"},
		{"the truncation character", "MSH|^~\\&#|SRC\rPID|1||x", "x"},
		{"Latin-1", "MSH|^~\\&|SRC\rPID|1||Zo\xE9", "Zoé"},
		{"UTF-8", "MSH|^~\\&|SRC\rPID|1||Zoé", "Zoé"},
		{"an escape that is none", "MSH|^~\\&|SRC\rPID|1||a\\Q\\b\\", "a\\Q\\b\\"},
		{"a line break", "MSH|^~\\&|SRC\rPID|1||a\\.br\\b\\H\\c\\N\\", "a\nbc"},
		{"empty lines", "MSH|^~\\&|SRC\r\r\n\rPID|1||x\r\r", "x"},
		{"a name alone", "MSH|^~\\&|SRC\rPID\r", ""},
	} {
		m, err := Parse([]byte(c.src), DefaultLimits)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := m.Segment("PID").Value(3, 1); got != c.value {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	small := Limits{Bytes: 60, Segments: 3, Fields: 5}
	for _, c := range []struct{ name, src, says string }{
		{"nothing", "", "MSH"},
		{"no MSH", "PID|1", "MSH"},
		{"XML", "<a/>", "MSH"},
		{"no delimiters", "MSH", "five delimiters"},
		{"short delimiters", "MSH|^~\r", "five"},
		{"the same delimiter twice", "MSH|^^\\&|", "different"},
		{"a letter as delimiter", "MSHa^~\\&a", "different"},
		{"a blank as delimiter", "MSH ^~\\& ", "different"},
		{"a long MSH-2", "MSH|^~\\&xyz|", "longer"},
		{"a segment without name", "MSH|^~\\&|\r|x", "name"},
		{"a lower-case segment", "MSH|^~\\&|\rpid|x", "name"},
		{"a segment without delimiter", "MSH|^~\\&|\rPID^x", "delimiter"},
		{"a second MSH", "MSH|^~\\&|\rMSH|^~\\&|", "second MSH"},
		{"NUL", "MSH|^~\\&|\x00", "U+0000"},
		{"DEL", "MSH|^~\\&|\x7F", "U+007F"},
		{"long", "MSH|^~\\&|" + strings.Repeat("x", 60), "60 bytes"},
		{"many segments", "MSH|^~\\&|\rPID\rPID\rPID\r", "3 segments"},
		{"many fields", "MSH|^~\\&|\rPID|1|2|3|4|5|6", "5 fields"},
	} {
		_, err := Parse([]byte(c.src), small)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestEscapeGivesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		escaped := string(Standard.AppendEscaped(nil, s))
		if strings.ContainsAny(escaped, "|^~&\r\n\x0b\x1c") {
			t.Fatalf("%q holds a delimiter", escaped)
		}
		if got := Standard.Unescape(escaped); got != s {
			t.Fatalf("%q came back as %q", s, got)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(admit))
	f.Add([]byte("MSH$*+!%$SRC\rPID$1$$x!S!*b%c"))
	f.Add([]byte("MSH|^~\\&#|\rPID|1||\\X\\\\XZ\\\\"))
	f.Fuzz(func(t *testing.T, src []byte) {
		m, err := Parse(src, DefaultLimits)
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("%T", err)
			}
			return
		}
		if len(m.Segments) == 0 || m.Segments[0].Name != "MSH" {
			t.Fatal("no MSH")
		}
		for i := range m.Segments {
			s := &m.Segments[i]
			for n := range len(s.fields) + 2 {
				for _, r := range s.Repetitions(n) {
					if len(r.Value(1, 1)) > 2*len(src) || r.Value(9999, 1) != "" {
						t.Fatal("a value that was not sent")
					}
				}
			}
		}
	})
}
