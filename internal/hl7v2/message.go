// Package hl7v2 reads and writes messages of HL7 version 2 in the pipe encoding (HL7 v2.3.1 chapter 2), and carries them
// over TCP in the minimal lower layer protocol (MLLP, HL7 v2.3.1 appendix C.4.3). It knows segments, fields and their
// parts, not what any of them means.
package hl7v2

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits bounds a message.
type Limits struct {
	// Bytes of the message, Segments in it, Fields of one segment.
	Bytes, Segments, Fields int
}

// DefaultLimits are far above any ADT message.
var DefaultLimits = Limits{Bytes: 1 << 20, Segments: 1000, Fields: 500}

// SyntaxError says why bytes are no message.
type SyntaxError struct {
	// Segment counts from 1, 0 for the message as a whole.
	Segment int
	// Reason says in English what is wrong.
	Reason string
}

// Error gives the place and the reason.
func (e *SyntaxError) Error() string {
	if e.Segment == 0 {
		return e.Reason
	}
	return "segment " + strconv.Itoa(e.Segment) + ": " + e.Reason
}

// Delimiters are those that MSH-1 and MSH-2 declare.
type Delimiters struct {
	Field, Component, Repetition, Escape, Subcomponent byte
}

// Standard are the delimiters that HL7 suggests: |^~\&.
var Standard = Delimiters{'|', '^', '~', '\\', '&'}

// Message is a parsed message.
type Message struct {
	Delimiters Delimiters
	Segments   []Segment
}

// Segment is one line of a message. MSH-1 and MSH-2 count as fields, as HL7 numbers them.
type Segment struct {
	Name string
	// Sequence counts segments of this name from 1.
	Sequence   int
	delimiters *Delimiters
	fields     []string // as sent; fields[0] is field 1
}

// Parse reads a message: segments end with CR, and LF or CR LF is accepted. Bytes that are no UTF-8 are read as Latin-1,
// which every byte is. An error is a *SyntaxError.
func Parse(src []byte, lim Limits) (*Message, error) {
	if len(src) > lim.Bytes {
		return nil, &SyntaxError{Reason: fmt.Sprintf("the message is longer than %d bytes", lim.Bytes)}
	}
	text := decode(src)
	if i := strings.IndexFunc(text, isControl); i >= 0 {
		return nil, &SyntaxError{Reason: fmt.Sprintf("the message holds the control character U+%04X", text[i])}
	}
	m := &Message{}
	if err := m.readDelimiters(text); err != nil {
		return nil, err
	}
	sequence := make(map[string]int)
	for line := range strings.FieldsFuncSeq(text, isEnd) {
		if len(m.Segments) == lim.Segments {
			return nil, &SyntaxError{Reason: fmt.Sprintf("the message has more than %d segments", lim.Segments)}
		}
		s, reason := m.segment(line, lim)
		if reason != "" {
			return nil, &SyntaxError{Segment: len(m.Segments) + 1, Reason: reason}
		}
		sequence[s.Name]++
		s.Sequence = sequence[s.Name]
		m.Segments = append(m.Segments, s)
	}
	return m, nil
}

func isEnd(r rune) bool { return r == '\r' || r == '\n' }

func isControl(r rune) bool { return r < 0x20 && r != '\r' && r != '\n' && r != '\t' || r == 0x7F }

// decode gives the text, from Latin-1 where the bytes are no UTF-8.
func decode(src []byte) string {
	if utf8.Valid(src) {
		return string(src)
	}
	runes := make([]rune, len(src))
	for i, b := range src {
		runes[i] = rune(b)
	}
	return string(runes)
}

// readDelimiters takes them from the MSH segment: MSH, the field delimiter, and four others before the next.
func (m *Message) readDelimiters(text string) error {
	if !strings.HasPrefix(text, "MSH") {
		return &SyntaxError{Reason: "the message does not begin with MSH"}
	}
	if len(text) < 8 {
		return &SyntaxError{Segment: 1, Reason: "MSH-1 and MSH-2 do not declare five delimiters"}
	}
	d := text[3:8]
	for i := range len(d) {
		if d[i] <= ' ' || d[i] > '~' || isAlphanumeric(d[i]) || strings.IndexByte(d[:i], d[i]) >= 0 {
			return &SyntaxError{Segment: 1, Reason: "MSH-1 and MSH-2 do not declare five different delimiters"}
		}
	}
	m.Delimiters = Delimiters{d[0], d[1], d[2], d[3], d[4]}
	rest := text[8:]
	if len(rest) > 1 && rest[0] != d[0] && rest[1] == d[0] {
		rest = rest[1:] // the truncation character of HL7 v2.7
	}
	if rest != "" && rest[0] != d[0] && !isEnd(rune(rest[0])) {
		return &SyntaxError{Segment: 1, Reason: "MSH-2 is longer than its delimiters"}
	}
	return nil
}

func isAlphanumeric(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
}

func (m *Message) segment(line string, lim Limits) (s Segment, reason string) {
	s.delimiters = &m.Delimiters
	if len(line) < 3 || line[0] < 'A' || line[0] > 'Z' || !isNameByte(line[1]) || !isNameByte(line[2]) {
		return s, "it does not begin with the name of a segment"
	}
	s.Name = line[:3]
	switch {
	case len(line) == 3:
		return s, ""
	case line[3] != m.Delimiters.Field:
		return s, "no field delimiter follows the name of the segment"
	case s.Name == "MSH" && len(m.Segments) > 0:
		return s, "a second MSH stands in the message"
	}
	delimiter := string(m.Delimiters.Field)
	if strings.Count(line, delimiter) > lim.Fields {
		return s, fmt.Sprintf("the segment has more than %d fields", lim.Fields)
	}
	s.fields = strings.Split(line[4:], delimiter)
	if s.Name == "MSH" {
		s.fields = append([]string{delimiter}, s.fields...)
	}
	return s, ""
}

func isNameByte(b byte) bool { return b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' }

// Segment gives the first segment of that name, nil when there is none.
func (m *Message) Segment(name string) *Segment {
	for i := range m.Segments {
		if m.Segments[i].Name == name {
			return &m.Segments[i]
		}
	}
	return nil
}

// Raw gives a field as sent, empty when absent. Fields count from 1.
func (s *Segment) Raw(field int) string {
	if s == nil || field < 1 || field > len(s.fields) {
		return ""
	}
	return s.fields[field-1]
}

// Repetitions gives the repetitions of a field. An empty field has none.
func (s *Segment) Repetitions(field int) []Repetition {
	raw := s.Raw(field)
	if raw == "" {
		return nil
	}
	if s.Name == "MSH" && field <= 2 {
		return []Repetition{{raw, &Delimiters{}}} // the delimiters themselves
	}
	parts := strings.Split(raw, string(s.delimiters.Repetition))
	repetitions := make([]Repetition, len(parts))
	for i, p := range parts {
		repetitions[i] = Repetition{p, s.delimiters}
	}
	return repetitions
}

// Value gives the first subcomponent of a component of a field's first repetition, its escapes undone. Components count
// from 1.
func (s *Segment) Value(field, component int) string {
	if all := s.Repetitions(field); len(all) > 0 {
		return all[0].Value(component, 1)
	}
	return ""
}

// Repetition is one repetition of a field.
type Repetition struct {
	raw        string
	delimiters *Delimiters
}

// Raw gives the repetition as sent.
func (r Repetition) Raw() string { return r.raw }

// Value gives a subcomponent, its escapes undone; component and subcomponent count from 1. It is empty when absent. The
// null value, two double quotes, is given as it is.
func (r Repetition) Value(component, subcomponent int) string {
	part, ok := nth(r.raw, r.delimiters.Component, component)
	if !ok {
		return ""
	}
	part, ok = nth(part, r.delimiters.Subcomponent, subcomponent)
	if !ok {
		return ""
	}
	return r.delimiters.Unescape(part)
}

// nth gives a part of a text cut at a delimiter, counted from 1; the zero delimiter does not cut.
func nth(s string, delimiter byte, n int) (part string, ok bool) {
	if delimiter == 0 {
		return s, n == 1
	}
	for ; n > 1; n-- {
		i := strings.IndexByte(s, delimiter)
		if i < 0 {
			return "", false
		}
		s = s[i+1:]
	}
	if i := strings.IndexByte(s, delimiter); i >= 0 {
		s = s[:i]
	}
	return s, n == 1
}
