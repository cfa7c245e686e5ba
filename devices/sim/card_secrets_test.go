package sim_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"

	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
)

func TestCounterIsAlways63Cx(t *testing.T) {
	c := powered(t)
	hear(t, c, selectAP, "9000")
	hear(t, c, askPIN, "63C3")
	hear(t, c, askPass, "63C5")
	hear(t, c, verifyPIN, "9000")
	hear(t, c, askPIN, "63C3") // not 9000: programs take that for an unsupported card
	for left := 2; left >= 0; left-- {
		hear(t, c, wrongPIN, fmt.Sprintf("63C%d", left))
		hear(t, c, askPIN, fmt.Sprintf("63C%d", left))
	}
	hear(t, c, verifyPIN, "6984")
	hear(t, c, wrongPIN, "6984")
	hear(t, c, askPIN, "63C0") // nor 6984
	hear(t, c, askPass, "63C5")
	if c.Snapshot().AuthVerified {
		t.Error("verified before it was blocked, and still")
	}
}

func TestVerifyOfTheSelectedFile(t *testing.T) {
	c := powered(t)
	hear(t, c, selectAP, "9000")
	hear(t, c, "00 20 00 80", "6986")
	hear(t, c, "00 A4 02 0C 02 00 06", "9000")
	hear(t, c, "00 20 00 80", "6981")
	hear(t, c, "00 A4 02 0C 02 00 1B", "9000")
	hear(t, c, "00 20 00 80", "63C5")
	hear(t, c, "00 20 00 80 06 61 62 63 31 32 33", "63C4") // abc123: the card folds nothing
	hear(t, c, "00 20 00 80 06 41 42 43 31 32 33", "9000")
	hear(t, c, "00 20 00 80", "63C5") // a right one restores the counter
	hear(t, c, "00 20 01 80", "6A86")
	hear(t, c, "00 20 00 97", "6A88")
	hear(t, c, "00 20 00 18", "6A86")
	hear(t, c, "00 20 00 98 11 3131313131313131313131313131313131", "6700")
	hear(t, c, askPIN, "63C3")
}

func TestChangeWantsTheOldSecretFirst(t *testing.T) {
	c := powered(t)
	hear(t, c, selectAP, "9000")
	hear(t, c, "00 24 01 98 04 38 36 34 32", "6982")
	hear(t, c, verifyPIN, "9000")
	hear(t, c, "00 24 00 98 04 38 36 34 32", "6A86")
	hear(t, c, "00 24 01 98 05 38 36 34 32 31", "6A80")
	hear(t, c, "00 24 01 98", "6700")
	hear(t, c, "00 A4 02 0C 02 00 18", "9000")
	hear(t, c, "00 24 01 80 04 38 36 34 32", "9000")
	hear(t, c, "00 20 00 98 04 38 36 34 32", "9000")
	hear(t, c, verifyPIN, "63C2")
}

func TestSignaturesOfEveryKind(t *testing.T) {
	r := resident(t)
	sum := sha256.Sum256([]byte("a text"))
	sha := hex.EncodeToString(sum[:])
	text := hex.EncodeToString([]byte("a text"))
	info := "3031300d060960864801650304020105000420" + sha
	pss := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}
	c := powered(t)
	hear(t, c, selectAP, "9000")
	hear(t, c, verifyPIN, "9000")
	hear(t, c, verifyPass, "9000")
	for _, key := range []struct {
		p2  string
		pub *rsa.PublicKey
	}{{"97", &r.AuthKey.PublicKey}, {"9A", &r.SignKey.PublicKey}} {
		pkcs1 := func(h crypto.Hash, hashed []byte) func([]byte) error {
			return func(s []byte) error { return rsa.VerifyPKCS1v15(key.pub, h, hashed, s) }
		}
		pss := func(s []byte) error { return rsa.VerifyPSS(key.pub, crypto.SHA256, sum[:], s, pss) }
		for _, kind := range []struct {
			p1, data string
			verify   func([]byte) error
		}{
			{"00", info, pkcs1(crypto.SHA256, sum[:])},
			{"00", text, pkcs1(0, []byte("a text"))},
			{"01", text, pkcs1(0, sum[:])},
			{"02", sha, pkcs1(crypto.SHA256, sum[:])},
			{"03", text, pkcs1(crypto.SHA256, sum[:])},
			{"04", sha, pss},
			{"05", text, pss},
		} {
			s := hear(t, c, fmt.Sprintf("80 2A %s %s %02X %s 00", kind.p1, key.p2, len(kind.data)/2, kind.data), "9000")
			if err := kind.verify(s); err != nil {
				t.Errorf("P1 %s, key %s: %v", kind.p1, key.p2, err)
			}
		}
	}
}

func TestSignRefuses(t *testing.T) {
	c := powered(t)
	const one = " 01 AA 00"
	hear(t, c, "80 2A 00 97"+one, "6986")
	hear(t, c, selectAP, "9000")
	hear(t, c, "80 2A 00 97"+one, "6982")
	hear(t, c, verifyPass, "9000")
	hear(t, c, "80 2A 00 97"+one, "6982") // the other secret opens the other key
	hear(t, c, verifyPIN, "9000")
	hear(t, c, "80 2A 06 97"+one, "6A86")
	hear(t, c, "80 2A 00 98"+one, "6A88")
	hear(t, c, "80 2A 00 80"+one, "6986")
	hear(t, c, "80 2A 00 97 01 AA", "6700")
	hear(t, c, "80 2A 00 97 01 AA FF", "6C00")
	hear(t, c, "80 2A 02 97 01 AA 00", "6A80")
	hear(t, c, fmt.Sprintf("80 2A 00 97 F5 %0490d 00", 0), "9000") // 245 bytes
	hear(t, c, fmt.Sprintf("80 2A 00 97 F6 %0492d 00", 0), "6700")
	hear(t, c, "00 2A 00 97"+one, "6D00")
}

func TestCardWithoutShortIdentifiers(t *testing.T) {
	c := powered(t)
	c.RefuseSFI()
	hear(t, c, selectAP, "9000")
	for _, command := range []string{"00 B0 86 00 20", askPIN, verifyPIN, "80 2A 00 97 01 AA 00", "00 24 01 98 04 38363432"} {
		hear(t, c, command, "6A86")
	}
	hear(t, c, "00 A4 02 0C 02 00 18", "9000")
	hear(t, c, "00 20 00 80 04 31 32 33 34", "9000")
	open(t, c, 0x9B, 0x02) // the opening and the reset know theirs all the same
	hear(t, c, newPass, "9000")
}

func TestChildsCard(t *testing.T) {
	r := resident(t)
	r.SignKey, r.SignCert = nil, nil
	c := sim.NewCard(r)
	c.PowerOn()
	hear(t, c, selectAP, "9000")
	hear(t, c, "00 B0 88 00 02", "9000")
	hear(t, c, "00 B0 81 00 00", "6A82")
	hear(t, c, askPass, "6A88")
	hear(t, c, "80 2A 00 9A 01 AA 00", "6A88")
	hear(t, c, verifyPIN, "9000")
	open(t, c, 0x9B, 0x02)
	hear(t, c, newPass, "6A88")
	if c.Tries(kiosk.RefSign) != -1 || c.Tries(kiosk.RefAuth) != 3 {
		t.Error("counters of a child's card")
	}
}

func TestAndroidAsksForThePINFirst(t *testing.T) {
	r := resident(t)
	r.Token = sim.TokenAndroid
	c := sim.NewCard(r)
	c.PowerOn()
	hear(t, c, selectAP, "9000")
	hear(t, c, "00 B0 8A 00 04", "6982")
	hear(t, c, verifyPIN, "9000")
	hear(t, c, "00 B0 8A 00 04", "9000")
}
