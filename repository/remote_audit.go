package repository

import (
	"strings"
	"time"

	"liasse/internal/audit"
)

// enterInto enters into an audit event that the lot was sent on, and with which error codes the registry refused it.
func (m *Remote) enterInto(e *audit.Event, answers []RegistryError, err error) {
	switch {
	case e == nil:
	case err != nil:
		e.AddExport(m.URL, time.Now(), audit.Major, "the registry gave no answer that tells what became of it")
	case failed(answers):
		var codes []string
		for i := range answers {
			if !answers[i].Warning {
				codes = append(codes, answers[i].Code)
			}
		}
		e.AddExport(m.URL, time.Now(), audit.Serious, strings.Join(codes, ", "))
	default:
		e.AddExport(m.URL, time.Now(), audit.Success, "")
	}
}
