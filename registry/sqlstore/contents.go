package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"liasse/registry"
)

const contentColumns = "SELECT unique_id, sha256, sha1, size, mime_type FROM content"

// Contents implements registry.Reader.
func (r *reader) Contents(ctx context.Context, uniqueIDs []string) ([]registry.Content, error) {
	if err := r.usable(ctx); err != nil {
		return nil, err
	}
	// Sorted and without duplicates, so that the chunks' answers follow each other in order.
	wanted := slices.Clone(uniqueIDs)
	slices.Sort(wanted)
	wanted = slices.Compact(wanted)
	var out []registry.Content
	for chunk := range slices.Chunk(wanted, chunkSize) {
		text, args := inList(contentColumns+" WHERE unique_id IN (", chunk, ") ORDER BY unique_id")
		err := r.contentRows(ctx, text, args, func(c *registry.Content) error {
			out = append(out, *c)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// EachContent implements registry.Reader.
func (r *reader) EachContent(ctx context.Context, each func(*registry.Content) error) error {
	if err := r.usable(ctx); err != nil {
		return err
	}
	return r.contentRows(ctx, contentColumns+" ORDER BY unique_id", nil, func(c *registry.Content) error {
		if err := ctx.Err(); err != nil && r.writing == nil {
			return fmt.Errorf("reading where documents are: %w", err)
		}
		return lend(r, each, c)
	})
}

func (r *reader) contentRows(ctx context.Context, text string, args []any, each func(*registry.Content) error) error {
	const what = "reading where documents are"
	return r.rows(r.context(ctx, false), what, text, args, func(rows *sql.Rows) error {
		var c registry.Content
		var sha256, sha1 sql.RawBytes
		if err := rows.Scan(&c.UniqueID, &sha256, &sha1, &c.Size, &c.MimeType); err != nil {
			return r.scanned(what, err)
		}
		if copy(c.SHA256[:], sha256) != len(c.SHA256) || copy(c.SHA1[:], sha1) != len(c.SHA1) {
			return r.fault(fmt.Errorf("%s: a digest of %q is cut short", what, c.UniqueID))
		}
		return each(&c)
	})
}

// ContentKept implements registry.Reader.
func (r *reader) ContentKept(ctx context.Context, sha256 [32]byte) (bool, error) {
	if err := r.usable(ctx); err != nil {
		return false, err
	}
	var one int64
	kept, err := r.session.row(r.context(ctx, false), "SELECT 1 FROM content WHERE sha256 = ? LIMIT 1", []any{sha256[:]}, &one)
	if err != nil {
		return false, r.fault(fmt.Errorf("looking for a document with these bytes: %w", err))
	}
	return kept, nil
}

// PutContents implements registry.Tx.
func (t *tx) PutContents(ctx context.Context, contents []registry.Content) error {
	if err := t.usable(ctx); err != nil {
		return err
	}
	rows := make([]any, 0, 5*len(contents))
	for i := range contents {
		c := &contents[i]
		rows = append(rows, c.UniqueID, c.SHA256[:], c.SHA1[:], c.Size, c.MimeType)
	}
	return t.insertRows(ctx, "content (unique_id, sha256, sha1, size, mime_type)", 5, rows, " ON CONFLICT (unique_id) DO NOTHING")
}

// RemoveContents implements registry.Tx.
func (t *tx) RemoveContents(ctx context.Context, uniqueIDs []string) error {
	if err := t.usable(ctx); err != nil {
		return err
	}
	for chunk := range slices.Chunk(uniqueIDs, chunkSize) {
		text, args := inList("DELETE FROM content WHERE NOT EXISTS"+
			" (SELECT 1 FROM document d WHERE d.unique_id = content.unique_id) AND unique_id IN (", chunk, ")")
		if err := t.write(ctx, "removing where documents are", text, args...); err != nil {
			return err
		}
	}
	return nil
}
