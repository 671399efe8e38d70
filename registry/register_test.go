package registry_test

import (
	"testing"
)

func TestAcceptsItsOwnLots(t *testing.T) {
	h := newHouse(t)
	h.accept(message(t, "lot"))
	h.accept(message(t, "one"))
	if _, found := h.sendAs(message(t, "ondemand"), true); len(found) > 0 {
		t.Fatal(sentences(found))
	}
}
