package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"liasse/registry"
)

func code(value, scheme string) registry.Code { return registry.Code{Value: value, Scheme: scheme} }

func codes(kind registry.CodeKind, exclude bool, anyOf ...registry.Code) registry.CodeCondition {
	return registry.CodeCondition{Kind: kind, AnyOf: anyOf, Exclude: exclude}
}

func like(patterns ...string) registry.TextCondition {
	return registry.TextCondition{AnyOf: patterns, Like: true}
}

// testDocumentFilter covers each field of the filter alone, with a witness on both sides of its border.
func testDocumentFilter(t *testing.T, open func(t *testing.T) registry.Store) {
	s := open(t)
	b := Lot(4)
	d := b.Documents
	folder := Folder()
	b.Folders = append(b.Folders, folder)
	b.Associations = append(b.Associations, Member(&folder.ObjectRecord, registry.KindFolder, &d[2].ObjectRecord, registry.KindDocument))
	conf := func(v ...string) (out []registry.Code) {
		for _, x := range v {
			out = append(out, code(x, "c"))
		}
		return out
	}
	d[0].ClassCode, d[0].CreationTime, d[0].ServiceStart, d[0].ServiceStop = code("A", "s"), "20240101000000", "20240101080000", "20240101090000"
	d[1].ClassCode, d[1].CreationTime, d[1].ServiceStart = code("A", "other"), "20240601000000", "20240601000000"
	d[2].ClassCode, d[2].ObjectType, d[2].CreationTime, d[2].ServiceStop = code("B", "s"), registry.OnDemand, "", "20250101000000"
	d[3].ClassCode, d[3].CreationTime, d[3].Status = code("b", "s"), "20250101000000", registry.Deprecated
	d[0].ConfidentialityCodes, d[1].ConfidentialityCodes, d[2].ConfidentialityCodes, d[3].ConfidentialityCodes = conf("N"), conf("R", "N"), conf("V"), conf("R", "R")
	d[0].EventCodes, d[1].EventCodes = []registry.Code{code("N", "c")}, []registry.Code{code("E", "c")}
	d[0].AuthorPersons = []string{"1^DUPONT^Paul", "2^Ébène^Zoé"}
	d[1].AuthorPersons = []string{"1^dupont^Paul"}
	d[2].AuthorPersons = []string{`3^50%_\^[a-c]*?`}
	d[3].AuthorPersons = nil
	d[0].ReferenceIDs, d[1].ReferenceIDs = []string{"R1^^^&1.2&ISO^x", "R2^^^&1.2&ISO^x"}, []string{"R1^^^&1.2&ISO^x"}
	d[3].UniqueID = d[0].UniqueID // allowed for documents (ITI TF-2 3.42.4.1.3.3)
	d[1].TypeCode, d[1].PracticeSetting, d[1].FacilityType, d[1].FormatCode = code("T", "t"), code("P", "t"), code("F", "t"), code("M", "t")
	b.Contents = nil
	insert(t, s, PatientID(1), b)
	insert(t, s, PatientID(2), Lot(2))

	type filter = registry.DocumentFilter
	text := func(c ...registry.TextCondition) []registry.TextCondition { return c }
	kinds := func(c ...registry.CodeCondition) []registry.CodeCondition { return c }
	for name, c := range map[string]struct {
		f    filter
		want []int
	}{
		"patient":                  {filter{}, []int{0, 1, 2, 3}},
		"limit":                    {filter{Limit: 2}, []int{0, 1}},
		"ids":                      {filter{IDs: []registry.UUID{d[3].ID, d[1].ID, d[1].ID, registry.NewUUID()}}, []int{1, 3}},
		"id of another kind":       {filter{IDs: []registry.UUID{folder.ID, b.Associations[0].ID}}, nil},
		"uniqueIds":                {filter{UniqueIDs: []string{d[0].UniqueID, "9.9"}}, []int{0, 3}},
		"logicalIDs":               {filter{LogicalIDs: []registry.UUID{d[2].LID}}, []int{2}},
		"ids and uniqueIds":        {filter{IDs: []registry.UUID{d[1].ID, d[3].ID}, UniqueIDs: []string{d[0].UniqueID}}, []int{3}},
		"approved":                 {filter{Status: []registry.Status{registry.Approved}}, []int{0, 1, 2}},
		"both status":              {filter{Status: []registry.Status{registry.Deprecated, registry.Approved}}, []int{0, 1, 2, 3}},
		"on-demand":                {filter{Types: []registry.ObjectType{registry.OnDemand}}, []int{2}},
		"class":                    {filter{Codes: kinds(codes(registry.CodeClass, false, code("A", "s"), code("b", "s")))}, []int{0, 3}},
		"class, other scheme":      {filter{Codes: kinds(codes(registry.CodeClass, false, code("A", "nowhere")))}, nil},
		"class, display ignored":   {filter{Codes: kinds(codes(registry.CodeClass, false, registry.Code{Value: "A", Scheme: "s", Display: "?"}))}, []int{0}},
		"class excluded":           {filter{Codes: kinds(codes(registry.CodeClass, true, code("A", "s"), code("x", "y")))}, []int{1, 2, 3}},
		"unknown class excluded":   {filter{Codes: kinds(codes(registry.CodeClass, true, code("x", "y")))}, []int{0, 1, 2, 3}},
		"class, no values":         {filter{Codes: kinds(codes(registry.CodeClass, false))}, []int{0, 1, 2, 3}},
		"type":                     {filter{Codes: kinds(codes(registry.CodeType, false, code("T", "t")))}, []int{1}},
		"practice setting":         {filter{Codes: kinds(codes(registry.CodePracticeSetting, false, code("P", "t")))}, []int{1}},
		"facility type":            {filter{Codes: kinds(codes(registry.CodeFacilityType, false, code("F", "t")))}, []int{1}},
		"format":                   {filter{Codes: kinds(codes(registry.CodeFormat, false, code("M", "t")))}, []int{1}},
		"confidentiality":          {filter{Codes: kinds(codes(registry.CodeConfidentiality, false, conf("N")...))}, []int{0, 1}},
		"confidentiality or":       {filter{Codes: kinds(codes(registry.CodeConfidentiality, false, conf("N", "V")...))}, []int{0, 1, 2}},
		"confidentiality and":      {filter{Codes: kinds(codes(registry.CodeConfidentiality, false, conf("N")...), codes(registry.CodeConfidentiality, false, conf("R")...))}, []int{1}},
		"confidentiality excluded": {filter{Codes: kinds(codes(registry.CodeConfidentiality, true, conf("N")...))}, []int{2, 3}},
		"event":                    {filter{Codes: kinds(codes(registry.CodeEvent, false, conf("N", "E")...))}, []int{0, 1}},
		"event excluded":           {filter{Codes: kinds(codes(registry.CodeEvent, true, conf("N")...))}, []int{1, 2, 3}},
		"created from":             {filter{Created: registry.TimeRange{From: "20240601000000"}}, []int{1, 2, 3}},
		"created to":               {filter{Created: registry.TimeRange{To: "20240601000000"}}, []int{0, 2}},
		"created from to":          {filter{Created: registry.TimeRange{From: "20240101000001", To: "20240601000001"}}, []int{1, 2}},
		"started":                  {filter{Started: registry.TimeRange{From: "20240101080000", To: "20240101080001"}}, []int{0, 2, 3}},
		"stopped":                  {filter{Stopped: registry.TimeRange{To: "20240101090000"}}, []int{1, 3}},
		"author like":              {filter{Authors: text(like("%DUPONT%"))}, []int{0}},
		"author like one":          {filter{Authors: text(like("1^_upont^Paul"))}, []int{1}},
		"author like letter":       {filter{Authors: text(like("2^_b_ne^Zo_"))}, []int{0}},
		"author like or":           {filter{Authors: text(like("%dupont%", "%DUPONT%", "none"))}, []int{0, 1}},
		"author like and":          {filter{Authors: text(like("%DUPONT%"), like("2%"))}, []int{0}},
		"author like backslash":    {filter{Authors: text(like(`%\^[a-c]*?`))}, []int{2}},
		"author like no escape":    {filter{Authors: text(like(`%50\%%`))}, nil},
		"author like no class":     {filter{Authors: text(like("%^[0-9]_?"))}, nil},
		"author like anything":     {filter{Authors: text(like("%"))}, []int{0, 1, 2}},
		"author like excluded":     {filter{Authors: text(registry.TextCondition{AnyOf: []string{"%DUPONT%", "%[%"}, Like: true, Exclude: true})}, []int{1, 3}},
		"author exact":             {filter{Authors: text(registry.TextCondition{AnyOf: []string{"1^dupont^Paul", "1^DUPONT"}})}, []int{1}},
		"reference":                {filter{References: text(registry.TextCondition{AnyOf: []string{"R1^^^&1.2&ISO^x"}})}, []int{0, 1}},
		"reference and":            {filter{References: text(registry.TextCondition{AnyOf: []string{"R1^^^&1.2&ISO^x"}}, registry.TextCondition{AnyOf: []string{"R2^^^&1.2&ISO^x"}})}, []int{0}},
		"reference like":           {filter{References: text(like("R2%"))}, []int{0}},
		"reference excluded":       {filter{References: text(registry.TextCondition{AnyOf: []string{"R2^^^&1.2&ISO^x"}, Exclude: true})}, []int{1, 2, 3}},
		"member of submission set": {filter{MemberOf: []registry.UUID{b.SubmissionSets[0].ID}}, []int{0, 1, 2, 3}},
		"member of folder":         {filter{MemberOf: []registry.UUID{folder.ID, registry.NewUUID()}}, []int{2}},
		"member of nothing known":  {filter{MemberOf: []registry.UUID{registry.NewUUID()}}, nil},
		"latest":                   {filter{LatestOnly: true}, []int{0, 1, 2, 3}},
		"everything together":      {filter{Status: []registry.Status{registry.Approved}, Codes: kinds(codes(registry.CodeClass, false, code("A", "s"))), Authors: text(like("%P%l")), Created: registry.TimeRange{From: "2024"}, LatestOnly: true, Limit: 5}, []int{0}},
	} {
		var want []registry.UUID
		for _, i := range c.want {
			want = append(want, d[i].ID)
		}
		if name != "member of submission set" && name != "ids" && name != "uniqueIds" { // these stand without a patient, too
			c.f.PatientIDs = []string{PatientID(1)}
		}
		if diff := cmp.Diff(append([]registry.UUID{}, want...), idsOf(documents(t, s, &c.f), documentObject)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	everybody := documents(t, s, &filter{PatientIDs: []string{PatientID(2), PatientID(1), PatientID(9), PatientID(2)}})
	if len(everybody) != 6 || everybody[0].ID != d[0].ID || everybody[5].PatientID != PatientID(2) {
		t.Errorf("two patients have %d documents, want 6 in the order of keys", len(everybody))
	}
	if got := documents(t, s, &filter{}); len(got) != 6 {
		t.Errorf("an empty filter selects %d documents, want all 6", len(got))
	}
	if got := documents(t, s, &filter{Limit: 5, Codes: kinds(codes(registry.CodeClass, true, code("A", "s")))}); len(got) != 5 {
		t.Errorf("a filter without patient or id selects %d documents, want 5", len(got))
	}
}

func testSubmissionSetFilter(t *testing.T, open func(t *testing.T) registry.Store) {
	s := open(t)
	b, other := Lot(2), Lot(1)
	first, second := b.SubmissionSets[0], other.SubmissionSets[0]
	second.SourceID, second.SubmissionTime, second.ContentType = "1.2.9", "20260101000000", code("C", "x")
	second.AuthorPersons = []string{"9^MARTIN", "8^Petit"}
	second.Status = registry.Deprecated
	// The second set links a document of the first (ITI TF-3 4.2.2.1.1, Reference).
	link := Member(&second.ObjectRecord, registry.KindSubmissionSet, &b.Documents[0].ObjectRecord, registry.KindDocument)
	link.Label = "Reference"
	other.Associations = append(other.Associations, link)
	insert(t, s, PatientID(1), b)
	insert(t, s, PatientID(1), other)
	type filter = registry.SubmissionSetFilter
	for name, c := range map[string]struct {
		f    filter
		want []registry.UUID
	}{
		"patient":         {filter{PatientIDs: []string{PatientID(1)}}, []registry.UUID{first.ID, second.ID}},
		"another patient": {filter{PatientIDs: []string{PatientID(2)}}, nil},
		"limit":           {filter{Limit: 1}, []registry.UUID{first.ID}},
		"id":              {filter{IDs: []registry.UUID{second.ID}}, []registry.UUID{second.ID}},
		"uniqueId":        {filter{UniqueIDs: []string{first.UniqueID}}, []registry.UUID{first.ID}},
		"status":          {filter{Status: []registry.Status{registry.Deprecated}}, []registry.UUID{second.ID}},
		"source":          {filter{SourceIDs: []string{"1.2.9", "1"}}, []registry.UUID{second.ID}},
		"submitted":       {filter{Submitted: registry.TimeRange{From: "20260101000000", To: "20261122101500"}}, []registry.UUID{second.ID}},
		"author":          {filter{Authors: []registry.TextCondition{like("8^P%")}}, []registry.UUID{second.ID}},
		"content type":    {filter{ContentTypes: []registry.Code{code("C", "x")}}, []registry.UUID{second.ID}},
		"no content type": {filter{ContentTypes: []registry.Code{code("C", "y")}}, nil},
		"member":          {filter{Members: []registry.UUID{b.Documents[1].ID}}, []registry.UUID{first.ID}},
		"linked member":   {filter{Members: []registry.UUID{b.Documents[0].ID}}, []registry.UUID{first.ID, second.ID}},
	} {
		if diff := cmp.Diff(append([]registry.UUID{}, c.want...), idsOf(submissionSets(t, s, &c.f), setObject)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func testFolderFilter(t *testing.T, open func(t *testing.T) registry.Store) {
	s := open(t)
	b := Lot(1)
	one, two := Folder(), Folder()
	two.Codes = []registry.Code{code("X", "s"), code("Y", "s")}
	two.LastUpdateTime, two.Status = "20250101000000", registry.Deprecated
	b.Folders = append(b.Folders, one, two)
	b.Associations = append(b.Associations,
		Member(&b.SubmissionSets[0].ObjectRecord, registry.KindSubmissionSet, &one.ObjectRecord, registry.KindFolder),
		Member(&two.ObjectRecord, registry.KindFolder, &b.Documents[0].ObjectRecord, registry.KindDocument))
	insert(t, s, PatientID(1), b)
	type filter = registry.FolderFilter
	kind := registry.CodeFolder
	for name, c := range map[string]struct {
		f    filter
		want []registry.UUID
	}{
		"patient":   {filter{PatientIDs: []string{PatientID(1)}}, []registry.UUID{one.ID, two.ID}},
		"limit":     {filter{PatientIDs: []string{PatientID(1)}, Limit: 1}, []registry.UUID{one.ID}},
		"id":        {filter{IDs: []registry.UUID{two.ID}}, []registry.UUID{two.ID}},
		"uniqueId":  {filter{UniqueIDs: []string{one.UniqueID}}, []registry.UUID{one.ID}},
		"logicalID": {filter{LogicalIDs: []registry.UUID{two.LID}}, []registry.UUID{two.ID}},
		"status":    {filter{Status: []registry.Status{registry.Approved}}, []registry.UUID{one.ID}},
		"updated":   {filter{Updated: registry.TimeRange{To: "20250101000001"}}, []registry.UUID{two.ID}},
		"code":      {filter{Codes: []registry.CodeCondition{codes(kind, false, code("Y", "s"), code("?", "s"))}}, []registry.UUID{two.ID}},
		"codes and": {filter{Codes: []registry.CodeCondition{codes(kind, false, code("X", "s")), codes(kind, false, code("Y", "s"))}}, []registry.UUID{two.ID}},
		"no code":   {filter{Codes: []registry.CodeCondition{codes(kind, true, code("X", "s"))}}, []registry.UUID{one.ID}},
		"member":    {filter{Members: []registry.UUID{b.Documents[0].ID}}, []registry.UUID{two.ID}},
		"member of": {filter{MemberOf: []registry.UUID{b.SubmissionSets[0].ID}}, []registry.UUID{one.ID}},
		"latest":    {filter{LatestOnly: true}, []registry.UUID{one.ID, two.ID}},
	} {
		if diff := cmp.Diff(append([]registry.UUID{}, c.want...), idsOf(folders(t, s, &c.f), folderObject)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func testAssociationFilter(t *testing.T, open func(t *testing.T) registry.Store) {
	s := open(t)
	b := Lot(2)
	d := b.Documents
	b.Associations = append(b.Associations, Link(registry.Replaces, &d[1].ObjectRecord, registry.KindDocument, &d[0].ObjectRecord, registry.KindDocument))
	a := b.Associations
	a[1].Status = registry.Deprecated
	insert(t, s, PatientID(1), b)
	set := b.SubmissionSets[0].ID
	type filter = registry.AssociationFilter
	for name, c := range map[string]struct {
		f    filter
		want []int
	}{
		"everything": {filter{}, []int{0, 1, 2}},
		"limit":      {filter{Limit: 2}, []int{0, 1}},
		"id":         {filter{IDs: []registry.UUID{a[2].ID}}, []int{2}},
		"source":     {filter{Sources: []registry.UUID{set}}, []int{0, 1}},
		"target":     {filter{Targets: []registry.UUID{d[0].ID}}, []int{0, 2}},
		"both ends":  {filter{Sources: []registry.UUID{d[1].ID}, Targets: []registry.UUID{d[0].ID}}, []int{2}},
		"either":     {filter{Either: []registry.UUID{d[1].ID}}, []int{1, 2}},
		"either two": {filter{Either: []registry.UUID{d[1].ID, d[0].ID, set}}, []int{0, 1, 2}},
		"type":       {filter{Either: []registry.UUID{d[0].ID}, Types: []registry.AssociationType{registry.Replaces, registry.Signs}}, []int{2}},
		"status":     {filter{Status: []registry.Status{registry.Approved}}, []int{0, 2}},
		"unknown":    {filter{Either: []registry.UUID{registry.NewUUID()}}, nil},
	} {
		want := []registry.UUID{}
		for _, i := range c.want {
			want = append(want, a[i].ID)
		}
		if diff := cmp.Diff(want, idsOf(associations(t, s, &c.f), associationObject)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
