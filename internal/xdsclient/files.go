package xdsclient

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"liasse/cda"
	"liasse/internal/xmltree"
	"liasse/registry"
)

// File is a document on disk that is to be sent.
type File struct {
	Path     string
	Size     int64
	MimeType string
	// Header is nil when the file is no CDA document.
	Header *cda.Header
}

// mediaTypes are those of files that are no CDA, by their extension.
var mediaTypes = map[string]string{
	".pdf": "application/pdf", ".txt": "text/plain", ".rtf": "application/rtf", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
	".tif": "image/tiff", ".tiff": "image/tiff", ".dcm": "application/dicom", ".xml": "text/xml",
}

// ReadFiles reads the headers of files, and of the documents in folders, in the order given. Files of a folder that are
// of no known type are left out; one that was named must be readable.
func ReadFiles(paths []string) ([]File, error) {
	var files []File
	var faults []error
	add := func(path string, named bool) {
		f, err := readFile(path)
		switch {
		case err == nil:
			files = append(files, *f)
		case named || !errors.Is(err, errNotADocument):
			faults = append(faults, err)
		}
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			faults = append(faults, fmt.Errorf("looking for a file: %w", err))
			continue
		}
		if !info.IsDir() {
			add(path, true)
			continue
		}
		err = filepath.WalkDir(path, func(inner string, entry fs.DirEntry, err error) error {
			if err == nil && entry.Type().IsRegular() {
				add(inner, false)
			}
			return err
		})
		if err != nil {
			faults = append(faults, fmt.Errorf("reading a folder: %w", err))
		}
	}
	return files, errors.Join(faults...)
}

var errNotADocument = errors.New("its name does not end in .xml, .pdf, .txt, .rtf, .jpg, .tif or .dcm")

func readFile(path string) (*File, error) {
	media, known := mediaTypes[strings.ToLower(filepath.Ext(path))]
	if !known {
		return nil, fmt.Errorf("%s: %w", path, errNotADocument)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("looking for a file: %w", err)
	}
	f := &File{Path: path, Size: info.Size(), MimeType: media}
	if media != "text/xml" {
		return f, nil
	}
	if f.Size > int64(xmltree.DocumentLimits.Bytes) {
		return nil, fmt.Errorf("%s: %d bytes of XML are more than can be read (%d)", path, f.Size, xmltree.DocumentLimits.Bytes)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading a file: %w", err)
	}
	document, err := xmltree.Parse(content, xmltree.DocumentLimits)
	if err != nil {
		return nil, fmt.Errorf("%s is not well-formed: %w", path, err)
	}
	// The header's strings are the tree's, so the tree is left to the garbage collector.
	if f.Header, err = cda.Read(document); err != nil && !errors.Is(err, cda.ErrNoDocument) {
		return nil, fmt.Errorf("reading the header of %s: %w", path, err)
	}
	return f, nil
}

// Lot is a submission with the files whose entries it holds.
type Lot struct {
	Submission *registry.Submission
	Files      []File
}

// LotOptions says how files become lots.
type LotOptions struct {
	// Patient is the CX of all documents; empty takes each document's own.
	Patient string
	// Size bounds the documents of one lot.
	Size int
	// Document and Submission are passed on to the description of each document and lot.
	Document   cda.Options
	Submission cda.LotOptions
}

// Lots makes lots of files: one for each patient, split where it would be larger than the options allow. Files keep their
// order. The error names every file that cannot be described; no lot holds those.
func Lots(files []File, opt LotOptions) ([]Lot, error) {
	groups := make(map[string][]File)
	var patients []string
	for _, f := range files {
		key := cmp.Or(opt.Patient, f.patient())
		if _, seen := groups[key]; !seen {
			patients = append(patients, key)
		}
		groups[key] = append(groups[key], f)
	}
	var lots []Lot
	var faults []error
	for _, patient := range patients {
		for chunk := range slices.Chunk(groups[patient], max(opt.Size, 1)) {
			lot, err := buildLot(chunk, opt)
			if err != nil {
				faults = append(faults, err)
				continue
			}
			lots = append(lots, *lot)
		}
	}
	return lots, errors.Join(faults...)
}

// patient names the patient of a document as its header does, to tell lots apart.
func (f *File) patient() string {
	if f.Header == nil || len(f.Header.Patient.IDs) == 0 {
		return ""
	}
	id := f.Header.Patient.IDs[0]
	return id.Extension + "^^^&" + id.Root + "&ISO"
}

func buildLot(files []File, opt LotOptions) (*Lot, error) {
	documents := make([]cda.Document, len(files))
	for i, f := range files {
		documents[i] = cda.Document{Name: filepath.Base(f.Path), Header: f.Header, Options: opt.Document}
		documents[i].Options.MimeType = f.MimeType
		documents[i].Options.PatientID = opt.Patient
	}
	submission, err := cda.BuildLot(documents, opt.Submission)
	if err != nil {
		return nil, err
	}
	return &Lot{Submission: submission, Files: files}, nil
}

// Send provides a lot (ITI-41), its bytes read from the files as they are sent.
func (c *Client) Send(ctx context.Context, lot *Lot) ([]Finding, error) {
	documents := make([]Document, len(lot.Files))
	for i, f := range lot.Files {
		documents[i] = Document{
			EntryID: lot.Submission.Documents[i].ID, MimeType: f.MimeType, Size: f.Size,
			Open: func() (io.ReadCloser, error) { return os.Open(f.Path) },
		}
	}
	return c.Provide(ctx, lot.Submission, documents)
}
