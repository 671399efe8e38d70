package audit

import (
	"context"
	"fmt"
	"time"
)

// Filter selects records. What is zero does not restrict.
type Filter struct {
	// Patient is a CX, User a national identifier or what else stands in Message.User.
	Patient, User string
	// From and To bound the time: From <= t < To.
	From, To time.Time
	// Chain and Seq select one record, or with Seq 0 one chain; with Chain 0 Seq selects that record of every chain.
	Chain ChainID
	Seq   int64
	// ByTime orders by time; otherwise records come chain by chain.
	ByTime bool
	// Limit stops after that many when > 0.
	Limit int
}

// Log is where records are kept.
type Log interface {
	// Records calls each for every record that the filter selects. The record is valid only during the call.
	Records(ctx context.Context, f *Filter, each func(*Record) error) error
}

// Break is the first place where the records are not as they were written.
type Break struct {
	Chain ChainID
	Seq   int64
	// Why says what is wrong there.
	Why string
}

// Error says where and what.
func (b *Break) Error() string {
	return fmt.Sprintf("chain %s, record %d: %s", b.Chain, b.Seq, b.Why)
}

// Verified counts what a verification saw.
type Verified struct {
	Chains  int
	Records int64
	Pruned  int64
	// Heads are the last records of the chains: what to keep elsewhere, for nothing after them says when one is cut off.
	Heads []Head
}

// verifier goes through the records in the order of their chains.
type verifier struct {
	Verified
	named map[ChainID][]Head // by openings
	head  Head
	// latest is, by class, the youngest record whose message was pruned; until, how far a Pruning reaches.
	latest map[Class]Record
	until  map[Class]time.Time
}

// Verify reads every record once and holds each to the one before it: nothing may be changed, missing in between, or, as
// far as a later chain has named it, cut off at an end. The error is a *Break, or says why the records cannot be read.
func Verify(ctx context.Context, log Log) (*Verified, error) {
	v := &verifier{named: make(map[ChainID][]Head), latest: make(map[Class]Record), until: make(map[Class]time.Time)}
	if err := log.Records(ctx, &Filter{Seq: 1}, v.opening); err != nil {
		return nil, err
	}
	if err := log.Records(ctx, &Filter{}, v.record); err != nil {
		return nil, err
	}
	if err := v.end(); err != nil {
		return nil, err
	}
	return &v.Verified, nil
}

// opening notes which heads the first record of a chain names. One that was pruned names none any more; what it named was
// older than itself and is pruned too.
func (v *verifier) opening(r *Record) error {
	if r.Pruned {
		return nil
	}
	if !r.Has(RecordingStarted) {
		return &Break{r.Chain, r.Seq, "a chain begins with another record than that of its opening"}
	}
	heads, err := headsOf(r.XML)
	if err != nil {
		return &Break{r.Chain, r.Seq, err.Error()}
	}
	for _, h := range heads {
		v.named[h.Chain] = append(v.named[h.Chain], h)
	}
	return nil
}

func (v *verifier) record(r *Record) error {
	if r.Chain != v.head.Chain {
		if err := v.endChain(); err != nil {
			return err
		}
		v.head = Head{Chain: r.Chain}
		v.Chains++
	}
	if r.Seq != v.head.Seq+1 {
		return &Break{r.Chain, v.head.Seq + 1, fmt.Sprintf("it is missing: record %d comes next", r.Seq)}
	}
	digest := r.Digest
	if !r.Pruned {
		digest = DigestOf(&r.Message)
	}
	if Link(v.head.Hash, r.Chain, r.Seq, r.Time, r.Class, digest) != r.Hash {
		return &Break{r.Chain, r.Seq, "it, or the one before it, is not as it was written"}
	}
	v.head.Seq, v.head.Hash = r.Seq, r.Hash
	v.Records++
	for _, h := range v.named[r.Chain] {
		if h.Seq == r.Seq && h.Hash != r.Hash {
			return &Break{r.Chain, r.Seq, "a later chain names another hash for it: the chain was written anew"}
		}
	}
	return v.retention(r)
}

// retention notes what was pruned, and what a Pruning says was to be.
func (v *verifier) retention(r *Record) error {
	if r.Pruned {
		v.Pruned++
		if last, some := v.latest[r.Class]; !some || r.Time.After(last.Time) {
			v.latest[r.Class] = Record{Message: Message{Time: r.Time}, Chain: r.Chain, Seq: r.Seq}
		}
		return nil
	}
	if !r.Has(RecordsPruned) {
		return nil
	}
	p, err := pruneOf(r.XML)
	if err != nil {
		return &Break{r.Chain, r.Seq, err.Error()}
	}
	if p.Before.After(v.until[p.Class]) {
		v.until[p.Class] = p.Before
	}
	return nil
}

// endChain holds the end of a chain to what later ones name.
func (v *verifier) endChain() error {
	if v.head.Chain == 0 {
		return nil
	}
	for _, h := range v.named[v.head.Chain] {
		if h.Seq > v.head.Seq {
			return &Break{v.head.Chain, v.head.Seq + 1, fmt.Sprintf("it is missing: a later chain names record %d", h.Seq)}
		}
	}
	delete(v.named, v.head.Chain)
	v.Heads = append(v.Heads, v.head)
	return nil
}

func (v *verifier) end() error {
	if err := v.endChain(); err != nil {
		return err
	}
	for chain, heads := range v.named {
		return &Break{chain, 1, fmt.Sprintf("the whole chain is missing: a later one names its record %d", heads[0].Seq)}
	}
	for class, last := range v.latest {
		if !last.Time.Before(v.until[class]) {
			return &Break{last.Chain, last.Seq, "its message is missing, and no record says that it was pruned"}
		}
	}
	return nil
}
