package xmltree

import (
	"bytes"
	"encoding/xml"
	"io"
	"testing"
)

func BenchmarkParse(b *testing.B) {
	src := envelope(2)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		d, err := Parse(src, SOAPLimits)
		if err != nil {
			b.Fatal(err)
		}
		d.Release()
	}
}

func BenchmarkEncodingXML(b *testing.B) {
	src := envelope(2)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if err := readWithEncodingXML(src); err != nil {
			b.Fatal(err)
		}
	}
}

func readWithEncodingXML(src []byte) error {
	d := xml.NewDecoder(bytes.NewReader(src))
	for {
		if _, err := d.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
