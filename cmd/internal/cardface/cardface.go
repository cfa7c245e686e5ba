// Package cardface is what the application 券面事項確認 of a My Number Card holds of the card's
// printed face: [Issue] makes its EF 0002, [Verify] believes one, and [Face.NumberB] is what
// the card compares before it hands the file out.
//
// The file is FF20 82 LLLL and, in this order, the private tags DF21 to DF2A of [Face], each
// with its length in BER. That much is told by programs that read real cards. Ours are: that
// the texts are UTF-8 (a real card holds pictures of them), the header, and what is signed:
// SHA-256 of "myna-card/face/v1" and the file's tags but for DF28, by ECDSA on P-256. Of each
// face there is one encoding, and no other bytes are taken for it.
package cardface

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"unicode/utf8"
)

// A Face is what is printed on a card, and the photo on it.
type Face struct {
	Birth   string // YYYYMMDD
	Sex     string // one digit
	Name    string
	Address string
	Photo   []byte // JPEG2000, grey
	Expires string // YYYYMMDD
	Code    string // the security code, 4 digits
}

// Max is the most bytes that the file has, and PhotoMax its photo. Ours: how large real
// ones are was not found, and 3,000 bytes are the most that a residence card has.
const Max, PhotoMax = 6 << 10, 3000

const textMax = 600 // bytes of a name or an address

// What may be the matter with a file.
var (
	ErrForm      = errors.New("cardface: not of its form")
	ErrSignature = errors.New("cardface: not signed by who issues cards")
)

// NumberB is 照合番号B: the holder's birth (YYMMDD), the year in which the card expires, and
// the security code. All three are printed on the face.
func (f Face) NumberB() string {
	if f.check() != nil {
		return ""
	}
	return f.Birth[2:] + f.Expires[:4] + f.Code
}

// NumberBLen is how many digits it has.
const NumberBLen = 14

// tags of a face; the signature's is left out of what is signed.
const (
	tagHeader = 0x21 + iota
	tagBirth
	tagSex
	tagKey
	tagName
	tagAddress
	tagPhoto
	tagSignature
	tagExpires
	tagCode
)

// header of this form.
const header = "\x01"

// a part is one of the file's.
type part struct {
	tag   byte
	value []byte
}

func (f Face) parts(key, signature []byte) []part {
	return []part{{tagHeader, []byte(header)}, {tagBirth, []byte(f.Birth)}, {tagSex, []byte(f.Sex)}, {tagKey, key}, {tagName, []byte(f.Name)},
		{tagAddress, []byte(f.Address)}, {tagPhoto, f.Photo}, {tagSignature, signature}, {tagExpires, []byte(f.Expires)}, {tagCode, []byte(f.Code)}}
}

func digits(s string, n int) bool {
	return len(s) == n && len(bytes.Trim([]byte(s), "0123456789")) == 0
}

func (f Face) check() error {
	text := func(s string) bool { return s != "" && len(s) <= textMax && utf8.ValidString(s) }
	if !digits(f.Birth, 8) || !digits(f.Expires, 8) || !digits(f.Sex, 1) || !digits(f.Code, 4) || !text(f.Name) || !text(f.Address) ||
		len(f.Photo) == 0 || len(f.Photo) > PhotoMax {
		return fmt.Errorf("%w: a digit, a text or the photo", ErrForm)
	}
	return nil
}

// Issue is the file of a face, signed.
func Issue(key *ecdsa.PrivateKey, f Face) ([]byte, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	spki, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return nil, err
	}
	digest := signed(f.parts(spki, nil))
	signature, err := ecdsa.SignASN1(rand.Reader, key, digest[:])
	if err != nil {
		return nil, err
	}
	return encode(f.parts(spki, signature)), nil
}

// Verify is the face of a file that this key has signed. Nothing is made of the photo.
func Verify(key *ecdsa.PublicKey, file []byte) (Face, error) {
	parts, err := decode(file)
	if err != nil {
		return Face{}, err
	}
	v := func(tag byte) []byte { return parts[tag-tagHeader].value }
	digest := signed(parts)
	if key == nil || key.Curve != elliptic.P256() || !ecdsa.VerifyASN1(key, digest[:], v(tagSignature)) {
		return Face{}, ErrSignature
	}
	f := Face{Birth: string(v(tagBirth)), Sex: string(v(tagSex)), Name: string(v(tagName)), Address: string(v(tagAddress)),
		Photo: bytes.Clone(v(tagPhoto)), Expires: string(v(tagExpires)), Code: string(v(tagCode))}
	if err := f.check(); err != nil || string(v(tagHeader)) != header {
		return Face{}, ErrForm
	}
	return f, nil
}

func signed(parts []part) [32]byte {
	h := sha256.New()
	h.Write([]byte("myna-card/face/v1"))
	for _, p := range parts {
		if p.tag != tagSignature {
			b := p.append(make([]byte, 0, Max))
			h.Write(b)
			clear(b) // it may be the photo
		}
	}
	return [32]byte(h.Sum(nil))
}

// append adds the part to b.
func (p part) append(b []byte) []byte {
	b = append(b, 0xDF, p.tag)
	switch n := len(p.value); {
	case n < 0x80:
		b = append(b, byte(n))
	case n < 0x100:
		b = append(b, 0x81, byte(n))
	default:
		b = append(b, 0x82, byte(n>>8), byte(n))
	}
	return append(b, p.value...)
}

func encode(parts []part) []byte {
	file := append(make([]byte, 0, 2*Max), 0xFF, 0x20, 0x82, 0, 0) // what grows leaves copies behind
	for _, p := range parts {
		file = p.append(file)
	}
	file[3], file[4] = byte((len(file)-5)>>8), byte(len(file)-5)
	return file
}

// decode reads the parts of a file. Their values are of the file's own bytes.
func decode(file []byte) (parts []part, err error) {
	if len(file) > Max || len(file) < 5 {
		return nil, ErrForm
	}
	rest := file[5:]
	for tag := byte(tagHeader); tag <= tagCode; tag++ {
		var p part
		if p, rest, err = next(rest); err != nil || p.tag != tag {
			return nil, ErrForm
		}
		parts = append(parts, p)
	}
	again := encode(parts)
	defer clear(again)
	if len(rest) != 0 || !bytes.Equal(again, file) {
		return nil, ErrForm
	}
	return parts, nil
}

func next(b []byte) (p part, rest []byte, err error) {
	if len(b) < 3 || b[0] != 0xDF {
		return p, nil, ErrForm
	}
	p.tag = b[1]
	n, b := int(b[2]), b[3:]
	if n > 0x80 { // so many bytes of length
		more := n & 0x7F
		if more > 2 || len(b) < more {
			return p, nil, ErrForm
		}
		n = 0
		for _, digit := range b[:more] {
			n = n<<8 | int(digit)
		}
		b = b[more:]
	}
	if len(b) < n {
		return p, nil, ErrForm
	}
	p.value = b[:n]
	return p, b[n:], nil
}

// Len is how many bytes a file has, told from its first five; for who reads it off a card.
func Len(head []byte) (int, error) {
	if len(head) < 5 || head[0] != 0xFF || head[1] != 0x20 || head[2] != 0x82 {
		return 0, ErrForm
	}
	n := 5 + int(head[3])<<8 + int(head[4])
	if n > Max {
		return 0, ErrForm
	}
	return n, nil
}
