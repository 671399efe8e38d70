package vihf

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
	"time"
)

// readTable reads a table of tab-separated values: lines that begin with # are remarks, the first other line names the
// columns, which may stand in any order; columns that are not asked for are passed over. each is given the fields in the
// order of columns.
func readTable(src []byte, columns []string, each func(fields []string) error) error {
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(src, []byte("\uFEFF"))))
	lines.Buffer(nil, 1<<20)
	var places []int
	fields := make([]string, len(columns))
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSuffix(lines.Text(), "\r")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if places == nil {
			var err error
			if places, err = placesOf(columns, cells); err != nil {
				return fmt.Errorf("line %d: %w", number, err)
			}
			continue
		}
		for i, at := range places {
			fields[i] = ""
			if at < len(cells) {
				fields[i] = strings.TrimSpace(cells[at])
			}
		}
		if err := each(fields); err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("reading lines: %w", err)
	}
	if places == nil {
		return fmt.Errorf("no line names the columns %s", strings.Join(columns, ", "))
	}
	return nil
}

func placesOf(columns, header []string) ([]int, error) {
	places := make([]int, len(columns))
	for i, column := range columns {
		places[i] = -1
		for at, name := range header {
			if strings.TrimSpace(name) == column {
				places[i] = at
			}
		}
		if places[i] < 0 {
			return nil, fmt.Errorf("there is no column %q", column)
		}
	}
	return places, nil
}

// period is a span of days, both ends included; a zero end is open.
type period struct{ from, to time.Time }

func parsePeriod(from, to string) (period, error) {
	var p period
	var err error
	if from != "" {
		if p.from, err = time.Parse(time.DateOnly, from); err != nil {
			return p, fmt.Errorf("reading a date: %w", err)
		}
	}
	if to != "" {
		if p.to, err = time.Parse(time.DateOnly, to); err != nil {
			return p, fmt.Errorf("reading a date: %w", err)
		}
		p.to = p.to.AddDate(0, 0, 1)
	}
	return p, nil
}

func (p period) holds(at time.Time) bool {
	return !at.Before(p.from) && (p.to.IsZero() || at.Before(p.to))
}
