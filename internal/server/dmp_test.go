package server_test

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"liasse/internal/server"
	"liasse/vihf"
)

// asDMP has a server speak profile dmp with the test PKI.
func asDMP(pki string) func(*server.Config) {
	return func(c *server.Config) {
		mutual(pki)(c)
		c.Profile = server.ProfileDMP
		c.ForFirstTry()
	}
}

// message is a request with the header blocks given.
func message(action, body string, blocks ...string) string {
	return `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header>` + strings.Join(blocks, "") +
		`<a:Action s:mustUnderstand="true">` + action + `</a:Action><a:MessageID>urn:uuid:11111111-2222-4333-8444-555555555555</a:MessageID>` +
		`<a:To>http://localhost</a:To></s:Header><s:Body>` + body + `</s:Body></s:Envelope>`
}

func send(t *testing.T, client *http.Client, url, message string) (int, string) {
	t.Helper()
	resp, err := client.Post(url, "application/soap+xml; charset=UTF-8", strings.NewReader(message))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

const (
	queryBody = `<query:AdhocQueryRequest xmlns:query="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"/>`
	lotBody   = `<lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"/>`
)

// TestProfileDMP: nothing is answered without a token, and nothing is served that would go past the lot's signature.
func TestProfileDMP(t *testing.T) {
	pki := pkiFolder(t)
	srv, _ := start(t, asDMP(pki))
	client, _ := clientOf(t, pki, identity(t, pki, "medecin"))
	status, body := send(t, client, srv.Addresses().Registry, message("urn:ihe:iti:2007:RegistryStoredQuery", queryBody))
	if status != http.StatusBadRequest || !strings.Contains(body, "[VIHF-") || !strings.Contains(body, "DMPInvalidVihf") {
		t.Errorf("without a token: %d %.600s", status, body)
	}
	for _, action := range []string{"urn:ihe:iti:2007:RegisterDocumentSet-b", "urn:ihe:iti:2010:RegisterOnDemandDocumentEntry", "urn:ihe:iti:2009:MultiPatientStoredQuery", "urn:hl7-org:v3:PRPA_IN201301UV02"} {
		status, body := send(t, client, srv.Addresses().Registry, message(action, lotBody))
		if status == http.StatusOK || strings.Contains(body, "[VIHF-") {
			t.Errorf("%s is served: %d %.400s", action, status, body)
		}
	}
}

const patient = "260058815400233^^^&1.2.250.1.213.1.4.10&ISO^NH"

// findDocuments asks for the patient's documents.
const findDocuments = `<query:AdhocQueryRequest xmlns:query="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0">` +
	`<query:ResponseOption returnType="ObjectRef" returnComposedObjects="true"/><rim:AdhocQuery id="urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d">` +
	`<rim:Slot name="$XDSDocumentEntryPatientId"><rim:ValueList><rim:Value>'260058815400233^^^&amp;1.2.250.1.213.1.4.10&amp;ISO'</rim:Value></rim:ValueList></rim:Slot>` +
	`<rim:Slot name="$XDSDocumentEntryStatus"><rim:ValueList><rim:Value>('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved')</rim:Value></rim:ValueList></rim:Slot>` +
	`</rim:AdhocQuery></query:AdhocQueryRequest>`

// security gives the header block with a token of an identity.
func security(t *testing.T, pki, name string) string {
	t.Helper()
	who, err := vihf.LoadIdentity(filepath.Join(pki, "identities", name))
	if err != nil {
		t.Fatal(err)
	}
	token, err := who.Issue(vihf.Claims{Patient: patient})
	if err != nil {
		t.Fatal(err)
	}
	return string(vihf.Security(token))
}

// TestTokensOfOneConnection: each token is held to the certificate of the connection it comes over, whatever came before,
// and behind a proxy to the certificate that the proxy names.
func TestTokensOfOneConnection(t *testing.T) {
	pki := pkiFolder(t)
	srv, _ := start(t, func(c *server.Config) {
		asDMP(pki)(c)
		c.Proxy.Addresses = []string{"127.0.0.2"}
	})
	ask := func(client *http.Client, name, header string) string {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.Addresses().Registry,
			strings.NewReader(message("urn:ihe:iti:2007:RegistryStoredQuery", findDocuments, security(t, pki, name))))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/soap+xml; charset=UTF-8")
		if header != "" {
			req.Header.Set("X-Client-Cert", header)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	const accepted, refused = "ResponseStatusType:Success", "[VIHF-"
	direct, _ := clientOf(t, pki, identity(t, pki, "medecin"))
	for _, name := range []string{"medecin", "autre-medecin", "medecin", "pharmacien", "medecin"} {
		want := accepted
		if name != "medecin" {
			want = refused
		}
		if body := ask(direct, name, ""); !strings.Contains(body, want) {
			t.Errorf("a token of %s over the connection of medecin: %.600s", name, body)
		}
	}
	proxied, cfg := clientOf(t, pki, identity(t, pki, "etablissement"))
	from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	proxied.Transport.(*http.Transport).DialContext = from.DialContext
	if conn, err := tls.DialWithDialer(from, "tcp", hostPort(srv), cfg); err != nil {
		t.Skipf("this system has no second loopback address: %v", err)
	} else {
		conn.Close()
	}
	medecin := forwarded(identity(t, pki, "medecin"), false)
	if body := ask(proxied, "medecin", medecin); !strings.Contains(body, accepted) {
		t.Errorf("through the proxy: %.600s", body)
	}
	if body := ask(proxied, "autre-medecin", medecin); !strings.Contains(body, refused) {
		t.Errorf("a token of another through the proxy: %.600s", body)
	}
	if body := ask(proxied, "etablissement", medecin); !strings.Contains(body, refused) {
		t.Errorf("a token of the proxy itself through the proxy: %.600s", body)
	}
}

// TestDMPWithoutTLSSaysSo: on loopback without TLS the log says which rules are off.
func TestDMPWithoutTLSSaysSo(t *testing.T) {
	pki := pkiFolder(t)
	for _, tt := range []struct {
		name  string
		proxy []string
		says  string
	}{
		{"nobody in front", nil, "the rules that compare the identity token with the certificate of the connection are off"},
		{"a proxy in front", []string{"127.0.0.1"}, "who connects is what a proxy on this machine says"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv, logs := start(t, func(c *server.Config) {
				asDMP(pki)(c)
				c.TLS, c.Proxy.Addresses = server.TLSOff, tt.proxy
			})
			if !strings.Contains(logs.String(), tt.says) {
				t.Errorf("the log says %s", logs)
			}
			if !strings.HasPrefix(srv.Addresses().Registry, "http://") {
				t.Errorf("the registry is at %s", srv.Addresses().Registry)
			}
		})
	}
}

// TestDirectoriesMustBeReadable: a directory that cannot be read ends the start.
func TestDirectoriesMustBeReadable(t *testing.T) {
	pki := ownPKI(t)
	rewrite(t, pki+"/directories/structures.tsv", []byte("id\n"))
	rewrite(t, pki+"/directories/professionals.tsv", []byte("id\n"))
	cfg := server.DefaultConfig()
	cfg.Dir, cfg.Listen, cfg.AdminListen = t.TempDir(), "127.0.0.1:0", "127.0.0.1:0"
	asDMP(pki)(&cfg)
	srv, err := server.Start(t.Context(), cfg, io.Discard)
	if err == nil {
		srv.Close()
		t.Fatal("the server started")
	}
	for _, key := range []string{"vihf.structures", "vihf.professionals"} {
		if !strings.Contains(err.Error(), key) {
			t.Errorf("got %v, want %s named", err, key)
		}
	}
}
