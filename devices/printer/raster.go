package printer

import (
	"errors"
	"image"
	"image/color"
)

// bandHeight is how many lines go into one raster command: a printer has memory for
// that many, and one that stops in the middle has printed what came before.
const bandHeight = 64

// MaxHeight is the longest slip: 30 cm at 8 dots a millimetre. A longer picture is a
// mistake, and paper.
const MaxHeight = 2400

var errPicture = errors.New("printer: a picture that is empty, or wider or longer than a slip")

// Encode makes the commands that print a picture and cut the paper: a dot for each
// pixel that is darker than the middle.
func Encode(picture image.Image, dots int) ([]byte, error) {
	r := picture.Bounds()
	if r.Empty() || r.Dx() > dots || r.Dy() > MaxHeight {
		return nil, errPicture
	}
	row := (dots + 7) / 8
	b := append(make([]byte, 0, 16+r.Dy()*(row+1)), 0x1B, '@')
	for top := r.Min.Y; top < r.Max.Y; top += bandHeight {
		h := min(bandHeight, r.Max.Y-top)
		b = append(b, 0x1D, 'v', '0', 0, byte(row), byte(row>>8), byte(h), byte(h>>8))
		dots := len(b)
		for y := top; y < top+h; y++ {
			b = append(b, line(picture, y, row)...)
		}
		tame(b[dots:])
	}
	return append(b, 0x1D, 'V', 66, 0), nil // feed to the cutter and cut, but for one point
}

// tame adds a dot wherever dots would be a real-time command (DLE EOT, DLE ENQ, DLE
// DC4): printers carry those out in the middle of a picture too, and one of them
// switches the printer off, another opens the till.
func tame(dots []byte) {
	for i := 0; i+1 < len(dots); i++ {
		if next := dots[i+1]; dots[i] == dle && (next == eot || next == 0x05 || next == 0x14) {
			dots[i] |= 0x08
		}
	}
}

// line is one line of dots, the leftmost in the highest bit.
func line(picture image.Image, y, row int) []byte {
	out := make([]byte, row)
	r := picture.Bounds()
	for x := r.Min.X; x < r.Max.X; x++ {
		if color.GrayModel.Convert(picture.At(x, y)).(color.Gray).Y < 0x80 {
			out[(x-r.Min.X)/8] |= 0x80 >> ((x - r.Min.X) % 8)
		}
	}
	return out
}
