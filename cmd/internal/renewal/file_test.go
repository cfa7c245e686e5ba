package renewal

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
)

var errCut = errors.New("the plug was pulled")

// The old pair or the new one, whole, wherever the plug is pulled.
func TestCutAtEveryStepOfKeeping(t *testing.T) {
	ca := newCA(t)
	enrolled := ca.issue(t, nil).tls()
	steps := 0
	for k := 1; ; k++ {
		f := Beside(config.Authority{Key: filepath.Join(t.TempDir(), "kiosk.key.pem")})
		first := ca.issue(t, func(x *x509.Certificate) { x.NotAfter = time.Now().AddDate(2, 0, 0) }).tls()
		second := ca.issue(t, func(x *x509.Certificate) { x.NotAfter = time.Now().AddDate(3, 0, 0) }).tls()
		must.OK(t, f.Keep(first))
		at := 0
		cut := f
		cut.step = func(string) error {
			if at++; at == k {
				panic(errCut)
			}
			return nil
		}
		whole := func() (whole bool) {
			defer func() {
				if r := recover(); r != nil && r != any(errCut) {
					panic(r)
				}
			}()
			return cut.Keep(second) == nil
		}()
		got, err := f.Newest(enrolled)
		if err != nil || !got.Leaf.Equal(first.Leaf) && !got.Leaf.Equal(second.Leaf) || whole && !got.Leaf.Equal(second.Leaf) {
			t.Errorf("cut at step %d: %v", k, err)
		}
		if err := f.Keep(second); err != nil { // what the cut left does not hinder it
			t.Errorf("after a cut at step %d: %v", k, err)
		}
		if got, err := f.Newest(enrolled); err != nil || !got.Leaf.Equal(second.Leaf) {
			t.Errorf("after a cut at step %d: %v", k, err)
		}
		if whole {
			break
		}
		steps++
	}
	if steps < 4 {
		t.Errorf("only %d steps were cut", steps)
	}
}

func TestKeyFileIsReadableByItsOwnerAlone(t *testing.T) {
	ca := newCA(t)
	f := Beside(config.Authority{Key: filepath.Join(t.TempDir(), "kiosk.key.pem")})
	// A file that another user made there with open rights is not written into.
	must.OK(t, os.WriteFile(f.name+".new", nil, 0o666))
	must.OK(t, errors.Join(f.Ready(), f.Keep(ca.issue(t, nil).tls())))
	i, err := os.Stat(f.name)
	if err != nil || i.Mode() != 0o600 {
		t.Errorf("%v, %v", i.Mode(), err)
	}
	if left, err := os.ReadDir(filepath.Dir(f.name)); err != nil || len(left) != 1 {
		t.Errorf("%v, %v", left, err)
	}
}

func TestAFolderThatCannotBeWrittenIsFoundBeforeTheAuthorityIsAsked(t *testing.T) {
	if err := Beside(config.Authority{Key: filepath.Join(t.TempDir(), "none", "kiosk.key.pem")}).Ready(); err == nil {
		t.Error("ready")
	}
}

// What is wrong with the renewed pair never costs the enrolled one.
func TestTheEnrolledPairServesWhereTheRenewedOneDoesNot(t *testing.T) {
	ca := newCA(t)
	until := func(y int) func(*x509.Certificate) {
		return func(x *x509.Certificate) { x.NotAfter = time.Now().AddDate(y, 0, 0) }
	}
	enrolled := ca.issue(t, until(2)).tls()
	spoil := func(change func([]byte) []byte) func(*testing.T, File) {
		return func(t *testing.T, f File) {
			must.OK(t, f.Keep(ca.issue(t, until(3)).tls()))
			b := must.Read(t, f.name)
			must.OK(t, os.WriteFile(f.name, change(b), 0o600))
		}
	}
	keep := func(p tls.Certificate) func(*testing.T, File) {
		return func(t *testing.T, f File) {
			must.OK(t, f.Keep(p))
		}
	}
	mixed := ca.issue(t, until(3)).tls()
	mixed.PrivateKey = newKey(t)
	for name, c := range map[string]struct {
		make  func(*testing.T, File)
		fails bool
	}{
		"none":                    {func(*testing.T, File) {}, false},
		"older":                   {keep(ca.issue(t, until(1)).tls()), false}, // staff enrolled the kiosk anew
		"longer, but made before": {keep(ca.issue(t, func(x *x509.Certificate) { until(3)(x); x.NotBefore = x.NotBefore.AddDate(0, 0, -1) }).tls()), false},
		"another kiosk":           {keep(ca.issue(t, func(x *x509.Certificate) { until(3)(x); x.Subject.CommonName = "kiosk-2" }).tls()), true},
		"another key":             {keep(mixed), true},
		"half":                    {spoil(func(b []byte) []byte { return b[:len(b)/2] }), true},
		"empty":                   {spoil(func([]byte) []byte { return nil }), true},
		"a spoiled byte":          {spoil(func(b []byte) []byte { b[len(b)/4] = '!'; return b }), true},
		"endless":                 {spoil(func(b []byte) []byte { return append(b, bytes.Repeat([]byte("\n"), maxPair)...) }), true},
	} {
		f := Beside(config.Authority{Key: filepath.Join(t.TempDir(), "kiosk.key.pem")})
		c.make(t, f)
		got, err := f.Newest(enrolled)
		if !bytes.Equal(got.Certificate[0], enrolled.Certificate[0]) || (err != nil) != c.fails {
			t.Errorf("%s: %v", name, err)
		}
	}
}
