package pixels

import (
	"image"
	"strings"

	xfont "golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"multicopy.example/assets/font"
	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// Reading: which of some words stands at the end of a line is found by the likeness of
// its pixels to each of them, drawn by another rasterizer than the window's.

// Likeness at which a word is there: 1 is the same in every pixel. The right one has
// more than 0.9, one that differs in a digit less than 0.85.
const (
	likeEnough = 0.75
	likeApart  = 0.02 // from the next best
)

// Read returns which of the words the picture shows where the line of the layout has
// word; "" where it is none of them, or two look alike.
func Read(m *image.RGBA, it layout.Item, word string, words []string) (string, error) {
	before, _, ok := strings.Cut(it.Text, word)
	if !ok || it.Kind != layout.Line {
		return "", nil
	}
	file := font.Regular
	if it.Bold {
		file = font.Bold
	}
	f, err := sfnt.Parse(file)
	if err != nil {
		return "", err
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: float64(it.Px), DPI: 72, Hinting: xfont.HintingNone})
	if err != nil {
		return "", err
	}
	defer face.Close()
	x := it.X + float32(xfont.MeasureString(face, before))/64
	widest := 0 // of the words: one that begins another is told from it by what stands behind
	for _, w := range words {
		widest = max(widest, xfont.MeasureString(face, w).Ceil())
	}
	best, first, second := "", 0.0, 0.0
	for _, w := range words {
		switch like := likeness(m, it, face, x, widest, w); {
		case like > first:
			best, first, second = w, like, first
		case like > second:
			second = like
		}
	}
	if first < likeEnough || first-second < likeApart {
		return "", nil
	}
	return best, nil
}

// likeness of the pixels from x on to a word, where that fits best.
func likeness(m *image.RGBA, it layout.Item, face xfont.Face, x float32, widest int, word string) (best float64) {
	const room = 3 // pixels about the word
	wide := widest + 2*room
	high := int(it.Px * 1.1)
	drawn := image.NewAlpha(image.Rect(0, 0, wide, high+2*room))
	base := room + int(it.Px*0.9)
	d := xfont.Drawer{Dst: drawn, Src: image.Opaque, Face: face, Dot: fixed.Point26_6{X: fixed.I(room), Y: fixed.I(base)}}
	d.DrawString(word)
	seen := inkOf(m, it, image.Rect(int(x)-2*room, int(it.Y)-2*room, int(x)+wide, int(it.Y+it.H)+2*room))
	for dy := range max(1, seen.Rect.Dy()-drawn.Rect.Dy()) + 2*room {
		for dx := range 2 * room {
			best = max(best, overlap(seen, drawn, dx, dy))
		}
	}
	return best
}

// overlap is the likeness of two drawings, the second moved.
func overlap(a, b *image.Alpha, dx, dy int) float64 {
	apart, all := 0, 0
	for y := range b.Rect.Dy() {
		for x := range b.Rect.Dx() {
			p, q := int(a.AlphaAt(x+dx, y+dy).A), int(b.Pix[y*b.Stride+x])
			apart += max(p, q) - min(p, q)
			all += p + q
		}
	}
	if all == 0 {
		return 0
	}
	return 1 - float64(apart)/float64(all)
}

// inkOf is how much of each pixel the ink of a line covers.
func inkOf(m *image.RGBA, it layout.Item, r image.Rectangle) *image.Alpha {
	ink, paper := it.Ink.Colour(kiosk.ThemeLight), it.Paper.Colour(kiosk.ThemeLight) // in which a kiosk begins
	out := image.NewAlpha(image.Rect(0, 0, r.Dx(), r.Dy()))
	from := [3]int{int(paper.R), int(paper.G), int(paper.B)}
	way := [3]int{int(ink.R) - from[0], int(ink.G) - from[1], int(ink.B) - from[2]}
	length := way[0]*way[0] + way[1]*way[1] + way[2]*way[2]
	for y := range r.Dy() {
		for x := range r.Dx() {
			p := m.RGBAAt(r.Min.X+x, r.Min.Y+y)
			dot := (int(p.R)-from[0])*way[0] + (int(p.G)-from[1])*way[1] + (int(p.B)-from[2])*way[2]
			out.Pix[y*out.Stride+x] = uint8(max(0, min(255, 255*dot/max(1, length))))
		}
	}
	return out
}
