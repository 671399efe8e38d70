package soap

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rs/zerolog"
)

// Each request has one line in the log: the package's own, or that of whoever takes OnRequest.
func TestOneLine(t *testing.T) {
	for name, c := range map[string]struct {
		hook func(RequestInfo)
		want int
	}{"alone": {nil, 1}, "with a hook": {func(RequestInfo) {}, 0}} {
		var log bytes.Buffer
		handler := NewHandler(Config{Log: zerolog.New(&log), OnRequest: c.hook, SpoolDir: t.TempDir()}, discardTransaction)
		r := httptest.NewRequest(http.MethodPost, "/test", strings.NewReader(storeMessage()))
		r.Header.Set("Content-Type", mtomType)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if lines := strings.Count(log.String(), "\n"); w.Code != 200 || lines != c.want {
			t.Errorf("%s: %d, %d lines\n%s", name, w.Code, lines, log.String())
		}
	}
}
