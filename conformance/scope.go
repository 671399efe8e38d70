package conformance

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"
)

// scope holds the variables of a suite or, inside it, of one check: names of patients, of submitted objects and of their
// attributes (DOC1, DOC1.uniqueId), values captured from answers. A check sees its suite's and leaves nothing behind.
type scope struct {
	parent    *scope
	values    map[string]string
	documents map[string]*document
	// submitted keeps each object as it was sent, by entryUUID.
	submitted map[string]*etree.Element
	// tokens keeps wsse:Security elements that were sent, by the name of save.
	tokens map[string]*etree.Element
	// patients are the patients of submitted objects, by entryUUID and uniqueId.
	patients map[string]string
	// identities are those that a suite makes.
	identities map[string]*identity
	// sender is who sends unless a message says otherwise; empty asks the scope above.
	sender string
}

func newScope(parent *scope) *scope {
	return &scope{parent: parent, values: map[string]string{}, documents: map[string]*document{}, submitted: map[string]*etree.Element{},
		tokens: map[string]*etree.Element{}, patients: map[string]string{}, identities: map[string]*identity{}}
}

func (s *scope) set(name, value string) { s.values[name] = value }

func (s *scope) lookup(name string) (string, bool) {
	for at := s; at != nil; at = at.parent {
		if v, ok := at.values[name]; ok {
			return v, true
		}
	}
	v, ok := vocabulary[name]
	return v, ok
}

func (s *scope) get(name string) string {
	v, _ := s.lookup(name)
	return v
}

func (s *scope) keep(d *document) { s.documents[d.name] = d }

func (s *scope) document(name string) *document {
	for at := s; at != nil; at = at.parent {
		if d, ok := at.documents[name]; ok {
			return d
		}
	}
	return nil
}

func (s *scope) sent(id string) *etree.Element {
	for at := s; at != nil; at = at.parent {
		if e, ok := at.submitted[id]; ok {
			return e
		}
	}
	return nil
}

func (s *scope) keepToken(name string, security *etree.Element) { s.tokens[name] = security }

func (s *scope) token(name string) *etree.Element {
	for at := s; at != nil; at = at.parent {
		if e, ok := at.tokens[name]; ok {
			return e
		}
	}
	return nil
}

func (s *scope) patientOf(id string) string {
	for at := s; at != nil; at = at.parent {
		if cx, ok := at.patients[id]; ok {
			return cx
		}
	}
	return ""
}

// from names who sends; empty when nothing in the suite says.
func (s *scope) from() string {
	for at := s; at != nil; at = at.parent {
		if at.sender != "" {
			return at.sender
		}
	}
	return ""
}

var variable = regexp.MustCompile(`\$\{([^}]*)\}`)

// expand replaces ${…}: a variable, or uuid:NAME and oid:NAME (made on first use), time:OFFSET (a DTM in UTC: now,
// +1h, -48h), repeat:N:TEXT. A variable nobody set is an error, so that a check never runs on an empty value.
func (s *scope) expand(text string) (string, error) { return s.expandWith(text, nil) }

func (s *scope) expandWith(text string, local map[string]string) (string, error) {
	if !strings.Contains(text, "${") {
		return text, nil
	}
	var fault error
	out := variable.ReplaceAllStringFunc(text, func(m string) string {
		name := m[2 : len(m)-1]
		if v, ok := local[name]; ok {
			return v
		}
		v, err := s.resolve(name)
		if err != nil {
			fault = cmp.Or(fault, err)
		}
		return v
	})
	return out, fault
}

func (s *scope) resolve(name string) (string, error) {
	name, asXML := strings.CutSuffix(name, "|xml")
	name, upper := strings.CutSuffix(name, "|upper")
	value, known := s.lookup(name)
	if !known {
		var err error
		if value, err = s.produce(name); err != nil {
			return "", err
		}
	}
	if upper {
		value = strings.ToUpper(value)
	}
	if asXML {
		value = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;").Replace(value)
	}
	return value, nil
}

func (s *scope) produce(name string) (string, error) {
	kind, rest, _ := strings.Cut(name, ":")
	switch kind {
	case "uuid":
		s.set(name, newUUID())
		return s.get(name), nil
	case "upperuuid":
		s.set(name, uuidURN+strings.ToUpper(strings.TrimPrefix(newUUID(), uuidURN)))
		return s.get(name), nil
	case "oid":
		s.set(name, newOID())
		return s.get(name), nil
	case "cx": // a patient identifier that nobody made known
		s.set(name, newPatient(s.get("authority")))
		return s.get(name), nil
	case "time":
		if rest == "now" {
			rest = "0s"
		}
		offset, err := time.ParseDuration(strings.TrimPrefix(rest, "+"))
		if err != nil {
			return "", fmt.Errorf("${%s}: %w", name, err)
		}
		return time.Now().UTC().Add(offset).Format("20060102150405"), nil
	case "instant": // as SAML and XAdES write times
		if rest == "now" {
			rest = "0s"
		}
		offset, err := time.ParseDuration(strings.TrimPrefix(rest, "+"))
		if err != nil {
			return "", fmt.Errorf("${%s}: %w", name, err)
		}
		return time.Now().UTC().Add(offset).Format(time.RFC3339), nil
	case "ins": // a national health identity that nobody made known, of the authority for tests
		s.set(name, newINS(s.get("authority")))
		return s.get(name), nil
	case "repeat":
		count, text, _ := strings.Cut(rest, ":")
		var n int
		if _, err := fmt.Sscanf(count, "%d", &n); err != nil {
			return "", fmt.Errorf("${%s}: %w", name, err)
		}
		return strings.Repeat(text, n), nil
	}
	return "", fmt.Errorf("the variable ${%s} has no value", name)
}

func (s *scope) expandAll(texts []string) ([]string, error) {
	out := make([]string, 0, len(texts))
	for _, t := range texts {
		v, err := s.expand(t)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// end reads a reference to an object: the bare name of one, or text with variables.
func (s *scope) end(reference string) (string, error) {
	if v, known := s.lookup(reference); known {
		return v, nil
	}
	if !strings.Contains(reference, "${") && !strings.Contains(reference, ":") {
		return "", fmt.Errorf("no object is called %q", reference)
	}
	return s.expand(reference)
}

// patientID reads a reference to a patient: empty for the run's own, the name of one, or text with variables.
func (s *scope) patientID(reference string) (string, error) {
	if reference == "" {
		reference = "patient"
	}
	if v, known := s.lookup(reference); known {
		return v, nil
	}
	if reference == "patient" {
		return "", fmt.Errorf("no patient is known to the server")
	}
	return s.expand(reference)
}

func newUUID() string {
	var u [16]byte
	_, _ = rand.Read(u[:]) // never fails: crypto/rand ends the process instead
	u[6], u[8] = u[6]&0x0F|0x40, u[8]&0x3F|0x80
	h := hex.EncodeToString(u[:])
	return uuidURN + h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// newOID makes an OID under 2.25, the arc of UUIDs (ITU-T X.667), which anybody may use without registration.
func newOID() string {
	var u [16]byte
	_, _ = rand.Read(u[:])
	u[6], u[8] = u[6]&0x0F|0x40, u[8]&0x3F|0x80
	return "2.25." + new(big.Int).SetBytes(u[:]).String()
}

func newPatient(authority string) string {
	var u [6]byte
	_, _ = rand.Read(u[:])
	return "LC" + strings.ToUpper(hex.EncodeToString(u[:])) + "^^^&" + authority + "&ISO"
}

// newINS makes a national health identity: sex, year and month of birth, place, number, and the key (97 less the rest).
func newINS(authority string) string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "" // never fails: crypto/rand ends the process instead
	}
	m, err := rand.Int(rand.Reader, big.NewInt(90*12))
	if err != nil {
		return ""
	}
	number := fmt.Sprintf("2%02d%02d75%06d", m.Int64()/12+10, m.Int64()%12+1, n.Int64())
	value, _ := new(big.Int).SetString(number, 10)
	key := 97 - new(big.Int).Mod(value, big.NewInt(97)).Int64()
	return fmt.Sprintf("%s%02d^^^&%s&ISO^NH", number, key, authority)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
