package registry

import (
	"context"
	"fmt"
)

// chainDepth bounds chains of addenda and transformations, because a replacement of the document at their head has to
// follow them.
const chainDepth = 128

// continues tells the types that hang a document on another, so that the replacement of the one deprecates the other.
func (t AssociationType) continues() bool { return t == Appends || t == Transforms }

// chains holds the relationships of the submission to the length that a chain may have, at the first link beyond it.
func (c *checker) chains(ctx context.Context, read Reader) error {
	links := make(map[local][]int)
	var targets []UUID
	for i, a := range c.sub.Associations {
		if e := &c.ends[i]; a.Type.continues() && e.source.kind == KindDocument {
			links[e.source.local] = append(links[e.source.local], i)
			if e.target.outside {
				targets = append(targets, e.target.uuid)
			}
		}
	}
	if len(links) == 0 || !c.report.Applies(ruleChainDepth) {
		return nil
	}
	registered, err := registeredChains(ctx, read, targets)
	if err != nil {
		return err
	}
	lengths := &chainLengths{checker: c, links: links, registered: registered, above: make(map[UUID]int), known: make(map[local]int)}
	for i, a := range c.sub.Associations {
		if e := &c.ends[i]; a.Type.continues() && e.source.kind == KindDocument && lengths.link(i) > chainDepth {
			c.add(ruleChainDepth, a.At, a.subject(), a.Target, "")
			return nil
		}
	}
	return nil
}

// registeredChains gives what the targets of addenda and transformations hang on themselves, up to the heads.
func registeredChains(ctx context.Context, read Reader, targets []UUID) (map[UUID][]UUID, error) {
	on := make(map[UUID][]UUID)
	seen := make(map[UUID]bool, len(targets))
	level := targets
	for depth := 0; len(level) > 0 && depth <= chainDepth; depth++ {
		var next []UUID
		for _, u := range level {
			seen[u] = true
		}
		filter := &AssociationFilter{Sources: level, Types: []AssociationType{Transforms, Appends}, Status: []Status{Approved}, IdentityOnly: true}
		err := read.Associations(ctx, filter, func(a *AssociationRecord) error {
			on[a.Source] = append(on[a.Source], a.Target)
			if !seen[a.Target] {
				seen[a.Target] = true
				next = append(next, a.Target)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("reading the chain that an addendum continues: %w", err)
		}
		level = next
	}
	return on, nil
}

// chainLengths counts the links of the longest chain above a document. A circle, which another rule refuses, counts as
// the end of its chain.
type chainLengths struct {
	*checker
	links      map[local][]int // by source, the places of the Associations
	registered map[UUID][]UUID
	above      map[UUID]int
	known      map[local]int
}

// link counts the links of a chain that ends with Association i.
func (l *chainLengths) link(i int) int {
	switch target := &l.ends[i].target; {
	case target.outside:
		return 1 + l.ofRegistered(target.uuid)
	case target.kind == KindDocument:
		return 1 + l.ofSubmitted(target.local)
	}
	return 0
}

func (l *chainLengths) ofSubmitted(d local) int {
	longest, counted := l.known[d]
	if counted {
		return longest
	}
	l.known[d] = 0
	for _, i := range l.links[d] {
		longest = max(longest, l.link(i))
	}
	l.known[d] = longest
	return longest
}

func (l *chainLengths) ofRegistered(u UUID) int {
	longest, counted := l.above[u]
	if counted {
		return longest
	}
	l.above[u] = 0
	for _, target := range l.registered[u] {
		longest = max(longest, 1+l.ofRegistered(target))
	}
	l.above[u] = longest
	return longest
}

// replacedHere tells addenda and transformations of what this submission replaces, or of what hangs on that: they would be
// Approved continuations of a Deprecated document.
func (c *checker) replacedHere(st *state) {
	if len(st.deprecate) == 0 {
		return
	}
	replaced := make(map[UUID]bool, len(st.deprecate))
	for _, u := range st.deprecate {
		replaced[u] = true
	}
	for i, a := range c.sub.Associations {
		if e := &c.ends[i]; a.Type.continues() && e.target.outside && replaced[e.target.uuid] {
			c.add(ruleReplacedHere, a.At, a.subject(), a.Target, "")
		}
	}
}
