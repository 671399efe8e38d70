package sqlstore

import (
	"context"
	"fmt"
	"sync"

	"liasse/registry"
)

// maxCachedCodes bounds the memory that invented codes can take.
const maxCachedCodes = 1 << 16

// codeKey is a code's identity for one attribute: its display name is not part of it (ITI TF-3 4.2.3.1.2).
type codeKey struct {
	kind          registry.CodeKind
	value, scheme string
}

// codeCache keeps the numbers of interned codes. Rows are never changed or removed, so a number stays right; a code that
// is absent here may still be in the database.
type codeCache struct {
	mu  sync.RWMutex
	ids map[codeKey]int64
}

func newCodeCache() *codeCache { return &codeCache{ids: make(map[codeKey]int64)} }

func (c *codeCache) get(k codeKey) (int64, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	id, ok := c.ids[k]
	return id, ok
}

func (c *codeCache) add(ids map[codeKey]int64) {
	if len(ids) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for k, id := range ids {
		if len(c.ids) >= maxCachedCodes {
			c.ids = make(map[codeKey]int64)
		}
		c.ids[k] = id
	}
}

// codeID finds the number of a code; ok is false when no object ever had it.
func (r *reader) codeID(ctx context.Context, k codeKey) (id int64, ok bool, err error) {
	if id, ok := r.store.codes.get(k); ok {
		return id, true, nil
	}
	if id, ok := r.newCodes[k]; ok {
		return id, true, nil
	}
	ok, err = r.session.row(r.context(ctx, false), "SELECT id FROM code WHERE kind = ? AND value = ? AND scheme = ?",
		[]any{int64(k.kind), k.value, k.scheme}, &id)
	if err != nil {
		return 0, false, r.fault(fmt.Errorf("looking up a code: %w", err))
	}
	if ok {
		r.learn(k, id)
	}
	return id, ok, nil
}

// learn keeps a number until the transaction ends; only then is it known that the row stays.
func (r *reader) learn(k codeKey, id int64) {
	if r.newCodes == nil {
		r.newCodes = make(map[codeKey]int64)
	}
	r.newCodes[k] = id
}

// intern gives the number of a code, making it when it is new. An absent code is 0.
func (t *tx) intern(ctx context.Context, kind registry.CodeKind, c registry.Code) (int64, error) {
	if c.Value == "" && c.Scheme == "" {
		return 0, nil
	}
	k := codeKey{kind, c.Value, c.Scheme}
	id, ok, err := t.codeID(ctx, k)
	if err != nil || ok {
		return id, err
	}
	if _, err := t.session.row(t.context(ctx, false), "SELECT COALESCE(MAX(id), 0) + 1 FROM code", nil, &id); err != nil {
		return 0, t.fault(fmt.Errorf("numbering a code: %w", err))
	}
	if err := t.write(ctx, "storing a code", "INSERT INTO code (id, kind, value, scheme) VALUES (?, ?, ?, ?)",
		id, int64(kind), c.Value, c.Scheme); err != nil {
		return 0, err
	}
	t.learn(k, id)
	return id, nil
}
