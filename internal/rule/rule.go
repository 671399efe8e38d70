// Package rule is the vocabulary of refusals. Every check that Liasse makes of a message belongs to a Rule with a
// stable id; a message that breaks one gets a Finding that says where, what was found, what was expected and the
// smallest change that mends it. The configuration changes the severity of a rule by its id: to be lenient is
// nothing but a list of rules set to warning.
package rule

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
)

// Severity says what a broken rule does to the message.
type Severity uint8

const (
	// Off: the rule is not looked at.
	Off Severity = iota
	// Warning: the message is accepted, the finding goes back with it and into the log.
	Warning
	// Error: the message is refused.
	Error
)

// String gives the word used in the configuration: off, warning, error.
func (s Severity) String() string {
	switch s {
	case Off:
		return "off"
	case Warning:
		return "warning"
	case Error:
		return "error"
	}
	return fmt.Sprintf("severity(%d)", uint8(s))
}

// ParseSeverity reads the word used in the configuration.
func ParseSeverity(s string) (Severity, error) {
	switch s {
	case "off":
		return Off, nil
	case "warning":
		return Warning, nil
	case "error":
		return Error, nil
	}
	return Off, fmt.Errorf("severity %q is not one of off, warning, error", s)
}

// Text is a sentence in the two languages of the project.
type Text struct {
	EN string
	FR string
}

// In gives the text in the language asked for ("fr" or "en"); any other language gets English.
func (t Text) In(lang string) string {
	if lang == "fr" {
		return t.FR
	}
	return t.EN
}

// Rule is one check, named for good: an id is never given to another check.
type Rule struct {
	// ID is the stable name, an area and a number: XDS-DE-012, MTOM-004.
	ID string
	// Title says in one short sentence what must hold.
	Title Text
	// Fix says what to change when it does not. A Finding may say it more exactly.
	Fix Text
	// Section is where the standard says so: "ITI TF-3 4.2.3.1.7".
	Section string
	// Severity is what applies unless the configuration says otherwise.
	Severity Severity
	// Code is what the standard's own answer carries: an errorCode of ITI TF-3 Table 4.2.4.1-2
	// (XDSRegistryMetadataError), or for an envelope the fault code (env:Sender, wsa:ActionNotSupported)
	// or the HTTP status (415), or for a connection the TLS alert (RFC 8446 6: bad_certificate; none where none is sent).
	Code string
	// Operational marks what no message can break: what the state of the server does (a full disk, a database that cannot be
	// reached), and what is about a connection before a message comes over it (a handshake, the certificate of a peer). Its
	// Title says what is the matter instead of what must hold, its Fix what the sender does about it, and its Severity is
	// always Error.
	Operational bool
	// Firm marks what everything after it stands on, such as the signature of a token: its Severity is Error and the
	// configuration cannot lower it.
	Firm bool
}

var catalogue struct {
	sync.Mutex
	byID map[string]*Rule
}

// New enters a rule into the catalogue and returns it. It is called when packages are initialised; an incomplete rule
// or an id used twice is a mistake of the programmer and panics.
func New(r Rule) *Rule {
	if r.ID == "" || r.Title.EN == "" || r.Title.FR == "" || r.Fix.EN == "" || r.Fix.FR == "" || r.Section == "" || r.Code == "" {
		panic(fmt.Sprintf("rule %q is incomplete", r.ID))
	}
	catalogue.Lock()
	defer catalogue.Unlock()
	if catalogue.byID == nil {
		catalogue.byID = make(map[string]*Rule)
	}
	if _, twice := catalogue.byID[r.ID]; twice {
		panic(fmt.Sprintf("rule id %q is used twice", r.ID))
	}
	catalogue.byID[r.ID] = &r
	return &r
}

// All gives every rule of the catalogue, ordered by id.
func All() []*Rule {
	catalogue.Lock()
	defer catalogue.Unlock()
	all := make([]*Rule, 0, len(catalogue.byID))
	for _, r := range catalogue.byID {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b *Rule) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// Lookup finds a rule by its id, nil when there is none.
func Lookup(id string) *Rule {
	catalogue.Lock()
	defer catalogue.Unlock()
	return catalogue.byID[id]
}
