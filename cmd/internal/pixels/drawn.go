// Package pixels tells from the pixels of a screen what stands on it: whether it has come to rest ([Rest]), whether a page of
// the layout is drawn ([Drawn]), and which words it shows ([Read]).
package pixels

import (
	"image"
	"image/color"

	"multicopy.example/ui/layout"
)

// Whether a screen is drawn: the fills that the layout wants are held against
// the pixels. A screen that has come to rest may still be the one before, or
// the X server's own empty root; a picture of that would be a lie.

const (
	raster   = 10    // pixels between two points that are looked at
	rounding = 3     // of a colour channel: the toolkit blends in floats
	most     = 0.004 // share of wrong points on the whole screen
	mostItem = 0.3   // and on any one key, cell, button or sheet
)

// Drawn says whether the picture is that screen: nearly no point of the whole
// is wrong (one that was drawn has none), and every key, button and cell is
// there with its own colour. The last is what tells a full pad from one that
// lacks a character.
func Drawn(m *image.RGBA, s layout.Screen) bool {
	if unlike(m, s) > most {
		return false
	}
	for _, it := range s.Items {
		if it.Paper != layout.None && !there(m, s, it) {
			return false
		}
	}
	return true
}

// Stands reports whether a button or key of the layout stands on the picture, with its
// own colour.
func Stands(m *image.RGBA, it layout.Item) bool {
	return there(m, layout.Screen{Items: []layout.Item{it}}, it)
}

// there looks at a grid of points on one item. An item with hardly a point
// whose colour is known is taken to be there.
func there(m *image.RGBA, s layout.Screen, it layout.Item) bool {
	const grid, few = 12, 3
	switch it.Kind {
	case layout.Surface, layout.Button, layout.Key, layout.Cell:
	default:
		return true
	}
	looked, wrong := 0, 0
	for i := range grid * grid {
		x := it.X + it.W*(float32(i%grid)+0.5)/grid
		y := it.Y + it.H*(float32(i/grid)+0.5)/grid
		if want, known := fill(s, x, y); known {
			looked++
			if !same(m.RGBAAt(int(x), int(y)), want) {
				wrong++
			}
		}
	}
	return looked < few || float64(wrong) <= mostItem*float64(looked)
}

// unlike is the share of points that have another colour than the layout
// wants; 1 where the sizes differ.
func unlike(m *image.RGBA, s layout.Screen) float64 {
	if m.Bounds().Dx() != int(s.W) || m.Bounds().Dy() != int(s.H) {
		return 1
	}
	looked, wrong := 0, 0
	for y := raster / 2; y < int(s.H); y += raster {
		for x := raster / 2; x < int(s.W); x += raster {
			want, known := fill(s, float32(x), float32(y))
			if !known {
				continue
			}
			looked++
			if !same(m.RGBAAt(x, y), want) {
				wrong++
			}
		}
	}
	if looked == 0 {
		return 1
	}
	return float64(wrong) / float64(looked)
}

func same(a color.RGBA, b color.NRGBA) bool {
	near := func(x, y uint8) bool { return max(x, y)-min(x, y) <= rounding }
	return near(a.R, b.R) && near(a.G, b.G) && near(a.B, b.B)
}

// fill is the colour that the layout wants at a point; not known on texts,
// pictures, outlines and whatever moves.
func fill(s layout.Screen, x, y float32) (color.NRGBA, bool) {
	role, known := s.Paper, !inside(s.Busy, x, y, 0)
	for _, it := range s.Items {
		if !inside(it.Rect, x, y, 2) {
			continue
		}
		switch it.Kind {
		case layout.Surface, layout.Button, layout.Key, layout.Cell:
			if it.Paper == layout.None && it.Edge == layout.None {
				break
			}
			edge := -max(it.Thick+2, it.Radius)
			if known = inside(it.Rect, x, y, edge); it.Paper != layout.None {
				role = it.Paper
			}
			// The middle of a cell has the dot of a character.
			if it.Kind == layout.Cell && inside(it.Rect, x, y, -0.3*it.W) {
				known = false
			}
		default:
			known = false
		}
		for _, part := range it.Inside {
			if inside(part.Rect, x, y, 2) {
				known = false
			}
		}
	}
	return role.Colour(s.Theme), known
}

// inside says whether the point is in the rectangle, grown by that much.
func inside(r layout.Rect, x, y, grow float32) bool {
	return r.W > 0 && r.H > 0 && x >= r.X-grow && x < r.X+r.W+grow && y >= r.Y-grow && y < r.Y+r.H+grow
}
