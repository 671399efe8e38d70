package conformance

import (
	_ "embed"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"
)

// WriteText writes what was not as expected, check by check, and the sums; verbose lists every check.
func (r *Report) WriteText(w io.Writer, verbose bool) error {
	var b strings.Builder
	for i := range r.Results {
		one := &r.Results[i]
		if one.Status == Passed && !verbose || one.Status == Skipped && !verbose {
			continue
		}
		fmt.Fprintf(&b, "%-8s %s  %s  (%s)\n", r.word(string(one.Status)), one.ID, one.Title, one.Section)
		if one.Reason != "" {
			fmt.Fprintf(&b, "         %s\n", one.Reason)
		}
		for _, p := range one.Problems {
			fmt.Fprintf(&b, "         %s: %s\n           %s: %s\n           %s: %s\n", p.Step, p.What, r.word("expected"), p.Expected, r.word("found"), p.Found)
		}
	}
	fmt.Fprintf(&b, "%d %s: %d %s, %d %s, %d %s, %d %s, %s\n", len(r.Results), r.word("checks"),
		r.Count(Passed), r.word("pass"), r.Count(Failed), r.word("fail"), r.Count(Skipped), r.word("skipped"),
		r.Count(Blocked), r.word("blocked"), r.Finished.Sub(r.Started).Round(10*time.Millisecond))
	if _, err := io.WriteString(w, xmlText(b.String())); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// WriteJSON writes the whole report as one JSON object.
func (r *Report) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(map[string]any{
		"registry": r.Target.Registry, "repository": r.Target.Repository, "liasse": r.Liasse, "patient": r.Patient,
		"started": r.Started.UTC(), "finished": r.Finished.UTC(),
		"passed": r.Count(Passed), "failed": r.Count(Failed), "skipped": r.Count(Skipped), "blocked": r.Count(Blocked),
		"results": r.Results,
	}); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitMessage `xml:"failure"`
	Error   *junitMessage `xml:"error"`
	Skipped *junitMessage `xml:"skipped"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// WriteJUnit writes the report as JUnit XML: a blocked check is an error, a skipped one is skipped.
func (r *Report) WriteJUnit(w io.Writer) error {
	out := junitSuites{Name: "liasse conform", Tests: len(r.Results), Failures: r.Count(Failed), Errors: r.Count(Blocked),
		Skipped: r.Count(Skipped), Time: seconds(r.Finished.Sub(r.Started))}
	for i := range r.Results {
		one := &r.Results[i]
		if len(out.Suites) == 0 || out.Suites[len(out.Suites)-1].Name != one.Suite {
			out.Suites = append(out.Suites, junitSuite{Name: one.Suite})
		}
		suite := &out.Suites[len(out.Suites)-1]
		c := junitCase{Class: one.Suite, Name: one.ID + " " + one.Title + " (" + one.Section + ")", Time: seconds(one.Duration)}
		suite.Tests++
		switch one.Status {
		case Failed:
			suite.Failures++
			c.Failure = &junitMessage{Message: xmlText(one.Problems[0].What), Text: xmlText(r.problems(one))}
		case Blocked:
			suite.Errors++
			c.Error = &junitMessage{Message: xmlText(one.Reason)}
		case Skipped:
			suite.Skipped++
			c.Skipped = &junitMessage{Message: one.Reason}
		}
		suite.Cases = append(suite.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", " ")
	if err := encoder.Encode(out); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// xmlText keeps a report well-formed whatever the server said.
func xmlText(s string) string {
	return strings.Map(func(c rune) rune {
		if c < 0x20 && c != '\n' && c != '\t' {
			return '\uFFFD'
		}
		return c
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

func (r *Report) problems(one *Result) string {
	var b strings.Builder
	for _, p := range one.Problems {
		fmt.Fprintf(&b, "%s: %s\n%s: %s\n%s: %s\n", p.Step, p.What, r.word("expected"), p.Expected, r.word("found"), p.Found)
	}
	return b.String()
}

//go:embed report.html
var htmlSource string

var htmlTemplate = template.Must(template.New("report").Parse(htmlSource))

type htmlSuite struct {
	Name    string
	Results []htmlResult
}

type htmlResult struct {
	Result
	Label          string
	Sent, Received string
}

// WriteHTML writes the report as one self-contained page.
func (r *Report) WriteHTML(w io.Writer) error {
	var suites []htmlSuite
	for _, one := range r.Results {
		if len(suites) == 0 || suites[len(suites)-1].Name != one.Suite {
			suites = append(suites, htmlSuite{Name: one.Suite})
		}
		h := htmlResult{Result: one, Label: r.word(string(one.Status))}
		if one.Exchange != nil {
			h.Sent = shown(one.Exchange.RequestHead, one.Exchange.RequestBody)
			h.Received = shown(one.Exchange.ResponseHead, one.Exchange.ResponseBody)
		}
		suites[len(suites)-1].Results = append(suites[len(suites)-1].Results, h)
	}
	w2 := words[r.Lang]
	if w2 == nil {
		w2 = words["en"]
	}
	if err := htmlTemplate.Execute(w, map[string]any{
		"Report": r, "Suites": suites, "W": w2, "Passed": r.Count(Passed), "Failed": r.Count(Failed),
		"Skipped": r.Count(Skipped), "Blocked": r.Count(Blocked), "Took": r.Finished.Sub(r.Started).Round(10 * time.Millisecond),
	}); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// shown bounds what a page holds of a message.
func shown(head, body []byte) string { return shortened(xmlText(string(head)+string(body)), 20000) }
