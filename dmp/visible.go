package dmp

import (
	"context"

	"liasse/internal/rule"
	"liasse/registry"
	"liasse/vihf"
)

var _ registry.Policy = (*Profile)(nil)

// Visible tells whether the caller may see an object: one of the patient whose record its token opens, and no signature of
// a lot. Without a caller nothing is seen.
func (p *Profile) Visible(ctx context.Context, id *registry.Identity) bool {
	caller := vihf.CallerOf(ctx)
	if caller == nil || !isPatient(caller, id.PatientID) {
		return false
	}
	return id.Kind != registry.KindDocument || !isSignature(id.ClassCode, id.FormatCode)
}

// Asked refuses a query for another patient than the one whose record the caller's token opens.
func (p *Profile) Asked(ctx context.Context, _ string, patients []registry.AskedPatient, report *rule.Report) {
	caller := vihf.CallerOf(ctx)
	if caller == nil {
		return // nothing is visible
	}
	for _, asked := range patients {
		if !isPatient(caller, asked.CX) {
			report.AddAt(asked.Node, rule.Finding{Rule: ruleQueryPatient, Subject: asked.Parameter,
				Found: asked.CX, Expected: caller.Patient.CX()})
		}
	}
}

// isPatient tells whether an identifier is that of the caller's patient: its value and its authority, whatever stands
// beside them.
func isPatient(caller *vihf.Caller, cx string) bool {
	if caller.Patient.ID == "" || caller.Patient.Authority == "" {
		return false
	}
	if cx == caller.Patient.CX() {
		return true
	}
	id, err := registry.ParseCX(cx)
	return err == nil && id.ID == caller.Patient.ID && id.Authority == caller.Patient.Authority
}
