package layout

import (
	"multicopy.example/assets/text"
)

// Where the reader is: an arrow to that edge of the glass, on every page that asks
// for a card to be laid or taken, and a sentence beside it. Where the configuration
// does not say it, neither does the screen.

// Side is an edge of the glass, seen by a person before it.
type Side uint8

const (
	Nowhere Side = iota // not configured
	Right               // at its right
	Left                // at its left
	Below               // below it
	Above               // above it
)

// A Reader is where the reader lies.
type Reader struct {
	Side Side
	MM   int // from the edge of the glass to its middle; 0 where it is not configured
}

var sideTexts = [...]text.Key{Right: text.ReaderRight, Left: text.ReaderLeft, Below: text.ReaderBelow, Above: text.ReaderAbove}

// where says where the reader is; "" where that is not configured.
func (p *page) where() string {
	r := p.panel.Reader
	if r.Side == Nowhere {
		return ""
	}
	s := p.say(sideTexts[r.Side])
	if r.MM > 0 {
		s += p.spaced(text.Say(p.v, text.ReaderFar, int8((r.MM+5)/10)))
	}
	return s
}

// spaced is a sentence after another.
func (p *page) spaced(s string) string {
	if s == "" {
		return s
	}
	return text.SettingOf(p.v.Lang).Space + s
}

// divide divides an area between a column and a picture of the reader, which stands
// towards the reader where there is a choice.
func (p *page) divide(area Rect, ps pose, share float32) (column, picture Rect) {
	side := p.panel.Reader.Side
	switch {
	case !ps.moves():
	case p.tall && side == Above:
		picture = area.cut(area.H * share)
		area.cut(p.px(8))
		return area, picture
	case !p.tall && side == Left:
		picture = area.cutLeft(area.W * share)
		area.cutLeft(p.px(8))
		return area, picture
	}
	return p.beneath(area, share)
}

// moves reports whether a card is to be laid or taken.
func (ps pose) moves() bool { return ps == above || ps == leaving }

// drawReader draws the reader, and the arrow to the edge of the glass where one is
// due.
func (p *page) drawReader(r Rect, ps pose, ink Role) {
	if side := p.panel.Reader.Side; side != Nowhere && ps.moves() {
		p.point(p.strip(&r, side), side, ink)
		if ink == Primary { // the way off the reader is less than the way to it
			ink = Second
		}
	}
	p.picture(r, reader(r, ps, ink))
}

// strip cuts the room of an arrow from the side of a picture, and takes the margin
// of the glass to it.
func (p *page) strip(r *Rect, side Side) (at Rect) {
	long := func(of float32) float32 { return min(p.px(24), of*0.35) }
	switch side {
	case Right:
		at = r.cutRight(long(r.W))
		at.W += p.margin * 0.6
	case Left:
		at = r.cutLeft(long(r.W))
		at.X, at.W = at.X-p.margin*0.6, at.W+p.margin*0.6
	case Below:
		at = r.cutBottom(long(r.H))
	case Above:
		at = r.cut(long(r.H))
	}
	return at
}

// point draws an arrow to a side of the glass in the middle of a rectangle.
func (p *page) point(r Rect, side Side, ink Role) {
	wide := min(p.px(20), r.W, r.H)
	if side == Right || side == Left {
		r = Rect{r.X, r.Y + (r.H-wide)/2, r.W, wide}
	} else {
		r = Rect{r.X + (r.W-wide)/2, r.Y, wide, r.H}
	}
	if parts := arrowTo(r, side, ink); len(parts) > 0 {
		p.add(Item{Kind: Picture, Rect: r, Inside: parts, Side: side})
	}
}

// arrowTo is a thick arrow through the middle of a rectangle, its tip at that side.
func arrowTo(r Rect, side Side, ink Role) (out []Item) {
	t := min(r.W, r.H) * 0.2
	in := r.inset(t/2, t/2)
	x, y := r.middle()
	tail, tip := [2]float32{in.X, y}, [2]float32{in.X + in.W, y}
	if side == Below || side == Above {
		tail, tip = [2]float32{x, in.Y}, [2]float32{x, in.Y + in.H}
	}
	if side == Left || side == Above {
		tail, tip = tip, tail
	}
	long := tip[0] - tail[0] + tip[1] - tail[1]
	head := min(max(long, -long), in.W, in.H) / 2
	if long < 0 {
		head = -head
	}
	ends := [][2]float32{tail, {tip[0] - head, tip[1] - head}, {tip[0] - head, tip[1] + head}}
	if side == Below || side == Above {
		ends[2] = [2]float32{tip[0] + head, tip[1] - head}
	}
	dot := func(at [2]float32) Item {
		return Item{Kind: Round, Rect: Rect{at[0] - t/2, at[1] - t/2, t, t}, Paper: ink}
	}
	for _, from := range ends {
		out = append(out, stroke(from[0], from[1], tip[0], tip[1], t, ink), dot(from))
	}
	return append(out, dot(tip))
}

// taken is a card and the way to it, below a page's own sign and above its foot.
func (p *page) taken(r Rect) {
	side, f := p.panel.Reader.Side, p.foot1
	if side == Nowhere || !p.v.Card {
		return
	}
	r.H = f.bottom - height(f.rows, p.gap) - p.gap - r.Y
	r.cut(min(p.px(8), r.H*0.1))
	top := r.cut(r.W * 0.635)
	p.picture(top, card(top))
	r.cut(p.px(2))
	p.point(Rect{r.X, r.Y, r.W, min(r.H, p.px(16))}, side, Primary)
}
