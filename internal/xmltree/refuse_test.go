package xmltree

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// refusals are documents that break one rule each, with the kind, the place and a word of the message expected.
var refusals = []struct {
	name, src    string
	kind         ErrorKind
	line, column int
	says         string
}{
	{"nothing", "", NotWellFormed, 1, 1, "no element"},
	{"blanks alone", " \n\t", NotWellFormed, 2, 2, "no element"},
	{"mark alone", "\uFEFF", NotWellFormed, 1, 1, "no element"},
	{"text alone", "bonjour", NotWellFormed, 1, 1, "before the first element"},
	{"text before", "x<a/>", NotWellFormed, 1, 1, "before the first element"},
	{"text after", "<a/>\né", NotWellFormed, 2, 1, "after the end of the document element"},
	{"reference after", "<a/>&#32;", NotWellFormed, 1, 5, "after the end"},
	{"section before", "<![CDATA[]]><a/>", NotWellFormed, 1, 1, "CDATA"},
	{"section after", "<a/><![CDATA[ ]]>", NotWellFormed, 1, 5, "CDATA"},
	{"two roots", "<a/>\n<b/>", NotWellFormed, 2, 1, "second element"},
	{"end tag after", "<a/></a>", NotWellFormed, 1, 5, "without its start tag"},
	{"unclosed", "<a><b>", NotWellFormed, 1, 7, "end tag of b"},
	{"wrong end tag", "<a>\n <b>\n</a>", NotWellFormed, 3, 1, "start tag b of line 2"},
	{"longer end tag", "<a></ab>", NotWellFormed, 1, 4, "does not match"},
	{"end tag with attribute", "<a></a b='1'>", NotWellFormed, 1, 8, "in an end tag"},
	{"end tag with blank first", "<a></ a>", NotWellFormed, 1, 6, "name should begin"},
	{"end tag cut", "<a></a", NotWellFormed, 1, 7, "ends"},
	{"end tag run into the next", "<a></a<b>", NotWellFormed, 1, 7, "in an end tag"},
	{"tag cut", "<a b='1'", NotWellFormed, 1, 9, "ends"},
	{"slash in tag", "<a / b='1'/>", NotWellFormed, 1, 4, "/ inside a tag"},
	{"blank before name", "< a/>", NotWellFormed, 1, 2, "name should begin"},
	{"digit name", "<1a/>", NotWellFormed, 1, 2, "name should begin"},
	{"dot name", "<.a/>", NotWellFormed, 1, 2, "name should begin"},
	{"multiplication sign in name", "<a×/>", NotWellFormed, 1, 3, "white space, > or />"},
	{"Greek question mark in name", "<a\u037E/>", NotWellFormed, 1, 3, "white space, > or />"},
	{"combining first", "<\u0300a/>", NotWellFormed, 1, 2, "name should begin"},
	{"private use name", "<\uE000/>", NotWellFormed, 1, 2, "name should begin"},

	{"attribute without value", "<a b/>", NotWellFormed, 1, 5, "b has no = "},
	{"attribute without quotes", "<a b=1/>", NotWellFormed, 1, 6, "not in quotes"},
	{"attribute mixed quotes", "<a b='1\"/>", NotWellFormed, 1, 7, "ends inside the value"},
	{"attributes without blank", "<a b='1'c='2'/>", NotWellFormed, 1, 9, "white space"},
	{"less in attribute", "<a b='<'/>", NotWellFormed, 1, 7, "&lt;"},
	{"attribute twice", "<a b='1' c='2' b='3'/>", NotWellFormed, 1, 16, "b stands twice"},
	{"declaration twice", "<a xmlns:p='u' xmlns:p='u'/>", NotWellFormed, 1, 16, "prefix p stands twice"},
	{"default twice", "<a xmlns='u' xmlns='v'/>", NotWellFormed, 1, 14, "default namespace stands twice"},
	{"same expanded name", "<r xmlns:p='u' xmlns:q='u'>\n<a p:x='1' q:x='2'/></r>", Namespace, 2, 12, "p:x and q:x"},

	{"bare ampersand", "<a>R & D</a>", NotWellFormed, 1, 6, "&amp;"},
	{"ampersand at end", "<a>&", NotWellFormed, 1, 4, "&amp;"},
	{"entity", "<a>un&nbsp;deux</a>", NotWellFormed, 1, 6, "nbsp is not declared"},
	{"entity in attribute", "<a b='&eacute;'/>", NotWellFormed, 1, 7, "eacute"},
	{"entity without semicolon", "<a>&lt </a>", NotWellFormed, 1, 4, "&amp;"},
	{"empty reference", "<a>&;</a>", NotWellFormed, 1, 4, "&amp;"},
	{"reference empty", "<a>&#;</a>", NotWellFormed, 1, 4, "no digits"},
	{"reference hex empty", "<a>&#x;</a>", NotWellFormed, 1, 4, "no digits"},
	{"reference capital X", "<a>&#X41;</a>", NotWellFormed, 1, 4, "digits"},
	{"reference unfinished", "<a>&#65</a>", NotWellFormed, 1, 4, "semicolon"},
	{"reference to NUL", "<a>&#0;</a>", NotWellFormed, 1, 4, "U+0000"},
	{"reference to control", "<a b='&#x1F;'/>", NotWellFormed, 1, 7, "U+001F"},
	{"reference to surrogate", "<a>&#xD800;</a>", NotWellFormed, 1, 4, "U+D800"},
	{"reference to U+FFFE", "<a>&#xFFFE;</a>", NotWellFormed, 1, 4, "U+FFFE"},
	{"reference too large", "<a>&#x110000;</a>", NotWellFormed, 1, 4, "U+10FFFF"},
	{"reference overflowing", "<a>&#99999999999999999999;</a>", NotWellFormed, 1, 4, "U+10FFFF"},
	{"section end in text", "<a>x]]>y</a>", NotWellFormed, 1, 5, "]]&gt;"},
	{"section end after bracket", "<a>]]]></a>", NotWellFormed, 1, 5, "]]&gt;"},
	{"section cut", "<a><![CDATA[x]]</a>", NotWellFormed, 1, 4, "CDATA"},
	{"section misspelt", "<a><![cdata[x]]></a>", NotWellFormed, 1, 4, "<!"},
	{"comment with dashes", "<a><!-- a -- b --></a>", NotWellFormed, 1, 11, "--"},
	{"comment ending in three dashes", "<a><!-- a ---></a>", NotWellFormed, 1, 11, "--"},
	{"comment cut", "<a><!-- a", NotWellFormed, 1, 4, "comment"},
	{"comment cut short", "<a><!-", NotWellFormed, 1, 4, "ends"},
	{"comment of three dashes", "<a><!--->", NotWellFormed, 1, 4, "comment"},
	{"declaration in content", "<a><!ELEMENT b ANY></a>", NotWellFormed, 1, 4, "<!"},

	{"control character", "<a>\x01</a>", NotWellFormed, 1, 4, "U+0001"},
	{"NUL", "<a>\x00</a>", NotWellFormed, 1, 4, "U+0000"},
	{"form feed in comment", "<a><!--\f--></a>", NotWellFormed, 1, 8, "U+000C"},
	{"U+FFFF in instruction", "<a><?x \uFFFF?></a>", NotWellFormed, 1, 8, "U+FFFF"},
	{"U+FFFE in section", "<a><![CDATA[\uFFFE]]></a>", NotWellFormed, 1, 13, "U+FFFE"},
	{"NUL after the end", "<a/>\x00", NotWellFormed, 1, 5, "U+0000"},
	{"vertical tab in tag", "<a\vb='1'/>", NotWellFormed, 1, 3, "U+000B"},
	{"earlier fault than the character", "<a></b>\x00", NotWellFormed, 1, 4, "does not match"},
	{"Latin-1", "<a>\n h\xE8pital</a>", Encoding, 2, 3, "0xE8"},
	{"overlong", "<a>\xC0\xAF</a>", Encoding, 1, 4, "UTF-8"},
	{"lone continuation", "<a b='\x80'/>", Encoding, 1, 7, "UTF-8"},
	{"surrogate in UTF-8", "<a>\xED\xA0\x80</a>", Encoding, 1, 4, "UTF-8"},
	{"beyond Unicode", "<a>\xF4\x90\x80\x80</a>", Encoding, 1, 4, "UTF-8"},
	{"character cut", "<a>\xE2\x82", Encoding, 1, 4, "UTF-8"},
	{"character cut in name", "<a\xC3", Encoding, 1, 3, "UTF-8"},

	{"no version", "<?xml encoding='UTF-8'?><a/>", NotWellFormed, 1, 7, "version"},
	{"bare declaration", "<?xml?><a/>", NotWellFormed, 1, 6, "version"},
	{"version 1.1", "<?xml version='1.1'?><a/>", Encoding, 1, 16, "1.1"},
	{"version 2.0", "<?xml version='2.0'?><a/>", NotWellFormed, 1, 16, "version"},
	{"version 1.", "<?xml version='1.'?><a/>", NotWellFormed, 1, 16, "version"},
	{"version with blank", "<?xml version=' 1.0'?><a/>", NotWellFormed, 1, 16, "version"},
	{"encoding first", "<?xml encoding='UTF-8' version='1.0'?><a/>", NotWellFormed, 1, 7, "version"},
	{"standalone before encoding", "<?xml version='1.0' standalone='yes' encoding='UTF-8'?><a/>", NotWellFormed, 1, 38, "in this order"},
	{"standalone in capitals", "<?xml version='1.0' standalone='YES'?><a/>", NotWellFormed, 1, 33, "standalone"},
	{"standalone empty", "<?xml version='1.0' standalone=''?><a/>", NotWellFormed, 1, 33, "standalone"},
	{"encoding empty", "<?xml version='1.0' encoding=''?><a/>", NotWellFormed, 1, 31, "encoding"},
	{"mixed quotes", "<?xml version='1.0\"?><a/>", NotWellFormed, 1, 15, "ends"},
	{"no blank", "<?xml version='1.0'encoding='UTF-8'?><a/>", NotWellFormed, 1, 20, "in this order"},
	{"no question mark", "<?xml version='1.0'><a/>", NotWellFormed, 1, 20, "?>"},
	{"declaration in capitals", "<?XML version='1.0'?><a/>", NotWellFormed, 1, 1, "named xml"},
	{"declaration with capital L", "<?xmL version='1.0'?><a/>", NotWellFormed, 1, 1, "named xml"},
	{"declaration after blank", " <?xml version='1.0'?><a/>", NotWellFormed, 1, 2, "very beginning"},
	{"second declaration", "<?xml version='1.0'?><a><?xml version='1.0'?></a>", NotWellFormed, 1, 25, "very beginning"},
	{"declaration twice the mark", "\uFEFF\uFEFF<a/>", NotWellFormed, 1, 1, "before the first element"},
	{"declared Latin-1", "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", Encoding, 1, 31, "ISO-8859-1"},
	{"mark and Latin-1", "\uFEFF<?xml version='1.0' encoding='iso-8859-1'?><a/>", Encoding, 1, 31, "iso-8859-1"},
	{"declared UTF-16", "<?xml version='1.0' encoding='UTF-16'?><a/>", Encoding, 1, 31, "UTF-16"},
	{"declared UTF-7", "<?xml version='1.0' encoding='UTF-7'?><a/>", Encoding, 1, 31, "UTF-7"},
	{"UTF-16 big endian", "\xFE\xFF\x00<\x00a\x00/\x00>", Encoding, 1, 1, "UTF-16"},
	{"UTF-16 little endian", "\xFF\xFE<\x00a\x00/\x00>\x00", Encoding, 1, 1, "UTF-16"},
	{"UTF-16 without mark", "<\x00a\x00/\x00>\x00", Encoding, 1, 1, "UTF-16"},
	{"UTF-32", "\x00\x00\xFE\xFF\x00\x00\x00<", Encoding, 1, 1, "UTF-32"},
	{"UTF-32 little endian", "\xFF\xFE\x00\x00<\x00\x00\x00", Encoding, 1, 1, "UTF-32"},
	{"EBCDIC", "\x4C\x6F\xA7\x94\x93", Encoding, 1, 1, "EBCDIC"},

	{"DOCTYPE", "<!DOCTYPE a><a/>", Doctype, 1, 1, "document type"},
	{"DOCTYPE unfinished", "<!DOCTYPE", Doctype, 1, 1, "document type"},
	{"DOCTYPE with entity", "<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", Doctype, 2, 1, "document type"},
	{"DOCTYPE then rubbish", "<!DOCTYPE \x00\xFF", Doctype, 1, 1, "document type"},
	{"DOCTYPE lower case", "<!doctype html><html/>", Doctype, 1, 1, "document type"},
	{"DOCTYPE after the root", "<a/><!DOCTYPE a>", Doctype, 1, 5, "document type"},
	{"DOCTYPE inside", "<a><!DOCTYPE a></a>", Doctype, 1, 4, "document type"},

	{"instruction without target", "<a><? x?></a>", NotWellFormed, 1, 6, "name should begin"},
	{"instruction cut", "<a><?x y></a>", NotWellFormed, 1, 4, "processing instruction"},
	{"instruction with colon", "<?a:b c?><a/>", Namespace, 1, 4, "colon"},
	{"instruction without blank", "<?a+b?><a/>", NotWellFormed, 1, 4, "after the target"},

	{"prefix not declared", "<p:a/>", Namespace, 1, 2, "prefix p is not declared"},
	{"prefix of attribute not declared", "<a\n p:b='1'/>", Namespace, 2, 2, "prefix p is not declared"},
	{"prefix out of scope", "<a><b xmlns:p='u'/><p:c/></a>", Namespace, 1, 21, "prefix p"},
	{"prefix bound to nothing", "<a xmlns:p=''/>", Namespace, 1, 4, "empty namespace"},
	{"xml rebound", "<a xmlns:xml='u'/>", Namespace, 1, 4, "xml"},
	{"xml namespace to another prefix", "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", Namespace, 1, 4, "xml"},
	{"xml namespace as default", "<a xmlns='http://www.w3.org/XML/1998/namespace'/>", Namespace, 1, 4, "xml"},
	{"xmlns declared", "<a xmlns:xmlns='u'/>", Namespace, 1, 4, "xmlns cannot"},
	{"xmlns namespace bound", "<a xmlns:p='http://www.w3.org/2000/xmlns/'/>", Namespace, 1, 4, "xmlns"},
	{"xmlns namespace by reference", "<a xmlns='http://www.w3.org/2000/xmlns&#x2F;'/>", Namespace, 1, 4, "xmlns"},
	{"xmlns as element prefix", "<xmlns:a/>", Namespace, 1, 2, "xmlns cannot"},
	{"colon first", "<:a/>", Namespace, 1, 2, "begins with a colon"},
	{"colon last", "<a:/>", Namespace, 1, 4, "cannot follow the colon"},
	{"two colons", "<a:b:c xmlns:a='u'/>", Namespace, 1, 5, "colon too many"},
	{"digit after colon", "<a:1 xmlns:a='u'/>", Namespace, 1, 4, "cannot follow the colon"},
	{"attribute colon", "<a :='1'/>", Namespace, 1, 4, "begins with a colon"},
	{"declaration with empty prefix", "<a xmlns:='u'/>", Namespace, 1, 10, "cannot follow the colon"},
}

// TestRefused: every broken rule is refused, at its place, in words that name it.
func TestRefused(t *testing.T) {
	for _, c := range refusals {
		t.Run(c.name, func(t *testing.T) {
			d, err := Parse([]byte(c.src), DocumentLimits)
			if err == nil {
				t.Fatalf("accepted: %s", d.Root().Raw())
			}
			fault, ok := err.(*SyntaxError)
			if !ok || d != nil {
				t.Fatalf("%T, %v", err, d)
			}
			if fault.Kind != c.kind || fault.Line != c.line || fault.Column != c.column || !strings.Contains(fault.Message, c.says) {
				t.Errorf("got %v: %v\nwant %v at line %d, column %d, saying %q", fault.Kind, fault, c.kind, c.line, c.column, c.says)
			}
		})
	}
}

// TestMessagesInFrench: every message has its French, and no format is left over or filled wrongly.
func TestMessagesInFrench(t *testing.T) {
	formats := map[string]bool{}
	for _, file := range []string{"chardata.go", "chars.go", "declaration.go", "markup.go", "namespace.go", "parse.go", "tag.go"} {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range regexp.MustCompile(`(?:fault|endFault)\([^"\n]*, "([^"]*)"`).FindAllSubmatch(src, -1) {
			format := string(call[1])
			formats[format] = true
			verb := regexp.MustCompile(`%[a-zA-Z0-9]+`)
			french := frenchFormats[format]
			if french == "" || !slices.Equal(verb.FindAllString(format, -1), verb.FindAllString(french, -1)) {
				t.Errorf("%q is in French %q", format, french)
			}
		}
	}
	for format := range frenchFormats {
		if !formats[format] {
			t.Errorf("nothing says %q", format)
		}
	}
	for _, c := range refusals {
		_, err := Parse([]byte(c.src), DocumentLimits)
		fault := err.(*SyntaxError)
		if fault.In("en") != fault.Message || fault.In("fr") == fault.Message || strings.Contains(fault.In("fr")+fault.Message, "%!") {
			t.Errorf("%s: %q, %q", c.name, fault.Message, fault.In("fr"))
		}
	}
}

// TestRefusedAnywhere puts each fault of content into the four places where it is met: at the top, deep inside, after
// much text that is right, and in a document that is cut behind it.
func TestRefusedAnywhere(t *testing.T) {
	for _, fault := range []string{
		"&x;", "]]>", "<!-- -- -->", "<p:q/>", "<e a='1' a='2'/>", "\x02", "\xC3\x28", "<!DOCTYPE e>", "&#xD800;", "</wrong>", "<e a=1/>",
	} {
		for name, src := range map[string]string{
			"top": "<r>" + fault + "</r>", "deep": strings.Repeat("<a>", 50) + fault + strings.Repeat("</a>", 50),
			"late": "<r>" + strings.Repeat("<v>texte à lire</v>\n", 500) + fault + "</r>", "cut": "<r><s>" + fault,
		} {
			if _, err := Parse([]byte(src), DocumentLimits); err == nil {
				t.Errorf("%s: %q is accepted", name, fault)
			} else if at := err.(*SyntaxError).Offset; at < strings.Index(src, fault) || at > strings.Index(src, fault)+len(fault) {
				t.Errorf("%s: %q is found at byte %d: %v", name, fault, at, err)
			}
		}
	}
}
