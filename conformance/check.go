package conformance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// suite runs one suite's checks one after the other.
func (r *run) suite(ctx context.Context, s *Suite) []Result {
	var wanted []*Check
	for i := range s.Checks {
		if r.options.Filter == nil || r.options.Filter(s.Name, s.Checks[i].ID) {
			wanted = append(wanted, &s.Checks[i])
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	sc := newScope(r.root)
	sc.sender = s.Identity
	lacks := r.lacks(ctx, s.Needs, s.Patients)
	if lacks == "" && slices.Contains(r.target.Traits, ProfileDMP) && !slices.Contains(s.Needs, "identities") {
		lacks = "a server in this profile takes messages with a token only"
	}
	var blocked error
	if lacks == "" {
		if blocked = r.makeIdentities(sc, s.Identities); blocked == nil {
			blocked = r.give(ctx, sc, s.Name, s.Patients, s.Given)
		}
	}
	var results []Result
	for _, c := range wanted {
		if ctx.Err() != nil {
			break
		}
		result := Result{ID: c.ID, Suite: s.Name, Title: c.Title, Section: c.Section, Violates: c.Violates, Satisfies: c.Satisfies}
		started := time.Now()
		switch {
		case lacks != "":
			result.Status, result.Reason = Skipped, lacks
		case blocked != nil:
			result.Status, result.Reason = Blocked, blocked.Error()
		default:
			r.check(ctx, newScope(sc), c, &result)
		}
		result.Duration = time.Since(started)
		results = append(results, r.done(result))
	}
	return results
}

// lacks says in words what the target does not offer of what is needed; empty when it offers all.
func (r *run) lacks(ctx context.Context, needs, patients []string) string {
	if len(patients) > 0 {
		needs = append([]string{"patients"}, needs...)
	}
	for _, need := range needs {
		if !r.offers(ctx, need) {
			return "needs " + need
		}
	}
	return ""
}

// give makes patients known and sends what is given; the error says why it cannot be.
func (r *run) give(ctx context.Context, sc *scope, name string, patients []string, steps []Step) error {
	for _, p := range patients {
		cx := r.newPatient()
		if err := r.makeKnown(ctx, cx); err != nil {
			return fmt.Errorf("making patient %s known: %w", p, err)
		}
		sc.set(p, cx)
		id, authority := splitCX(cx)
		sc.set(p+".id", id)
		sc.set(p+".authority", authority)
	}
	for i := range steps {
		label := fmt.Sprintf("%s given %d", name, i+1)
		problems, _, err := r.step(ctx, sc, &steps[i], label)
		if err != nil {
			return fmt.Errorf("%s: %w", label, err)
		}
		if len(problems) > 0 {
			return fmt.Errorf("%s: %s: expected %s, found %s", label, problems[0].What, problems[0].Expected, problems[0].Found)
		}
	}
	return nil
}

// check runs one check and fills its result.
func (r *run) check(ctx context.Context, sc *scope, c *Check, result *Result) {
	if lacks := r.lacks(ctx, c.Needs, c.Patients); lacks != "" {
		result.Status, result.Reason = Skipped, lacks
		return
	}
	if c.Only == "liasse" && !r.liasse {
		result.Status, result.Reason = Skipped, "the standard leaves this open; only Liasse is judged by it"
		return
	}
	if r.target.Repository == "" && c.uses("repository") {
		result.Status, result.Reason = Skipped, "needs repository"
		return
	}
	if name := r.lacksIdentity(sc, c); name != "" {
		result.Status, result.Reason = Skipped, "needs the identity "+name
		return
	}
	if err := r.give(ctx, sc, c.ID, c.Patients, c.Given); err != nil {
		result.Status, result.Reason = Blocked, err.Error()
		return
	}
	result.Status = Passed
	if c.Identity != "" {
		sc.sender = c.Identity
	}
	steps := append([]Step{c.Step}, c.Then...)
	for i := range steps {
		label := fmt.Sprintf("%s step %d", c.ID, i+1)
		problems, m, err := r.checked(ctx, sc, &steps[i], label)
		var transport errTransport
		if errors.As(err, &transport) {
			problems = append(problems, Problem{Step: label, What: "answer", Expected: "one", Found: err.Error()})
		} else if err != nil {
			result.Status, result.Reason = Blocked, err.Error()
			return
		}
		if m != nil {
			result.observe(m.answer)
		}
		if len(problems) > 0 {
			result.Status, result.Problems = Failed, problems
			if m != nil {
				result.Exchange = &m.answer.sent
			}
			return
		}
	}
	if r.liasse {
		r.judgeRules(c, result)
	}
}

// uses tells whether a step of the check goes to an endpoint.
func (c *Check) uses(endpoint string) bool {
	return slices.ContainsFunc(slices.Concat(c.Given, []Step{c.Step}, c.Then), func(s Step) bool { return s.Send.endpoint() == endpoint })
}

// judgeRules compares the rules that Liasse's answers named with those the check says it breaks or meets.
func (r *run) judgeRules(c *Check, result *Result) {
	for _, id := range c.Violates {
		if !slices.Contains(result.Rules, id) {
			result.fail("rule", "["+id+"] in the answer", "["+strings.Join(result.Rules, "] [")+"]")
		}
	}
	for _, id := range c.Satisfies {
		if slices.Contains(result.Rules, id) {
			result.fail("rule", "["+id+"] not in the answer", "["+strings.Join(result.Rules, "] [")+"]")
		}
	}
}

// checked runs a step and, for a lot, looks whether the registry holds what the answer claims: all of it or nothing.
func (r *run) checked(ctx context.Context, sc *scope, s *Step, label string) ([]Problem, *message, error) {
	problems, m, err := r.step(ctx, sc, s, label)
	if err != nil || len(problems) > 0 || m == nil || m.lot == nil || !strings.HasPrefix(m.lot.set, uuidURN) {
		return problems, m, err
	}
	if s.Expect != nil && s.Expect.Stored != nil && !*s.Expect.Stored {
		return problems, m, err
	}
	count, err := r.left(ctx, sc, m.lot.set, label)
	if err != nil {
		return problems, m, err
	}
	if refused := m.answer.refused(); refused && count > 0 {
		problems = append(problems, Problem{label, "registry after the refusal", "nothing stored", fmt.Sprintf("%d objects of the refused lot", count)})
	} else if !refused && count == 0 {
		problems = append(problems, Problem{label, "registry after the acceptance", "the submission set", "nothing"})
	}
	return problems, m, nil
}

// step sends one message and judges the answer.
func (r *run) step(ctx context.Context, sc *scope, s *Step, label string) ([]Problem, *message, error) {
	if s.Wait != "" {
		pause, err := time.ParseDuration(s.Wait)
		if err != nil {
			return nil, nil, fmt.Errorf("wait: %w", err)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, nil, fmt.Errorf("waiting: %w", ctx.Err())
		}
	}
	m, err := r.exchange(ctx, sc, &s.Send, label)
	if s.Expect.noEntry() {
		return s.Expect.judgeEntry(m, err, s.TLS != nil && s.TLS.Plain, label)
	}
	if err != nil {
		return nil, nil, err
	}
	j := &judge{scope: sc, send: &s.Send, answer: m.answer, liasse: r.liasse, messageID: m.messageID}
	problems := j.expect(s.Expect)
	for i := range problems {
		problems[i].Step = label
	}
	if len(problems) > 0 {
		return problems, m, nil
	}
	for _, name := range sortedKeys(s.Capture) {
		if err := capture(sc, m.answer, name, s.Capture[name]); err != nil {
			return nil, m, err
		}
	}
	return nil, m, nil
}

// capture binds a variable to what a place of the answer holds.
func capture(sc *scope, a *answer, name, at string) error {
	if a.doc == nil {
		return fmt.Errorf("capturing %s: the answer holds no message", name)
	}
	found, attr, err := locate(sc, a.doc, at)
	if err != nil {
		return fmt.Errorf("capturing %s: %w", name, err)
	}
	for _, e := range found {
		if value, ok := valueOf(e, attr); ok {
			sc.set(name, value)
			return nil
		}
	}
	return fmt.Errorf("capturing %s: the answer has no %s", name, at)
}
