package sqlstore

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"liasse/registry"
)

// tables are where the objects of each kind are.
var tables = map[registry.Kind]string{
	registry.KindDocument:      "document",
	registry.KindSubmissionSet: "submission_set",
	registry.KindFolder:        "folder",
	registry.KindAssociation:   "association",
}

// kinds is the order in which identities are read.
var kinds = []registry.Kind{registry.KindDocument, registry.KindSubmissionSet, registry.KindFolder, registry.KindAssociation}

// Identities implements registry.Reader.
func (r *reader) Identities(ctx context.Context, ids []registry.UUID) ([]registry.Identity, error) {
	if err := r.usable(ctx); err != nil {
		return nil, err
	}
	return r.identities(ctx, "looking up entryUUIDs", "SELECT kind, id FROM object WHERE uuid IN (", 1, uuidBytes(ids))
}

// UniqueIDs implements registry.Reader.
func (r *reader) UniqueIDs(ctx context.Context, uniqueIDs []string) ([]registry.Identity, error) {
	if err := r.usable(ctx); err != nil {
		return nil, err
	}
	return r.identities(ctx, "looking up uniqueIds",
		"SELECT 1, id FROM document WHERE unique_id IN (", 3, anys(uniqueIDs),
		") UNION ALL SELECT 2, id FROM submission_set WHERE unique_id IN (",
		") UNION ALL SELECT 3, id FROM folder WHERE unique_id IN (")
}

// identities reads what the rules need of the objects that a statement finds. The statement's IN list stands once after
// before and after each of between.
func (r *reader) identities(ctx context.Context, what, before string, lists int, values []any, between ...string) ([]registry.Identity, error) {
	found := make(map[registry.Kind][]int64)
	for chunk := range slices.Chunk(values, chunkSize) {
		text, args := inList(before, chunk, "")
		once := args
		for _, part := range between {
			more, _ := inList(part, chunk, "")
			text += more
			args = append(args, once...)
		}
		err := r.rows(r.context(ctx, false), what, text+")", args[:len(once)*lists], func(rows *sql.Rows) error {
			var kind, key int64
			if err := rows.Scan(&kind, &key); err != nil {
				return r.scanned(what, err)
			}
			found[registry.Kind(kind)] = append(found[registry.Kind(kind)], key)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	var out []keyed
	for _, kind := range kinds {
		keys := found[kind]
		slices.Sort(keys)
		var err error
		if out, err = r.readIdentities(ctx, what, kind, slices.Compact(keys), out); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(out, func(a, b keyed) int { return int(min(max(a.key-b.key, -1), 1)) })
	identities := make([]registry.Identity, len(out))
	for i := range out {
		identities[i] = out[i].Identity
	}
	return identities, nil
}

// keyed is an identity with the key that orders it.
type keyed struct {
	key int64
	registry.Identity
}

func (r *reader) readIdentities(ctx context.Context, what string, kind registry.Kind, keys []int64, out []keyed) ([]keyed, error) {
	if err := r.meet(ctx, keys); err != nil {
		return nil, err
	}
	for chunk := range slices.Chunk(keys, chunkSize) {
		text, args := inList("SELECT id, status, registered, face FROM "+tables[kind]+" WHERE id IN (", chunk, ") ORDER BY id")
		err := r.rows(r.context(ctx, false), what, text, args, func(rows *sql.Rows) error {
			var key, status, registered int64
			var face sql.RawBytes
			if err := rows.Scan(&key, &status, &registered, &face); err != nil {
				return r.scanned(what, err)
			}
			id, err := unpackIdentity(kind, face)
			if err != nil {
				return r.fault(err)
			}
			s := r.survivors[key>>seqBits]
			id.Patient, id.PatientID = s.key, s.cx
			id.Status = registry.Status(status)
			id.Registered = time.UnixMilli(registered).UTC()
			out = append(out, keyed{key, id})
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func unpackIdentity(kind registry.Kind, face []byte) (registry.Identity, error) {
	id := registry.Identity{Kind: kind}
	var o registry.ObjectRecord
	var err error
	switch kind {
	case registry.KindDocument:
		var d registry.DocumentRecord
		err = unpackDocument(face, nil, &d)
		o = d.ObjectRecord
		id.ObjectType, id.Hash, id.Size = d.ObjectType, d.Hash, d.Size
	case registry.KindSubmissionSet:
		var s registry.SubmissionSetRecord
		err = unpackSubmissionSet(face, nil, &s)
		o = s.ObjectRecord
	case registry.KindFolder:
		var f registry.FolderRecord
		err = unpackFolder(face, nil, &f)
		o = f.ObjectRecord
	default:
		var a registry.AssociationRecord
		err = unpackAssociation(face, nil, &a)
		o = a.ObjectRecord
	}
	id.ID, id.LID, id.Version, id.UniqueID = o.ID, o.LID, o.Version, o.UniqueID
	return id, err
}
