// Package schemas holds the XML schemas and service descriptions of the messages that Liasse speaks, written for it, and
// judges messages by them.
//
// The schemas describe SOAP 1.2, WS-Addressing 1.0, XOP, ebRIM, ebRS, its life cycle and query messages 3.0 as XDS.b uses
// them, XDS.b, and the HL7 v3 patient identity feed as far as a registry reads it. For those messages they accept what
// the schemas of OASIS and IHE accept; the differences that are wanted are listed beside the test that compares the two.
//
// FS holds every file under a flat name, and every schemaLocation in it is such a name. A server that answers
// ?wsdl and ?xsd=NAME writes these references and AddressPlaceholder anew.
//
// Rules of the standard that no schema can say (which slots, which codes, which associations) are not here: they are the
// rules of the packages registry and repository.
package schemas
