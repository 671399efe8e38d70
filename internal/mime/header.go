package mime

import "strings"

// Header holds the fields of a part in the order written.
type Header []Field

// Field is one header field, its value unfolded and without the blanks around it.
type Field struct{ Name, Value string }

// Get gives the value of a field by its name in any case, and whether it is there.
func (h Header) Get(name string) (string, bool) {
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			return h[i].Value, true
		}
	}
	return "", false
}

// TrimID takes the angle brackets off a content id, and tells whether both were there.
func TrimID(value string) (id string, bracketed bool) {
	value = trimBlank(value)
	if len(value) >= 2 && value[0] == '<' && value[len(value)-1] == '>' {
		return trimBlank(value[1 : len(value)-1]), true
	}
	return value, false
}

// unique are the fields that would have two readings if they stood twice.
var unique = [...]string{"Content-ID", "Content-Type", "Content-Transfer-Encoding"}

// parseHeader reads the block of header lines of a part, without the blank line that ends it.
func parseHeader(block string, maxFields int) (Header, Oddity, error) {
	var odd Oddity
	h := make(Header, 0, 4)
	for block != "" {
		line, rest, _ := strings.Cut(block, "\n")
		block = rest
		if trimmed, crlf := strings.CutSuffix(line, "\r"); crlf {
			line = trimmed
		} else {
			odd |= BareLF
		}
		for i := 0; i < len(line); i++ {
			if c := line[i]; (c < ' ' && c != '\t') || c >= 0x7F {
				return nil, odd, framing(BadHeader, "a header field of a part holds the byte 0x%02X", c)
			}
		}
		if line == "" {
			return nil, odd, framing(BadHeader, "an empty line stands inside the header of a part")
		}
		if line[0] == ' ' || line[0] == '\t' {
			if len(h) == 0 {
				return nil, odd, framing(BadHeader, "the header of a part begins with a continuation line")
			}
			odd |= FoldedHeader
			last := &h[len(h)-1]
			last.Value = trimBlank(last.Value + " " + trimBlank(line))
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok || !isToken(name) {
			return nil, odd, framing(BadHeader, "«%s» is not a header field", cut(line))
		}
		if len(h) == maxFields {
			return nil, odd, framing(TooManyHeaders, "a part has more than %d header fields", maxFields)
		}
		for _, once := range unique {
			if strings.EqualFold(name, once) {
				if _, twice := h.Get(once); twice {
					return nil, odd, framing(BadHeader, "the header field %s of a part stands twice", once)
				}
			}
		}
		h = append(h, Field{Name: name, Value: trimBlank(value)})
	}
	return h, odd, nil
}

// cut bounds what of the sender's is quoted.
func cut(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}
