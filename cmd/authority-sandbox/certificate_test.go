package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

// renewal asks for a certificate with a new key and does not use it.
func (b *bench) renewal(k *authority.Client) (pair tls.Certificate, err error) {
	b.Helper()
	key := must.Key(b)
	csr := must.Request(b, testKiosk, key)
	der, err := k.Renew(b.Context(), csr)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

func (b *bench) mustRenew(k *authority.Client) tls.Certificate {
	b.Helper()
	pair, err := b.renewal(k)
	must.OK(b, err)
	return pair
}

// with is a client with that certificate, until the test ends.
func (b *bench) with(pair tls.Certificate) *authority.Client {
	b.Helper()
	c := b.client(pair)
	b.Cleanup(c.Close)
	return c
}

// serves reports whether a kiosk is let in, and fails where it is refused for
// another reason than its certificate.
func (b *bench) serves(k *authority.Client) bool {
	b.Helper()
	_, err := k.Heartbeat(b.Context(), wire.Beat{Version: "1"})
	if err != nil {
		want(b, err, kiosk.MsgPeer)
	}
	return err == nil
}

func (b *bench) lets(in bool, who string, k *authority.Client) {
	b.Helper()
	if b.serves(k) != in {
		b.Errorf("%s: let in %t, want %t", who, !in, in)
	}
}

func (b *bench) command(status int, args ...string) {
	b.Helper()
	if got := run(b.Context(), io.Discard, append(args, "--dir", b.dir)...); got != status {
		b.Errorf("%q: status %d, want %d", args, got, status)
	}
}

func serial(t testing.TB, pair tls.Certificate) string {
	t.Helper()
	c, err := x509.ParseCertificate(pair.Certificate[0])
	must.OK(t, err)
	return c.SerialNumber.Text(16)
}

// TestStolenCertificateShowsItself: where the thief renews, the kiosk's own is
// refused a day later, staff is called, and what staff revokes stays revoked. Where
// the kiosk renews, it is the thief's.
func TestStolenCertificateShowsItself(t *testing.T) { onEach(t, stolenCertificateShowsItself) }

func stolenCertificateShowsItself(t *testing.T, on engine) {
	b := start(t, on)
	stolen, err := fixture.KioskPair(b.dir)
	must.OK(t, err)
	thief := b.with(stolen)
	b.lets(true, "the thief", thief)
	renewed := b.mustRenew(thief)
	taken := b.with(renewed)
	b.lets(true, "the owner before the new one is used", b.kiosk)
	b.lets(true, "the new one", taken)
	b.lets(true, "the owner in the overlap", b.kiosk)
	b.wantAlarms()
	b.clock.pass(25 * time.Hour)
	for range 3 {
		b.lets(false, "the owner after it", b.kiosk)
	}
	b.clock.pass(time.Second)
	l := newLedger()
	if _, err = b.kiosk.Batch(t.Context(), l.lines(1)); err != nil { // what it owes is not lost
		t.Error(err)
	}
	all, err := b.sandbox.Service.AppAlarms(t.Context(), testKiosk)
	if err != nil || len(all) != 2 || all[0].Word != "certificate" || all[1].Word != "revoked" || !strings.Contains(all[0].Detail, serial(t, stolen)) || !strings.Contains(all[0].Detail, serial(t, renewed)) {
		t.Errorf("%+v, %v", all, err)
	}

	// Staff revokes the thief's by its number, and gives the kiosk another.
	b.lets(true, "the thief before that", taken)
	b.command(cli.Failed, "kiosk", "revoke", "--kiosk", testKiosk, "--serial", "123abc")
	b.command(cli.Done, "kiosk", "revoke", "--kiosk", testKiosk, "--serial", serial(t, renewed))
	b.lets(false, "the thief after that", taken)
	p, err := b.transportCA().Kiosk(testKiosk, time.Now().Add(-time.Hour), time.Now().AddDate(1, 0, 0)) // commands go by the real time
	must.OK(t, err)
	file := filepath.Join(t.TempDir(), "new.pem")
	must.OK(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.Cert.Raw}), 0o600))
	anew := b.with(tls.Certificate{Certificate: [][]byte{p.Cert.Raw}, PrivateKey: p.Key})
	b.lets(false, "a certificate of our CA that was not enrolled", anew)
	b.command(cli.Done, "kiosk", "issue", "--kiosk", testKiosk, "--certificate", file)
	b.lets(true, "the kiosk with the new one", anew)
	b.lets(false, "the thief", taken)
	b.lets(false, "the old one", b.kiosk)
	b.command(cli.Done, "kiosk", "add", "--kiosk", testKiosk) // again
	b.lets(false, "the thief", taken)
	b.command(cli.Failed, "kiosk", "issue", "--kiosk", testKiosk, "--certificate", file)
	b.command(cli.Failed, "kiosk", "issue", "--kiosk", testKiosk, "--certificate", filepath.Join(b.dir, fixture.KioskCert))
	b.command(cli.Failed, "kiosk", "issue", "--kiosk", "kiosk-0002", "--certificate", file)
}

// TestKioskThatLostItsNewPairRenewsAgain with the one before it, which stays good
// for its visit; what was lost ends a day later, wherever it is.
func TestKioskThatLostItsNewPairRenewsAgain(t *testing.T) {
	onEach(t, kioskThatLostItsNewPairRenewsAgain)
}

func kioskThatLostItsNewPairRenewsAgain(t *testing.T, on engine) {
	b := start(t, on)
	lost := b.with(b.mustRenew(b.kiosk))
	b.lets(true, "the new one", lost)
	b.clock.pass(time.Hour)
	newest := b.with(b.mustRenew(b.kiosk))
	b.lets(true, "the newest", newest)
	b.lets(true, "the one it was renewed with", b.kiosk)
	b.lets(true, "the lost one within the day", lost)
	b.wantAlarms()
	b.clock.pass(25 * time.Hour)
	b.lets(false, "the lost one", lost)
	b.wantAlarms("certificate 0")
}

func TestThiefIsShutOutByTheKiosksRenewal(t *testing.T) { onEach(t, thiefIsShutOutByTheKiosksRenewal) }

func thiefIsShutOutByTheKiosksRenewal(t *testing.T, on engine) {
	b := start(t, on)
	stolen, err := fixture.KioskPair(b.dir)
	must.OK(t, err)
	thief, owner := b.with(stolen), b.with(b.mustRenew(b.kiosk))
	b.lets(true, "the kiosk", owner)
	b.clock.pass(25 * time.Hour)
	b.lets(false, "the thief", thief)
	b.lets(true, "the kiosk", owner)
	b.wantAlarms("certificate 0")
}

// TestRenewalTakesThePlaceOfOneNotUsed, and there are a few in a day.
func TestRenewalTakesThePlaceOfOneNotUsed(t *testing.T) {
	onEach(t, renewalTakesThePlaceOfOneNotUsed)
}

func renewalTakesThePlaceOfOneNotUsed(t *testing.T, on engine) {
	b := start(t, on)
	first, second := b.mustRenew(b.kiosk), b.mustRenew(b.kiosk)
	b.lets(false, "the one not used", b.with(first))
	b.lets(true, "the later one", b.with(second))
	if got := b.alarmsOf(testKiosk); !slices.Equal(got, []string{"certificate"}) {
		t.Errorf("alarms %q", got)
	}
	k := b.with(second)
	for range 8 {
		b.mustRenew(k)
	}
	_, err := b.renewal(k)
	want(t, err, kiosk.MsgNetwork) // later
}

// TestKioskIsNotRevivedByItsName: revoked, it hands in its records, and registered
// again it needs another certificate; so does one that never came before.
func TestKioskIsNotRevivedByItsName(t *testing.T) { onEach(t, kioskIsNotRevivedByItsName) }

func kioskIsNotRevivedByItsName(t *testing.T, on engine) {
	b := start(t, on)
	late := b.another("kiosk-0002", true)
	b.register(store.Kiosk{Name: "kiosk-0002", Revoked: true})
	for _, k := range []struct {
		name string
		*authority.Client
	}{{testKiosk, b.kiosk}, {"kiosk-0002", late}} {
		for _, revoked := range []bool{true, false} {
			b.register(store.Kiosk{Name: k.name, Flows: "PU", Revoked: revoked})
			b.lets(false, k.name, k.Client)
			l := newLedger()
			if _, err := k.Batch(t.Context(), l.lines(2)); err != nil {
				t.Errorf("%s may not hand in records: %v", k.name, err)
			}
		}
	}
	if got, err := b.app.Records(t.Context(), testKiosk); err != nil || len(got) != 4 || !strings.Contains(got[3].Flags, "revoked ") {
		t.Errorf("%+v, %v", got, err)
	}
	if slices.Contains(b.alarmsOf(testKiosk), "certificate") {
		t.Error("an alarm for a kiosk that was revoked anyway")
	}
}

// TestThiefWhoRenewsTwiceEndsNoVisit: the kiosk's own certificate keeps its day,
// however often the thief renews in it.
func TestThiefWhoRenewsTwiceEndsNoVisit(t *testing.T) { onEach(t, thiefWhoRenewsTwiceEndsNoVisit) }

func thiefWhoRenewsTwiceEndsNoVisit(t *testing.T, on engine) {
	b := start(t, on)
	stolen, err := fixture.KioskPair(b.dir)
	must.OK(t, err)
	thief := b.with(stolen)
	b.lets(true, "the owner", b.kiosk)
	for range 3 {
		thief = b.with(b.mustRenew(thief))
		b.lets(true, "the thief", thief)
		b.lets(true, "the owner within the day", b.kiosk)
		b.clock.pass(time.Hour)
	}
	b.clock.pass(22 * time.Hour)
	b.lets(false, "the owner a day later", b.kiosk)
	if got := b.alarmsOf(testKiosk); !slices.Equal(got, []string{"certificate"}) {
		t.Errorf("alarms %q", got)
	}
}

// TestExpiredCertificateIsNoKiosksFirst: it hands in its records, and the good one
// is let in after it.
func TestExpiredCertificateIsNoKiosksFirst(t *testing.T) {
	onEach(t, expiredCertificateIsNoKiosksFirst)
}

func expiredCertificateIsNoKiosksFirst(t *testing.T, on engine) {
	b := start(t, on)
	const name = "kiosk-0009" // registered, and no certificate of it is known
	b.register(store.Kiosk{Name: name, Flows: "PU"})
	with := func(from, to time.Duration) *authority.Client {
		t.Helper()
		p, err := b.transportCA().Kiosk(name, b.clock.now().Add(from), b.clock.now().Add(to))
		must.OK(t, err)
		return b.with(tls.Certificate{Certificate: [][]byte{p.Cert.Raw}, PrivateKey: p.Key})
	}
	expired, good := with(-48*time.Hour, -24*time.Hour), with(-time.Hour, 24*time.Hour)
	if acked, err := expired.Batch(t.Context(), newLedger().lines(3)); err != nil || acked.Seq != 3 {
		t.Errorf("%+v, %v", acked, err)
	}
	b.lets(true, "the good one", good)
}
