package ocsp

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"path/filepath"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	tags "golang.org/x/crypto/cryptobyte/asn1"

	"multicopy.example/kiosk/must"
)

// parts of a request, each of which a test can spoil.
type parts struct {
	before, algorithm, name, key, serial, single, extensions, after []byte
	times                                                           int
}

func sequence(tag tags.Tag, all ...[]byte) []byte {
	b := cryptobyte.NewBuilder(nil)
	b.AddASN1(tag, func(b *cryptobyte.Builder) {
		for _, p := range all {
			b.AddBytes(p)
		}
	})
	return b.BytesOrPanic()
}

func octets(n int) []byte { return sequence(tags.OCTET_STRING, bytes.Repeat([]byte{7}, n)) }

func oid(o asn1.ObjectIdentifier) []byte {
	b, err := asn1.Marshal(o)
	if err != nil {
		panic(err)
	}
	return b
}

var null = []byte{5, 0}

func good() parts {
	return parts{algorithm: sequence(tags.SEQUENCE, oid(oidSHA1), null), name: octets(20), key: octets(20), serial: []byte{2, 1, 1}, times: 1}
}

func (p parts) der() []byte {
	one := sequence(tags.SEQUENCE, sequence(tags.SEQUENCE, p.algorithm, p.name, p.key, p.serial), p.single)
	return sequence(tags.SEQUENCE, sequence(tags.SEQUENCE, p.before, sequence(tags.SEQUENCE, bytes.Repeat(one, p.times)), p.extensions), p.after)
}

// extension is [2] or [0] { Extensions } of these.
func extensions(tag uint8, all ...[]byte) []byte {
	return sequence(context(tag), sequence(tags.SEQUENCE, all...))
}

func extension(o asn1.ObjectIdentifier, critical, value []byte) []byte {
	return sequence(tags.SEQUENCE, oid(o), critical, sequence(tags.OCTET_STRING, value))
}

func nonce(n int) []byte { return extension(oidNonce, nil, octets(n)) }

var other = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 8} // preferred signature algorithms

func TestRequestsAreReadStrictly(t *testing.T) {
	yes, no := []byte{1, 1, 0xFF}, []byte{1, 1, 0}
	for name, c := range map[string]struct {
		spoil func(*parts)
		taken bool
	}{
		"as it is":                        {func(*parts) {}, true},
		"a requestor's name":              {func(p *parts) { p.before = sequence(context(1), null) }, true},
		"signed":                          {func(p *parts) { p.after = sequence(context(0), sequence(tags.SEQUENCE)) }, true},
		"an algorithm without parameters": {func(p *parts) { p.algorithm = sequence(tags.SEQUENCE, oid(oidSHA1)) }, true},
		"SHA-256": {func(p *parts) {
			p.algorithm, p.name, p.key = sequence(tags.SEQUENCE, oid(oidSHA256)), octets(32), octets(32)
		}, true},
		"an algorithm that is not known": {func(p *parts) { p.algorithm = sequence(tags.SEQUENCE, oid(other)) }, true},
		"a serial number of 20 octets":   {func(p *parts) { p.serial = sequence(tags.INTEGER, bytes.Repeat([]byte{0x7F}, 20)) }, true},
		"sixteen certificates":           {func(p *parts) { p.times = 16 }, true},
		"a nonce of 1":                   {func(p *parts) { p.extensions = extensions(2, nonce(1)) }, true},
		"a nonce of 32":                  {func(p *parts) { p.extensions = extensions(2, nonce(32)) }, true},
		"a nonce of 128":                 {func(p *parts) { p.extensions = extensions(2, nonce(128)) }, true},
		"a critical nonce":               {func(p *parts) { p.extensions = extensions(2, extension(oidNonce, yes, octets(16))) }, true},
		"another extension":              {func(p *parts) { p.extensions = extensions(2, extension(other, nil, null), nonce(16)) }, true},
		"an extension of a certificate":  {func(p *parts) { p.single = extensions(0, extension(other, nil, null)) }, true},

		"nothing asked":                       {func(p *parts) { p.times = 0 }, false},
		"seventeen certificates":              {func(p *parts) { p.times = 17 }, false},
		"the default version said":            {func(p *parts) { p.before = sequence(context(0), []byte{2, 1, 0}) }, false},
		"version 2":                           {func(p *parts) { p.before = sequence(context(0), []byte{2, 1, 1}) }, false},
		"a nonce of 0":                        {func(p *parts) { p.extensions = extensions(2, nonce(0)) }, false},
		"a nonce of 129":                      {func(p *parts) { p.extensions = extensions(2, nonce(129)) }, false},
		"a nonce without its own tag":         {func(p *parts) { p.extensions = extensions(2, extension(oidNonce, nil, []byte{1, 2, 3})) }, false},
		"two nonces":                          {func(p *parts) { p.extensions = extensions(2, nonce(16), nonce(16)) }, false},
		"no extension in the list of them":    {func(p *parts) { p.extensions = extensions(2) }, false},
		"a critical extension, unknown":       {func(p *parts) { p.extensions = extensions(2, extension(other, yes, null)) }, false},
		"a critical one of a certificate":     {func(p *parts) { p.single = extensions(0, extension(oidNonce, yes, octets(16))) }, false},
		"the default of critical said":        {func(p *parts) { p.extensions = extensions(2, extension(other, no, null)) }, false},
		"an algorithm with other parameters":  {func(p *parts) { p.algorithm = sequence(tags.SEQUENCE, oid(oidSHA1), []byte{2, 1, 1}) }, false},
		"SHA-1 of 19 octets":                  {func(p *parts) { p.key = octets(19) }, false},
		"an unknown algorithm of 65 octets":   {func(p *parts) { p.algorithm, p.key = sequence(tags.SEQUENCE, oid(other)), octets(65) }, false},
		"a serial number of 21 octets":        {func(p *parts) { p.serial = sequence(tags.INTEGER, bytes.Repeat([]byte{0x7F}, 21)) }, false},
		"a serial number below 0":             {func(p *parts) { p.serial = []byte{2, 1, 0x80} }, false},
		"a serial number with a zero before":  {func(p *parts) { p.serial = []byte{2, 2, 0, 1} }, false},
		"something behind the certificate":    {func(p *parts) { p.single = null }, false},
		"something behind the serial number":  {func(p *parts) { p.serial = append(p.serial, null...) }, false},
		"something behind the list":           {func(p *parts) { p.extensions = null }, false},
		"something behind the request's body": {func(p *parts) { p.after = null }, false},
		"five thousand octets":                {func(p *parts) { p.before = sequence(context(1), make([]byte, 5000)) }, false},
	} {
		p := good()
		c.spoil(&p)
		r, err := Parse(p.der())
		if (err == nil) != c.taken || err != nil && !errors.Is(err, ErrMalformed) || err == nil && len(r.Certificates) != p.times {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	nine := good()
	var list [][]byte
	for i := range maxExtensions + 1 {
		list = append(list, extension(append(asn1.ObjectIdentifier{1, 2, 3}, i), nil, null))
	}
	nine.extensions = extensions(2, list...)
	if _, err := Parse(nine.der()); err == nil {
		t.Error("nine extensions were taken")
	}
	for _, long := range [][]byte{append(good().der(), 0), {0x30, 0x80, 0, 0}, {0x30, 0x81, 2, 0x30, 0}, nil} {
		if _, err := Parse(long); err == nil {
			t.Errorf("% X was taken", long)
		}
	}
}

func FuzzRequestIsReadWithinItsBounds(f *testing.F) {
	for _, name := range []string{"one.req", "two.req"} {
		b := must.Read(f, filepath.Join("testdata", "v1", name))
		f.Add(b)
	}
	p := good()
	p.before, p.after, p.single = sequence(context(1), null), sequence(context(0), sequence(tags.SEQUENCE)), extensions(0, extension(other, nil, null))
	f.Add(p.der())
	f.Fuzz(func(t *testing.T, der []byte) {
		r, err := Parse(der)
		if err != nil {
			return
		}
		if n := len(r.Certificates); n < 1 || n > MaxCertificates || len(der) > MaxRequest || r.Nonce != nil && (len(r.Nonce) < 1 || len(r.Nonce) > 128) {
			t.Errorf("%+v", r)
		}
		for _, c := range r.Certificates {
			if len(c.Serial) > 20 || !bytes.Contains(der, c.Raw) || c.Hash != 0 && (len(c.NameHash) != c.Hash.Size() || len(c.KeyHash) != c.Hash.Size()) {
				t.Errorf("%+v", c)
			}
		}
	})
}
