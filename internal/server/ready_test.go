package server_test

import (
	"net/http"
	"strings"
	"testing"

	"liasse/internal/server"
)

// TestReadyTellsOfTheRegistryElsewhere: a repository is ready whether or not its registry answers, and says which.
func TestReadyTellsOfTheRegistryElsewhere(t *testing.T) {
	upstream, _ := start(t, nil)
	if status, body := get(t, upstream.Addresses().Admin+"/ready"); status != http.StatusOK || strings.Contains(body, "registry") {
		t.Errorf("with the registry in the same process: %d %s", status, body)
	}
	forwarding, _ := start(t, func(c *server.Config) { c.RegistryURL = upstream.Addresses().Registry })
	ready := forwarding.Addresses().Admin + "/ready"
	if status, body := get(t, ready); status != http.StatusOK || !strings.Contains(body, `"registry":"reachable"`) {
		t.Errorf("with its registry: %d %s", status, body)
	}
	if err := upstream.Close(); err != nil {
		t.Fatal(err)
	}
	if status, body := get(t, ready); status != http.StatusOK || !strings.Contains(body, `"registry":"not reachable"`) || !strings.Contains(body, `"status":"ready"`) {
		t.Errorf("without its registry: %d %s", status, body)
	}
}
