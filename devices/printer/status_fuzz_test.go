package printer

import (
	"errors"
	"testing"
)

// FuzzParse: no bytes are a state that they do not say, and a printer that says that
// it has no paper never lets print.
func FuzzParse(f *testing.F) {
	f.Add([]byte{0x12, 0x12, 0x12, 0x12})
	f.Add([]byte{0x1A, 0x32, 0x12, 0x72})
	f.Add([]byte{0x11, 0x13, 0x00, 0xFF})
	f.Fuzz(func(t *testing.T, b []byte) {
		var answers [queries]byte
		copy(answers[:], b)
		s, err := Parse(answers)
		formed := true
		for _, a := range answers {
			formed = formed && a&0x93 == 0x12
		}
		switch {
		case formed == (err != nil), err != nil && !errors.Is(err, ErrGarbled):
			t.Errorf("%x: %v", answers, err)
		case err != nil && s != Fails:
			t.Errorf("%x: garbled and %v", answers, s)
		case err == nil && s <= PaperLow && (answers[3]&0x60 != 0 || answers[1]&0x64 != 0 || answers[2]&0x6C != 0 || answers[0]&0x08 != 0):
			t.Errorf("%x is %v", answers, s)
		case err == nil && s == Ready && answers != [queries]byte{0x12, 0x12, 0x12, 0x12} && answers[3]&0x0C != 0:
			t.Errorf("%x is ready", answers)
		}
	})
}
