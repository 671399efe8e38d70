// Package cda reads the header of a CDA Release 2 document (HL7 CDA R2 section 4.2) and makes the XDS metadata of it: the
// DocumentEntry of one document, and the submission of several (ITI TF-3 4.2.3.2; the correspondence of header and
// metadata follows PCC TF-2 4.1.1). Files that are no CDA are described by what the caller says of them.
package cda
