package audit

import (
	"os"
	"strconv"
	"time"
)

// ThisProcess gives a Source for this process: the system's host name and process number.
func ThisProcess(id, site string) *Source {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	if id == "" {
		id = "liasse@" + host
	}
	return &Source{ID: id, Site: site, Host: host, Process: strconv.Itoa(os.Getpid())}
}

// own makes a message about this server itself.
func own(s *Source, at time.Time, event, kind Code, action Action, user string, objects ...object) Message {
	var kinds []Code
	if kind != (Code{}) {
		kinds = append(kinds, kind)
	}
	w := writer{b: make([]byte, 0, 1024)}
	w.begin(at, event, kinds, action, Success, "")
	w.participant(&participant{user: s.ID, alternative: s.Process, network: s.Host, roles: []Code{roleApplication}})
	if user != "" {
		w.participant(&participant{user: user, requestor: true})
	}
	w.source(s)
	for i := range objects {
		w.object(&objects[i])
	}
	return Message{Time: at, Class: Security, Event: event.Value, Kinds: kindsOf(kinds), Action: action, User: bounded(user), XML: w.end()}
}

// Started is the record of an application that begins to serve (DICOM PS3.15 A.5.3.1).
func Started(s *Source, at time.Time) Message {
	return own(s, at, EventApplicationActivity, ApplicationStart, Execute, "")
}

// Stopped is that of one that ends.
func Stopped(s *Source, at time.Time) Message {
	return own(s, at, EventApplicationActivity, ApplicationStop, Execute, "")
}

// Used is the record of somebody who looked into the records (DICOM PS3.15 A.5.3.2). what says how.
func Used(s *Source, at time.Time, user, what string) Message {
	return own(s, at, EventAuditLogUsed, Code{}, Read, user, object{id: "audit", kind: 2, role: 13, idType: idURI,
		details: []detail{{"Command", what}}})
}

// The details of the records that a verification reads.
const (
	detailSeq    = "Seq"
	detailHash   = "Hash"
	detailBefore = "Before"
	detailClass  = "Class"
)

// Opening is the first record of a chain. It names the heads that the other chains had when it began, so that one from which
// records were cut off at its end, or that was taken out whole, is missed (DICOM PS3.15 A.5.3.11, 110134).
func Opening(s *Source, at time.Time, others []Head) Message {
	objects := make([]object, len(others))
	for i, h := range others {
		objects[i] = object{id: h.Chain.String(), kind: 2, role: 13, idType: idChain,
			details: []detail{{detailSeq, strconv.FormatInt(h.Seq, 10)}, {detailHash, h.Hash.String()}}}
	}
	return own(s, at, EventSecurityAlert, RecordingStarted, Execute, "", objects...)
}

// Prune says which records are to be taken out because their retention has ended.
type Prune struct {
	Class  Class
	Before time.Time
}

// Pruning is the record of a Prune: a verification takes an absent message for pruned only where such a record says so.
func Pruning(s *Source, at time.Time, p Prune, user string) Message {
	return own(s, at, EventAuditLogUsed, RecordsPruned, Delete, user, object{id: "audit", kind: 2, role: 13, life: 15, idType: idURI,
		details: []detail{{detailClass, string(p.Class)}, {detailBefore, p.Before.UTC().Format(time.RFC3339Nano)}}})
}
