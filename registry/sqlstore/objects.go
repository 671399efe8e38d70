package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"liasse/registry"
)

// SubmissionSets implements registry.Reader.
func (r *reader) SubmissionSets(ctx context.Context, f *registry.SubmissionSetFilter, each func(*registry.SubmissionSetRecord) error) error {
	if err := r.usable(ctx); err != nil {
		return err
	}
	s := &selection{what: "finding SubmissionSets", table: "submission_set", columns: "t.status, t.face, t.body", limit: f.Limit}
	if f.IdentityOnly {
		s.columns = "t.status, t.face"
	}
	if err := r.selectSubmissionSets(ctx, s, f); err != nil {
		return err
	}
	var set registry.SubmissionSetRecord
	row := r.newRow(s, f.IdentityOnly)
	return r.run(ctx, s, func(rows *sql.Rows) error {
		if err := row.read(rows, &set.ObjectRecord); err != nil {
			return err
		}
		if err := unpackSubmissionSet(row.face, row.body, &set); err != nil {
			return r.fault(err)
		}
		r.showPatient(&set.ObjectRecord)
		return lend(r, each, &set)
	})
}

func (r *reader) selectSubmissionSets(ctx context.Context, s *selection, f *registry.SubmissionSetFilter) error {
	if err := r.ofPatients(ctx, s, f.PatientIDs); err != nil {
		return err
	}
	if err := r.byID(ctx, s, f.IDs); err != nil {
		return err
	}
	if err := r.byUniqueID(ctx, s, f.UniqueIDs); err != nil {
		return err
	}
	if err := r.ownersOf(ctx, s, f.Members); err != nil {
		return err
	}
	s.status(f.Status)
	if len(f.SourceIDs) > 0 {
		s.in("t.source_id", anys(f.SourceIDs), false)
	}
	s.times("t.submitted", f.Submitted, "")
	s.texts(r.store.dialect, "author", "x.object = t.id", "person", f.Authors)
	types := []registry.CodeCondition{{Kind: registry.CodeContentType, AnyOf: f.ContentTypes}}
	return s.codes(ctx, r, types, func(_ registry.CodeKind, ids []any, exclude bool) error {
		s.in("t.content_type", ids, exclude)
		return nil
	})
}

// Folders implements registry.Reader.
func (r *reader) Folders(ctx context.Context, f *registry.FolderFilter, each func(*registry.FolderRecord) error) error {
	if err := r.usable(ctx); err != nil {
		return err
	}
	s := &selection{what: "finding Folders", table: "folder", columns: "t.status, t.face, t.body, t.updated", limit: f.Limit}
	if f.IdentityOnly {
		s.columns = "t.status, t.face, t.updated"
	}
	if err := r.selectFolders(ctx, s, f); err != nil {
		return err
	}
	var folder registry.FolderRecord
	row := r.newRow(s, f.IdentityOnly, &folder.LastUpdateTime)
	return r.run(ctx, s, func(rows *sql.Rows) error {
		if err := row.read(rows, &folder.ObjectRecord); err != nil {
			return err
		}
		if err := unpackFolder(row.face, row.body, &folder); err != nil {
			return r.fault(err)
		}
		r.showPatient(&folder.ObjectRecord)
		return lend(r, each, &folder)
	})
}

func (r *reader) selectFolders(ctx context.Context, s *selection, f *registry.FolderFilter) error {
	if err := r.ofPatients(ctx, s, f.PatientIDs); err != nil {
		return err
	}
	if err := r.byID(ctx, s, f.IDs); err != nil {
		return err
	}
	if err := r.byUniqueID(ctx, s, f.UniqueIDs); err != nil {
		return err
	}
	if err := r.byLogicalID(ctx, s, f.LogicalIDs); err != nil {
		return err
	}
	if err := r.ownersOf(ctx, s, f.Members); err != nil {
		return err
	}
	if err := r.membersIn(ctx, s, f.MemberOf); err != nil {
		return err
	}
	s.status(f.Status)
	if f.LatestOnly {
		s.and("t.superseded = 0")
	}
	s.times("t.updated", f.Updated, "")
	return s.codes(ctx, r, f.Codes, func(kind registry.CodeKind, ids []any, exclude bool) error {
		if kind != registry.CodeFolder {
			return fmt.Errorf("%s: a Folder has no code of kind %d", s.what, kind)
		}
		s.codeRows("folder_code x", "x.folder = t.id", ids, exclude)
		return nil
	})
}

// Associations implements registry.Reader.
func (r *reader) Associations(ctx context.Context, f *registry.AssociationFilter, each func(*registry.AssociationRecord) error) error {
	if err := r.usable(ctx); err != nil {
		return err
	}
	s := &selection{what: "finding Associations", table: "association", columns: "t.status, t.face, t.body", limit: f.Limit}
	if f.IdentityOnly {
		s.columns = "t.status, t.face"
	}
	if err := r.selectAssociations(ctx, s, f); err != nil {
		return err
	}
	var a registry.AssociationRecord
	row := r.newRow(s, f.IdentityOnly)
	return r.run(ctx, s, func(rows *sql.Rows) error {
		if err := row.read(rows, &a.ObjectRecord); err != nil {
			return err
		}
		if err := unpackAssociation(row.face, row.body, &a); err != nil {
			return r.fault(err)
		}
		r.showPatient(&a.ObjectRecord)
		return lend(r, each, &a)
	})
}

func (r *reader) selectAssociations(ctx context.Context, s *selection, f *registry.AssociationFilter) error {
	if err := r.byID(ctx, s, f.IDs); err != nil {
		return err
	}
	for _, end := range []struct {
		ids     []registry.UUID
		columns []string
	}{{f.Sources, []string{"source"}}, {f.Targets, []string{"target"}}, {f.Either, []string{"source", "target"}}} {
		if len(end.ids) == 0 {
			continue
		}
		objects, err := r.keysOf(ctx, end.ids)
		if err != nil {
			return err
		}
		var found []int64
		for _, column := range end.columns {
			keys, err := r.keys(ctx, s.what, "SELECT id FROM association WHERE "+column+" IN (", ")", anys(objects))
			if err != nil {
				return err
			}
			found = append(found, keys...)
		}
		slices.Sort(found)
		s.restrict(slices.Compact(found))
	}
	if len(f.Types) > 0 {
		s.in("t.type", numbers(f.Types), false)
	}
	s.status(f.Status)
	return nil
}
