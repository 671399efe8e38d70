// Package audit makes the audit records of IHE ITI-20 Record Audit Event (ITI TF-2 3.20): one DICOM AuditMessage (PS3.15
// A.5) for each thing that happened, linked into chains of hashes so that a record that was changed or taken out later is
// found, and sent to an Audit Record Repository by syslog over TLS (RFC 5424, RFC 5425).
//
// An Event travels in the context of a request. Whoever learns something of the request enters it: who asked, for which
// patient, by which query, which documents. When the outcome is known its Messages are made and appended to the store,
// with the submission they tell of in one transaction where there is one. Every method of an Event may be called on nil, so
// that a room of the house that fills it need not ask whether anything is recorded.
package audit
