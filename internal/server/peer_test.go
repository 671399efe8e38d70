package server

import (
	"os"
	"path/filepath"
	"testing"
)

// FuzzForwardedCertificate: whatever a proxy sends, it is certificates or a refusal with a rule.
func FuzzForwardedCertificate(f *testing.F) {
	f.Add("")
	f.Add("CN=somebody")
	f.Add("%zz")
	f.Add("-----BEGIN%20CERTIFICATE-----%0AMAA=%0A-----END%20CERTIFICATE-----%0A")
	f.Add("-----BEGIN%20PRIVATE%20KEY-----%0AMAA=%0A-----END%20PRIVATE%20KEY-----%0A")
	seeds, err := filepath.Glob(filepath.Join("testdata", "certificates", "*.pem"))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range seeds {
		text, err := os.ReadFile(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, value string) {
		all, why := certificatesIn(value)
		switch {
		case why == nil && len(all) == 0:
			t.Error("neither certificates nor a refusal")
		case why != nil && (why.rule == nil || all != nil):
			t.Errorf("a refusal without a rule, or with certificates: %+v", why)
		case why != nil:
			_ = why.Error()
		}
		for _, c := range all {
			if c == nil || len(subjectOf(c)) > 4*nameLimit+3 {
				t.Errorf("a certificate that cannot be told of: %v", c)
			}
		}
	})
}
