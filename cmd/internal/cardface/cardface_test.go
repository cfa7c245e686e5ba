package cardface

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"multicopy.example/kiosk/golden"
	"multicopy.example/kiosk/must"
)

func sample() Face {
	return Face{Birth: "19890108", Sex: "3", Name: "hanako", Address: "Rei-shi 1-1", Photo: bytes.Repeat([]byte{0x7E}, 300), Expires: "20301126", Code: "0417"}
}

func fresh(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key := must.Key(t)
	return key
}

func TestAFaceThatWasIssuedIsRead(t *testing.T) {
	key := fresh(t)
	file, err := Issue(key, sample())
	must.OK(t, err)
	got, err := Verify(&key.PublicKey, file)
	if err != nil || !reflect.DeepEqual(got, sample()) {
		t.Errorf("%+v, %v", got, err)
	}
	if n, err := Len(file[:5]); n != len(file) || err != nil {
		t.Errorf("%d bytes of %d, %v", n, len(file), err)
	}
	if got := got.NumberB(); got != "89010820300417" || len(got) != NumberBLen {
		t.Errorf("the number is %s", got)
	}
	if _, err := Verify(&fresh(t).PublicKey, file); !errors.Is(err, ErrSignature) {
		t.Errorf("another's key: %v", err)
	}
}

// TestNoByteOfAFaceCanBeChanged: the signature or the one encoding tells each.
func TestNoByteOfAFaceCanBeChanged(t *testing.T) {
	key := fresh(t)
	file, err := Issue(key, sample())
	must.OK(t, err)
	for i := range file {
		bad := bytes.Clone(file)
		bad[i] ^= 1
		if _, err := Verify(&key.PublicKey, bad); err == nil {
			t.Errorf("byte %d can be changed", i)
		}
	}
	for n := range file {
		if _, err := Verify(&key.PublicKey, file[:n]); err == nil {
			t.Errorf("%d bytes are enough", n)
		}
	}
	if _, err := Verify(&key.PublicKey, append(file, 0)); !errors.Is(err, ErrForm) {
		t.Errorf("a byte more: %v", err)
	}
}

func TestWhatIsNoFaceIsNotIssued(t *testing.T) {
	key := fresh(t)
	for name, spoil := range map[string]func(*Face){
		"half a birth":      func(f *Face) { f.Birth = "1989" },
		"letters":           func(f *Face) { f.Code = "abcd" },
		"no name":           func(f *Face) { f.Name = "" },
		"no text":           func(f *Face) { f.Address = "\xFF" },
		"no photo":          func(f *Face) { f.Photo = nil },
		"too large a one":   func(f *Face) { f.Photo = make([]byte, PhotoMax+1) },
		"two digits of sex": func(f *Face) { f.Sex = "33" },
	} {
		f := sample()
		spoil(&f)
		if _, err := Issue(key, f); !errors.Is(err, ErrForm) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAFaceHasItsBytesForEver: cards live for ten years.
func TestAFaceHasItsBytesForEver(t *testing.T) {
	file, public := filepath.Join("testdata", "v1", "face.bin"), filepath.Join("testdata", "v1", "key.der")
	if *golden.Update {
		key := fresh(t)
		b, err := Issue(key, sample())
		must.OK(t, err)
		spki, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
		if err = errors.Join(err, os.WriteFile(file, b, 0o644), os.WriteFile(public, spki, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	b := must.Read(t, file)
	spki := must.Read(t, public)
	key, err := x509.ParsePKIXPublicKey(spki)
	must.OK(t, err)
	got, err := Verify(key.(*ecdsa.PublicKey), b)
	if err != nil || !reflect.DeepEqual(got, sample()) {
		t.Errorf("%+v, %v", got, err)
	}
}

func FuzzVerify(f *testing.F) {
	key := fresh(f)
	file, err := Issue(key, sample())
	must.OK(f, err)
	f.Add(file)
	f.Fuzz(func(t *testing.T, b []byte) {
		parts, err := decode(b)
		if err == nil && (!bytes.Equal(encode(parts), b) || len(b) > Max) {
			t.Errorf("%x is read, and written as %x", b, encode(parts))
		}
	})
}
