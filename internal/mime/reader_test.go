package mime

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var testLimits = Limits{Parts: 8, Headers: 4, HeaderBytes: 512, Around: 100}

type part struct{ ID, Content string }

// readAll reads a body with a reader that gives it in pieces of every size.
func readAll(src io.Reader, boundary string, limits Limits) (parts []part, odd Oddity, err error) {
	r := NewReader(src, boundary, limits)
	defer r.Close()
	for {
		p, err := r.Next()
		if err == io.EOF {
			return parts, r.Oddities(), nil
		}
		if err != nil {
			return parts, r.Oddities(), err
		}
		content, err := io.ReadAll(p)
		if err != nil {
			return parts, r.Oddities(), err
		}
		id, _ := p.Header.Get("content-id")
		parts = append(parts, part{id, string(content)})
	}
}

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

func TestReader(t *testing.T) {
	tests := []struct {
		name, boundary, body string
		want                 []part
		odd                  Oddity
	}{
		{"two parts", "b", crlf("--b\nContent-ID: <1>\n\none\n--b\nContent-ID: <2>\n\ntwo\n--b--\n"), []part{{"<1>", "one"}, {"<2>", "two"}}, 0},
		{"no line end after the final boundary", "b", crlf("--b\nContent-ID: <1>\n\none\n--b--"), []part{{"<1>", "one"}}, 0},
		{"line end before the first boundary", "b", crlf("\n--b\nContent-ID: <1>\n\none\n--b--\n"), []part{{"<1>", "one"}}, 0},
		{"blanks after a boundary", "b", crlf("--b \t\nContent-ID: <1>\n\none\n--b-- \n"), []part{{"<1>", "one"}}, 0},
		{"line ends of the content are kept", "b", crlf("--b\nContent-ID: <1>\n\n\n\none\n\n\n--b--\n"), []part{{"<1>", "\r\n\r\none\r\n\r\n"}}, 0},
		{"an empty part", "b", crlf("--b\nContent-ID: <1>\n\n\n--b--\n"), []part{{"<1>", ""}}, 0},
		{"a part without even the line end of its content", "b", crlf("--b\nContent-ID: <1>\n\n--b--"), []part{{"<1>", ""}}, 0},
		{"a part without header", "b", crlf("--b\n\none\n--b--\n"), []part{{"", "one"}}, 0},
		{"look-alikes are content", "b", crlf("--b\nContent-ID: <1>\n\nx--b\n--bX\n--b--X\n--b-\n -- b\n\r--b\n--b--\n"), []part{{"<1>", crlf("x--b\n--bX\n--b--X\n--b-\n -- b\n\r--b")}}, 0},
		{"a bare LF does not make a boundary where CR LF does", "b", "--b\r\nContent-ID: <1>\r\n\r\none\n--b\r\ntwo\r\n--b--\r\n", []part{{"<1>", "one\n--b\r\ntwo"}}, 0},
		{"LF alone", "b", "--b\nContent-ID: <1>\n\none\n\n--b--\n", []part{{"<1>", "one\n"}}, BareLF},
		{"LF in a header only", "b", "--b\r\nContent-ID: <1>\nA: b\r\n\r\none\r\n--b--\r\n", []part{{"<1>", "one"}}, BareLF},
		{"folded header", "b", crlf("--b\nContent-ID:\n <1>\n\none\n--b--\n"), []part{{"<1>", "one"}}, FoldedHeader},
		{"preamble", "b", crlf("This is MIME.\n--b\nContent-ID: <1>\n\none\n--b--\n"), []part{{"<1>", "one"}}, PreambleText},
		{"epilogue", "b", crlf("--b\nContent-ID: <1>\n\none\n--b--\nThat was MIME."), []part{{"<1>", "one"}}, EpilogueText},
		{"blank epilogue", "b", crlf("--b\nContent-ID: <1>\n\none\n--b--\n\n  \n"), []part{{"<1>", "one"}}, 0},
		{"boundary of WCF", "uuid:3b4+id=17", crlf("--uuid:3b4+id=17\nContent-ID: <1>\n\none\n--uuid:3b4+id=17--\n"), []part{{"<1>", "one"}}, 0},
	}
	for _, test := range tests {
		for how, wrap := range map[string]func(io.Reader) io.Reader{
			"whole": func(r io.Reader) io.Reader { return r }, "bytes": iotest.OneByteReader, "halves": iotest.HalfReader, "data with EOF": iotest.DataErrReader} {
			t.Run(test.name+"/"+how, func(t *testing.T) {
				parts, odd, err := readAll(wrap(strings.NewReader(test.body)), test.boundary, testLimits)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.want, parts); diff != "" {
					t.Errorf("parts (-want +got):\n%s", diff)
				}
				if odd != test.odd {
					t.Errorf("oddities %b, want %b", odd, test.odd)
				}
			})
		}
	}
}

func TestReaderRefuses(t *testing.T) {
	head := "--b\nContent-ID: <1>\n\n"
	tests := []struct {
		name, body string
		kind       FramingKind
	}{
		{"nothing", "", NoBoundary},
		{"another boundary", crlf("--c\n\none\n--c--\n"), NoBoundary},
		{"no part", crlf("--b--\n"), NoBoundary},
		{"no final boundary", crlf(head + "one\n"), Truncated},
		{"cut inside the final boundary", crlf(head + "one\n--b-"), Truncated},
		{"cut after a boundary", crlf(head + "one\n--b"), Truncated},
		{"cut inside a header", crlf("--b\nContent-ID"), Truncated},
		{"cut after a header", crlf(head), Truncated},
		{"blank before the colon", crlf("--b\nContent-ID : <1>\n\none\n--b--\n"), BadHeader},
		{"no colon", crlf("--b\nContent-ID\n\none\n--b--\n"), BadHeader},
		{"a field twice", crlf("--b\nContent-ID: <1>\ncontent-id: <2>\n\none\n--b--\n"), BadHeader},
		{"beyond ASCII", crlf("--b\nContent-ID: <é>\n\none\n--b--\n"), BadHeader},
		{"NUL", crlf("--b\nContent-ID: <\x00>\n\none\n--b--\n"), BadHeader},
		{"a lone CR", "--b\r\nA: b\rc\r\n\r\none\r\n--b--\r\n", BadHeader},
		{"continuation first", crlf("--b\n A: b\n\none\n--b--\n"), BadHeader},
		{"boundary inside a header", crlf("--b\nA: b\n--b\n\none\n--b--\n"), BadHeader},
		{"mixed line ends", "--b\nA: b\n\none\r\n--b--\r\n", MixedLineEnds},
		{"too many parts", crlf("--b\n\n" + strings.Repeat("\n--b\n\n", 8) + "\n--b--"), TooManyParts},
		{"too many headers", crlf("--b\n" + strings.Repeat("A: b\n", 5) + "\none\n--b--\n"), TooManyHeaders},
		{"a large header", crlf("--b\nA: " + strings.Repeat("b", 512) + "\n\none\n--b--\n"), HeaderTooLarge},
		{"a header without end", crlf("--b\n" + strings.Repeat("A: b\n", 200000)), HeaderTooLarge},
		{"long preamble", strings.Repeat("x", 300) + crlf("\n--b\n\none\n--b--\n"), AroundTooLarge},
		{"long preamble in lines", strings.Repeat("x\r\n", 100) + crlf("--b\n\none\n--b--\n"), AroundTooLarge},
		{"long epilogue", crlf(head+"one\n--b--\n") + strings.Repeat(" ", 200), AroundTooLarge},
	}
	for _, test := range tests {
		for how, wrap := range map[string]func(io.Reader) io.Reader{
			"whole": func(r io.Reader) io.Reader { return r }, "bytes": iotest.OneByteReader} {
			t.Run(test.name+"/"+how, func(t *testing.T) {
				_, _, err := readAll(wrap(strings.NewReader(test.body)), "b", testLimits)
				var framing *FramingError
				if !errors.As(err, &framing) || framing.Kind != test.kind {
					t.Fatalf("got %v, want the kind %d", err, test.kind)
				}
			})
		}
	}
}

// An error of the source is neither the end of the body nor a fault of its framing.
func TestReaderPassesErrorsOn(t *testing.T) {
	broken := errors.New("the line is cut")
	for _, at := range []int{0, 3, 10, 25, 28} {
		body := crlf("--b\nContent-ID: <1>\n\none\n--b--\n")
		_, _, err := readAll(io.MultiReader(strings.NewReader(body[:at]), iotest.ErrReader(broken)), "b", testLimits)
		if !errors.Is(err, broken) {
			t.Errorf("after %d bytes: got %v", at, err)
		}
	}
}

// Next passes over what was not read; a part passed over gives nothing more.
func TestNextSkips(t *testing.T) {
	r := NewReader(strings.NewReader(crlf("--b\nContent-ID: <1>\n\n"+strings.Repeat("one", 100000)+"\n--b\nContent-ID: <2>\n\ntwo\n--b--\n")), "b", testLimits)
	defer r.Close()
	first, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	second, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	if n, err := first.Read(make([]byte, 10)); n != 0 || err != io.EOF {
		t.Errorf("the part passed over gives %d bytes, %v", n, err)
	}
	var content bytes.Buffer
	if _, err := second.WriteTo(&content); err != nil || content.String() != "two" {
		t.Errorf("second part: %q, %v", content.String(), err)
	}
	for range 2 {
		if _, err := r.Next(); err != io.EOF {
			t.Errorf("after the last part: %v", err)
		}
	}
}

// Whatever the contents are, what is written is read back, in pieces of any size.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		boundary := rapid.SampledFrom([]string{"b", "--", "-b-", NewBoundary()}).Draw(t, "boundary")
		piece := rapid.OneOf(rapid.SampledFrom([]string{"\r\n", "\n", "\r", "--", "\r\n-", "\r\n--" + boundary[:len(boundary)-1], "\n--" + boundary, boundary + "--"}),
			rapid.StringN(0, 20, 40))
		var body []byte
		var want []part
		for i := range rapid.IntRange(1, 5).Draw(t, "parts") {
			content := strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "content"), "")
			content += strings.Repeat("x", rapid.SampledFrom([]int{0, 0, 0, 65500, 65536, 70000}).Draw(t, "padding"))
			if strings.Contains("\r\n"+content, "\r\n--"+boundary) {
				t.Skip("the content holds the boundary")
			}
			id := "<" + string(rune('a'+i)) + ">"
			body = AppendPartHeader(body, boundary, i == 0, Header{{"Content-ID", id}})
			body = append(body, content...)
			want = append(want, part{id, content})
		}
		body = AppendEnd(body, boundary)
		step := rapid.IntRange(1, 5000).Draw(t, "step")
		parts, odd, err := readAll(&steps{body, step}, boundary, testLimits)
		if err != nil || odd != 0 {
			t.Fatalf("oddities %b, %v", odd, err)
		}
		if diff := cmp.Diff(want, parts); diff != "" {
			t.Fatal(diff)
		}
	})
}

type steps struct {
	rest []byte
	step int
}

func (s *steps) Read(p []byte) (int, error) {
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, s.rest[:min(s.step, len(s.rest))])
	s.rest = s.rest[n:]
	return n, nil
}

func sharedData(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
			continue
		}
		t.Fatal("no go.mod above the working directory")
	}
	path := filepath.Join(dir, "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("../shared/data/%s is absent", name)
	}
	return path
}

// The corpus of go-fuzz for multipart: no panic, and reading ends.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(sharedData(t, "fuzz/multipart/corpus"), "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	accepted := 0
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		whole, _, wholeErr := readAll(bytes.NewReader(body), "dfhjksd23f43242f43fv4b4g2g2g23vf2", testLimits)
		pieces, _, piecesErr := readAll(iotest.OneByteReader(bytes.NewReader(body)), "dfhjksd23f43242f43fv4b4g2g2g23vf2", testLimits)
		if (wholeErr == nil) != (piecesErr == nil) || !cmp.Equal(whole, pieces) {
			t.Errorf("%s reads otherwise in pieces: %v, %v", filepath.Base(file), wholeErr, piecesErr)
		}
		if wholeErr == nil {
			accepted++
		}
	}
	t.Logf("%d files, %d accepted", len(files), accepted)
}

func FuzzReader(f *testing.F) {
	f.Add([]byte(crlf("--b\nContent-ID: <1>\n\none\n--b\nContent-ID: <2>\n\ntwo\n--b--\n")), uint16(7))
	f.Add([]byte("--b\nContent-ID: <1>\n\none\n--b--\n"), uint16(1))
	f.Add([]byte(crlf("--b\nA: b\n c\n\n--b--")), uint16(3))
	f.Fuzz(func(t *testing.T, body []byte, step uint16) {
		whole, odd, err := readAll(bytes.NewReader(body), "b", testLimits)
		pieces, oddPieces, errPieces := readAll(&steps{body, int(step) + 1}, "b", testLimits)
		if (err == nil) != (errPieces == nil) {
			t.Fatalf("whole: %v; in steps of %d: %v", err, int(step)+1, errPieces)
		}
		if err == nil && (!cmp.Equal(whole, pieces) || odd != oddPieces) {
			t.Fatalf("in steps of %d it reads otherwise", int(step)+1)
		}
		// What was read is all there, in order, in the body.
		rest := body
		for _, p := range whole {
			i := bytes.Index(rest, []byte(p.Content))
			if i < 0 {
				t.Fatalf("the content %q is not in the body", p.Content)
			}
			rest = rest[i+len(p.Content):]
		}
	})
}

func BenchmarkReader(b *testing.B) {
	content := make([]byte, 30<<10)
	for i := range content {
		content[i] = byte(rand.Uint32())
	}
	var body []byte
	boundary := NewBoundary()
	for i := range 3 {
		body = AppendPartHeader(body, boundary, i == 0, Header{{"Content-Type", "application/octet-stream"}, {"Content-ID", "<a@b>"}})
		body = append(body, content...)
	}
	body = AppendEnd(body, boundary)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		r := NewReader(bytes.NewReader(body), boundary, testLimits)
		for {
			p, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			if _, err := p.WriteTo(io.Discard); err != nil {
				b.Fatal(err)
			}
		}
		r.Close()
	}
}
