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
	const what = "looking up entryUUIDs"
	found := make(map[registry.Kind][]int64)
	for chunk := range slices.Chunk(uuidBytes(ids), chunkSize) {
		text, args := inList("SELECT kind, id FROM object WHERE uuid IN (", chunk, ")")
		err := r.rows(r.context(ctx, false), what, text, args, func(rows *sql.Rows) error {
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
	return r.identities(ctx, what, found)
}

// UniqueIDs implements registry.Reader. It asks table after table: a union of three IN lists makes SQLite fill three
// tables of its own at once, which costs ten times as much.
func (r *reader) UniqueIDs(ctx context.Context, uniqueIDs []string) ([]registry.Identity, error) {
	if err := r.usable(ctx); err != nil {
		return nil, err
	}
	const what = "looking up uniqueIds"
	found := make(map[registry.Kind][]int64)
	values := anys(uniqueIDs)
	for _, kind := range []registry.Kind{registry.KindDocument, registry.KindSubmissionSet, registry.KindFolder} {
		keys, err := r.keys(ctx, what, "SELECT id FROM "+tables[kind]+" WHERE unique_id IN (", ")", values)
		if err != nil {
			return nil, err
		}
		found[kind] = keys
	}
	return r.identities(ctx, what, found)
}

// identities reads what the rules need of objects, in the order of their keys.
func (r *reader) identities(ctx context.Context, what string, found map[registry.Kind][]int64) ([]registry.Identity, error) {
	var out []keyed
	for _, kind := range kinds {
		keys := found[kind]
		slices.Sort(keys)
		var err error
		if out, err = r.readIdentities(ctx, what, kind, slices.Compact(keys), out); err != nil {
			return nil, err
		}
		if kind == registry.KindDocument {
			if err := r.nameCodes(ctx, out); err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(out, func(a, b keyed) int { return int(min(max(a.key-b.key, -1), 1)) })
	identities := make([]registry.Identity, len(out))
	for i := range out {
		identities[i] = out[i].Identity
	}
	return identities, nil
}

// keyed is an identity with the key that orders it, and the numbers of its codes when it is a document's.
type keyed struct {
	key           int64
	class, format int64
	registry.Identity
}

func (r *reader) readIdentities(ctx context.Context, what string, kind registry.Kind, keys []int64, out []keyed) ([]keyed, error) {
	if err := r.meet(ctx, keys); err != nil {
		return nil, err
	}
	for chunk := range slices.Chunk(keys, chunkSize) {
		columns := "id, status, registered, face"
		if kind == registry.KindDocument {
			columns += ", class_code, format_code"
		}
		text, args := inList("SELECT "+columns+" FROM "+tables[kind]+" WHERE id IN (", chunk, ") ORDER BY id")
		err := r.rows(r.context(ctx, false), what, text, args, func(rows *sql.Rows) error {
			var key, status, registered, class, format int64
			var face sql.RawBytes
			dest := []any{&key, &status, &registered, &face, &class, &format}
			if kind != registry.KindDocument {
				dest = dest[:4]
			}
			if err := rows.Scan(dest...); err != nil {
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
			out = append(out, keyed{key, class, format, id})
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
