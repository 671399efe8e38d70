package registry

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"

	"liasse/internal/audit"
	"liasse/internal/hl7v2"
	"liasse/internal/rule"
)

// Bounds of the ITI-8 listener. An idle hospital interface keeps its connection for hours; one that stops inside of a
// message is not let to hold it.
const (
	feedConnections = 64
	feedIdle        = 12 * time.Hour
	feedTransfer    = 30 * time.Second
)

// ServeMLLP answers ITI-8 messages on a listener until ctx ends; the message under way on each connection is still
// answered. The listener is closed in the end. The error is that of the listener, nil when ctx ended.
func (r *Registry) ServeMLLP(ctx context.Context, l net.Listener) error {
	server := hl7v2.Server{
		Answer: r.answerADT, MaxMessage: hl7v2.DefaultLimits.Bytes, MaxConnections: feedConnections,
		Idle: feedIdle, Transfer: feedTransfer,
		OnError: func(remote net.Addr, err error) {
			r.cfg.Log.Warn().Err(err).Stringer("remote", remote).Msg("ITI-8 connection ended")
		},
	}
	if err := server.Serve(ctx, l); err != nil {
		return fmt.Errorf("serving ITI-8: %w", err)
	}
	return nil
}

// feedVersions are the versions that a message may be of.
var feedVersions = []string{"2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8"}

// answerADT does what an ADT message says and gives its acknowledgement, nil when the sender wants none.
func (r *Registry) answerADT(ctx context.Context, raw []byte) []byte {
	report := newFeedReport(&rule.Report{Policy: r.cfg.Rules})
	message, err := hl7v2.Parse(raw, hl7v2.DefaultLimits)
	ack := acknowledgement{message: message, report: report, now: r.cfg.Now(), lang: r.cfg.Language}
	recorded := r.feedRecord(ctx, ack.control())
	ctx = audit.WithEvent(ctx, recorded)
	if err != nil {
		report.add(ruleFeedReadable, feedPlace{}, err.Error(), "")
	} else {
		event := r.readADT(message, report)
		event.enterInto(recorded)
		if err := r.applyFeed(ctx, event, report); err != nil {
			r.cfg.Log.Error().Err(err).Str("control", ack.control()).Msg("ITI-8 failed")
			report.Findings = append(report.Findings, feedOutage(err))
		}
	}
	if err := r.recordFeed(ctx, recorded, report.Findings); err != nil {
		r.cfg.Log.Error().Err(err).Str("control", ack.control()).Msg("the audit record of an ITI-8 could not be written")
		report.Findings = append(report.Findings, feedOutage(err))
	}
	log := r.cfg.Log.Debug()
	if report.Failed() {
		log = r.cfg.Log.Warn()
	}
	log.Str("control", ack.control()).Str("answer", ack.code()).Strs("rules", ruleIDs(report.Findings)).Msg("ITI-8")
	if !ack.wanted() {
		return nil
	}
	return ack.build()
}

func ruleIDs(findings rule.Findings) []string {
	ids := make([]string, len(findings))
	for i := range findings {
		ids[i] = findings[i].Rule.ID
	}
	return ids
}

func mshField(n int) feedPlace {
	return feedPlace{name: "MSH-" + strconv.Itoa(n), field: "MSH^1^" + strconv.Itoa(n)}
}

// readADT judges a message and gives what it asks (ITI TF-2 3.8.4.1.2 and 3.8.4.2.2).
func (r *Registry) readADT(m *hl7v2.Message, report *feedReport) *feedEvent {
	msh := m.Segment("MSH")
	kind, trigger := msh.Value(9, 1), msh.Value(9, 2)
	if kind != "ADT" {
		report.add(ruleFeedType, mshField(9), kind, "ADT")
	} else if !slices.Contains([]string{"A01", "A04", "A05", "A08", "A40"}, trigger) {
		report.add(ruleFeedEvent, mshField(9), trigger, "A01, A04, A05, A08, A40")
	}
	if msh.Value(10, 1) == "" {
		report.add(ruleFeedControlID, mshField(10), "", "")
	}
	if p := msh.Value(11, 1); p != "P" && p != "T" && p != "D" {
		report.add(ruleFeedProcessing, mshField(11), p, "P, T, D")
	}
	if v := msh.Value(12, 1); !slices.Contains(feedVersions, v) {
		report.add(ruleFeedVersion, mshField(12), v, "2.3.1")
	}
	event := &feedEvent{}
	if report.rejects() {
		return event
	}
	r.readPatients(m, trigger, event, report)
	return event
}

// readPatients goes through the PID segments; only a merge may have several, each with its MRG.
func (r *Registry) readPatients(m *hl7v2.Message, trigger string, event *feedEvent, report *feedReport) {
	found := false
	for i := range m.Segments {
		pid := &m.Segments[i]
		if pid.Name != "PID" {
			continue
		}
		found = true
		at := feedPlace{name: "PID-3", field: fmt.Sprintf("PID^%d^3", pid.Sequence)}
		ids := r.readIdentifiers(pid, 3, at, ruleFeedIdentifier, report)
		switch trigger {
		case "A01", "A04", "A05":
			if len(ids) == 0 && pid.Raw(3) != "" {
				r.foreign(report, at, pid.Raw(3))
			}
			event.admitted = append(event.admitted, ids...)
		case "A08":
			event.revised = append(event.revised, ids...)
		case "A40":
			mrg := following(m.Segments[i+1:])
			if mrg == nil {
				report.add(ruleFeedMRG, feedPlace{name: "MRG", field: fmt.Sprintf("MRG^%d", pid.Sequence)}, "", "")
				continue
			}
			prior := feedPlace{name: "MRG-1", field: fmt.Sprintf("MRG^%d^1", mrg.Sequence)}
			subsumed := r.readIdentifiers(mrg, 1, prior, ruleFeedPrior, report)
			if mrg.Raw(1) != "" && pid.Raw(3) != "" {
				event.merges = append(event.merges, r.pair(report, ids, subsumed, prior)...)
			}
		}
	}
	if !found {
		report.add(ruleFeedPID, feedPlace{name: "PID", field: "PID^1"}, "", "")
	}
}

// following gives the MRG segment before the next PID.
func following(segments []hl7v2.Segment) *hl7v2.Segment {
	for i := range segments {
		switch segments[i].Name {
		case "MRG":
			return &segments[i]
		case "PID":
			return nil
		}
	}
	return nil
}

// readIdentifiers gives the identifiers of the affinity domain among the repetitions of a CX field, each once. One whose
// assigning authority is only a namespace id gets the OID that the domain has agreed on for it.
func (r *Registry) readIdentifiers(s *hl7v2.Segment, field int, at feedPlace, missing *rule.Rule, report *feedReport) (ids []feedID) {
	some := false
	for n, repetition := range s.Repetitions(field) {
		id := repetition.Value(1, 1)
		some = some || id != ""
		place := feedPlace{name: at.name, field: at.field + "^" + strconv.Itoa(n+1)}
		authority, kind := repetition.Value(4, 2), repetition.Value(4, 3)
		if authority == "" && kind == "" {
			authority, kind = r.cfg.Affinity.Namespaces[repetition.Value(4, 1)], "ISO"
		}
		known, ok := r.identified(report, id, authority, kind, place)
		if ok && !slices.ContainsFunc(ids, func(other feedID) bool { return other.CX == known.CX }) {
			ids = append(ids, known)
		}
	}
	if !some && !report.Findings[report.base:].Has(ruleFeedForm) {
		report.add(missing, at, s.Raw(field), "id^^^&OID&ISO")
	}
	return ids
}
