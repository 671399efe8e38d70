package server

import (
	"liasse/internal/pki"
	"liasse/internal/rule"
)

// connectionRule makes a rule about a connection. Code is the TLS alert of the refused handshake (RFC 8446 6), or the
// HTTP status where the handshake is not ours.
func connectionRule(id, code, section string, title, fix rule.Text) *rule.Rule {
	return rule.New(rule.Rule{ID: id, Severity: rule.Error, Operational: true, Code: code, Section: section, Title: title, Fix: fix})
}

// Rules about the handshake itself.
var (
	ruleNotTLS = connectionRule("TLS-001", "400", "RFC 8446 5.1",
		rule.Text{EN: "What came first is no TLS handshake", FR: "Ce qui est arrivé en premier n’est pas une négociation TLS"},
		rule.Text{EN: "Use https in the address of the server", FR: "Employer https dans l’adresse du serveur"})
	ruleVersion = connectionRule("TLS-002", "protocol_version", "RFC 8996; ANSSI SDE-NT-35",
		rule.Text{EN: "The client offers no version of TLS that is spoken here", FR: "Le client ne propose aucune version de TLS parlée ici"},
		rule.Text{EN: "Enable TLS 1.2 or TLS 1.3 in the client", FR: "Activer TLS 1.2 ou TLS 1.3 dans le client"})
	ruleSuite = connectionRule("TLS-003", "handshake_failure", "RFC 9325 4.2; PDT-INF-579",
		rule.Text{EN: "The client offers no cipher suite with ephemeral keys and authenticated encryption", FR: "Le client ne propose aucune suite à clés éphémères et chiffrement authentifié"},
		rule.Text{EN: "Enable ECDHE with AES-GCM or ChaCha20-Poly1305 in the client", FR: "Activer ECDHE avec AES-GCM ou ChaCha20-Poly1305 dans le client"})
	ruleGroup = connectionRule("TLS-004", "handshake_failure", "RFC 8422 5.1.1; RFC 8446 4.2.7",
		rule.Text{EN: "The client offers no group of the key exchange that is spoken here", FR: "Le client ne propose aucun groupe d’échange de clés parlé ici"},
		rule.Text{EN: "Enable X25519, P-256, P-384 or P-521 in the client", FR: "Activer X25519, P-256, P-384 ou P-521 dans le client"})
	ruleSignature = connectionRule("TLS-005", "handshake_failure", "RFC 8446 4.2.3",
		rule.Text{EN: "The client accepts no signature that the key of the server makes", FR: "Le client n’accepte aucune signature que fasse la clé du serveur"},
		rule.Text{EN: "Enable RSA-PSS or RSA with SHA-256 in the client, or ECDSA where the server has such a key",
			FR: "Activer RSA-PSS ou RSA avec SHA-256 dans le client, ou ECDSA si la clé du serveur en est"})
	ruleProtocol = connectionRule("TLS-006", "no_application_protocol", "RFC 7301 3.2",
		rule.Text{EN: "The client names application protocols and HTTP/1.1 is not among them", FR: "Le client nomme des protocoles d’application et HTTP/1.1 n’en est pas"},
		rule.Text{EN: "Offer http/1.1 in ALPN, or leave the extension out", FR: "Proposer http/1.1 en ALPN, ou omettre l’extension"})
	ruleSlowHandshake = connectionRule("TLS-007", "none", "RFC 8446 4",
		rule.Text{EN: "The handshake did not end in time", FR: "La négociation n’a pas abouti à temps"},
		rule.Text{EN: "Send the handshake without pauses; a key that asks for a code is to be opened before",
			FR: "Envoyer la négociation sans pauses ; une clé qui demande un code est à ouvrir auparavant"})
	ruleClientRefused = connectionRule("TLS-008", "none", "RFC 8446 6.2",
		rule.Text{EN: "The client refused the handshake", FR: "Le client a refusé la négociation"},
		rule.Text{EN: "Look into the client: most often it does not trust the certificate of the server, or calls it by a name that the certificate lacks",
			FR: "Chercher dans le client : le plus souvent il n’a pas confiance dans le certificat du serveur, ou l’appelle par un nom qui n’y est pas"})
	ruleBrokenOff = connectionRule("TLS-009", "none", "RFC 8446 6.1",
		rule.Text{EN: "The client ended the connection in the middle of the handshake", FR: "Le client a coupé la connexion au milieu de la négociation"},
		rule.Text{EN: "Look into the log of the client for its reason", FR: "Chercher la raison dans le journal du client"})
	ruleHandshake = connectionRule("TLS-010", "handshake_failure", "RFC 8446 4",
		rule.Text{EN: "The handshake breaks the protocol", FR: "La négociation enfreint le protocole"},
		rule.Text{EN: "Use another implementation of TLS in the client", FR: "Employer une autre implémentation de TLS dans le client"})
	ruleFlood = connectionRule("TLS-011", "none", "RFC 4732 4",
		rule.Text{EN: "More handshakes of one address are begun than are served", FR: "Une même adresse commence plus de négociations qu’il n’en est servi"},
		rule.Text{EN: "Keep connections alive and send many requests over each", FR: "Garder les connexions ouvertes et envoyer sur chacune plusieurs requêtes"})
)

// Rules about the certificate of the client, whether the handshake or a proxy brings it.
var (
	ruleNoCertificate = connectionRule("TLS-020", "certificate_required", "RFC 8446 4.4.2.4; CI-SIS Transport synchrone",
		rule.Text{EN: "The client presents no certificate", FR: "Le client ne présente pas de certificat"},
		rule.Text{EN: "Configure the authentication certificate and its key in the client", FR: "Configurer dans le client le certificat d’authentification et sa clé"})
	ruleMalformed = certificateRule("TLS-021", "X.690 10; RFC 5280 4.1",
		rule.Text{EN: "The certificate of the client is not well-formed", FR: "Le certificat du client est mal formé"},
		rule.Text{EN: "Export the certificate again as it was issued, in DER or PEM", FR: "Exporter de nouveau le certificat tel qu’émis, en DER ou PEM"})
	ruleExpired = certificateRule("TLS-022", "RFC 5280 4.1.2.5",
		rule.Text{EN: "A certificate of the client’s chain has expired", FR: "Un certificat de la chaîne du client a expiré"},
		rule.Text{EN: "Have the certificate renewed", FR: "Faire renouveler le certificat"})
	ruleNotYetValid = certificateRule("TLS-023", "RFC 5280 4.1.2.5",
		rule.Text{EN: "A certificate of the client’s chain is not valid yet", FR: "Un certificat de la chaîne du client n’est pas encore valide"},
		rule.Text{EN: "Wait for the first day of the certificate, and compare the clocks of both sides", FR: "Attendre le premier jour du certificat, et comparer les horloges des deux côtés"})
	ruleUnknownIssuer = certificateRule("TLS-024", "RFC 5280 6.1",
		rule.Text{EN: "The chain of the client’s certificate ends at nobody who is trusted here", FR: "La chaîne du certificat du client n’aboutit à personne qui soit de confiance ici"},
		rule.Text{EN: "Send the intermediate certificates with the certificate, or present one of an authority named in trust.tls",
			FR: "Envoyer les certificats intermédiaires avec le certificat, ou en présenter un d’une autorité nommée dans trust.tls"})
	ruleBadChain = certificateRule("TLS-025", "RFC 5280 6.1",
		rule.Text{EN: "The chain of the client’s certificate breaks a constraint of its authorities", FR: "La chaîne du certificat du client enfreint une contrainte de ses autorités"},
		rule.Text{EN: "Have the certificate issued again by an authority that may issue it", FR: "Faire émettre de nouveau le certificat par une autorité qui le peut"})
	ruleWrongRealm = certificateRule("TLS-026", "PDT-INF-579; TRE_G01",
		rule.Text{EN: "The certificate of the client is of the other realm: test and production never meet", FR: "Le certificat du client est de l’autre domaine : test et production ne se rencontrent jamais"},
		rule.Text{EN: "Use a test certificate with a test server, a production one with a production server", FR: "Employer un certificat de test avec un serveur de test, un de production avec un serveur de production"})
	ruleWrongUsage = certificateRule("TLS-027", "RFC 5280 4.2.1.3, 4.2.1.12; DMP EX_GEN-1450",
		rule.Text{EN: "The certificate of the client is not for authenticating a client", FR: "Le certificat du client n’est pas fait pour authentifier un client"},
		rule.Text{EN: "Present the authentication certificate (clientAuth), not that of signature nor that of a server",
			FR: "Présenter le certificat d’authentification (clientAuth), non celui de signature ni celui d’un serveur"})
	ruleRevoked = certificateRule("TLS-028", "RFC 5280 5",
		rule.Text{EN: "A certificate of the client’s chain is revoked", FR: "Un certificat de la chaîne du client est révoqué"},
		rule.Text{EN: "Have a new certificate issued", FR: "Faire émettre un nouveau certificat"})
	ruleRevocationUnknown = certificateRule("TLS-029", "RFC 5280 6.3",
		rule.Text{EN: "Nobody here knows whether the client’s certificate is revoked: a valid CRL of its issuer is missing",
			FR: "Nul ici ne sait si le certificat du client est révoqué : il manque une CRL valide de son émetteur"},
		rule.Text{EN: "The operator of the server is to bring the CRLs of trust.tls up to date", FR: "L’exploitant du serveur doit mettre à jour les CRL de trust.tls"})
	ruleWeakKey = certificateRule("TLS-030", "RGS B1 2.2; ANSSI PA-079",
		rule.Text{EN: "A key of the client’s chain is weaker than what is trusted here", FR: "Une clé de la chaîne du client est plus faible que ce qui est de confiance ici"},
		rule.Text{EN: "Have a certificate issued for RSA of 2048 bits or more, or for P-256, P-384 or P-521", FR: "Faire émettre un certificat pour une clé RSA de 2048 bits ou plus, ou P-256, P-384, P-521"})
	ruleWeakSignature = certificateRule("TLS-031", "RFC 9155; ANSSI PA-079",
		rule.Text{EN: "A certificate of the client’s chain is signed with an algorithm that is not trusted here", FR: "Un certificat de la chaîne du client est signé par un algorithme qui n’est pas de confiance ici"},
		rule.Text{EN: "Have a certificate issued that is signed with SHA-256 or better", FR: "Faire émettre un certificat signé avec SHA-256 ou mieux"})
)

// certificateRule makes a rule about the certificate of the client.
func certificateRule(id, section string, title, fix rule.Text) *rule.Rule {
	return connectionRule(id, "bad_certificate", section, title, fix)
}

// Rules about a proxy that ends TLS.
var (
	ruleForgedPeer = connectionRule("TLS-040", "403", "CWE-290",
		rule.Text{EN: "Somebody who is no proxy of this server says whose certificate a request comes with", FR: "Quelqu’un qui n’est pas un mandataire de ce serveur dit de quel certificat vient une requête"},
		rule.Text{EN: "Leave the header out; the operator of a proxy is to name its address in proxy.addresses", FR: "Omettre l’en-tête ; l’exploitant d’un mandataire doit en nommer l’adresse dans proxy.addresses"})
	ruleProxySilent = connectionRule("TLS-041", "403", "RFC 9440 2",
		rule.Text{EN: "The proxy does not say, once, with which certificate the request came", FR: "Le mandataire ne dit pas, une seule fois, avec quel certificat la requête est venue"},
		rule.Text{EN: "Have the proxy ask for a client certificate and set the header to it on every request", FR: "Faire demander par le mandataire un certificat client et le mettre dans l’en-tête à chaque requête"})
	ruleProxyForm = connectionRule("TLS-042", "403", "RFC 7468 5; RFC 3986 2.1",
		rule.Text{EN: "What the proxy says is no certificate in percent-encoded PEM", FR: "Ce que dit le mandataire n’est pas un certificat en PEM encodé par pourcent"},
		rule.Text{EN: "Write the certificate as PEM, percent-encoded, as $ssl_client_escaped_cert of nginx", FR: "Écrire le certificat en PEM, encodé par pourcent, comme $ssl_client_escaped_cert de nginx"})
)

// certificateRules gives the rule of each reason for which a certificate is refused.
var certificateRules = map[pki.Reason]*rule.Rule{
	pki.NoCertificate:     ruleNoCertificate,
	pki.Malformed:         ruleMalformed,
	pki.Expired:           ruleExpired,
	pki.NotYetValid:       ruleNotYetValid,
	pki.UnknownIssuer:     ruleUnknownIssuer,
	pki.BadChain:          ruleBadChain,
	pki.WrongRealm:        ruleWrongRealm,
	pki.WrongUsage:        ruleWrongUsage,
	pki.Revoked:           ruleRevoked,
	pki.RevocationUnknown: ruleRevocationUnknown,
	pki.WeakKey:           ruleWeakKey,
	pki.WeakSignature:     ruleWeakSignature,
}
