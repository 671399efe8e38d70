package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"liasse/registry"
)

// locate gives the keys of registered objects by entryUUID.
func (r *reader) locate(ctx context.Context, ids []registry.UUID) (map[registry.UUID]int64, error) {
	const what = "looking up entryUUIDs"
	found := make(map[registry.UUID]int64, len(ids))
	for chunk := range slices.Chunk(uuidBytes(ids), chunkSize) {
		text, args := inList("SELECT uuid, id FROM object WHERE uuid IN (", chunk, ")")
		err := r.rows(r.context(ctx, false), what, text, args, func(rows *sql.Rows) error {
			var uuid sql.RawBytes
			var key int64
			if err := rows.Scan(&uuid, &key); err != nil {
				return r.scanned(what, err)
			}
			found[registry.UUID(uuid)] = key
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// laterVersions gives the logicalIDs of records that are not the first version of an object.
func laterVersions[T any](records []T, object func(T) *registry.ObjectRecord) []registry.UUID {
	var lids []registry.UUID
	for _, record := range records {
		if o := object(record); laterLID(o) != nil {
			lids = append(lids, o.LID)
		}
	}
	return lids
}

// supersede marks, of the objects with these logicalIDs, all versions but the newest. The directory does not hold the
// batch's own first versions yet, so those are looked for in the batch.
func (in *batchInsert) supersede(table string, lids []registry.UUID) error {
	for _, lid := range lids {
		keys, err := in.versionsOf(in.ctx, table, []registry.UUID{lid})
		if err != nil {
			return err
		}
		if own, ok := in.ends[lid]; ok && !slices.Contains(keys, own.key) {
			keys = append(keys, own.key)
		}
		older, err := in.olderOf(table, keys)
		if err != nil {
			return err
		}
		if _, err := in.updateKeys(in.ctx, "marking older versions", "UPDATE "+table+" SET superseded = ? WHERE id IN (", int64(1), older); err != nil {
			return err
		}
	}
	return nil
}

// olderOf gives those of the keys whose version is not the highest among them.
func (in *batchInsert) olderOf(table string, keys []int64) ([]int64, error) {
	const what = "comparing versions"
	versions := make(map[int64]int64, len(keys))
	highest := int64(0)
	for chunk := range slices.Chunk(keys, chunkSize) {
		text, args := inList("SELECT id, version FROM "+table+" WHERE id IN (", chunk, ")")
		err := in.rows(in.tx.context(in.ctx, false), what, text, args, func(rows *sql.Rows) error {
			var key, version int64
			if err := rows.Scan(&key, &version); err != nil {
				return in.scanned(what, err)
			}
			versions[key] = version
			highest = max(highest, version)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
	}
	var older []int64
	for _, key := range sortedKeys(versions) {
		if versions[key] < highest {
			older = append(older, key)
		}
	}
	return older, nil
}
