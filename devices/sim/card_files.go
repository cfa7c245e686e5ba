package sim

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"strings"

	"multicopy.example/devices/apdu"
	"multicopy.example/kiosk/port"
)

// Files of the JPKI application by identifier; below 001F, so the low byte is
// the short file identifier.
const (
	fidSignCert  = 0x0001
	fidSignCA    = 0x0002
	fidToken     = 0x0006
	fidAvailable = 0x0008
	fidProtected = 0x0009
	fidAuthCert  = 0x000A
	fidAuthCA    = 0x000B
	fidCounter   = 0x0010
	fidTerminal  = 0x0016

	sfiAuthKey  = 0x17
	sfiPIN      = 0x18
	sfiSignKey  = 0x1A
	sfiPassword = 0x1B
)

// Files of the application 券面事項確認.
const (
	fidFace    = 0x0002 // what is printed on the card, and the photo
	sfiNumberB = 0x12   // 照合番号B
)

// A file is an elementary file: bytes, or a key or secret that no READ BINARY
// gets at.
type file struct {
	data   []byte
	secret bool // a key or a secret
	never  bool // never readable
	wants  byte // short identifier of the secret that has to be verified; 0 none
}

// certFile is how large a certificate's file is. Real files are larger than
// the DER in them; the size and the FF after it are ours.
const certFile = 2048

// files of the application that is selected.
func (c *Card) files() map[uint16]file {
	switch c.df {
	case appJPKI:
		return c.ef
	case appFace:
		return c.face
	}
	return nil
}

// faceFiles are none where the card has no face.
func faceFiles(r Resident) map[uint16]file {
	if r.Face == nil {
		return nil
	}
	return map[uint16]file{fidFace: facing(r.Face), sfiNumberB: {secret: true}}
}

func facing(b []byte) file { return file{data: clone(b), wants: sfiNumberB} }

func files(r Resident) map[uint16]file {
	available := []byte{0x00, 0x8F, 0x00}
	ef := map[uint16]file{
		fidSignCA:    {data: filled(r.SignCA.Raw)},
		fidToken:     {data: tokenInfo(r.Token)},
		fidAvailable: {data: available},
		fidProtected: {never: true},
		fidAuthCert:  {data: filled(r.AuthCert.Raw)},
		fidAuthCA:    {data: filled(r.AuthCA.Raw)},
		fidCounter:   {secret: true},
		fidTerminal:  {secret: true},
		sfiAuthKey:   {secret: true},
		sfiPIN:       {secret: true},
	}
	if r.Token == TokenAndroid { // a phone asks for the PIN before it shows the certificate
		ef[fidAuthCert] = file{data: filled(r.AuthCert.Raw), wants: sfiPIN}
	}
	if r.SignKey != nil {
		available[0] = 0x8F
		ef[fidSignCert] = file{data: filled(r.SignCert.Raw), wants: sfiPassword}
		ef[sfiSignKey] = file{secret: true}
		ef[sfiPassword] = file{secret: true}
	}
	return ef
}

func filled(der []byte) []byte {
	b := append(make([]byte, 0, max(certFile, len(der)+1)), der...)
	for len(b) < cap(b) {
		b = append(b, 0xFF)
	}
	return b
}

// Labels of EF 0006.
const (
	TokenCard    = "JPKIAPICCTOKEN2" // the plastic My Number Card
	TokenOld     = "JPKIAPICCTOKEN"  // the Juki card before it
	TokenAndroid = "JPKIAPGPSETOKEN"
	TokeniPhone  = "JPKIAPIOSTOKEN"
)

// tokenInfo is EF 0006: CK_TOKEN_INFO of PKCS#11, numbers of four bytes,
// big-endian. The values but for the label are a real card's.
func tokenInfo(label string) []byte {
	pad := func(s string, n int) string { return s + strings.Repeat(" ", n-len(s)) }
	const none = "\x00\x00\x00\x00"
	s := pad(label, 32) +
		strings.Repeat("0", 31) + "1" + // manufacturer
		pad("E16R01NJ", 16) + // model
		pad("", 16) + // serial number
		"\x00\x00\x04\x0D" + // flags
		none + none + none + none + // sessions
		"\x00\x00\x00\x10" + "\x00\x00\x00\x06" + // longest and shortest PIN
		strings.Repeat("\xFF", 16) + // memory: unavailable
		"03" + "01" + strings.Repeat("9", 16)
	return []byte(s)
}

// read is READ BINARY: P1 bit 8 set, a short identifier and an offset of
// eight bits; otherwise the current file and an offset of fifteen.
func (c *Card) read(cmd apdu.Command) apdu.Response {
	if cmd.Le == 0 || len(cmd.Data) > 0 {
		return sw(apdu.SWLength)
	}
	id, offset := c.current, int(cmd.P1)<<8|int(cmd.P2)
	if cmd.P1&0x80 != 0 {
		if c.noSFI || cmd.P1&0x60 != 0 {
			return sw(apdu.SWP1P2)
		}
		id, offset = uint16(cmd.P1&0x1F), int(cmd.P2)
	}
	if c.files() == nil || id == 0 {
		return sw(apdu.SWNoEF)
	}
	f, ok := c.files()[id]
	switch {
	case !ok:
		return sw(apdu.SWNotFound)
	case f.secret:
		return sw(apdu.SWIncompatible)
	case f.never, f.wants != 0 && !c.verified(f.wants):
		return sw(apdu.SWSecurity)
	}
	c.current = id
	if offset >= len(f.data) {
		return sw(apdu.SWOffset)
	}
	return apdu.Response{Data: f.data[offset:min(offset+cmd.Le, len(f.data))], SW: apdu.SWOK}
}

// cardID is SHA-256 of the key's SubjectPublicKeyInfo: the card's own id in a
// grant. Ours.
func cardID(key *rsa.PrivateKey) port.CardID {
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil { // not for an RSA key
		panic(err)
	}
	return sha256.Sum256(der)
}
