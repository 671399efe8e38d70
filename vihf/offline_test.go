package vihf_test

import (
	"context"
	"strings"
	"testing"

	"liasse/internal/rule"
	"liasse/internal/xmltree"
	"liasse/vihf"
)

// TestJudgeOffline judges a token in each of the forms that somebody may have it in.
func TestJudgeOffline(t *testing.T) {
	v := verifier(t)
	token := issue(t, "medecin")
	for name, text := range map[string]string{
		"assertion":         string(token),
		"with a prolog":     `<?xml version="1.0" encoding="UTF-8"?><!-- x -->` + string(token),
		"header block":      string(vihf.Security(token)),
		"envelope":          sealed(token),
		"SOAP 1.1 envelope": strings.ReplaceAll(sealed(token), "http://www.w3.org/2003/05/soap-envelope", "http://schemas.xmlsoap.org/soap/envelope/"),
	} {
		var report rule.Report
		judged, err := v.Judge(context.Background(), parse(t, text), &report)
		if err != nil || !judged.Accepted || judged.Claimed.NameID != "899900000118" {
			t.Errorf("%s: %+v, %v%s", name, judged, err, sentences(report.Findings))
		}
		if len(judged.Attributes) != 12 {
			t.Errorf("%s: %d attributes, %v", name, len(judged.Attributes), judged.Attributes)
		}
	}
}

// TestJudgeTellsWhatARefusedTokenClaims: who mends a token wants to see it.
func TestJudgeTellsWhatARefusedTokenClaims(t *testing.T) {
	token := issue(t, "faute-usage", set("Inconnu", "x", "y"), func(c *vihf.Claims) { c.Version = "1.0" })
	var report rule.Report
	judged, err := verifier(t).Judge(context.Background(), parse(t, string(token)), &report)
	if err != nil || judged.Accepted || judged.Claimed == nil || judged.Claimed.Version != "1.0" || judged.Claimed.Certificate == nil {
		t.Fatalf("%+v, %v", judged, err)
	}
	last := judged.Attributes[len(judged.Attributes)-1]
	if last.Name != "Inconnu" || strings.Join(last.Values, " ") != "x y" {
		t.Errorf("the last attribute is %+v", last)
	}
}

func TestJudgeWhatIsNoToken(t *testing.T) {
	for name, text := range map[string]string{
		"anything": "<x/>", "an envelope without a header": `<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"><env:Body/></env:Envelope>`,
		"an assertion in something": `<x>` + string(issue(t, "medecin")) + `</x>`,
	} {
		var report rule.Report
		judged, err := verifier(t).Judge(context.Background(), parse(t, text), &report)
		if err != nil || judged.Accepted || judged.Claimed != nil || !report.Failed() {
			t.Errorf("%s: %+v, %v%s", name, judged, err, sentences(report.Findings))
		}
	}
}

// TestInspectTrustsNobody: without anchors all is judged but the signer, and nothing is accepted.
func TestInspectTrustsNobody(t *testing.T) {
	for who, want := range map[string]string{"medecin": "", "faute-inconnue": "", "etablissement-air": ""} {
		var report rule.Report
		judged, err := vihf.Inspect(context.Background(), config(t), parse(t, string(issue(t, who))), &report)
		if err != nil || judged.Accepted || judged.Claimed == nil || strings.Join(ids(report.Findings), " ") != want {
			t.Errorf("%s: %+v, %v%s", who, judged, err, sentences(report.Findings))
		}
	}
	var report rule.Report
	if _, err := vihf.Inspect(context.Background(), vihf.Config{MaxAge: -1}, parse(t, "<x/>"), &report); err == nil {
		t.Error("a negative age was taken")
	}
}

// TestDamageIsExplained: a digest that does not verify names what was done to the token, for a signer who is trusted.
func TestDamageIsExplained(t *testing.T) {
	indented := func(c *vihf.Claims) {
		c.Tamper = func(b []byte) []byte {
			return []byte(strings.ReplaceAll(string(b), "<saml2:Attribute ", "\n  <saml2:Attribute "))
		}
	}
	for who, explained := range map[string]bool{"medecin": true, "faute-inconnue": false} {
		_, findings := verify(t, verifier(t), request(t, sealed(issue(t, who, indented))))
		said := false
		for i := range findings {
			said = said || findings[i].Rule.ID == "VIHF-019" && findings[i].Fix != (rule.Text{})
		}
		if said != explained {
			t.Errorf("%s: explained %v%s", who, said, sentences(findings))
		}
	}
}

// TestClaimsOfCaller: what the token says is what the caller is.
func TestClaimsOfCaller(t *testing.T) {
	token := issue(t, "etablissement-air", func(c *vihf.Claims) {
		c.ID, c.Purpose, c.Secret, c.Version = "_one", vihf.BreakGlass, true, "4.0"
		c.Patient = "279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH^^20100907"
	})
	caller, findings := verify(t, verifier(t), request(t, sealed(token)))
	if caller == nil {
		t.Fatal(sentences(findings))
	}
	for what, pair := range map[string][2]string{
		"NameID": {caller.NameID, "899900000663"}, "name": {caller.SubjectName, "BERNARD PAUL"}, "mode": {string(caller.Mode), string(vihf.Reinforced)},
		"structure": {caller.Structure, "10B0000128"}, "sector": {caller.Sector, "SA01^1.2.250.1.71.4.2.4"},
		"profession": {caller.Profession.Code + caller.Profession.System, "10" + g15}, "speciality": {caller.Speciality.Code, "SM04"},
		"purpose": {string(caller.Purpose), "bris_de_glace"}, "patient": {caller.Patient.CX(), patient}, "type": {caller.Patient.Type, "NH"},
		"patient's place": {caller.Patient.Node.AttrValue("", "Name"), vihf.AttrResourceID},
		"software":        {caller.Software.Name + caller.Software.Version + caller.Software.ID + caller.Software.Homologation, "Logiciel d'essai1.02.999.1.1ESSAI-0001"},
		"version":         {caller.Version, "4.0"}, "id": {caller.AssertionID, "_one"}, "means": {caller.AuthnContextDecl, "CONF_EXI_PGSSIS"},
		"class":     {caller.AuthnContext, "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI"},
		"assertion": {caller.Assertion.AttrValue("", "ID"), "_one"}, "display": {caller.Roles[0].Display, "Médecin"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %q, want %q", what, pair[0], pair[1])
		}
	}
	if !caller.SecretConnection || !caller.IssueInstant.Equal(now.Add(-60e9)) || caller.Certificate == nil || len(caller.Roles) != 2 {
		t.Errorf("%+v", caller)
	}
	ctx := vihf.WithCaller(context.Background(), caller)
	if vihf.CallerOf(ctx) != caller || vihf.CallerOf(context.Background()) != nil {
		t.Error("a context does not give back its caller")
	}
}

// TestBudgets: a token may be large, but not so that judging it takes long, and it is never read past the first refusal
// of its size.
func TestBudgets(t *testing.T) {
	v := verifier(t)
	many := strings.Repeat(`<saml2:Attribute Name="x"><saml2:AttributeValue>y</saml2:AttributeValue></saml2:Attribute>`, 10_000)
	token := issue(t, "medecin", alter("</saml2:AttributeStatement>", many+"</saml2:AttributeStatement>"))
	if caller, findings := verify(t, v, request(t, sealed(token))); caller == nil {
		t.Errorf("10 000 attributes that nobody asks for:%s", sentences(findings))
	}
	twice := strings.Repeat(`<saml2:Attribute Name="Ressource_URN"><saml2:AttributeValue>urn:dmp</saml2:AttributeValue></saml2:Attribute>`, 10_000)
	if caller, findings := verify(t, v, request(t, sealed(issue(t, "medecin", alter("</saml2:AttributeStatement>", twice+"</saml2:AttributeStatement>"))))); caller != nil || len(findings) > 200 {
		t.Errorf("10 000 times one attribute: %d findings", len(findings))
	}
	deep := strings.Repeat("<x>", 100) + strings.Repeat("</x>", 100)
	if _, err := xmltree.Parse([]byte(sealed(issue(t, "medecin", alter(">urn:dmp<", ">"+deep+"<")))), xmltree.SOAPLimits); err == nil {
		t.Error("100 elements deep were read")
	}
}
