package vihf

import (
	"strings"
	"time"
)

// parseInstant reads a dateTime as SAML 2.0 section 1.3.3 has it: in UTC, ending in Z. At most nine decimals follow the
// seconds; there are no leap seconds and no midnight of 24:00.
func parseInstant(s string) (time.Time, bool) {
	const whole = "2006-01-02T15:04:05"
	if len(s) <= len(whole) || len(s) > len(whole)+len(".123456789Z") || s[len(s)-1] != 'Z' {
		return time.Time{}, false
	}
	if decimals := s[len(whole) : len(s)-1]; decimals != "" && (len(decimals) == 1 || decimals[0] != '.' || !isDigits(decimals[1:])) {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	return t, err == nil
}

// formatInstant writes an instant as parseInstant reads it, in milliseconds.
func formatInstant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// isDigits tells whether a string is made of the digits 0 to 9 and not empty.
func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
