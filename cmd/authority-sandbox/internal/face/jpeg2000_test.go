package face

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"multicopy.example/kiosk/must"
)

func photo(t *testing.T) []byte {
	t.Helper()
	must.Need(t, "libopenjp2-tools")
	b := must.Read(t, "../fixture/nophoto.jp2")
	return b
}

func TestThePhotoOfACardIsDecoded(t *testing.T) {
	p, err := DecodePhoto(photo(t))
	if err != nil || p.t.W != portraitWidth || p.t.H != portraitHeight || p.Light() < 150 {
		t.Errorf("%d×%d, %v", p.t.W, p.t.H, err)
	}
}

// TestAPhotoThatIsNoneIsRefused: what the program is given and what it makes are bounded.
func TestAPhotoThatIsNoneIsRefused(t *testing.T) {
	good := photo(t)
	wide := bytes.Clone(good) // it says that it has 60,000 × 60,000 pixels
	header := bytes.Index(wide, []byte("ihdr")) + 4
	size := bytes.Index(wide, []byte{0xFF, 0x51}) + 6
	for _, at := range []int{header, header + 4, size, size + 4, size + 16, size + 20} {
		binary.BigEndian.PutUint32(wide[at:], 60000)
	}
	for name, b := range map[string][]byte{"nothing": nil, "text": []byte("no photo"), "half a header": good[:40], "wide": wide, "a name": []byte("/etc/passwd")} {
		if _, err := DecodePhoto(b); !errors.Is(err, ErrPhoto) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAPictureWithoutAFaceIsNoPhoto: a card gets the photo of a person.
func TestAPictureWithoutAFaceIsNoPhoto(t *testing.T) {
	n := load(t)
	if _, err := n.Portrait(FromImage(painted(320, 240, 120))); !errors.Is(err, ErrNoFace) {
		t.Errorf("%v", err)
	}
	j, err := compress(FromImage(painted(320, 240, 120)).grey(warp{a: 1}, portraitWidth, portraitHeight))
	if err != nil || len(j) > portraitMax {
		t.Errorf("%d bytes, %v", len(j), err)
	}
	p, err := DecodePhoto(j)
	if err != nil || p.t.W != portraitWidth || p.Light() < 115 || p.Light() > 130 {
		t.Errorf("%d pixels wide, light %g, %v", p.t.W, p.Light(), err)
	}
}
