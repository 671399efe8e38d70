package registry

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParseParameterText(t *testing.T) {
	for _, c := range []struct {
		name, in string
		items    []string
		form     valueForm
	}{
		{"quoted", `'a'`, []string{"a"}, 0},
		{"empty text", `''`, []string{""}, 0},
		{"doubled quote", `'O''Brien'`, []string{"O'Brien"}, 0},
		{"only a doubled quote", `''''`, []string{"'"}, 0},
		{"white space around", "\n\t 'a' \r\n", []string{"a"}, 0},
		{"blanks inside stay", `' a '`, []string{" a "}, 0},
		{"delimiters inside are text", `'a),(b'`, []string{"a),(b"}, 0},
		{"double quote inside", `'a"b'`, []string{`a"b`}, 0},
		{"number", `200412252300`, []string{"200412252300"}, formBare},
		{"bare patient id", `123^^^&1.2&ISO`, []string{"123^^^&1.2&ISO"}, formBare},
		{"bare with blanks inside", ` a b `, []string{"a b"}, formBare},
		{"list of one", `('a')`, []string{"a"}, formList},
		{"list", `('a','b')`, []string{"a", "b"}, formList},
		{"list with white space", "( 'a' ,\n\t'b' )", []string{"a", "b"}, formList},
		{"list with a doubled quote", `('a''b')`, []string{"a'b"}, formList},
		{"list of bare", `(a, b)`, []string{"a", "b"}, formList | formBare},
		{"mixed list", `('a',b,"c")`, []string{"a", "b", "c"}, formList | formBare | formDoubleQuoted},
		{"double quotes", `("urn:uuid:1")`, []string{"urn:uuid:1"}, formList | formDoubleQuoted},
		{"apostrophe in double quotes", `"O'Brien"`, []string{"O'Brien"}, formDoubleQuoted},
		{"blank", " \n ", nil, 0},
		{"nothing", "", nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, fault := parseParameterText(c.in)
			if fault != nil {
				t.Fatalf("parseParameterText(%q) fails: %s", c.in, fault.fix.EN)
			}
			if diff := cmp.Diff(c.items, got.items); diff != "" {
				t.Errorf("items of %q (-want +got):\n%s", c.in, diff)
			}
			if got.form != c.form {
				t.Errorf("form of %q = %b, want %b", c.in, got.form, c.form)
			}
		})
	}
}

func TestParseParameterTextFaults(t *testing.T) {
	for _, c := range []struct {
		in   string
		want *syntaxFault
	}{
		{`'a`, faultUnclosedQuote},
		{`'`, faultUnclosedQuote},
		{`'a''`, faultUnclosedQuote},
		{`"a`, faultUnclosedQuote},
		{`('a'`, faultUnclosedList},
		{`(`, faultUnclosedList},
		{`('a',`, faultUnclosedList},
		{`('a',)`, faultMissingItem},
		{`()`, faultMissingItem},
		{`( )`, faultMissingItem},
		{`(,'a')`, faultMissingItem},
		{`('a',,'b')`, faultMissingItem},
		{`('a' 'b')`, faultSeparator},
		{`('a'b)`, faultSeparator},
		{`('a')('b')`, faultTrailing},
		{`('a') x`, faultTrailing},
		{`'a','b'`, faultTrailing},
		{`'a' OR 1=1--`, faultTrailing},
		{`a,b`, faultBare},
		{`a)`, faultBare},
		{`O'Brien`, faultBare},
		{`a(b)`, faultBare},
		{`(a(b))`, faultBare},
		{`20260101'`, faultBare},
		{`(('a'))`, faultBare},
	} {
		if _, fault := parseParameterText(c.in); fault != c.want {
			t.Errorf("parseParameterText(%q): fault %v, want %q", c.in, fault, c.want.fix.EN)
		}
	}
}

// renderList writes values as a consumer does.
func renderList(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = "'" + strings.ReplaceAll(v, "'", "''") + "'"
	}
	return "(" + strings.Join(quoted, ",") + ")"
}

func TestParameterListIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		item := rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.SampledFrom([]rune(`'"(),^ &ab%_`)), 0, 12, -1))
		values := rapid.SliceOfN(item, 1, 20).Draw(t, "values")
		got, fault := parseParameterText(renderList(values))
		if fault != nil {
			t.Fatalf("%q is refused: %s", renderList(values), fault.fix.EN)
		}
		if diff := cmp.Diff(values, got.items); diff != "" {
			t.Fatalf("(-sent +read):\n%s", diff)
		}
		if got.form != formList {
			t.Fatalf("form %b", got.form)
		}
	})
}

func FuzzParameterText(f *testing.F) {
	for _, seed := range []string{`'a'`, `('a','b')`, `('a''b')`, `20040101`, `('a'`, `(a)`, `("x",'y')`, `''''`, "('a'\n,\t'b')",
		`' OR 1=1--`, `('a',)`, `('a')('b')`, "\x00", `(`, `)`, `'`, `''`, `('é','𝒳')`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, fault := parseParameterText(s)
		if fault != nil {
			if fault.fix.EN == "" || fault.fix.FR == "" {
				t.Fatalf("%q is refused without saying how to mend it", s)
			}
			return
		}
		if len(text.items) == 0 {
			if trimSpace(s) != "" {
				t.Fatalf("%q has no item", s)
			}
			return
		}
		again, fault := parseParameterText(renderList(text.items))
		if fault != nil {
			t.Fatalf("%q was read as %q, which is refused when written again: %s", s, text.items, fault.fix.EN)
		}
		if diff := cmp.Diff(text.items, again.items); diff != "" {
			t.Fatalf("%q read, written and read (-first +second):\n%s", s, diff)
		}
		for kind := range valueForms {
			for _, item := range text.items {
				if _, fault := readValue(valueKind(kind), item); fault != nil && utf8.ValidString(item) && fault.rule == nil {
					t.Fatalf("%q as kind %d breaks no rule and is not read", item, kind)
				}
			}
		}
	})
}
