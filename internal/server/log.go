package server

import (
	"log"
	"strings"

	"github.com/rs/zerolog"
)

// httpLog gives net/http a logger for what it meets outside of requests: broken connections and the like.
func (s *Server) httpLog() *log.Logger { return log.New(httpLogWriter{s.log}, "", 0) }

type httpLogWriter struct{ log zerolog.Logger }

// Write takes one line.
func (w httpLogWriter) Write(line []byte) (int, error) {
	w.log.Debug().Str("http", strings.TrimSpace(string(line))).Msg("connection")
	return len(line), nil
}
