// Package check judges messages and their parts without a server: a SOAP request as it was captured, a VIHF, the signature
// of a lot with the documents it names. The rules and the words are those of the server, for it is the server's own code
// that judges. Explain shows the canonical octets that a signature is made over.
package check
