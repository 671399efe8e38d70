package sqlstore

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"liasse/registry"
)

func drawObject(rt *rapid.T) registry.ObjectRecord {
	uuid := func(name string) (u registry.UUID) {
		copy(u[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(rt, name))
		return u
	}
	return registry.ObjectRecord{
		ID: uuid("id"), LID: uuid("lid"), Version: rapid.Int().Draw(rt, "version"),
		UniqueID: rapid.String().Draw(rt, "uniqueId"), Home: rapid.String().Draw(rt, "home"),
		Head: rapid.SliceOf(rapid.Byte()).Draw(rt, "head"), Tail: rapid.SliceOf(rapid.Byte()).Draw(rt, "tail"),
	}
}

func TestFaceGivesBackWhatItPacked(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want := registry.DocumentRecord{
			ObjectRecord: drawObject(rt), ObjectType: registry.ObjectType(rapid.Byte().Draw(rt, "type")),
			MimeType: rapid.String().Draw(rt, "mime"), Hash: rapid.String().Draw(rt, "hash"), Size: rapid.Int64().Draw(rt, "size"),
			RepositoryUniqueID: rapid.String().Draw(rt, "repository"), PatientIdentifierID: registry.NewUUID(),
		}
		var got registry.DocumentRecord
		if err := unpackDocument(packDocument(&want), packBody(&want.ObjectRecord), &got); err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func TestDamagedFaceIsRefused(t *testing.T) {
	d := registry.DocumentRecord{MimeType: "text/xml", Hash: "00", Size: 300}
	d.Head, d.Tail, d.UniqueID = []byte("<Slot/>"), []byte("<Classification/>"), "1.2.3"
	face, body := packDocument(&d), packBody(&d.ObjectRecord)
	var into registry.DocumentRecord
	for n := range face {
		if err := unpackDocument(face[:n], body, &into); !errors.Is(err, errFace) {
			t.Errorf("a face cut to %d of %d bytes: %v", n, len(face), err)
		}
	}
	if err := unpackDocument(append(face[:len(face):len(face)], 0), body, &into); !errors.Is(err, errFace) {
		t.Errorf("a face with a byte too many: %v", err)
	}
	if err := unpackDocument(face, body[:3], &into); !errors.Is(err, errFace) {
		t.Errorf("a body shorter than its head: %v", err)
	}
	other := append([]byte(nil), face...)
	other[0] = 99
	if err := unpackDocument(other, body, &into); !errors.Is(err, errFace) {
		t.Errorf("a layout of the future: %v", err)
	}
}

func FuzzFace(f *testing.F) {
	f.Add(packDocument(&registry.DocumentRecord{MimeType: "text/xml"}), []byte("body"))
	f.Add(packAssociation(&registry.AssociationRecord{Label: "Original"}), []byte{})
	f.Fuzz(func(t *testing.T, face, body []byte) {
		var d registry.DocumentRecord
		if err := unpackDocument(face, body, &d); err == nil && len(d.Head)+len(d.Tail) != len(body) {
			t.Errorf("%d + %d bytes of a body of %d", len(d.Head), len(d.Tail), len(body))
		}
		for _, kind := range kinds {
			if _, err := unpackIdentity(kind, face); err != nil && !errors.Is(err, errFace) {
				t.Error(err)
			}
		}
	})
}
