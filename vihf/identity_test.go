package vihf_test

import (
	"crypto/tls"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"liasse/vihf"
)

// copied gives a folder with a copy of an identity.
func copied(t *testing.T, name string) string {
	t.Helper()
	from, to := filepath.Join(world.Dir, "identities", name), t.TempDir()
	if err := os.CopyFS(filepath.Join(to, name), os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(to, name)
}

func TestIdentitiesThatCannotBeRead(t *testing.T) {
	for _, tt := range []struct{ file, text, said string }{
		{"identity.json", "", "identity.json"},
		{"identity.json", "{", "identity.json"},
		{"auth.crt", "", "reading a certificate"},
		{"auth.key", "", "reading a private key"},
		{"sign.crt", "x", "certificate and key sign"},
		{"sign.key", "x", "no PEM key"},
		{"server-ca.crt", "x", "holds no certificate"},
	} {
		dir := copied(t, "medecin")
		file := filepath.Join(dir, tt.file)
		if tt.text == "" {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		} else {
			write(t, file, tt.text)
		}
		if _, err := vihf.LoadIdentity(dir); err == nil || !strings.Contains(err.Error(), tt.said) {
			t.Errorf("%s %q: %v", tt.file, tt.text, err)
		}
	}
	dir := copied(t, "medecin")
	if err := os.Remove(filepath.Join(dir, "server-ca.crt")); err != nil {
		t.Fatal(err)
	}
	if i, err := vihf.LoadIdentity(dir); err != nil || i.Servers != nil {
		t.Errorf("without authorities of servers: %v", err)
	}
	write(t, filepath.Join(dir, "sign.key"), read(t, filepath.Join(world.Dir, "identities", "infirmier", "sign.key")))
	if _, err := vihf.LoadIdentity(dir); err == nil {
		t.Error("another's key was taken")
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestTLSConfig connects with an identity to the server of the test PKI.
func TestTLSConfig(t *testing.T) {
	server, err := tls.LoadX509KeyPair(world.ServerCert, world.ServerKey)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{server}, ClientAuth: tls.RequireAnyClientCert, Time: nil})
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	shown := make(chan string, 1)
	go func() {
		c, err := listener.Accept()
		if err != nil {
			shown <- err.Error()
			return
		}
		defer c.Close()
		conn, _ := c.(*tls.Conn)
		if err := conn.Handshake(); err != nil {
			shown <- err.Error()
			return
		}
		shown <- conn.ConnectionState().PeerCertificates[0].Subject.String()
	}()
	who := identity(t, "medecin")
	client := who.TLSConfig()
	client.ServerName = "localhost"
	raw, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	conn := tls.Client(raw, client)
	defer conn.Close()
	if err := conn.Handshake(); err != nil {
		t.Fatal(err)
	}
	if got, want := <-shown, who.Authentication.Leaf.Subject.String(); got != want {
		t.Errorf("the server was shown %q, want %q", got, want)
	}
}

// TestIssue makes tokens that are good by themselves, of a new ID each.
func TestIssue(t *testing.T) {
	first, second := string(issue(t, "medecin")), string(issue(t, "medecin"))
	if parse(t, first).Root().AttrValue("", "ID") == parse(t, second).Root().AttrValue("", "ID") {
		t.Error("two tokens have one ID")
	}
	if !strings.Contains(first, ">279035121518989^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH<") {
		t.Error("NH is not added to the patient")
	}
	if _, err := identity(t, "medecin").Issue(vihf.Claims{Alter: func([]byte) []byte { return []byte("<") }}); err == nil {
		t.Error("what is not XML was signed")
	}
	added := string(issue(t, "medecin", change(vihf.Change{Attribute: "a&b", Values: []string{`<x y="z"/>`, "1<2"}})))
	if !strings.Contains(added, `<saml2:Attribute Name="a&amp;b"><saml2:AttributeValue><x y="z"/></saml2:AttributeValue><saml2:AttributeValue>1&lt;2</saml2:AttributeValue>`) {
		t.Error("an attribute was not added as it was given")
	}
}
