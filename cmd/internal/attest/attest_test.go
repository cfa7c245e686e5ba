package attest

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

var now = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

var nonce = []byte("sixteen bytes ok")

// authority is a certificate and its key: a maker, or a batch.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func (a *authority) makes(t testing.TB, name string, from, until time.Time) *authority {
	t.Helper()
	key := must.Key(t)
	by := &authority{&x509.Certificate{}, key}
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	parent, signs := template, key
	if a != nil {
		parent, signs = a.cert, a.key
	}
	by.cert = certify(t, template, parent, &key.PublicKey, signs)
	return by
}

func certify(t testing.TB, template, parent *x509.Certificate, key any, by *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key, by)
	must.OK(t, err)
	cert, err := x509.ParseCertificate(der)
	must.OK(t, err)
	return cert
}

// attests is the chain of a key, without the root.
func (a *authority) attests(t testing.TB, key *rsa.PrivateKey, value []byte) [][]byte {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "key"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour)}
	if value != nil {
		template.ExtraExtensions = []pkix.Extension{{Id: OID, Value: value}}
	}
	return [][]byte{certify(t, template, a.cert, &key.PublicKey, a.key).Raw, a.cert.Raw}
}

func said(t testing.TB, version int, applet string, key, guard Purpose, nonce []byte) []byte {
	t.Helper()
	b, err := asn1.Marshal(extension{version, applet, asn1.Enumerated(key), asn1.Enumerated(guard), nonce})
	must.OK(t, err)
	return b
}

// TestEachFaultOfAnAttestationHasARefusalOfItsOwn: an emulator, a copied answer, a batch that leaks its
// keys and a maker that is not known are told apart.
func TestEachFaultOfAnAttestationHasARefusalOfItsOwn(t *testing.T) {
	var none *authority
	day := 24 * time.Hour
	root := none.makes(t, "Maker A", now.Add(-1000*day), now.Add(1000*day))
	newer := none.makes(t, "Maker A 2026", now.Add(-10*day), now.Add(3000*day))
	stranger := none.makes(t, "Maker of nothing", now.Add(-1000*day), now.Add(1000*day))
	batch := root.makes(t, "batch 7", now.Add(-100*day), now.Add(100*day))
	newest := newer.makes(t, "batch 8", now.Add(-5*day), now.Add(100*day))
	leaked := root.makes(t, "batch 3", now.Add(-100*day), now.Add(100*day))
	old := root.makes(t, "batch 1", now.Add(-900*day), now.Add(-day))
	early := root.makes(t, "batch 9", now.Add(day), now.Add(100*day))
	strange := stranger.makes(t, "batch 7", now.Add(-100*day), now.Add(100*day))
	sub := batch.makes(t, "sub-batch", now.Add(-50*day), now.Add(50*day))

	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must.OK(t, err)
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	must.OK(t, err)
	spki, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	must.OK(t, err)
	hash := sha256.Sum256(nonce)
	good := said(t, 1, "1.4.2", Sign, Sign, hash[:])
	a := Anchors{Roots: []*x509.Certificate{root.cert, newer.cert}, Until: now.Add(day),
		Withdrawn: map[[32]byte]bool{sha256.Sum256(leaked.cert.RawSubjectPublicKeyInfo): true}}

	long := make([]byte, MostBytes+1)
	for name, c := range map[string]struct {
		chain [][]byte
		at    time.Time
		want  error
	}{
		"good":                                 {batch.attests(t, key, good), now, nil},
		"with its root":                        {append(batch.attests(t, key, good), root.cert.Raw), now, nil},
		"under the maker's next root":          {newest.attests(t, key, good), now, nil},
		"over one more authority":              {append(sub.attests(t, key, good), batch.cert.Raw), now, nil},
		"nothing":                              {nil, now, Missing},
		"a certificate that attests nothing":   {batch.attests(t, key, nil), now, Missing},
		"too many":                             {append(batch.attests(t, key, good), root.cert.Raw, root.cert.Raw, root.cert.Raw), now, Unreadable},
		"too long":                             {[][]byte{long}, now, Unreadable},
		"no certificate":                       {[][]byte{{0x30, 0x00}}, now, Unreadable},
		"another version":                      {batch.attests(t, key, said(t, 2, "1.4.2", Sign, Sign, hash[:])), now, Unreadable},
		"no applet":                            {batch.attests(t, key, said(t, 1, "", Sign, Sign, hash[:])), now, Unreadable},
		"half a nonce":                         {batch.attests(t, key, said(t, 1, "1.4.2", Sign, Sign, hash[:16])), now, Unreadable},
		"something behind it":                  {batch.attests(t, key, append(good, 0)), now, Unreadable},
		"the list is old":                      {batch.attests(t, key, good), a.Until.Add(time.Second), StaleList},
		"a maker that is not known":            {strange.attests(t, key, good), now, NoAnchor},
		"… though its root stands last":        {append(strange.attests(t, key, good), stranger.cert.Raw), now, NoAnchor},
		"without the batch":                    {batch.attests(t, key, good)[:1], now, NoAnchor},
		"by a root itself":                     {root.attests(t, key, good), now, NoAnchor},
		"a batch that is over":                 {old.attests(t, key, good), now, Expired},
		"a batch that has not begun":           {early.attests(t, key, good), now, Expired},
		"a batch that was withdrawn":           {leaked.attests(t, key, good), now, Withdrawn},
		"another key":                          {batch.attests(t, other, good), now, OtherKey},
		"a key for authentication":             {batch.attests(t, key, said(t, 1, "1.4.2", Auth, Auth, hash[:])), now, OtherUse},
		"a signing key behind the 4-digit PIN": {batch.attests(t, key, said(t, 1, "1.4.2", Sign, Auth, hash[:])), now, OtherUse},
		"the nonce of another application":     {batch.attests(t, key, said(t, 1, "1.4.2", Sign, Sign, make([]byte, 32))), now, OtherNonce},
	} {
		s, err := a.Check(c.chain, spki, Sign, nonce, c.at)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if (err == nil) != (s.Applet == "1.4.2") {
			t.Errorf("%s: said %+v", name, s)
		}
		if c.want != nil && err.Error() != "attest: "+string(c.want.(Refusal)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s, err := a.Check(batch.attests(t, key, good), spki, Sign, nonce, now)
	if err != nil || s.Maker != "Maker A" || s.Batch != sha256.Sum256(batch.cert.RawSubjectPublicKeyInfo) {
		t.Errorf("%+v, %v", s, err)
	}
}

func FuzzCheckIsTotal(f *testing.F) {
	f.Add([]byte{0x30, 0x03, 0x02, 0x01, 0x01})
	hash := sha256.Sum256(nonce)
	f.Add(said(f, 1, "1.4.2", Sign, Sign, hash[:]))
	var none *authority
	root := none.makes(f, "Maker A", now.Add(-time.Hour), now.Add(time.Hour))
	batch := root.makes(f, "batch", now.Add(-time.Hour), now.Add(time.Hour))
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must.OK(f, err)
	a := Anchors{Roots: []*x509.Certificate{root.cert}, Until: now}
	f.Fuzz(func(t *testing.T, value []byte) {
		chain := batch.attests(t, key, value)
		cert, err := x509.ParseCertificate(chain[0])
		if err != nil {
			return
		}
		if s, err := a.Check(chain, cert.RawSubjectPublicKeyInfo, Sign, nonce, now); (err == nil) != (s.Maker != "") {
			t.Errorf("%+v, %v", s, err)
		}
	})
}
