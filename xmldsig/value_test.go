package xmldsig

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"
)

// vectors makes signature values for one key and method over one SignedInfo, right and wrong ones.
type vectors struct {
	t      *testing.T
	holder holder
	method Method
	text   string // the signed assertion
	octets []byte // of SignedInfo
	value  []byte // the right one
}

func newVectors(t *testing.T, h holder, m Method) *vectors {
	t.Helper()
	signer := h.signer()
	signer.Method = m
	made, err := signer.SignEnveloped(assertion("_a"), Enveloped{ID: "_a"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Read(signatureOf(t, parse(t, made)), Engine())
	if err != nil {
		t.Fatal(err)
	}
	octets, fault := s.signedOctets()
	if fault != nil {
		t.Fatal(fault)
	}
	return &vectors{t: t, holder: h, method: m, text: string(made), octets: octets, value: s.Value}
}

// verify puts a text in the place of the SignatureValue's.
func (v *vectors) verify(text string) error {
	old := between(v.text, "<ds:SignatureValue>", "</ds:SignatureValue>")
	_, err := check(v.t, []byte(strings.Replace(v.text, old, "<ds:SignatureValue>"+text+"</ds:SignatureValue>", 1)), Strict(), v.holder.key.Public())
	return err
}

func (v *vectors) accepts(name string, value []byte) {
	v.t.Helper()
	if err := v.verify(encode(value)); err != nil {
		v.t.Errorf("%s, %s: %v", v.method, name, err)
	}
}

func (v *vectors) refuses(name string, value []byte) {
	v.t.Helper()
	reason := ReasonSignatureValue
	if len(value) == 0 {
		reason = ReasonEncoding
	}
	if e := AsError(v.verify(encode(value))); e == nil || e.Reason != reason {
		v.t.Errorf("%s, %s: %v", v.method, name, e)
	}
}

// lengths refuses a right value that is longer or shorter by a few bytes.
func (v *vectors) lengths() {
	v.accepts("as made", v.value)
	v.refuses("empty", nil)
	v.refuses("a byte before", append([]byte{0}, v.value...))
	v.refuses("a byte after", append(bytes.Clone(v.value), 0))
	v.refuses("without the first byte", v.value[1:])
	v.refuses("without the last byte", v.value[:len(v.value)-1])
	v.refuses("twice", append(bytes.Clone(v.value), v.value...))
	v.refuses("one byte", []byte{1})
	v.refuses("zeros", make([]byte, len(v.value)))
	v.refuses("ones", bytes.Repeat([]byte{0xFF}, len(v.value)))
	for _, bit := range []int{0, 7, len(v.value) * 4, len(v.value)*8 - 1} {
		flipped := bytes.Clone(v.value)
		flipped[bit/8] ^= 1 << (bit % 8)
		v.refuses("a bit flipped", flipped)
	}
}

// rawRSA gives the value whose encoded message (RFC 8017 section 9) is em.
func (v *vectors) rawRSA(em []byte) []byte {
	key := v.holder.key.(*rsa.PrivateKey)
	m := new(big.Int).SetBytes(em)
	return m.Exp(m, key.D, key.N).FillBytes(make([]byte, key.Size()))
}

// digestInfo prefixes: SHA-256 as it must be, and what must not pass for it.
var digestInfos = map[string]string{
	"no NULL":                 "302f300b0609608648016503040201" + "0420",
	"the identifier of SHA-1": "3029300d06092b0e03021a0500ff" + "0420",
	"that of SHA-512":         "3031300d060960864801650304020305000420",
	"a length in long form":   "308131300d060960864801650304020105000420",
	"indefinite length":       "3080300d060960864801650304020105000420",
	"a parameter":             "3032300e06096086480165030402010501000420",
	"no DigestInfo":           "",
	"a set":                   "3131300d060960864801650304020105000420",
}

func TestPKCS1Values(t *testing.T) {
	v := newVectors(t, rsaHolder(), RSASHA256)
	v.lengths()
	size := len(v.value)
	sum := sumOf(crypto.SHA256, v.octets)
	encoded := func(info, hash []byte, tail ...byte) []byte {
		t := append(append(append([]byte{}, info...), hash...), tail...)
		em := append([]byte{0, 1}, bytes.Repeat([]byte{0xFF}, size-3-len(t))...)
		return append(append(em, 0), t...)
	}
	right, _ := hex.DecodeString("3031300d060960864801650304020105000420")
	good := encoded(right, sum)
	v.accepts("made by hand", v.rawRSA(good))
	for name, prefix := range digestInfos {
		info, err := hex.DecodeString(prefix)
		if err != nil {
			t.Fatal(err)
		}
		v.refuses("DigestInfo with "+name, v.rawRSA(encoded(info, sum)))
	}
	v.refuses("garbage after the hash", v.rawRSA(encoded(right, sum, 1, 2, 3)))
	v.refuses("zeros after the hash", v.rawRSA(encoded(right, sum, make([]byte, 20)...)))
	v.refuses("another hash", v.rawRSA(encoded(right, sumOf(crypto.SHA256, nil))))
	v.refuses("half a hash", v.rawRSA(encoded(right, sum[:16])))
	change := func(name string, at int, to byte) {
		em := bytes.Clone(good)
		em[at] = to
		v.refuses(name, v.rawRSA(em))
	}
	change("block type 0", 1, 0)
	change("block type 2", 1, 2)
	change("padding that is not all ones", 20, 0xFE)
	change("padding with a zero", 30, 0)
	change("no separator", size-52, 0xFF)
	// Eight bytes of padding, then the DigestInfo, then anything: what an implementation that does not look at the end takes.
	short := append([]byte{0, 1, 255, 255, 255, 255, 255, 255, 255, 255, 0}, append(bytes.Clone(right), sum...)...)
	v.refuses("padding cut short", v.rawRSA(append(short, make([]byte, size-len(short))...)))
	n := rsaHolder().key.Public().(*rsa.PublicKey).N
	v.refuses("the modulus", n.Bytes())
	v.refuses("the modulus less one", new(big.Int).Sub(n, big.NewInt(1)).Bytes())
	if more := new(big.Int).Add(n, new(big.Int).SetBytes(v.value)); more.BitLen() <= size*8 {
		v.refuses("the value and the modulus", more.Bytes())
	}
	other := newVectors(t, rsaHolder(), RSAPSSSHA256)
	v.refuses("a value of PSS", other.rawPSS(crypto.SHA256, crypto.SHA256, 32, v.octets))
	leadingZero(t)
}

// leadingZero finds a value that begins with a zero byte: as it is it verifies, without the zero it must not.
func leadingZero(t *testing.T) {
	key := rsaHolder().key.(*rsa.PrivateKey)
	for i := range 5000 {
		sum := sumOf(crypto.SHA256, big.NewInt(int64(i)).Bytes())
		value, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum)
		if err != nil {
			t.Fatal(err)
		}
		if value[0] != 0 {
			continue
		}
		if err := verifyValue(key.Public(), pkcs1, crypto.SHA256, sum, value); err != nil {
			t.Errorf("a value with a leading zero: %v", err)
		}
		if verifyValue(key.Public(), pkcs1, crypto.SHA256, sum, value[1:]) == nil {
			t.Error("a value without its leading zero is accepted")
		}
		return
	}
	t.Fatal("no value begins with a zero")
}

// rawPSS makes an EMSA-PSS value (RFC 8017 section 9.1.1) with a mask of any digest and a salt of any length.
func (v *vectors) rawPSS(hash, mask crypto.Hash, salt int, octets []byte) []byte {
	key := v.holder.key.(*rsa.PrivateKey)
	bits := key.N.BitLen() - 1
	size := (bits + 7) / 8
	salted := bytes.Repeat([]byte{0xA5}, salt)
	h := sumOf(hash, append(append(make([]byte, 8), sumOf(hash, octets)...), salted...))
	db := append(make([]byte, size-salt-len(h)-2), 1)
	db = append(db, salted...)
	for counter := byte(0); ; counter++ {
		block := sumOf(mask, append(bytes.Clone(h), 0, 0, 0, counter))
		at := int(counter) * len(block)
		for i := 0; i < len(block) && at+i < len(db); i++ {
			db[at+i] ^= block[i]
		}
		if at+len(block) >= len(db) {
			break
		}
	}
	db[0] &= 0xFF >> (8*size - bits)
	return v.rawRSA(append(append(db, h...), 0xBC))
}

func TestPSSValues(t *testing.T) {
	v := newVectors(t, rsaHolder(), RSAPSSSHA256)
	v.lengths()
	v.accepts("made by hand", v.rawPSS(crypto.SHA256, crypto.SHA256, 32, v.octets))
	for name, value := range map[string][]byte{
		"no salt":              v.rawPSS(crypto.SHA256, crypto.SHA256, 0, v.octets),
		"a salt of 20":         v.rawPSS(crypto.SHA256, crypto.SHA256, 20, v.octets),
		"a salt of 31":         v.rawPSS(crypto.SHA256, crypto.SHA256, 31, v.octets),
		"a salt of 33":         v.rawPSS(crypto.SHA256, crypto.SHA256, 33, v.octets),
		"the longest salt":     v.rawPSS(crypto.SHA256, crypto.SHA256, 222, v.octets),
		"MGF1 with SHA-1":      v.rawPSS(crypto.SHA256, crypto.SHA1, 32, v.octets),
		"SHA-1":                v.rawPSS(crypto.SHA1, crypto.SHA1, 20, v.octets),
		"SHA-512":              v.rawPSS(crypto.SHA512, crypto.SHA512, 64, v.octets),
		"other octets":         v.rawPSS(crypto.SHA256, crypto.SHA256, 32, nil),
		"a value of PKCS1 1.5": newVectors(t, rsaHolder(), RSASHA256).value,
	} {
		v.refuses(name, value)
	}
}

// TestPSSParams: RSAPSS with its parameters; what names another mask, salt or trailer is refused, and so is one that
// leaves to a default what the default would contradict.
func TestPSSParams(t *testing.T) {
	v := newVectors(t, rsaHolder(), RSAPSSSHA256)
	const digest256, digest512 = `<ds:DigestMethod Algorithm="` + string(SHA256) + `"/>`, `<ds:DigestMethod Algorithm="` + string(SHA512) + `"/>`
	mgf := func(inside string) string {
		return `<p:MaskGenerationFunction Algorithm="` + mgf1 + `">` + inside + `</p:MaskGenerationFunction>`
	}
	params := func(inside string) string {
		return `<p:RSAPSSParams xmlns:p="` + moreNamespace + `">` + inside + `</p:RSAPSSParams>`
	}
	for inside, lets := range map[string]bool{
		"":                                 true,
		params(""):                         true,
		params(digest256 + mgf(digest256)): true,
		params(digest256 + mgf("")):        true,
		params("<p:SaltLength>32</p:SaltLength><p:TrailerField>1</p:TrailerField>"): true,
		params("<p:SaltLength>0</p:SaltLength>"):                                    false,
		params("<p:SaltLength>20</p:SaltLength>"):                                   false,
		params("<p:TrailerField>2</p:TrailerField>"):                                false,
		params(digest512):                  false,
		params(digest512 + mgf("")):        false,
		params(digest256 + mgf(digest512)): false,
		params(strings.Replace(digest256, string(SHA256), string(SHA1), 1)):      false,
		params(mgf(strings.Replace(digest256, string(SHA256), string(SHA1), 1))): false,
		params(strings.Replace(mgf(""), mgf1, "urn:mgf2", 1)):                    false,
		params("<p:Other/>"):    false,
		params("") + params(""): false,
		"<x/>":                  false,
	} {
		text := strings.Replace(v.text, `sha256-rsa-MGF1"/>`, `rsa-pss">`+inside+`</ds:SignatureMethod>`, 1)
		s, err := Read(signatureOf(t, parse(t, []byte(text))), Strict())
		if (err == nil) != lets {
			t.Errorf("%s: %v", inside, err)
		}
		if err != nil {
			wantReason(t, err, ReasonAlgorithm)
			continue
		}
		octets, fault := s.signedOctets()
		if fault != nil {
			t.Fatal(fault)
		}
		old := between(text, "<ds:SignatureValue>", "</ds:SignatureValue>")
		text = strings.Replace(text, old, "<ds:SignatureValue>"+encode(v.rawPSS(crypto.SHA256, crypto.SHA256, 32, octets))+"</ds:SignatureValue>", 1)
		if _, err := check(t, []byte(text), Strict(), rsaHolder().key.Public()); err != nil {
			t.Errorf("%s: %v", inside, err)
		}
	}
}

func TestECDSAValues(t *testing.T) {
	for _, c := range []struct {
		holder holder
		method Method
		curve  elliptic.Curve
	}{{p256Holder(), ECDSASHA256, elliptic.P256()}, {p384Holder(), ECDSASHA384, elliptic.P384()}, {p521Holder(), ECDSASHA512, elliptic.P521()}, {p256Holder(), ECDSASHA512, elliptic.P256()}} {
		v := newVectors(t, c.holder, c.method)
		v.lengths()
		n := c.curve.Params().N
		size := len(v.value) / 2
		r, s := new(big.Int).SetBytes(v.value[:size]), new(big.Int).SetBytes(v.value[size:])
		pair := func(r, s *big.Int, size int) []byte {
			value := make([]byte, 2*size)
			r.FillBytes(value[:size])
			s.FillBytes(value[size:])
			return value
		}
		zero, one := new(big.Int), big.NewInt(1)
		for name, rs := range map[string][2]*big.Int{
			"r = 0": {zero, s}, "s = 0": {r, zero}, "both 0": {zero, zero}, "r = n": {n, s}, "s = n": {r, n}, "both n": {n, n},
			"1 and 1": {one, one}, "r and 1": {r, one}, "swapped": {s, r},
			"n - r": {new(big.Int).Sub(n, r), s}, "n - 1 twice": {new(big.Int).Sub(n, one), new(big.Int).Sub(n, one)},
		} {
			v.refuses(name, pair(rs[0], rs[1], size))
		}
		for name, rs := range map[string][2]*big.Int{"r + n": {new(big.Int).Add(r, n), s}, "s + n": {r, new(big.Int).Add(s, n)}} {
			if rs[0].BitLen() <= 8*size && rs[1].BitLen() <= 8*size { // on P-521 it fits
				v.refuses(name, pair(rs[0], rs[1], size))
			}
		}
		// XML Signature asks for no low s; the value binds the same octets.
		v.accepts("n - s", pair(r, new(big.Int).Sub(n, s), size))
		v.refuses("zeros before each", pair(r, s, size+1))
		v.refuses("of the size of P-521", append(pair(r, s, 66), 0))
		der, err := ecdsa.SignASN1(rand.Reader, c.holder.key.(*ecdsa.PrivateKey), sumOf(signatureMethods[c.method].hash, v.octets))
		if err != nil {
			t.Fatal(err)
		}
		v.refuses("DER", der)
		v.refuses("another message", newVectors(t, c.holder, c.method).value[:size*2-1])
	}
}

// TestBase64: white space of XML may stand anywhere in a value, damage nowhere.
func TestBase64(t *testing.T) {
	v := newVectors(t, rsaHolder(), RSASHA256)
	good := encode(v.value) // 256 bytes: two padding characters less than a multiple of three
	for name, text := range map[string]string{
		"lines": good[:76] + "\n" + good[76:152] + "\r\n" + good[152:], "carriage returns": good[:64] + "&#13;\n" + good[64:],
		"blanks around": "  \t" + good + "\n ", "a blank between each": strings.Join(strings.Split(good, ""), " "), "CDATA": "<![CDATA[" + good + "]]>",
	} {
		if err := v.verify(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	loose := []byte(good)
	loose[len(loose)-3]++ // bits that no byte takes
	for name, text := range map[string]string{
		"no padding": strings.TrimRight(good, "="), "one padding character": good[:len(good)-1], "three": good + "=", "padding inside": good[:4] + "==" + good[4:],
		"bits left over": string(loose), "the URL alphabet": base64.URLEncoding.EncodeToString(bytes.Repeat([]byte{0xFB}, 256)), "no-break space": good[:8] + "\u00a0" + good[8:],
		"a zero-width space": good + "\u200b", "a full stop": good + ".", "an entity": good[:8] + "&amp;" + good[8:], "hexadecimal": hex.EncodeToString(v.value) + "!", "two values": good + good,
		"a comment": good[:8] + "<!---->" + good[8:], "an element": good[:8] + "<x/>" + good[8:], "nothing": "", "blanks": " \n",
	} {
		if e := AsError(v.verify(text)); e == nil || e.Reason != ReasonEncoding {
			t.Errorf("%s: %v", name, e)
		}
	}
}
