package cms

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"path/filepath"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

var content = []byte(`{"v":"latest-items/1","act":"give"}`)

// signer is a key, and a certificate of it.
type signer struct {
	key  *rsa.PrivateKey
	cert []byte
}

func newSigner(t testing.TB) signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must.OK(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(4711), Subject: pkix.Name{CommonName: "resident"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageContentCommitment,
		IsCA: true, BasicConstraintsValid: true}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	must.OK(t, err)
	return signer{key, cert}
}

func (s signer) signs(t testing.TB, attributes []byte) []byte {
	t.Helper()
	digest := sha256.Sum256(attributes)
	signature, err := rsa.SignPKCS1v15(rand.Reader, s.key, crypto.SHA256, digest[:])
	must.OK(t, err)
	whole, err := Assemble(attributes, s.cert, signature)
	must.OK(t, err)
	return whole
}

func (s signer) attributes(t testing.TB, at time.Time) []byte {
	t.Helper()
	a, err := Attributes(sha256.Sum256(content), at, sha256.Sum256(s.cert))
	must.OK(t, err)
	return a
}

func TestWhatWasSignedIsVerified(t *testing.T) {
	s := newSigner(t)
	for _, at := range []time.Time{time.Date(2026, 11, 26, 15, 4, 5, 0, time.UTC), time.Date(2049, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(2050, 1, 1, 0, 0, 0, 0, time.UTC)} {
		whole := s.signs(t, s.attributes(t, at))
		got, err := Verify(whole, content)
		if err != nil || !got.At.Equal(at) || !bytes.Equal(got.Certificate.Raw, s.cert) || len(whole) > Max {
			t.Errorf("%s: %+v, %v, %d bytes", at, got.At, err, len(whole))
		}
	}
	if _, err := Verify(s.signs(t, s.attributes(t, time.Now())), append(content, ' ')); !errors.Is(err, ErrSignature) {
		t.Errorf("other content: %v", err)
	}
}

// TestEveryChangedBitIsRefused, wherever it stands: in a length, an algorithm, the certificate or the
// signature.
func TestEveryChangedBitIsRefused(t *testing.T) {
	s := newSigner(t)
	whole := s.signs(t, s.attributes(t, time.Now()))
	for i := range whole {
		for bit := range 8 {
			bad := bytes.Clone(whole)
			bad[i] ^= 1 << bit
			if _, err := Verify(bad, content); err == nil && !sameMeaning(t, bad, whole) {
				t.Errorf("byte %d, bit %d", i, bit)
			}
		}
	}
	for n := range len(whole) {
		if _, err := Verify(whole[:n], content); err == nil {
			t.Errorf("the first %d bytes", n)
		}
	}
	if _, err := Verify(append(whole, 0), content); !errors.Is(err, ErrProfile) {
		t.Errorf("one byte more: %v", err)
	}
	if _, err := Verify(make([]byte, Max+1), content); !errors.Is(err, ErrProfile) {
		t.Errorf("too long: %v", err)
	}
}

// sameMeaning: the two names of the algorithm differ in a bit, and both say the same.
func sameMeaning(t *testing.T, a, b []byte) bool {
	t.Helper()
	both := [2][]byte{}
	for i, name := range []asn1.ObjectIdentifier{oidRSA, oidRSAWithSHA256} {
		var err error
		both[i], err = asn1.Marshal(name)
		must.OK(t, err)
	}
	return bytes.Equal(bytes.ReplaceAll(a, both[1], both[0]), b)
}

// TestOnlyOneSignerWithOneCertificateIsBelieved: a verifier that looks at the first signature alone, or
// takes what stands behind it for granted, can be shown another's.
func TestOnlyOneSignerWithOneCertificateIsBelieved(t *testing.T) {
	s, other := newSigner(t), newSigner(t)
	good := s.attributes(t, time.Now())
	digest := sha256.Sum256(good)
	signature, err := rsa.SignPKCS1v15(rand.Reader, s.key, crypto.SHA256, digest[:])
	must.OK(t, err)
	change := func(f func(*signedData)) []byte {
		var info contentInfo
		var d signedData
		whole, err := Assemble(good, s.cert, signature)
		must.OK(t, err)
		must.OK(t, must.Err(asn1.Unmarshal(whole, &info)))
		must.OK(t, must.Err(asn1.Unmarshal(info.Content.Bytes, &d)))
		f(&d)
		inner, err := asn1.Marshal(d)
		must.OK(t, err)
		out, err := asn1.Marshal(contentInfo{oidSignedData, tagged(inner)})
		must.OK(t, err)
		return out
	}
	must.OK(t, must.Err(Verify(change(func(*signedData) {}), content)))
	sha1 := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}}
	for name, f := range map[string]func(*signedData){
		"no signer":                func(d *signedData) { d.Signers = nil },
		"two signers":              func(d *signedData) { d.Signers = append(d.Signers, d.Signers[0]) },
		"no certificate":           func(d *signedData) { d.Certificates = tagged(nil) },
		"two certificates":         func(d *signedData) { d.Certificates = tagged(append(bytes.Clone(s.cert), other.cert...)) },
		"another's certificate":    func(d *signedData) { d.Certificates = tagged(other.cert) },
		"another version":          func(d *signedData) { d.Version = 3 },
		"another content":          func(d *signedData) { d.Content.Type = oidSignedData },
		"no digest":                func(d *signedData) { d.Digests = nil },
		"SHA-1":                    func(d *signedData) { d.Digests[0] = sha1 },
		"SHA-1 of the signer":      func(d *signedData) { d.Signers[0].Digest = sha1 },
		"another signature's name": func(d *signedData) { d.Signers[0].Algorithm.Algorithm = oidSHA256 },
		"another signer's version": func(d *signedData) { d.Signers[0].Version = 3 },
		"no attributes":            func(d *signedData) { d.Signers[0].Attributes = tagged(nil) },
		"attributes without a tag": func(d *signedData) {
			d.Signers[0].Attributes.Class, d.Signers[0].Attributes.FullBytes = 2, nil
			d.Signers[0].Attributes.Tag = 1
		},
		"no signature": func(d *signedData) { d.Signers[0].Signature = nil },
	} {
		if _, err := Verify(change(f), content); err == nil {
			t.Errorf("%s: believed", name)
		}
	}
}

// TestAttributesAreThoseOfTheProfile, each of them once, signed by the right key all the same.
func TestAttributesAreThoseOfTheProfile(t *testing.T) {
	s := newSigner(t)
	good := s.attributes(t, time.Now())
	var set asn1.RawValue
	must.OK(t, must.Err(asn1.Unmarshal(good, &set)))
	var each []asn1.RawValue
	for rest := set.Bytes; len(rest) > 0; {
		var one asn1.RawValue
		var err error
		rest, err = asn1.Unmarshal(rest, &one)
		must.OK(t, err)
		each = append(each, one)
	}
	pack := func(list ...asn1.RawValue) []byte {
		var b []byte
		for _, one := range list {
			b = append(b, one.FullBytes...)
		}
		out, err := asn1.Marshal(asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: b})
		must.OK(t, err)
		return out
	}
	must.OK(t, must.Err(Verify(s.signs(t, pack(each...)), content)))
	for i := range each {
		without := append(append([]asn1.RawValue{}, each[:i]...), each[i+1:]...)
		twice := append(append([]asn1.RawValue{}, each[:i+1]...), each[i:]...)
		for name, list := range map[string][]asn1.RawValue{"without": without, "twice": twice} {
			if _, err := Verify(s.signs(t, pack(list...)), content); !errors.Is(err, ErrProfile) {
				t.Errorf("%s attribute %d: %v", name, i, err)
			}
		}
	}
	if _, err := Verify(s.signs(t, pack(each[1], each[0], each[2], each[3])), content); !errors.Is(err, ErrProfile) {
		t.Errorf("in another order: %v", err)
	}
	wrong, err := Attributes(sha256.Sum256(content), time.Now(), sha256.Sum256([]byte("another certificate")))
	must.OK(t, err)
	if _, err := Verify(s.signs(t, wrong), content); !errors.Is(err, ErrSignature) {
		t.Errorf("of another certificate: %v", err)
	}
}

// TestSignaturesAreReadForEver: a consent that was signed years ago is shown to a judge then.
func TestSignaturesAreReadForEver(t *testing.T) {
	signed := golden(t)
	got, err := Verify(signed, content)
	if err != nil || !got.At.Equal(time.Date(2026, 11, 26, 3, 4, 5, 0, time.UTC)) {
		t.Fatalf("%v, %v", got.At, err)
	}
	hash := sha256.Sum256(got.Certificate.Raw)
	attributes, err := Attributes(sha256.Sum256(content), got.At, hash)
	must.OK(t, err)
	if !bytes.Contains(signed, attributes[2:]) {
		t.Error("the attributes of the same signature are other bytes now")
	}
}

func golden(t testing.TB) []byte {
	t.Helper()
	b := must.Read(t, filepath.Join("testdata", "v1", "signed.der"))
	return b
}

func FuzzVerifyIsTotal(f *testing.F) {
	f.Add(golden(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, err := Verify(b, content); (err == nil) != (got.Certificate != nil) {
			t.Errorf("%v, %v", got, err)
		}
	})
}

// TestSignIsWhatVerifyReads, by any key that signs a digest.
func TestSignIsWhatVerifyReads(t *testing.T) {
	s, at := newSigner(t), time.Unix(1_795_000_000, 0)
	signature, err := Sign(content, s.cert, at, func(digest [32]byte) ([]byte, error) { return s.key.Sign(rand.Reader, digest[:], crypto.SHA256) })
	must.OK(t, err)
	if said, err := Verify(signature, content); err != nil || !said.At.Equal(at) || !bytes.Equal(said.Certificate.Raw, s.cert) {
		t.Errorf("%+v, %v", said, err)
	}
	torn := errors.New("the card is gone")
	if _, err := Sign(content, s.cert, at, func([32]byte) ([]byte, error) { return nil, torn }); !errors.Is(err, torn) {
		t.Errorf("a key that does not sign: %v", err)
	}
}
