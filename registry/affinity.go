package registry

import (
	"fmt"
	"slices"
	"strings"
)

// CodeMode says what the code lists of the affinity domain do to a submission (ITI TF-2 3.42.4.1.3.4).
type CodeMode uint8

const (
	// CodesOff: coded values are not compared with the lists.
	CodesOff CodeMode = iota
	// CodesWarn: a value outside of its list is accepted with a warning.
	CodesWarn
	// CodesEnforced: a value outside of its list refuses the submission.
	CodesEnforced
)

// ParseCodeMode reads the word used in the configuration: off, warn, enforced.
func ParseCodeMode(s string) (CodeMode, error) {
	switch s {
	case "", "off":
		return CodesOff, nil
	case "warn":
		return CodesWarn, nil
	case "enforced":
		return CodesEnforced, nil
	}
	return CodesOff, fmt.Errorf("code mode %q is not one of off, warn, enforced", s)
}

// Affinity is what the members of an XDS Affinity Domain have agreed on (ITI TF-1 10.4.8).
type Affinity struct {
	// AssigningAuthorities are the OIDs that may issue patient identifiers; the first is the default.
	AssigningAuthorities []string
	// Namespaces are the names that HL7 v2 senders give in place of an assigning authority's OID (HD.1, the namespace id),
	// each with that OID. An identifier in ITI-8 that gives only such a name is of that authority.
	Namespaces map[string]string
	// AnyPatient accepts every well-formed identifier of these authorities without an identity feed.
	AnyPatient bool
	// HomeCommunity is the domain's homeCommunityId, an OID without urn:oid:, or empty.
	HomeCommunity string
	// KeepHome stores the home attribute as it was submitted; without it the attribute is read and dropped.
	KeepHome bool
	// RepositoryIDs are the repositoryUniqueIds that entries may name; empty allows any.
	RepositoryIDs []string
	// Codes are the allowed values of each coded attribute; a kind without a list allows any.
	Codes map[CodeKind][]Code
	// CodeMode says what a value outside of its list, or a mimeType outside of MimeTypes, does.
	CodeMode CodeMode
	// MimeTypes are the allowed mimeTypes of documents; empty allows any.
	MimeTypes []string
}

// Issues tells whether the OID is one of the domain's patient identifier authorities.
func (a *Affinity) Issues(oid string) bool {
	return slices.Contains(a.AssigningAuthorities, oid)
}

// check tells the first mistake of the configuration.
func (a *Affinity) check() error {
	if len(a.AssigningAuthorities) == 0 {
		return fmt.Errorf("the affinity domain has no assigning authority")
	}
	for _, oid := range a.AssigningAuthorities {
		if e := checkOID(oid); e != nil {
			return fmt.Errorf("assigning authority: %w", e)
		}
	}
	for name, oid := range a.Namespaces {
		switch {
		case name == "":
			return fmt.Errorf("the namespace of %s is empty", oid)
		case !a.Issues(oid):
			return fmt.Errorf("namespace %s: %q is not one of the assigning authorities", name, oid)
		}
	}
	for _, oid := range a.RepositoryIDs {
		if e := checkOID(oid); e != nil {
			return fmt.Errorf("repository id: %w", e)
		}
	}
	if a.HomeCommunity != "" {
		if e := checkOID(strings.TrimPrefix(a.HomeCommunity, "urn:oid:")); e != nil {
			return fmt.Errorf("home community: %w", e)
		}
	}
	return nil
}

// codeIndex answers in constant time whether a coded value is allowed.
type codeIndex map[CodeKind]map[codeKey]struct{}

type codeKey struct{ value, scheme string }

func indexCodes(lists map[CodeKind][]Code) codeIndex {
	index := make(codeIndex, len(lists))
	for kind, codes := range lists {
		if len(codes) == 0 {
			continue
		}
		set := make(map[codeKey]struct{}, len(codes))
		for _, c := range codes {
			c = normalCode(c)
			set[codeKey{c.Value, c.Scheme}] = struct{}{}
		}
		index[kind] = set
	}
	return index
}

// allows tells whether the list of this kind holds the code, or there is no list.
func (x codeIndex) allows(kind CodeKind, c Code) bool {
	set, listed := x[kind]
	if !listed {
		return true
	}
	c = normalCode(c)
	_, in := set[codeKey{c.Value, c.Scheme}]
	return in
}
