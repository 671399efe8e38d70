package testpki

import (
	"encoding/json"
	"fmt"
	"path/filepath"
)

// Identity is what identity.json says of who speaks: everything of a VIHF that the certificates do not say.
type Identity struct {
	Name  string `json:"name"`
	Mode  string `json:"mode"` // DIRECTE, INDIRECTE or INDIRECTE_RENFORCEE
	Realm string `json:"realm"`
	// NameID is the national identifier of the person who speaks, or who answers for what speaks.
	NameID    string    `json:"nameID"`
	Family    string    `json:"family"`
	Given     string    `json:"given"`
	SubjectID string    `json:"subjectID"`
	Structure Structure `json:"structure"`
	// Sector is code^OID of the sector of activity.
	Sector string `json:"sector"`
	// Roles are the profession and, where there is one, the speciality.
	Roles            []Role   `json:"roles"`
	AuthnContext     string   `json:"authnContext"`
	AuthnContextDecl string   `json:"authnContextDecl"`
	Software         Software `json:"software"`
}

// Structure is where somebody works, by Struct_IdNat.
type Structure struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Role is one coded role.
type Role struct {
	Code       string `json:"code"`
	System     string `json:"system"`
	SystemName string `json:"systemName"`
	Display    string `json:"display"`
}

// Software is what speaks for the user.
type Software struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Version      string `json:"version"`
	Homologation string `json:"homologation"`
}

// Authentication modes (TRE_R218) and classes of SAML authentication contexts.
const (
	modeDirect     = "DIRECTE"
	modeIndirect   = "INDIRECTE"
	modeReinforced = "INDIRECTE_RENFORCEE"

	contextCard     = "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI"
	contextPassword = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"
	// reinforcedMeans declares the primary means of authentication as conforming to PGSSI-S.
	reinforcedMeans = "CONF_EXI_PGSSIS"
)

var testSoftware = Software{ID: "2.999.1.1", Name: "Logiciel d'essai", Version: "1.0", Homologation: "ESSAI-0001"}

// Roles by terminology: TRE_G15, TRE_R01, TRE_G05 and TRE_A00.
func professionRole(code, display string) Role {
	return Role{Code: code, System: "1.2.250.1.71.1.2.7", SystemName: "G15", Display: display}
}

func specialityRole(code, display string) Role {
	return Role{Code: code, System: "1.2.250.1.71.4.2.5", SystemName: "R01", Display: display}
}

func sectionRole(code, display string) Role {
	return Role{Code: code, System: "1.2.250.1.71.4.2.6", SystemName: "G05", Display: display}
}

var (
	physician           = professionRole("10", "Médecin")
	generalPractitioner = specialityRole("SM26", "Qualifié en Médecine générale (SM)")
	cardiologist        = specialityRole("SM04", "Cardiologie et Maladies vasculaires (SM)")
	pharmacist          = professionRole("21", "Pharmacien")
	ownerPharmacist     = sectionRole("A", "Pharmacien titulaire d'officine")
	nurse               = professionRole("60", "Infirmier")
	secretary           = Role{Code: "SECRETARIAT_MEDICAL", System: "1.2.250.1.213.1.1.4.6", SystemName: "A00", Display: "Secrétariat médical"}
)

// write writes identity.json.
func (i Identity) write(dir string) error {
	text, err := json.MarshalIndent(i, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding an identity: %w", err)
	}
	return writeFile(filepath.Join(dir, "identity.json"), append(text, '\n'), 0o644)
}
