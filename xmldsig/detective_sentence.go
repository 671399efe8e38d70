package xmldsig

import "strings"

// sentence says a damage in two languages. {method} and {detail} stand for what the Cause names.
type sentence struct{ en, fr string }

var sentences = [...]sentence{
	OtherDigest:     {"The content is right, but the digest is of another algorithm: {method} was used. Declare it, or use the one that is declared.", "Le contenu est bon, mais l'empreinte est d'un autre algorithme : {method} a été employé. Déclarez-le, ou employez celui qui est déclaré."},
	OtherForm:       {"What was signed is the form of another canonicalization, {method}. Declare it, or canonicalise by the one that is declared.", "Ce qui a été signé est la forme d'une autre canonicalisation, {method}. Déclarez-la, ou canonicalisez par celle qui est déclarée."},
	Comments:        {"Comments were not treated as the declared algorithm does: the digest is of the form by {method}.", "Les commentaires n'ont pas été traités comme le fait l'algorithme déclaré : l'empreinte est celle de la forme {method}."},
	PrefixList:      {"What was signed is the exclusive form with the PrefixList \"{detail}\". Write that list in InclusiveNamespaces, or sign without it.", "Ce qui a été signé est la forme exclusive avec la PrefixList « {detail} ». Écrivez cette liste dans InclusiveNamespaces, ou signez sans elle."},
	OutOfContext:    {"The element was signed before it was put into the message: the inclusive canonical form takes in the namespaces and xml: attributes around it. Sign by exclusive canonicalization, or after it stands in its place.", "L'élément a été signé avant d'être placé dans le message : la forme canonique inclusive prend les espaces de noms et les attributs xml: qui l'entourent. Signez par la canonicalisation exclusive, ou une fois l'élément à sa place."},
	Raw:             {"The text was digested as it stands, not in its canonical form. Apply the canonicalization that is declared before taking the digest.", "L'empreinte a été prise sur le texte tel quel, non sur sa forme canonique. Appliquez la canonicalisation déclarée avant de prendre l'empreinte."},
	Canonical:       {"No transform is declared, yet the digest is of the canonical form by {method}. Declare that Transform, or take the digest of the document's bytes.", "Aucune transformation n'est déclarée, or l'empreinte est celle de la forme canonique {method}. Déclarez cette Transform, ou prenez l'empreinte des octets du document."},
	SignatureKept:   {"The digest was taken with the empty Signature inside: the enveloped-signature transform was declared and not applied.", "L'empreinte a été prise avec la Signature vide à l'intérieur : la transformation enveloped-signature a été déclarée et non appliquée."},
	LineEnds:        {"The line ends were others ({detail}) when the digest was taken. An XML reader makes CR LF one LF, and nothing may change the lines of a signed document.", "Les fins de ligne étaient autres ({detail}) quand l'empreinte a été prise. Un lecteur XML fait de CR LF un seul LF, et rien ne doit changer les lignes d'un document signé."},
	Indentation:     {"The element was indented, or its indentation taken out, after it was signed. Write signed XML exactly as it was signed.", "L'élément a été indenté, ou son indentation retirée, après la signature. Écrivez le XML signé exactement comme il a été signé."},
	Trimmed:         {"Blanks around texts were put in after signing. Write signed XML exactly as it was signed.", "Des blancs autour des textes ont été ajoutés après la signature. Écrivez le XML signé exactement comme il a été signé."},
	AttributeBlanks: {"An attribute holds a line feed or a tab that was written unescaped, so that every reader takes it for a blank. Write &#xA; and &#x9;, or leave them out.", "Un attribut contient un saut de ligne ou une tabulation écrits sans échappement, que tout lecteur prend pour un blanc. Écrivez &#xA; et &#x9;, ou retirez-les."},
	Base64Lines:     {"The lines of a base64 text were broken otherwise ({detail}) when the digest was taken. Leave base64 as it was signed.", "Les lignes d'un texte base64 étaient coupées autrement ({detail}) quand l'empreinte a été prise. Laissez le base64 comme il a été signé."},
	RenamedPrefix:   {"A namespace prefix was another one when the digest was taken ({detail}). Prefixes are part of what is signed.", "Un préfixe d'espace de noms était autre quand l'empreinte a été prise ({detail}). Les préfixes font partie de ce qui est signé."},
	ByteOrderMark:   {"The byte order mark was put in or taken out after the digest was taken. Send exactly the bytes that were digested.", "La marque d'ordre des octets a été ajoutée ou retirée après la prise de l'empreinte. Envoyez exactement les octets dont l'empreinte a été prise."},
	FinalNewline:    {"The digest is of the document with another line end after its last character. Send exactly the bytes that were digested.", "L'empreinte est celle du document avec une autre fin de ligne après son dernier caractère. Envoyez exactement les octets dont l'empreinte a été prise."},
	Declaration:     {"The XML declaration was put in or taken out after the digest was taken. Send exactly the bytes that were digested.", "La déclaration XML a été ajoutée ou retirée après la prise de l'empreinte. Envoyez exactement les octets dont l'empreinte a été prise."},
	Charset:         {"The digest is of the text in another encoding, {detail}. Take it of the bytes that are sent.", "L'empreinte est celle du texte dans un autre codage, {detail}. Prenez-la sur les octets envoyés."},
	Base64Text:      {"One of the two is base64: the digest must be of the document's own bytes, before base64 or after it is decoded.", "L'un des deux est en base64 : l'empreinte doit être celle des octets du document, avant base64 ou après décodage."},
	HexDigest:       {"The value is the base64 of the digest's hexadecimal digits. Encode the digest's bytes.", "La valeur est le base64 des chiffres hexadécimaux de l'empreinte. Encodez les octets de l'empreinte."},
	OtherDocument:   {"The digest is of another document of the lot: {detail}.", "L'empreinte est celle d'un autre document du lot : {detail}."},
	Nothing:         {"The digest is of no bytes at all: what was to be digested was empty.", "L'empreinte est celle de zéro octet : ce dont l'empreinte devait être prise était vide."},
	OtherKey:        {"The signature was made with the key of another certificate. Put the signer's own certificate into KeyInfo.", "La signature a été faite avec la clé d'un autre certificat. Mettez dans KeyInfo le certificat du signataire."},
	NotRS:           {"The value does not hold r and s as XML Signature writes them: one after the other, each as long as the order of the curve, neither in ASN.1 nor padded.", "La valeur ne contient pas r et s comme XML Signature les écrit : l'un après l'autre, chacun de la longueur de l'ordre de la courbe, ni en ASN.1 ni complétés."},
	Reversed:        {"The bytes of the value stand in reverse order, as some libraries give them. Write the most significant byte first.", "Les octets de la valeur sont dans l'ordre inverse, comme certaines bibliothèques les donnent. Écrivez l'octet de poids fort en premier."},
	BareDigest:      {"The key signed the digest without its DigestInfo, or with one that is not DER. Sign with PKCS #1 v1.5 (RFC 8017 section 9.2), which names the digest algorithm.", "La clé a signé l'empreinte sans son DigestInfo, ou avec un DigestInfo qui n'est pas en DER. Signez par PKCS #1 v1.5 (RFC 8017 section 9.2), qui nomme l'algorithme d'empreinte."},
	OtherSalt:       {"The salt of the PSS signature is not as long as the digest, which is the length XML Signature has (RFC 9231 section 2.3.10).", "Le sel de la signature PSS n'a pas la longueur de l'empreinte, qui est celle de XML Signature (RFC 9231 section 2.3.10)."},
	OtherPadding:    {"The value has the other RSA padding than the declared one: PSS for PKCS #1 v1.5, or the other way round.", "La valeur a l'autre remplissage RSA que celui déclaré : PSS pour PKCS #1 v1.5, ou l'inverse."},
	Edited:          {"The key did sign, but another SignedInfo: it was changed after it was signed.", "La clé a bien signé, mais un autre SignedInfo : il a été modifié après la signature."},
}

// String gives the sentence in English.
func (c Cause) String() string { return c.Sentence("en") }

// Sentence says what happened and what mends it, in English or French ("en", "fr"; any other language gets English).
func (c Cause) Sentence(lang string) string {
	if int(c.Damage) >= len(sentences) || c.Damage == 0 {
		return ""
	}
	text := sentences[c.Damage].en
	if lang == "fr" {
		text = sentences[c.Damage].fr
	}
	detail := c.Detail
	if detail == "" {
		detail = "–"
	}
	return strings.NewReplacer("{method}", string(c.Method), "{detail}", detail).Replace(text)
}
