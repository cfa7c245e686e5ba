package crl

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"io"
	"math/big"
	mathrand "math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"multicopy.example/kiosk/golden"
	"multicopy.example/kiosk/must"
)

// ca is a CA of the tests, with a key of its own that is kept: RSA signatures of PKCS #1 v1.5 are
// the same each time, so that a whole list can be golden.
func ca(t testing.TB) (*x509.Certificate, *rsa.PrivateKey) {
	t.Helper()
	key, err := x509.ParsePKCS8PrivateKey(must.Block(t, must.Read(t, filepath.Join("testdata", "ca.key.pem"))))
	must.OK(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{Country: []string{"JP"}, Organization: []string{"JPKI-TEST"}},
		NotBefore: at(0), NotAfter: at(0).AddDate(10, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCRLSign | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.(*rsa.PrivateKey).Public(), key)
	must.OK(t, err)
	cert, err := x509.ParseCertificate(der)
	must.OK(t, err)
	return cert, key.(*rsa.PrivateKey)
}

func at(seconds int64) time.Time { return time.Unix(1_795_000_000+seconds, 0).UTC() }

func listOf(t testing.TB) (*List, *x509.Certificate) {
	cert, key := ca(t)
	point, err := asn1.Marshal(pkix.Name{Country: []string{"JP"}, CommonName: "Test-shi CRLDP"}.ToRDNSequence())
	must.OK(t, err)
	return &List{Issuer: cert.RawSubject, KeyID: cert.SubjectKeyId, Point: point, Number: big.NewInt(7), This: at(0), Next: at(24 * 60 * 60), Signer: key}, cert
}

func entries(all ...Entry) Entries {
	return func(yield func(Entry, error) bool) {
		for _, e := range all {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func serial(first, last byte) (s [SerialLen]byte) {
	s[SerialLen-16], s[SerialLen-1] = first, last
	return s
}

// some is one entry for each reason.
func some() (all []Entry) {
	for r := Unspecified; r <= CertificateHold; r++ {
		all = append(all, Entry{serial(0x40, byte(r)), at(-int64(r) * 3600).Unix(), r})
	}
	return all
}

func write(t testing.TB, l *List, e Entries) []byte {
	t.Helper()
	var b bytes.Buffer
	must.OK(t, l.Write(&b, e))
	return b.Bytes()
}

// oracle is what the standard library writes.
func oracle(t testing.TB, l *List, all []Entry) []byte {
	t.Helper()
	cert, key := ca(t)
	point := l.extensions()
	// The last of the three extensions, whose value is ours to say in either.
	var list struct {
		Extensions []pkix.Extension `asn1:"explicit,tag:0"`
	}
	must.OK(t, must.Err(asn1.Unmarshal(der(tagSequence, point), &list)))
	template := &x509.RevocationList{Number: l.Number, ThisUpdate: l.This, NextUpdate: l.Next, ExtraExtensions: list.Extensions[2:]}
	for _, e := range all {
		template.RevokedCertificateEntries = append(template.RevokedCertificateEntries,
			x509.RevocationListEntry{SerialNumber: new(big.Int).SetBytes(e.Serial[:]), RevocationTime: time.Unix(e.At, 0), ReasonCode: int(e.Reason)})
	}
	b, err := x509.CreateRevocationList(rand.Reader, template, cert, key)
	must.OK(t, err)
	return b
}

func TestListIsWhatTheStandardLibraryWrites(t *testing.T) {
	seed := mathrand.Uint64()
	random := mathrand.New(mathrand.NewPCG(seed, 0))
	for _, n := range []int{0, 1, 2, 3, 6, 1000} {
		l, cert := listOf(t)
		l.Number = new(big.Int).Rsh(new(big.Int).SetBytes(bytes.Repeat([]byte{0xFF}, 20)), uint(1+random.IntN(160)))
		var all []Entry
		for range n {
			e := Entry{At: random.Int64N(4_000_000_000), Reason: Reason(random.IntN(7))}
			for i := random.IntN(SerialLen); i < SerialLen; i++ {
				e.Serial[i] = byte(1 + random.IntN(255))
			}
			all = append(all, e)
		}
		slices.SortFunc(all, func(a, b Entry) int { return bytes.Compare(a.Serial[:], b.Serial[:]) })
		all = slices.CompactFunc(all, func(a, b Entry) bool { return a.Serial == b.Serial })
		got := write(t, l, entries(all...))
		if !bytes.Equal(got, oracle(t, l, all)) {
			t.Errorf("seed %d, %d entries: other bytes than crypto/x509's", seed, n)
		}
		parsed, err := x509.ParseRevocationList(got)
		must.OK(t, err)
		if err := parsed.CheckSignatureFrom(cert); err != nil || len(parsed.RevokedCertificateEntries) != len(all) {
			t.Errorf("%v, %d of %d entries", err, len(parsed.RevokedCertificateEntries), len(all))
		}
	}
}

func TestListStaysAsItIsForEver(t *testing.T) {
	l, _ := listOf(t)
	for name, e := range map[string][]Entry{"empty.crl": nil, "reasons.crl": some()} {
		golden.Is(t, filepath.Join("testdata", "v1", name), write(t, l, entries(e...)))
	}
}

func TestListNamesThePartThatItSpeaksFor(t *testing.T) {
	l, _ := listOf(t)
	parsed, err := x509.ParseRevocationList(write(t, l, entries(some()...)))
	must.OK(t, err)
	for _, e := range parsed.Extensions {
		if e.Id.String() == "2.5.29.28" {
			if !e.Critical || !bytes.Contains(e.Value, l.Point) || !bytes.HasSuffix(e.Value, []byte{0x81, 1, 0xFF}) {
				t.Errorf("critical %t: % X", e.Critical, e.Value)
			}
			return
		}
	}
	t.Error("no IssuingDistributionPoint")
}

func TestListIsRefused(t *testing.T) {
	failed := errors.New("the store is gone")
	calls := 0
	for name, c := range map[string]struct {
		entries Entries
		change  func(*List)
	}{
		"for entries out of order":          {entries: entries(Entry{Serial: serial(0x41, 0)}, Entry{Serial: serial(0x40, 0)})},
		"for an entry twice":                {entries: entries(Entry{Serial: serial(0x41, 0)}, Entry{Serial: serial(0x41, 0)})},
		"for the serial number 0":           {entries: entries(Entry{})},
		"for reason 7":                      {entries: entries(Entry{Serial: serial(0x41, 0), Reason: 7})},
		"for reason 8, which is of a delta": {entries: entries(Entry{Serial: serial(0x41, 0), Reason: 8})},
		"for a time before 1970":            {entries: entries(Entry{Serial: serial(0x41, 0), At: -1})},
		"for a time after 9999":             {entries: entries(Entry{Serial: serial(0x41, 0), At: lastSecond + 1})},
		"for an entry that fails":           {entries: func(yield func(Entry, error) bool) { yield(Entry{}, failed) }},
		"for a number below 0":              {change: func(l *List) { l.Number = big.NewInt(-1) }},
		"for a number of 21 octets":         {change: func(l *List) { l.Number = new(big.Int).Lsh(big.NewInt(1), 159) }},
		"without an RSA key": {change: func(l *List) {
			key := must.Key(t)
			l.Signer = key
		}},
		"for more entries the second time": {entries: func(yield func(Entry, error) bool) {
			calls++
			for i := range calls {
				yield(Entry{Serial: serial(0x40, byte(i+1))}, nil)
			}
		}},
		"for fewer the second time": {entries: func(yield func(Entry, error) bool) {
			if calls++; calls%2 == 1 {
				yield(Entry{Serial: serial(0x40, 0)}, nil)
			}
		}},
	} {
		calls = 0
		l, _ := listOf(t)
		if c.entries == nil {
			c.entries = entries()
		}
		if c.change != nil {
			c.change(l)
		}
		if err := l.Write(io.Discard, c.entries); err == nil {
			t.Errorf("written %s", name)
		}
	}
}

// Ten times the entries take the same memory.
func TestMemoryDoesNotGrowWithTheList(t *testing.T) {
	l, _ := listOf(t)
	used := func(n int) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := l.Write(io.Discard, func(yield func(Entry, error) bool) {
			e := Entry{At: at(0).Unix(), Reason: Superseded}
			for i := range n {
				e.Serial[4], e.Serial[17], e.Serial[18], e.Serial[19] = 0x40, byte(i>>16), byte(i>>8), byte(i)
				if !yield(e, nil) {
					return
				}
			}
		})
		must.OK(t, err)
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	if few, many := used(10_000), used(100_000); many > few+64<<10 || many > 512<<10 {
		t.Errorf("%d bytes were allocated for 10,000 entries, %d for 100,000", few, many)
	}
}
