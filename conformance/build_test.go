package conformance

import (
	"bytes"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/beevik/etree"
	"gopkg.in/yaml.v3"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func testScope() *scope {
	root := newScope(nil)
	root.set("authority", DefaultAssigningAuthority)
	root.set("patient", "P1^^^&1.2.3&ISO")
	root.set("repository", "1.2.3.4")
	return newScope(root)
}

func readSend(t *testing.T, text string) *Send {
	t.Helper()
	var s Send
	if err := yaml.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	return &s
}

// built frames a message as it would be sent.
func built(t *testing.T, sc *scope, text string) (*Send, *outgoing, error) {
	t.Helper()
	s := readSend(t, text)
	body, lot, err := s.body(sc, nil)
	if err != nil {
		return s, nil, err
	}
	out, err := s.frame(sc, newEnvelope(s.wsaAction(), "http://here/", body), lot)
	return s, out, err
}

var randomID = regexp.MustCompile(`urn:uuid:[0-9a-f-]{36}|2\.25\.[0-9]+`)

// TestLotGolden writes a lot with every kind of object; random ids are numbered in the order met.
func TestLotGolden(t *testing.T) {
	_, out, err := built(t, testScope(), `
register:
  documents:
    - {id: A, content: "x", comments: "<&>", eventCodeList: ["E1^un^1.2", "E2^deux^1.2"], slots: {"urn:example:s": [v1, v2]}}
    - {id: B, content: "y", classCode: null, authors: null, label: null}
  folders: [{id: F, members: [A]}]
  associations: [{id: R, type: APND, source: B, target: "urn:uuid:00000000-0000-4000-8000-000000000000", reason: "R^raison^1.2"}]
mutate: [{at: A.typeCode, set: {nodeRepresentation: "changé"}}, {at: F.title, remove: true}]
`)
	if err != nil {
		t.Fatal(err)
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(out.body); err != nil {
		t.Fatal(err)
	}
	doc.Indent(1)
	text, err := doc.WriteToString()
	if err != nil {
		t.Fatal(err)
	}
	numbers := map[string]int{}
	text = randomID.ReplaceAllStringFunc(text, func(id string) string {
		if _, met := numbers[id]; !met {
			numbers[id] = len(numbers) + 1
		}
		return fmt.Sprintf("id-%d", numbers[id])
	})
	golden(t, "lot.xml", text)
}

func golden(t *testing.T, name, have string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(have), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != have {
		t.Errorf("%s differs; it is now:\n%s", path, have)
	}
}

// TestFraming reads multipart messages back with the standard library.
func TestFraming(t *testing.T) {
	for _, c := range []struct {
		name, form string
		parts      []string // Content-ID of each part in order
		header     string   // in the Content-Type
		body       string   // in the body
	}{
		{"plain", "{}", []string{defaultRootID, "<A@conformance.example>", "<B@conformance.example>"}, `type="application/xop+xml"`, `href="cid:A@conformance.example"`},
		{"root last", "{rootAt: 2}", []string{"<A@conformance.example>", "<B@conformance.example>", defaultRootID}, "", ""},
		{"inline", "{inline: [A]}", []string{defaultRootID, "<B@conformance.example>"}, "", base64.StdEncoding.EncodeToString([]byte("aaaa"))},
		{"one part missing", "{parts: {A: {omit: true}}}", []string{defaultRootID, "<B@conformance.example>"}, "", `href="cid:A@`},
		{"one part twice", "{parts: {A: {repeat: true}}}", []string{defaultRootID, "<A@conformance.example>", "<A@conformance.example>", "<B@conformance.example>"}, "", ""},
		{"another id", `{parts: {A: {contentID: "<x y>", href: "cid:x%20y"}}}`, []string{defaultRootID, "<x y>", "<B@conformance.example>"}, "", `href="cid:x%20y"`},
		{"extra part", `{extra: [{contentID: "<e>", content: plus}]}`, []string{defaultRootID, "<A@conformance.example>", "<B@conformance.example>", "<e>"}, "", "plus"},
		{"LF", `{lineEnd: "\n"}`, []string{defaultRootID, "<A@conformance.example>", "<B@conformance.example>"}, "", "\nContent-ID: <A@"},
		{"boundary", `{boundary: essai}`, []string{defaultRootID, "<A@conformance.example>", "<B@conformance.example>"}, `boundary="essai"`, "--essai--\r\n"},
		{"base64", `{parts: {A: {encoding: base64}}}`, []string{defaultRootID, "<A@conformance.example>", "<B@conformance.example>"}, "", "\r\n\r\nYWFhYQ==\r\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, out, err := built(t, testScope(), `{provide: {documents: [{id: A, content: aaaa}, {id: B, content: bb}]}, mime: `+c.form+`}`)
			if err != nil {
				t.Fatal(err)
			}
			contentType := out.headers.Get("Content-Type")
			_, params, err := mime.ParseMediaType(contentType)
			if err != nil {
				t.Fatal(err)
			}
			if ids := partIDs(t, out.body, params["boundary"]); strings.Join(ids, " ") != strings.Join(c.parts, " ") {
				t.Errorf("parts %v, want %v", ids, c.parts)
			}
			if !strings.Contains(contentType, c.header) {
				t.Errorf("Content-Type %s does not hold %s", contentType, c.header)
			}
			if !bytes.Contains(out.body, []byte(c.body)) {
				t.Errorf("the body does not hold %q:\n%s", c.body, out.body)
			}
		})
	}
}

func partIDs(t *testing.T, body []byte, boundary string) []string {
	t.Helper()
	var ids []string
	reader := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return ids
		}
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, part.Header.Get("Content-ID"))
	}
}

// TestQueryCoding writes parameters as ITI TF-2 3.18.4.1.2.3.5 codes them.
func TestQueryCoding(t *testing.T) {
	for _, c := range []struct{ params, want string }{
		{`{$a: "x"}`, "$a='x'"},
		{`{$a: "O'Neil"}`, "$a='O''Neil'"},
		{`{$a: 20240101}`, "$a=20240101"},
		{`{$a: [x, y]}`, "$a=('x','y')"},
		{`{$a: [1, 2]}`, "$a=(1,2)"},
		{`{$a: {raw: "('x'"}}`, "$a=('x'"},
		{`{$a: {raw: [x, y]}}`, "$a=x|y"},
		{`{$a: {raw: []}}`, "$a="},
		{`{$a: {and: [[x], [y, z]]}}`, "$a=('x') $a=('y','z')"},
		{`{$a: {values: [[x], [y, z]]}}`, "$a=('x')|('y','z')"},
		{`{$a: "${patient}"}`, "$a='P1^^^&1.2.3&ISO'"},
	} {
		s := readSend(t, `query: {name: GetDocuments, params: `+c.params+`}`)
		request, err := s.Query.build(testScope())
		if err != nil {
			t.Errorf("%s: %v", c.params, err)
			continue
		}
		var have []string
		for _, slot := range request.FindElements("rim:AdhocQuery/rim:Slot") {
			have = append(have, slot.SelectAttrValue("name", "")+"="+strings.Join(slotValues(slot), "|"))
		}
		if got := strings.Join(have, " "); got != c.want {
			t.Errorf("%s is written %s, want %s", c.params, got, c.want)
		}
	}
	s := readSend(t, `query: {name: GetAll, patient: patient, status: [Deprecated], params: {$XDSFolderStatus: null}}`)
	params, err := s.Query.parameters(testScope(), storedQueries["GetAll"])
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(params); got != "[{$patientId [['P1^^^&1.2.3&ISO']]} {$XDSDocumentEntryStatus [[('urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated')]]} "+
		"{$XDSSubmissionSetStatus [[('urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated')]]} {$XDSFolderStatus []}]" {
		t.Errorf("GetAll has the parameters %s", got)
	}
}

// TestMutations changes a query's envelope in every way a suite may.
func TestMutations(t *testing.T) {
	for _, c := range []struct{ mutation, has, hasNot string }{
		{`{at: "//rim:AdhocQuery", set: {home: x}}`, `home="x"`, ""},
		{`{at: "//rim:AdhocQuery", unset: id}`, "<rim:AdhocQuery>", ""},
		{`{at: "//rim:AdhocQuery", remove: true}`, "", "AdhocQuery "},
		{`{at: "//rim:AdhocQuery", repeat: true}`, "</rim:AdhocQuery><rim:AdhocQuery", ""},
		{`{at: "//rim:AdhocQuery", rename: "rim:Autre"}`, "<rim:Autre ", "<rim:AdhocQuery"},
		{`{at: "//wsa:Action", text: "a&b"}`, ">a&amp;b</wsa:Action>", "RegistryStoredQuery<"},
		{`{at: "//rim:Slot", values: [a, b]}`, "<rim:Value>a</rim:Value><rim:Value>b</rim:Value>", ""},
		{`{at: "//env:Header", append: "<wsse:Security/>"}`, "<wsse:Security/></env:Header>", ""},
		{`{at: "//env:Header", prepend: "<wsse:Security/>"}`, "<env:Header><wsse:Security/>", ""},
		{`{at: "//env:Body", before: "texte"}`, "</env:Header>texte<env:Body>", ""},
		{`{at: "//env:Body", after: "texte"}`, "</env:Body>texte</env:Envelope>", ""},
		{`{at: "//wsa:To", replace: "<wsa:From/>"}`, "<wsa:From/>", "wsa:To"},
		{`{at: "//env:Header", move: last}`, "</env:Body><env:Header>", ""},
		{`{at: "//wsa:To", move: first}`, "<env:Header><wsa:To>", ""},
		{`{at: "//wsa:To", to: "//env:Body"}`, "</query:AdhocQueryRequest><wsa:To>", ""},
	} {
		_, out, err := built(t, testScope(), `{query: {name: GetDocuments, params: {$a: "x"}}, mutate: [`+c.mutation+`]}`)
		if err != nil {
			t.Errorf("%s: %v", c.mutation, err)
			continue
		}
		if !bytes.Contains(out.body, []byte(c.has)) || c.hasNot != "" && bytes.Contains(out.body, []byte(c.hasNot)) {
			t.Errorf("%s gives\n%s", c.mutation, out.body)
		}
	}
}

// TestBytes changes bodies by the byte.
func TestBytes(t *testing.T) {
	sc := testScope()
	for _, c := range []struct{ edit, in, want string }{
		{`{replace: a, by: "é"}`, "aa", "éa"},
		{`{replace: a, by: b, all: true}`, "aa", "bb"},
		{`{append: "\0", prepend: "<"}`, "a", "<a\x00"},
		{`{encoding: utf-16}`, "é𝄞", "\xFE\xFF\x00\xE9\xD8\x34\xDD\x1E"},
		{`{encoding: latin-1}`, "é", "\xE9"},
		{`{replace: a, by: "${repeat:3:xy}"}`, "a", "xyxyxy"},
	} {
		var e ByteEdit
		if err := yaml.Unmarshal([]byte(c.edit), &e); err != nil {
			t.Fatal(err)
		}
		have, err := e.apply(sc, []byte(c.in))
		if err != nil || string(have) != c.want {
			t.Errorf("%s on %q gives %q, %v; want %q", c.edit, c.in, have, err, c.want)
		}
	}
	if _, err := (&ByteEdit{Replace: "x", By: "y"}).apply(sc, []byte("a")); err == nil {
		t.Error("an edit that finds nothing is no error")
	}
}

// TestVariables expands what a suite may write.
func TestVariables(t *testing.T) {
	sc := testScope()
	for _, c := range []struct{ in, pattern string }{
		{"${uuid:a}", `^urn:uuid:[0-9a-f-]{36}$`},
		{"${upperuuid:a}", `^urn:uuid:[0-9A-F-]{36}$`},
		{"${oid:a}", `^2\.25\.[1-9][0-9]{20,39}$`},
		{"${cx:a}", `^LC[0-9A-F]{12}\^\^\^&1\.3\.6\.1\.4\.1\.21367\.13\.20\.1000&ISO$`},
		{"${time:now}", `^20[0-9]{12}$`},
		{"${time:-24h}", `^20[0-9]{12}$`},
		{"${patient|xml}", `^P1\^\^\^&amp;1\.2\.3&amp;ISO$`},
		{"${RPLC|upper}", `^URN:IHE`},
	} {
		have, err := sc.expand(c.in)
		if err != nil || !regexp.MustCompile(c.pattern).MatchString(have) {
			t.Errorf("%s is %q, %v", c.in, have, err)
		}
		again, err := sc.expand(c.in)
		if !strings.HasPrefix(c.in, "${time") && (err != nil || again != have) {
			t.Errorf("%s changes from %s to %s", c.in, have, again)
		}
	}
	for _, bad := range []string{"${nobody}", "${time:soon}", "${repeat:x:y}"} {
		if v, err := sc.expand(bad); err == nil {
			t.Errorf("%s is %q and no error", bad, v)
		}
	}
}
