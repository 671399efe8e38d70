package testpki

// place is one structure of the directory.
type place struct {
	id, name, kind, parent, sector, from, to string
}

// Sectors of activity (JDV_J61).
const (
	sectorHospital = "SA01^1.2.250.1.71.4.2.4"
	sectorPrivate  = "SA04^1.2.250.1.71.4.2.4"
	sectorPractice = "SA07^1.2.250.1.71.4.2.4"
	sectorPharmacy = "SA33^1.2.250.1.71.4.2.4"
)

// The structures. Their identifiers are those of the FINESS of tests: 1 and nine characters with a 0B.
var (
	practice      = place{id: "10B0000011", name: "Cabinet du Dr Martin", kind: "OTHER", sector: sectorPractice}
	otherPractice = place{id: "10B0000029", name: "Cabinet du Dr Lefèvre", kind: "OTHER", sector: sectorPractice}
	pharmacy      = place{id: "10B0000037", name: "Pharmacie du Marché", kind: "OTHER", sector: sectorPharmacy}
	nursing       = place{id: "10B0000045", name: "Cabinet infirmier Petit", kind: "OTHER", sector: sectorPractice}
	closed        = place{id: "10B0000094", name: "Cabinet fermé", kind: "OTHER", sector: sectorPractice, from: "2010-01-01", to: "2020-12-31"}
	hospital      = place{id: "10B0000102", name: "Centre hospitalier d'essai", kind: "EJ", sector: sectorHospital}
	site          = place{id: "10B0000110", name: "Centre hospitalier d'essai, site nord", kind: "EG", parent: hospital.id, sector: sectorHospital}
	secondSite    = place{id: "10B0000128", name: "Centre hospitalier d'essai, site sud", kind: "EG", parent: hospital.id, sector: sectorHospital}
	clinic        = place{id: "10B0000201", name: "Clinique d'essai", kind: "EJ", sector: sectorPrivate}
	clinicSite    = place{id: "10B0000219", name: "Clinique d'essai, site unique", kind: "EG", parent: clinic.id, sector: sectorPrivate}
)

var places = []place{practice, otherPractice, pharmacy, nursing, closed, hospital, site, secondSite, clinic, clinicSite}

// The persons and organisations. National identifiers of persons are 8 and an RPPS number; a CPE card's is 3, the FINESS
// of its structure and an internal number.
var (
	martin  = Holder{ID: "899900000118", Family: "MARTIN", Given: "CLAIRE", Title: "Médecin", Profession: "10", Specialities: []string{"SM26"}}
	lefevre = Holder{ID: "899900000225", Family: "LEFÈVRE", Given: "RENÉ", Title: "Médecin", Profession: "10", Specialities: []string{"SM04"}, Teletex: true}
	durand  = Holder{ID: "899900000332", Family: "DURAND", Given: "ALICE", Title: "Pharmacien", Profession: "21", Specialities: []string{"A"}}
	petit   = Holder{ID: "899900000449", Family: "PETIT", Given: "LOUIS", Title: "Infirmier", Profession: "60"}
	moreau  = Holder{ID: "899900000556", Family: "MOREAU", Given: "JEANNE", Title: "Médecin", Profession: "10", Specialities: []string{"SM26"}}
	bernard = Holder{ID: "899900000663", Family: "BERNARD", Given: "PAUL", Title: "Médecin", Profession: "10", Specialities: []string{"SM04"}}
	roux    = Holder{ID: "899900000770", Family: "ROUX", Given: "SOPHIE", Title: "Médecin", Profession: "10", Specialities: []string{"SM26"}}
	blanc   = Holder{ID: "899900000887", Family: "BLANC", Given: "MARC", Title: "Médecin", Profession: "10", Specialities: []string{"SM26"}}
	garnier = Holder{ID: "899900000994", Family: "GARNIER", Given: "ANNE", Title: "Médecin", Profession: "10", Specialities: []string{"SM26"}}

	desk         = Holder{ID: "30B0000011/0001", Organisation: practice.name, Structure: practice.id}
	hospitalOrg  = Holder{ID: hospital.id, Organisation: hospital.name, Service: "Dossier patient"}
	reinforceOrg = Holder{ID: hospital.id, Organisation: hospital.name, Service: "Portail des professionnels"}
	clinicOrg    = Holder{ID: clinic.id, Organisation: clinic.name, Service: "Dossier patient"}
)

// link is one line of the directory of professionals.
type link struct {
	who                 Holder
	structure, from, to string
}

// links has for blanc only one that ended, and for roux one to a structure that is closed.
var links = []link{
	{who: martin, structure: practice.id}, {who: lefevre, structure: otherPractice.id}, {who: durand, structure: pharmacy.id},
	{who: petit, structure: nursing.id}, {who: moreau, structure: site.id}, {who: bernard, structure: secondSite.id},
	{who: roux, structure: closed.id}, {who: garnier, structure: clinicSite.id}, {who: desk, structure: practice.id},
	{who: blanc, structure: otherPractice.id, from: "2015-01-01", to: "2019-06-30"},
}

// character is an identity and whom its certificates are issued to.
type character struct {
	holder   Holder
	identity Identity
}

// direct is somebody with a card, who works at the place.
func direct(name string, who Holder, where place, roles ...Role) character {
	family, given := who.Family, who.Given
	if family == "" {
		family, given = who.Organisation, who.ID
	}
	return character{holder: who, identity: Identity{
		Name: name, Mode: modeDirect, Realm: "test", NameID: who.ID, Family: family, Given: given,
		Structure: Structure{where.id, where.name}, Sector: where.sector, Roles: roles,
		AuthnContext: contextCard, Software: testSoftware,
	}}
}

// indirect is somebody whom an organisation vouches for, at one of its sites.
func indirect(name string, org Holder, who Holder, where place, roles ...Role) character {
	c := direct(name, who, where, roles...)
	c.holder = org
	c.identity.Mode, c.identity.SubjectID, c.identity.AuthnContext = modeIndirect, who.Family+" "+who.Given, contextPassword
	return c
}

func reinforced(name string, org Holder, who Holder, where place, roles ...Role) character {
	c := indirect(name, org, who, where, roles...)
	c.identity.Mode, c.identity.AuthnContext, c.identity.AuthnContextDecl = modeReinforced, contextCard, reinforcedMeans
	return c
}

// cast is everybody whose certificates are good.
func cast() []character {
	return []character{
		direct("medecin", martin, practice, physician, generalPractitioner),
		direct("autre-medecin", lefevre, otherPractice, physician, cardiologist),
		direct("pharmacien", durand, pharmacy, pharmacist, ownerPharmacist),
		direct("infirmier", petit, nursing, nurse),
		direct("secretariat", desk, practice, secretary),
		indirect("etablissement", hospitalOrg, moreau, site, physician, generalPractitioner),
		reinforced("etablissement-air", reinforceOrg, bernard, secondSite, physician, cardiologist),
		indirect("autre-etablissement", clinicOrg, garnier, clinicSite, physician, generalPractitioner),
		// good certificates, and a directory that says otherwise
		direct("faute-structure-inactive", roux, closed, physician, generalPractitioner),
		direct("faute-non-liee", blanc, practice, physician, generalPractitioner),
	}
}
