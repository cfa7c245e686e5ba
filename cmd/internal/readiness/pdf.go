package readiness

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/sfnt"

	"multicopy.example/assets/font"
	"multicopy.example/kiosk/staff/check"
)

// Millimetres of an A4 page.
const (
	margin = 18.0
	labels = 62.0 // the column of labels
	width  = 210 - 2*margin
	row    = 5.4
)

// inks are the colours of the levels; the word stands beside it, for a printer
// without colours.
var inks = map[check.Level][3]int{check.Normal: {0, 96, 40}, check.Warning: {140, 80, 0}, check.Critical: {170, 0, 0}}

// PDF writes the report as PDF with its font in it, A4.
func (r Report) PDF(to io.Writer) error {
	p := fpdf.New("P", "mm", "A4", "")
	p.SetCreationDate(r.Made.UTC())
	p.SetModificationDate(r.Made.UTC())
	p.SetTitle(drawable("Readiness report "+r.Kiosk), true)
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(true, margin)
	p.AddUTF8FontFromBytes("noto", "", font.Report)
	p.SetFooterFunc(func() {
		p.SetY(-12)
		p.SetFont("noto", "", 8)
		p.SetTextColor(90, 90, 90)
		p.CellFormat(0, row, drawable(fmt.Sprintf("%s  %s  %d", r.Kiosk, stamp(r.Made), p.PageNo())), "", 0, "R", false, 0, "")
	})
	p.AddPage()
	for i, l := range r.lines() {
		l.print(p, i == 0)
	}
	return p.Output(to)
}

func (l line) print(p *fpdf.Fpdf, first bool) {
	p.SetTextColor(0, 0, 0)
	switch {
	case l.heading:
		size := 13.0
		if first {
			size = 18
		} else {
			p.Ln(3)
		}
		p.SetFont("noto", "", size)
		column(p, margin, width, size/2, l.label)
		p.Line(margin, p.GetY()+1, margin+width, p.GetY()+1)
		p.Ln(2.5)
	case l.within:
		p.SetFont("noto", "", 8.5)
		column(p, margin+6, width-6, row*0.85, l.value)
	case l.label == "":
		p.SetFont("noto", "", 9.5)
		column(p, margin, width, row, l.value)
	default:
		p.SetFont("noto", "", 9.5)
		room := 297 - margin - p.GetY()
		if n := max(len(wrap(p, l.label, labels-2)), len(wrap(p, l.value, width-labels))); float64(n)*row > room && n < 10 {
			p.AddPage() // label and value on one page
		}
		y := p.GetY()
		column(p, margin, labels-2, row, l.label)
		below := p.GetY()
		p.SetY(y)
		ink := inks[l.level]
		p.SetTextColor(ink[0], ink[1], ink[2])
		column(p, margin+labels, width-labels, row, l.value)
		p.SetY(max(p.GetY(), below))
	}
}

// column prints a text in lines of at most w.
func column(p *fpdf.Fpdf, x, w, h float64, s string) {
	for _, l := range wrap(p, drawable(s), w) {
		p.SetX(x)
		p.CellFormat(w, h, l, "", 1, "L", false, 0, "")
	}
}

// wrap breaks a text at spaces, and between any two Japanese characters but before a
// closing sign. The library's own loses the character at which it breaks.
func wrap(p *fpdf.Fpdf, s string, w float64) (all []string) {
	w -= 2 * p.GetCellMargin()
	rest := []rune(s)
	for len(rest) > 0 {
		n, at := 0, 0
		for n < len(rest) && (n == 0 || p.GetStringWidth(string(rest[:n+1])) <= w) {
			if n++; n < len(rest) && breaks(rest[n-1], rest[n]) {
				at = n
			}
		}
		if n == len(rest) || at == 0 {
			at = n
		}
		all = append(all, strings.TrimRight(string(rest[:at]), " "))
		rest = []rune(strings.TrimLeft(string(rest[at:]), " "))
	}
	return all
}

// breaks reports whether a line may end between the two.
func breaks(a, b rune) bool {
	wide := func(r rune) bool { return r >= 0x2E80 }
	return a == ' ' || b == ' ' || (wide(a) || wide(b)) && !strings.ContainsRune("。、）」・ー", b) && a != '（' && a != '「'
}

// glyphs are the runes that the font has: what an engineer's words hold beside them
// would be drawn as nothing.
var glyphs = sync.OnceValue(func() *sfnt.Font {
	f, err := sfnt.Parse(font.Report)
	if err != nil {
		panic(err) // the font is part of the program, and tested
	}
	return f
})

// drawable has a question mark for each rune that the font lacks.
func drawable(s string) string {
	var b sfnt.Buffer
	out := []rune(s)
	for i, r := range out {
		if g, err := glyphs().GlyphIndex(&b, r); err != nil || g == 0 {
			out[i] = '?'
		}
	}
	return string(out)
}
