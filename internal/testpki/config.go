package testpki

import "path/filepath"

// configuration trusts the test PKI. Its paths are relative to the file.
const configuration = `# The configuration of a server that trusts the test PKI beside it. Made by liasse pki.
profile = "dmp"
patients = "any"

tls = "mutual"
tls_certificate = "server/server.crt"
tls_key = "server/server.key"

[affinity]
# the roots of the national identity of health (INS) that are set aside for tests
assigning_authorities = ["1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11"]

[trust]
realm = "test"

[trust.tls]
anchors = ["trust/roots"]
intermediates = ["trust/intermediates"]
crls = ["trust/crls"]

[trust.token]
anchors = ["trust/roots"]
intermediates = ["trust/intermediates"]
crls = ["trust/crls"]

[trust.lot]
anchors = ["trust/roots"]
intermediates = ["trust/intermediates"]
crls = ["trust/crls"]

[vihf]
structures = "directories/structures.tsv"
professionals = "directories/professionals.tsv"
`

func (m *maker) writeConfig() error {
	return writeFile(filepath.Join(m.dir, "liasse.toml"), []byte(configuration), 0o644)
}
