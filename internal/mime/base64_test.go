package mime

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

func TestBase64(t *testing.T) {
	for _, test := range []struct {
		name, text, want string
		unpadded         bool
	}{
		{"nothing", "", "", false},
		{"blank", " \r\n\t ", "", false},
		{"padded", "TWFuZQ==", "Mane", false},
		{"blanks everywhere", " T\nW\tF\r\nu Z Q = = \n", "Mane", false},
		{"no padding of two", "TWFuZQ", "Mane", true},
		{"no padding of one", "TWE", "Ma", true},
	} {
		r := NewBase64Reader(iotest.OneByteReader(strings.NewReader(test.text)))
		got, err := io.ReadAll(r)
		if err != nil || string(got) != test.want || r.Unpadded() != test.unpadded {
			t.Errorf("%s: %q, unpadded %v, %v", test.name, got, r.Unpadded(), err)
		}
	}
}

func TestBase64Refuses(t *testing.T) {
	for name, text := range map[string]string{
		"URL alphabet":             "-_-_",
		"no alphabet":              "TWFu!",
		"one character left":       "TWFuZ",
		"padding alone":            "====",
		"padding inside":           "TW==TWFu",
		"half the padding":         "TWFuZQ=",
		"too much padding":         "TWFu====",
		"bits that must be zero":   "TWFuZR==",
		"NUL":                      "TWFu\x00",
		"no-break space":           "TWFu\u00A0",
		"an error deep in the run": strings.Repeat("TWFu", 100000) + "é",
	} {
		_, err := io.ReadAll(NewBase64Reader(strings.NewReader(text)))
		var refused *Base64Error
		if !errors.As(err, &refused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := errors.New("the disk is gone")
	if _, err := io.ReadAll(NewBase64Reader(iotest.ErrReader(broken))); err != broken {
		t.Errorf("an error of the source came out as %v", err)
	}
}

func TestBase64RoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.Byte(), 0, 20000).Draw(t, "bytes")
		text := base64.StdEncoding.EncodeToString(want)
		blank := rapid.SampledFrom([]string{"", " ", "\r\n", "\t"}).Draw(t, "blank")
		var spread strings.Builder
		for len(text) > 0 {
			n := min(len(text), rapid.IntRange(1, 9000).Draw(t, "run"))
			spread.WriteString(text[:n] + blank)
			text = text[n:]
		}
		got, err := io.ReadAll(NewBase64Reader(&steps{[]byte(spread.String()), rapid.IntRange(1, 9000).Draw(t, "step")}))
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%d bytes became %d: %v", len(want), len(got), err)
		}
	})
}

func FuzzBase64(f *testing.F) {
	f.Add("TWFuZQ==")
	f.Add(" TWFuZQ ")
	f.Fuzz(func(t *testing.T, text string) {
		r := NewBase64Reader(strings.NewReader(text))
		got, err := io.ReadAll(r)
		stripped := strings.Map(func(c rune) rune {
			if strings.ContainsRune(" \t\r\n", c) {
				return -1
			}
			return c
		}, text)
		if r.Unpadded() {
			stripped += strings.Repeat("=", -len(stripped)&3)
		}
		want, wantErr := base64.StdEncoding.Strict().DecodeString(stripped)
		if (err == nil) != (wantErr == nil) || (err == nil && !bytes.Equal(got, want)) {
			t.Fatalf("%q: %q, %v; encoding/base64 says %q, %v", text, got, err, want, wantErr)
		}
	})
}
