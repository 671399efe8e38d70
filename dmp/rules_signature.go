package dmp

import "liasse/internal/rule"

// The rules of the signature's document as XML Signature.
var (
	ruleSignatureSize = firmLotRule("LOT-030", guide,
		text("The signature’s document has at most 1 MiB", "Le document de signature a au plus 1 Mio"),
		text("Send the signature alone: the documents are not part of it", "Envoyer la signature seule : les documents n’en font pas partie"))
	ruleSignatureXML = firmLotRule("LOT-031", guide,
		text("The signature’s document is well-formed XML in UTF-8 without DOCTYPE", "Le document de signature est du XML bien formé en UTF-8, sans DOCTYPE"),
		text("Send the bytes of the signature as they were made", "Envoyer les octets de la signature tels qu’ils ont été faits"))
	ruleSignatureStructure = firmLotRule("LOT-032", xmlSig+"4",
		text("The signature’s document is a ds:Signature of the structure that XML Signature gives it", "Le document de signature est une ds:Signature de la structure que lui donne XML Signature"),
		text("Write SignedInfo, SignatureValue, KeyInfo and Objects in this order, each value as base64 alone", "Écrire SignedInfo, SignatureValue, KeyInfo et les Object dans cet ordre, chaque valeur en base64 seul"))
	ruleAlgorithms = firmLotRule("LOT-033", xmlSig+"6",
		text("The signature uses algorithms that are let in", "La signature utilise des algorithmes admis"),
		text("Sign with rsa-sha256, digest with sha256, canonicalize with http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments; no other transform", "Signer avec rsa-sha256, calculer les empreintes avec sha256, canonicaliser avec http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments ; aucune autre transformation"))
	ruleSHA1 = lotRule("LOT-034", "PGSSI-S; RGS B1", rule.Error,
		text("The signature does not stand on SHA-1", "La signature ne repose pas sur SHA-1"),
		text("Use rsa-sha256 and sha256, or have the operator tolerate SHA-1 by this rule", "Utiliser rsa-sha256 et sha256, ou faire tolérer SHA-1 par l’exploitant au moyen de cette règle"))
	ruleSignatureIDs = firmLotRule("LOT-035", xmlSig+"4.4.3.2",
		text("No two elements of the signature have the same id", "Deux éléments de la signature n’ont pas le même id"),
		text("Give every element an Id of its own", "Donner à chaque élément un Id qui lui est propre"))
	ruleManifestReferenced = firmLotRule("LOT-036", guide,
		text("SignedInfo has one Reference of Type http://www.w3.org/2000/09/xmldsig#Manifest", "SignedInfo a une Reference de Type http://www.w3.org/2000/09/xmldsig#Manifest"),
		text("Write one Reference to the Manifest with this Type", "Écrire une seule Reference vers le Manifest avec ce Type"))
	rulePropertiesReferenced = lotRule("LOT-037", xades+"6.3", rule.Error,
		text("SignedInfo has one Reference of Type http://uri.etsi.org/01903/v1.1.1#SignedProperties", "SignedInfo a une Reference de Type http://uri.etsi.org/01903/v1.1.1#SignedProperties"),
		text("Write one Reference to SignedProperties with this Type", "Écrire une seule Reference vers SignedProperties avec ce Type"))
	ruleNothingElseReferenced = lotRule("LOT-038", guide, rule.Error,
		text("SignedInfo references nothing but the Manifest and SignedProperties", "SignedInfo ne référence que le Manifest et SignedProperties"),
		text("Remove the Reference, or correct its Type; documents are referenced by the Manifest", "Supprimer la Reference, ou corriger son Type ; les documents sont référencés par le Manifest"))
	ruleReferenceResolves = firmLotRule("LOT-039", xmlSig+"4.4.3.2",
		text("A Reference of SignedInfo names an element of the signature by its id", "Une Reference de SignedInfo désigne un élément de la signature par son id"),
		text("Write URI=\"#\" and the Id of the element", "Écrire URI=\"#\" suivi de l’Id de l’élément"))
	ruleSignatureValue = firmLotRule("LOT-040", xmlSig+"3.2.2",
		text("The SignatureValue is that of SignedInfo by the key of the certificate in KeyInfo", "Le SignatureValue est celui de SignedInfo par la clé du certificat de KeyInfo"),
		text("Sign last, over SignedInfo as the declared method canonicalizes it, and change nothing afterwards; put the certificate of the signing key into KeyInfo", "Signer en dernier, sur SignedInfo tel que la méthode déclarée le canonicalise, et ne plus rien changer ensuite ; mettre dans KeyInfo le certificat de la clé qui signe"))
	ruleReferenceDigest = firmLotRule("LOT-041", xmlSig+"3.2.1",
		text("The DigestValue of a Reference of SignedInfo is the digest of what it names", "Le DigestValue d’une Reference de SignedInfo est l’empreinte de ce qu’elle désigne"),
		text("Take the digest of the element inside of the finished document, where its namespaces are in scope, and change nothing afterwards", "Calculer l’empreinte de l’élément dans le document terminé, là où ses espaces de noms sont en vigueur, et ne plus rien changer ensuite"))
	ruleManifestPlace = firmLotRule("LOT-042", xmlSig+"5.1",
		text("What the Reference of that Type names is the one ds:Manifest, directly in an Object of the signature", "Ce que désigne la Reference de ce Type est l’unique ds:Manifest, directement dans un Object de la signature"),
		text("Put one Manifest into a ds:Object and reference it", "Mettre un seul Manifest dans un ds:Object et le référencer"))
	ruleSignatureID = lotRule("LOT-043", xmlSig+"4.2", rule.Warning,
		text("The Id of the Signature is an NCName: it begins with a letter or _", "L’Id de la Signature est un NCName : il commence par une lettre ou _"),
		text("Put a letter before it", "Mettre une lettre devant"))
)

// The rules of the Manifest.
var (
	ruleSetReferenced = lotRule("LOT-050", guide, rule.Error,
		text("The Manifest references the SubmissionSet by urn:oid: and its uniqueId", "Le Manifest référence le SubmissionSet par urn:oid: et son uniqueId"),
		text("Add a Reference with this URI and the DigestValue AA==", "Ajouter une Reference avec cet URI et le DigestValue AA=="))
	ruleSetDigest = lotRule("LOT-051", guide, rule.Error,
		text("The DigestValue of the SubmissionSet is AA==, without a transform", "Le DigestValue du SubmissionSet est AA==, sans transformation"),
		text("Write AA==; nothing is computed for the SubmissionSet", "Écrire AA== ; rien n’est calculé pour le SubmissionSet"))
	ruleDocumentReferenced = lotRule("LOT-052", guide, rule.Error,
		text("The Manifest references every document of the lot but the signature by urn:oid: and its uniqueId", "Le Manifest référence chaque document du lot, sauf la signature, par urn:oid: et son uniqueId"),
		text("Add a Reference to the document, and sign again", "Ajouter une Reference vers le document, et signer de nouveau"))
	ruleReferencedOnce = lotRule("LOT-053", guide, rule.Error,
		text("The Manifest references nothing twice", "Le Manifest ne référence rien deux fois"),
		text("Keep one Reference of the two", "Ne garder qu’une des deux Reference"))
	ruleNothingForeign = lotRule("LOT-054", guide, rule.Error,
		text("The Manifest references nothing outside of this lot, nor the signature itself", "Le Manifest ne référence rien hors de ce lot, ni la signature elle-même"),
		text("Sign this very lot: use the uniqueIds of its SubmissionSet and documents, and a signature that was made for it", "Signer ce lot même : utiliser les uniqueId de son SubmissionSet et de ses documents, et une signature faite pour lui"))
	ruleDocumentDigest = lotRule("LOT-055", xmlSig+"5.1", rule.Error,
		text("The DigestValue of a document in the Manifest is its digest by the declared transform and algorithm", "Le DigestValue d’un document dans le Manifest est son empreinte par la transformation et l’algorithme déclarés"),
		text("Digest the very document sent: XML canonicalized as the Transform says, anything else as its bytes are; and do not change it after signing", "Calculer l’empreinte du document même qui est envoyé : le XML canonicalisé comme le dit la Transform, tout autre document tel que sont ses octets ; et ne plus le changer après la signature"))
	ruleCanonicalDocument = lotRule("LOT-056", guide, rule.Warning,
		text("An XML document is referenced with the Transform http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments, any other document without one", "Un document XML est référencé avec la Transform http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments, tout autre document sans Transform"),
		text("Declare this Transform and take the digest of the canonical form", "Déclarer cette Transform et calculer l’empreinte de la forme canonique"))
	ruleCommentsKept = lotRule("LOT-057", guide, rule.Error,
		text("The Transform of a document with comments keeps them", "La Transform d’un document qui a des commentaires les garde"),
		text("Use the #WithComments form of the canonicalization: otherwise what is signed is not what is stored", "Utiliser la forme #WithComments de la canonicalisation : sinon ce qui est signé n’est pas ce qui est enregistré"))
	ruleCanonicalizable = lotRule("LOT-058", xmlSig+"6.5", rule.Error,
		text("A document that is referenced with a canonicalization is XML that has a canonical form", "Un document référencé avec une canonicalisation est du XML qui a une forme canonique"),
		text("Reference a document that is no XML without a Transform, by the digest of its bytes", "Référencer un document qui n’est pas du XML sans Transform, par l’empreinte de ses octets"))
	ruleDocumentReadable = lotRule("LOT-059", guide, rule.Error,
		text("An XML document has at most 64 MiB, so that its signature can be verified", "Un document XML a au plus 64 Mio, pour que sa signature puisse être vérifiée"),
		text("Send a smaller document; large images belong into documents of their own", "Envoyer un document plus petit ; les grandes images ont leur place dans des documents à part"))
)
