package soap

import "liasse/internal/rule"

// What the MIME framing of an MTOM message must be.
var (
	ruleBoundary = rule.New(rule.Rule{
		ID: "MTOM-001", Severity: rule.Error, Code: "400", Section: "RFC 2046 5.1.1",
		Title: rule.Text{EN: "multipart/related has a boundary of 1 to 70 characters that does not end with a blank",
			FR: "multipart/related a un boundary de 1 à 70 caractères qui ne se termine pas par un blanc"},
		Fix: rule.Text{EN: "Give a boundary parameter of that form",
			FR: "Donner un paramètre boundary de cette forme"},
	})
	ruleBoundaryCharacters = rule.New(rule.Rule{
		ID: "MTOM-002", Severity: rule.Warning, Code: "400", Section: "RFC 2046 5.1.1",
		Title: rule.Text{EN: "The boundary is made of letters, digits and '()+_,-./:=?",
			FR: "Le boundary est fait de lettres, de chiffres et de '()+_,-./:=?"},
		Fix: rule.Text{EN: "Choose a boundary of those characters",
			FR: "Choisir un boundary fait de ces caractères"},
	})
	ruleFirstBoundary = rule.New(rule.Rule{
		ID: "MTOM-003", Severity: rule.Error, Code: "400", Section: "RFC 2046 5.1.1",
		Title: rule.Text{EN: "The body has parts, and the first begins with the boundary that Content-Type gives",
			FR: "Le corps a des parties, et la première commence par le boundary que donne Content-Type"},
		Fix: rule.Text{EN: "Write the line -- and boundary before each part",
			FR: "Écrire la ligne -- et boundary avant chaque partie"},
	})
	ruleFinalBoundary = rule.New(rule.Rule{
		ID: "MTOM-004", Severity: rule.Error, Code: "400", Section: "RFC 2046 5.1.1",
		Title: rule.Text{EN: "The body ends with the final boundary",
			FR: "Le corps se termine par le boundary final"},
		Fix: rule.Text{EN: "Write --boundary-- after the last part",
			FR: "Écrire --boundary-- après la dernière partie"},
	})
	ruleCRLF = rule.New(rule.Rule{
		ID: "MTOM-005", Severity: rule.Warning, Code: "400", Section: "RFC 2046 4.1.1, 5.1.1",
		Title: rule.Text{EN: "Lines of the multipart framing end with CR LF",
			FR: "Les lignes qui délimitent les parties se terminent par CR LF"},
		Fix: rule.Text{EN: "End framing lines with CR LF",
			FR: "Terminer ces lignes par CR LF"},
	})
	ruleSameLineEnds = rule.New(rule.Rule{
		ID: "MTOM-006", Severity: rule.Error, Code: "400", Section: "RFC 2046 5.1.1",
		Title: rule.Text{EN: "All boundary lines end alike",
			FR: "Toutes les lignes de boundary se terminent de la même façon"},
		Fix: rule.Text{EN: "End framing lines with CR LF everywhere",
			FR: "Terminer partout ces lignes par CR LF"},
	})
	rulePartHeader = rule.New(rule.Rule{
		ID: "MTOM-007", Severity: rule.Error, Code: "400", Section: "RFC 2045 3; RFC 5322 2.2",
		Title: rule.Text{EN: "The header of a part is readable in one way only: name: value, in ASCII, none of Content-ID, Content-Type and Content-Transfer-Encoding twice",
			FR: "L’en-tête d’une partie ne se lit que d’une façon : nom: valeur, en ASCII, sans répéter Content-ID, Content-Type ni Content-Transfer-Encoding"},
		Fix: rule.Text{EN: "Mend the header of the part",
			FR: "Corriger l’en-tête de la partie"},
	})
	ruleFolded = rule.New(rule.Rule{
		ID: "MTOM-008", Severity: rule.Warning, Code: "400", Section: "RFC 9112 5.2",
		Title: rule.Text{EN: "A header field of a part is on one line",
			FR: "Un champ d’en-tête d’une partie tient sur une ligne"},
		Fix: rule.Text{EN: "Write the field on one line",
			FR: "Écrire le champ sur une ligne"},
	})
	rulePreamble = rule.New(rule.Rule{
		ID: "MTOM-009", Severity: rule.Warning, Code: "400", Section: "RFC 2046 5.1.1",
		Title: rule.Text{EN: "No text stands before the first boundary",
			FR: "Aucun texte ne précède le premier boundary"},
		Fix: rule.Text{EN: "Leave out the text",
			FR: "Supprimer le texte"},
	})
	ruleEpilogue = rule.New(rule.Rule{
		ID: "MTOM-010", Severity: rule.Error, Code: "400", Section: "RFC 2046 5.1.1",
		Title: rule.Text{EN: "No text follows the final boundary",
			FR: "Aucun texte ne suit le boundary final"},
		Fix: rule.Text{EN: "Leave out the text",
			FR: "Supprimer le texte"},
	})
	ruleMIMEBudget = rule.New(rule.Rule{
		ID: "MTOM-011", Severity: rule.Error, Code: "400", Section: "RFC 2046 5.1",
		Title: rule.Text{EN: "The multipart framing stays within the bounds of the server: parts, header fields, header sizes, preamble, epilogue",
			FR: "Le découpage multipart reste dans les bornes du serveur : parties, champs d’en-tête, tailles d’en-tête, préambule, épilogue"},
		Fix: rule.Text{EN: "Send fewer parts and smaller headers",
			FR: "Envoyer moins de parties et des en-têtes plus petits"},
	})
	ruleTypeParameter = rule.New(rule.Rule{
		ID: "MTOM-012", Severity: rule.Warning, Code: "415", Section: "ITI TF-2 V.8.1; RFC 2387 3.1",
		Title: rule.Text{EN: "The type parameter of multipart/related is application/xop+xml",
			FR: "Le paramètre type de multipart/related est application/xop+xml"},
		Fix: rule.Text{EN: `Write type="application/xop+xml"`,
			FR: `Écrire type="application/xop+xml"`},
	})
	ruleStartInfo = rule.New(rule.Rule{
		ID: "MTOM-013", Severity: rule.Warning, Code: "415", Section: "W3C SOAP MTOM 3.2; ITI TF-2 V.8.1",
		Title: rule.Text{EN: "start-info is application/soap+xml",
			FR: "start-info est application/soap+xml"},
		Fix: rule.Text{EN: `Write start-info="application/soap+xml"`,
			FR: `Écrire start-info="application/soap+xml"`},
	})
	ruleStartBrackets = rule.New(rule.Rule{
		ID: "MTOM-014", Severity: rule.Warning, Code: "400", Section: "RFC 2387 3.2",
		Title: rule.Text{EN: "The start parameter is a content id between angle brackets",
			FR: "Le paramètre start est un content-id entre chevrons"},
		Fix: rule.Text{EN: `Write start="<id>"`,
			FR: `Écrire start="<id>"`},
	})
	ruleStartFound = rule.New(rule.Rule{
		ID: "MTOM-015", Severity: rule.Warning, Code: "400", Section: "RFC 2387 3.2",
		Title: rule.Text{EN: "The start parameter names a part",
			FR: "Le paramètre start désigne une partie"},
		Fix: rule.Text{EN: "Give start the Content-ID of the root part",
			FR: "Donner à start le Content-ID de la partie racine"},
	})
	ruleRootType = rule.New(rule.Rule{
		ID: "MTOM-016", Severity: rule.Warning, Code: "415", Section: "W3C XOP 4.1; ITI TF-2 V.8.1",
		Title: rule.Text{EN: "The root part is of type application/xop+xml",
			FR: "La partie racine est de type application/xop+xml"},
		Fix: rule.Text{EN: `Send the root part as application/xop+xml; charset=UTF-8; type="application/soap+xml"`,
			FR: `Envoyer la partie racine en application/xop+xml; charset=UTF-8; type="application/soap+xml"`},
	})
	ruleRootXML = rule.New(rule.Rule{
		ID: "MTOM-017", Severity: rule.Error, Code: "415", Section: "W3C XOP 4.1",
		Title: rule.Text{EN: "The root part is XML",
			FR: "La partie racine est du XML"},
		Fix: rule.Text{EN: "Let start name the part with the envelope, and send it as application/xop+xml",
			FR: "Faire désigner par start la partie qui porte l’enveloppe, et l’envoyer en application/xop+xml"},
	})
	ruleBracketedID = rule.New(rule.Rule{
		ID: "MTOM-018", Severity: rule.Warning, Code: "400", Section: "RFC 2045 7",
		Title: rule.Text{EN: "A Content-ID stands between angle brackets",
			FR: "Un Content-ID est entre chevrons"},
		Fix: rule.Text{EN: "Write Content-ID: <id>",
			FR: "Écrire Content-ID: <id>"},
	})
	ruleRootID = rule.New(rule.Rule{
		ID: "MTOM-019", Severity: rule.Warning, Code: "400", Section: "W3C XOP 4.1",
		Title: rule.Text{EN: "The root part has a Content-ID",
			FR: "La partie racine a un Content-ID"},
		Fix: rule.Text{EN: "Give the root part a Content-ID and name it in start",
			FR: "Donner à la partie racine un Content-ID et le nommer dans start"},
	})
	ruleUniqueID = rule.New(rule.Rule{
		ID: "MTOM-020", Severity: rule.Error, Code: "env:Sender", Section: "RFC 2045 7",
		Title: rule.Text{EN: "Every Content-ID is used by one part",
			FR: "Chaque Content-ID n’est porté que par une partie"},
		Fix: rule.Text{EN: "Give every part an id of its own",
			FR: "Donner à chaque partie son propre identifiant"},
	})
	rulePartID = rule.New(rule.Rule{
		ID: "MTOM-021", Severity: rule.Error, Code: "env:Sender", Section: "W3C XOP 4.1",
		Title: rule.Text{EN: "Every part beside the root has a Content-ID",
			FR: "Chaque partie autre que la racine a un Content-ID"},
		Fix: rule.Text{EN: "Give the part a Content-ID",
			FR: "Donner un Content-ID à la partie"},
	})
	ruleBase64Part = rule.New(rule.Rule{
		ID: "MTOM-022", Severity: rule.Warning, Code: "415", Section: "W3C XOP 4.1; ITI TF-2 V.8",
		Title: rule.Text{EN: "A part is sent as binary, 8bit or 7bit, not as base64",
			FR: "Une partie est envoyée en binary, 8bit ou 7bit, non en base64"},
		Fix: rule.Text{EN: "Send the bytes as they are with Content-Transfer-Encoding: binary",
			FR: "Envoyer les octets tels quels avec Content-Transfer-Encoding: binary"},
	})
	ruleQuotedPrintable = rule.New(rule.Rule{
		ID: "MTOM-023", Severity: rule.Error, Code: "415", Section: "W3C XOP 4.1; ITI TF-2 V.8",
		Title: rule.Text{EN: "A part is not sent as quoted-printable",
			FR: "Une partie n’est pas envoyée en quoted-printable"},
		Fix: rule.Text{EN: "Send the bytes as they are with Content-Transfer-Encoding: binary",
			FR: "Envoyer les octets tels quels avec Content-Transfer-Encoding: binary"},
	})
	ruleTransferEncoding = rule.New(rule.Rule{
		ID: "MTOM-024", Severity: rule.Error, Code: "415", Section: "RFC 2045 6",
		Title: rule.Text{EN: "The Content-Transfer-Encoding is one of RFC 2045",
			FR: "Le Content-Transfer-Encoding est un de ceux de la RFC 2045"},
		Fix: rule.Text{EN: "Send the bytes as they are with Content-Transfer-Encoding: binary",
			FR: "Envoyer les octets tels quels avec Content-Transfer-Encoding: binary"},
	})
	rulePartEncoding = rule.New(rule.Rule{
		ID: "MTOM-025", Severity: rule.Error, Code: "415", Section: "W3C XOP 4.1",
		Title: rule.Text{EN: "A part has no Content-Encoding",
			FR: "Une partie n’a pas de Content-Encoding"},
		Fix: rule.Text{EN: "Send the part uncompressed; a compressed document is sent under its own media type",
			FR: "Envoyer la partie non compressée ; un document compressé s’envoie sous son propre type de média"},
	})
	rulePartReferenced = rule.New(rule.Rule{
		ID: "MTOM-026", Severity: rule.Warning, Code: "env:Sender", Section: "ITI TF-2 3.41.4.1.2; W3C XOP 4.1",
		Title: rule.Text{EN: "Every part beside the root is named by an xop:Include",
			FR: "Chaque partie autre que la racine est désignée par un xop:Include"},
		Fix: rule.Text{EN: "Refer to the part from its element, or leave it out",
			FR: "Désigner la partie depuis son élément, ou la supprimer"},
	})
	ruleIncludeAlone = rule.New(rule.Rule{
		ID: "MTOM-027", Severity: rule.Error, Code: "env:Sender", Section: "W3C XOP 3.2; ITI TF-2 V.8.3",
		Title: rule.Text{EN: "An xop:Include is the only content of its element",
			FR: "Un xop:Include est le seul contenu de son élément"},
		Fix: rule.Text{EN: "Leave nothing beside the xop:Include",
			FR: "Ne rien laisser à côté du xop:Include"},
	})
	ruleIncludeBlank = rule.New(rule.Rule{
		ID: "MTOM-028", Severity: rule.Warning, Code: "env:Sender", Section: "ITI TF-2 V.8.3",
		Title: rule.Text{EN: "No white space or comment surrounds an xop:Include",
			FR: "Ni blanc ni commentaire n’entoure un xop:Include"},
		Fix: rule.Text{EN: "Write the xop:Include directly between the tags of its element",
			FR: "Écrire le xop:Include directement entre les balises de son élément"},
	})
	ruleIncludeHeader = rule.New(rule.Rule{
		ID: "MTOM-029", Severity: rule.Error, Code: "env:Sender", Section: "W3C XOP 3; ITI TF-2 V.8",
		Title: rule.Text{EN: "No xop:Include stands in the header of the envelope",
			FR: "Aucun xop:Include ne figure dans l’en-tête de l’enveloppe"},
		Fix: rule.Text{EN: "Send header values, signatures and tokens inline",
			FR: "Envoyer en ligne les valeurs d’en-tête, les signatures et les jetons"},
	})
	ruleIncludePlace = rule.New(rule.Rule{
		ID: "MTOM-030", Severity: rule.Error, Code: "env:Sender", Section: "ITI TF-2 3.41.4.1.2, V.8",
		Title: rule.Text{EN: "An xop:Include stands in a Document element only",
			FR: "Un xop:Include ne figure que dans un élément Document"},
		Fix: rule.Text{EN: "Send everything but documents inline",
			FR: "Envoyer en ligne tout ce qui n’est pas un document"},
	})
	ruleIncludeCID = rule.New(rule.Rule{
		ID: "MTOM-031", Severity: rule.Error, Code: "env:Sender", Section: "W3C XOP 4.1; RFC 2392 2",
		Title: rule.Text{EN: "The href of an xop:Include is a cid: address",
			FR: "Le href d’un xop:Include est une adresse cid:"},
		Fix: rule.Text{EN: "Refer to a part of the same message by cid:",
			FR: "Désigner par cid: une partie du même message"},
	})
	ruleIncludePlain = rule.New(rule.Rule{
		ID: "MTOM-032", Severity: rule.Warning, Code: "env:Sender", Section: "RFC 2392 2",
		Title: rule.Text{EN: "The href of an xop:Include begins with cid: in lower case and has no angle brackets",
			FR: "Le href d’un xop:Include commence par cid: en minuscules et n’a pas de chevrons"},
		Fix: rule.Text{EN: "Write cid: and the content id without its brackets",
			FR: "Écrire cid: puis le content-id sans ses chevrons"},
	})
	ruleIncludeEscapes = rule.New(rule.Rule{
		ID: "MTOM-033", Severity: rule.Error, Code: "env:Sender", Section: "RFC 2392 2; RFC 3986 2.1",
		Title: rule.Text{EN: "Each % of an href stands before two hexadecimal digits",
			FR: "Chaque % d’un href précède deux chiffres hexadécimaux"},
		Fix: rule.Text{EN: "Write %25 for a percent sign",
			FR: "Écrire %25 pour un signe pour cent"},
	})
	ruleIncludeDecoded = rule.New(rule.Rule{
		ID: "MTOM-034", Severity: rule.Warning, Code: "env:Sender", Section: "RFC 2392 2",
		Title: rule.Text{EN: "The href of an xop:Include, percent-decoded once, equals the Content-ID",
			FR: "Le href d’un xop:Include, décodé une fois, est égal au Content-ID"},
		Fix: rule.Text{EN: "Percent-encode in the href only, not in Content-ID",
			FR: "N’encoder en pour cent que le href, non le Content-ID"},
	})
	ruleReferencedOnce = rule.New(rule.Rule{
		ID: "MTOM-035", Severity: rule.Error, Code: "env:Sender", Section: "ITI TF-2 3.41.4.1.2",
		Title: rule.Text{EN: "A part is named by one xop:Include only",
			FR: "Une partie n’est désignée que par un seul xop:Include"},
		Fix: rule.Text{EN: "Send the content once for each element",
			FR: "Envoyer le contenu une fois par élément"},
	})
	ruleIncludeBare = rule.New(rule.Rule{
		ID: "MTOM-036", Severity: rule.Error, Code: "env:Sender", Section: "W3C XOP 2.1",
		Title: rule.Text{EN: "An xop:Include has an href, no other attribute without namespace, and no content",
			FR: "Un xop:Include a un href, aucun autre attribut sans espace de noms, et aucun contenu"},
		Fix: rule.Text{EN: `Write <xop:Include href="cid:…"/>`,
			FR: `Écrire <xop:Include href="cid:…"/>`},
	})
	ruleIncludeSimple = rule.New(rule.Rule{
		ID: "MTOM-037", Severity: rule.Error, Code: "env:Sender", Section: "W3C XOP 4",
		Title: rule.Text{EN: "An xop:Include stands in an MTOM message only",
			FR: "Un xop:Include ne figure que dans un message MTOM"},
		Fix: rule.Text{EN: "Send multipart/related, or the content inline as base64",
			FR: "Envoyer du multipart/related, ou le contenu en ligne en base64"},
	})
	ruleBase64 = rule.New(rule.Rule{
		ID: "MTOM-038", Severity: rule.Error, Code: "env:Sender", Section: "W3C XML Schema Part 2, 3.2.16",
		Title: rule.Text{EN: "Base64 content is of the standard alphabet and complete",
			FR: "Un contenu en base64 est de l’alphabet standard et complet"},
		Fix: rule.Text{EN: "Encode the content in base64 of RFC 4648 section 4",
			FR: "Encoder le contenu en base64 selon la RFC 4648, section 4"},
	})
	rulePadding = rule.New(rule.Rule{
		ID: "MTOM-039", Severity: rule.Warning, Code: "env:Sender", Section: "W3C XML Schema Part 2, 3.2.16",
		Title: rule.Text{EN: "Base64 content ends with its padding",
			FR: "Un contenu en base64 se termine par son remplissage"},
		Fix: rule.Text{EN: "Add the = at the end",
			FR: "Ajouter les = finaux"},
	})
	ruleDocumentSize = rule.New(rule.Rule{
		ID: "MTOM-040", Severity: rule.Error, Code: "413", Section: "RFC 9110 15.5.14",
		Title: rule.Text{EN: "A document is no larger than the server takes",
			FR: "Un document n’est pas plus grand que ce que le serveur accepte"},
		Fix: rule.Text{EN: "Send a smaller document, or raise the limit in the configuration",
			FR: "Envoyer un document plus petit, ou relever la limite dans la configuration"},
	})
	ruleInlineAlone = rule.New(rule.Rule{
		ID: "MTOM-041", Severity: rule.Error, Code: "env:Sender", Section: "W3C XML Schema Part 2, 3.2.16",
		Title: rule.Text{EN: "Inline base64 is the only content of its element",
			FR: "Un base64 en ligne est le seul contenu de son élément"},
		Fix: rule.Text{EN: "Leave no element or comment inside the base64",
			FR: "Ne laisser ni élément ni commentaire dans le base64"},
	})
)
