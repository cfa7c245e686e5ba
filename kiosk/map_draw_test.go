package kiosk

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// The drawing of the map. Where a place stands is decided in testdata/map.txt;
// every line comes from the survey. Units are pixels of the SVG.

// spot is a column, counted from the left, and a row. The path of a resident
// runs to the right, back to the left and to the right again, like an ox.
type spot struct {
	col float64
	row int
}

// spots and spine come from testdata/map.txt; the spine is the way of a
// resident to whom nothing happens.
var (
	spots [Places]spot
	spine []Place
)

func TestMain(m *testing.M) { // the table of places, with their names, is filled by now
	spots, spine = readMap()
	m.Run()
}

func readMap() (at [Places]spot, main []Place) {
	text, err := os.ReadFile("testdata/map.txt")
	if err != nil {
		panic(err)
	}
	var listed [Places]bool
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if f[0] == "#" {
			continue
		}
		p := named(Place(0), f[0])
		if _, err := fmt.Sscan(f[1]+" "+f[2], &at[p].col, &at[p].row); err != nil {
			panic(err)
		}
		if listed[p] = true; len(f) > 3 {
			main = append(main, p)
		}
	}
	for p := range Places {
		if listed[p] {
			continue
		}
		for at[p] = (spot{0, at[p-1].row}); slices.Contains(at[:p], at[p]) || slices.Contains(at[p+1:], at[p]); {
			at[p].col += 0.5
		}
	}
	return at, main
}

// A band is a few rows with one caption and one set of ways out below them.
type band struct {
	caption     string
	first, last int
	paper       string
}

var bands = []band{
	{"no visit", 0, 0, "#f3f4f6"}, {"the card", 1, 1, "#eef4fb"}, {"what is typed", 2, 3, "#eef7f0"},
	{"the burst: no button, an irreversible act behind its record", 4, 4, "#fdf3e7"}, {"in doubt", 5, 5, "#fdf0ef"},
	{"the end", 6, 6, "#f3f4f6"},
}

func bandOf(p Place) int {
	for i, b := range bands {
		if r := spots[p].row; r >= b.first && r <= b.last {
			return i
		}
	}
	return 0
}

// exit is where a visit ends from many places: drawn as one thin line a band.
type exit struct {
	name  string
	ink   string
	to    Place // and, with Idle, OutOfService
	right bool  // the line runs down at the right side, or up at the left
}

var exits = []exit{
	{"telling", "#c2410c", Telling, true},
	{"take-card", "#a16207", TakeCard, true},
	{"place-card again", "#1d4ed8", PlaceCard, false},
	{"idle, or out-of-service", "#6b7280", Idle, false},
}

func exitOf(w way) int {
	if i := slices.Index(spine, w.from); i >= 0 && i+1 < len(spine) && spine[i+1] == w.to {
		return -1
	}
	for i, x := range exits {
		if x.to == w.to || x.to == Idle && w.to == OutOfService {
			return i
		}
	}
	return -1
}

const (
	width         = 1120
	margin        = 52 // at both sides, for the lines that run up and down
	pitch         = (width - 2*margin) / 6.0
	boxW, boxH    = 106.0, 46.0
	head          = 62.0 // of a band, above its boxes: caption and arcs
	lane          = 12.0 // between two lines of ways out
	second        = 80.0 // a second row in a band
	ink, fine     = "#1f2937", "#6b7280"
	mainInk, side = "#0f766e", "#475569"
)

// top is the upper edge of a band.
func (l placeMap) top(b int) (y float64) {
	y = 16
	for i, at := range bands[:b] {
		y += head + boxH + float64(at.last-at.first)*second + 22 + lane*float64(len(l.out[i])) + 8
	}
	return y
}

func (l placeMap) centre(p Place) (x, y float64) {
	b := bandOf(p)
	return margin + (spots[p].col+0.5)*pitch, l.top(b) + head + boxH/2 + float64(spots[p].row-bands[b].first)*second
}

// laneY is where the line of that exit runs in a band.
func (l placeMap) laneY(b, x int) float64 {
	return l.top(b+1) - 8 - 10 - lane*float64(len(l.out[b])-1-slices.Index(l.out[b], x))
}

type canvas struct {
	bytes.Buffer
	over *canvas // what is drawn last: words over lines and boxes
}

func (c *canvas) put(format string, a ...any) { fmt.Fprintf(c, format+"\n", a...) }

func (c *canvas) text(x, y float64, class, s string) {
	s = strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(s)
	c.put(`<text x="%.1f" y="%.1f" class="%s">%s</text>`, x, y, class, s)
}

func draw(l placeMap) []byte {
	for b := range bands {
		for i, x := range exits {
			if bandOf(x.to) == b || slices.ContainsFunc(l.ways, func(w way) bool { return bandOf(w.from) == b && exitOf(w) == i }) {
				l.out[b] = append(l.out[b], i)
			}
		}
	}
	var c, legend canvas
	c.over = new(canvas)
	height := legend.legend(l, l.top(len(bands))) + 16
	c.put(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %.0f" font-family="Helvetica,Arial,'DejaVu Sans',sans-serif">`, width, height)
	c.put(`<title>The places of a visit and the ways between them, drawn from the walk of kiosk.Step</title>`)
	c.put(`<style>text{text-anchor:middle;fill:%s}.n{font-size:14px;font-weight:bold}.s{font-size:10.5px;fill:%s}`+
		`.l{font-size:11.5px;fill:%s;paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}.m{font-size:11.5px;font-weight:bold;fill:%s;paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}`+
		`.c{font-size:13px;font-weight:bold;text-anchor:start;fill:%s}.t{font-size:12px;text-anchor:start}</style>`, ink, fine, side, mainInk, fine)
	c.put(`<defs>`)
	for i, colour := range []string{mainInk, side, exits[0].ink, exits[1].ink, exits[2].ink, exits[3].ink} {
		c.put(`<marker id="a%d" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="%d" markerHeight="%d" orient="auto" markerUnits="userSpaceOnUse"><path d="M0 0L8 4L0 8z" fill="%s"/></marker>`,
			i, 9-min(i, 1), 9-min(i, 1), colour)
	}
	c.put(`</defs>`)
	c.put(`<rect width="%d" height="%.0f" rx="14" fill="#fff"/>`, width, height)
	for i, b := range bands {
		c.put(`<rect x="%d" y="%.1f" width="%d" height="%.1f" rx="12" fill="%s"/>`, margin-10, l.top(i), width-2*margin+20, l.top(i+1)-l.top(i)-8, b.paper)
		c.text(margin+4, l.top(i)+20, "c", b.caption)
	}
	c.waysOut(l)
	c.ways(l)
	for p := range Places {
		c.place(l, p)
	}
	c.Write(c.over.Bytes())
	c.Write(legend.Bytes())
	c.put(`</svg>`)
	return c.Bytes()
}

func (c *canvas) place(l placeMap, p Place) {
	x, y := l.centre(p)
	edge, thick := "#94a3b8", 1.2
	if slices.Contains(spine, p) {
		edge, thick = mainInk, 2
	}
	c.put(`<rect x="%.1f" y="%.1f" width="%.0f" height="%.0f" rx="9" fill="#fff" stroke="%s" stroke-width="%.1f"/>`, x-boxW/2, y-boxH/2, boxW, boxH, edge, thick)
	class := "n"
	if len(p.String()) > 11 {
		class = `n" style="font-size:12px`
	}
	c.text(x, y-1, class, p.String())
	c.text(x, y+14, "s", fmt.Sprintf("%d states", l.states[p]))
	if l.held[p] {
		c.put(`<circle cx="%.1f" cy="%.1f" r="4.5" fill="#b91c1c"/>`, x+boxW/2-8, y-boxH/2+8)
	}
}

// ways are the lines between two places: thick on the spine, thin beside it.
func (c *canvas) ways(l placeMap) {
	for _, main := range []bool{false, true} {
		for _, w := range l.ways {
			i := slices.Index(spine, w.from)
			if onSpine := i >= 0 && i+1 < len(spine) && spine[i+1] == w.to; onSpine == main && exitOf(w) < 0 {
				c.way(l, w, main)
			}
		}
	}
}

func (c *canvas) way(l placeMap, w way, main bool) {
	x1, y1 := l.centre(w.from)
	x2, y2 := l.centre(w.to)
	class, stroke, thick, mark := "l", side, 1.3, 1
	if main {
		class, stroke, thick, mark = "m", mainInk, 2.6, 0
	}
	var d string
	lx, ly := (x1+x2)/2, (y1+y2)/2
	lines := wrap(strings.Join(w.by, " "), 10)
	switch away := x2 - x1; {
	case y1 == y2 && main, y1 == y2 && away*away < pitch*pitch*1.1 && !reversed(w): // next to it
		s := sign(away)
		d = fmt.Sprintf("M%.1f %.1fL%.1f %.1f", x1+s*boxW/2, y1, x2-s*(boxW/2+1), y2)
		ly -= 6
	case y1 == y2: // an arc above the row
		up := 16 + 9*(abs(away)/pitch-1)
		s := sign(away)
		d = fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f", x1+s*14, y1-boxH/2, x1+s*24, y1-boxH/2-up*1.3, x2-s*24, y2-boxH/2-up*1.3, x2-s*14, y2-boxH/2-1)
		ly = y1 - boxH/2 - up*0.98 + 3
		lines = []string{strings.Join(w.by, " ")}
	case abs(away) < 1: // straight down, or up beside what goes down
		s := sign(y2 - y1)
		off := 0.0
		if !main {
			off = 40
		}
		d = fmt.Sprintf("M%.1f %.1fL%.1f %.1f", x1+off, y1+s*boxH/2, x2+off, y2-s*(boxH/2+1))
		lx += off + 4
		class += `" style="text-anchor:start`
		if ly = y2 - boxH/2 - 14; s < 0 {
			ly = y1 - boxH/2 - 12
		}
	case abs(y2-y1) < head+boxH: // inside a band: an elbow
		if s := sign(away); y2 > y1 {
			d = fmt.Sprintf("M%.1f %.1fQ%.1f %.1f %.1f %.1f", x1+s*6, y1+boxH/2, x1+s*6, y2, x2-s*(boxW/2+1), y2)
			lx, ly = x1+s*2, y2-16
		} else {
			d = fmt.Sprintf("M%.1f %.1fQ%.1f %.1f %.1f %.1f", x1+s*boxW/2, y1, x2-s*18, y1, x2-s*18, y2+boxH/2+1)
			lx, ly = x2-s*24, y1-16
		}
	default:
		s, v := sign(away), sign(y2-y1)
		d = fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f", x1+s*30, y1+v*boxH/2, x1+s*34, y1+v*(boxH/2+34), x2-s*34, y2-v*(boxH/2+34), x2-s*26, y2-v*(boxH/2+1))
		lx, ly = x1+0.62*(x2-x1), y1+0.7*(y2-y1)
	}
	c.put(`<path d="%s" fill="none" stroke="%s" stroke-width="%.1f" marker-end="url(#a%d)"/>`, d, stroke, thick, mark)
	for i, s := range lines {
		c.over.text(lx, ly-13*float64(len(lines)-1-i), class, s)
	}
}

// reversed reports whether the way runs against the spine.
func reversed(w way) bool {
	return slices.Index(spine, w.from) > slices.Index(spine, w.to) && slices.Contains(spine, w.to) ||
		w.from == DoubtReading && w.to == DoubtCard || w.from == DoubtAgain && w.to == DoubtCard
}

// waysOut are the lines below each band, with a knot for every place that has
// that way out, and the lines at the sides that gather them.
func (c *canvas) waysOut(l placeMap) {
	for i, x := range exits {
		tx, ty := l.centre(x.to)
		trunk := 22 + 12*float64(i-2)
		if x.right {
			trunk = width - 22 - 12*float64(i)
		}
		goal := l.laneY(bandOf(x.to), i)
		low, high := goal, goal
		for b := range bands {
			if !slices.Contains(l.out[b], i) {
				continue
			}
			var knots []float64
			y := l.laneY(b, i)
			for _, w := range l.ways {
				if bandOf(w.from) != b || exitOf(w) != i {
					continue
				}
				at, from := l.centre(w.from)
				at += -30 + 20*float64(i)
				if !slices.Contains(knots, at) {
					knots = append(knots, at)
					c.put(`<path d="M%.1f %.1fV%.1f" stroke="%s" stroke-width="1" opacity=".55"/><circle cx="%.1f" cy="%.1f" r="2.6" fill="%s"/>`, at, from+boxH/2, y, x.ink, at, y, x.ink)
				}
			}
			if len(knots) == 0 {
				continue
			}
			c.put(`<path d="M%.1f %.1fH%.1f" stroke="%s" stroke-width="1.6" opacity=".7"/>`, slices.Max(append(knots, trunk)), y, slices.Min(append(knots, trunk)), x.ink)
			low, high = min(low, y), max(high, y)
		}
		c.put(`<path d="M%.1f %.1fV%.1f" stroke="%s" stroke-width="1.6" opacity=".7"/>`, trunk, low, high, x.ink)
		tx += -36 + 20*float64(i)
		c.put(`<path d="M%.1f %.1fH%.1fV%.1f" fill="none" stroke="%s" stroke-width="1.6" marker-end="url(#a%d)"/>`, trunk, goal, tx, ty+boxH/2+1, x.ink, i+2)
	}
}

// legend says what the ways out of each band are called.
func (c *canvas) legend(l placeMap, y float64) float64 {
	c.text(margin, y+18, "c", "ways out")
	colX := func(i int) float64 { return margin + 120 + float64(i)*224 }
	for i, x := range exits {
		c.put(`<path d="M%.1f %.1fh18" stroke="%s" stroke-width="3"/>`, colX(i), y+14, x.ink)
		c.text(colX(i)+24, y+18, "t", "to "+x.name)
	}
	line := y + 38
	for b := range bands {
		rows := 1
		for i := range exits {
			causes := map[string]bool{}
			for _, w := range l.ways {
				if bandOf(w.from) == b && exitOf(w) == i {
					for _, s := range w.by {
						causes[s] = true
					}
				}
			}
			for n, part := range wrap(strings.Join(sorted(causes), " "), 31) {
				c.text(colX(i), line+float64(n)*14, `t" fill-opacity=".8`, part)
				rows = max(rows, n+1)
			}
		}
		name, _, _ := strings.Cut(bands[b].caption, ":")
		c.text(margin, line, "t", name)
		line += float64(rows)*14 + 4
	}
	c.put(`<circle cx="%.1f" cy="%.1f" r="4.5" fill="#b91c1c"/>`, margin+5.0, line+2)
	c.text(margin+16, line+6, "t", "a secret may be live here. A lost reader, and a record that cannot be kept, lead from anywhere to telling or out-of-service.")
	return line + 6
}

// wrap breaks between words.
func wrap(s string, most int) (lines []string) {
	for _, word := range strings.Fields(s) {
		if n := len(lines); n > 0 && len(lines[n-1])+1+len(word) <= most {
			lines[n-1] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

func sign(f float64) float64 {
	if f < 0 {
		return -1
	}
	return 1
}

func abs(f float64) float64 { return f * sign(f) }
