// Package slip draws the receipt of a visit as a picture, for a printer that prints
// dots: call [Draw]. It holds date, machine, receipt number and what the screen
// says of the outcome; no secret, no name and nothing of the card.
package slip

import (
	"image"
	"image/color"
	"image/draw"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// Draw is the slip of a result, in the resident's language and in Japanese, as wide
// as the printer's head has dots. A language that the fonts cannot draw is printed in
// English.
func Draw(v kiosk.View, machine string, dots int) (image.Image, error) {
	f, err := faces(v.Lang)
	if err != nil {
		return nil, err
	}
	p := &page{faces: f, dots: dots, size: 24}
	if dots > 500 {
		p.size = 28
	}
	if v.Lang != kiosk.Japanese {
		if !f.draw(v, machine) {
			v.Lang = kiosk.English
		}
		p.block(v, machine)
		p.rule()
		v.Lang = kiosk.Japanese
		if p.faces, err = faces(v.Lang); err != nil {
			return nil, err
		}
	}
	p.block(v, machine)
	return p.picture(), nil
}

// Test is a slip that shows whether the printer prints: its title in Japanese and
// English, the machine, a time (Unix seconds) and a pattern in which each dot of the
// head prints.
func Test(machine string, now int64, dots int) (image.Image, error) {
	f, err := faces(kiosk.Japanese)
	if err != nil {
		return nil, err
	}
	p := &page{faces: f, dots: dots, size: 24}
	for _, l := range []kiosk.Lang{kiosk.Japanese, kiosk.English} {
		p.text(text.TestPrint(l), p.size*4/3, true)
		p.text(text.When(l, now), p.size, false)
	}
	p.text(machine, p.size, false)
	p.gap()
	y := p.y
	p.later = append(p.later, func(to *image.Gray) {
		for x := range dots {
			draw.Draw(to, image.Rect(x, y+x%16*2, x+1, y+x%16*2+2), image.Black, image.Point{}, draw.Src)
		}
	})
	p.y += 32
	return p.picture(), nil
}

// lines are what a block says, in its order.
func lines(v kiosk.View, machine string) (title string, pairs [][2]string, rest []string) {
	l := v.Lang
	tell := text.Tell(v, v.Message)
	pairs = [][2]string{
		{text.Of(l, text.When_), text.When(l, v.When)},
		{text.Of(l, text.SlipMachine), machine},
		{text.Of(l, text.Transaction), v.Session.Receipt()},
	}
	if tell.Code != "" {
		pairs = append(pairs, [2]string{text.Of(l, text.StaffCode), tell.Code})
	}
	for _, s := range []string{tell.What, tell.Same, tell.Do, text.Of(l, text.SlipKeep)} {
		if s != "" {
			rest = append(rest, s)
		}
	}
	return text.Of(l, text.SlipTitle), pairs, rest
}

// A page grows downwards; what stands on it is drawn when its height is known.
type page struct {
	faces *set
	dots  int
	size  float64
	y     int
	later []func(*image.Gray)
}

func (p *page) block(v kiosk.View, machine string) {
	title, pairs, rest := lines(v, machine)
	p.text(title, p.size*4/3, true)
	p.gap()
	for _, pair := range pairs {
		p.text(pair[0], p.size*3/4, false)
		p.text(pair[1], p.size, true)
	}
	p.gap()
	for _, s := range rest {
		p.text(s, p.size, false)
		p.y += int(p.size / 4)
	}
	p.gap()
}

func (p *page) gap() { p.y += int(p.size / 2) }

// rule is a line across the paper.
func (p *page) rule() {
	y := p.y
	p.later = append(p.later, func(to *image.Gray) {
		draw.Draw(to, image.Rect(0, y, p.dots, y+2), image.Black, image.Point{}, draw.Src)
	})
	p.gap()
}

// text is a paragraph, as many lines as it needs.
func (p *page) text(s string, size float64, bold bool) {
	faces := p.faces // the page goes on in Japanese, and draws when it is whole
	for _, line := range faces.wrap(s, size, bold, p.dots) {
		base := p.y + int(size)
		p.later = append(p.later, func(to *image.Gray) { faces.line(to, line, size, bold, base) })
		p.y += int(size * 4 / 3)
	}
}

func (p *page) picture() image.Image {
	to := image.NewGray(image.Rect(0, 0, p.dots, p.y+int(p.size)))
	draw.Draw(to, to.Bounds(), image.White, image.Point{}, draw.Src)
	for _, d := range p.later {
		d(to)
	}
	for i, c := range to.Pix { // a head has no greys
		to.Pix[i] = color.Gray{Y: 0xFF * (c >> 7)}.Y
	}
	return to
}
