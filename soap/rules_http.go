package soap

import "liasse/internal/rule"

// What the HTTP request around a message must be.
var (
	ruleMethod = rule.New(rule.Rule{
		ID: "HTTP-001", Severity: rule.Error, Code: "405", Section: "W3C SOAP 1.2 Part 2, 7.4",
		Title: rule.Text{EN: "The request is a POST",
			FR: "La requête est un POST"},
		Fix: rule.Text{EN: "Send the message by POST",
			FR: "Envoyer le message par POST"},
	})
	ruleMediaType = rule.New(rule.Rule{
		ID: "HTTP-002", Severity: rule.Error, Code: "415", Section: "ITI TF-2 V.3.2.2, V.8.1",
		Title: rule.Text{EN: "The Content-Type is application/soap+xml, or multipart/related with an application/xop+xml root part",
			FR: "Le Content-Type est application/soap+xml, ou multipart/related avec une partie racine application/xop+xml"},
		Fix: rule.Text{EN: "Send SOAP 1.2 as application/soap+xml, or as MTOM",
			FR: "Envoyer le SOAP 1.2 en application/soap+xml, ou en MTOM"},
	})
	ruleContentType = rule.New(rule.Rule{
		ID: "HTTP-003", Severity: rule.Error, Code: "400", Section: "RFC 2045 5.1",
		Title: rule.Text{EN: "The Content-Type can be read in one way only",
			FR: "Le Content-Type ne peut se lire que d’une seule façon"},
		Fix: rule.Text{EN: "Write each parameter once, as name=value, with quotes around what is no token",
			FR: "Écrire chaque paramètre une fois, sous la forme nom=valeur, entre guillemets si ce n’est pas un token"},
	})
	ruleContentEncoding = rule.New(rule.Rule{
		ID: "HTTP-004", Severity: rule.Error, Code: "415", Section: "RFC 9110 8.4",
		Title: rule.Text{EN: "The body has no Content-Encoding",
			FR: "Le corps n’a pas de Content-Encoding"},
		Fix: rule.Text{EN: "Send the message uncompressed",
			FR: "Envoyer le message non compressé"},
	})
	ruleRequestSize = rule.New(rule.Rule{
		ID: "HTTP-005", Severity: rule.Error, Code: "413", Section: "RFC 9110 15.5.14",
		Title: rule.Text{EN: "The request is no larger than the server takes",
			FR: "La requête n’est pas plus grande que ce que le serveur accepte"},
		Fix: rule.Text{EN: "Send less in one request, or raise the limit in the configuration",
			FR: "Envoyer moins en une requête, ou relever la limite dans la configuration"},
	})
	ruleHeaderFields = rule.New(rule.Rule{
		ID: "HTTP-006", Severity: rule.Error, Code: "431", Section: "RFC 6585 5",
		Title: rule.Text{EN: "The HTTP header has no more fields than the server takes",
			FR: "L’en-tête HTTP n’a pas plus de champs que le serveur n’en accepte"},
		Fix: rule.Text{EN: "Send fewer header fields",
			FR: "Envoyer moins de champs d’en-tête"},
	})
	ruleTimely = rule.New(rule.Rule{
		ID: "HTTP-007", Severity: rule.Error, Code: "408", Section: "RFC 9110 15.5.9",
		Title: rule.Text{EN: "The body arrives without long silences and not too slowly",
			FR: "Le corps arrive sans longs silences et sans trop de lenteur"},
		Fix: rule.Text{EN: "Send the body without pause once the request has begun",
			FR: "Envoyer le corps sans interruption une fois la requête commencée"},
	})
	ruleBodyComplete = rule.New(rule.Rule{
		ID: "HTTP-008", Severity: rule.Error, Code: "400", Section: "RFC 9112 6, 8",
		Title: rule.Text{EN: "The body is framed as HTTP says and as long as announced",
			FR: "Le corps est délimité comme HTTP le prescrit et aussi long qu’annoncé"},
		Fix: rule.Text{EN: "Send exactly as many bytes as Content-Length says, or well-formed chunks",
			FR: "Envoyer exactement le nombre d’octets annoncé par Content-Length, ou des fragments bien formés"},
	})
	ruleQuotedParameter = rule.New(rule.Rule{
		ID: "HTTP-009", Severity: rule.Warning, Code: "400", Section: "RFC 2045 5.1",
		Title: rule.Text{EN: "A Content-Type parameter that is no token is quoted",
			FR: "Un paramètre de Content-Type qui n’est pas un token est entre guillemets"},
		Fix: rule.Text{EN: "Put the value between quotes",
			FR: "Mettre la valeur entre guillemets"},
	})
	ruleEmptyParameter = rule.New(rule.Rule{
		ID: "HTTP-010", Severity: rule.Warning, Code: "400", Section: "RFC 2045 5.1",
		Title: rule.Text{EN: "The Content-Type has no empty parameter",
			FR: "Le Content-Type n’a pas de paramètre vide"},
		Fix: rule.Text{EN: "Leave out the superfluous semicolon",
			FR: "Supprimer le point-virgule superflu"},
	})
	ruleSpacedParameter = rule.New(rule.Rule{
		ID: "HTTP-011", Severity: rule.Warning, Code: "400", Section: "RFC 2045 5.1",
		Title: rule.Text{EN: "No blank stands around the = of a Content-Type parameter",
			FR: "Aucun blanc n’entoure le = d’un paramètre de Content-Type"},
		Fix: rule.Text{EN: "Leave out the blanks around =",
			FR: "Supprimer les blancs autour de ="},
	})
	ruleStrayQuote = rule.New(rule.Rule{
		ID: "HTTP-012", Severity: rule.Warning, Code: "400", Section: "RFC 2045 5.1",
		Title: rule.Text{EN: "The quotes of a Content-Type are paired",
			FR: "Les guillemets d’un Content-Type vont par paires"},
		Fix: rule.Text{EN: "Leave out the stray quote, or write its counterpart",
			FR: "Supprimer le guillemet isolé, ou écrire son pendant"},
	})
	ruleCharset = rule.New(rule.Rule{
		ID: "HTTP-013", Severity: rule.Error, Code: "415", Section: "ITI TF-2 V.3.2.2; RFC 7303 3",
		Title: rule.Text{EN: "The charset of the envelope is UTF-8",
			FR: "Le charset de l’enveloppe est UTF-8"},
		Fix: rule.Text{EN: "Send the envelope in UTF-8 and say charset=UTF-8",
			FR: "Envoyer l’enveloppe en UTF-8 et annoncer charset=UTF-8"},
	})
)
