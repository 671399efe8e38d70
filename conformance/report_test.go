package conformance

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
	"time"
)

func sampleReport(lang string) *Report {
	started := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	return &Report{
		Target: Target{Registry: "http://registry.example/", Repository: "http://repository.example/"}, Lang: lang,
		Started: started, Finished: started.Add(1500 * time.Millisecond), Liasse: true, Patient: "1^^^&1.2&ISO",
		Results: []Result{
			{ID: "A-001", Suite: "a", Title: "Passes", Section: "TF 1", Status: Passed, Duration: 20 * time.Millisecond},
			{ID: "A-002", Suite: "a", Title: "Fails <script>", Section: "TF 2", Status: Failed,
				Problems: []Problem{{Step: "A-002 step 1", What: "status", Expected: "success", Found: "HTTP 400 \x00 & more"}},
				Exchange: &Exchange{RequestHead: []byte("POST / HTTP/1.1\r\n\r\n"), RequestBody: []byte("<e/>"), ResponseBody: []byte("\xff")}},
			{ID: "B-001", Suite: "b", Title: "Skipped", Section: "TF 3", Status: Skipped, Reason: "needs mllp"},
			{ID: "B-002", Suite: "b", Title: "Blocked", Section: "TF 4", Status: Blocked, Reason: "b given 1: no"},
		},
	}
}

func TestReportText(t *testing.T) {
	for lang, name := range map[string]string{"en": "report.en.txt", "fr": "report.fr.txt"} {
		var b strings.Builder
		if err := sampleReport(lang).WriteText(&b, true); err != nil {
			t.Fatal(err)
		}
		golden(t, name, b.String())
	}
	var b strings.Builder
	if err := sampleReport("en").WriteText(&b, false); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "A-001") || !strings.Contains(b.String(), "B-002") {
		t.Errorf("the short report is\n%s", b.String())
	}
}

func TestReportJUnit(t *testing.T) {
	var b bytes.Buffer
	if err := sampleReport("en").WriteJUnit(&b); err != nil {
		t.Fatal(err)
	}
	var back junitSuites
	if err := xml.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatalf("the report is no XML: %v\n%s", err, b.String())
	}
	if back.Tests != 4 || back.Failures != 1 || back.Errors != 1 || back.Skipped != 1 || len(back.Suites) != 2 || len(back.Suites[0].Cases) != 2 {
		t.Errorf("it reads back as %+v", back)
	}
	if f := back.Suites[0].Cases[1].Failure; f == nil || f.Message != "status" || !strings.Contains(f.Text, "expected: success") {
		t.Errorf("the failure reads back as %+v", f)
	}
}

func TestReportHTML(t *testing.T) {
	for lang, word := range map[string]string{"en": "expected", "fr": "attendu"} {
		var b strings.Builder
		if err := sampleReport(lang).WriteHTML(&b); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		for _, want := range []string{word, "A-002", "Fails &lt;script&gt;", "&lt;e/&gt;", "needs mllp", `<html lang="` + lang + `">`} {
			if !strings.Contains(text, want) {
				t.Errorf("the %s page does not hold %q", lang, want)
			}
		}
		if strings.Contains(text, "<script") || strings.Contains(text, "http-equiv") || strings.Contains(text, "src=") {
			t.Errorf("the %s page is not self-contained or holds what a server said as markup", lang)
		}
	}
}

func TestReportJSON(t *testing.T) {
	var b bytes.Buffer
	if err := sampleReport("en").WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var back struct {
		Passed, Failed, Skipped, Blocked int
		Results                          []Result
	}
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if back.Passed != 1 || back.Failed != 1 || back.Skipped != 1 || back.Blocked != 1 || len(back.Results) != 4 || back.Results[1].Problems[0].What != "status" {
		t.Errorf("it reads back as %+v", back)
	}
}

func TestExitCode(t *testing.T) {
	for _, c := range []struct {
		results []Status
		want    int
	}{
		{[]Status{Passed}, 0}, {[]Status{Passed, Skipped}, 0}, {[]Status{Passed, Failed}, 1}, {[]Status{Blocked, Failed}, 1},
		{[]Status{Passed, Blocked}, 2}, {[]Status{Skipped}, 2}, {nil, 2},
	} {
		var r Report
		for _, s := range c.results {
			r.Results = append(r.Results, Result{Status: s})
		}
		if got := r.ExitCode(); got != c.want {
			t.Errorf("%v gives %d, want %d", c.results, got, c.want)
		}
	}
}
