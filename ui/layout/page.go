package layout

import (
	"math"
	"strings"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// A page is a screen being laid out.
type page struct {
	v  kiosk.View
	f  Fill
	sc Screen

	panel  Panel
	mm     float32 // pixels a millimetre
	grow   float32 // how much bigger than the smallest panel
	level  int     // how hard a column is squeezed
	body   float32 // px of running text, titles, captions
	title  float32
	small  float32
	least  float32 // no text is smaller
	margin float32
	gap    float32 // between targets
	target float32 // the height of a button
	tall   bool    // the panel stands upright

	no        int   // the page that is wanted
	pages     int   // how many there are; known once the text has flowed
	foot1     *foot // what stands below the text
	bar       []aButton
	notes     []string // what may be noted down: at the foot, or below the text
	paged     bool     // the text is being cut into pages
	noted     float32  // how much higher the foot is for them
	shortRows bool     // the rows of a list say less, because larger text lacks the room
	alone     bool     // nothing can be pressed: it is one page whatever it leaves out

	paper Role // what texts stand on now
	over  bool
	live  bool
}

func open(v kiosk.View, panel Panel, f Fill, no int) *page {
	z := min(max(v.Size, kiosk.SizeSmall), kiosk.SizeLargest)
	p := &page{v: v, f: f, panel: panel, mm: panel.mm(), grow: grown(panel), tall: panel.portrait(), paper: Page, no: no}
	p.sc = Screen{W: float32(panel.W), H: float32(panel.H), Theme: min(v.Theme, kiosk.Themes-1), Paper: Page}
	p.body, p.title = em(z, panel), em(z+1, panel)
	p.small, p.least = p.body, p.body
	p.margin, p.gap = p.px(6), ceil(2.6*p.mm)
	p.target = max(p.px(13.5), p.label(aside).line()+2)
	return p
}

func ceil(f float32) float32 { return float32(math.Ceil(float64(f))) }

func floor(f float32) float32 { return float32(math.Floor(float64(f))) }

// px turns millimetres of the smallest panel into pixels of this one.
func (p *page) px(mm float32) float32 { return ceil(mm * p.grow * p.mm) }

// say is a sentence of the catalogue, with the view's values.
func (p *page) say(k text.Key) string { return text.Say(p.v, k, p.v.Tries) }

func (p *page) add(it Item) {
	it.Over, it.Live = it.Over || p.over, it.Live || p.live
	p.sc.Items = append(p.sc.Items, it)
}

// headRow is the line at the top.
func (p *page) headRow() Rect {
	return Rect{p.margin, p.margin * 0.6, p.sc.W - 2*p.margin, p.target}
}

// inner is the area below the header and above the bar of an upright panel.
func (p *page) inner() Rect {
	r := p.whole()
	r.cut(p.headRow().Y + p.target + p.deeper() + p.gap - r.Y)
	return r
}

// whole is the area of a screen without a header.
func (p *page) whole() Rect {
	top := p.margin * 0.6
	r := Rect{p.margin, top, p.sc.W - 2*p.margin, p.sc.H - top - p.margin*0.8}
	if len(p.bar) > 0 {
		r.cutBottom(height(p.barRows(r.W), p.gap) + p.gap)
	}
	return r
}

// cut takes h from the top of the rectangle.
func (r *Rect) cut(h float32) Rect {
	top := Rect{r.X, r.Y, r.W, h}
	r.Y, r.H = r.Y+h, r.H-h
	return top
}

// cutBottom takes h from its bottom.
func (r *Rect) cutBottom(h float32) Rect {
	r.H -= h
	return Rect{r.X, r.Y + r.H, r.W, h}
}

// cutRight takes w from its right side, cutLeft from its left.
func (r *Rect) cutRight(w float32) Rect {
	r.W -= w
	return Rect{r.X + r.W, r.Y, w, r.H}
}

func (r *Rect) cutLeft(w float32) Rect {
	left := Rect{r.X, r.Y, w, r.H}
	r.X, r.W = r.X+w, r.W-w
	return left
}

func (r Rect) inset(dx, dy float32) Rect {
	return Rect{r.X + dx, r.Y + dy, r.W - 2*dx, r.H - 2*dy}
}

func (r Rect) middle() (x, y float32) { return r.X + r.W/2, r.Y + r.H/2 }

// square is the largest square in the middle of the rectangle, of side at
// most s.
func (r Rect) square(s float32) Rect {
	s = min(s, r.W, r.H)
	x, y := r.middle()
	return Rect{x - s/2, y - s/2, s, s}
}

// A style is how a text is set.
type style struct {
	lang   kiosk.Lang // of the text
	px     float32
	bold   bool
	ink    Role
	centre bool
	even   bool
	tight  bool
	hang   float32 // how far an opening bracket, which is blank at its left, may stand out
}

func (s style) line() float32 {
	switch {
	case s.lang == kiosk.Easy: // the readings keep the lines apart
		return ceil(s.px*1.12) + s.ruby()
	case s.tight:
		return ceil(s.px * 1.2)
	}
	return ceil(s.px * 1.34)
}

func (p *page) heading() style {
	return style{lang: p.v.Lang, px: p.title, bold: true, ink: Ink, even: true, tight: true, hang: p.px(3)}
}
func (p *page) plain() style {
	return style{lang: p.v.Lang, px: p.body, ink: Ink, hang: p.px(3), tight: p.level >= tighter}
}
func (p *page) strong() style {
	st := p.plain()
	st.bold, st.even = true, true
	return st
}
func (p *page) quiet() style { return p.plain().of(p.small).in(Second) }

func (s style) in(ink Role) style   { s.ink = ink; return s }
func (s style) centred() style      { s.centre = true; s.even = true; return s }
func (s style) of(px float32) style { s.px = px; return s }

// as is a style for a text that is not in the language of the page.
func (s style) as(l kiosk.Lang) style { s.lang = l; return s }

// lines makes the items of a text in a rectangle, from its top; it may need
// more height than the rectangle has, which a test sees.
func lines(s string, r Rect, st style, paper Role) []Item {
	return set(wrap(s, r.W, st), s, r, st, paper)
}

// set makes the items of lines that are broken already; of is what they were.
func set(broken []string, of string, r Rect, st style, paper Role) []Item {
	var out []Item
	for i, l := range broken {
		w := ceil(Width(l, st.px, st.bold)) + 1
		x := r.X
		if st.centre {
			x = r.X + (r.W-w)/2
		} else if strings.IndexAny(l, "（「『【〔") == 0 {
			x -= floor(min(st.px*0.45, st.hang))
		}
		line := Item{
			Kind: Line, Rect: Rect{x, r.Y + float32(i)*st.line() + st.ruby(), w, st.line() - st.ruby()},
			Text: l, Of: of, Px: st.px, Bold: st.bold, Ink: st.ink, Paper: paper, Lang: st.lang,
		}
		out = append(append(out, line), st.readings(line, r)...)
	}
	return out
}

// height is what a text needs in a column of that width.
func (st style) height(s string, width float32) float32 {
	return float32(len(wrap(s, width, st))) * st.line()
}

// write puts a text at the top of a column and returns its height.
func (p *page) write(s string, r Rect, st style) float32 {
	for _, it := range lines(s, r, st, p.paper) {
		p.add(it)
	}
	return st.height(s, r.W)
}

// middle puts a text in the middle of a rectangle's height, made smaller, but
// not below the least size, until it fits.
func (p *page) within(s string, r Rect, st style) {
	for _, it := range fitted(s, r, st, p.paper, p.least) {
		p.add(it)
	}
}

func fitted(s string, r Rect, st style, paper Role, least float32) []Item {
	for st.px > least && (st.height(s, r.W) > r.H || wide(wrap(s, r.W, st), st) > r.W || torn(s, r.W, st)) {
		st.px--
	}
	h := st.height(s, r.W)
	r.Y += (r.H - h) / 2
	return lines(s, r, st, paper)
}

// torn reports whether a label is broken inside a phrase.
func torn(s string, w float32, st style) bool {
	for _, u := range phrases(s, st.lang) {
		if !fits(u, w, st) {
			return true
		}
	}
	return false
}
