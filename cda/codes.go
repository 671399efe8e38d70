package cda

import (
	"strings"

	"liasse/registry"
)

// Code systems by their OIDs.
const (
	systemLOINC           = "2.16.840.1.113883.6.1"
	systemConfidentiality = "2.16.840.1.113883.5.25"
	systemNullFlavor      = "2.16.840.1.113883.5.1008"
	systemFormatIHE       = "1.3.6.1.4.1.19376.1.2.3"
	systemFormatANS       = "1.2.250.1.213.1.1.4.2.282"
	systemClassANS        = "1.2.250.1.213.1.1.4.1"
	systemTypeANS         = "1.2.250.1.213.1.1.4.12"
)

// normal is the confidentiality of a document that says none.
var normal = registry.Code{Value: "N", Scheme: systemConfidentiality, Display: "Normal"}

// frenchClass is a class of the French shared medical record and the types in it (NOS ASS_X16, version 20240927).
type frenchClass struct {
	code, display string
	loinc, ans    string // type codes separated by blanks
}

var frenchClasses = []frenchClass{
	{"10", "Compte rendu", `11488-4 11490-0 11502-2 11505-5 11506-3 11526-1 15507-7 15508-5 28617-9 28653-4 29274-8 34112-3
		34120-6 34749-2 34794-8 34874-8 34875-5 47420-5 51969-4 59283-2 60568-3 67851-6 70004-7 75482-0 75492-9 75496-0 77436-4
		78513-9 78601-2 83981-1 85208-7 89233-1 93024-8 96349-6`, "BIL_AUTO DOCPAT03 DOCPAT05 DOCPAT06"},
	{"11", "Synthèse", `18761-7 34133-9 34842-5 56445-0 57057-2 57055-6 57075-4 60280-5 60591-5 68599-0 68817-6 74207-2 78341-5
		78489-2 80820-4 83901-9 83836-7 88348-8 89235-6`, "DOCPAT01 DOCPAT08 SYNTH"},
	{"31", "Imagerie médicale", "18748-4 52040-3", "DOCPAT04 IMG-KOS"},
	{"42", "Prescription", "55115-0 57828-6 57832-8 57833-6 61357-0 75468-9",
		"DOCPAT02 PRESC-AAT PRESC-BIO PRESC-KINE PRESC-INF PRESC-PEDI PRESC-ORTHOPHO PRESC-ORTHOPTIE"},
	{"43", "Dispensation", "60593-1", "DISP_AUT"},
	{"44", "Plan de soins, protocole de soins", "18776-5 77604-7 80771-9 80788-3 83869-8", "PROT_ALD"},
	{"45", "Traitement administré", "80565-5", ""},
	{"52", "Certificat, déclaration", "11369-6 87273-9 89601-9 96173-0 96874-3 101881-1", "CERT_DECL DOCPAT07"},
	{"60", "Données de remboursement", "", "REMB"},
	{"90", "Autres documents déposés par le patient", "74465-6", "EXPPAT_1 EXPPAT_2 EXPPAT_3"},
	{"95", "Document de gestion", "59284-0 86531-1", "AUTORIS-SOINS ATTEST-RESID ATTEST-DROITS-AM ATTEST-ASS-COMPL ATTEST-HEBGT DOCPAT09"},
}

var classOfType = func() map[registry.Code]registry.Code {
	classes := make(map[registry.Code]registry.Code)
	for _, c := range frenchClasses {
		class := registry.Code{Value: c.code, Scheme: systemClassANS, Display: c.display}
		for system, types := range map[string]string{systemLOINC: c.loinc, systemTypeANS: c.ans} {
			for _, t := range strings.Fields(types) {
				classes[registry.Code{Value: t, Scheme: system}] = class
			}
		}
	}
	return classes
}()

// ClassOf gives the class of a document type: that of the French shared medical record where it knows the type, else the
// type itself, which is the finer class.
func ClassOf(documentType registry.Code) registry.Code {
	if class, known := classOfType[registry.Code{Value: documentType.Value, Scheme: documentType.Scheme}]; known {
		return class
	}
	return documentType
}

// formatOfTemplate maps the template of a whole document to its format (NOS ASS_A11, version 20260629), IHE's formats
// and those of the French CI-SIS.
var formatOfTemplate = map[string]string{
	"1.2.250.1.213.1.1.1.5.1":       "urn:asip:ci-sis:cse-cs8:2017",
	"1.2.250.1.213.1.1.1.5.2":       "urn:asip:ci-sis:cse-cs9:2017",
	"1.2.250.1.213.1.1.1.5.3":       "urn:asip:ci-sis:cse-cs24:2017",
	"1.2.250.1.213.1.1.1.5.4":       "urn:ans:ci-sis:cse-mde:2023",
	"1.2.250.1.213.1.1.1.8":         "urn:asip:ci-sis:frcp:2011",
	"1.2.250.1.213.1.1.1.9":         "urn:asip:ci-sis:idap:2011",
	"1.2.250.1.213.1.1.1.10":        "urn:asip:ci-sis:cva:2017",
	"1.2.250.1.213.1.1.1.12.1":      "urn:asip:ci-sis:obp-sap:2023",
	"1.2.250.1.213.1.1.1.12.2":      "urn:asip:ci-sis:obp-snm:2023",
	"1.2.250.1.213.1.1.1.12.3":      "urn:asip:ci-sis:obp-sne:2023",
	"1.2.250.1.213.1.1.1.12.4":      "urn:asip:ci-sis:obp-scm:2023",
	"1.2.250.1.213.1.1.1.12.5":      "urn:asip:ci-sis:obp-sem:2023",
	"1.2.250.1.213.1.1.1.13":        "urn:asip:ci-sis:vsm:2012",
	"1.2.250.1.213.1.1.1.15":        "urn:asip:ci-sis:aunv:2013",
	"1.2.250.1.213.1.1.1.16":        "urn:asip:ci-sis:eunv:2013",
	"1.2.250.1.213.1.1.1.17":        "urn:asip:ci-sis:sunv:2013",
	"1.2.250.1.213.1.1.1.18":        "urn:asip:ci-sis:crrtn:2013",
	"1.2.250.1.213.1.1.1.2.1.1":     "urn:asip:ci-sis:avk:2009",
	"1.2.250.1.213.1.1.1.2.1.2":     "urn:asip:ci-sis:tap:2009",
	"1.2.250.1.213.1.1.1.2.1.3":     "urn:asip:ci-sis:dci:2009",
	"1.2.250.1.213.1.1.1.2.1.4":     "urn:asip:ci-sis:psc:2009",
	"1.2.250.1.213.1.1.1.2.1.5":     "urn:asip:ci-sis:ppv:2009",
	"1.2.250.1.213.1.1.1.20":        "urn:asip:ci-sis:pps-paerpa:2017",
	"1.2.250.1.213.1.1.1.21":        "urn:asip:ci-sis:ldl-ees:2017",
	"1.2.250.1.213.1.1.1.22":        "urn:asip:ci-sis:dlu:2015",
	"1.2.250.1.213.1.1.1.23":        "urn:asip:ci-sis:fludt:2017",
	"1.2.250.1.213.1.1.1.24":        "urn:asip:ci-sis:fludr:2017",
	"1.2.250.1.213.1.1.1.25":        "urn:asip:ci-sis:pavc:2016",
	"1.2.250.1.213.1.1.1.26":        "urn:asip:ci-sis:pps-cancer:2017",
	"1.2.250.1.213.1.1.1.27":        "urn:asip:ci-sis:d2lm-fin:2017",
	"1.2.250.1.213.1.1.1.28":        "urn:asip:ci-sis:d2lm-fidd:2017",
	"1.2.250.1.213.1.1.1.29":        "urn:asip:ci-sis:ldl-ses:2017",
	"1.2.250.1.213.1.1.1.30":        "urn:asip:ci-sis:sdm-mr:2017",
	"1.2.250.1.213.1.1.1.32":        "urn:asip:ci-sis:crgm:2018",
	"1.2.250.1.213.1.1.1.36":        "urn:asip:ci-sis:hr:2019",
	"1.2.250.1.213.1.1.1.37":        "urn:asip:ci-sis:vac:2019",
	"1.2.250.1.213.1.1.1.38":        "urn:asip:ci-sis:tlm-da:2020",
	"1.2.250.1.213.1.1.1.39":        "urn:ihe:pharm:pre:2010",
	"1.2.250.1.213.1.1.1.40":        "urn:asip:ci-sis:cr-anest:2020",
	"1.2.250.1.213.1.1.1.41":        "urn:asip:ci-sis:cr-cpa:2020",
	"1.2.250.1.213.1.1.1.42":        "urn:ihe:eyecare:geneyeevalcn:2014",
	"1.2.250.1.213.1.1.1.43":        "urn:ihe:eyecare:geneyeevalcn:2014",
	"1.2.250.1.213.1.1.1.44":        "urn:ihe:eyecare:geneyeevalcn:2014",
	"1.2.250.1.213.1.1.1.45":        "urn:ihe:rad:CDA:ImagingReportStructuredHeadings:2013",
	"1.2.250.1.213.1.1.1.46":        "urn:asip:ci-sis:vac-note:2021",
	"1.2.250.1.213.1.1.1.47":        "urn:ans:ci-sis:img-da:2022",
	"1.2.250.1.213.1.1.1.48":        "urn:asip:ci-sis:dlu-dlu-dom:2022",
	"1.2.250.1.213.1.1.1.49":        "urn:asip:ci-sis:dlu-fludt-dom:2022",
	"1.2.250.1.213.1.1.1.50":        "urn:asip:ci-sis:dlu-fludr-dom:2022",
	"1.2.250.1.213.1.1.1.51":        "urn:ihe:pcc:ips:2020",
	"1.2.250.1.213.1.1.1.52":        "urn:ans:ci-sis:bio-ep-bio:2022",
	"1.2.250.1.213.1.1.1.54":        "urn:ihe:pharm:dis:2010",
	"1.2.250.1.213.1.1.1.55":        "urn:ihe:lab:xd-lab:2008",
	"1.2.250.1.213.1.1.1.56":        "urn:asip:ci-sis:ppp:2023",
	"1.2.250.1.213.1.1.1.57":        "urn:ihe:palm:apsr:2016",
	"1.2.250.1.213.1.1.1.58":        "urn:asip:ci-sis:export-dui:2023",
	"1.3.6.1.4.1.19376.1.3.3":       "urn:ihe:lab:xd-lab:2008",
	"1.3.6.1.4.1.19376.1.8.1.1.1":   "urn:ihe:pat:apsr:all:2010",
	"1.3.6.1.4.1.19376.1.9.1.1.1":   "urn:ihe:pharm:pre:2010",
	"1.3.6.1.4.1.19376.1.9.1.1.3":   "urn:ihe:pharm:dis:2010",
	"1.3.6.1.4.1.19376.1.5.3.1.1.2": "urn:ihe:pcc:xds-ms:2007",
}

// unstructured is the template of a CDA whose body is a file (XDS-SD), and its formats by the file's media type.
const unstructured = "1.3.6.1.4.1.19376.1.2.20"

var formatOfBody = map[string]string{
	"application/pdf": "urn:ihe:iti:xds-sd:pdf:2008",
	"text/plain":      "urn:ihe:iti:xds-sd:text:2008",
	"image/jpeg":      "urn:ihe:iti-fr:xds-sd:jpeg:2010",
	"application/rtf": "urn:ihe:iti-fr:xds-sd:rtf:2010",
	"text/rtf":        "urn:ihe:iti-fr:xds-sd:rtf:2010",
	"image/tiff":      "urn:ihe:iti-fr:xds-sd:tiff:2010",
}

// mimeTypeSufficient is the format of a document that its media type describes (ITI TF-3 4.2.3.2.9).
var mimeTypeSufficient = registry.Code{Value: "urn:ihe:iti:xds:2017:mimeTypeSufficient", Scheme: systemFormatIHE, Display: "mimeType Sufficient"}

// format gives the formatCode of the most special template that is known, which stands last.
func (h *Header) format() registry.Code {
	for i := len(h.Templates) - 1; i >= 0; i-- {
		root := h.Templates[i].Root
		name := formatOfTemplate[root]
		if root == unstructured {
			name = formatOfBody[strings.ToLower(h.Body)]
		}
		if name != "" {
			system := systemFormatANS
			if strings.HasPrefix(name, "urn:ihe:") {
				system = systemFormatIHE
			}
			return registry.Code{Value: name, Scheme: system, Display: name}
		}
	}
	return mimeTypeSufficient
}
