package dmp

import "strings"

// component gives the nth component, from 1, of an XCN, XON or the like.
func component(value string, n int) string {
	for ; n > 1; n-- {
		_, rest, found := strings.Cut(value, "^")
		if !found {
			return ""
		}
		value = rest
	}
	value, _, _ = strings.Cut(value, "^")
	return value
}
