package mime

import "fmt"

// message is what an error says, in English and in French.
type message struct{ english, french string }

// say makes a message from an English format, of which frenchFormats has the French.
func say(format string, args ...any) message {
	m := message{english: fmt.Sprintf(format, args...)}
	if french, ok := frenchFormats[format]; ok {
		m.french = fmt.Sprintf(french, args...)
	}
	return m
}

// sayPlain is say for a message without values.
func sayPlain(english string) message { return message{english, frenchFormats[english]} }

// Error gives the message in English.
func (m message) Error() string { return m.english }

// In gives the message in the language asked for ("fr" or "en"); any other language gets English.
func (m message) In(lang string) string {
	if lang == "fr" {
		return m.french
	}
	return m.english
}

var frenchFormats = map[string]string{
	"characters follow the padding":                                                    "des caractères suivent le remplissage",
	"the character 0x%02X is not of the base64 alphabet":                               "le caractère 0x%02X n’est pas de l’alphabet base64",
	"the text does not end as base64 does":                                             "le texte ne se termine pas comme du base64",
	"a header field of a part holds the byte 0x%02X":                                   "un champ d’en-tête d’une partie contient l’octet 0x%02X",
	"an empty line stands inside the header of a part":                                 "une ligne vide se trouve dans l’en-tête d’une partie",
	"the header of a part begins with a continuation line":                             "l’en-tête d’une partie commence par une ligne de continuation",
	"«%s» is not a header field":                                                       "«%s» n’est pas un champ d’en-tête",
	"a part has more than %d header fields":                                            "une partie a plus de %d champs d’en-tête",
	"the header field %s of a part stands twice":                                       "le champ d’en-tête %s d’une partie figure deux fois",
	"the value is longer than %d bytes":                                                "la valeur dépasse %d octets",
	"the value holds the byte 0x%02X at position %d":                                   "la valeur contient l’octet 0x%02X en position %d",
	"«%s» is not a type and a subtype":                                                 "«%s» n’est pas un type et un sous-type",
	"the parameter %s stands twice":                                                    "le paramètre %s figure deux fois",
	"the value of %s holds a tab":                                                      "la valeur de %s contient une tabulation",
	"there are more than %d parameters":                                                "il y a plus de %d paramètres",
	"the parameter «%s» has no value":                                                  "le paramètre «%s» n’a pas de valeur",
	"the parameter %s is in a form of RFC 2231, which has no place here":               "le paramètre %s est sous une forme de la RFC 2231, qui n’a pas sa place ici",
	"«%s» is not the name of a parameter":                                              "«%s» n’est pas un nom de paramètre",
	"the value of %s ends inside an escape":                                            "la valeur de %s se termine au milieu d’un échappement",
	"the value of %s has no closing quote":                                             "la valeur de %s n’a pas de guillemet fermant",
	"text follows the quoted value of %s":                                              "du texte suit la valeur entre guillemets de %s",
	"the unquoted value of %s holds a blank or a quote":                                "la valeur sans guillemets de %s contient un blanc ou un guillemet",
	"the boundary is empty":                                                            "le boundary est vide",
	"the boundary has %d characters, more than 70":                                     "le boundary a %d caractères, plus de 70",
	"the boundary ends with a blank":                                                   "le boundary se termine par un blanc",
	"the boundary holds the byte 0x%02X":                                               "le boundary contient l’octet 0x%02X",
	"a boundary comes after CR LF although the first boundary line ends with LF alone": "un boundary suit CR LF alors que la première ligne de boundary se termine par LF seul",
	"a boundary line is longer than %d bytes":                                          "une ligne de boundary dépasse %d octets",
	"more than %d bytes follow the final boundary":                                     "plus de %d octets suivent le boundary final",
	"the body ends inside a part, before the final boundary":                           "le corps se termine à l’intérieur d’une partie, avant le boundary final",
	"the body ends inside the header of a part":                                        "le corps se termine dans l’en-tête d’une partie",
	"the body ends after the final boundary":                                           "le corps se termine après le boundary final",
	"the body has more than %d parts":                                                  "le corps a plus de %d parties",
	"no boundary in the first %d bytes of the body":                                    "aucun boundary dans les %d premiers octets du corps",
	"the body has no line made of two hyphens and the boundary":                        "le corps n’a pas de ligne faite de deux traits d’union et du boundary",
	"the body has a final boundary and no part":                                        "le corps a un boundary final et aucune partie",
	"more than %d bytes stand before the first boundary":                               "plus de %d octets précèdent le premier boundary",
	"the header of a part is larger than %d bytes":                                     "l’en-tête d’une partie dépasse %d octets",
	"a boundary stands inside the header of a part":                                    "un boundary se trouve dans l’en-tête d’une partie",
}
