package cards_test

import (
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"testing"
	"time"

	"multicopy.example/cmd/internal/attest"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// TestElementsOfGoodBatchesAreBelieved: the simulated element and who believes it have the form of the
// attestation each for itself, and agree.
func TestElementsOfGoodBatchesAreBelieved(t *testing.T) {
	now := time.Now()
	made := func(name string) *sim.Maker {
		m, err := sim.NewMaker(name, now.Add(-time.Hour), now.Add(time.Hour))
		must.OK(t, err)
		return m
	}
	a, b, stranger := made("Maker A"), made("Maker B"), made("Maker of nothing")
	batch := func(m *sim.Maker, until time.Time) *sim.Batch {
		x, err := m.Batch("batch", now.Add(-time.Hour), until)
		must.OK(t, err)
		return x
	}
	withdrawn := batch(b, now.Add(time.Hour))
	anchors := attest.Anchors{Roots: []*x509.Certificate{a.Cert, b.Cert}, Until: now.Add(time.Hour),
		Withdrawn: map[[32]byte]bool{sha256.Sum256(withdrawn.Cert.RawSubjectPublicKeyInfo): true}}
	for name, c := range map[string]struct {
		from *sim.Batch
		want error
	}{
		"good":          {batch(a, now.Add(time.Hour)), nil},
		"another maker": {batch(b, now.Add(time.Hour)), nil},
		"unknown":       {batch(stranger, now.Add(time.Hour)), attest.NoAnchor},
		"over":          {batch(a, now.Add(-time.Minute)), attest.Expired},
		"withdrawn":     {withdrawn, attest.Withdrawn},
	} {
		for ref, use := range map[kiosk.Ref]attest.Purpose{kiosk.RefAuth: attest.Auth, kiosk.RefSign: attest.Sign} {
			request, chain, err := c.from.Element().Generate(ref, []byte("nonce"))
			must.OK(t, err)
			r, err := x509.ParseCertificateRequest(request)
			must.OK(t, err)
			if _, err := anchors.Check(chain, r.RawSubjectPublicKeyInfo, use, []byte("nonce"), now); !errors.Is(err, c.want) {
				t.Errorf("%s, %d: %v", name, ref, err)
			}
		}
	}
}
